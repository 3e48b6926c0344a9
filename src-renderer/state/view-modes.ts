import { type ClipPlane, restingClip } from '../view/clip.js';
import { type Gaze, restingGaze } from '../view/gaze.js';
import type { VolumeStyle } from '../view/scene.js';
import type { LayerName } from './layers.js';

/** One plane flat, three planes through a point, a plane with its values as height, a stack from outside. */
export type ViewMode = 'plane' | 'slices' | 'surface' | 'volume';

/** How stacks are looked at, the same in all panes. */
export interface VolumeView {
  readonly style: VolumeStyle;
  readonly gaze: Gaze;
  readonly clip: ClipPlane;
  /** Opacity of a cloud, 0 to 1. */
  readonly opacity: number;
  /** Levels of the surfaces in the values of their layers; where there is none it is chosen from the values. */
  readonly levels: Readonly<Partial<Record<LayerName, number>>>;
}

/** Before the user says anything. */
export const restingVolume: VolumeView = {
  style: 'isosurface',
  gaze: restingGaze,
  clip: restingClip,
  opacity: 0.5,
  levels: {},
};

/** What speaks of doubt over the maps, besides the hatch. */
export interface Overlays {
  readonly residual: 'none' | 'contour' | 'fade';
  /** Pixels are marked where the residual is beyond so many times what noise alone leaves. */
  readonly residualTimes: number;
  /** Whether λ fades where its sd is large; only once a solver gives one. */
  readonly uncertainty: boolean;
}

/** The sd fades λ by default: what is uncertain must look so. */
export const restingOverlays: Overlays = { residual: 'none', residualTimes: 3, uncertainty: true };

/** λ is shown in full colour up to this sd (as a share of λ), and is wholly faded from the second on. */
export const fadedFrom = 0.1;
export const fadedTo = 0.5;

/** The mode that a stack of so many planes can be shown in: what needs depth falls back to its flat counterpart. */
export function possibleMode(mode: ViewMode, planes: number): ViewMode {
  if (planes > 1) return mode;
  if (mode === 'volume') return 'surface';
  return mode === 'slices' ? 'plane' : mode;
}
