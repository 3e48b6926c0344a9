import { type Grid, makeGrid, type Triple } from '../data/grid.js';

/** A box of voxels cut out of a grid. */
export interface Crop {
  /** The box as a grid of its own, its origin moved along. */
  readonly grid: Grid;
  /** Index on the full grid of each voxel of the box. */
  readonly voxel: Int32Array;
}

/** First and last index along each axis of the non-zero entries of a mask; the whole grid for an empty mask. */
function bounds(mask: Uint8Array, [nz, ny, nx]: Triple): { first: number[]; last: number[] } {
  const first = [nz, ny, nx];
  const last = [-1, -1, -1];
  const reach = (axis: number, at: number): void => {
    first[axis] = Math.min(first[axis], at);
    last[axis] = Math.max(last[axis], at);
  };
  for (let row = 0; row < nz * ny; row++) {
    const end = (row + 1) * nx;
    let from = row * nx;
    while (from < end && mask[from] === 0) from++;
    if (from === end) continue;
    let to = end - 1;
    while (mask[to] === 0) to--;
    reach(0, Math.floor(row / ny));
    reach(1, row % ny);
    reach(2, from - row * nx);
    reach(2, to - row * nx);
  }
  return last[0] < 0 ? { first: [0, 0, 0], last: [nz - 1, ny - 1, nx - 1] } : { first, last };
}

/** The box around a mask, `margin` nm wider on every side as far as the grid goes. */
export function cropAround(mask: Uint8Array, grid: Grid, margin: number): Crop {
  const { first, last } = bounds(mask, grid.shape);
  const pad = grid.spacing.map((spacing) => Math.ceil(margin / spacing));
  const from = first.map((v, axis) => Math.max(0, v - pad[axis]));
  const to = last.map((v, axis) => Math.min(grid.shape[axis] - 1, v + pad[axis]));
  const shape: Triple = [to[0] - from[0] + 1, to[1] - from[1] + 1, to[2] - from[2] + 1];
  const corner = (axis: number): number => grid.origin[axis] + from[axis] * grid.spacing[axis];
  const [, ny, nx] = grid.shape;
  const voxel = new Int32Array(shape[0] * shape[1] * shape[2]);
  for (let z = from[0], i = 0; z <= to[0]; z++) {
    for (let y = from[1]; y <= to[1]; y++) {
      for (let x = from[2]; x <= to[2]; x++) voxel[i++] = (z * ny + y) * nx + x;
    }
  }
  return { grid: makeGrid(shape, grid.spacing, [corner(0), corner(1), corner(2)]), voxel };
}

/** The values inside the box. */
export function cropped(values: ArrayLike<number>, { voxel }: Crop): Float64Array {
  const inside = new Float64Array(voxel.length);
  for (let i = 0; i < inside.length; i++) inside[i] = values[voxel[i]];
  return inside;
}

/** Values of a box laid back on the full grid, `outside` elsewhere. */
export function uncropped(
  values: Float64Array,
  crop: Crop,
  full: { length: number; outside: number },
): Float64Array {
  const laid = new Float64Array(full.length).fill(full.outside);
  for (let i = 0; i < values.length; i++) laid[crop.voxel[i]] = values[i];
  return laid;
}
