/** Numbers that can be put in order in place; none of them NaN. */
type Sortable = Float64Array | Float32Array;

/** Parts smaller than this are not worth a sample of their own. */
const sampled = 600;

function exchange(values: Sortable, i: number, j: number): void {
  const held = values[i];
  values[i] = values[j];
  values[j] = held;
}

/** Where a value of rank k is to be looked for first: narrow bounds around it from a sample of the part. */
function sampleBounds(k: number, [left, right]: readonly [number, number]): [number, number] {
  const n = right - left + 1;
  const i = k - left + 1;
  const size = 0.5 * Math.exp((2 * Math.log(n)) / 3);
  const spread = 0.5 * Math.sqrt((Math.log(n) * size * (n - size)) / n) * Math.sign(i - n / 2);
  return [
    Math.max(left, Math.floor(k - (i * size) / n + spread)),
    Math.min(right, Math.floor(k + ((n - i) * size) / n + spread)),
  ];
}

/** Parts values[left … right] around values[k]: what is less before it, what is more behind; where it ends up. */
function partition(values: Sortable, k: number, [left, right]: readonly [number, number]): number {
  const pivot = values[k];
  let [i, j] = [left, right];
  exchange(values, left, k);
  if (values[right] > pivot) exchange(values, left, right);
  while (i < j) {
    exchange(values, i, j);
    i++;
    j--;
    while (values[i] < pivot) i++;
    while (values[j] > pivot) j--;
  }
  if (values[left] === pivot) exchange(values, left, j);
  else exchange(values, ++j, right);
  return j;
}

/**
 * Puts the value of rank k (from 0) of values[from … to] where sorting would, none greater before it, none less behind:
 * Floyd and Rivest 1975, in time that grows with the length of the part.
 */
function placeRank(values: Sortable, k: number, [from, to]: readonly [number, number]): void {
  let [left, right] = [from, to];
  while (right > left) {
    if (right - left > sampled) placeRank(values, k, sampleBounds(k, [left, right]));
    const j = partition(values, k, [left, right]);
    if (j <= k) left = j + 1;
    if (k <= j) right = j - 1;
  }
}

/**
 * Puts the values of the given ranks (from 0, ascending) where sorting would put them, in place: between two of them lies
 * what belongs there, in any order. Takes a few passes where sorting takes many.
 */
export function placeRanks(values: Sortable, ranks: readonly number[]): void {
  let from = 0;
  for (const rank of ranks) {
    if (rank >= from && rank < values.length) placeRank(values, rank, [from, values.length - 1]);
    from = rank + 1;
  }
}

/** The value of the middle rank (of an even number the upper one), which the values are moved for; NaN of none. */
export function upperMedian(values: Sortable): number {
  const middle = values.length >> 1;
  placeRanks(values, [middle]);
  return values.length === 0 ? Number.NaN : values[middle];
}
