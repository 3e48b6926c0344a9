import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { mollifyLine } from '../../src-core/kernels/line.js';
import { mollifierKernel } from '../../src-core/kernels/mollifier.js';
import { quietRun } from '../../src-core/run.js';
import { relativeError, stencilMoment } from './manufactured.js';

const n = 200;
const step = 0.05;
const grid = makeGrid([1, 1, n], [1, 1, step]);
const time = Float64Array.from({ length: n }, (_, i) => i * step);
const options = { family: 'poly8', rmsWidth: 0.3, derivatives: ['identity', [0, 0, 1], [0, 0, 2]] } as const;

describe('mollifyLine', () => {
  it('smooths and differentiates a parabola alike at the ends and inside', async () => {
    const parabola = time.map((t) => 2 - 3 * t + 0.7 * t * t);
    const spread = stencilMoment(mollifierKernel(grid, options)[0], grid, [0, 0, 2]);
    const [smooth, slope, curvature] = await mollifyLine(parabola, grid, options, quietRun);
    expect(
      relativeError(
        smooth,
        parabola.map((value) => value + 0.7 * spread),
      ),
    ).toBeLessThan(1e-11);
    expect(
      relativeError(
        slope,
        time.map((t) => -3 + 1.4 * t),
      ),
    ).toBeLessThan(1e-10);
    expect(
      relativeError(
        curvature,
        time.map(() => 1.4),
      ),
    ).toBeLessThan(1e-9);
  });

  it.each([0, 1, 2, 3, 4])(
    'is exact at the ends up to degree %d with exact moments, and not beyond',
    async (degree) => {
      const setting = { ...options, moments: 'exact', derivatives: ['identity'], endDegree: degree } as const;
      const defect = async (power: number): Promise<number> => {
        const values = time.map((t) => ((t - 5) / 5) ** power);
        const [smooth] = await mollifyLine(values, grid, setting, quietRun);
        return relativeError(smooth, values);
      };
      for (let power = 0; power <= degree; power++) expect(await defect(power)).toBeLessThan(1e-9);
      expect(await defect(degree + 1)).toBeGreaterThan(1e-6);
    },
  );

  it('gains an order at the ends with each degree', async () => {
    const error = async (rmsWidth: number, endDegree: number): Promise<number> => {
      const values = time.map((t) => Math.sin(0.8 * t + 0.4));
      const [smooth] = await mollifyLine(
        values,
        grid,
        { ...options, rmsWidth, endDegree, moments: 'exact' },
        quietRun,
      );
      return relativeError(smooth.slice(0, 3), values.slice(0, 3));
    };
    for (const degree of [1, 2, 3]) {
      const order = Math.log2((await error(0.4, degree)) / (await error(0.2, degree)));
      expect(Math.abs(order - (degree + 1))).toBeLessThan(0.5);
    }
  });

  it('leaves its argument alone and refuses what is not a line', async () => {
    const values = time.slice();
    await mollifyLine(values, grid, options, quietRun);
    expect(values).toEqual(time);
    await expect(mollifyLine(values, makeGrid([1, 10, 20], [1, 1, 1]), options, quietRun)).rejects.toThrow(
      'A line of 200 values does not fit a grid of 1 × 10 × 20 voxels.',
    );
  });
});
