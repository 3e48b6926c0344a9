import { describe, expect, it } from 'vitest';
import { type Grid, makeGrid } from '../../src-core/data/grid.js';
import { convolve } from '../../src-core/kernels/convolve.js';
import { mollifierKernel } from '../../src-core/kernels/mollifier.js';
import { heatModel } from '../../src-core/models/heat.js';
import {
  equationResidual,
  gatherFields,
  pointwiseRate,
  type PointwiseRate,
} from '../../src-core/models/model.js';
import { quietRun } from '../../src-core/run.js';
import { missing, readPlane, relativeL2 } from './truth-case.js';

type Fields = Record<string, Float32Array | Float64Array>;

/**
 * λ from u and m on the unit square with u = 0 on nodes that are not stored. m is smoothed like u, with the same odd
 * continuation, which is the one that ∇²u = −m/λ has; so the smoothing's bias cancels in the ratio.
 */
async function invert(fields: Fields, grid: Grid, rmsWidth: number): Promise<PointwiseRate> {
  const derivatives = await gatherFields(heatModel, async ({ field, operator }) => {
    const derivative = operator === 'laplacian' ? 'laplacian' : 'identity';
    const stencils = mollifierKernel(grid, { family: 'poly8', rmsWidth, derivatives: [derivative] });
    return (await convolve({ grid, values: fields[field] }, stencils, { edges: 'odd' }, quietRun))[0];
  });
  return pointwiseRate(heatModel.terms(derivatives));
}

/** u = sin πx sin πy, λ = 1 + x/2 and the m that belongs to them, on interior nodes. */
function manufactured(n: number): { grid: Grid; fields: Fields; lambda: Float64Array } {
  const h = 1 / (n + 1);
  const at = (f: (x: number, y: number) => number): Float64Array =>
    Float64Array.from({ length: n * n }, (_, i) => f(((i % n) + 1) * h, (Math.floor(i / n) + 1) * h));
  const u = at((x, y) => Math.sin(Math.PI * x) * Math.sin(Math.PI * y));
  const lambda = at((x) => 1 + x / 2);
  const m = u.map((value, i) => 2 * Math.PI ** 2 * value * lambda[i]);
  return { grid: makeGrid([1, n, n], [h, h, h]), fields: { u, m }, lambda };
}

describe('heatModel', () => {
  it('has no residual on an exact solution', () => {
    const { fields, lambda } = manufactured(20);
    const u = Float64Array.from(fields.u);
    const m = Float64Array.from(fields.m);
    const terms = heatModel.terms({
      u: { laplacian: u.map((value) => -2 * Math.PI ** 2 * value) },
      m: { identity: m },
    });
    expect(Math.max(...equationResidual(terms, [lambda]).map(Math.abs))).toBeLessThan(1e-12);
    terms.known.fill(0);
    expect(m).toEqual(Float64Array.from(fields.m));
  });

  it('gives λ of a noise-free solution with order 2 in the width', async () => {
    const { grid, fields, lambda } = manufactured(127);
    const error = async (rmsWidth: number): Promise<number> => {
      const { rate, determined } = await invert(fields, grid, rmsWidth);
      return relativeL2(rate, lambda, (i) => determined[i] !== 0);
    };
    const [wide, narrow] = [await error(0.06), await error(0.03)];
    expect(narrow).toBeLessThan(0.005);
    expect(Math.log2(wide / narrow)).toBeGreaterThan(1.5);
  });

  const folder = '14_heat_n02';
  const { skip, note } = missing(`${folder}/u.tif`);
  it.skipIf(skip)(`finds λ(x, y) from a noisy temperature at 2 %${note}`, async () => {
    const [u, m, lambda, mask] = await Promise.all(
      ['u.tif', 'm.tif', 'lambda_true.tif', 'mask.tif'].map((name) => readPlane(`${folder}/${name}`)),
    );
    const h = 1 / 129;
    const grid = makeGrid([1, 128, 128], [h, h, h]);
    const { rate, determined } = await invert({ u, m }, grid, 0.05);
    expect(mask.every((inside, i) => inside === 0 || determined[i] === 1)).toBe(true);
    // The best constant scores 0.166 and a least-squares prototype in 1/λ 0.031.
    expect(relativeL2(rate, lambda, (i) => mask[i] !== 0)).toBeLessThan(0.035);
  });
});
