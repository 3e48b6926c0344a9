/** Cells with neighbours, 2 per axis (before, after), x being the last axis; a closed face repeats the cell. */
export interface ConnectedCells {
  readonly count: number;
  readonly neighbour: Int32Array;
  /** Weights per slot and their sums; or one weight per axis for all cells. */
  readonly weights: { readonly weight: Float64Array; readonly diagonal: Float64Array } | readonly number[];
}

/** What a pass makes of a field u, another one and what stood in `out`: laplacian·∇²u + current·u + source·other + kept·out. */
export interface Pass {
  readonly laplacian: number;
  readonly current: number;
  readonly source: number;
  readonly kept: number;
}

/**
 * Cells as runs along x, in which every cell has the same neighbours (counted from itself) and weights, the same on
 * both sides of x; and what lies between them. Every cell stands in one of the two.
 */
export interface RegularRuns {
  /** Per run, `places` of them: first cell, end (exclusive), and the offset of every neighbour but the two along x. */
  readonly places: number;
  readonly place: Int32Array;
  /** Per run, `places` of them: the weight of every neighbour but those along x, that of the two, and the diagonal. */
  readonly weight: Float64Array;
  /** First cell and end (exclusive) of all that lies between the runs. */
  readonly loose: Int32Array;
}

/** Runs shorter than this are not worth a loop of their own. */
const shortest = 5;

/** Whether cell i lies between its neighbours along x, with the same weight on both sides. */
function isRegular({ neighbour, weights }: ConnectedCells, i: number, slots: number): boolean {
  const k = (i + 1) * slots - 1;
  if (neighbour[k - 1] !== i - 1 || neighbour[k] !== i + 1) return false;
  return !('weight' in weights) || weights.weight[k - 1] === weights.weight[k];
}

/** Whether cell i + 1 has the neighbours and weights of cell i, moved on by one. */
function goesOn({ neighbour, weights }: ConnectedCells, i: number, slots: number): boolean {
  const end = (i + 1) * slots;
  for (let k = i * slots; k < end; k++) if (neighbour[k + slots] !== neighbour[k] + 1) return false;
  if (!('weight' in weights)) return true;
  const { weight, diagonal } = weights;
  for (let k = i * slots; k < end; k++) if (weight[k + slots] !== weight[k]) return false;
  return diagonal[i + 1] === diagonal[i];
}

/** Adds what a run needs to know of its first cell i: offsets and weights across x, the weight along x, the diagonal. */
function addStencil(
  { place, weight }: { place: number[]; weight: number[] },
  { neighbour, weights }: ConnectedCells,
  i: number,
  slots: number,
): void {
  let diagonal = 0;
  const all: number[] = [];
  for (let slot = 0, k = i * slots; slot < slots; slot++, k++) {
    // A closed face has no weight: what lies behind it is the cell itself.
    const open = neighbour[k] === i ? 0 : 1;
    all.push('weight' in weights ? weights.weight[k] : open * weights[slot >> 1]);
    diagonal += all[slot];
    if (slot < slots - 2) place.push(neighbour[k] - i);
  }
  weight.push(...all.slice(0, slots - 1), 'weight' in weights ? weights.diagonal[i] : diagonal);
}

/** The runs among cells; none where they extend along fewer than two axes. */
export function regularRuns(cells: ConnectedCells): RegularRuns {
  const { count, neighbour } = cells;
  const slots = count === 0 ? 0 : neighbour.length / count;
  const runs = { place: [] as number[], weight: [] as number[] };
  const loose: number[] = [];
  let done = 0;
  for (let from = 0, to = 1; slots >= 4 && from < count; from = to++) {
    if (!isRegular(cells, from, slots)) continue;
    while (to < count && goesOn(cells, to - 1, slots)) to++;
    if (to - from < shortest) continue;
    if (from > done) loose.push(done, from);
    done = to;
    runs.place.push(from, to);
    addStencil(runs, cells, from, slots);
  }
  if (count > done) loose.push(done, count);
  return {
    places: slots,
    place: Int32Array.from(runs.place),
    weight: Float64Array.from(runs.weight),
    loose: Int32Array.from(loose),
  };
}

/** Two fields that a pass reads: u and the other. */
export type PassFields = readonly [u: Float64Array, other: Float64Array];

function advancePlane(
  out: Float64Array,
  [u, other]: PassFields,
  { place, weight }: RegularRuns,
  { laplacian, current, source, kept }: Pass,
): void {
  for (let r = 0; r < place.length; r += 4) {
    const end = place[r + 1];
    const above = place[r + 2];
    const below = place[r + 3];
    const wa = laplacian * weight[r];
    const wb = laplacian * weight[r + 1];
    const wx = laplacian * weight[r + 2];
    const own = current - laplacian * weight[r + 3];
    let left = u[place[r] - 1];
    let here = u[place[r]];
    for (let i = place[r]; i < end; i++) {
      const right = u[i + 1];
      const around = wa * u[i + above] + wb * u[i + below] + wx * (left + right);
      out[i] = around + (own * here + source * other[i] + kept * out[i]);
      left = here;
      here = right;
    }
  }
}

function advanceStack(
  out: Float64Array,
  [u, other]: PassFields,
  { place, weight }: RegularRuns,
  { laplacian, current, source, kept }: Pass,
): void {
  for (let r = 0; r < place.length; r += 6) {
    const end = place[r + 1];
    const before = place[r + 2];
    const after = place[r + 3];
    const above = place[r + 4];
    const below = place[r + 5];
    const wp = laplacian * weight[r];
    const wn = laplacian * weight[r + 1];
    const wa = laplacian * weight[r + 2];
    const wb = laplacian * weight[r + 3];
    const wx = laplacian * weight[r + 4];
    const own = current - laplacian * weight[r + 5];
    let left = u[place[r] - 1];
    let here = u[place[r]];
    for (let i = place[r]; i < end; i++) {
      const right = u[i + 1];
      const across = wp * u[i + before] + wn * u[i + after] + (wa * u[i + above] + wb * u[i + below]);
      out[i] = across + wx * (left + right) + (own * here + source * other[i] + kept * out[i]);
      left = here;
      here = right;
    }
  }
}

/** A pass over the regular runs; the loose cells are left as they are. `out` is neither of the fields. */
export function advanceRuns(out: Float64Array, fields: PassFields, runs: RegularRuns, pass: Pass): void {
  if (runs.places === 4) advancePlane(out, fields, runs, pass);
  else if (runs.places === 6) advanceStack(out, fields, runs, pass);
}
