import { chebyshevSeries, type FieldPair, filterPair } from '../../kernels/no-flux-filter.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import type { EquationNoise } from './whitening.js';
import { continuumWave, errorWeight, gridSpacings, rateSymbol } from './whitening.js';

/** Edges of the bands of k (1/L0) that the residual is looked at in. */
const bandEdges = [0, 1.5, 3, 4.5, 6, 8];

/** A smooth window of k² between two wave numbers, in which a series of moderate length can follow it. */
function bandWindow(k2: number, low: number, high: number): number {
  const rise = (edge: number): number => (edge === 0 ? 1 : 1 / (1 + (edge / Math.sqrt(k2 + 1e-12)) ** 12));
  return rise(low) * (1 - rise(high));
}

/**
 * Power of the whitened equation's residual in bands of wave number, over that of the noise draw: 1 where noise explains
 * it. Empty where a channel has no noise to compare with. `delta` is λ − λ₀ and `smoothE` φ_e.
 */
export async function residualExcess(
  problem: RateProblem,
  {
    fields,
    delta,
    smoothE,
    noise,
  }: { fields: FieldPair; delta: Float64Array; smoothE: Float64Array; noise: EquationNoise },
  run: Run,
): Promise<number[]> {
  const { domain, length, noiseH, noiseE } = problem;
  const isQuiet = (draw: Float64Array): boolean => draw.every((v) => v === 0);
  if (isQuiet(noiseH) || isQuiet(noiseE)) return [];
  const wave = continuumWave(gridSpacings(domain.grid, length));
  const series = bandEdges.slice(1).flatMap((high, b) => {
    const weight = (k2: number): number =>
      bandWindow(k2, bandEdges[b], high) * Math.sqrt(errorWeight(noise, k2) / errorWeight(noise, 0));
    return [
      chebyshevSeries((x) => weight(wave(x)), domain.bound, 1e-5),
      chebyshevSeries((x) => weight(wave(x)) * rateSymbol(noise, wave(x)), domain.bound, 1e-5),
    ];
  });
  const power = async (pair: FieldPair): Promise<number[]> => {
    const out = await filterPair(pair, domain, series, run);
    return bandEdges.slice(1).map((_, b) => {
      const [h] = out[2 * b];
      const [, e] = out[2 * b + 1];
      return h.reduce((sum, v, i) => sum + (v - e[i]) ** 2, 0);
    });
  };
  const left = await power([fields[0].map((v, i) => v - delta[i] * smoothE[i]), fields[1]]);
  const expected = await power([noiseH, noiseE]);
  return left.map((v, b) => v / Math.max(expected[b], 1e-300));
}
