import { breathe, type Run } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { detectFormat } from './detect.js';
import { textNumber } from './number-bytes.js';
import type { FirstRows, OpenTable } from './open-table.js';
import { type ColumnRole, guessColumns, parseColumnName, type TableHeader } from './table-columns.js';
import { openTable } from './table-formats.js';
import type { LengthUnit } from './table.js';

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

/** How a table begins, and what is recognised in it. */
export interface TablePreview {
  readonly format: string;
  /** Whether the columns have names. */
  readonly header: boolean;
  readonly columns: readonly PreviewColumn[];
  /** The cells of the first rows, as many as there are columns; missing ones are empty. */
  readonly rows: readonly (readonly string[])[];
  /** Rows that the numbers about columns are of: of a text those in its first 64 KiB. */
  readonly rowsRead: number;
  /** Index of the column that would be read as each role, by its name or, without a header, by its place. */
  readonly guess: Readonly<Partial<Record<ColumnRole, number>>>;
  /** What parts the cells, in words; '' where the file is no text. */
  readonly delimiter: string;
  readonly decimalComma: boolean;
  /** Nanometres of a camera pixel along x, where the file says it. */
  readonly pixelSizeNm: number | null;
}

const shownRows = 20;

function describeColumn(
  { header = [] }: TableHeader,
  index: number,
  { rows, decimalComma }: FirstRows,
): PreviewColumn {
  const name = header.at(index) ?? '';
  const isOnly = name !== '' && header.indexOf(name) === index && header.lastIndexOf(name) === index;
  const values = rows
    .map((row) => textNumber(row.at(index) ?? '', decimalComma))
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

async function preview(table: OpenTable): Promise<TablePreview> {
  const { header, width, title, pixel } = table;
  const first = await table.firstRows();
  const indices = Array.from({ length: width }, (_, index) => index);
  const guess = Object.entries(guessColumns(table)).map(([role, column]) => [role, column.index]);
  return {
    format: title,
    header: header !== undefined,
    columns: indices.map((index) => describeColumn(table, index, first)),
    rows: first.rows.slice(0, shownRows).map((row) => indices.map((index) => row.at(index) ?? '')),
    rowsRead: first.rows.length,
    guess: Object.fromEntries(guess) as TablePreview['guess'],
    delimiter: first.delimiter,
    decimalComma: first.decimalComma,
    pixelSizeNm: pixel?.x ?? null,
  };
}

/**
 * The first rows of a localisation table, its columns and what they would be read as; null where the file is no table.
 * Throws `unreadable` for an empty file, one of no known kind, a broken one, and text without a row of numbers.
 */
export async function previewTable(source: ByteSource, run: Run): Promise<TablePreview | null> {
  const format = await detectFormat(source);
  if (format.kind !== 'table') return null;
  await breathe(run);
  const table = await openTable(source, format);
  try {
    return await preview(table);
  } finally {
    table.close?.();
  }
}
