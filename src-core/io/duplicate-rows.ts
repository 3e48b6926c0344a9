import { breathe, type Run } from '../run.js';

const rowsInGroup = 8192;

type Codes = Uint8Array | undefined;

/** A hash of every row, from the bits of its numbers; column by column, as they lie in memory. */
async function hashRows(columns: readonly Float64Array[], codes: Codes, run: Run): Promise<Uint32Array> {
  const count = columns[0].length;
  const hashes = new Uint32Array(count);
  if (codes !== undefined) for (let row = 0; row < count; row++) hashes[row] = codes[row] + 1;
  for (const column of columns) {
    await breathe(run);
    const bits = new Uint32Array(column.buffer, column.byteOffset, 2 * count);
    for (let row = 0; row < count; row++) {
      let hash = Math.imul(hashes[row] ^ bits[2 * row], 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 15) ^ bits[2 * row + 1], 0xc2b2ae35);
      hashes[row] = hash ^ (hash >>> 13);
    }
  }
  return hashes;
}

function sameRow(columns: readonly Float64Array[], codes: Codes, a: number, b: number): boolean {
  for (const column of columns) if (column[a] !== column[b]) return false;
  return codes === undefined || codes[a] === codes[b];
}

/** Rows in groups by the first bits of their hashes, in order within each: what is looked up then stays in the cache. */
interface Groups {
  /** Where each group begins, and where the last ends. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  readonly hashes: Uint32Array;
}

function groupRows(hashes: Uint32Array): Groups {
  const bits = Math.min(12, Math.max(0, Math.ceil(Math.log2(hashes.length / rowsInGroup))));
  const groupOf = (hash: number): number => (bits === 0 ? 0 : hash >>> (32 - bits));
  const starts = new Uint32Array(2 ** bits + 1);
  for (const hash of hashes) starts[groupOf(hash) + 1]++;
  for (let group = 1; group < starts.length; group++) starts[group] += starts[group - 1];
  const next = starts.slice();
  const [rows, sorted] = [new Uint32Array(hashes.length), new Uint32Array(hashes.length)];
  for (let row = 0; row < hashes.length; row++) {
    const at = next[groupOf(hashes[row])]++;
    rows[at] = row;
    sorted[at] = hashes[row];
  }
  return { starts, rows, hashes: sorted };
}

/** Marks the rows at [from, to) of the groups that equal an earlier one there. */
function markCopies(
  { rows, hashes }: Groups,
  [from, to]: readonly [number, number],
  isSame: (row: number, other: number) => boolean,
  isCopy: Uint8Array,
): void {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * (to - from))));
  const table = new Int32Array(size).fill(-1);
  for (let place = from; place < to; place++) {
    const hash = hashes[place];
    let at = hash & (size - 1);
    let other = table[at];
    while (other >= 0 && !(hashes[other] === hash && isSame(rows[place], rows[other]))) {
      at = (at + 1) & (size - 1);
      other = table[at];
    }
    if (other < 0) table[at] = place;
    else isCopy[rows[place]] = 1;
  }
}

/**
 * Indices of the rows that no earlier row equals in every column (and in `codes`), in order. Columns have one finite
 * value a row.
 */
export async function distinctRows(
  columns: readonly Float64Array[],
  codes: Codes,
  run: Run,
): Promise<Uint32Array> {
  const count = columns[0].length;
  const groups = groupRows(await hashRows(columns, codes, run));
  const isSame = (row: number, other: number): boolean => sameRow(columns, codes, row, other);
  const isCopy = new Uint8Array(count);
  for (let group = 0; group + 1 < groups.starts.length; group++) {
    await breathe(run);
    markCopies(groups, [groups.starts[group], groups.starts[group + 1]], isSame, isCopy);
  }
  const kept = new Uint32Array(count);
  let end = 0;
  for (let row = 0; row < count; row++) if (isCopy[row] === 0) kept[end++] = row;
  return kept.subarray(0, end);
}
