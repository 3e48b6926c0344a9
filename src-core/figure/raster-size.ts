import { CoreError } from '../errors.js';
import { formatNumber } from './ticks.js';

/** Columns and rows of pixels. */
export interface RasterSize {
  readonly width: number;
  readonly height: number;
}

/** The most pixels a picture file may have; four bytes each are taken while it is drawn. */
export const mostPixels = 100e6;

/** Pixels of a page of a size in mm at a resolution, to the nearest, at least one. */
export function rasterSize(widthMm: number, heightMm: number, dpi: number): RasterSize {
  const pixels = (mm: number): number => Math.max(1, Math.round((mm / 25.4) * dpi));
  return { width: pixels(widthMm), height: pixels(heightMm) };
}

/** Throws a `memory` CoreError, before any memory is taken, for more than `mostPixels`; it names a dpi that would do. */
export function checkRaster(widthMm: number, heightMm: number, dpi: number): void {
  const { width, height } = rasterSize(widthMm, heightMm, dpi);
  if (width * height <= mostPixels) return;
  const fitting = Math.floor(25.4 * Math.sqrt(mostPixels / (widthMm * heightMm)));
  const megapixels = formatNumber((width * height) / 1e6);
  throw new CoreError({
    tag: 'memory',
    where: 'figure',
    message: `The picture would have ${width} × ${height} pixels (${megapixels} megapixels); at most ${mostPixels / 1e6} megapixels are drawn.`,
    hint: `Use ${fitting} dpi or less at this width, or take SVG, which has no pixels of its own.`,
  });
}
