import type { Grid } from './grid.js';

/**
 * A map of the rate ratio λ on a grid. `estimate` is λ (dimensionless) where `identifiable` is 1, anything
 * elsewhere. `residual` is the equation's residual per voxel, in the units of φ, where a solver leaves one.
 */
export interface RateMap {
  readonly grid: Grid;
  readonly estimate: Float32Array;
  readonly identifiable: Uint8Array;
  /** Posterior sd of λ: of its pattern, at the level as calibrated. */
  readonly sd?: Float32Array;
  /** The same with the sd of the level, which all voxels share; absent where that is not known. */
  readonly totalSd?: Float32Array;
  /** Half the wavelength, in nm, below which λ comes from the prior and not from the data; Infinity where all of it. */
  readonly resolution?: Float32Array;
  readonly residual?: Float32Array;
}
