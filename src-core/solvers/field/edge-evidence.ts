import { depthInside } from '../../kernels/depth.js';
import { filterOnLevel, levelBound } from '../../kernels/level-filter.js';
import {
  chebyshevSeries,
  type ChebyshevSeries,
  type FieldPair,
  filterField,
} from '../../kernels/no-flux-filter.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import type { EdgeProblem } from './edge-problem.js';
import { type FieldFrame, restrictTo } from './frame.js';
import { continuumWave, errorWeight, gridSpacings, levelSpacings, rateSymbol } from './whitening.js';

/** Predictions are judged this far (L0) inside the nucleus: the rim was repaired by what λ was thought to be. */
const judgedDepth = 0.8;
const accuracy = 1e-5;

/** Where predictions are judged: per cell of the data's level its volume, or 0 within `judgedDepth` of the edge. */
export function judgedCells({ domain }: RateProblem, frame: FieldFrame): Float64Array {
  const inside = restrictTo(
    depthInside(domain).map((depth) => (depth >= judgedDepth ? 1 : 0)),
    frame,
  );
  return inside.map((share, i) => (share > 0.99 ? frame.level.volume[i] : 0));
}

/** G^½(y_h − A₀y_e) at the level of the data: white noise of unit sd per voxel where the equation holds without δ. */
export async function whitenedFields(
  fields: FieldPair,
  { domain, length }: RateProblem,
  frame: FieldFrame,
  run: Run,
): Promise<Float64Array> {
  const { noise, scale } = frame;
  const wave = continuumWave(gridSpacings(domain.grid, length));
  const root = (x: number): number => Math.sqrt(errorWeight(noise, wave(x)) / scale);
  const of = (f: (x: number) => number): ChebyshevSeries => chebyshevSeries(f, domain.bound, accuracy);
  const own = await filterField(fields[0], domain, of(root), run);
  const applied = of((x) => root(x) * rateSymbol(noise, wave(x)));
  const other = await filterField(fields[1], domain, applied, run);
  const factor = Math.sqrt(scale);
  return restrictTo(
    own.map((v, i) => factor * (v - other[i])),
    frame,
  );
}

/** G^½ of what a δ adds to the equation, at the level of the data. */
export async function whitenedExchange(
  exchanged: Float64Array,
  { data }: EdgeProblem,
  run: Run,
): Promise<Float64Array> {
  const { level, noise, scale } = data.frame;
  const wave = continuumWave(levelSpacings(level));
  const bound = levelBound(level);
  const series = chebyshevSeries((x) => Math.sqrt(errorWeight(noise, wave(x)) / scale), bound, accuracy);
  const unit = await filterOnLevel(exchanged, level, { series, bound }, run);
  return unit.map((v) => Math.sqrt(scale) * v);
}

/** Σ over cells of weight·(a − b)². */
export function squaredDistance(a: Float64Array, b: Float64Array, weight: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += weight[i] * (a[i] - b[i]) ** 2;
  return sum;
}
