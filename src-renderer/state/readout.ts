import { pixelAt } from '../view/plane-camera.js';
import { flag } from '../view/picture.js';
import {
  availableLayers,
  type LayerData,
  layerData,
  layerTitle,
  patternSd,
  pictureOf,
} from './layer-data.js';
import { compositeOf, layerKinds, type LayerName } from './layers.js';
import type { Session } from './session.js';

/** A layer's value under the cursor. */
export interface CursorValue {
  readonly layer: LayerName;
  readonly label: string;
  /** null outside the nucleus, or where the value cannot be known; Infinity for a λ of which nothing is resolved. */
  readonly value: number | null;
  readonly doubtful: boolean;
  /** sd of λ, where its solver tells it; with that of its level where that is known. */
  readonly sd?: number;
  /** That of the pattern, where `sd` is more than that. */
  readonly patternSd?: number;
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
): Pick<CursorValue, 'value' | 'doubtful'> | undefined {
  const [nz] = data.grid.shape;
  const iz = z === undefined ? plane : Math.floor(z / data.grid.spacing[0]);
  if (z !== undefined && (iz < 0 || iz >= nz)) return undefined;
  const picture = pictureOf(data, iz);
  const pixel = pixelAt(picture.size, x, y);
  if (pixel === undefined) return undefined;
  const i = pixel.iy * picture.size.nx + pixel.ix;
  const bits = picture.flags[i];
  const at = iz * picture.size.nx * picture.size.ny + i;
  const isUnresolved = picture.values[i] === Infinity && data.identifiable?.[at] === 1;
  return {
    value: isUnresolved ? Infinity : (bits & flag.shown) === 0 ? null : picture.values[i],
    doubtful: (bits & flag.doubtful) !== 0,
  };
}

/** How a layer is called among the values under the cursor. */
function labelOf(session: Session, layer: LayerName): string {
  if (layer === 'channel-a' || layer === 'channel-b') return layerTitle(session, layer);
  return layer === 'lambda-resolution' ? 'resolved down to' : layerKinds[layer].symbol;
}

/** The sd of λ at a position, where there is one, and that of its pattern where that is another. */
function sdAt(session: Session, position: Position): Pick<CursorValue, 'sd' | 'patternSd'> {
  const shown = layerData(session, 'lambda-sd');
  const pattern = patternSd(session);
  const at = (data: LayerData | null): number | null =>
    data === null ? null : (valueAt(data, session.view.z, position)?.value ?? null);
  const [sd, own] = [at(shown), pattern?.values === shown?.values ? null : at(pattern)];
  return sd === null ? {} : { sd, ...(own !== null && { patternSd: own }) };
}

/** Of what the sd behind a value is. */
function sdWord({ sd, patternSd }: Pick<CursorValue, 'sd' | 'patternSd'>): string {
  if (sd === undefined) return '';
  return patternSd === undefined ? ', ± of its pattern' : ', ± in all';
}

/** The values of all layers at a position: raw channels, then what was inferred, λ with its sd; empty outside. */
export function valuesAt(session: Session, position: Position): CursorValue[] {
  const single = availableLayers(session).filter(
    (layer) => compositeOf(layer) === undefined && layer !== 'lambda-sd',
  );
  return single.flatMap((layer) => {
    const data = layerData(session, layer);
    const found = data === null ? undefined : valueAt(data, session.view.z, position);
    if (found === undefined) return [];
    const sd = layer === 'lambda' ? sdAt(session, position) : {};
    return [{ layer, label: `${labelOf(session, layer)}${sdWord(sd)}`, ...found, ...sd }];
  });
}
