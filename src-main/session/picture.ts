import {
  type Remedy,
  breathe,
  CoreError,
  detectFormat,
  type Grid,
  type ImageMetadata,
  type Localizations,
  makeGrid,
  openImage,
  type Run,
  voxelCount,
} from '../../src-core/index.js';
import { openFile, type OpenFile } from '../engine/file-source.js';
import { withPaths } from '../engine/named-paths.js';
import type { Histogram } from '../api.js';
import type { Picture, PictureRequest } from './reader-messages.js';
import type { TableCache } from './table-cache.js';

type Drawn = Pick<Picture, 'values' | 'grid' | 'calibrated' | 'quantity'>;

type Range = readonly [low: number, high: number];

interface Extents {
  readonly x: Range;
  readonly y: Range;
}

interface Drawing {
  readonly request: PictureRequest;
  readonly tables: TableCache;
}

const binCount = 256;
const largestPicture = 2 ** 27;
/** Pixels along the longer side of a picture that is advised where one is too large. */
const usualSide = 4096;
/** As in the density that a job draws: pixels left free around the points. */
const margin = 12;

function tooLarge(shape: readonly number[], hint: string, remedies: readonly Remedy[] = []): CoreError {
  const message = `${shape.join(' × ')} values are more than a picture may hold (${largestPicture}).`;
  return new CoreError({ tag: 'memory', message, hint, remedies });
}

function imageGrid({ planes, width, height, pixelSize, origin }: ImageMetadata, z: number | 'all'): Grid {
  const { x = 1, y = x, z: step = 1 } = pixelSize;
  const corner = [0, origin?.y ?? 0, origin?.x ?? 0] as const;
  return makeGrid([z === 'all' ? planes : 1, height, width], [step, y, x], corner);
}

async function drawImage(file: OpenFile, request: PictureRequest, run: Run): Promise<Drawn> {
  const { metadata, readPlane } = await openImage(file.source, run);
  const { z, channel, frame } = request;
  const grid = imageGrid(metadata, z);
  if (voxelCount(grid) > largestPicture) throw tooLarge(grid.shape, 'Look at it plane by plane.');
  const calibrated = metadata.pixelSize.x !== undefined;
  const shown = { grid, calibrated, quantity: 'intensity as stored' };
  if (z !== 'all') return { ...shown, values: await readPlane({ z, channel, frame }, run) };
  const values = new Float32Array(voxelCount(grid));
  for (let plane = 0; plane < metadata.planes; plane++) {
    values.set(await readPlane({ z: plane, channel, frame }, run), plane * metadata.width * metadata.height);
    run.report({ stage: 'read', fraction: (plane + 1) / metadata.planes });
    await breathe(run);
  }
  return { ...shown, values };
}

async function extentOf(values: Float64Array, run: Run, counts: (row: number) => boolean): Promise<Range> {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k++) {
    if (k % 65_536 === 0) await breathe(run);
    if (!counts(k)) continue;
    if (values[k] < low) low = values[k];
    if (values[k] > high) high = values[k];
  }
  return [low, high];
}

const joined = (a: Range, b: Range): Range => [Math.min(a[0], b[0]), Math.max(a[1], b[1])];

/** Where the points of a channel (all, where the table has no channels) lie in x and y. */
async function extents({ x, y, channel }: Localizations, wanted: number | null, run: Run): Promise<Extents> {
  const counts =
    channel === undefined || wanted === null ? () => true : (row: number) => channel[row] === wanted;
  return { x: await extentOf(x, run, counts), y: await extentOf(y, run, counts) };
}

/** The grid that a job draws these points on. */
function tableGrid({ x, y }: Extents, spacing: number): Grid {
  const pixels = ([low, high]: Range): Range => [
    Math.floor(low / spacing) - margin,
    Math.floor(high / spacing) + 1 + margin,
  ];
  const [[x0, x1], [y0, y1]] = [pixels(x), pixels(y)];
  const shape = [1, y1 - y0, x1 - x0] as const;
  if (!(shape[1] * shape[2] <= largestPicture)) {
    const value = Math.ceil((spacing * Math.max(...shape)) / usualSide);
    const hint = `Draw it at ${value} nm a pixel, and check the unit of the positions.`;
    throw tooLarge(shape, hint, [{ setting: 'table.spacingNm', value }, { setting: 'table.units' }]);
  }
  return makeGrid(shape, [spacing, spacing, spacing], [0, y0 * spacing, x0 * spacing]);
}

async function readLocalizations(
  path: string,
  { request, tables }: Drawing,
  run: Run,
): Promise<Localizations> {
  const file = await openFile(path, run);
  try {
    const read = await tables.readerOf(path);
    return (await withPaths([file], () => read(file.source, request.table, run))).localizations;
  } finally {
    await file.close();
  }
}

/** Where all the points lie that the job's grid is drawn around. */
async function extentsAround(own: Localizations, drawing: Drawing, run: Run): Promise<Extents> {
  const { request } = drawing;
  let all: Extents = { x: [Infinity, -Infinity], y: [Infinity, -Infinity] };
  for (const { path, channel } of request.around ?? []) {
    const table = path === request.path ? own : await readLocalizations(path, drawing, run);
    const found = await extents(table, channel, run);
    all = { x: joined(all.x, found.x), y: joined(all.y, found.y) };
  }
  return all.x[0] <= all.x[1] ? all : extents(own, null, run);
}

async function drawTable(file: OpenFile, drawing: Drawing, run: Run): Promise<Drawn> {
  const { request, tables } = drawing;
  const read = await tables.readerOf(request.path);
  const { localizations } = await read(file.source, request.table, run);
  const { count, x, y, channel } = localizations;
  const grid = tableGrid(await extentsAround(localizations, drawing, run), request.spacing);
  const [, ny, nx] = grid.shape;
  const values = new Float32Array(ny * nx);
  for (let k = 0; k < count; k++) {
    if (k % 65_536 === 0) await breathe(run);
    if (channel !== undefined && channel[k] !== request.channel) continue;
    const ix = Math.floor((x[k] - grid.origin[2]) / request.spacing);
    const iy = Math.floor((y[k] - grid.origin[1]) / request.spacing);
    if (ix >= 0 && iy >= 0 && ix < nx && iy < ny) values[iy * nx + ix] += 1;
  }
  return { values, grid, calibrated: true, quantity: 'localisations per pixel' };
}

/** Smallest and largest finite value; 0 and 0 where there is none. */
async function rangeOf(values: Float32Array, run: Run): Promise<[number, number]> {
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (i % 1_048_576 === 0) await breathe(run);
    const value = values[i];
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min > max ? [0, 0] : [min, max];
}

async function histogramOf(
  values: Float32Array,
  range: readonly [number, number],
  run: Run,
): Promise<Histogram> {
  const [from, to] = range;
  const counts = new Array<number>(binCount).fill(0);
  const scale = to > from ? binCount / (to - from) : 0;
  for (let i = 0; i < values.length; i++) {
    if (i % 1_048_576 === 0) await breathe(run);
    const bin = Math.floor((values[i] - from) * scale);
    if (Number.isFinite(values[i])) counts[Math.min(binCount - 1, bin)]++;
  }
  return { from, to, counts };
}

/**
 * A file's plane, or all its planes, as float32 values on their grid, with range and histogram (256 bins). A table
 * is counted per pixel, on the grid that a job of the same spacing and tables draws on; its channel is an index of its channel
 * column, where it has one. Throws `unreadable`, `usage` for a plane or channel that is not there, `memory`.
 */
export async function readPicture(request: PictureRequest, tables: TableCache, run: Run): Promise<Picture> {
  const file = await openFile(request.path, run);
  try {
    const drawn = await withPaths([file], async () => {
      const { kind } = await detectFormat(file.source);
      return kind === 'table' ? drawTable(file, { request, tables }, run) : drawImage(file, request, run);
    });
    const range = await rangeOf(drawn.values, run);
    const histogram = await histogramOf(drawn.values, range, run);
    return { ...drawn, min: range[0], max: range[1], histogram };
  } finally {
    await file.close();
  }
}
