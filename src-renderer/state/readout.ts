import { pixelAt } from '../view/plane-camera.js';
import { flag } from '../view/picture.js';
import { availableLayers, type LayerData, layerData, layerTitle, pictureOf } from './layer-data.js';
import { layerKinds, type LayerName } from './layers.js';
import type { Session } from './session.js';

/** A layer's value under the cursor. */
export interface CursorValue {
  readonly layer: LayerName;
  readonly label: string;
  /** null outside the nucleus, or where the value cannot be known. */
  readonly value: number | null;
  readonly doubtful: boolean;
}

/** The value of a layer at a position in nm; undefined outside the picture. */
function valueAt(
  data: LayerData,
  z: number,
  x: number,
  y: number,
): Omit<CursorValue, 'layer' | 'label'> | undefined {
  const picture = pictureOf(data, z);
  const pixel = pixelAt(picture.size, x, y);
  if (pixel === undefined) return undefined;
  const i = pixel.iy * picture.size.nx + pixel.ix;
  const bits = picture.flags[i];
  return {
    value: (bits & flag.shown) === 0 ? null : picture.values[i],
    doubtful: (bits & flag.doubtful) !== 0,
  };
}

/** The values of all layers at a position in nm: raw channels, then what was inferred; empty outside the picture. */
export function valuesAt(session: Session, x: number, y: number): CursorValue[] {
  return availableLayers(session).flatMap((layer) => {
    const data = layerData(session, layer);
    const found = data === null ? undefined : valueAt(data, session.view.z, x, y);
    if (found === undefined) return [];
    const raw = layer === 'channel-a' || layer === 'channel-b';
    return [{ layer, label: raw ? layerTitle(session, layer) : layerKinds[layer].symbol, ...found }];
  });
}
