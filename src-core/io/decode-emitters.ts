import type { ByteSource } from './byte-source.js';
import { unreadable } from './file-error.js';
import type { Hdf5Dataset, Hdf5File } from './hdf5.js';
import type { Hdf5Table } from './hdf5-records.js';
import { numberReader } from './number-format.js';
import type { CameraPixel } from './open-table.js';
import type { RecordField } from './record-table.js';

/** A dataset of the table, where its numbers stand in a record that is put together from all of them. */
interface Column {
  readonly dataset: Hdf5Dataset;
  readonly offset: number;
}

function pixelOf(file: Hdf5File, source: ByteSource): CameraPixel | undefined {
  const sizes = file.attribute('meta', 'px_size');
  if (sizes === undefined || typeof sizes === 'string') return undefined;
  const [x, y = x] = sizes;
  return x > 0 && y > 0 ? { x, y, source: `meta in ${source.name}` } : undefined;
}

function unitOf(file: Hdf5File): string {
  const unit = file.attribute('meta', 'xy_unit');
  return typeof unit === 'string' && unit !== '' ? ` [${unit}]` : '';
}

/** The datasets that have one entry for each emitter, in the order of the names. */
function columnsOf(file: Hdf5File, rows: number): ReadonlyMap<string, Column> {
  let offset = 0;
  const columns = new Map<string, Column>();
  for (const name of ['xyz', 'xyz_sig', 'frame_ix', 'phot', 'prob']) {
    const dataset = file.dataset(`data/${name}`);
    if (dataset?.number === undefined || dataset.shape[0] !== rows) continue;
    columns.set(name, { dataset, offset });
    offset += dataset.rowBytes;
  }
  return columns;
}

function fieldOf(
  columns: ReadonlyMap<string, Column>,
  from: string,
  index: number,
  name: string,
): RecordField[] {
  const column = columns.get(from);
  const format = column?.dataset.number;
  const read = format && numberReader(format);
  if (column === undefined || format === undefined || read === undefined) return [];
  if ((column.dataset.shape[1] ?? 1) <= index) return [];
  const offset = column.offset + index * format.bytes;
  return [{ name, read: (view, at) => read(view, at + offset) }];
}

/** Records put together from the entries of every dataset. */
function interleaved(columns: readonly Column[], rowBytes: number, first: number, count: number): Uint8Array {
  const out = new Uint8Array(count * rowBytes);
  for (const { dataset, offset } of columns) {
    const bytes = dataset.rows(first, count);
    for (let row = 0; row < count; row++) {
      const entry = bytes.subarray(row * dataset.rowBytes, (row + 1) * dataset.rowBytes);
      out.set(entry, row * rowBytes + offset);
    }
  }
  return out;
}

/** The emitters that DECODE saves; undefined where the file is not one of DECODE's. Throws `unreadable` for none. */
export function openDecode(source: ByteSource, file: Hdf5File): Hdf5Table | undefined {
  const xyz = file.dataset('data/xyz');
  if (xyz?.number === undefined || (xyz.shape[1] ?? 0) < 2) return undefined;
  const [rows] = xyz.shape;
  if (rows === 0)
    throw unreadable(
      source,
      'holds no localisations: DECODE found no emitter.',
      'Fit again with other settings.',
    );
  const columns = columnsOf(file, rows);
  const unit = unitOf(file);
  const fields = [
    ...fieldOf(columns, 'xyz', 0, `x${unit}`),
    ...fieldOf(columns, 'xyz', 1, `y${unit}`),
    ...fieldOf(columns, 'xyz', 2, 'z [nm]'),
    ...fieldOf(columns, 'xyz_sig', 0, `x_sig${unit}`),
    ...fieldOf(columns, 'frame_ix', 0, 'frame_ix'),
    ...fieldOf(columns, 'phot', 0, 'phot'),
    ...fieldOf(columns, 'prob', 0, 'prob'),
  ];
  const pixel = pixelOf(file, source);
  const rowBytes = [...columns.values()].reduce((sum, { dataset }) => sum + dataset.rowBytes, 0);
  const chunk = (first: number, count: number): Promise<Uint8Array> =>
    Promise.resolve(interleaved([...columns.values()], rowBytes, first, count));
  return {
    title: 'DECODE h5',
    ...(pixel && { pixel }),
    known: { x: `x${unit}`, y: `y${unit}`, z: 'z [nm]', precision: `x_sig${unit}`, frame: 'frame_ix' },
    table: { name: source.name, rows, rowBytes, fields, chunk },
  };
}
