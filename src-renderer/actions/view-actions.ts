import type { Limits } from '../../src-core/figure/colormap.js';
import type { Display, LayerName } from '../state/layers.js';
import { planeCount } from '../state/layer-data.js';
import {
  activeAmong,
  fittedCameras,
  type PaneCameras,
  type PaneCount,
  type PaneIndex,
  withPane,
} from '../state/panes.js';
import { type Session, type StepName, type ViewState } from '../state/session.js';
import { restingClip } from '../view/clip.js';
import { restingGaze } from '../view/gaze.js';
import { restingOrbit } from '../view/orbit.js';
import type { PlaneCamera } from '../view/plane-camera.js';
import { restingSlices } from '../view/slices.js';
import { type App, changeSettings, patch } from './app.js';
import { fetchPreviews } from './preview-actions.js';
import { remember } from './remembered.js';

/** Changes the view; never reaches the main side. */
export function changeView(app: App, change: (view: ViewState) => ViewState): void {
  app.session.set((session) => {
    const view = change(session.view);
    return view === session.view ? session : { ...session, view };
  });
}

/** Shows a layer in a pane, which becomes the active one. */
export function showLayer(app: App, pane: PaneIndex, layer: LayerName): void {
  changeView(app, (view) => ({
    ...view,
    active: pane,
    layers: withPane(view.layers, pane, layer),
  }));
}

/** Makes a pane the one that contrast and colour map speak of. */
export function activatePane(app: App, pane: PaneIndex): void {
  changeView(app, (view) => (view.active === pane ? view : { ...view, active: pane }));
}

/** Sets the camera of a pane, and of the others where they are linked. */
export function moveCamera(app: App, pane: PaneIndex, camera: PlaneCamera): void {
  changeView(app, (view) => {
    const cameras: PaneCameras = view.linked
      ? [camera, camera, camera, camera]
      : withPane(view.cameras, pane, camera);
    return { ...view, cameras };
  });
}

/** Shows one pane, two beside one another, or four. */
export function splitView(app: App, panes: PaneCount): void {
  changeView(app, (view) => ({ ...view, panes, active: activeAmong(panes, view.active) }));
}

/** The view with the cameras that fit; where the slices cross, and how a stack is turned, stays. */
function fitted(view: ViewState, fit: ViewState['fit']): ViewState {
  const { slices, volume } = view;
  return {
    ...view,
    fit,
    cameras: fittedCameras,
    slices: { ...slices, camera: null },
    volume: { ...volume, gaze: { ...volume.gaze, nmPerPixel: null, shift: [0, 0] } },
  };
}

/** Fits the panes to the nucleus, or to the picture where there is no nucleus. */
export function fitView(app: App): void {
  changeView(app, (view) => fitted(view, 'nucleus'));
}

/** The whole picture, and the resting place of the eye in 3-D. */
export function resetView(app: App): void {
  changeView(app, (view) => {
    const whole = fitted(view, 'picture');
    const volume = { ...whole.volume, gaze: restingGaze, clip: restingClip };
    return { ...whole, orbit: restingOrbit, slices: restingSlices, volume };
  });
}

/** Goes `steps` planes up or down the stack. */
export function stepPlane(app: App, steps: number): void {
  goToPlane(app, app.session.get().view.z + steps);
}

/** Shows a plane of the stack, the nearest there is. */
export function goToPlane(app: App, z: number): void {
  const { project } = app.session.get();
  const description = project?.source.description;
  const planes = Math.max(
    planeCount(app.session.get()),
    description?.kind === 'image' ? description.metadata.planes : 1,
  );
  changeView(app, (view) => ({ ...view, z: Math.min(planes - 1, Math.max(0, z)) }));
  app.cursor.set((at) => at && { x: at.x, y: at.y });
  void fetchPreviews(app);
}

/** Changes how a layer is drawn; edits under one gesture are one step of undo. */
export function changeDisplay(
  app: App,
  layer: LayerName,
  change: (display: Display) => Display,
  gesture: string | null = null,
): void {
  changeSettings(
    app,
    (settings) => ({
      ...settings,
      displays: { ...settings.displays, [layer]: change(settings.displays[layer]) },
    }),
    gesture,
  );
}

/** Sets contrast limits; null takes them from the values. */
export function setLimits(
  app: App,
  layer: LayerName,
  limits: Limits | null,
  gesture: string | null = null,
): void {
  changeDisplay(app, layer, (display) => ({ ...display, limits }), gesture);
}

/** The layer of the active pane. */
export function activeLayer({ view }: Session): LayerName {
  return view.layers[view.active];
}

/** Opens or folds a step. */
export function toggleStep(app: App, step: StepName): void {
  app.session.set((session) => ({
    ...session,
    openSteps: session.openSteps.includes(step)
      ? session.openSteps.filter((name) => name !== step)
      : [...session.openSteps, step],
  }));
}

/** Light or dark; remembered by the browser. */
export function toggleTheme(app: App): void {
  const theme = app.session.get().theme === 'dark' ? 'light' : 'dark';
  patch(app, { theme });
  remember('epiflux-theme', theme);
}
