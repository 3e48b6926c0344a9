import type { Localizations } from '../data/localizations.js';
import { CoreError } from '../errors.js';
import type { Run } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { detectFormat, wrongKind } from './detect.js';
import { distinctRows } from './duplicate-rows.js';
import type { Format } from './format.js';
import {
  chooseColumns,
  columnRemedy,
  type ColumnRole,
  parseColumnName,
  type ReadColumn,
  type ReadColumns,
} from './table-columns.js';
import { readRows, type TableRows } from './table-rows.js';
import {
  type ColumnChoice,
  type LengthUnit,
  type LocalizationTable,
  type TableOptions,
  tableTitle,
} from './table.js';
import { findDialect, type TextDialect } from './text-dialect.js';
import { readUpTo, unreadable } from './file-error.js';

const headLength = 65_536;
const lengthRoles = ['x', 'y', 'z', 'precision'] as const;
const numberRoles = [...lengthRoles, 'frame'] as const;
type NumberRole = (typeof numberRoles)[number];

/** The unit of each column of lengths, and who said so. */
interface Units {
  readonly of: ReadonlyMap<ColumnRole, LengthUnit>;
  readonly from: 'file' | 'user';
  readonly warnings: readonly string[];
}

function missingUnits(name: string, column: ReadColumn): CoreError {
  return new CoreError({
    tag: 'missing',
    message: `${name} does not say which unit its column "${column.name}" is in.`,
    where: name,
    hint: 'Give the unit: nm, um or px.',
    remedies: [{ setting: 'table.units', choices: ['nm', 'um', 'px'] }],
  });
}

/** Units as the user says, else as each header says, else as the header of x says. Throws `missing` if none does. */
function chooseUnits(columns: ReadColumns, options: TableOptions, name: string): Units {
  const of = new Map<ColumnRole, LengthUnit>();
  const warnings: string[] = [];
  for (const role of lengthRoles) {
    const column = columns[role];
    if (column === undefined) continue;
    const unit = options.units ?? column.unit ?? columns.x.unit;
    if (unit === undefined) throw missingUnits(name, column);
    of.set(role, unit);
    if (column.unit !== undefined && column.unit !== unit)
      warnings.push(`The header says "${column.name}"; it is read in ${unit} as asked.`);
    else if (column.unit === undefined && options.units === undefined)
      warnings.push(`Column "${column.name}" has no unit; it is read in ${unit} like x.`);
  }
  return { of, from: options.units === undefined ? 'file' : 'user', warnings };
}

/** Nanometres in each unit of a column; throws `missing` for px without a pixel size. */
function nanometres(unit: LengthUnit, options: TableOptions, name: string): number {
  if (unit !== 'px') return unit === 'nm' ? 1 : 1000;
  if (options.pixelSize !== undefined) return options.pixelSize;
  throw new CoreError({
    tag: 'missing',
    message: `The positions in ${name} are in camera pixels, and the size of a pixel is not known.`,
    where: name,
    hint: 'Give the pixel size of the camera in nm.',
    remedies: [{ setting: 'calibration.pixelSizeNm' }],
  });
}

/** The first row that was left out, to end a sentence. */
function firstOf({ firstBad }: Pick<TableRows, 'firstBad'>): string {
  return firstBad === undefined ? '' : `; the first is row ${firstBad.row}: "${firstBad.text}"`;
}

function checkRows(rows: TableRows, source: ByteSource, columns: ReadColumns, dialect: TextDialect): void {
  if (rows.notNumbers * 2 > rows.rows)
    throw unreadable(
      source,
      `is text, not a table of numbers: ${rows.notNumbers} of its ${rows.rows} rows have none in the columns ${Object.values(
        columns,
      )
        .map((column) => column.name)
        .join(', ')}${firstOf(rows)}.`,
      'Give a table with one localisation a row, or name the columns that hold x and y.',
      columnRemedy(dialect),
    );
  if (rows.count === 0)
    throw unreadable(
      source,
      `has no row with finite numbers; ${rows.notFinite} rows were left out${firstOf(rows)}.`,
      'Export the table again.',
    );
}

function picked(values: Float64Array, kept: Uint32Array, scale: number): Float64Array {
  const out = new Float64Array(kept.length);
  for (let i = 0; i < kept.length; i++) out[i] = values[kept[i]] * scale;
  return out;
}

/** Channel names in order: numbers by value, other names as they first appear; and the new code of each old one. */
function orderNames(names: readonly string[]): { sorted: readonly string[]; codes: readonly number[] } {
  const numeric = names.every((name) => name !== '' && Number.isFinite(Number(name)));
  const sorted = numeric ? [...names].sort((a, b) => Number(a) - Number(b)) : names;
  return { sorted, codes: names.map((name) => sorted.indexOf(name)) };
}

interface Assembly {
  readonly rows: TableRows;
  readonly kept: Uint32Array;
  readonly roles: readonly NumberRole[];
  readonly scaleOf: (role: NumberRole) => number;
}

function channelsOf({ rows, kept }: Assembly): Pick<Localizations, 'channel' | 'channelNames'> {
  if (rows.codes === undefined) return {};
  const { sorted, codes } = orderNames(rows.names);
  const old = rows.codes;
  return { channel: Uint8Array.from(kept, (row) => codes[old[row]]), channelNames: sorted };
}

function fitsFrame(frames: Float64Array): boolean {
  return frames.every((frame) => Math.abs(frame) < 2 ** 31);
}

function assemble(assembly: Assembly): Localizations {
  const { rows, kept, roles, scaleOf } = assembly;
  const column = (role: NumberRole) => {
    const slot = roles.indexOf(role);
    return slot < 0 ? undefined : picked(rows.columns[slot], kept, scaleOf(role));
  };
  const [z, precision, frame] = [column('z'), column('precision'), column('frame')];
  return {
    count: kept.length,
    x: column('x') ?? new Float64Array(0),
    y: column('y') ?? new Float64Array(0),
    ...(z && { z }),
    ...(precision && { precision: Float32Array.from(precision) }),
    ...(frame && fitsFrame(frame) && { frame: Int32Array.from(frame, Math.round) }),
    ...channelsOf(assembly),
  };
}

function columnWarnings(dialect: TextDialect, columns: ReadColumns, options: TableOptions): string[] {
  const keys = (dialect.header ?? []).map((name) => parseColumnName(name).key);
  const warnings: string[] = [];
  if (dialect.decimalComma) warnings.push('Commas in numbers are read as decimal points.');
  if (keys.includes('xc') && parseColumnName(columns.x.name).key === 'x')
    warnings.push(
      'The table also has drift-corrected positions (Xc, Yc); name Xc and Yc as its columns to use them.',
    );
  if (keys.includes('tid'))
    warnings.push(
      'The table has trace ids (tid): a molecule may have many rows, which counts it many times.',
    );
  if (dialect.header === undefined && options.columns === undefined)
    warnings.push(
      `The table has no header: columns ${columns.z ? '1, 2 and 3 are read as x, y and z' : '1 and 2 are read as x and y'}.`,
    );
  return warnings;
}

function noRows(source: ByteSource, dialect: TextDialect): CoreError {
  const keys = (dialect.header ?? []).map((name) => parseColumnName(name).key);
  if (keys.includes('x') && keys.includes('y'))
    return unreadable(
      source,
      'has a header but no rows.',
      'Export the table again; it holds no localisation.',
    );
  return unreadable(source, 'is text, not a table of numbers.', 'Give a table with one localisation a row.');
}

function choiceOf(columns: ReadColumns): ColumnChoice {
  return Object.fromEntries(Object.entries(columns).map(([role, column]) => [role, column.name]));
}

async function readTextTable(
  source: ByteSource,
  options: TableOptions,
  format: Format,
  run: Run,
): Promise<LocalizationTable> {
  const dialect = findDialect(await readUpTo(source, 0, headLength));
  if (dialect.rowsFrom < 0) throw noRows(source, dialect);
  const columns = chooseColumns(dialect, options, source.name);
  const units = chooseUnits(columns, options, source.name);
  const scales = new Map([...units.of].map(([role, unit]) => [role, nanometres(unit, options, source.name)]));
  const roles = numberRoles.filter((role) => columns[role] !== undefined);
  const numbers = roles.map((role) => columns[role]?.index ?? 0);
  const wanted = { numbers, ...(columns.channel && { names: columns.channel.index }) };
  const rows = await readRows(source, dialect, wanted, run);
  checkRows(rows, source, columns, dialect);
  const kept = await distinctRows(rows.columns, rows.codes, run);
  const localizations = assemble({ rows, kept, roles, scaleOf: (role) => scales.get(role) ?? 1 });
  const lost =
    columns.frame && !localizations.frame
      ? [`Column "${columns.frame.name}" holds no frame numbers; it is left out.`]
      : [];
  return {
    localizations,
    format: tableTitle(format),
    columns: choiceOf(columns),
    units: units.of.get('x') ?? 'nm',
    unitsFrom: units.from,
    rows: rows.rows,
    dropped: { notFinite: rows.notFinite + rows.notNumbers, duplicate: rows.count - kept.length },
    ...(rows.firstBad && { firstBad: rows.firstBad }),
    warnings: [...columnWarnings(dialect, columns, options), ...units.warnings, ...lost],
  };
}

/**
 * Reads a localisation table; positions become nm. Rows without finite numbers and exact duplicates (in all columns
 * that are read) are left out and counted. Throws `unreadable` (empty, no rows, text, another kind of file: with the
 * way out), `missing` (columns, units or pixel size that neither file nor options give), `usage` (a chosen column
 * that is not there), `memory`.
 */
export async function readTable(
  source: ByteSource,
  options: TableOptions,
  run: Run,
): Promise<LocalizationTable> {
  const format = await detectFormat(source);
  if (format.kind !== 'table') throw wrongKind(source, format, 'table');
  return await readTextTable(source, options, format, run);
}
