import { nanometresPer } from '../data/units.js';
import { quietRun, type Run } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { unreadable } from './file-error.js';
import { type Format, hasBytes } from './format.js';
import { type NumberFormat, numberReader } from './number-format.js';
import type { OpenTable } from './open-table.js';
import { firstRecords, readRecords, type RecordField, type RecordTable } from './record-table.js';
import { readManifest, type SmlmColumn, type SmlmTable } from './smlm-manifest.js';
import { parseColumnName } from './table-columns.js';
import { decodeText } from './text.js';
import { readZipEntry, type ZipEntry, zipEntries } from './zip-archive.js';

const manifestName = 'manifest.json';

function holdsText(bytes: Uint8Array, text: string): boolean {
  const first = text.charCodeAt(0);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
    if (hasBytes(bytes, at, text)) return true;
  return false;
}

/** The zip archive of binary tables that ShareLoc, ImJoy, ZOLA and a ThunderSTORM plugin write. */
export const smlmFormat: Format = {
  id: 'smlm',
  title: 'an .smlm archive',
  kind: 'table',
  extensions: ['smlm'],
  content:
    'the binary tables named in manifest.json: x, y, z, x_precision, frame with the units given there (nm where none is), ' +
    'each table of several a channel',
  recognise: (head, _, tail = head) =>
    hasBytes(head, 0, [0x50, 0x4b, 3, 4]) && (holdsText(tail, manifestName) || holdsText(head, manifestName)),
};

const formats: Readonly<Record<string, NumberFormat>> = Object.fromEntries(
  (['int', 'uint', 'float'] as const).flatMap((kind) =>
    [8, 16, 32, 64].map((bits) => {
      const letter = ({ int: 'i', uint: 'u', float: 'f' } as const)[kind];
      return [`${kind}${bits}`, { kind: letter, bytes: bits / 8, littleEndian: true }];
    }),
  ),
);

/** A header with its unit; lengths in units other than nm, µm and px are read in nm. */
function namedColumn({ header, unit }: SmlmColumn): { name: string; scale: number } {
  const united = `${header} [${unit}]`;
  if (parseColumnName(united).unit !== undefined) return { name: united, scale: 1 };
  const scale = nanometresPer(unit);
  return scale === undefined ? { name: header, scale: 1 } : { name: `${header} [nm]`, scale };
}

/** The columns of a table and the length of its records. Throws `unreadable` for a kind of number that is not known. */
function layoutOf(
  { columns, offsets }: SmlmTable,
  source: ByteSource,
): { fields: RecordField[]; bytes: number } {
  const fields: RecordField[] = [];
  let bytes = 0;
  for (const column of columns) {
    const format = Object.hasOwn(formats, column.dtype) ? formats[column.dtype] : undefined;
    const read = format && numberReader(format);
    if (format === undefined || read === undefined)
      throw unreadable(
        source,
        `holds a column "${column.header}" of "${column.dtype}", which is not known.`,
        'Save the table as csv.',
      );
    const [offset, shift] = [bytes, offsets.get(column.header) ?? 0];
    const { name, scale } = namedColumn(column);
    if (column.repeats === 1)
      fields.push({ name, read: (view, at) => (read(view, at + offset) + shift) * scale });
    bytes += format.bytes * column.repeats;
  }
  return { fields, bytes };
}

interface Part {
  readonly table: SmlmTable;
  readonly entry: ZipEntry;
  readonly rowBytes: number;
}

function partsOf(tables: readonly SmlmTable[], entries: readonly ZipEntry[], source: ByteSource): Part[] {
  return tables.map((table) => {
    const entry = entries.find(({ name }) => name === table.name);
    const rowBytes = layoutOf(table, source).bytes;
    if (entry === undefined || rowBytes === 0 || entry.bytes !== table.rows * rowBytes)
      throw unreadable(
        source,
        `names a table "${table.name}" of ${table.rows} rows of ${rowBytes} bytes, and holds ${entry?.bytes ?? 'no'} bytes of it.`,
        'Export the archive again.',
      );
    return { table, entry, rowBytes };
  });
}

const partBytes = 2;

/**
 * Records [first, first + count) of the parts one after the other, each with the number of its part behind it. The part
 * that was read last stays unpacked.
 */
function chunkReader(parts: readonly Part[], source: ByteSource): RecordTable['chunk'] {
  let held: { index: number; bytes: Uint8Array } | undefined;
  const unpacked = async (index: number, run: Run): Promise<Uint8Array> => {
    if (held?.index !== index) held = { index, bytes: await readZipEntry(source, parts[index].entry, run) };
    return held.bytes;
  };
  return async (first, count, run) => {
    const size = parts[0].rowBytes;
    const out = new Uint8Array(count * (size + partBytes));
    let [filled, start] = [0, 0];
    for (const [index, { table }] of parts.entries()) {
      const from = Math.max(0, first + filled - start);
      const taken = Math.max(0, Math.min(count - filled, table.rows - from));
      const bytes = taken > 0 ? await unpacked(index, run) : new Uint8Array(0);
      for (let row = 0; row < taken; row++) {
        const at = (filled + row) * (size + partBytes);
        out.set(bytes.subarray((from + row) * size, (from + row + 1) * size), at);
        new DataView(out.buffer).setUint16(at + size, index, true);
      }
      filled += taken;
      start += table.rows;
    }
    return out;
  };
}

function requireAlike(parts: readonly Part[], source: ByteSource): void {
  const layoutText = ({ table }: Part): string => JSON.stringify([table.columns, [...table.offsets]]);
  if (parts.every((part) => layoutText(part) === layoutText(parts[0]))) return;
  throw unreadable(
    source,
    'holds several tables with different columns or offsets.',
    'Export each table as a file of its own.',
  );
}

async function manifestOf(source: ByteSource, entries: readonly ZipEntry[]): Promise<readonly SmlmTable[]> {
  const entry = entries.find(({ name }) => name === manifestName);
  if (entry === undefined || entry.bytes > 2 ** 24)
    throw unreadable(
      source,
      'is a zip archive without a manifest of tables.',
      'Unpack it, and open the file in it.',
    );
  const tables = readManifest(decodeText(await readZipEntry(source, entry, quietRun)), source);
  if (tables.reduce((sum, { rows }) => sum + rows, 0) > 0) return tables.filter(({ rows }) => rows > 0);
  throw unreadable(source, 'holds no localisations.', 'Export the archive again.');
}

/** Opens an .smlm archive. Throws `unreadable` for one that is broken, holds no binary table or no localisation. */
export async function openSmlm(source: ByteSource): Promise<OpenTable> {
  const entries = await zipEntries(source);
  const tables = await manifestOf(source, entries);
  const parts = partsOf(tables, entries, source);
  requireAlike(parts, source);
  const { fields: own, bytes } = layoutOf(tables[0], source);
  const part: RecordField = { name: 'channel', read: (view, at) => view.getUint16(at + bytes, true) };
  const isSplit = parts.length > 1;
  const fields = isSplit ? [...own.filter(({ name }) => name !== part.name), part] : own;
  const table: RecordTable = {
    ...{ name: source.name, fields, rowBytes: bytes + partBytes },
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    ...(isSplit && { nameOf: (index: number) => tables[index].channel }),
    chunk: chunkReader(parts, source),
  };
  return {
    title: '.smlm archive',
    header: fields.map(({ name }) => name),
    width: fields.length,
    warnings: [],
    readRows: (wanted, run) => readRecords(table, wanted, run),
    firstRows: () => firstRecords(table, quietRun),
  };
}
