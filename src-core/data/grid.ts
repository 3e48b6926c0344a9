/** Three numbers in axis order z, y, x. */
export type Triple = readonly [z: number, y: number, x: number];

/**
 * A regular grid of voxels. Axis order is z, y, x everywhere; the value of voxel (iz, iy, ix) is stored at
 * i = (iz·ny + iy)·nx + ix. Lengths are nm. A planar image has shape [1, ny, nx]; its spacing[0] carries no
 * meaning. `origin` is the outer corner of voxel (0, 0, 0): voxel ix covers
 * [origin + ix·spacing, origin + (ix+1)·spacing).
 */
export interface Grid {
  readonly shape: Triple;
  readonly spacing: Triple;
  readonly origin: Triple;
}

/** A grid with its corner at the origin. `spacing` in nm, z, y, x. */
export function makeGrid(shape: Triple, spacing: Triple, origin: Triple = [0, 0, 0]): Grid {
  return { shape, spacing, origin };
}

/** Number of voxels. */
export function voxelCount(grid: Grid): number {
  return grid.shape[0] * grid.shape[1] * grid.shape[2];
}

/** The axes (0 = z, 1 = y, 2 = x) along which the grid has more than one voxel. */
export function activeAxes(grid: Grid): number[] {
  return [0, 1, 2].filter((axis) => grid.shape[axis] > 1);
}
