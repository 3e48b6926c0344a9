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

/** Histogram over the whole range of the finite values that count; undefined if there is none. */
export function countValues(
  values: Float32Array,
  counts: (i: number) => boolean,
  bins: number,
): Histogram | undefined {
  const range = extent(values, counts);
  if (range === undefined) return undefined;
  const [low, high] = range[0] < range[1] ? range : widened(range[0]);
  const histogram = { low, high, counts: new Uint32Array(bins) };
  const scale = bins / (high - low);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]) || !counts(i)) continue;
    histogram.counts[Math.min(bins - 1, Math.floor((values[i] - low) * scale))]++;
  }
  return histogram;
}
