import { type Grid } from '../data/grid.js';
import { placeRanks, upperMedian } from '../kernels/order-statistics.js';
import { breathe, type Run } from '../run.js';

/**
 * Noise of one channel: the variance of a voxel of mean intensity I is `constant` + `slope`·I (intensity units²),
 * the law of a camera with Poisson photons and read noise. `meanSd` is the sd at the mean intensity.
 */
export interface NoiseModel {
  readonly constant: number;
  readonly slope: number;
  readonly meanIntensity: number;
  readonly meanSd: number;
}

/** Fourth difference: blind to cubics, so that structure wider than a few pixels hardly enters. */
const fourthDifference = [1, -4, 6, -4, 1];
const madToSd = 1 / 0.6745;
const binCount = 8;

/** High-pass residuals (scaled to the noise sd) and local means of 5×5 patches, in grid order. */
interface Details {
  readonly residual: Float64Array;
  readonly level: Float64Array;
}

/** Rows between two breaths. */
const breathEvery = 32;

/** Whether the 5×5 patch around a voxel lies inside. */
function isInside(mask: Uint8Array, centre: number, nx: number): boolean {
  for (let row = centre - 2 * nx - 2; row <= centre + 2 * nx; row += nx) {
    for (let at = row; at < row + 5; at++) if (mask[at] === 0) return false;
  }
  return true;
}

/** Writes residual and level of the patch around a voxel at a place of the details. */
function addDetail(
  { residual, level }: Details,
  place: number,
  values: ArrayLike<number>,
  [centre, nx]: readonly [number, number],
): void {
  let [difference, sum] = [0, 0];
  for (let j = 0, row = centre - 2 * nx - 2; j < 5; j++, row += nx) {
    for (let i = 0; i < 5; i++) {
      difference += fourthDifference[j] * fourthDifference[i] * values[row + i];
      sum += values[row + i];
    }
  }
  // The squares of the 25 weights sum to 70².
  residual[place] = Math.abs(difference) / 70;
  level[place] = sum / 25;
}

async function collectDetails(
  values: ArrayLike<number>,
  grid: Grid,
  mask: Uint8Array | undefined,
  run: Run,
): Promise<Details> {
  const [nz, ny, nx] = grid.shape;
  const stride = Math.max(1, Math.floor(Math.cbrt((nz * ny * nx) / 2e6)));
  const most = Math.ceil(nz / stride) * Math.ceil(ny / stride) * nx;
  const details = { residual: new Float64Array(most), level: new Float64Array(most) };
  let count = 0;
  for (let iz = 0; iz < nz; iz += stride) {
    for (let iy = 2; iy < ny - 2; iy += stride) {
      if (iy % breathEvery < stride) await breathe(run);
      const row = (iz * ny + iy) * nx;
      for (let at = row + 2; at < row + nx - 2; at++) {
        if (mask !== undefined && !isInside(mask, at, nx)) continue;
        addDetail(details, count, values, [at, nx]);
        if (Number.isFinite(details.residual[count])) count++;
      }
    }
  }
  return { residual: details.residual.subarray(0, count), level: details.level.subarray(0, count) };
}

/** The bin of every detail, by the rank of its level; of equal levels the first come into the lower bin. */
function binsOf(level: Float64Array, least: readonly number[], starts: readonly number[]): Uint8Array {
  const less = starts.map(() => 0);
  for (const v of level) for (let b = 1; b < least.length; b++) if (v < least[b]) less[b]++;
  const below = starts.map((rank, b) => rank - less[b]);
  const seen = starts.map(() => 0);
  const bins = new Uint8Array(level.length);
  for (let i = 0; i < bins.length; i++) {
    const v = level[i];
    for (let b = 1; b < starts.length; b++) {
      if (v > least[b] || (v === least[b] && seen[b]++ >= below[b])) bins[i] = b;
    }
  }
  return bins;
}

/** The values of each bin, bin after bin; a bin begins where its rank does. */
function inBins(values: Float64Array, bins: Uint8Array, starts: readonly number[]): Float64Array {
  const next = [...starts];
  const sorted = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) sorted[next[bins[i]]++] = values[i];
  return sorted;
}

/** Median absolute residual of each of eight bins of equal population, as (level, variance) pairs. */
async function binnedVariance(
  { residual, level }: Details,
  run: Run,
): Promise<{ level: number; variance: number }[]> {
  const placed = level.slice();
  const count = Math.max(1, Math.min(binCount, Math.floor(placed.length / 50)));
  const starts = Array.from({ length: count }, (_, b) => Math.floor((b * placed.length) / count));
  placeRanks(placed, starts);
  await breathe(run);
  const bins = binsOf(
    level,
    starts.map((rank) => placed[rank]),
    starts,
  );
  await breathe(run);
  const binned = inBins(residual, bins, starts);
  const points: { level: number; variance: number }[] = [];
  for (const [b, start] of starts.entries()) {
    await breathe(run);
    const end = starts[b + 1] ?? placed.length;
    const sd = upperMedian(binned.subarray(start, end)) * madToSd;
    let sum = 0;
    for (let i = start; i < end; i++) sum += placed[i];
    points.push({ level: sum / (end - start), variance: sd * sd });
  }
  return points;
}

/**
 * Noise of an image from the image alone: the median absolute fourth difference inside the mask, in bins of local
 * mean intensity, and a straight line through the variances with neither coefficient negative. `values` has one
 * entry per voxel of the grid. Returns undefined where fewer than 25 patches of 5×5 pixels lie inside.
 * Correlated noise (a resampled or deconvolved image) is underestimated.
 */
export async function estimateNoise(
  values: ArrayLike<number>,
  grid: Grid,
  mask: Uint8Array | undefined,
  run: Run,
): Promise<NoiseModel | undefined> {
  const details = await collectDetails(values, grid, mask, run);
  if (details.level.length < 25) return undefined;
  const points = await binnedVariance(details, run);
  const level = points.reduce((sum, p) => sum + p.level, 0) / points.length;
  const variance = points.reduce((sum, p) => sum + p.variance, 0) / points.length;
  const spread = points.reduce((sum, p) => sum + (p.level - level) ** 2, 0);
  const shared = points.reduce((sum, p) => sum + (p.level - level) * (p.variance - variance), 0);
  let slope = spread > 0 ? Math.max(0, shared / spread) : 0;
  let constant = variance - slope * level;
  if (constant < 0 && level > 0) {
    constant = 0;
    slope = variance / level;
  }
  return { constant: Math.max(0, constant), slope, meanIntensity: level, meanSd: Math.sqrt(variance) };
}

/** Noise sd of a voxel of the given mean intensity. */
export function noiseSd(noise: NoiseModel, intensity: number): number {
  return Math.sqrt(Math.max(noise.constant + noise.slope * intensity, 1e-6 * noise.meanSd * noise.meanSd));
}
