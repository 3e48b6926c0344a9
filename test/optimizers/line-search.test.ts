import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cubicMinimum, type LinePoint, strongWolfe } from '../../src-core/optimizers/line-search.js';

const settings = { sufficient: 1e-4, curvature: 0.1, mostEvaluations: 60 };

/** A function of the step and its slope. */
type Line = (at: number) => readonly [value: number, slope: number];

const pointOn = (line: Line, at: number): LinePoint => {
  const [value, slope] = line(at);
  return { at, value, slope };
};

function meetsWolfe(origin: LinePoint, point: LinePoint): boolean {
  const isLower = point.value <= origin.value + settings.sufficient * point.at * origin.slope;
  return isLower && Math.abs(point.slope) <= -settings.curvature * origin.slope;
}

async function search(line: Line, first: number) {
  const origin = pointOn(line, 0);
  const end = await strongWolfe(origin, (at) => Promise.resolve(pointOn(line, at)), first, settings);
  return { origin, end };
}

/** Functions of Moré and Thuente (1994), their minima and what makes each hard. */
const lines: readonly [string, Line][] = [
  ['a parabola', (a) => [(a - 2) ** 2, 2 * (a - 2)]],
  ['a dip after a plateau', (a) => [-a / (a * a + 2), (a * a - 2) / (a * a + 2) ** 2]],
  [
    'a dip of high order',
    (a) => [(a + 0.1) ** 5 - 2 * (a + 0.1) ** 4, 5 * (a + 0.1) ** 4 - 8 * (a + 0.1) ** 3],
  ],
  [
    'a wave on a slope',
    (a) => [-a + 0.3 * Math.sin(8 * a) + 0.05 * a * a, -1 + 2.4 * Math.cos(8 * a) + 0.1 * a],
  ],
  ['a wall of infinity', (a) => (a < 3 ? [-Math.log(3 - a) - 2 * a, 1 / (3 - a) - 2] : [Infinity, NaN])],
];

describe('strongWolfe', () => {
  it.each(lines)('meets the conditions on %s from steps of 1e-3 to 1e3', async (_, line) => {
    // The wave's slope at 0 must be downhill for a search.
    const shifted: Line = line(0)[1] < 0 ? line : (a) => line(a + 0.2);
    for (const first of [1e-3, 0.1, 1, 10, 1e3]) {
      const { origin, end } = await search(shifted, first);
      expect(origin.slope).toBeLessThan(0);
      expect(end.isWolfe).toBe(true);
      expect(meetsWolfe(origin, end.point)).toBe(true);
      expect(end.evaluations).toBeLessThan(40);
    }
  });

  it('never ends above where it began', async () => {
    const quartic = fc.tuple(
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: 0.1, max: 3, noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(quartic, fc.double({ min: 1e-3, max: 50, noNaN: true }), async ([b, c], first) => {
        const line: Line = (a) => [c * a ** 4 + b * a ** 3 - a, 4 * c * a ** 3 + 3 * b * a * a - 1];
        const { origin, end } = await search(line, first);
        expect(end.isWolfe).toBe(true);
        expect(meetsWolfe(origin, end.point)).toBe(true);
      }),
    );
  });

  it('says so where it found nothing lower, within its evaluations', async () => {
    const { end, origin } = await search((a) => [a, -1], 1);
    expect(end.isWolfe).toBe(false);
    expect(end.point).toBe(origin);
    expect(end.evaluations).toBeLessThanOrEqual(settings.mostEvaluations);
  });

  it('stops on a slope without end', async () => {
    const { end } = await search((a) => [-a, -1], 1);
    expect(end.isWolfe).toBe(false);
    expect(end.evaluations).toBe(settings.mostEvaluations);
    expect(end.point.value).toBeLessThan(-1e10);
  });
});

describe('cubicMinimum', () => {
  it('is exact for cubics, whichever end comes first', () => {
    const line: Line = (a) => [a ** 3 - 3 * a, 3 * a * a - 3];
    expect(cubicMinimum(pointOn(line, 0), pointOn(line, 3))).toBeCloseTo(1, 12);
    expect(cubicMinimum(pointOn(line, 3), pointOn(line, 0))).toBeCloseTo(1, 12);
  });
});
