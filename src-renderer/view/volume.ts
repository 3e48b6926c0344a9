import type { Grid } from '../../src-core/data/grid.js';
import type { Vector } from './gaze.js';

/** A box of voxels: first voxel and number of them along x, y, z. */
export interface VoxelBox {
  readonly first: Vector;
  readonly count: Vector;
}

/**
 * A stack (or the part of it in a box) as texels: per voxel the value, from 0 at `low` to 1 at `high`, times whether
 * it is shown, and whether it is shown; both as 16-bit floats, so that what lies between voxels is right at the edge
 * of the nucleus too. Never changed once made.
 */
export interface Volume {
  readonly size: Vector;
  /** Lengths of the box in nm. */
  readonly span: Vector;
  readonly low: number;
  readonly high: number;
  readonly texels: Uint16Array;
  /** Voxels of the stack that a texel is the mean of, along x, y, z: 1, 1, 1 unless it would not fit. */
  readonly coarsening: Vector;
}

/** What a volume is made of. */
export interface VolumeParts {
  readonly grid: Grid;
  readonly values: Float32Array;
  /** Whether a voxel is shown; a value that is no number never is. */
  readonly shown: (i: number) => boolean;
  readonly box: VoxelBox;
}

/** What fits on the graphics card: the longest side of a 3-D texture, and the bytes of one. */
export interface VolumeBudget {
  readonly longest: number;
  readonly bytes: number;
}

/** Bytes of a texel. */
const texelBytes = 4;

/** The whole stack. */
export function wholeBox({ shape: [nz, ny, nx] }: Grid): VoxelBox {
  return { first: [0, 0, 0], count: [nx, ny, nz] };
}

/** The box around the non-zero entries of a mask, one voxel wider on each side; the whole stack where there is none. */
export function maskBox(mask: Uint8Array, grid: Grid): VoxelBox {
  const [nz, ny, nx] = grid.shape;
  const size = [nx, ny, nz];
  const low = [...size];
  const high = [-1, -1, -1];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const at = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
    for (let axis = 0; axis < 3; axis++) {
      if (at[axis] < low[axis]) low[axis] = at[axis];
      if (at[axis] > high[axis]) high[axis] = at[axis];
    }
  }
  if (high[0] < 0) return wholeBox(grid);
  const [fx, fy, fz] = low.map((first) => Math.max(0, first - 1));
  const [lx, ly, lz] = high.map((last, axis) => Math.min(size[axis] - 1, last + 1));
  return { first: [fx, fy, fz], count: [lx - fx + 1, ly - fy + 1, lz - fz + 1] };
}

/**
 * How many voxels along x, y, z are joined so that the texels fit: the sides that are too long first, then, while
 * there are too many in all, the axis with the finest spacing.
 */
export function coarseningOf({ count }: VoxelBox, grid: Grid, { longest, bytes }: VolumeBudget): Vector {
  const spacing = [grid.spacing[2], grid.spacing[1], grid.spacing[0]];
  const factor = count.map((voxels) => Math.ceil(voxels / longest));
  const texels = (): number => count.reduce((all, voxels, axis) => all * Math.ceil(voxels / factor[axis]), 1);
  while (texels() * texelBytes > bytes && texels() > 1) {
    const pitch = spacing.map((nm, axis) => (factor[axis] >= count[axis] ? Infinity : nm * factor[axis]));
    factor[pitch.indexOf(Math.min(...pitch))]++;
  }
  const [x, y, z] = factor;
  return [x, y, z];
}

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/** The 16-bit float nearest to a number from 0 to 1; below 2⁻¹⁴ it is 0. */
function halfFloat(value: number): number {
  floats[0] = value;
  const rounded = bits[0] + 0x1000;
  return rounded < 0x38800000 ? 0 : (rounded - 0x38000000) >>> 13;
}

/** Range of the values shown in the box; 0 to 1 where there is none. */
function rangeOf(parts: VolumeParts): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  visit(parts, (i) => {
    const value = parts.values[i];
    if (value < low) low = value;
    if (value > high) high = value;
  });
  if (low > high) return [0, 1];
  return low < high ? [low, high] : [low - 0.5, low + 0.5];
}

/** Calls with the index of each voxel of the box that is shown, and its place in the box. */
function visit(
  { grid, values, shown, box: { first, count } }: VolumeParts,
  call: (i: number, x: number, y: number, z: number) => void,
): void {
  const [, ny, nx] = grid.shape;
  for (let z = 0; z < count[2]; z++) {
    for (let y = 0; y < count[1]; y++) {
      const row = ((first[2] + z) * ny + first[1] + y) * nx + first[0];
      for (let x = 0; x < count[0]; x++) {
        if (Number.isFinite(values[row + x]) && shown(row + x)) call(row + x, x, y, z);
      }
    }
  }
}

/** Sums and counts of the voxels shown in each texel. */
function gather(
  parts: VolumeParts,
  [nx, ny, nz]: Vector,
  [cx, cy, cz]: Vector,
  low: number,
): [Float32Array, Uint16Array] {
  const sums = new Float32Array(nx * ny * nz);
  const counts = new Uint16Array(sums.length);
  visit(parts, (i, x, y, z) => {
    const at = (Math.floor(z / cz) * ny + Math.floor(y / cy)) * nx + Math.floor(x / cx);
    sums[at] += parts.values[i] - low;
    counts[at]++;
  });
  return [sums, counts];
}

/** The texels of a stack, coarsened as far as the budget asks for. */
export function makeVolume(parts: VolumeParts, budget: VolumeBudget): Volume {
  const { grid, box } = parts;
  const coarsening = coarseningOf(box, grid, budget);
  const [sx, sy, sz] = box.count.map((voxels, axis) => Math.ceil(voxels / coarsening[axis]));
  const [low, high] = rangeOf(parts);
  const [sums, counts] = gather(parts, [sx, sy, sz], coarsening, low);
  const full = coarsening[0] * coarsening[1] * coarsening[2];
  const texels = new Uint16Array(2 * sums.length);
  for (let at = 0; at < sums.length; at++) {
    texels[2 * at] = halfFloat(sums[at] / (high - low) / full);
    texels[2 * at + 1] = halfFloat(counts[at] / full);
  }
  const [dz, dy, dx] = grid.spacing;
  const span: Vector = [sx * coarsening[0] * dx, sy * coarsening[1] * dy, sz * coarsening[2] * dz];
  return { size: [sx, sy, sz], span, low, high, texels, coarsening };
}
