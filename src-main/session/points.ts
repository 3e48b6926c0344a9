import { breathe, CoreError, detectFormat, type Localizations, type Run } from '../../src-core/index.js';
import { openFile } from '../engine/file-source.js';
import { withPaths } from '../engine/named-paths.js';
import type { PointColumn, PointsOfFile } from './points-of-file.js';
import type { PointsRequest } from './reader-messages.js';
import type { TableCache } from './table-cache.js';

/** A number from 0 to 1 that looks random and is the same for the same index. */
function scatter(index: number): number {
  let h = Math.imul(index ^ (index >>> 16), 0x45d9f3b);
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * At most `limit` of `count` rows, the same ones every time: one from each of `limit` equal stretches of the table,
 * at a scattered place in it, so that a pattern in the order of rows (channels in turn) is not picked out.
 */
export function thinnedRows(count: number, limit: number): Uint32Array {
  if (count <= limit) return Uint32Array.from({ length: count }, (_, row) => row);
  const stretch = count / limit;
  return Uint32Array.from({ length: limit }, (_, k) => {
    const [from, to] = [Math.ceil(k * stretch), Math.ceil((k + 1) * stretch)];
    return from + Math.floor(scatter(k) * (to - from));
  });
}

async function rangeOf(values: Float64Array, run: Run): Promise<[number, number]> {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k++) {
    if (values[k] < low) low = values[k];
    if (values[k] > high) high = values[k];
    if (k % 262_144 === 0) await breathe(run);
  }
  return [low, high];
}

function medianOf(values: Float32Array): number {
  return values.slice().sort()[values.length >> 1];
}

type Columns = readonly (readonly [PointColumn, ArrayLike<number>])[];

function columnsOf({ x, y, z, precision, channel }: Localizations): Columns {
  return [
    ['x', x],
    ['y', y],
    ...(z ? [['z', z] as const] : []),
    ...(precision ? [['precision', precision] as const] : []),
    ...(channel ? [['channel', channel] as const] : []),
  ];
}

/** The columns one after the other, positions counted from the origin so that 32 bits hold them exactly enough. */
async function packed(
  columns: Columns,
  rows: Uint32Array,
  origins: Readonly<Partial<Record<PointColumn, number>>>,
  run: Run,
): Promise<Float32Array> {
  const values = new Float32Array(columns.length * rows.length);
  for (const [slot, [name, column]] of columns.entries()) {
    const origin = origins[name] ?? 0;
    for (let k = 0; k < rows.length; k++) values[slot * rows.length + k] = column[rows[k]] - origin;
    await breathe(run);
  }
  return values;
}

async function pointsIn(localizations: Localizations, limit: number, run: Run): Promise<PointsOfFile> {
  const { count, x, y, z, precision, channelNames = [] } = localizations;
  const [[x0], [y0]] = [await rangeOf(x, run), await rangeOf(y, run)];
  const zRange = z ? await rangeOf(z, run) : null;
  const columns = columnsOf(localizations);
  const rows = thinnedRows(count, limit);
  const origin = [zRange?.[0] ?? 0, y0, x0] as const;
  const values = await packed(columns, rows, { x: x0, y: y0, z: origin[0] }, run);
  return {
    values,
    columns: columns.map(([name]) => name),
    origin,
    shown: rows.length,
    total: count,
    zRange,
    medianPrecision: precision ? medianOf(precision) : null,
    channelNames,
  };
}

/**
 * The localisations of a table as float32 columns, thinned to `limit`. Throws as readTable does, and `usage` for a
 * file that is no table.
 */
export async function readPoints(
  { path, table, limit }: PointsRequest,
  tables: TableCache,
  run: Run,
): Promise<PointsOfFile> {
  const file = await openFile(path, run);
  try {
    return await withPaths([file], async () => {
      const { kind, title } = await detectFormat(file.source);
      if (kind !== 'table') {
        const message = `The file is ${title}, not a table of localisations.`;
        throw new CoreError({
          tag: 'usage',
          message,
          hint: 'Open a table of localisations to see its points.',
        });
      }
      const read = await tables.readerOf(path);
      return pointsIn((await read(file.source, table, run)).localizations, limit, run);
    });
  } finally {
    await file.close();
  }
}
