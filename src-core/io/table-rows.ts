import { CoreError } from '../errors.js';
import { breathe, type Run } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { byteNumber, isMissing, latinText } from './number-bytes.js';
import { readPlainRow, type RowTarget } from './plain-rows.js';
import { columnRemedy } from './table-columns.js';
import { decodeText } from './text.js';
import type { BadRow } from './table.js';
import type { TextDialect } from './text-dialect.js';
import { readUpTo, unreadable } from './file-error.js';

/** Which columns of the rows are read: numbers, in the order of the result, and at most one of names. */
export interface WantedColumns {
  readonly numbers: readonly number[];
  readonly names?: number;
}

/** Rows as columns. Rows in which a wanted number is missing, not finite or no number are left out and counted. */
export interface TableRows {
  readonly count: number;
  readonly columns: readonly Float64Array[];
  /** Index into `names` of each row, if a column of names was wanted. */
  readonly codes?: Uint8Array;
  readonly names: readonly string[];
  /** Rows that were read, with those left out. */
  readonly rows: number;
  /** Rows left out because a number is NaN, infinite or empty. */
  readonly notFinite: number;
  /** Rows left out because there is text or nothing where a number should be. */
  readonly notNumbers: number;
  /** Rows left out because the program that wrote them rejected them; absent where it does not tell. */
  readonly rejected?: number;
  /** The first row that was left out; absent where none was. */
  readonly firstBad?: BadRow;
}

const chunkSize = 2 ** 22;
const longestLine = 2 ** 20;
const tableBudget = 2 ** 31;
const mostNames = 256;
const mostKnownCells = 16;
const fewestRows = 4096;
const quote = 0x22;

interface Reading extends RowTarget {
  readonly source: ByteSource;
  readonly dialect: TextDialect;
  /** Bytes in which the rows are. */
  readonly bytes: number;
  readonly knownCells: { readonly bytes: Uint8Array; readonly code: number }[];
  readonly codeOf: Map<string, number>;
  rows: number;
  notFinite: number;
  notNumbers: number;
  /** Numbers of the current row that were found, and what was wrong with one that was not. */
  found: number;
  problem: 'none' | 'notFinite' | 'notNumber';
  firstBad?: BadRow;
}

function startReading(source: ByteSource, dialect: TextDialect, wanted: WantedColumns): Reading {
  const last = Math.max(...wanted.numbers, wanted.names ?? -1);
  const slots = new Int32Array(last + 1).fill(-1);
  wanted.numbers.forEach((index, slot) => (slots[index] = slot));
  if (wanted.names !== undefined) slots[wanted.names] = -2;
  const { lineEnd, quotedRows, decimalComma, rowsFrom, rowsTo = source.size } = dialect;
  return {
    ...{ source, dialect, slots, lineEnd, quotedRows, bytes: rowsTo - rowsFrom },
    ...{ delimiter: dialect.delimiter.charCodeAt(0), comma: decimalComma ? 0x2c : -1 },
    columns: wanted.numbers.map(() => new Float64Array(fewestRows)),
    ...{ codes: new Uint8Array(fewestRows), codeOf: new Map(), knownCells: [] },
    ...{ count: 0, rows: 0, notFinite: 0, notNumbers: 0, found: 0, problem: 'none' },
  };
}

/** Makes room for as many rows as the whole file has if the rest is like the bytes read so far, a quarter more at least. */
function grow(reading: Reading, bytesRead: number): void {
  const { count, source, bytes } = reading;
  const most = Math.floor(tableBudget / (8 * (reading.columns.length + 1)));
  if (count >= most)
    throw new CoreError({
      tag: 'memory',
      message: `${source.name} has more than ${count} rows, over the budget of ${tableBudget / 2 ** 30} GiB.`,
      where: source.name,
      hint: 'Split the table, one nucleus a file.',
    });
  const expected = (1.02 * count * bytes) / Math.max(1, bytesRead);
  const size = Math.min(most, Math.ceil(Math.max(expected, 1.25 * count)));
  reading.columns = reading.columns.map((column) => {
    const larger = new Float64Array(size);
    larger.set(column);
    return larger;
  });
  const codes = new Uint8Array(size);
  codes.set(reading.codes);
  reading.codes = codes;
}

function nameCode(reading: Reading, bytes: Uint8Array, start: number, end: number): number {
  let ascii = true;
  for (let i = start; i < end && ascii; i++) ascii = bytes[i] < 128;
  const text = (ascii ? latinText(bytes, start, end) : decodeText(bytes.subarray(start, end))).trim();
  const name = bytes[start - 1] === quote ? text.replaceAll('""', '"') : text;
  const known = reading.codeOf.get(name);
  if (known !== undefined) return known;
  const code = reading.codeOf.size;
  if (code >= mostNames)
    throw unreadable(
      reading.source,
      `has more than ${mostNames} different values in its column of channels: row ${reading.rows + 1} holds "${name.slice(0, 40)}".`,
      'Name another column of channels.',
      columnRemedy(reading.dialect),
    );
  reading.codeOf.set(name, code);
  rememberCell(reading, bytes.slice(start, end), code);
  return code;
}

/** Lets a cell be known by its bytes alone, if it is one that ends where the next delimiter stands. */
function rememberCell({ knownCells, delimiter }: Reading, cell: Uint8Array, code: number): void {
  const plain = cell.every((byte) => byte > 0x0d && byte !== quote && byte !== delimiter);
  if (plain && knownCells.length < mostKnownCells) knownCells.push({ bytes: cell, code });
}

function takeNumber(reading: Reading, slot: number, value: number): boolean {
  if (value - value !== 0) return false;
  reading.columns[slot][reading.count] = value;
  reading.found++;
  return true;
}

/** Notes why the cell [start, end) gives no finite number. */
function noteProblem(reading: Reading, bytes: Uint8Array, start: number, end: number): void {
  const text = latinText(bytes, start, Math.min(end, start + 64));
  const missing = isMissing(text) || !Number.isNaN(Number(text));
  if (!missing) reading.problem = 'notNumber';
  else if (reading.problem === 'none') reading.problem = 'notFinite';
}

/** Where the quoted cell that begins at `start` ends: its closing quote, or `end`. */
function quotedEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    if (bytes[at] !== quote) continue;
    if (bytes[at + 1] !== quote || at + 1 >= end) return at;
    at++;
  }
  return end;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

function readCells(reading: Reading, bytes: Uint8Array, start: number, end: number): void {
  const { slots, delimiter } = reading;
  const comma = reading.dialect.decimalComma;
  const bySpace = delimiter === 0x20;
  let at = start;
  for (let column = 0; column < slots.length; column++) {
    while (at < end && (bySpace ? isBlank(bytes[at]) : bytes[at] === 0x20)) at++;
    const quoted = bytes[at] === quote && at < end;
    const from = quoted ? at + 1 : at;
    const closing = quoted ? quotedEnd(bytes, at, end) : at;
    let next = closing;
    while (next < end && !(bytes[next] === delimiter || (bySpace && bytes[next] === 0x09))) next++;
    if (from > end || (at >= end && column > 0 && bytes[end - 1] !== delimiter)) return;
    const slot = slots[column];
    const to = quoted ? closing : next;
    if (slot === -2) reading.codes[reading.count] = nameCode(reading, bytes, from, to);
    else if (slot >= 0 && !takeNumber(reading, slot, byteNumber(bytes, from, to, comma)))
      noteProblem(reading, bytes, from, to);
    at = next + 1;
    if (next >= end) return;
  }
}

/** A row that is one quoted cell, as the bytes of the cells in it. */
function unquoteRow(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const out: number[] = [];
  const close = quotedEnd(bytes, start, end);
  for (let at = start + 1; at < close; at++) {
    out.push(bytes[at]);
    if (bytes[at] === quote && bytes[at + 1] === quote) at++;
  }
  return Uint8Array.from(out);
}

/** How a row begins, for a message about it. */
function beginning(bytes: Uint8Array, start: number, end: number): string {
  const most = 60;
  const text = decodeText(bytes.subarray(start, Math.min(end, start + most))).replace(/\s+/g, ' ');
  return end - start > most ? `${text} …` : text;
}

function startRow(reading: Reading): void {
  reading.found = 0;
  reading.problem = 'none';
}

function readRow(reading: Reading, bytes: Uint8Array, from: number, to: number): void {
  let start = from;
  let end = to;
  while (
    end > start &&
    (bytes[end - 1] <= 0x0d || bytes[end - 1] === 0x20) &&
    bytes[end - 1] !== reading.delimiter
  )
    end--;
  while (start < end && (bytes[start] === 0x0d || bytes[start] === 0 || bytes[start] === 0x20)) start++;
  if (start === end) return;
  startRow(reading);
  if (reading.dialect.quotedRows && bytes[start] === quote) {
    const row = unquoteRow(bytes, start, end);
    readCells(reading, row, 0, row.length);
  } else readCells(reading, bytes, start, end);
  reading.rows++;
  if (reading.found === reading.columns.length) {
    reading.count++;
    return;
  }
  reading.firstBad ??= { row: reading.rows, text: beginning(bytes, start, end) };
  if (reading.problem === 'notFinite') reading.notFinite++;
  else reading.notNumbers++;
}

/** Reads the whole lines in `bytes`, which come after `before` bytes; returns where the last, unfinished one begins. */
function readLines(reading: Reading, bytes: Uint8Array, before: number): number {
  const { lineEnd } = reading.dialect;
  const last = bytes.lastIndexOf(lineEnd);
  let start = 0;
  while (start <= last) {
    if (reading.count >= reading.codes.length) grow(reading, before + start);
    const next = readPlainRow(reading, bytes, start);
    if (next < 0) {
      const end = bytes.indexOf(lineEnd, start);
      readRow(reading, bytes, start, end);
      start = end + 1;
    } else {
      reading.rows++;
      reading.count++;
      start = next;
    }
  }
  return start;
}

function joined(rest: Uint8Array, chunk: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(rest.length + chunk.length);
  bytes.set(rest);
  bytes.set(chunk, rest.length);
  return bytes;
}

/** Reads the lines of a chunk that follows `rest`, the line begun before it; returns the line that it begins. */
function readChunk(reading: Reading, rest: Uint8Array, chunk: Uint8Array, before: number): Uint8Array {
  const first = rest.length === 0 ? 0 : chunk.indexOf(reading.dialect.lineEnd) + 1;
  if (rest.length > 0) {
    const line = joined(rest, first > 0 ? chunk.subarray(0, first) : chunk);
    if (first === 0) return line;
    readLines(reading, line, before);
  }
  const lines = chunk.subarray(first);
  return lines.subarray(readLines(reading, lines, before + first));
}

/** The bytes of the rows in pieces of 4 MiB, each read from the file while the one before is worked on. */
async function* chunksOf(source: ByteSource, from: number, to: number): AsyncGenerator<Uint8Array> {
  const read = (offset: number): Promise<Uint8Array> => {
    const chunk = readUpTo(source, offset, Math.min(chunkSize, to - offset));
    // Where a cancel comes first, nobody waits for the chunk any more.
    chunk.catch(() => undefined);
    return chunk;
  };
  let next = read(from);
  for (let offset = from; offset < to;) {
    const chunk = await next;
    if (chunk.length === 0) return;
    offset += chunk.length;
    if (offset < to) next = read(offset);
    yield chunk;
  }
}

function finish(reading: Reading, withNames: boolean): TableRows {
  const { count, rows, notFinite, notNumbers } = reading;
  return {
    ...{ count, rows, notFinite, notNumbers },
    ...(reading.firstBad && { firstBad: reading.firstBad }),
    columns: reading.columns.map((column) => column.subarray(0, count)),
    ...(withNames && { codes: reading.codes.subarray(0, count) }),
    names: [...reading.codeOf.keys()],
  };
}

/**
 * Reads the wanted columns of every row of a text table, in pieces of 4 MiB. Throws `unreadable` for a line over
 * 1 MiB or over 256 different names, `memory` over the budget of 2 GiB.
 */
export async function readRows(
  source: ByteSource,
  dialect: TextDialect,
  wanted: WantedColumns,
  run: Run,
): Promise<TableRows> {
  const reading = startReading(source, dialect, wanted);
  const from = dialect.rowsFrom;
  let rest: Uint8Array = new Uint8Array(0);
  let before = 0;
  for await (const chunk of chunksOf(source, from, dialect.rowsTo ?? source.size)) {
    await breathe(run);
    rest = readChunk(reading, rest, chunk, before);
    before += chunk.length;
    if (rest.length > longestLine)
      throw unreadable(
        source,
        `has a line of more than 1 MiB at row ${reading.rows + 1}; it is no table.`,
        'Export the table as csv, one row a line.',
      );
    run.report({ stage: 'reading the table', fraction: Math.min(1, (from + before) / source.size) });
  }
  if (reading.count >= reading.codes.length) grow(reading, before);
  readRow(reading, rest, 0, rest.length);
  return finish(reading, wanted.names !== undefined);
}
