import { activeAxes, type Grid } from '../data/grid.js';
import { CoreError } from '../errors.js';
import type { Run } from '../run.js';
import { convolveDirect, type Values } from './direct.js';
import { mollifierKernel, type MollifierOptions, type Stencil } from './mollifier.js';
import { solvePositive } from './cholesky.js';

/** How a line is mollified. */
export interface LineOptions extends MollifierOptions {
  /** Degree up to which stencils cut off by an end act on polynomials like whole ones, 0 to 4; 2 if left out. */
  readonly endDegree?: number;
}

/** Taps of stencil and kernel that stay on the line, at offsets `from` to `to`; coordinates in units of the radius. */
interface CutTaps {
  readonly offsets: Float64Array;
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

function cut(stencil: Stencil, kernel: Stencil, from: number, to: number): CutTaps {
  const reach = (stencil.values.length - 1) / 2;
  const offsets = Float64Array.from({ length: to - from + 1 }, (_, i) => (from + i) / reach);
  const [values, weights] = [stencil, kernel].map((whole) =>
    whole.values.slice(from + reach, to + reach + 1),
  );
  return { offsets, values, weights };
}

function moment({ offsets, values }: CutTaps, weights: Float64Array | undefined, degree: number): number {
  return offsets.reduce((sum, o, i) => sum + (weights ?? values)[i] * o ** degree, 0);
}

/** Corrects the taps that are left by a polynomial times the kernel, so that they have the whole stencil's moments. */
function restoreMoments(taps: CutTaps, whole: CutTaps, degree: number): Float64Array {
  const degrees = [...Array(degree + 1).keys()];
  const c = Float64Array.from(degrees, (n) => moment(whole, undefined, n) - moment(taps, undefined, n));
  const gram = degrees.map((n) => Float64Array.from(degrees, (m) => moment(taps, taps.weights, n + m)));
  if (!solvePositive(gram, c)) {
    throw new CoreError({
      tag: 'usage',
      message: `Too few points are left at the end of the line for moments of degree ${degree}.`,
      hint: 'Use a wider mollifier or a lower degree at the ends.',
    });
  }
  return taps.values.map((value, i) => {
    const factor = degrees.reduce((sum, n) => sum + c[n] * taps.offsets[i] ** n, 0);
    return value + factor * taps.weights[i];
  });
}

/** Overwrites the results within the stencil's reach of both ends by one-sided stencils. */
function mendEnds(
  out: Float64Array,
  values: Values,
  pair: { stencil: Stencil; kernel: Stencil },
  degree: number,
): void {
  const reach = (pair.stencil.values.length - 1) / 2;
  const whole = cut(pair.stencil, pair.kernel, -reach, reach);
  for (let i = 0; i < out.length; i++) {
    const from = Math.max(-reach, i - out.length + 1);
    const to = Math.min(reach, i);
    if (from === -reach && to === reach) continue;
    const taps = restoreMoments(cut(pair.stencil, pair.kernel, from, to), whole, degree);
    out[i] = taps.reduce((sum, tap, k) => sum + tap * values[i - from - k], 0);
  }
}

/**
 * Derivatives of a mollified function of one variable, one per entry of `derivatives`, on a grid with one active axis
 * (a time series: its spacing is the time step). Nothing is assumed beyond the ends: taps that would lie there are
 * dropped, and those that are left are corrected by a polynomial times the kernel to act like the whole stencil on
 * polynomials up to `endDegree`. Throws a `usage` CoreError like `mollifierKernel`, and for other grids.
 */
export async function mollifyLine(
  values: Values,
  grid: Grid,
  options: LineOptions,
  run: Run,
): Promise<Float64Array[]> {
  if (activeAxes(grid).length !== 1 || !grid.shape.includes(values.length)) {
    throw new CoreError({
      tag: 'usage',
      message: `A line of ${values.length} values does not fit a grid of ${grid.shape.join(' × ')} voxels.`,
      hint: 'Give one value per voxel of a grid with a single active axis.',
    });
  }
  const { endDegree = 2 } = options;
  // Corrections are weighted by the kernel itself, which is positive whatever the treatment of moments.
  const [kernel] = mollifierKernel(grid, { ...options, moments: 'naive', derivatives: ['identity'] });
  const stencils = mollifierKernel(grid, options);
  const results: Float64Array[] = [];
  for (const stencil of stencils) {
    const out = await convolveDirect(values, grid, { stencil, extension: 'zero' }, run);
    mendEnds(out, values, { stencil, kernel }, endDegree);
    results.push(out);
  }
  return results;
}
