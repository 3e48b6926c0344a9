import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutStripPlot } from '../../src-core/figure/strip-plot.js';
import { drawStripPlot } from '../../src-core/figure/strip-plot-svg.js';

const size = { width: 400, height: 100, radius: 3 };

describe('a strip plot', () => {
  it('has every finite value as a dot in order along x, inside its box', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (values) => {
          const plot = layoutStripPlot([Number.NaN, ...values], size);
          expect(plot?.dots).toHaveLength(values.length);
          for (const { x, y, index } of plot?.dots ?? []) {
            expect(index).toBeGreaterThan(0);
            expect(x).toBeGreaterThanOrEqual(0);
            expect(x).toBeLessThanOrEqual(size.width);
            expect(y).toBeGreaterThanOrEqual(0);
            expect(y).toBeLessThanOrEqual(plot?.axis ?? 0);
          }
          const byIndex = new Map(plot?.dots.map((dot) => [dot.index, dot.x]));
          const first = byIndex.get(1) ?? 0;
          values.forEach((value, k) => {
            if (value > values[0]) expect(byIndex.get(k + 1)).toBeGreaterThanOrEqual(first);
          });
        },
      ),
    );
  });

  it('has the median and the quartiles where they are', () => {
    const plot = layoutStripPlot([5, 1, 2, 4, 3], size);
    const at = (value: number): number =>
      plot?.dots.find(({ index }) => [5, 1, 2, 4, 3][index] === value)?.x ?? -1;
    expect(plot?.median).toBeCloseTo(at(3), 9);
    expect(plot?.quartiles[0]).toBeCloseTo(at(2), 9);
    expect(plot?.quartiles[1]).toBeCloseTo(at(4), 9);
  });

  it('piles equal values up and down from the middle', () => {
    const plot = layoutStripPlot([1, 1, 1], size);
    expect(plot?.dots.map(({ y }) => y)).toEqual([41, 35, 47]);
    expect(new Set(plot?.dots.map(({ x }) => x)).size).toBe(1);
  });

  it('is none without a value', () => {
    expect(layoutStripPlot([], size)).toBeUndefined();
    expect(layoutStripPlot([Number.NaN], size)).toBeUndefined();
  });

  it('is drawn with a description, in the colours of its page', () => {
    const plot = layoutStripPlot([1, 2, 3], size);
    const svg = plot === undefined ? '' : drawStripPlot(plot, 'three < four');
    expect(svg).toMatch(/^<svg [^>]*aria-label="three &lt; four"/);
    expect(svg.match(/<circle /g)).toHaveLength(3);
    expect(svg).not.toMatch(/#[0-9a-f]{3,6}|rgb\(/);
  });
});
