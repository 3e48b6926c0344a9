import { CoreError } from '../errors.js';
import { breathe, type Run } from '../run.js';
import { unreadable } from './file-error.js';
import type { FirstRows } from './open-table.js';
import type { TableRows, WantedColumns } from './table-rows.js';

/** One column of a table of equal records. */
export interface RecordField {
  /** With the unit, as in "x [nm]". */
  readonly name: string;
  /** The value in the record that begins at byte `at` of the view. */
  readonly read: (view: DataView, at: number) => number;
}

/** Records of the same length one after the other, that are read in pieces. */
export interface RecordTable {
  /** For messages. */
  readonly name: string;
  readonly rows: number;
  readonly rowBytes: number;
  readonly fields: readonly RecordField[];
  /** Whether the program that wrote a record takes it for a localisation; absent where it does not say. */
  readonly accepts?: (view: DataView, at: number) => boolean;
  /** What the channel codes are called; where absent, their numbers. */
  readonly nameOf?: (code: number) => string;
  /** The bytes of `count` records from record `first` on. */
  readonly chunk: (first: number, count: number, run: Run) => Promise<Uint8Array>;
}

const rowsAtATime = 32_768;
const shownRows = 20;
const tableBudget = 2 ** 31;
const mostNames = 256;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function requireMemory({ name, rows }: RecordTable, columns: number): void {
  if (rows * 8 * (columns + 1) <= tableBudget) return;
  throw new CoreError({
    tag: 'memory',
    message: `${name} has ${rows} rows, over the budget of ${tableBudget / 2 ** 30} GiB.`,
    where: name,
    hint: 'Split the table, one nucleus a file.',
  });
}

interface Reading {
  readonly table: RecordTable;
  readonly numbers: readonly RecordField['read'][];
  readonly names: RecordField['read'] | undefined;
  readonly columns: readonly Float64Array[];
  readonly codes: Uint8Array;
  readonly codeOf: Map<number, number>;
  count: number;
  notFinite: number;
  rejected: number;
  firstBad?: NonNullable<TableRows['firstBad']>;
}

function codeOf({ table, codeOf: codes }: Reading, value: number): number {
  const known = codes.get(value);
  if (known !== undefined) return known;
  if (codes.size >= mostNames)
    throw unreadable(
      table,
      `has more than ${mostNames} different values in its column of channels.`,
      'Name another column of channels.',
      { setting: 'table.columns', choices: table.fields.map((field) => field.name) },
    );
  codes.set(value, codes.size);
  return codes.size - 1;
}

/** Reads the record at byte `at`; whether it is one with finite numbers. */
function readRecord(reading: Reading, view: DataView, at: number): boolean {
  const { numbers, columns, names, count } = reading;
  for (let slot = 0; slot < numbers.length; slot++) {
    const value = numbers[slot](view, at);
    if (value - value !== 0) return false;
    columns[slot][count] = value;
  }
  if (names !== undefined) reading.codes[count] = codeOf(reading, names(view, at));
  return true;
}

function readChunk(reading: Reading, bytes: Uint8Array, first: number): void {
  const { table, numbers } = reading;
  const view = viewOf(bytes);
  for (let row = 0; (row + 1) * table.rowBytes <= bytes.length; row++) {
    const at = row * table.rowBytes;
    if (table.accepts?.(view, at) === false) reading.rejected++;
    else if (readRecord(reading, view, at)) reading.count++;
    else {
      reading.notFinite++;
      const text = numbers.map((read) => String(read(view, at))).join(', ');
      reading.firstBad ??= { row: first + row + 1, text };
    }
  }
}

function finish(reading: Reading): TableRows {
  const { table, count, notFinite, rejected, firstBad, names } = reading;
  const nameOf = table.nameOf ?? String;
  return {
    ...{ count, rows: table.rows, notFinite, notNumbers: 0 },
    columns: reading.columns.map((column) => column.slice(0, count)),
    ...(names !== undefined && { codes: reading.codes.slice(0, count) }),
    names: [...reading.codeOf.keys()].map(nameOf),
    ...(table.accepts && { rejected }),
    ...(firstBad && { firstBad }),
  };
}

/**
 * The wanted columns of all records. Records that their program rejected, and those with a number that is not finite, are
 * left out and counted. Throws `memory` over 2 GiB, `unreadable` for over 256 channels, and what reading the bytes
 * throws.
 */
export async function readRecords(table: RecordTable, wanted: WantedColumns, run: Run): Promise<TableRows> {
  requireMemory(table, wanted.numbers.length);
  const { fields, rows } = table;
  const reading: Reading = {
    table,
    numbers: wanted.numbers.map((index) => fields[index].read),
    names: wanted.names === undefined ? undefined : fields[wanted.names].read,
    columns: wanted.numbers.map(() => new Float64Array(rows)),
    codes: new Uint8Array(wanted.names === undefined ? 0 : rows),
    ...{ codeOf: new Map<number, number>(), count: 0, notFinite: 0, rejected: 0 },
  };
  for (let first = 0; first < rows; first += rowsAtATime) {
    await breathe(run);
    const count = Math.min(rowsAtATime, rows - first);
    readChunk(reading, await table.chunk(first, count, run), first);
    run.report({ stage: 'reading the table', fraction: (first + count) / rows });
  }
  return finish(reading);
}

/** The first records as text. */
export async function firstRecords(table: RecordTable, run: Run): Promise<FirstRows> {
  const { rowBytes, fields, rows } = table;
  const bytes = await table.chunk(0, Math.min(rows, shownRows), run);
  const view = viewOf(bytes);
  // Digits beyond these are those of the conversion from 32 bits.
  const textOf = (value: number): string => String(Number(value.toPrecision(9)));
  const textAt = (at: number): string[] => fields.map(({ read }) => textOf(read(view, at)));
  const shown = Array.from({ length: Math.floor(bytes.length / rowBytes) }, (_, k) => textAt(k * rowBytes));
  return { rows: shown, delimiter: '', decimalComma: false };
}
