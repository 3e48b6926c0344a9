import type { Limits } from './colormap.js';
import { roundOutward } from './ticks.js';

/** Colour limits and what they leave out. */
export interface ColorRange {
  readonly limits: Limits;
  /** Shares (0 to 1) of the counted values under and over the limits; they take the end colours. */
  readonly below: number;
  readonly above: number;
  /** Whether the limits were given rather than taken from the values. */
  readonly given: boolean;
}

/** Percentiles come from at most this many values, evenly spread: enough for 0.1 % and never slow. */
const largestSample = 1 << 18;

/** The finite values that count, thinned evenly to the largest sample, ascending. */
function sortedSample(values: Float32Array, counts: (i: number) => boolean): Float32Array {
  const counted = (i: number): boolean => Number.isFinite(values[i]) && counts(i);
  let total = 0;
  for (let i = 0; i < values.length; i++) if (counted(i)) total++;
  const stride = Math.max(1, Math.ceil(total / largestSample));
  const sample = new Float32Array(Math.ceil(total / stride));
  let seen = 0;
  for (let i = 0; i < values.length; i++) {
    if (!counted(i)) continue;
    if (seen % stride === 0) sample[seen / stride] = values[i];
    seen++;
  }
  return sample.sort();
}

/** The quantile (`fraction` 0 to 1) of ascending values, linear between the order statistics; NaN for none. */
export function percentile(sorted: ArrayLike<number>, fraction: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = fraction * (sorted.length - 1);
  const k = Math.floor(at);
  return sorted[k] + (at - k) * (sorted[Math.min(k + 1, sorted.length - 1)] - sorted[k]);
}

/** Limits no closer than a tenth of their middle: stretched further, a constant map's noise looks like structure. */
function widened([low, high]: Limits): Limits {
  const middle = (low + high) / 2;
  const half = Math.max((high - low) / 2, 0.05 * Math.abs(middle)) || 0.5;
  return [middle - half, middle + half];
}

/** Slack for values that equal a limit up to float32 rounding. */
const slack = 1e-6;

/**
 * Colour limits of the values for which `counts` holds: the given ones, or the 1st to 99th percentile, at least a
 * tenth of the middle apart, rounded outward to sensible ticks. undefined if no value counts.
 */
export function colorRange(
  values: Float32Array,
  counts: (i: number) => boolean,
  given?: Limits,
): ColorRange | undefined {
  const sorted = sortedSample(values, counts);
  if (sorted.length === 0) return undefined;
  const limits = given ?? roundOutward(widened([percentile(sorted, 0.01), percentile(sorted, 0.99)]));
  const margin = slack * (limits[1] - limits[0]);
  const below = sorted.findIndex((value) => value >= limits[0] - margin);
  const above = sorted.findLastIndex((value) => value <= limits[1] + margin);
  return {
    limits,
    below: (below < 0 ? sorted.length : below) / sorted.length,
    above: (sorted.length - 1 - above) / sorted.length,
    given: given !== undefined,
  };
}
