import { describe, expect, it } from 'vitest';
import { drawLinePlots, type LinePlot } from '../../src-core/figure/line-plot.js';

const axis = (label: string, isLog = false) => ({ label, isLog });

function plot(points: readonly (readonly [number, number])[], isLog = false): LinePlot {
  return {
    title: 'A & B',
    x: axis('time (s)'),
    y: axis('error', isLog),
    series: [{ name: 'Adam <1>', points }],
  };
}

const paths = (svg: string): string[] =>
  [...svg.matchAll(/<path d="(M[^"]*L[^"]*)"/g)].map(([, path]) => path);

describe('line plots', () => {
  it('join the points from left to right, higher values higher up', () => {
    const [path] = paths(
      drawLinePlots([
        plot([
          [0, 1],
          [1, 3],
          [2, 2],
        ]),
      ]),
    );
    const at = [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(at).toHaveLength(3);
    expect(at[1][0] - at[0][0]).toBeCloseTo(at[2][0] - at[1][0], 2);
    expect(at[1][1]).toBeLessThan(at[2][1]);
    expect(at[2][1]).toBeLessThan(at[0][1]);
  });

  it('place decades at equal distances, and leave out what has no logarithm', () => {
    const [path] = paths(
      drawLinePlots([
        plot(
          [
            [0, 1],
            [1, 0.1],
            [2, 0],
            [3, NaN],
            [4, 0.01],
          ],
          true,
        ),
      ]),
    );
    const heights = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(heights).toHaveLength(3);
    expect(heights[1] - heights[0]).toBeCloseTo(heights[2] - heights[1], 2);
  });

  it('escape names, stand beside each other, and say what has nothing to show', () => {
    const svg = drawLinePlots([
      plot([
        [0, 1],
        [1, 2],
      ]),
      plot([]),
    ]);
    expect(svg).toContain('A &amp; B');
    expect(svg).toContain('Adam &lt;1&gt;: nothing to show');
    expect(svg).toContain('translate(420 0)');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  });

  it.each([[0.3], [0], [1e-300], [-1], [5e12]])('show a constant %d too', (value) => {
    const svg = drawLinePlots([
      plot([
        [0, value],
        [1, value],
        [1, value + 1e-14],
      ]),
    ]);
    expect(paths(svg)).toHaveLength(1);
    expect(svg).not.toContain('NaN');
  });
});
