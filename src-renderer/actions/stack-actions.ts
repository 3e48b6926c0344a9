import type { Overlays, ViewMode, VolumeView } from '../state/view-modes.js';
import type { LayerName } from '../state/layers.js';
import { type ClipPlane, facingClip } from '../view/clip.js';
import type { Gaze, Vector } from '../view/gaze.js';
import type { VolumeStyle } from '../view/scene.js';
import type { SlicesCamera } from '../view/slices.js';
import type { App } from './app.js';
import { changeView, goToPlane } from './view-actions.js';

/** Shows planes, slices, heights or stacks. */
export function showMode(app: App, mode: ViewMode): void {
  changeView(app, (view) => (view.mode === mode ? view : { ...view, mode }));
}

/** Changes how stacks are looked at. */
export function changeVolume(app: App, change: (volume: VolumeView) => Partial<VolumeView>): void {
  changeView(app, (view) => ({ ...view, volume: { ...view.volume, ...change(view.volume) } }));
}

/** Sets the level of a layer's surface; null takes it from the values. */
export function setLevel(app: App, layer: LayerName, level: number | null): void {
  changeVolume(app, ({ levels }) => {
    const others = Object.fromEntries(Object.entries(levels).filter(([name]) => name !== layer));
    return { levels: level === null ? others : { ...others, [layer]: level } };
  });
}

/** Shows stacks in 3-D in a style. */
export function showStyle(app: App, style: VolumeStyle): void {
  changeView(app, (view) => ({ ...view, mode: 'volume', volume: { ...view.volume, style } }));
}

/** Turns, moves or zooms the stacks. */
export function changeGaze(app: App, change: (gaze: Gaze) => Gaze): void {
  changeVolume(app, ({ gaze }) => ({ gaze: change(gaze) }));
}

/** Cuts along an axis, away from the eye's side, so that the cut is seen. */
export function cutAlong(app: App, axis: ClipPlane['axis']): void {
  changeVolume(app, ({ clip, gaze }) => ({ clip: facingClip({ ...clip, axis }, gaze) }));
}

/** Moves the clip plane. */
export function changeClip(app: App, change: Partial<ClipPlane>): void {
  changeVolume(app, ({ clip }) => ({ clip: { ...clip, ...change } }));
}

/** Looks at the slices from elsewhere. */
export function moveSlices(app: App, camera: SlicesCamera): void {
  changeView(app, (view) => ({ ...view, slices: { ...view.slices, camera } }));
}

/** Lets the slices cross at a position in nm, in the plane (of this thickness) that it lies in. */
export function moveCrosshair(app: App, [x, y, z]: Vector, planeNm: number): void {
  changeView(app, (view) => ({ ...view, slices: { ...view.slices, crosshair: [x, y] } }));
  const plane = Math.floor(z / planeNm);
  if (plane !== app.session.get().view.z) goToPlane(app, plane);
}

/** Switches what speaks of doubt. */
export function changeOverlays(app: App, change: Partial<Overlays>): void {
  changeView(app, (view) => ({ ...view, overlays: { ...view.overlays, ...change } }));
}
