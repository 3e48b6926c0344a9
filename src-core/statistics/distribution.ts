/** Location and spread of a set of numbers. */
export interface Distribution {
  readonly mean: number;
  readonly median: number;
  readonly sd: number;
  readonly p05: number;
  readonly p95: number;
}

/** Quantile q of ascending values, linear between order statistics; NaN for an empty set. */
function quantile(ascending: ArrayLike<number>, q: number): number {
  if (ascending.length === 0) return Number.NaN;
  const at = q * (ascending.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, ascending.length - 1);
  return ascending[low] + (at - low) * (ascending[high] - ascending[low]);
}

/** Mean, median, standard deviation (n − 1) and 5th and 95th percentile of the values; the values stay in order. */
export function distribution(values: Float64Array): Distribution {
  const n = values.length;
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const ascending = Float64Array.from(values).sort();
  return {
    mean,
    median: quantile(ascending, 0.5),
    sd: n > 1 ? Math.sqrt(squares / (n - 1)) : 0,
    p05: quantile(ascending, 0.05),
    p95: quantile(ascending, 0.95),
  };
}
