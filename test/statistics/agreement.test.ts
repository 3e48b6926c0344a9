import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src-core/random.js';
import {
  agreementOf,
  correlationOf,
  explainedShare,
  relativeError,
} from '../../src-core/statistics/agreement.js';
import { jointHistogram } from '../../src-core/statistics/joint-histogram.js';

const n = 20_000;
const signal = Float64Array.from({ length: n }, (_, i) => 0.5 + 0.2 * Math.sin(i / 50));
const draw = (seed: number, sd: number): Float64Array => {
  const { normal } = randomStream(seed);
  return Float64Array.from({ length: n }, () => sd * normal());
};
const noise = draw(1, 0.03);
const measured = signal.map((value, i) => value + draw(2, 0.03)[i]);

describe('agreementOf', () => {
  it('finds nothing left beyond the noise of a perfect prediction', () => {
    const found = agreementOf(measured, signal, noise);
    expect(found.rms).toBeCloseTo(0.03, 3);
    expect(found.noiseRms).toBeCloseTo(0.03, 3);
    expect(found.spread).toBeCloseTo(0.2 / Math.SQRT2, 2);
    expect(found.unexplained).toBeLessThan(0.04);
    // √(structure / (structure + noise)) is the best that a noisy measurement allows.
    expect(found.correlation).toBeCloseTo(Math.sqrt(0.02 / (0.02 + 0.0009)), 2);
  });

  it('finds all of the structure left by a constant', () => {
    const found = agreementOf(measured, new Float64Array(n).fill(0.5), noise);
    expect(found.unexplained).toBeCloseTo(1, 2);
    expect(found.correlation).toBeNull();
  });

  it('counts a wrong level as unexplained', () => {
    const off = agreementOf(
      signal,
      signal.map((v) => v + 0.1),
      new Float64Array(n),
    );
    expect(off.unexplained).toBeCloseTo(0.1 / (0.2 / Math.SQRT2), 2);
    expect(off.correlation).toBeCloseTo(1, 10);
  });
});

describe('explainedShare', () => {
  it('weighs quantities by their structure', () => {
    const perfect = agreementOf(signal, signal, new Float64Array(n));
    const lost = agreementOf(signal, new Float64Array(n).fill(0.5), new Float64Array(n));
    expect(explainedShare([perfect, perfect])).toBe(1);
    expect(explainedShare([perfect, lost])).toBeCloseTo(0.5, 3);
    expect(explainedShare([perfect, { ...lost, spread: lost.spread / 3 }])).toBeCloseTo(0.9, 3);
  });
});

describe('relativeError and correlationOf', () => {
  it('are those of the definition', () => {
    expect(relativeError(Float64Array.of(1, 2, 5), Float64Array.of(1, 2, 2))).toBeCloseTo(1, 12);
    expect(correlationOf(Float64Array.of(1, 2, 3), Float64Array.of(3, 2, 1))).toBeCloseTo(-1, 12);
    expect(correlationOf(Float64Array.of(1, 1), Float64Array.of(3, 2))).toBeNull();
  });
});

describe('jointHistogram', () => {
  it('counts every pair once, equal pairs on the diagonal', () => {
    const { counts, bins, from, to } = jointHistogram(signal, signal);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(n);
    counts.forEach((count, i) => {
      if (Math.floor(i / bins) !== i % bins) expect(count).toBe(0);
    });
    expect(from).toBeLessThan(0.3);
    expect(to).toBeGreaterThan(0.7);
  });

  it('puts x along the columns and keeps what lies beyond', () => {
    const { counts } = jointHistogram(Float64Array.of(0.1, 9), Float64Array.of(0.9, -9), [0, 1], 2);
    expect(counts).toEqual([0, 1, 1, 0]);
  });
});
