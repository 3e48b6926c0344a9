import type { DomainLevel } from '../../kernels/domain-levels.js';
import { filterOnLevel, levelBound } from '../../kernels/level-filter.js';
import {
  chebyshevSeries,
  type ChebyshevSeries,
  type FieldPair,
  filterField,
} from '../../kernels/no-flux-filter.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import { type FieldFrame, restrictTo } from './frame.js';
import { continuumWave, errorWeight, gridSpacings, levelSpacings, rateSymbol } from './whitening.js';

/** The root of G comes this close. */
const accuracy = 1e-5;

/** G^½ as a series on a frame's level, and the bound that it is one on. */
export interface LevelRoot {
  readonly level: DomainLevel;
  readonly filter: { readonly series: ChebyshevSeries; readonly bound: number };
}

/** G^½ on the level of the data. */
export function levelRoot({ level, noise, scale }: FieldFrame): LevelRoot {
  const wave = continuumWave(levelSpacings(level));
  const bound = levelBound(level);
  const unit = chebyshevSeries((x) => Math.sqrt(errorWeight(noise, wave(x)) / scale), bound, accuracy);
  return { level, filter: { series: unit.map((v) => v * Math.sqrt(scale)), bound } };
}

/** G^½ of a field on the level of the data, such as what a δ adds to the equation. */
export function whitenedOnLevel(
  values: Float64Array,
  { level, filter }: LevelRoot,
  run: Run,
): Promise<Float64Array> {
  return filterOnLevel(values, level, filter, run);
}

function voxelRoot(
  { domain, length }: RateProblem,
  { noise, scale }: FieldFrame,
  symbol: (k2: number) => number,
): ChebyshevSeries {
  const wave = continuumWave(gridSpacings(domain.grid, length));
  const unit = (x: number): number => Math.sqrt(errorWeight(noise, wave(x)) / scale) * symbol(wave(x));
  return chebyshevSeries(unit, domain.bound, accuracy);
}

/** G^½A₀ of a packed field of the voxels, at the level of the data: what a change of φ_e takes from the equation. */
export async function whitenedEuchromatin(
  phiE: Float64Array,
  problem: RateProblem,
  frame: FieldFrame,
  run: Run,
): Promise<Float64Array> {
  const series = voxelRoot(problem, frame, (k2) => rateSymbol(frame.noise, k2));
  const filtered = await filterField(phiE, problem.domain, series, run);
  const factor = Math.sqrt(frame.scale);
  return restrictTo(
    filtered.map((v) => factor * v),
    frame,
  );
}

/** G^½(y_h − A₀y_e) at the level of the data: white noise of unit sd per voxel where the equation holds without δ. */
export async function whitenedError(
  [phiH, phiE]: FieldPair,
  problem: RateProblem,
  frame: FieldFrame,
  run: Run,
): Promise<Float64Array> {
  const series = voxelRoot(problem, frame, () => 1);
  const own = await filterField(phiH, problem.domain, series, run);
  const other = await whitenedEuchromatin(phiE, problem, frame, run);
  const factor = Math.sqrt(frame.scale);
  return restrictTo(
    own.map((v) => factor * v),
    frame,
  ).map((v, i) => v - other[i]);
}
