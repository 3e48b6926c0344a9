import type { ColormapName, Limits } from '../../src-core/figure/colormap.js';
import type { ClipPlane } from './clip.js';
import type { Gaze } from './gaze.js';
import type { Orbit } from './orbit.js';
import type { StageOverlay } from './overlay.js';
import type { Picture } from './picture.js';
import type { PaneSize, PlaneCamera } from './plane-camera.js';
import type { Volume } from './volume.js';

/** Red, green and blue from 0 to 1. */
export type InkColor = readonly [number, number, number];

/** Colours of what is not data, from the theme. */
export interface StageInk {
  readonly hatchDark: InkColor;
  readonly hatchLight: InkColor;
  readonly outline: InkColor;
  readonly frame: InkColor;
  /** What uncertain pixels fade to, and the contours of the residual. */
  readonly fade: InkColor;
  readonly contour: InkColor;
}

/** A rectangle of a pane in CSS pixels. */
export interface PaneRect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How values take colours. */
export interface Tint {
  readonly colormap: ColormapName;
  readonly limits: Limits;
}

/** The second channel of a composite: its colours are added to those of the first. */
export interface SecondPicture {
  readonly picture: Picture;
  readonly tint: Tint;
}

/** Marks the pixels whose residual is beyond a threshold, by contours or by fading them. */
export interface ResidualMark {
  readonly picture: Picture;
  readonly beyond: number;
  readonly style: 'contour' | 'fade';
}

/** Fades pixels by sd/|value|: none up to `clear`, wholly from `gone` on. */
export interface UncertaintyFade {
  readonly sd: Picture;
  readonly clear: number;
  readonly gone: number;
}

/** A plane of voxels as it lies in a part of the pane. */
export interface PlaneDrawing {
  readonly picture: Picture;
  readonly second: SecondPicture | null;
  readonly residual: ResidualMark | null;
  readonly uncertainty: UncertaintyFade | null;
  readonly camera: PlaneCamera;
  readonly rect: PaneRect;
}

interface SceneFrame {
  readonly pane: PaneSize;
  readonly tint: Tint;
  /** While the user turns or zooms, a coarser picture is drawn. */
  readonly moving: boolean;
  readonly hatch: boolean;
  readonly outline: boolean;
  readonly ink: StageInk;
}

/** One plane, flat. */
export interface PlaneScene extends SceneFrame {
  readonly mode: 'plane';
  readonly picture: Picture;
  readonly camera: PlaneCamera;
  readonly drawing: PlaneDrawing;
  /** What lies over the map: the mask that is drawn, points. */
  readonly overlay?: StageOverlay;
}

/** Three planes through one point. */
export interface SlicesScene extends SceneFrame {
  readonly mode: 'slices';
  /** xy, xz and yz. */
  readonly drawings: readonly [PlaneDrawing, PlaneDrawing, PlaneDrawing];
}

/** One plane with its values as height. */
export interface SurfaceScene extends SceneFrame {
  readonly mode: 'surface';
  readonly picture: Picture;
  readonly orbit: Orbit;
}

/** Ways of drawing a stack in 3-D: as a translucent cloud, by the largest value on each ray, by a surface. */
export type VolumeStyle = 'cloud' | 'maximum' | 'isosurface';

/** A stack, looked at from outside. */
export interface VolumeScene extends SceneFrame {
  readonly mode: 'volume';
  readonly style: VolumeStyle;
  readonly volume: Volume;
  readonly second: { readonly volume: Volume; readonly tint: Tint } | null;
  /** The surface that `volume` is painted on, and its level in the values of `shape`. */
  readonly surface: { readonly shape: Volume; readonly level: number };
  /** Opacity from 0 to 1 of a cloud. */
  readonly opacity: number;
  readonly gaze: Gaze;
  readonly clip: ClipPlane;
}

/** All that a pane shows, as plain data: the stage draws it once, and again only when it is given another one. */
export type StageScene = PlaneScene | SlicesScene | SurfaceScene | VolumeScene;

const isBare = (value: object): boolean =>
  Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;

/** Whether two values are the same number, text or array of samples, or records of such: then nothing is drawn anew. */
export function isAlike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (!isBare(a) || !isBare(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => isAlike(value, right.get(key)));
}
