import { CoreError, type Remedy } from '../errors.js';
import type { ColumnChoice, LengthUnit, TableOptions } from './table.js';

/** What a column can be read as. */
export type ColumnRole = keyof ColumnChoice;

/** A header cell, taken apart: `key` in lower case without its unit. */
export interface ColumnName {
  readonly key: string;
  readonly unit?: LengthUnit;
}

/** What the columns of a table are called. */
export interface TableHeader {
  /** Names of the columns; absent in a table without a header. */
  readonly header?: readonly string[];
  /** Number of columns. */
  readonly width: number;
  /** Which column is which, by name, where the format itself says so; nothing is guessed from names then. */
  readonly known?: ColumnChoice;
}

/** A column that is read: its index in the rows, its name (its number from 1 without a header) and its own unit. */
export interface ReadColumn {
  readonly index: number;
  readonly name: string;
  readonly unit?: LengthUnit;
}

/** The columns of a table that are read, by role. */
export type ReadColumns = Partial<Record<ColumnRole, ReadColumn>> & Record<'x' | 'y', ReadColumn>;

const units: Readonly<Partial<Record<string, LengthUnit>>> = {
  ...{ nm: 'nm', nanometer: 'nm', nanometers: 'nm', nanometre: 'nm', nanometres: 'nm' },
  ...{ um: 'um', µm: 'um', μm: 'um', micron: 'um', microns: 'um', micrometer: 'um', micrometers: 'um' },
  ...{ px: 'px', pix: 'px', pixel: 'px', pixels: 'px' },
};

const keysByRole: Readonly<Record<ColumnRole, readonly string[]>> = {
  x: ['x'],
  y: ['y'],
  z: ['z'],
  precision: [
    ...[
      'uncertainty',
      'uncertainty xy',
      'precision',
      'precision xy',
      'xy precision',
      'x precision',
      'precision x',
    ],
    ...['lateral precision', 'localization precision', 'localisation precision', 'loc precision', 'lpx'],
    ...['lateral localization accuracy', 'localization accuracy'],
  ],
  frame: ['frame', 'first frame', 'frame number', 'frame index', 'image number'],
  channel: ['channel', 'channel name', 'channel index', 'ch'],
  molecule: ['tid'],
};
/** Endings of the names of corrected positions, the most corrected first: for warp and drift (Xwc), for drift (Xc). */
const corrections = ['wc', 'c'];
const longestName = 200;
const roles = Object.keys(keysByRole) as ColumnRole[];

/** Takes a header cell apart: "x [nm]", "X (nm)", "x_nm", "Position X [nm]" all are x in nm. */
export function parseColumnName(name: string): ColumnName {
  if (name.length > longestName) return { key: '' };
  const bracket = /^([^[(]*)[[(]([^\])]*)[\])]/.exec(name);
  const suffix = bracket ?? /^(.*[^\s_.-])[\s_.-]+(\w+|[µμ]m)$/u.exec(name);
  const unit = suffix === null ? undefined : units[suffix[2].trim().toLowerCase()];
  const bare = bracket?.[1] ?? (unit === undefined ? name : (suffix?.[1] ?? name));
  const words = bare
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const telling = words.filter((word) => !['position', 'pos', 'coordinate', 'coord'].includes(word));
  const key = (telling.length > 0 ? telling : words).join(' ');
  return unit === undefined ? { key } : { key, unit };
}

function columnList(table: TableHeader): string {
  if (table.header === undefined) return `columns 1 to ${table.width}, without names`;
  const shown = table.header.slice(0, 30).map((name) => (name === '' ? '(no name)' : name.slice(0, 40)));
  return `columns ${shown.join(', ')}${table.header.length > 30 ? ', …' : ''}`;
}

function makeColumn(table: TableHeader, index: number): ReadColumn {
  const name = table.header?.[index] ?? '';
  const { unit } = parseColumnName(name);
  return { index, name: name === '' ? String(index + 1) : name, ...(unit && { unit }) };
}

/** Index of the column that the user named: by its name, by its name without unit, or by its number from 1. */
function chosenIndex(table: TableHeader, wanted: string): number {
  const header = table.header ?? [];
  const plain = wanted.trim().toLowerCase();
  const tests: ((name: string) => boolean)[] = [
    (name) => name === wanted,
    (name) => name.toLowerCase() === plain,
    (name) => parseColumnName(name).key === plain && plain !== '',
  ];
  for (const test of tests) {
    const index = header.findIndex(test);
    if (index >= 0) return index;
  }
  return /^\d+$/.test(plain) && Number(plain) <= table.width ? Number(plain) - 1 : -1;
}

/** The choice of columns as what would help, with the names, or numbers from 1, that there are. */
export function columnRemedy({ header, width }: TableHeader): Remedy {
  const numbers = Array.from({ length: width }, (_, index) => String(index + 1));
  return { setting: 'table.columns', choices: header ?? numbers };
}

function chosenColumn(table: TableHeader, role: ColumnRole, wanted: string, name: string): ReadColumn {
  const index = chosenIndex(table, wanted);
  if (index >= 0) return makeColumn(table, index);
  throw new CoreError({
    tag: 'usage',
    message: `${name} has no column "${wanted}" for ${role}; it has ${columnList(table)}.`,
    where: name,
    hint: 'Give the name as it stands in the header, or the number of the column from 1.',
    remedies: [columnRemedy(table)],
  });
}

/** The column that the user named; undefined where the user said that there is none. */
function wantedColumn(
  table: TableHeader,
  role: ColumnRole,
  wanted: string,
  name: string,
): ReadColumn | undefined {
  return wanted === '' ? undefined : chosenColumn(table, role, wanted, name);
}

/** The name of a position that is corrected as both x and y are; undefined where the table has none. */
export function correctedKey(keys: readonly string[], axis: string): string | undefined {
  const correction = corrections.find((each) => keys.includes(`x${each}`) && keys.includes(`y${each}`));
  if (correction === undefined || !['x', 'y', 'z'].includes(axis)) return undefined;
  const own = [correction, 'c'].find((each) => keys.includes(`${axis}${each}`));
  return own === undefined ? undefined : `${axis}${own}`;
}

function namedColumn(table: TableHeader, role: ColumnRole): ReadColumn | undefined {
  const keys = (table.header ?? []).map((name) => parseColumnName(name).key);
  const corrected = correctedKey(keys, role);
  for (const key of corrected === undefined ? keysByRole[role] : [corrected]) {
    const index = keys.indexOf(key);
    if (index >= 0) return makeColumn(table, index);
  }
  return undefined;
}

/** Columns of a table without a header, where the user has chosen none: x, y, and z if there are exactly three. */
function positionalColumn(table: TableHeader, role: ColumnRole): ReadColumn | undefined {
  const index = ['x', 'y', ...(table.width === 3 ? ['z'] : [])].indexOf(role);
  return index < 0 || index >= table.width ? undefined : makeColumn(table, index);
}

function missingColumn(table: TableHeader, role: ColumnRole, name: string): CoreError {
  return new CoreError({
    tag: 'missing',
    message: `${name} does not say which column is ${role}; it has ${columnList(table)}.`,
    where: name,
    hint: 'Name the columns that hold x and y.',
    remedies: [columnRemedy(table)],
  });
}

/** The column of a role that the format itself names. */
function knownColumn(table: TableHeader, role: ColumnRole): ReadColumn | undefined {
  const name = table.known?.[role];
  const index = name === undefined ? -1 : (table.header ?? []).indexOf(name);
  return index < 0 ? undefined : makeColumn(table, index);
}

/** How the columns of a table are told apart where the user chooses none. */
function guesserOf({ header, known }: TableHeader): typeof namedColumn {
  if (known !== undefined) return knownColumn;
  return header === undefined ? positionalColumn : namedColumn;
}

/** The columns that would be read where the user chooses none: by header name, by position without a header. */
export function guessColumns(table: TableHeader): Partial<Record<ColumnRole, ReadColumn>> {
  const guess = guesserOf(table);
  const found = roles.flatMap((role) => {
    const column = guess(table, role);
    return column === undefined ? [] : [[role, column] as const];
  });
  return Object.fromEntries(found);
}

/**
 * The columns to read: those the user chose, else by header name (by position without a header). Throws `usage` for
 * a chosen column that is not there or is chosen twice, `missing` where x or y is not found.
 */
export function chooseColumns(table: TableHeader, options: TableOptions, name: string): ReadColumns {
  const chosen = options.columns ?? {};
  const guessing = table.header !== undefined || Object.keys(chosen).length === 0;
  const found: Partial<Record<ColumnRole, ReadColumn>> = {};
  for (const role of roles) {
    const wanted = chosen[role];
    const guess = guesserOf(table);
    const column =
      wanted !== undefined
        ? wantedColumn(table, role, wanted, name)
        : guessing
          ? guess(table, role)
          : undefined;
    if (column !== undefined) found[role] = column;
  }
  const { x, y } = found;
  if (x === undefined) throw missingColumn(table, 'x', name);
  if (y === undefined) throw missingColumn(table, 'y', name);
  if (x.index === y.index)
    throw new CoreError({
      tag: 'usage',
      message: `Column "${x.name}" of ${name} is chosen as x and as y.`,
      where: name,
      hint: 'Name two columns, one for x and one for y.',
      remedies: [columnRemedy(table)],
    });
  return { ...found, x, y };
}
