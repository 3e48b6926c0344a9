import type { Localizations } from '../data/localizations.js';
import { breathe, type Run } from '../run.js';

/** What the localisations of one channel of a job tell, in nm. */
export interface TableSample {
  readonly count: number;
  /** How far the middle 96 % of the positions reach; z null where there is none. */
  readonly extent: { readonly x: number; readonly y: number; readonly z: number | null };
  /** Median; null where the table has none. */
  readonly precision: number | null;
  /** Localisations in a µm² of where there are many: the mean over squares that hold a tenth of the median or more. */
  readonly perUm2: number;
}

/** Rows that quantiles are taken of, at equal distances. */
const quantileRows = 50_000;
/** Squares along a side of the extent. */
const squares = 24;
const breathEvery = 1 << 17;

function rowsOf({ channel, count }: Localizations, wanted: number): Int32Array {
  const rows = new Int32Array(count);
  let end = 0;
  for (let row = 0; row < count; row++)
    if (channel === undefined || channel[row] === wanted) rows[end++] = row;
  return rows.subarray(0, end);
}

function someOf(values: ArrayLike<number>, rows: Int32Array): Float64Array {
  const step = Math.max(1, Math.floor(rows.length / quantileRows));
  return Float64Array.from(
    { length: Math.floor(rows.length / step) },
    (_, k) => values[rows[k * step]],
  ).sort();
}

const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.floor(share * (sorted.length - 1))];

function reach(values: ArrayLike<number>, rows: Int32Array): readonly [low: number, high: number] {
  const sorted = someOf(values, rows);
  return [quantile(sorted, 0.02), quantile(sorted, 0.98)];
}

/** Counts in squares over the extent, and the area of one in µm². */
async function crowding(
  { x, y }: Localizations,
  rows: Int32Array,
  [[x0, x1], [y0, y1]]: readonly (readonly [number, number])[],
  run: Run,
): Promise<number> {
  const side = Math.max(x1 - x0, y1 - y0, 1e-9) / squares;
  const counts = new Float64Array((squares + 1) ** 2);
  for (let k = 0; k < rows.length; k++) {
    if (k % breathEvery === 0) await breathe(run);
    const [ix, iy] = [Math.floor((x[rows[k]] - x0) / side), Math.floor((y[rows[k]] - y0) / side)];
    if (ix >= 0 && iy >= 0 && ix <= squares && iy <= squares) counts[iy * (squares + 1) + ix]++;
  }
  const filled = counts.filter((n) => n > 0).sort();
  const crowded = filled.filter((n) => n >= quantile(filled, 0.5) / 10);
  return crowded.reduce((sum, n) => sum + n, 0) / crowded.length / (side / 1000) ** 2;
}

/** What the localisations of a channel tell (of all, where the table has no channels); null where there is none. */
export async function sampleTable(
  table: Localizations,
  channel: number,
  run: Run,
): Promise<TableSample | null> {
  const rows = rowsOf(table, channel);
  if (rows.length === 0) return null;
  await breathe(run);
  const [x, y] = [reach(table.x, rows), reach(table.y, rows)];
  const z = table.z === undefined ? null : reach(table.z, rows);
  await breathe(run);
  return {
    count: rows.length,
    extent: { x: x[1] - x[0], y: y[1] - y[0], z: z === null ? null : z[1] - z[0] },
    precision: table.precision === undefined ? null : quantile(someOf(table.precision, rows), 0.5),
    perUm2: await crowding(table, rows, [x, y], run),
  };
}
