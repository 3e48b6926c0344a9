import { activeAxes, type Grid } from '../data/grid.js';

/** Taps of a normalised Gaussian of the given sd (in voxels), cut at four sd. */
function gaussianTaps(sd: number): Float64Array {
  const radius = Math.max(1, Math.ceil(4 * sd));
  const taps = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sd * sd)),
  );
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** Index mirrored about the faces of [0, n). */
function mirrored(index: number, n: number): number {
  const period = 2 * n;
  const wrapped = ((index % period) + period) % period;
  return wrapped < n ? wrapped : period - 1 - wrapped;
}

/** out ← one line of `length` values, `stride` apart from `start`, convolved with the taps, mirrored at its ends. */
function blurLine(line: Float64Array, padded: Float64Array, taps: Float64Array, radius: number): void {
  const n = line.length;
  for (let i = -radius; i < n + radius; i++) padded[i + radius] = line[i >= 0 && i < n ? i : mirrored(i, n)];
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 0; k < taps.length; k++) sum += taps[k] * padded[i + k];
    line[i] = sum;
  }
}

function blurAxis(values: Float64Array, grid: Grid, axis: number, sd: number): void {
  const taps = gaussianTaps(sd);
  const radius = (taps.length - 1) / 2;
  const n = grid.shape[axis];
  const stride = [grid.shape[1] * grid.shape[2], grid.shape[2], 1][axis];
  const line = new Float64Array(n);
  const padded = new Float64Array(n + 2 * radius);
  for (let block = 0; block < values.length; block += n * stride) {
    for (let start = block; start < block + stride; start++) {
      for (let i = 0; i < n; i++) line[i] = values[start + i * stride];
      blurLine(line, padded, taps, radius);
      for (let i = 0; i < n; i++) values[start + i * stride] = line[i];
    }
  }
}

/**
 * A field blurred by a Gaussian of the given sd in nm along z, y, x, mirrored at the frame of the grid (the
 * nucleus is taken to go on there). An axis with sd under a twentieth of its spacing is left as it is.
 */
export function gaussianBlur(
  values: ArrayLike<number>,
  grid: Grid,
  sd: readonly [number, number, number],
): Float64Array {
  const blurred = Float64Array.from(values);
  for (const axis of activeAxes(grid)) {
    const inVoxels = sd[axis] / grid.spacing[axis];
    if (inVoxels > 0.05) blurAxis(blurred, grid, axis, inVoxels);
  }
  return blurred;
}
