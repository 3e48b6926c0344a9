import type { ByteSource } from './byte-source.js';
import { unreadable } from './file-error.js';

/** A column of a table in an .smlm archive. */
export interface SmlmColumn {
  readonly header: string;
  readonly dtype: string;
  /** '' where the manifest does not say it. */
  readonly unit: string;
  /** Numbers in each record: 1, or more for pictures of a molecule. */
  readonly repeats: number;
}

/** A binary table in an .smlm archive. */
export interface SmlmTable {
  /** Name of its file in the archive. */
  readonly name: string;
  readonly channel: string;
  readonly rows: number;
  readonly columns: readonly SmlmColumn[];
  /** What is to be added to a column, by its header. */
  readonly offsets: ReadonlyMap<string, number>;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const mostColumns = 1000;

function repeatsOf(shape: unknown): number {
  const sizes = Array.isArray(shape) ? (shape as unknown[]) : [shape ?? 1];
  return sizes.reduce<number>((total, size) => total * (typeof size === 'number' ? size : NaN), 1);
}

function columnsOf(format: Json): SmlmColumn[] {
  const headers = listOf(format.headers).slice(0, mostColumns);
  const [dtypes, shapes] = [listOf(format.dtype), listOf(format.shape)];
  const units = Array.isArray(format.units) ? (format.units as unknown[]) : undefined;
  return headers.map((header, index) => ({
    header: textOf(header),
    dtype: textOf(dtypes[index]).toLowerCase(),
    // By the specification lengths are nm where the manifest has no units at all.
    unit: units === undefined ? (/^[xyz](?:_|$)/.test(textOf(header)) ? 'nm' : '') : textOf(units[index]),
    repeats: repeatsOf(shapes[index]),
  }));
}

function tableOf(file: Json, formats: Json): SmlmTable | undefined {
  const format = formats[textOf(file.format)];
  if (!isObject(format) || format.mode !== 'binary') return undefined;
  const columns = columnsOf(format);
  const rows = file.rows;
  const isWhole = typeof rows === 'number' && Number.isSafeInteger(rows) && rows >= 0;
  const isSound = columns.every(({ repeats }) => Number.isSafeInteger(repeats) && repeats > 0);
  if (!isWhole || !isSound) return undefined;
  const shifts = Object.entries(isObject(file.offset) ? file.offset : {});
  const offsets = new Map(
    shifts.flatMap(([key, value]) => (typeof value === 'number' ? [[key, value]] : [])),
  );
  const name = textOf(file.name).replace(/^\.\//, '');
  return { name, channel: textOf(file.channel) || name, rows, columns, offsets };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The binary tables that the manifest of an .smlm archive names. Throws `unreadable` where it names none. */
export function readManifest(text: string, source: ByteSource): readonly SmlmTable[] {
  const manifest = parse(text);
  const { formats, files } = isObject(manifest) ? manifest : {};
  const known = isObject(formats) ? formats : {};
  const listed = listOf(files).filter(isObject);
  const tables = listed.filter(({ type }) => type === 'table').flatMap((file) => tableOf(file, known) ?? []);
  if (tables.length > 0) return tables;
  throw unreadable(
    source,
    'is a zip archive whose manifest names no binary table of localisations.',
    'Unpack it, and open the csv file in it.',
  );
}
