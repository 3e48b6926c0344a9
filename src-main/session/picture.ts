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
  readTable,
  type Run,
  voxelCount,
} from '../../src-core/index.js';
import { openFile, type OpenFile } from '../engine/file-source.js';
import { withPaths } from '../engine/named-paths.js';
import type { Histogram } from '../api.js';
import type { Picture, PictureRequest } from './reader-messages.js';

type Drawn = Pick<Picture, 'values' | 'grid' | 'calibrated' | 'quantity'>;

const binCount = 256;
const largestPicture = 2 ** 27;
/** As in the density that a job draws: pixels left free around the points. */
const margin = 12;

function tooLarge(shape: readonly number[], hint: string, remedies: readonly Remedy[] = []): CoreError {
  const message = `${shape.join(' × ')} values are more than a picture may hold (${largestPicture}).`;
  return new CoreError({ tag: 'memory', message, hint, remedies });
}

function imageGrid({ planes, width, height, pixelSize }: ImageMetadata, z: number | 'all'): Grid {
  const { x = 1, y = x, z: step = 1 } = pixelSize;
  return makeGrid([z === 'all' ? planes : 1, height, width], [step, y, x]);
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

async function extentOf(values: Float64Array, spacing: number, run: Run): Promise<[number, number]> {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k++) {
    if (values[k] < low) low = values[k];
    if (values[k] > high) high = values[k];
    if (k % 65_536 === 0) await breathe(run);
  }
  return [Math.floor(low / spacing) - margin, Math.floor(high / spacing) + 1 + margin];
}

async function tableGrid({ x, y }: Localizations, spacing: number, run: Run): Promise<Grid> {
  const [x0, x1] = await extentOf(x, spacing, run);
  const [y0, y1] = await extentOf(y, spacing, run);
  const shape = [1, y1 - y0, x1 - x0] as const;
  if (!(shape[1] * shape[2] <= largestPicture)) {
    const value = Math.ceil(spacing * Math.sqrt((shape[1] * shape[2]) / largestPicture));
    const hint = `Draw it at ${value} nm a pixel or more, and check the unit of the positions.`;
    throw tooLarge(shape, hint, [{ setting: 'table.spacingNm', value }, { setting: 'table.units' }]);
  }
  return makeGrid(shape, [spacing, spacing, spacing], [0, y0 * spacing, x0 * spacing]);
}

async function drawTable(file: OpenFile, request: PictureRequest, run: Run): Promise<Drawn> {
  const { localizations } = await readTable(file.source, request.table, run);
  const { count, x, y, channel } = localizations;
  const grid = await tableGrid(localizations, request.spacing, run);
  const [, ny, nx] = grid.shape;
  const values = new Float32Array(ny * nx);
  for (let k = 0; k < count; k++) {
    if (k % 65_536 === 0) await breathe(run);
    if (channel !== undefined && channel[k] !== request.channel) continue;
    const ix = Math.floor((x[k] - grid.origin[2]) / request.spacing);
    const iy = Math.floor((y[k] - grid.origin[1]) / request.spacing);
    values[iy * nx + ix] += 1;
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
 * is counted per pixel, on the grid that a job of the same spacing draws on; its channel is an index of its channel
 * column, where it has one. Throws `unreadable`, `usage` for a plane or channel that is not there, `memory`.
 */
export async function readPicture(request: PictureRequest, run: Run): Promise<Picture> {
  const file = await openFile(request.path, run);
  try {
    const drawn = await withPaths([file], async () => {
      const { kind } = await detectFormat(file.source);
      return kind === 'table' ? drawTable(file, request, run) : drawImage(file, request, run);
    });
    const range = await rangeOf(drawn.values, run);
    const histogram = await histogramOf(drawn.values, range, run);
    return { ...drawn, min: range[0], max: range[1], histogram };
  } finally {
    await file.close();
  }
}
