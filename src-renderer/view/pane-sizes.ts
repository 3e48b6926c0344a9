import type { App } from '../actions/app.js';
import type { PaneIndex } from '../state/panes.js';
import type { PaneSize } from './plane-camera.js';

const sizes = new WeakMap<App, Map<PaneIndex, PaneSize>>();

/** Notes how large a pane is on the screen, so that what is captured of it shows the same part. */
export function notePaneSize(app: App, pane: PaneIndex, size: PaneSize): void {
  const known = sizes.get(app) ?? new Map<PaneIndex, PaneSize>();
  known.set(pane, size);
  sizes.set(app, known);
}

/** How large a pane was when it was last on the screen; undefined if it never was. */
export function paneSize(app: App, pane: PaneIndex): PaneSize | undefined {
  return sizes.get(app)?.get(pane);
}
