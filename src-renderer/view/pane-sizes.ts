import type { PaneIndex } from '../state/panes.js';
import type { PaneSize } from './plane-camera.js';

const sizes = new Map<PaneIndex, PaneSize>();

/** Notes how large a pane is on the screen, so that what is captured of it shows the same part. */
export function notePaneSize(pane: PaneIndex, size: PaneSize): void {
  sizes.set(pane, size);
}

/** How large a pane was when it was last on the screen; undefined if it never was. */
export function paneSize(pane: PaneIndex): PaneSize | undefined {
  return sizes.get(pane);
}
