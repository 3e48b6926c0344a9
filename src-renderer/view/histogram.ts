import type { Limits } from '../../src-core/figure/colormap.js';

/** Counts of values in equal bins between two limits. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: Uint32Array;
}

/** Least and greatest value for which `counts` holds; undefined if there is none. */
function extent(values: Float32Array, counts: (i: number) => boolean): readonly [number, number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]) || !counts(i)) continue;
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return low <= high ? [low, high] : undefined;
}

/** A range around a value that all entries share, wide enough to be one in 64-bit numbers. */
function widened(value: number): readonly [number, number] {
  const half = Math.max(0.5, 1e-6 * Math.abs(value));
  return [value - half, value + half];
}

/** The part of a range that reaches half a span beyond the limits: a few stray values must not squeeze the rest. */
function near(range: readonly [number, number], limits: Limits | undefined): readonly [number, number] {
  if (limits === undefined) return range;
  const reach = (limits[1] - limits[0]) / 2;
  const [low, high] = [Math.max(range[0], limits[0] - reach), Math.min(range[1], limits[1] + reach)];
  return low < high ? [low, high] : range;
}

/**
 * Histogram of the finite values that count, over their whole range or, where limits are given, over the part of it
 * near them; values beyond are counted in the end bins. undefined if no value counts.
 */
export function countValues(
  values: Float32Array,
  counts: (i: number) => boolean,
  bins: number,
  limits?: Limits,
): Histogram | undefined {
  const range = extent(values, counts);
  if (range === undefined) return undefined;
  const [low, high] = range[0] < range[1] ? near(range, limits) : widened(range[0]);
  const histogram = { low, high, counts: new Uint32Array(bins) };
  const scale = bins / (high - low);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]) || !counts(i)) continue;
    histogram.counts[Math.min(bins - 1, Math.max(0, Math.floor((values[i] - low) * scale)))]++;
  }
  return histogram;
}
