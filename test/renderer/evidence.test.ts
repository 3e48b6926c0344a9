import { describe, expect, it } from 'vitest';
import {
  borderGain,
  evidencePoints,
  evidenceSummary,
  lengthPoints,
} from '../../src-renderer/state/evidence.js';

const candidate = (lengthNm: number, logEvidence: number) => ({ lengthNm, sd: 0.4, logEvidence });
const prior = {
  ...{ lengthNm: 120, sd: 0.4, from: 'data' as const },
  candidates: [candidate(180, 4980.5), candidate(120, 5000), candidate(80, 4997)],
  borders: null,
};

describe('the evidence of length scales', () => {
  it('is told relative to the most, by length, the chosen one marked', () => {
    expect(evidencePoints(prior)).toEqual([
      { lengthNm: 80, below: -3, chosen: false },
      { lengthNm: 120, below: 0, chosen: true },
      { lengthNm: 180, below: -19.5, chosen: false },
    ]);
  });

  it('is there in words', () => {
    expect(evidenceSummary(evidencePoints(prior))).toBe(
      'Evidence by length scale of λ. Most at 120 nm, which was chosen; logarithm relative to it: 80 nm −3.0, 180 nm −20.',
    );
  });

  it('is nothing where a length was given, or only one could be weighed', () => {
    expect(evidencePoints({ ...prior, from: 'user' })).toEqual([]);
    expect(evidencePoints({ ...prior, candidates: [candidate(120, 5000)] })).toEqual([]);
  });
});

describe('the evidence of L0', () => {
  const candidates = [120, 140, 145, 150, 155, 160, 200].map((lengthNm, k) => ({
    lengthNm,
    logEvidence: [-900, -80, -8, 0, -9, -70, -700][k],
    lengthScaleNm: 270,
  }));
  const found = { determined: true, sdNm: 1.3, reason: null, candidates };

  it('shows what is near the best, by length, the best marked where L0 is determined', () => {
    const points = lengthPoints({ lengthEvidence: found });
    expect(points.map(({ lengthNm }) => lengthNm)).toEqual([140, 145, 150, 155, 160]);
    expect(points.filter(({ chosen }) => chosen)).toEqual([{ lengthNm: 150, below: 0, chosen: true }]);
    const open = lengthPoints({ lengthEvidence: { ...found, determined: false } });
    expect(open.some(({ chosen }) => chosen)).toBe(false);
    expect(evidenceSummary(points, 'L0')).toMatch(
      /^Evidence by L0\. Most at 150 nm; logarithm relative to it/,
    );
    expect(evidenceSummary(open, 'L0')).toContain('relative to the best');
  });

  it('is nothing where L0 was given', () => {
    expect(lengthPoints({ lengthEvidence: null })).toEqual([]);
  });
});

describe('sharp borders', () => {
  it('are told by how many sd they foretell better', () => {
    expect(borderGain({ ...prior, borders: { gain: 68, gainSd: 5 } })).toBe('better by 13.6 sd');
    expect(borderGain(prior)).toBeNull();
  });
});
