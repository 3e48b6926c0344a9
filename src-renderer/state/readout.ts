import { pixelAt } from '../view/plane-camera.js';
import { flag } from '../view/picture.js';
import { availableLayers, type LayerData, layerData, layerTitle, pictureOf } from './layer-data.js';
import { compositeOf, layerKinds, type LayerName } from './layers.js';
import type { Session } from './session.js';

/** A layer's value under the cursor. */
export interface CursorValue {
  readonly layer: LayerName;
  readonly label: string;
  /** null outside the nucleus, or where the value cannot be known. */
  readonly value: number | null;
  readonly doubtful: boolean;
}

/** A position in nm; without z, in the plane in view. */
interface Position {
  readonly x: number;
  readonly y: number;
  readonly z?: number;
}

/** The value of a layer at a position; undefined outside the stack. */
function valueAt(
  data: LayerData,
  plane: number,
  { x, y, z }: Position,
): Omit<CursorValue, 'layer' | 'label'> | undefined {
  const [nz] = data.grid.shape;
  const iz = z === undefined ? plane : Math.floor(z / data.grid.spacing[0]);
  if (z !== undefined && (iz < 0 || iz >= nz)) return undefined;
  const picture = pictureOf(data, iz);
  const pixel = pixelAt(picture.size, x, y);
  if (pixel === undefined) return undefined;
  const i = pixel.iy * picture.size.nx + pixel.ix;
  const bits = picture.flags[i];
  return {
    value: (bits & flag.shown) === 0 ? null : picture.values[i],
    doubtful: (bits & flag.doubtful) !== 0,
  };
}

/** The values of all layers at a position: raw channels, then what was inferred; empty outside the picture. */
export function valuesAt(session: Session, position: Position): CursorValue[] {
  const single = availableLayers(session).filter((layer) => compositeOf(layer) === undefined);
  return single.flatMap((layer) => {
    const data = layerData(session, layer);
    const found = data === null ? undefined : valueAt(data, session.view.z, position);
    if (found === undefined) return [];
    const raw = layer === 'channel-a' || layer === 'channel-b';
    return [{ layer, label: raw ? layerTitle(session, layer) : layerKinds[layer].symbol, ...found }];
  });
}
