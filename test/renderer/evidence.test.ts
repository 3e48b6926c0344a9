import { describe, expect, it } from 'vitest';
import { evidencePoints, evidenceSummary } from '../../src-renderer/state/evidence.js';

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
