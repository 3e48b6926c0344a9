import type { Grid } from './grid.js';

/**
 * A scalar on a grid. `values` has one entry per voxel (z, y, x order), in `unit` ('1' for a dimensionless
 * quantity). Where `mask` is given, a voxel counts only if its mask entry is non-zero; NaN is never used for
 * "outside" inside the engine, only in files.
 */
export interface ScalarField {
  readonly grid: Grid;
  readonly values: Float32Array;
  readonly unit: string;
  readonly mask?: Uint8Array;
}

/** Number of non-zero entries of a mask. */
export function maskCount(mask: Uint8Array): number {
  let count = 0;
  for (const value of mask) if (value !== 0) count++;
  return count;
}
