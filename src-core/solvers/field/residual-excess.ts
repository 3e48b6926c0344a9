import type { DomainLevel } from '../../kernels/domain-levels.js';
import { filterBandsOnLevel, filterOnLevel, levelBound } from '../../kernels/level-filter.js';
import { chebyshevSeries, type ChebyshevSeries, type FieldPair } from '../../kernels/no-flux-filter.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import { squaredDistance } from '../../kernels/vectors.js';
import { type FieldFrame, restrictTo } from './frame.js';
import { freeValues } from './loose-rows.js';
import type { EquationNoise } from './whitening.js';
import { continuumWave, errorWeight, levelSpacings, rateSymbol } from './whitening.js';

/** What the residual is made of, and the cells that it is looked at on. */
interface ResidualParts {
  readonly fields: FieldPair;
  readonly delta: Float64Array;
  readonly smoothE: Float64Array;
  readonly frame: FieldFrame;
}

/** Edges of the bands of k (1/L0) that the residual is looked at in. */
const bandEdges = [0, 1.5, 3, 4.5, 6, 8];

/** A smooth window of k² between two wave numbers, in which a series of moderate length can follow it. */
function bandWindow(k2: number, low: number, high: number): number {
  const rise = (edge: number): number => (edge === 0 ? 1 : 1 / (1 + (edge / Math.sqrt(k2 + 1e-12)) ** 12));
  return rise(low) * (1 - rise(high));
}

/** Series of one band on a level: its root weight, and that times A₀. */
function bandSeries(
  [low, high]: readonly [number, number],
  noise: EquationNoise,
  level: DomainLevel,
): readonly [ChebyshevSeries, ChebyshevSeries] {
  const wave = continuumWave(levelSpacings(level));
  const weight = (k2: number): number =>
    bandWindow(k2, low, high) * Math.sqrt(errorWeight(noise, k2) / errorWeight(noise, 0));
  const of = (f: (k2: number) => number): ChebyshevSeries =>
    chebyshevSeries((x) => f(wave(x)), levelBound(level), 1e-5);
  return [of(weight), of((k2) => weight(k2) * rateSymbol(noise, k2))];
}

/** φ_h less what free rows have to add to it for the equation to hold as well as it can. */
async function withoutFree(
  [h, e]: FieldPair,
  { level, loose, noise, filter }: FieldFrame,
  run: Run,
): Promise<Float64Array> {
  if (loose === null) return h;
  const wave = continuumWave(levelSpacings(level));
  const scale = errorWeight(noise, 0);
  const series = chebyshevSeries(
    (x) => (errorWeight(noise, wave(x)) * rateSymbol(noise, wave(x))) / scale,
    filter.bound,
    1e-6,
  );
  const own = await filterOnLevel(h, level, filter, run);
  const applied = await filterOnLevel(e, level, { series, bound: filter.bound }, run);
  const values = freeValues(
    own.map((v, i) => v - scale * applied[i]),
    loose,
    level,
  );
  const left = Float64Array.from(h);
  loose.cells.forEach((cell, k) => (left[cell] -= values[k]));
  return left;
}

/**
 * Power of the whitened equation's residual in bands of wave number, over that of the noise draw: 1 where noise explains
 * it. Empty where a channel has no noise to compare with. `delta` is λ − λ₀ and `smoothE` φ_e, on the voxels like the
 * fields; the bands are looked at on the cells of the frame, each as much as it is large.
 */
export async function residualExcess(
  { noiseH, noiseE }: RateProblem,
  { fields, delta, smoothE, frame }: ResidualParts,
  run: Run,
): Promise<number[]> {
  const isQuiet = (draw: Float64Array): boolean => draw.every((v) => v === 0);
  if (isQuiet(noiseH) || isQuiet(noiseE)) return [];
  const { level, noise } = frame;
  const bound = levelBound(level);
  const flux = fields[0].map((v, i) => v - delta[i] * smoothE[i]);
  const [left, right, drawH, drawE] = [flux, fields[1], noiseH, noiseE].map((v) => restrictTo(v, frame));
  const bands = bandEdges.slice(1).map((high, b) => bandSeries([bandEdges[b], high], noise, level));
  const power = async ([given, e]: FieldPair): Promise<number[]> => {
    const h = await withoutFree([given, e], frame, run);
    const weights = { series: bands.map(([weight]) => weight), bound };
    const applied = { series: bands.map(([, each]) => each), bound };
    const own = await filterBandsOnLevel(h, level, weights, run);
    const other = await filterBandsOnLevel(e, level, applied, run);
    return own.map((u, b) => squaredDistance(u, other[b], level.volume));
  };
  const measured = await power([left, right]);
  const expected = await power([drawH, drawE]);
  return measured.map((v, b) => v / Math.max(expected[b], 1e-300));
}
