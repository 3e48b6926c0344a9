import type { Grid } from '../data/grid.js';
import type { ImageMetadata } from './image.js';
import { omeMap } from './ome-xml.js';

const keys = { x: 'gridOriginXNm', y: 'gridOriginYNm' } as const;

/**
 * Where a grid begins, as texts for the map annotation of an OME-TIFF; empty for a grid whose corner is at 0, as
 * those of images are.
 */
export function originTexts({ origin }: Grid): Readonly<Record<string, string>> {
  const [, y, x] = origin;
  return x === 0 && y === 0 ? {} : { [keys.x]: String(x), [keys.y]: String(y) };
}

/** The corner of the first pixel as `originTexts` wrote it into OME-XML; absent where the file does not say. */
export function originIn(xml: string): Pick<ImageMetadata, 'origin'> {
  if (!xml.includes(keys.x)) return {};
  const texts = omeMap(xml);
  const [x, y] = [Number(texts[keys.x]), Number(texts[keys.y])];
  return Number.isFinite(x) && Number.isFinite(y) ? { origin: { x, y } } : {};
}
