import type { Grid, Triple } from '../data/grid.js';
import { solvePositive } from '../kernels/cholesky.js';
import { gaussianBlurred } from '../kernels/gaussian-blur.js';
import { normalQuantile, normalShare } from '../kernels/normal-distribution.js';
import { upperMedian } from '../kernels/order-statistics.js';
import { breathe, type Run } from '../run.js';
import { axialPart } from './edge-normal.js';

/** The blur (sd along z and sideways) and how far inside the mask's edge the signal ends, likewise; all nm. */
export interface EdgeFit {
  readonly sd: readonly [axial: number, lateral: number];
  readonly inset: readonly [axial: number, lateral: number];
}

/** Background-free intensity, covered share without blur, and their grid. */
export interface RimImage {
  readonly intensity: Float64Array;
  readonly covered: ArrayLike<number>;
  readonly grid: Grid;
}

/** Reach of the local level, as a multiple of the blur: the fit must not take patterns of chromatin for the edge. */
const levelReach = 1.4;
/** Voxels whose share under 1.5 times the blur lies between these are looked at. */
const rimLow = 0.02;
const rimHigh = 0.98;
const generous = 1.5;
const rounds = 4;
/** Steps of the derivatives, nm; a round moves a parameter by at most three of them. */
const steps = [4, 2, 4, 2];
const mostSteps = 3;
const least = 4;

/**
 * A blurred share as it would be if the edge lay further inside: by the inset along the edge's normal, over the blur along
 * it. `axial` is the squared axial part of that normal.
 */
export function insetShare(share: Float64Array, axial: Float32Array, { sd, inset }: EdgeFit): Float64Array {
  return share.map((c, i) => {
    if (c <= 1e-4 || c >= 0.9999) return c;
    const side = 1 - axial[i];
    const across = Math.sqrt(axial[i] * sd[0] ** 2 + side * sd[1] ** 2);
    const shift = axial[i] * inset[0] + side * inset[1];
    return normalShare(normalQuantile(Math.round(c * 4000) / 4000) - shift / across);
  });
}

/** What the fit compares: the rim's voxels, the signal under the level's window, and the edge's direction. */
interface RimView extends RimImage {
  readonly voxels: Int32Array;
  readonly window: readonly [number, number, number];
  readonly level: Float64Array;
  readonly axial: Float32Array;
}

const asTriple = ([axial, lateral]: readonly [number, number], f = 1): readonly [number, number, number] => [
  f * axial,
  f * lateral,
  f * lateral,
];

async function rimView(image: RimImage, { sd }: EdgeFit, run: Run): Promise<RimView> {
  const { intensity, covered, grid } = image;
  const blurred = (values: ArrayLike<number>, width: Triple): Promise<Float64Array> =>
    gaussianBlurred(values, [grid, width], false, run);
  const voxels: number[] = [];
  (await blurred(covered, asTriple(sd, generous))).forEach((share, i) => {
    if (share > rimLow && share < rimHigh) voxels.push(i);
  });
  const window = asTriple(sd, levelReach);
  return {
    ...image,
    voxels: Int32Array.from(voxels),
    window,
    level: await blurred(intensity, window),
    axial: axialPart(await blurred(covered, asTriple(sd)), grid),
  };
}

/** The covered share under a blur. */
function blurredShare(
  [axial, lateral]: readonly number[],
  { covered, grid }: RimView,
  run: Run,
): Promise<Float64Array> {
  return gaussianBlurred(covered, [grid, asTriple([axial, lateral])], false, run);
}

/**
 * Intensity less share × local level at the rim's voxels, for [axial sd, lateral sd, axial inset, lateral inset] and the
 * covered share under that blur.
 */
async function misfits(
  p: readonly number[],
  blurred: Float64Array,
  { intensity, grid, voxels, window, level, axial }: RimView,
  run: Run,
): Promise<Float64Array> {
  const share = insetShare(blurred, axial, { sd: [p[0], p[1]], inset: [p[2], p[3]] });
  const weight = await gaussianBlurred(share, [grid, window], false, run);
  const left = new Float64Array(voxels.length);
  for (let k = 0; k < left.length; k++) {
    const i = voxels[k];
    left[k] = intensity[i] - (share[i] * level[i]) / Math.max(weight[i], 1e-3);
  }
  return left;
}

/** One round of Gauss and Newton with weights that make it the least absolute misfit. */
async function improved(p: readonly number[], view: RimView, run: Run): Promise<number[]> {
  const own = await blurredShare(p, view, run);
  const now = await misfits(p, own, view, run);
  const columns: Float64Array[] = [];
  for (let k = 0; k < p.length; k++) {
    await breathe(run);
    const next = p.map((v, j) => (j === k ? v + steps[k] : v));
    // An inset leaves the blur as it is.
    const moved = await misfits(next, k < 2 ? await blurredShare(next, view, run) : own, view, run);
    columns.push(moved.map((v, i) => (v - now[i]) / steps[k]));
  }
  const typical = upperMedian(now.map(Math.abs));
  const weight = now.map((r) => 1 / Math.max(Math.abs(r), 0.5 * typical, 1e-12));
  const sum = (a: Float64Array, b: Float64Array): number =>
    a.reduce((s, v, i) => s + weight[i] * v * b[i], 0);
  const matrix = columns.map((a) => Float64Array.from(columns, (b) => sum(a, b)));
  const change = Float64Array.from(columns, (a) => -sum(a, now));
  if (!solvePositive(matrix, change)) return [...p];
  return p.map((v, k) => {
    const far = mostSteps * steps[k];
    const next = v + Math.min(far, Math.max(-far, change[k]));
    return k < 2 ? Math.max(least, next) : next;
  });
}

/**
 * Blur and inset of a stack's rim, along z and sideways, fitted together to the least absolute misfit of intensity ≈
 * covered share × local level, from a start that is about right.
 */
export async function fitStackRim(image: RimImage, start: EdgeFit, run: Run): Promise<EdgeFit> {
  const view = await rimView(image, start, run);
  let p: number[] = [...start.sd, ...start.inset];
  for (let round = 0; round < rounds; round++) p = await improved(p, view, run);
  return { sd: [p[0], p[1]], inset: [p[2], p[3]] };
}
