import { breathe, type Run } from '../run.js';

const breathEvery = 1 << 17;

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
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * count)));
  const hashes = await hashRows(columns, codes, run);
  const table = new Int32Array(size).fill(-1);
  const isKnown = (row: number, other: number): boolean =>
    hashes[other] === hashes[row] && sameRow(columns, codes, other, row);
  const kept = new Uint32Array(count);
  let end = 0;
  for (let row = 0; row < count; row++) {
    if (row % breathEvery === 0) await breathe(run);
    let at = hashes[row] & (size - 1);
    while (table[at] >= 0 && !isKnown(row, table[at])) at = (at + 1) & (size - 1);
    if (table[at] >= 0) continue;
    table[at] = row;
    kept[end++] = row;
  }
  return kept.subarray(0, end);
}
