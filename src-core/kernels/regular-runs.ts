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
 * Cells as runs along x, in which every cell has the same neighbours (counted from itself) and weights,
 * the same on both sides of each axis; and what lies between them. Every cell stands in one of the two.
 */
export interface RegularRuns {
  /** Per run, `places` of them: first cell, end (exclusive), and the offset of every neighbour but the two along x. */
  readonly places: number;
  readonly place: Int32Array;
  /** Per run: the weight along every axis, then the diagonal. */
  readonly weight: Float64Array;
  /** First cell and end (exclusive) of all that lies between the runs. */
  readonly loose: Int32Array;
}

/** Runs shorter than this are not worth a loop of their own. */
const shortest = 6;

/** Whether cell i has open faces on all sides and the same weight on both sides of each axis. */
function isRegular({ neighbour, weights }: ConnectedCells, i: number, slots: number): boolean {
  const end = (i + 1) * slots;
  for (let k = i * slots; k < end; k += 2) {
    if (neighbour[k] === i || neighbour[k + 1] === i) return false;
    if ('weight' in weights && weights.weight[k] !== weights.weight[k + 1]) return false;
  }
  return neighbour[end - 2] === i - 1 && neighbour[end - 1] === i + 1;
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

/** The weight along every axis at a regular cell, then the diagonal. */
function stencilWeights({ weights }: ConnectedCells, i: number, slots: number): number[] {
  if (!('weight' in weights)) return [...weights, 2 * weights.reduce((sum, w) => sum + w, 0)];
  const own = weights.weight.subarray(i * slots, (i + 1) * slots).filter((_, k) => k % 2 === 0);
  return [...own, weights.diagonal[i]];
}

/** The runs among cells; none where they extend along fewer than two axes. */
export function regularRuns(cells: ConnectedCells): RegularRuns {
  const { count, neighbour } = cells;
  const slots = count === 0 ? 0 : neighbour.length / count;
  const [place, weight, loose]: number[][] = [[], [], []];
  let done = 0;
  for (let from = 0, to = 1; slots >= 4 && from < count; from = to++) {
    if (!isRegular(cells, from, slots)) continue;
    while (to < count && goesOn(cells, to - 1, slots)) to++;
    if (to - from < shortest) continue;
    if (from > done) loose.push(done, from);
    done = to;
    place.push(from, to);
    for (let k = from * slots; k < (from + 1) * slots - 2; k++) place.push(neighbour[k] - from);
    weight.push(...stencilWeights(cells, from, slots));
  }
  if (count > done) loose.push(done, count);
  return {
    places: slots,
    place: Int32Array.from(place),
    weight: Float64Array.from(weight),
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
  for (let r = 0, w = 0; r < place.length; r += 4, w += 3) {
    const end = place[r + 1];
    const above = place[r + 2];
    const below = place[r + 3];
    const wy = laplacian * weight[w];
    const wx = laplacian * weight[w + 1];
    const own = current - laplacian * weight[w + 2];
    let left = u[place[r] - 1];
    let here = u[place[r]];
    for (let i = place[r]; i < end; i++) {
      const right = u[i + 1];
      const around = wy * (u[i + above] + u[i + below]) + wx * (left + right);
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
  for (let r = 0, w = 0; r < place.length; r += 6, w += 4) {
    const end = place[r + 1];
    const before = place[r + 2];
    const after = place[r + 3];
    const above = place[r + 4];
    const below = place[r + 5];
    const wz = laplacian * weight[w];
    const wy = laplacian * weight[w + 1];
    const wx = laplacian * weight[w + 2];
    const own = current - laplacian * weight[w + 3];
    let left = u[place[r] - 1];
    let here = u[place[r]];
    for (let i = place[r]; i < end; i++) {
      const right = u[i + 1];
      const across = wz * (u[i + before] + u[i + after]) + wy * (u[i + above] + u[i + below]);
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
