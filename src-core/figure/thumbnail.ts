import { colorRange, percentile } from './color-range.js';
import { type ColormapName, type Limits, lookup, type Rgb } from './colormap.js';
import { encodePng } from './png.js';
import { roundOutward } from './ticks.js';

/** One plane of a rate map that is to be shown small: rows of `nx` values. */
export interface ThumbnailContent {
  readonly nx: number;
  readonly ny: number;
  /** λ; NaN where it is not identifiable. */
  readonly rate: Float32Array;
  /** Non-zero inside the nucleus. */
  readonly mask: Uint8Array;
  /** Pixels along the longer side of the picture, at most; a smaller nucleus is not enlarged. */
  readonly size: number;
  /** Taken from the values (1st to 99th percentile) if not given. */
  readonly limits?: Limits;
  /** viridis if not given. */
  readonly colormap?: ColormapName;
}

/** Rows and columns around the nucleus, and how many of them make one pixel. */
interface Frame {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly binning: number;
}

const hatchGround: Rgb = [217, 217, 217];
const hatchLine: Rgb = [122, 122, 122];

function frameOf({ nx, ny, mask, size }: ThumbnailContent): Frame {
  let [top, bottom, left, right] = [ny, -1, nx, -1];
  mask.forEach((inside, i) => {
    if (inside === 0) return;
    const [iy, ix] = [Math.floor(i / nx), i % nx];
    [top, bottom] = [Math.min(top, iy), Math.max(bottom, iy)];
    [left, right] = [Math.min(left, ix), Math.max(right, ix)];
  });
  if (bottom < 0) [top, bottom, left, right] = [0, ny - 1, 0, nx - 1];
  const binning = Math.max(1, Math.ceil(Math.max(bottom - top + 1, right - left + 1) / size));
  const across = (first: number, last: number): number => Math.ceil((last - first + 1) / binning);
  return { top, left, binning, width: across(left, right), height: across(top, bottom) };
}

/** What lies under one pixel: its share inside the nucleus, and the mean of the known rates (NaN for too few). */
function binAt(content: ThumbnailContent, frame: Frame, row: number, column: number) {
  const { nx, ny, mask, rate } = content;
  const { top, left, binning } = frame;
  let [inside, known, sum] = [0, 0, 0];
  const y0 = top + row * binning;
  const x0 = left + column * binning;
  for (let iy = y0; iy < Math.min(ny, y0 + binning); iy++) {
    for (let ix = x0; ix < Math.min(nx, x0 + binning); ix++) {
      const i = iy * nx + ix;
      if (mask[i] === 0) continue;
      inside++;
      if (Number.isNaN(rate[i])) continue;
      known++;
      sum += rate[i];
    }
  }
  return { inside: 2 * inside >= binning * binning, rate: 2 * known >= inside ? sum / known : Number.NaN };
}

/**
 * A small picture of a rate map as a PNG file: the nucleus without its surroundings, every pixel the mean over a
 * square of the map; clear outside the nucleus, hatched where λ is not identifiable. The same content gives the
 * same bytes.
 */
export function drawThumbnail(content: ThumbnailContent): Uint8Array {
  const frame = frameOf(content);
  const { width, height } = frame;
  const counts = (i: number): boolean => content.mask[i] !== 0;
  const limits = content.limits ?? colorRange(content.rate, counts)?.limits ?? [0, 1];
  const data = new Uint8Array(4 * width * height);
  for (let p = 0; p < width * height; p++) {
    const [row, column] = [Math.floor(p / width), p % width];
    const bin = binAt(content, frame, row, column);
    if (!bin.inside) continue;
    const hatch = (row + column) % 4 === 0 ? hatchLine : hatchGround;
    const color = Number.isNaN(bin.rate) ? hatch : lookup(content.colormap ?? 'viridis', bin.rate, limits);
    data.set([...color, 255], 4 * p);
  }
  return encodePng({ width, height, data });
}

/** The outermost value at one end, save those far from the others: over 4.5 median deviations from the median. */
function outermost(values: readonly number[], end: 'low' | 'high'): number {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = percentile(ascending, 0.5);
  const deviations = ascending.map((value) => Math.abs(value - middle)).sort((a, b) => a - b);
  const reach = 4.5 * percentile(deviations, 0.5);
  const near = ascending.filter((value) => Math.abs(value - middle) <= reach);
  return (end === 'low' ? near.at(0) : near.at(-1)) ?? middle;
}

/**
 * Colour limits for many maps together, from each map's own range (such as its 5th and 95th percentile): wide enough
 * for all of them but those whose range is far from the others', so that one odd map does not flatten the rest;
 * rounded outward. undefined where no range is finite.
 */
export function commonLimits(ranges: readonly Limits[]): Limits | undefined {
  const finite = ranges.filter((range) => range.every(Number.isFinite));
  if (finite.length === 0) return undefined;
  const low = outermost(
    finite.map((range) => range[0]),
    'low',
  );
  const high = outermost(
    finite.map((range) => range[1]),
    'high',
  );
  const middle = (low + high) / 2;
  const half = Math.max((high - low) / 2, 0.05 * Math.abs(middle)) || 0.5;
  return roundOutward([middle - half, middle + half]);
}
