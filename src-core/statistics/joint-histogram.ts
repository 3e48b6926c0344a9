/**
 * Counts of pairs (x, y) in bins × bins equal squares from `from` to `to` along both axes; row by row, y rising. Pairs
 * beyond the limits count in the outermost bins.
 */
export interface JointHistogram {
  readonly from: number;
  readonly to: number;
  readonly bins: number;
  readonly counts: readonly number[];
}

/** The middle 99 % of the first set, widened by a tenth on either side. */
function limitsOf(values: Float64Array): [number, number] {
  const ascending = Float64Array.from(values).sort();
  const at = (share: number): number => ascending[Math.round(share * (ascending.length - 1))];
  const [low, high] = [at(0.005), at(0.995)];
  const room = 0.1 * (high - low) || 0.05 * Math.abs(high) || 1;
  return [low - room, high + room];
}

/** The joint histogram of two sets of equal length; limits from `x` unless given. */
export function jointHistogram(
  x: Float64Array,
  y: Float64Array,
  limits: readonly [number, number] = limitsOf(x),
  bins = 40,
): JointHistogram {
  const [from, to] = limits;
  const counts = new Array<number>(bins * bins).fill(0);
  const bin = (value: number): number =>
    Math.min(bins - 1, Math.max(0, Math.floor(((value - from) / (to - from)) * bins)));
  x.forEach((value, i) => counts[bin(y[i]) * bins + bin(value)]++);
  return { from, to, bins, counts };
}
