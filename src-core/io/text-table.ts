import type { Run } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { readUpTo, unreadable } from './file-error.js';
import type { FirstRows, OpenTable } from './open-table.js';
import { columnRemedy, parseColumnName } from './table-columns.js';
import { readRows, type TableRows, type WantedColumns } from './table-rows.js';
import { decodeText } from './text.js';
import { cellsOf, findDialect, type TextDialect } from './text-dialect.js';

/** How a format that is text differs from any other table of text. */
export interface TextForm {
  readonly dialect: TextDialect;
  /** Rows with this name in this column were rejected by the program that wrote them. */
  readonly rejects?: { readonly column: number; readonly name: string };
}

const headLength = 65_536;

const delimiterNames: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  ' ': 'spaces',
};

/** The whole lines of the head from its first row on, as cells. */
function cellsIn(head: Uint8Array, dialect: TextDialect, isWhole: boolean): string[][] {
  const { rowsFrom, rowsTo = head.length, lineEnd, delimiter } = dialect;
  const lines = decodeText(head.subarray(rowsFrom, rowsTo)).split(String.fromCharCode(lineEnd));
  const whole = isWhole || rowsTo < head.length || lines.length === 1 ? lines : lines.slice(0, -1);
  return whole
    .map((line) => line.replace(/\0/g, '').trim())
    .filter((line) => line !== '')
    .map((line) => cellsOf(line, delimiter));
}

/** The rows without those that are marked as rejected. */
function withoutRejected(rows: TableRows, rejected: string, keepNames: boolean): TableRows {
  const code = rows.names.findIndex((name) => name.toLowerCase() === rejected.toLowerCase());
  const codes = rows.codes ?? new Uint8Array(rows.count);
  const kept = new Uint32Array(rows.count);
  let count = 0;
  for (let row = 0; row < rows.count; row++) if (codes[row] !== code) kept[count++] = row;
  const picked = (column: Float64Array): Float64Array => {
    const out = new Float64Array(count);
    for (let k = 0; k < count; k++) out[k] = column[kept[k]];
    return out;
  };
  const names = rows.names.filter((_, index) => index !== code);
  const moved = (old: number): number => (code >= 0 && old > code ? old - 1 : old);
  return {
    rows: rows.rows,
    notFinite: rows.notFinite,
    notNumbers: rows.notNumbers,
    ...(rows.firstBad && { firstBad: rows.firstBad }),
    count,
    columns: rows.columns.map(picked),
    ...(keepNames && { codes: Uint8Array.from(kept.subarray(0, count), (row) => moved(codes[row])) }),
    names: keepNames ? names : [],
    rejected: rows.count - count,
  };
}

async function readForm(
  source: ByteSource,
  { dialect, rejects }: TextForm,
  wanted: WantedColumns,
  run: Run,
): Promise<TableRows> {
  if (rejects === undefined) return readRows(source, dialect, wanted, run);
  const { column, name } = rejects;
  if (wanted.names !== undefined && wanted.names !== column)
    throw unreadable(
      source,
      `marks rejected rows in its column "${dialect.header?.[column] ?? ''}", which is the column of channels.`,
      'Read that column as the channel, or none.',
      columnRemedy(dialect),
    );
  const rows = await readRows(source, dialect, { ...wanted, names: column }, run);
  return withoutRejected(rows, name, wanted.names !== undefined);
}

function noRows(source: ByteSource, { header = [] }: TextDialect): Error {
  const keys = header.map((name) => parseColumnName(name).key);
  const isTable = keys.includes('x') && keys.includes('y');
  const what = isTable ? 'has a header but no rows.' : 'is text, not a table of numbers.';
  const hint = isTable
    ? 'Export the table again; it holds no localisation.'
    : 'Give a table with one localisation a row.';
  return unreadable(source, what, hint);
}

/**
 * A table of text, as its own program writes it where `formOf` says how. Throws `unreadable` for a text without a row of
 * numbers.
 */
export async function openTextTable(
  source: ByteSource,
  title: string,
  formOf?: (dialect: TextDialect, head: Uint8Array) => Promise<TextForm> | TextForm,
): Promise<OpenTable> {
  const head = await readUpTo(source, 0, headLength);
  const plain = findDialect(head);
  const form = (await formOf?.(plain, head)) ?? { dialect: plain };
  const { dialect } = form;
  const { header, width, known, rowsFrom, delimiter, decimalComma } = dialect;
  if (rowsFrom < 0) throw noRows(source, dialect);
  const firstRows = (): Promise<FirstRows> => {
    const rows = cellsIn(head, dialect, head.length >= source.size);
    return Promise.resolve({ rows, delimiter: delimiterNames[delimiter], decimalComma });
  };
  return {
    title,
    width,
    ...(header && { header }),
    ...(known && { known }),
    warnings: decimalComma ? ['Commas in numbers are read as decimal points.'] : [],
    ...(form.rejects && { rejectedAs: `rows of the channel "${form.rejects.name}"` }),
    readRows: (wanted, run) => readForm(source, form, wanted, run),
    firstRows,
  };
}
