import { activeAxes, type Grid } from '../data/grid.js';
import { breathe, type Run } from '../run.js';
import { mirroredIndex } from './mirrored-index.js';

/** Taps of a normalised Gaussian of the given sd (in voxels), cut at four sd. */
function gaussianTaps(sd: number): Float64Array {
  const radius = Math.max(1, Math.ceil(4 * sd));
  const taps = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sd * sd)),
  );
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** Where a line of n values goes on beyond its ends. */
type Beyond = (i: number, n: number) => number;

const wrappedIndex: Beyond = (i, n) => ((i % n) + n) % n;

/** Taps and how lines go on. */
interface LineBlur {
  readonly taps: Float64Array;
  readonly beyond: Beyond;
}

/** Work in steps of a few milliseconds at most. */
type Steps = Generator<undefined, void>;

/** Convolves every line of `n` neighbouring values. */
function* blurLines(values: Float64Array, n: number, { taps, beyond }: LineBlur): Steps {
  const radius = (taps.length - 1) / 2;
  const padded = new Float64Array(n + 2 * radius);
  for (let start = 0; start < values.length; start += n) {
    for (let i = -radius; i < n + radius; i++) padded[i + radius] = values[start + beyond(i, n)];
    for (let i = 0; i < n; i++) {
      let sum = taps[radius] * padded[i + radius];
      for (let k = 0; k < radius; k++) sum += taps[k] * (padded[i + k] + padded[i + 2 * radius - k]);
      values[start + i] = sum;
    }
    yield;
  }
}

/**
 * Convolves along an axis whose neighbours lie `stride` apart: whole rows of `stride` values are added at once, which
 * runs through memory in order.
 */
function* blurRows(values: Float64Array, n: number, stride: number, { taps, beyond }: LineBlur): Steps {
  const radius = (taps.length - 1) / 2;
  const block = new Float64Array(n * stride);
  for (let start = 0; start < values.length; start += block.length) {
    block.set(values.subarray(start, start + block.length));
    for (let i = 0; i < n; i++) {
      const row = values.subarray(start + i * stride, start + (i + 1) * stride);
      for (let j = 0; j < stride; j++) row[j] = taps[radius] * block[i * stride + j];
      for (let k = 1; k <= radius; k++) {
        const tap = taps[radius + k];
        const before = beyond(i - k, n) * stride;
        const after = beyond(i + k, n) * stride;
        for (let j = 0; j < stride; j++) row[j] += tap * (block[before + j] + block[after + j]);
      }
      yield;
    }
  }
}

/** Replaces every line of `n` values, `stride` apart, by its mean. */
function averageLines(values: Float64Array, n: number, stride: number): void {
  for (let start = 0; start < values.length; start += n * stride) {
    for (let j = start; j < start + stride; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += values[j + i * stride];
      for (let i = 0; i < n; i++) values[j + i * stride] = sum / n;
    }
  }
}

/** Rows are so short that this many are blurred between two breaths. */
const breathEvery = 4;

/** From this sd on, in lengths of the grid, what is left of the slowest mirrored wave is under 3e-9: the mean. */
const widestSd = 2;

function* blurAxis(
  values: Float64Array,
  grid: Grid,
  { axis, sd }: { axis: number; sd: number },
  beyond: Beyond,
): Steps {
  const n = grid.shape[axis];
  const stride = [grid.shape[1] * grid.shape[2], grid.shape[2], 1][axis];
  if (sd > widestSd * n) averageLines(values, n, stride);
  else if (stride === 1) yield* blurLines(values, n, { taps: gaussianTaps(sd), beyond });
  else yield* blurRows(values, n, stride, { taps: gaussianTaps(sd), beyond });
}

type Widths = readonly [number, number, number];

/** The blur in place of the values. */
function* blurSteps(values: Float64Array, grid: Grid, sd: Widths, isPeriodic: boolean): Steps {
  const beyond = isPeriodic ? wrappedIndex : mirroredIndex;
  for (const axis of activeAxes(grid)) {
    const inVoxels = sd[axis] / grid.spacing[axis];
    if (inVoxels > 0.05) yield* blurAxis(values, grid, { axis, sd: inVoxels }, beyond);
  }
}

/**
 * A field blurred by a Gaussian of the given sd in nm along z, y, x, mirrored at the frame of the grid (the
 * nucleus is taken to go on there), or going on at its other side where the field is periodic. An axis with sd under a
 * twentieth of its spacing is left as it is.
 */
export function gaussianBlur(
  values: ArrayLike<number>,
  grid: Grid,
  sd: Widths,
  isPeriodic = false,
): Float64Array {
  const blurred = new Float64Array(values);
  const steps = blurSteps(blurred, grid, sd, isPeriodic);
  while (steps.next().done !== true);
  return blurred;
}

/** The same, heeding a cancel. */
export async function gaussianBlurred(
  values: ArrayLike<number>,
  [grid, sd]: readonly [Grid, Widths],
  isPeriodic: boolean | undefined,
  run: Run,
): Promise<Float64Array> {
  const blurred = new Float64Array(values);
  const steps = blurSteps(blurred, grid, sd, isPeriodic === true);
  for (let k = 0; steps.next().done !== true; k++) if (k % breathEvery === 0) await breathe(run);
  return blurred;
}
