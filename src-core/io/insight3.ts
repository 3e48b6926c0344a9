import type { ByteSource } from './byte-source.js';
import { cutShort, readExactly, unreadable } from './file-error.js';
import { type Format, hasBytes } from './format.js';
import type { OpenTable } from './open-table.js';
import { firstRecords, readRecords, type RecordField, type RecordTable } from './record-table.js';
import { quietRun } from '../run.js';

const headBytes = 16;
const rowBytes = 72;
/** Molecules that N-STORM and Insight3 could not place in z, or that were set aside. */
const rejectedCategory = 9;
const categoryAt = 44;

/** The binary molecule list of Insight3, which N-STORM and storm-analysis write too. */
export const insight3Format: Format = {
  id: 'insight3',
  title: 'an Insight3 molecule list',
  kind: 'table',
  extensions: ['bin'],
  content:
    'xc, yc (drift-corrected) in camera pixels counted from 1, zc in nm, fr as frame, c as channel (category 9, ' +
    'rejected, is left out and counted); needs the pixel size of the camera',
  recognise: (head) => hasBytes(head, 0, 'M425'),
};

const names = [
  ...['x [px]', 'y [px]', 'xc [px]', 'yc [px]', 'h', 'a', 'w', 'phi', 'ax', 'bg', 'i'],
  ...['c', 'fi', 'fr', 'tl', 'lk', 'z [nm]', 'zc [nm]'],
];
const integers = ['c', 'fi', 'fr', 'tl', 'lk'];

function fieldAt(name: string, index: number): RecordField {
  const offset = 4 * index;
  if (integers.includes(name)) return { name, read: (view, at) => view.getInt32(at + offset, true) };
  // The middle of the first pixel is 1 in these files, and 0 in ours.
  const first = name.endsWith('[px]') ? 1 : 0;
  return { name, read: (view, at) => view.getFloat32(at + offset, true) - first };
}

/** Opens a molecule list. Throws `unreadable` for one that is cut short, or that holds none. */
export async function openInsight3(source: ByteSource): Promise<OpenTable> {
  const head = await readExactly(source, 0, headBytes);
  const rows = new DataView(head.buffer, head.byteOffset, headBytes).getInt32(12, true);
  if (rows <= 0) throw unreadable(source, 'holds no localisations.', 'Run the analysis again.');
  if (headBytes + rows * rowBytes > source.size) throw cutShort(source, headBytes + rows * rowBytes);
  const table: RecordTable = {
    ...{ name: source.name, rows, rowBytes, fields: names.map(fieldAt) },
    accepts: (view, at) => view.getInt32(at + categoryAt, true) !== rejectedCategory,
    chunk: (first, count) => readExactly(source, headBytes + first * rowBytes, count * rowBytes),
  };
  return {
    title: 'Insight3 molecule list',
    header: names,
    width: names.length,
    known: { x: 'xc [px]', y: 'yc [px]', z: 'zc [nm]', frame: 'fr', channel: 'c' },
    warnings: [],
    rejectedAs: 'molecules of category 9 (rejected)',
    readRows: (wanted, run) => readRecords(table, wanted, run),
    firstRows: () => firstRecords(table, quietRun),
  };
}
