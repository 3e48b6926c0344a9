import { breathe, type Run } from '../run.js';

const breathEvery = 1 << 17;

/** A hash of row `row`, from the bits of its numbers. */
function hashRow(bits: readonly Uint32Array[], codes: Uint8Array | undefined, row: number): number {
  let hash = codes ? codes[row] + 1 : 0;
  for (const column of bits) {
    hash = Math.imul(hash ^ column[2 * row], 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15) ^ column[2 * row + 1], 0xc2b2ae35);
    hash ^= hash >>> 13;
  }
  return hash >>> 0;
}

function sameRow(
  columns: readonly Float64Array[],
  codes: Uint8Array | undefined,
  a: number,
  b: number,
): boolean {
  return columns.every((column) => column[a] === column[b]) && (codes === undefined || codes[a] === codes[b]);
}

/**
 * Indices of the rows that no earlier row equals in every column (and in `codes`), in order. Columns have one finite
 * value a row.
 */
export async function distinctRows(
  columns: readonly Float64Array[],
  codes: Uint8Array | undefined,
  run: Run,
): Promise<Uint32Array> {
  const count = columns[0].length;
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * count)));
  const table = new Int32Array(size).fill(-1);
  const bits = columns.map((column) => new Uint32Array(column.buffer, column.byteOffset, 2 * count));
  const kept = new Uint32Array(count);
  let end = 0;
  for (let row = 0; row < count; row++) {
    if (row % breathEvery === 0) await breathe(run);
    let at = hashRow(bits, codes, row) & (size - 1);
    while (table[at] >= 0 && !sameRow(columns, codes, table[at], row)) at = (at + 1) & (size - 1);
    if (table[at] >= 0) continue;
    table[at] = row;
    kept[end++] = row;
  }
  return kept.subarray(0, end);
}
