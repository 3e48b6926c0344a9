import { breathe, type Run } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { detectFormat } from './detect.js';
import { readUpTo, unreadable } from './file-error.js';
import { textNumber } from './number-bytes.js';
import { type ColumnRole, guessColumns, parseColumnName } from './table-columns.js';
import { tableTitle } from './table.js';
import type { LengthUnit } from './table.js';
import { decodeText } from './text.js';
import { cellsOf, findDialect, type TextDialect } from './text-dialect.js';

/** A column of a table as its first rows show it. */
export interface PreviewColumn {
  /** As the header calls it; empty where it does not. */
  readonly name: string;
  /** What it is chosen by: its name where no other column has it, else its number from 1. */
  readonly choice: string;
  /** The unit in its name. */
  readonly unit: LengthUnit | null;
  /** How many of the rows that were read hold a number in it, and the least and largest of those; 0 where none. */
  readonly numbers: number;
  readonly least: number;
  readonly largest: number;
}

/** How a text table begins, and what is recognised in it. */
export interface TablePreview {
  readonly format: string;
  /** Whether the columns have names. */
  readonly header: boolean;
  readonly columns: readonly PreviewColumn[];
  /** The cells of the first rows, as many as there are columns; missing ones are empty. */
  readonly rows: readonly (readonly string[])[];
  /** Rows that the numbers about columns are of: those in the first 64 KiB. */
  readonly rowsRead: number;
  /** Index of the column that would be read as each role, by its name or, without a header, by its place. */
  readonly guess: Readonly<Partial<Record<ColumnRole, number>>>;
  /** What parts the cells, in words. */
  readonly delimiter: string;
  readonly decimalComma: boolean;
}

const headLength = 65_536;
const shownRows = 20;

const delimiterNames: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  ' ': 'spaces',
};

/** The whole lines of the head from its first row on, as cells. */
function rowsOf(head: Uint8Array, dialect: TextDialect, isWhole: boolean): string[][] {
  const lines = decodeText(head.subarray(dialect.rowsFrom)).split(String.fromCharCode(dialect.lineEnd));
  const whole = isWhole || lines.length === 1 ? lines : lines.slice(0, -1);
  return whole
    .map((line) => line.replace(/\0/g, '').trim())
    .filter((line) => line !== '')
    .map((line) => cellsOf(line, dialect.delimiter));
}

function describeColumn(
  dialect: TextDialect,
  index: number,
  rows: readonly (readonly string[])[],
): PreviewColumn {
  const header = dialect.header ?? [];
  const name = header.at(index) ?? '';
  const isOnly = name !== '' && header.indexOf(name) === index && header.lastIndexOf(name) === index;
  const values = rows
    .map((row) => textNumber(row.at(index) ?? '', dialect.decimalComma))
    .filter((value) => Number.isFinite(value));
  const reduced = values.length === 0 ? [0] : values;
  return {
    name,
    choice: isOnly ? name : String(index + 1),
    unit: parseColumnName(name).unit ?? null,
    numbers: values.length,
    least: reduced.reduce((least, value) => Math.min(least, value)),
    largest: reduced.reduce((largest, value) => Math.max(largest, value)),
  };
}

/**
 * The first rows of a localisation table, its columns and what they would be read as; null where the file is no text
 * table. Reads 64 KiB at most. Throws `unreadable` for an empty file, one of no known kind, and text without a row of
 * numbers.
 */
export async function previewTable(source: ByteSource, run: Run): Promise<TablePreview | null> {
  const format = await detectFormat(source);
  if (format.kind !== 'table') return null;
  await breathe(run);
  const head = await readUpTo(source, 0, headLength);
  const dialect = findDialect(head);
  if (dialect.rowsFrom < 0)
    throw unreadable(source, 'has no row of numbers.', 'Give a table with one localisation a row.');
  const rows = rowsOf(head, dialect, head.length >= source.size);
  const indices = Array.from({ length: dialect.width }, (_, index) => index);
  const guess = Object.entries(guessColumns(dialect)).map(([role, column]) => [role, column.index]);
  return {
    format: tableTitle(format),
    header: dialect.header !== undefined,
    columns: indices.map((index) => describeColumn(dialect, index, rows)),
    rows: rows.slice(0, shownRows).map((row) => indices.map((index) => row.at(index) ?? '')),
    rowsRead: rows.length,
    guess: Object.fromEntries(guess) as TablePreview['guess'],
    delimiter: delimiterNames[dialect.delimiter],
    decimalComma: dialect.decimalComma,
  };
}
