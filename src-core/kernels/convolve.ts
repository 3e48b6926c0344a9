import { type Grid, voxelCount } from '../data/grid.js';
import { CoreError } from '../errors.js';
import type { Run } from '../run.js';
import { convolveDirect, type Values } from './direct.js';
import type { Extension } from './edges.js';
import { mollifierKernel, type MollifierOptions, type Stencil } from './mollifier.js';
import { type Convolution, convolveSpectral, planBlocks, reachOf, spectralWork } from './spectral.js';

/**
 * How a convolution treats the edge. normalised: K∗(m u)/K∗m inside the mask m, for smoothing stencils only; the
 * others continue the field beyond the frame of the grid (see `Extension`).
 */
export type Edges = 'normalised' | Extension;

/** A grid, and the voxels of it that count; all of them where there is no mask. */
export interface Region {
  readonly grid: Grid;
  readonly mask?: Uint8Array;
}

/** Values on a region. A ScalarField is one. */
export interface RegionField extends Region {
  readonly values: Values;
}

/** How to convolve. */
export interface ConvolutionOptions {
  readonly edges: Edges;
  /** 'auto' takes the way that is estimated to be faster; all give the same answer up to rounding. */
  readonly path?: 'auto' | 'direct' | 'spectral';
}

/** Nanoseconds of one tap and of one butterfly, measured; only their ratio matters. */
const tapCost = 2.5;
const butterflyCost = 3;

function isDirectFaster(grid: Grid, fields: number, { stencils, extension }: Convolution): boolean {
  const taps = stencils.reduce((sum, stencil) => sum + stencil.values.length, 0);
  const blocks = planBlocks(grid, reachOf(stencils), extension);
  return (
    tapCost * taps * fields * voxelCount(grid) < butterflyCost * spectralWork(blocks, fields, stencils.length)
  );
}

/** Every field with every stencil, by the way asked for: result[field][stencil]. */
async function convolveFields(
  fields: readonly Values[],
  grid: Grid,
  convolution: Convolution & { path?: ConvolutionOptions['path'] },
  run: Run,
): Promise<Float64Array[][]> {
  const { stencils, extension, path = 'auto' } = convolution;
  const direct = path === 'auto' ? isDirectFaster(grid, fields.length, convolution) : path === 'direct';
  if (!direct) return convolveSpectral(fields, grid, convolution, run);
  const results: Float64Array[][] = [];
  for (const values of fields) {
    const row: Float64Array[] = [];
    for (const stencil of stencils) row.push(await convolveDirect(values, grid, { stencil, extension }, run));
    results.push(row);
  }
  return results;
}

function requireLength(values: ArrayLike<unknown>, grid: Grid, name: string): void {
  if (values.length === voxelCount(grid)) return;
  throw new CoreError({
    tag: 'usage',
    message: `${name} has ${values.length} values for a grid of ${grid.shape.join(' × ')} voxels.`,
    hint: `Give one value per voxel: ${voxelCount(grid)}.`,
  });
}

/**
 * A field convolved with each stencil, in order: result(i) = Σ values(o)·u(i − o), u continued past the frame of the
 * grid as `edges` says. With 'normalised' each is K∗(m u)/K∗m and 0 outside the mask m; the other edges do not read
 * the mask. Throws a `usage` CoreError where the field or the mask does not fit the grid, or where a stencil whose
 * taps do not add up to something positive (a derivative) is to be normalised.
 */
export async function convolve(
  field: RegionField,
  stencils: readonly Stencil[],
  options: ConvolutionOptions,
  run: Run,
): Promise<Float64Array[]> {
  const { grid, values } = field;
  requireLength(values, grid, 'The field');
  const { edges, path = 'auto' } = options;
  if (edges !== 'normalised') {
    const [results] = await convolveFields([values], grid, { stencils, extension: edges, path }, run);
    return results;
  }
  const results: Float64Array[] = [];
  for (const stencil of stencils) {
    results.push((await normalised([values], field, { stencil, path }, run))[0]);
  }
  return results;
}

/** K∗(m u)/K∗m of several fields, 0 outside the mask. */
async function normalised(
  fields: readonly Values[],
  { grid, mask }: Region,
  smoothing: { stencil: Stencil; path?: ConvolutionOptions['path'] },
  run: Run,
): Promise<Float64Array[]> {
  const { stencil, path } = smoothing;
  requireSmoothing(stencil);
  const inside = Float64Array.from({ length: voxelCount(grid) }, (_, i) =>
    mask === undefined || mask[i] !== 0 ? 1 : 0,
  );
  requireLength(mask ?? inside, grid, 'The mask');
  const masked = fields.map((values) => inside.map((m, i) => (m === 0 ? 0 : values[i])));
  const convolution = {
    stencils: [stencil],
    extension: 'zero' as const,
    ...(path !== undefined && { path }),
  };
  const sums = (await convolveFields([...masked, inside], grid, convolution, run)).map(([result]) => result);
  const [weight] = sums.splice(-1);
  return sums.map((sum) => sum.map((value, i) => (inside[i] === 0 ? 0 : value / weight[i])));
}

function requireSmoothing(stencil: Stencil): void {
  let sum = 0;
  let size = 0;
  for (const value of stencil.values) {
    sum += value;
    size += Math.abs(value);
  }
  if (sum > 1e-6 * size) return;
  throw new CoreError({
    tag: 'usage',
    message: 'A derivative cannot be normalised by the mask: its taps add up to zero.',
    hint: 'Use reflecting, odd, periodic or zero edges for derivatives.',
  });
}

/**
 * Several fields on one region, each smoothed to K∗(m u)/K∗m with the identity kernel of a mollifier, 0 outside the
 * mask. They share the transforms of kernel and mask. A kernel wider than the grid is cut to it, so a very wide one
 * gives the mean over the mask. Throws a `usage` CoreError where a field does not fit the grid or the kernel is
 * narrower than its spacing.
 */
export async function mollifyTogether(
  fields: readonly Values[],
  region: Region,
  options: MollifierOptions,
  run: Run,
): Promise<Float32Array[]> {
  for (const values of fields) requireLength(values, region.grid, 'The field');
  const [stencil] = mollifierKernel(region.grid, { ...options, derivatives: ['identity'], clipped: true });
  const smooth = await normalised(fields, region, { stencil }, run);
  return smooth.map((values) => Float32Array.from(values));
}

/** `mollifyTogether` for a single field. */
export async function mollify(
  values: Values,
  region: Region,
  options: MollifierOptions,
  run: Run,
): Promise<Float32Array> {
  const [smooth] = await mollifyTogether([values], region, options, run);
  return smooth;
}
