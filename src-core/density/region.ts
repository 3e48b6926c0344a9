import { activeAxes, type Grid } from '../data/grid.js';
import { breathe, type Run } from '../run.js';
import { labelComponents } from './components.js';
import { gaussianBlurred } from '../kernels/gaussian-blur.js';
import { placeRanks, upperMedian } from '../kernels/order-statistics.js';
import { refineEdge } from './nucleus-edge.js';

/** The nucleus (or nuclei) of an image. */
export interface Region {
  readonly mask: Uint8Array;
  /** Number of separate nuclei in the mask. */
  readonly nuclei: number;
  /** How it was found, in words for users. */
  readonly method: string;
  readonly warnings: readonly string[];
}

/** Otsu's threshold of a field, and the share of its variance that lies between the two classes. */
export function otsuThreshold(values: Float64Array): { threshold: number; separation: number } {
  const bins = 256;
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (!(high > low)) return { threshold: high, separation: 0 };
  const histogram = new Float64Array(bins);
  for (const v of values) histogram[Math.min(bins - 1, Math.floor(((v - low) / (high - low)) * bins))]++;
  const n = values.length;
  const mean = histogram.reduce((sum, count, b) => sum + count * b, 0) / n;
  const variance = histogram.reduce((sum, count, b) => sum + count * (b - mean) ** 2, 0) / n;
  let [best, at, below, belowSum] = [0, 0, 0, 0];
  for (let b = 0; b < bins - 1; b++) {
    below += histogram[b];
    belowSum += histogram[b] * b;
    if (below === 0 || below === n) continue;
    const between = (mean * below - belowSum) ** 2 / below / (n - below);
    if (between > best) [best, at] = [between, b];
  }
  return { threshold: low + ((at + 1) / bins) * (high - low), separation: best / variance };
}

/** 1 where a value is wanted, else 0. */
function maskWhere(values: ArrayLike<number>, wanted: (value: number, index: number) => boolean): Uint8Array {
  const mask = new Uint8Array(values.length);
  for (let i = 0; i < mask.length; i++) if (wanted(values[i], i)) mask[i] = 1;
  return mask;
}

/** Median of the entries of `values` that `keep` selects. */
function medianWhere(values: Float64Array, keep: (value: number) => boolean): number {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (const v of values) if (keep(v)) kept[count++] = v;
  return upperMedian(kept.subarray(0, count));
}

/** Removes components of the mask that are under a twentieth of the largest; returns how many are left. */
async function dropSpecks(mask: Uint8Array, grid: Grid, run: Run): Promise<number> {
  const { labels, sizes } = await labelComponents(mask, grid, run);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0 && sizes[labels[i]] < largest / 20) mask[i] = 0;
  return sizes.filter((size, label) => label > 0 && size >= largest / 20).length;
}

/** Fills holes (background not joined to the frame) smaller than `smallest` voxels. */
async function fillHoles(mask: Uint8Array, grid: Grid, smallest: number, run: Run): Promise<void> {
  const outside = maskWhere(mask, (v) => v === 0);
  const { labels, sizes, touchesFrame } = await labelComponents(outside, grid, run);
  for (let i = 0; i < mask.length; i++) {
    const label = labels[i];
    if (label > 0 && !touchesFrame[label] && sizes[label] < smallest) mask[i] = 1;
  }
}

function wholeFrame(grid: Grid, method: string, warnings: string[]): Region {
  const [nz, ny, nx] = grid.shape;
  return { mask: new Uint8Array(nz * ny * nx).fill(1), nuclei: 1, method, warnings };
}

/** Voxels of a disc (ball) of the given radius in nm. */
function discVoxels(grid: Grid, radius: number): number {
  const axes = activeAxes(grid);
  const voxel = axes.reduce((volume, axis) => volume * grid.spacing[axis], 1);
  const shape =
    axes.length === 3
      ? (4 / 3) * Math.PI * radius ** 3
      : axes.length === 2
        ? Math.PI * radius ** 2
        : 2 * radius;
  return shape / voxel;
}

/** Whether most of the dark class is one piece that reaches the frame: a background, not gaps between domains. */
async function isOpen(smooth: Float64Array, threshold: number, grid: Grid, run: Run): Promise<boolean> {
  const dark = maskWhere(smooth, (v) => !(v > threshold));
  const { sizes, touchesFrame } = await labelComponents(dark, grid, run);
  const open = sizes.reduce((most, size, label) => (touchesFrame[label] ? Math.max(most, size) : most), 0);
  return open > 0.6 * sizes.reduce((sum, size) => sum + size, 0);
}

/** Levels of a dark background and of the nucleus, or undefined where the dark class is not flat or not open. */
async function findLevels(
  smooth: Float64Array,
  grid: Grid,
  run: Run,
): Promise<{ background: number; inside: number } | undefined> {
  const { threshold } = otsuThreshold(smooth);
  const dark = smooth.filter((v) => v <= threshold);
  const ranks = [0.05, 0.3].map((share) => Math.floor(dark.length * share));
  placeRanks(dark, ranks);
  const inside = medianWhere(smooth, (v) => v > threshold);
  const background = dark[ranks[1]];
  const flat = background - dark[ranks[0]] < 0.02 * (inside - background);
  if (!flat || inside <= background) return undefined;
  return (await isOpen(smooth, threshold, grid, run)) ? { background, inside } : undefined;
}

/** Gaussian sd per axis: `width` nm, but no more than the given share of the frame and no less than a voxel. */
function reachOf(grid: Grid, width: number, share: number): [number, number, number] {
  const [z, y, x] = grid.spacing.map((spacing, axis) =>
    Math.max(Math.min(width, grid.shape[axis] * spacing * share), spacing),
  );
  return [z, y, x];
}

function smoothed(density: ArrayLike<number>, grid: Grid, width: number, run: Run): Promise<Float64Array> {
  return gaussianBlurred(density, [grid, reachOf(grid, width, 1 / 12)], false, run);
}

/** Mean of the background-free density within 150 nm, over the mask alone. */
async function localLevel(
  { smooth, background }: { smooth: Float64Array; background: number },
  mask: Uint8Array,
  grid: Grid,
  run: Run,
): Promise<Float64Array> {
  const reach = reachOf(grid, 150, 1 / 8);
  const weight = await gaussianBlurred(mask, [grid, reach], false, run);
  const free = smooth.map((v, i) => (mask[i] === 0 ? 0 : v - background));
  const sum = await gaussianBlurred(free, [grid, reach], false, run);
  return sum.map((v, i) => v / Math.max(weight[i], 1e-9));
}

/**
 * The nucleus by threshold. A flat dark background is looked for (Otsu's classes of the density smoothed by 60 nm),
 * and everything over a quarter of the nuclear level after smoothing by 120 nm is kept as a coarse mask. The edge is
 * then put, in three rounds, where the density smoothed by 60, then 30 nm falls to half of the local level (its mean
 * within 150 nm inside the mask), and refined by the blur measured across it. Specks under a twentieth of the largest
 * piece are dropped (several nuclei stay), holes smaller than a disc of 200 nm radius are filled (nucleoli stay out).
 * Where no background is found the whole frame is taken and a warning says so. `density` has one value per voxel, in
 * any unit.
 */
export async function findNucleus(density: ArrayLike<number>, grid: Grid, run: Run): Promise<Region> {
  const fine = await smoothed(density, grid, 60, run);
  const levels = await findLevels(fine, grid, run);
  if (levels === undefined) {
    return wholeFrame(grid, 'whole frame (no background found)', [
      'No dark background was found around the nucleus, so the whole frame was taken as nucleus; give a mask, or choose no mask to accept this.',
    ]);
  }
  const { background, inside } = levels;
  await breathe(run);
  const smallestHole = discVoxels(grid, 200);
  const coarse = await smoothed(density, grid, 120, run);
  let mask = maskWhere(coarse, (v) => v - background > (inside - background) / 4);
  await fillHoles(mask, grid, smallestHole, run);
  const sharp = await smoothed(density, grid, 30, run);
  for (const edge of [fine, sharp, sharp]) {
    await breathe(run);
    const level = await localLevel({ smooth: fine, background }, mask, grid, run);
    const least = (inside - background) / 4;
    mask = maskWhere(edge, (v, i) => v - background > level[i] / 2 && level[i] > least);
    await breathe(run);
    await dropSpecks(mask, grid, run);
    await breathe(run);
    await fillHoles(mask, grid, smallestHole, run);
  }
  const signal = Float64Array.from({ length: mask.length }, (_, i) => density[i] - background);
  mask = await refineEdge(signal, mask, grid, run);
  const nuclei = await dropSpecks(mask, grid, run);
  await fillHoles(mask, grid, smallestHole, run);
  const warnings =
    nuclei > 1
      ? [`${nuclei} separate nuclei were found; they share one calibration, and no flux passes between them.`]
      : [];
  return { mask, nuclei, method: 'automatic (smoothed threshold)', warnings };
}

/** A mask from a file's values: non-zero is inside; holes and pieces are kept as drawn. */
export async function regionFromMask(values: ArrayLike<number>, grid: Grid, run: Run): Promise<Region> {
  const mask = maskWhere(values, (v) => v > 0);
  const { sizes } = await labelComponents(mask, grid, run);
  return { mask, nuclei: sizes.length - 1, method: 'mask file', warnings: [] };
}

/** The whole frame, on request. */
export function wholeFrameRegion(grid: Grid): Region {
  return wholeFrame(grid, 'none (whole frame)', []);
}
