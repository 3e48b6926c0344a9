import { activeAxes, type Grid, type Triple } from '../data/grid.js';
import { breathe, type Run } from '../run.js';
import { mirroredIndex } from './mirrored-index.js';

/** Lobes of the windowed sinc on each side: it passes all but the last waves before the Nyquist frequency, so that noise stays as it is. */
const lobes = 8;

function windowedSinc(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= lobes) return 0;
  const angle = Math.PI * x;
  return (lobes * Math.sin(angle) * Math.sin(angle / lobes)) / (angle * angle);
}

/** Weights of the voxels from −lobes + 1 to lobes around the one before a position `part` (0 to 1) voxels after it. */
function shiftWeights(part: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * lobes }, (_, k) => windowedSinc(k - lobes + 1 - part));
  const sum = weights.reduce((total, v) => total + v, 0);
  return weights.map((v) => v / sum);
}

/** Where along an axis of n voxels the weights of each voxel lie, at voxel·weights + k. */
function sourceTable(n: number, whole: number): Int32Array {
  const width = 2 * lobes;
  return Int32Array.from({ length: n * width }, (_, at) =>
    mirroredIndex(Math.floor(at / width) + whole + (at % width) - lobes + 1, n),
  );
}

async function shiftAlong(
  values: Float64Array,
  { shape }: Grid,
  { axis, by }: { axis: number; by: number },
  run: Run,
): Promise<Float64Array> {
  const whole = Math.floor(by);
  const weights = shiftWeights(by - whole);
  const n = shape[axis];
  const step = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const sources = sourceTable(n, whole);
  const out = new Float64Array(values.length);
  for (let line = 0; line < values.length / n; line++) {
    const start = Math.floor(line / step) * step * n + (line % step);
    for (let i = 0, at = 0; i < n; i++) {
      let sum = 0;
      for (const weight of weights) sum += weight * values[start + sources[at++] * step];
      out[start + i * step] = sum;
    }
    if (line % 1024 === 0) await breathe(run);
  }
  return out;
}

/**
 * The field as seen from `shift` voxels (z, y, x) further on, out(p) = values(p + shift), by Lanczos resampling with the
 * frame's edges mirrored. Shifts by whole voxels are exact. Values must be finite.
 */
export async function shiftField(
  values: Float64Array,
  grid: Grid,
  shift: Triple,
  run: Run,
): Promise<Float64Array> {
  let current = values;
  for (const axis of activeAxes(grid)) {
    if (shift[axis] !== 0) current = await shiftAlong(current, grid, { axis, by: shift[axis] }, run);
  }
  return current;
}

/** 1 at every voxel whose value after `shiftField` comes from valid voxels inside the frame only. */
export function shiftValidity(valid: Uint8Array, grid: Grid, shift: Triple): Uint8Array {
  const [nz, ny, nx] = grid.shape;
  /** Along an axis, the first and last source of each voxel, or null beyond the frame. */
  const range = (axis: 0 | 1 | 2, i: number): readonly [number, number] | null => {
    const [low, high] = [Math.floor(i + shift[axis]), Math.ceil(i + shift[axis])];
    return low < 0 || high > grid.shape[axis] - 1 ? null : [low, high];
  };
  const out = new Uint8Array(valid.length);
  for (let i = 0; i < valid.length; i++) {
    const rows = [range(0, Math.floor(i / (ny * nx))), range(1, Math.floor(i / nx) % ny), range(2, i % nx)];
    out[i] = sourcesValid(valid, rows, [nz, ny, nx]) ? 1 : 0;
  }
  return out;
}

function sourcesValid(
  valid: Uint8Array,
  [z, y, x]: readonly (readonly [number, number] | null)[],
  [, ny, nx]: Triple,
): boolean {
  if (z === null || y === null || x === null) return false;
  for (const k of z)
    for (const j of y) for (const i of x) if (valid[(k * ny + j) * nx + i] === 0) return false;
  return true;
}
