import { activeAxes, type Grid, makeGrid, type Triple, voxelCount } from '../data/grid.js';
import type { Localizations } from '../data/localizations.js';
import type { NoFluxDomain } from '../kernels/no-flux.js';
import type { RandomStream } from '../random.js';
import { breathe, type Run } from '../run.js';

/** Fine cells per pixel along each axis of an image. */
export const refinement = 2;

/** A camera: counts = offset + Poisson(gain·φ) + normal(0, readSd), rounded; `shotNoise` false leaves both out. */
export interface Camera {
  readonly offset: number;
  readonly gain: number;
  readonly readSd: number;
  readonly shotNoise: boolean;
}

/** The image grid that a fine grid is averaged to: `refinement` times coarser along every axis it extends along. */
export function imageGrid(fine: Grid): Grid {
  const factor = refinementOf(fine);
  const shape = fine.shape.map((n, axis) => Math.floor(n / factor[axis]));
  const spacing = fine.spacing.map((d, axis) => d * factor[axis]);
  return makeGrid(shape as unknown as Triple, spacing as unknown as Triple, fine.origin);
}

function refinementOf(fine: Grid): number[] {
  const axes = activeAxes(fine);
  return [0, 1, 2].map((axis) => (axes.includes(axis) ? refinement : 1));
}

/** Taps of a Gaussian of sd `sigma` voxels that sum to 1, cut at five sd. */
function gaussianTaps(sigma: number): Float64Array {
  const radius = Math.ceil(5 * sigma);
  const taps = Float64Array.from({ length: 2 * radius + 1 }, (_, k) =>
    Math.exp(-0.5 * ((k - radius) / sigma) ** 2),
  );
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/**
 * The field as a microscope blurs it: convolved with a Gaussian of sd `psfNm` (z, y, x) that sums to 1, with
 * nothing outside the grid. What is 0 outside the nucleus falls off across its edge; total signal is kept as long
 * as it stays in the frame.
 */
export async function blurByPsf(
  values: Float64Array,
  grid: Grid,
  psfNm: Triple,
  run: Run,
): Promise<Float64Array> {
  return blurFrame(values, { grid, isPeriodic: false }, psfNm, run);
}

/** As `blurByPsf`, of a field that is one period: what is carried over a face comes back at the other one. */
export async function blurPeriod(
  values: Float64Array,
  grid: Grid,
  psfNm: Triple,
  run: Run,
): Promise<Float64Array> {
  return blurFrame(values, { grid, isPeriodic: true }, psfNm, run);
}

interface BlurredFrame {
  readonly grid: Grid;
  readonly isPeriodic: boolean;
}

async function blurFrame(
  values: Float64Array,
  frame: BlurredFrame,
  psfNm: Triple,
  run: Run,
): Promise<Float64Array> {
  let blurred = values;
  for (const axis of activeAxes(frame.grid)) {
    const sigma = psfNm[axis] / frame.grid.spacing[axis];
    if (sigma > 0) blurred = await convolveAxis(blurred, frame, { axis, taps: gaussianTaps(sigma) }, run);
  }
  return blurred;
}

async function convolveAxis(
  values: Float64Array,
  { grid, isPeriodic }: BlurredFrame,
  { axis, taps }: { readonly axis: number; readonly taps: Float64Array },
  run: Run,
): Promise<Float64Array> {
  const out = new Float64Array(values.length);
  const n = grid.shape[axis];
  const stride = [grid.shape[1] * grid.shape[2], grid.shape[2], 1][axis];
  const radius = (taps.length - 1) / 2;
  for (let block = 0; block < values.length; block += stride) {
    if (stride > 1 || block % 16384 === 0) await breathe(run);
    const along = Math.floor(block / stride) % n;
    const first = isPeriodic ? -radius : Math.max(-radius, -along);
    const last = isPeriodic ? radius : Math.min(radius, n - 1 - along);
    for (let k = first; k <= last; k++) {
      const tap = taps[k + radius];
      const away = isPeriodic ? (((((along + k) % n) + n) % n) - along) * stride : k * stride;
      for (let i = block; i < block + stride; i++) out[i] += tap * values[i + away];
    }
  }
  return out;
}

/** For each fine voxel, the pixel of the image grid that it lies in. */
function pixelOfCell(fine: Grid): Int32Array {
  const [nz, ny, nx] = fine.shape;
  const [fz, fy, fx] = refinementOf(fine);
  const image = imageGrid(fine).shape;
  const pixel = new Int32Array(voxelCount(fine));
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = (Math.floor(z / fz) * image[1] + Math.floor(y / fy)) * image[2];
      for (let x = 0; x < nx; x++, i++) pixel[i] = row + Math.floor(x / fx);
    }
  }
  return pixel;
}

/** A fine field averaged over all fine cells of each pixel. */
export function averageToPixels(values: ArrayLike<number>, fine: Grid): Float64Array {
  const pixel = pixelOfCell(fine);
  const means = new Float64Array(voxelCount(imageGrid(fine)));
  const share = means.length / values.length;
  for (let i = 0; i < values.length; i++) means[pixel[i]] += share * values[i];
  return means;
}

/** 1 in the pixels at least half of whose fine cells are inside; `inside` is 1 or 0. */
export function pixelMask(inside: Uint8Array, fine: Grid): Uint8Array {
  return Uint8Array.from(averageToPixels(inside, fine), (share) => (share >= 0.5 ? 1 : 0));
}

/** A packed field averaged over the inside fine cells of each pixel of the mask, `outside` elsewhere. */
export function averageInside(packed: Float64Array, domain: NoFluxDomain, outside: number): Float32Array {
  const pixel = pixelOfCell(domain.grid);
  const pixels = voxelCount(imageGrid(domain.grid));
  const [sums, cells] = [new Float64Array(pixels), new Uint8Array(pixels)];
  for (let i = 0; i < domain.count; i++) {
    const target = pixel[domain.voxel[i]];
    sums[target] += packed[i];
    cells[target]++;
  }
  const half = pixel.length / pixels / 2;
  return Float32Array.from(sums, (sum, i) => (cells[i] >= half ? sum / cells[i] : outside));
}

/** The counts that a camera records of an image of volume fractions. */
export async function recordCounts(
  phi: Float64Array,
  { offset, gain, readSd, shotNoise }: Camera,
  { poisson, normal }: RandomStream,
  run: Run,
): Promise<Uint16Array> {
  const counts = new Uint16Array(phi.length);
  for (let i = 0; i < counts.length; i++) {
    if (i % 8192 === 0) await breathe(run);
    const signal = shotNoise ? poisson(gain * phi[i]) + readSd * normal() : gain * phi[i];
    counts[i] = Math.min(65535, Math.max(0, Math.round(offset + signal)));
  }
  return counts;
}

/** Sd of a camera's counts at φ, relative to the signal gain·φ. */
export function relativeNoise({ gain, readSd, shotNoise }: Camera, phi: number): number {
  return shotNoise ? Math.sqrt(gain * phi + readSd * readSd) / (gain * phi) : 0;
}

const precisionRange = [10, 20] as const;

/**
 * `count` localisations of molecules spread over a planar fine grid in proportion to `phi`, each with a precision
 * of its own, uniform in `precision` (10-20 nm), by which its position is off (normal). nm from the corner of the frame.
 */
export async function drawLocalizations(
  phi: Float64Array,
  fine: Grid,
  {
    count,
    random,
    precision: [low, high] = precisionRange,
  }: {
    readonly count: number;
    readonly random: RandomStream;
    readonly precision?: readonly [number, number];
  },
  run: Run,
): Promise<Localizations> {
  const cumulative = new Float64Array(phi.length);
  let total = 0;
  for (let i = 0; i < phi.length; i++) cumulative[i] = total += Math.max(0, phi[i]);
  const [x, y, precision] = [new Float64Array(count), new Float64Array(count), new Float32Array(count)];
  const [, dy, dx] = fine.spacing;
  for (let n = 0; n < count; n++) {
    if (n % 4096 === 0) await breathe(run);
    const cell = firstAbove(cumulative, random.uniform() * total);
    precision[n] = low + (high - low) * random.uniform();
    x[n] = ((cell % fine.shape[2]) + random.uniform()) * dx + precision[n] * random.normal();
    y[n] = (Math.floor(cell / fine.shape[2]) + random.uniform()) * dy + precision[n] * random.normal();
  }
  return { count, x, y, precision };
}

/** Index of the first entry of a rising table that is above `value`. */
function firstAbove(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
