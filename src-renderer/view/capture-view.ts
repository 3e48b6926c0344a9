import type { Session, ViewState } from '../state/session.js';
import type { PaneSize, PlaneCamera } from './plane-camera.js';

/** How much larger the scale (nm per pixel) must be for what a pane shows to fit into another one. */
function gainOf(shown: PaneSize, size: PaneSize): number {
  return Math.max(shown.width / size.width, shown.height / size.height);
}

function scaled<T extends { readonly nmPerPixel: number }>(camera: T | null, gain: number): T | null {
  return camera === null ? null : { ...camera, nmPerPixel: camera.nmPerPixel * gain };
}

function viewFitting(view: ViewState, gain: number): ViewState {
  const [a, b, c, d] = view.cameras.map((camera): PlaneCamera | null => scaled(camera, gain));
  const { gaze } = view.volume;
  const nmPerPixel = gaze.nmPerPixel === null ? null : gaze.nmPerPixel * gain;
  return {
    ...view,
    cameras: [a, b, c, d],
    slices: { ...view.slices, camera: scaled(view.slices.camera, gain) },
    volume: { ...view.volume, gaze: { ...gaze, nmPerPixel } },
  };
}

/** The session as it would be if what its panes show had to fit into panes of another size: cameras that the user set
 * are moved away as far as that takes; those that fit by themselves are left to do so. */
export function sessionFitting(session: Session, shown: PaneSize, size: PaneSize): Session {
  return { ...session, view: viewFitting(session.view, gainOf(shown, size)) };
}
