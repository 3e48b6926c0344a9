import type { PointCloud } from '../../src-main/api.js';
import type { MaskPlane } from '../mask/mask-plane.js';
import type { InkColor } from './scene.js';

/** A plane of a mask over a picture: its corner in nm from the picture's, its pixels, its colours. */
export interface MaskOverlay {
  readonly plane: MaskPlane;
  readonly left: number;
  readonly top: number;
  readonly pixelX: number;
  readonly pixelY: number;
  readonly line: InkColor;
  /** How much of the line's colour lies over the inside, 0 to 1. */
  readonly tint: number;
}

/** The points of one channel over a picture. */
export interface PointsOverlay {
  readonly cloud: PointCloud;
  readonly values: Float32Array;
  /** nm from the picture's corner to what the positions are counted from. */
  readonly left: number;
  readonly top: number;
  /** Number of the channel in the cloud; null: all points. */
  readonly channel: number | null;
  readonly color: InkColor;
  readonly opacity: number;
  /** Diameter in screen pixels; null: twice the precision. */
  readonly pixels: number | null;
  /** Least and largest z in nm, counted as the cloud counts; null: all. */
  readonly zWindow: readonly [number, number] | null;
}

/** What lies over a flat map. */
export interface StageOverlay {
  readonly mask: MaskOverlay | null;
  readonly points: readonly PointsOverlay[];
  /** Colour of the window behind the map, which points are blended with. */
  readonly ground: InkColor;
}
