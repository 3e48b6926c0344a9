import { readDecimal } from './decimal-bytes.js';

/** A name that a column of names was seen to hold: the bytes of its cell, and its code. */
interface KnownCell {
  readonly bytes: Uint8Array;
  readonly code: number;
}

/** What is read of the rows of a text, and where it goes. */
export interface RowTarget {
  readonly delimiter: number;
  readonly lineEnd: number;
  /** A second character that is a decimal point, -1 for none. */
  readonly comma: number;
  /** Each row is one quoted cell with the real cells in it. */
  readonly quotedRows: boolean;
  /** Slot of each column of the file: its place in `columns`, -2 for names, -1 for none. */
  readonly slots: Int32Array;
  readonly knownCells: readonly KnownCell[];
  columns: Float64Array[];
  codes: Uint8Array;
  count: number;
}

const space = 0x20;
const tab = 0x09;
const carriageReturn = 0x0d;
const quote = 0x22;
const value = new Float64Array(1);

/** Whether a cell may end at `at`: at a delimiter, or at the end of the line but for carriage returns. */
function endsCell(bytes: Uint8Array, at: number, target: RowTarget): boolean {
  const { delimiter, lineEnd } = target;
  const byte = bytes[at];
  if (byte === delimiter || byte === lineEnd || (byte === tab && delimiter === space)) return true;
  if (byte !== carriageReturn) return false;
  let after = at + 1;
  while (bytes[after] === carriageReturn && carriageReturn !== lineEnd) after++;
  return bytes[after] === lineEnd;
}

/** The end of a cell that is not read; -1 if the line ends in it, or quotes or control characters make it no plain one. */
function skipCell(bytes: Uint8Array, start: number, target: RowTarget): number {
  const { delimiter, lineEnd, quotedRows } = target;
  let at = start;
  // At the beginning of a row these are no part of it.
  if (bytes[at] === carriageReturn || bytes[at] === 0) return -1;
  if (bytes[at] === quote) {
    if (quotedRows) return -1;
    do at++;
    while (bytes[at] !== quote && bytes[at] !== lineEnd);
    if (bytes[at] === lineEnd || bytes[++at] === quote) return -1;
  }
  const [second, stop] = [delimiter === space ? tab : delimiter, quotedRows ? quote : lineEnd];
  let byte = bytes[at];
  while (byte !== delimiter && byte !== lineEnd && byte !== second && byte !== stop) byte = bytes[++at];
  return byte === delimiter || byte === second ? at : -1;
}

function numberCell(bytes: Uint8Array, start: number, slot: number, target: RowTarget): number {
  const quoted = bytes[start] === quote && !target.quotedRows;
  let end = readDecimal(bytes, quoted ? start + 1 : start, target.comma, value);
  if (end < 0 || (quoted && bytes[end++] !== quote)) return -1;
  target.columns[slot][target.count] = value[0];
  return end;
}

/** The end of a cell whose name is known, its code put into `codes`; -1 where it is not. */
function nameCell(bytes: Uint8Array, start: number, target: RowTarget): number {
  const quoted = bytes[start] === quote ? 1 : 0;
  for (const { bytes: name, code } of target.knownCells) {
    let at = start + quoted;
    let i = 0;
    while (i < name.length && bytes[at] === name[i]) {
      at++;
      i++;
    }
    if (i < name.length || (quoted === 1 && bytes[at++] !== quote) || !endsCell(bytes, at, target)) continue;
    target.codes[target.count] = code;
    return at;
  }
  return -1;
}

/** Whether the last cell that is read may end at `at`; in a row that is one quoted cell, also at its closing quote. */
function endsLast(bytes: Uint8Array, at: number, target: RowTarget): boolean {
  if (target.quotedRows && bytes[at] === quote) return bytes[at + 1] !== quote;
  return endsCell(bytes, at, target);
}

/**
 * Reads the wanted cells of the row that begins at `start`, if it is a plain one: finite numbers of at most 22 digits,
 * quoted or not, and names that are known. Returns where the next row begins; -1 for any other row, of which nothing
 * counts then. The bytes must hold the end of the line.
 */
export function readPlainRow(target: RowTarget, bytes: Uint8Array, start: number): number {
  const { slots, delimiter, lineEnd, quotedRows } = target;
  const last = slots.length - 1;
  const second = delimiter === space ? tab : space;
  let at = start;
  if (quotedRows && bytes[at++] !== quote) return -1;
  for (let column = 0; column <= last; column++) {
    while (bytes[at] === space || bytes[at] === second) at++;
    const slot = slots[column];
    if (slot === -1) at = skipCell(bytes, at, target);
    else at = slot >= 0 ? numberCell(bytes, at, slot, target) : nameCell(bytes, at, target);
    if (at < 0) return -1;
    if (column === last) break;
    if (bytes[at] !== delimiter && (delimiter !== space || bytes[at] !== tab)) return -1;
    at++;
  }
  if (!endsLast(bytes, at, target)) return -1;
  while (bytes[at] !== lineEnd) at++;
  return at + 1;
}
