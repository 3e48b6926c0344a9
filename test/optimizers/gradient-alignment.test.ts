import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gradientAlignment,
  interStepAlignment,
  recordGradient,
  startHistory,
} from '../../src-core/optimizers/gradient-alignment.js';
import { block, randomRotation } from './problems.js';

const gradient = (...values: readonly number[]) => [block('x', [values.length], values)];
const vectors = fc.integer({ min: 1, max: 6 }).chain((length) =>
  fc.array(
    fc
      .array(fc.float({ min: -1e3, max: 1e3, noNaN: true }), { minLength: length, maxLength: length })
      .filter((v) => Math.hypot(...v) > 1e-3),
    { minLength: 1, maxLength: 6 },
  ),
);

describe('gradientAlignment', () => {
  it('is the cosine for two', () => {
    expect(gradientAlignment([gradient(3, 0), gradient(4, 4)])).toBeCloseTo(Math.SQRT1_2, 12);
    fc.assert(
      fc.property(vectors, (all) => {
        const [a, b] = [all[0], all[all.length - 1]].map((v) => v.map(Math.fround));
        const cosine =
          a.reduce((sum, value, i) => sum + value * b[i], 0) / Math.hypot(...a) / Math.hypot(...b);
        expect(gradientAlignment([gradient(...a), gradient(...b)])).toBeCloseTo(cosine, 10);
      }),
    );
  });

  it.each([2, 3, 5, 8])('is 2/n − 1 for %i at right angles, whatever their lengths', (n) => {
    const all = randomRotation(9, 77)
      .slice(0, n)
      .map((row, k) => gradient(...row.map((value) => value * 10 ** (k - 3))));
    expect(gradientAlignment(all)).toBeCloseTo(2 / n - 1, 6);
  });

  it('is 1 for agreement and −1 for balance', () => {
    expect(gradientAlignment([gradient(1, 2), gradient(10, 20), gradient(0.1, 0.2)])).toBeCloseTo(1, 6);
    expect(gradientAlignment([gradient(1, 2), gradient(-3, -6)])).toBe(-1);
  });

  it('stays in [−1, 1] and does not mind order or positive scale', () => {
    fc.assert(
      fc.property(vectors, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (all, scale) => {
        const score = gradientAlignment(all.map((v) => gradient(...v)));
        expect(score).toBeGreaterThanOrEqual(-1);
        expect(score).toBeLessThanOrEqual(1);
        const other = all.map((v) => gradient(...v.map((value) => value * scale))).reverse();
        expect(gradientAlignment(other)).toBeCloseTo(score, 5);
      }),
    );
  });

  it('runs over all blocks of a gradient', () => {
    const both = (a: number, b: number) => [block('w', [1, 2], [a, 0]), block('b', [1], [b])];
    expect(gradientAlignment([both(1, 0), both(1, 1)])).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it('leaves gradients of 0 out, and is NaN for nothing', () => {
    expect(gradientAlignment([gradient(1, 0), gradient(0, 0), gradient(0, 2)])).toBeCloseTo(0, 12);
    expect(gradientAlignment([gradient(0, 0), gradient(0, 2)])).toBe(1);
    expect(gradientAlignment([gradient(0, 0)])).toBeNaN();
    expect(gradientAlignment([])).toBeNaN();
  });

  it('refuses what cannot be compared', () => {
    expect(() => gradientAlignment([gradient(1, 0), gradient(1)])).toThrow(
      expect.objectContaining({ tag: 'usage' }),
    );
    expect(() => gradientAlignment([gradient(1, NaN)])).toThrow(expect.objectContaining({ tag: 'model' }));
  });
});

describe('interStepAlignment', () => {
  it('is the score of the last gradients', () => {
    const steps = [gradient(1, 0), gradient(0, 3), gradient(-2, 0), gradient(5, 5)];
    let history = startHistory(3);
    expect(interStepAlignment(history)).toBeNaN();
    steps.forEach((step, k) => {
      const before = structuredClone(history);
      const next = recordGradient(history, step);
      expect(history).toEqual(before);
      history = next;
      expect(interStepAlignment(history)).toBeCloseTo(
        gradientAlignment(steps.slice(Math.max(0, k - 2), k + 1)),
        12,
      );
    });
    expect(recordGradient(history, gradient(0, 0))).toEqual(history);
    expect(() => startHistory(0)).toThrow(expect.objectContaining({ tag: 'usage' }));
  });
});
