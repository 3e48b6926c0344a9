import type { NoFluxDomain } from '../kernels/no-flux.js';
import { chebyshevSeries, filterPair } from '../kernels/no-flux-filter.js';
import type { Run } from '../run.js';
import type { RateSolution } from '../solvers/solver.js';

/** A λ that a forward run can use: known everywhere, positive, and how much of it was made up. */
export interface CompletedRate {
  readonly rate: Float64Array;
  /** Shares of the nucleus. */
  readonly filled: number;
  readonly clipped: number;
}

/** λ is held within these multiples of its median: below there is no rate, above it lies in the noise of 1/φ_e. */
const least = 0.02;
const most = 20;

function medianKnown({ rate, identifiable }: RateSolution): number {
  const known = rate.filter((value, i) => identifiable[i] !== 0 && Number.isFinite(value)).sort();
  return known[known.length >> 1];
}

/** Mean of the known values within a Gaussian of the given sd (in the domain's unit), where any are within reach. */
async function meanAround(
  rate: Float64Array,
  known: Uint8Array,
  { domain, sd }: { readonly domain: NoFluxDomain; readonly sd: number },
  run: Run,
): Promise<{ mean: Float64Array; reached: Uint8Array }> {
  const weight = Float64Array.from(known);
  const series = chebyshevSeries((x) => Math.exp((-x * sd * sd) / 2), domain.bound);
  const product = rate.map((value, i) => (known[i] === 0 ? 0 : value));
  const [[sum, total]] = await filterPair([product, weight], domain, [series], run);
  return {
    mean: sum.map((value, i) => value / Math.max(total[i], 1e-3)),
    reached: Uint8Array.from(total, (value) => (value > 0.02 ? 1 : 0)),
  };
}

/**
 * λ at every voxel of the nucleus: where it is not identifiable, the mean of the λ around it (Gaussian of L0/2, L0,
 * 2 L0 … within the nucleus, until some is within reach), held within 0.02 and 20 times its median. Packed.
 */
export async function completeRate(
  solution: RateSolution,
  domain: NoFluxDomain,
  run: Run,
): Promise<CompletedRate> {
  const median = medianKnown(solution);
  const [low, high] = [least * median, most * median];
  let clipped = 0;
  const known = solution.identifiable.map((flag, i) =>
    flag !== 0 && Number.isFinite(solution.rate[i]) ? 1 : 0,
  );
  const rate = solution.rate.map((value, i) => {
    const held = Math.min(high, Math.max(low, value));
    if (known[i] !== 0 && held !== value) clipped++;
    return known[i] === 0 ? Number.NaN : held;
  });
  const filled = known.reduce((count, flag) => count + 1 - flag, 0) / known.length;
  for (let sd = 0.5; sd <= 4 && rate.some(Number.isNaN); sd *= 2) {
    const { mean, reached } = await meanAround(rate, known, { domain, sd }, run);
    for (let i = 0; i < rate.length; i++) if (Number.isNaN(rate[i]) && reached[i] !== 0) rate[i] = mean[i];
  }
  const whole = rate.map((value) => (Number.isNaN(value) ? median : value));
  return { rate: whole, filled, clipped: clipped / rate.length };
}
