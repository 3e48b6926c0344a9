import type { Localizations } from '../data/localizations.js';
import { CoreError } from '../errors.js';
import type { Run } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { detectFormat, wrongKind } from './detect.js';
import { distinctRows } from './duplicate-rows.js';
import { unreadable } from './file-error.js';
import { meanPerMolecule } from './molecules.js';
import type { OpenTable } from './open-table.js';
import {
  chooseColumns,
  columnRemedy,
  type ColumnRole,
  correctedKey,
  parseColumnName,
  type ReadColumn,
  type ReadColumns,
} from './table-columns.js';
import { openTable } from './table-formats.js';
import type { TableRows } from './table-rows.js';
import type { ColumnChoice, LengthUnit, LocalizationTable, TableOptions } from './table.js';

const lengthRoles = ['x', 'y', 'z', 'precision'] as const;
const numberRoles = [...lengthRoles, 'frame', 'molecule'] as const;
type NumberRole = (typeof numberRoles)[number];

/** A table that is being read. */
interface Reading {
  readonly source: ByteSource;
  readonly table: OpenTable;
  readonly options: TableOptions;
}

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
function nanometres(
  column: { unit: LengthUnit; role: ColumnRole },
  { options, table, source }: Reading,
): number {
  const { unit, role } = column;
  if (unit !== 'px') return unit === 'nm' ? 1 : 1000;
  const size = options.pixelSize ?? table.pixel?.[role === 'y' ? 'y' : 'x'];
  if (size !== undefined) return size;
  throw new CoreError({
    tag: 'missing',
    message: `The positions in ${source.name} are in camera pixels, and the size of a pixel is not known.`,
    where: source.name,
    hint: 'Give the pixel size of the camera in nm.',
    remedies: [{ setting: 'calibration.pixelSizeNm' }],
  });
}

/** The first row that was left out, to end a sentence. */
function firstOf({ firstBad }: Pick<TableRows, 'firstBad'>): string {
  return firstBad === undefined ? '' : `; the first is row ${firstBad.row}: "${firstBad.text}"`;
}

function checkRows(rows: TableRows, columns: ReadColumns, { source, table }: Reading): void {
  if (rows.notNumbers * 2 > rows.rows)
    throw unreadable(
      source,
      `is text, not a table of numbers: ${rows.notNumbers} of its ${rows.rows} rows have none in the columns ${Object.values(
        columns,
      )
        .map((column) => column.name)
        .join(', ')}${firstOf(rows)}.`,
      'Give a table with one localisation a row, or name the columns that hold x and y.',
      columnRemedy(table),
    );
  if (rows.count === 0)
    throw unreadable(
      source,
      `has no row with finite numbers; ${rows.notFinite + (rows.rejected ?? 0)} rows were left out${firstOf(rows)}.`,
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
  const channel = new Uint8Array(kept.length);
  for (let i = 0; i < kept.length; i++) channel[i] = codes[old[kept[i]]];
  return { channel, channelNames: sorted };
}

/** Frames as whole numbers; undefined where they are too large to be any. */
function wholeFrames(frames: Float64Array): Int32Array | undefined {
  const out = new Int32Array(frames.length);
  for (let i = 0; i < frames.length; i++) {
    if (!(Math.abs(frames[i]) < 2 ** 31)) return undefined;
    out[i] = Math.round(frames[i]);
  }
  return out;
}

function assemble(assembly: Assembly): Localizations {
  const { rows, kept, roles, scaleOf } = assembly;
  const column = (role: NumberRole) => {
    const slot = roles.indexOf(role);
    return slot < 0 ? undefined : picked(rows.columns[slot], kept, scaleOf(role));
  };
  const [z, precision, frames] = [column('z'), column('precision'), column('frame')];
  const frame = frames && wholeFrames(frames);
  return {
    count: kept.length,
    x: column('x') ?? new Float64Array(0),
    y: column('y') ?? new Float64Array(0),
    ...(z && { z }),
    ...(precision && { precision: new Float32Array(precision) }),
    ...(frame && { frame }),
    ...channelsOf(assembly),
  };
}

function columnWarnings(
  { header, known, width }: OpenTable,
  columns: ReadColumns,
  options: TableOptions,
): string[] {
  const keys = (header ?? []).map((name) => parseColumnName(name).key);
  const [x, y] = [columns.x, columns.y].map(({ name }) => name);
  const warnings: string[] = [];
  if (
    known === undefined &&
    parseColumnName(x).key === correctedKey(keys, 'x') &&
    options.columns?.x === undefined
  )
    warnings.push(
      `The drift-corrected positions ${x} and ${y} are read, rather than those that are not corrected.`,
    );
  if (header === undefined && options.columns === undefined)
    warnings.push(
      `The table has no header: columns ${width === 3 ? '1, 2 and 3 are read as x, y and z' : '1 and 2 are read as x and y'}.`,
    );
  return warnings;
}

/** The localisations of the rows that no earlier row equals, rows of one molecule as one. */
async function localise(assembly: Assembly, run: Run): Promise<{ found: Localizations; notes: string[] }> {
  const { rows, kept, roles } = assembly;
  const all = assemble(assembly);
  const slot = roles.indexOf('molecule');
  if (slot < 0) return { found: all, notes: [] };
  const found = await meanPerMolecule(all, picked(rows.columns[slot], kept, 1), run);
  const note = `${all.count} rows are of ${found.count} molecules: each is read as one localisation, at the mean position of its rows.`;
  return { found, notes: found.count < all.count ? [note] : [] };
}

function choiceOf(columns: ReadColumns): ColumnChoice {
  return Object.fromEntries(Object.entries(columns).map(([role, column]) => [role, column.name]));
}

/** What the table is called; with the size of a camera pixel and who says so, where positions rest on one of the file. */
function titleOf({ table, options }: Reading, units: Units): string {
  const { title, pixel } = table;
  const rests =
    pixel !== undefined && options.pixelSize === undefined && [...units.of.values()].includes('px');
  if (!rests) return title;
  const size = pixel.x === pixel.y ? String(pixel.x) : `${pixel.x} × ${pixel.y}`;
  return `${title}, camera pixel ${size} nm from ${pixel.source}`;
}

function droppedOf(rows: TableRows, kept: Uint32Array): LocalizationTable['dropped'] {
  return {
    notFinite: rows.notFinite + rows.notNumbers,
    duplicate: rows.count - kept.length,
    ...(rows.rejected !== undefined && { rejected: rows.rejected }),
  };
}

function rejectedNotes(
  { rejectedAs = 'rejected rows' }: OpenTable,
  { rejected = 0, rows }: TableRows,
): string[] {
  return rejected === 0 ? [] : [`${rejected} of ${rows} rows were left out: ${rejectedAs}.`];
}

async function readOpenTable(reading: Reading, run: Run): Promise<LocalizationTable> {
  const { source, table, options } = reading;
  const columns = chooseColumns(table, options, source.name);
  const units = chooseUnits(columns, options, source.name);
  const scales = new Map([...units.of].map(([role, unit]) => [role, nanometres({ unit, role }, reading)]));
  const roles = numberRoles.filter((role) => columns[role] !== undefined);
  const numbers = roles.map((role) => columns[role]?.index ?? 0);
  const rows = await table.readRows(
    { numbers, ...(columns.channel && { names: columns.channel.index }) },
    run,
  );
  checkRows(rows, columns, reading);
  const kept = await distinctRows(rows.columns, rows.codes, run);
  const scaleOf = (role: NumberRole): number => scales.get(role) ?? 1;
  const { found, notes } = await localise({ rows, kept, roles, scaleOf }, run);
  const lost =
    columns.frame && !found.frame
      ? [`Column "${columns.frame.name}" holds no frame numbers; it is left out.`]
      : [];
  return {
    localizations: found,
    format: titleOf(reading, units),
    columns: choiceOf(columns),
    units: units.of.get('x') ?? 'nm',
    unitsFrom: units.from,
    rows: rows.rows,
    dropped: droppedOf(rows, kept),
    ...(rows.firstBad && { firstBad: rows.firstBad }),
    warnings: [
      ...table.warnings,
      ...columnWarnings(table, columns, options),
      ...units.warnings,
      ...rejectedNotes(table, rows),
      ...notes,
      ...lost,
    ],
  };
}

/**
 * Reads a localisation table; positions become nm. Rows without finite numbers, those that their program rejected, and
 * exact duplicates (in all columns that are read) are left out and counted. Throws `unreadable` (empty, no rows, text,
 * another kind of file: with the way out), `missing` (columns, units or pixel size that neither file nor options give),
 * `usage` (a chosen column that is not there), `memory`.
 */
export async function readTable(
  source: ByteSource,
  options: TableOptions,
  run: Run,
): Promise<LocalizationTable> {
  const format = await detectFormat(source);
  if (format.kind !== 'table') throw wrongKind(source, format, 'table');
  const table = await openTable(source, format);
  try {
    return await readOpenTable({ source, table, options }, run);
  } finally {
    table.close?.();
  }
}
