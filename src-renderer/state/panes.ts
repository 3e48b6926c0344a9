import type { PlaneCamera } from '../view/plane-camera.js';
import type { LayerName } from './layers.js';

/** Which of the four panes; those beyond the number of panes shown keep their layer and camera. */
export type PaneIndex = 0 | 1 | 2 | 3;

/** How many panes are shown. */
export type PaneCount = 1 | 2 | 4;

/** The numbers of panes that can be chosen. */
export const paneCounts: readonly PaneCount[] = [1, 2, 4];

/** One of something for each pane. */
export type PerPane<T> = readonly [T, T, T, T];

/** The layers of the panes. */
export type PaneLayers = PerPane<LayerName>;

/** The cameras of the panes; null: fitted to the pane. */
export type PaneCameras = PerPane<PlaneCamera | null>;

/** Every pane with the camera that fits it. */
export const fittedCameras: PaneCameras = [null, null, null, null];

/** Before there is a result: the raw channels. */
export const rawLayers: PaneLayers = ['channel-a', 'channel-b', 'composite', 'channel-a'];

/** Once there is a result: two panes show what is put in and what comes out, four also what lies between. */
export const resultLayers: PaneLayers = ['density', 'lambda', 'composite-phi', 'residual'];

/** The entries with one of them replaced. */
export function withPane<T>(entries: PerPane<T>, pane: PaneIndex, entry: T): PerPane<T> {
  const [a, b, c, d] = entries.map((old, index) => (index === pane ? entry : old));
  return [a, b, c, d];
}

/** The panes shown: the active one alone, the first two, or all four. */
export function shownPanes(panes: PaneCount, active: PaneIndex): readonly PaneIndex[] {
  if (panes === 1) return [active];
  return panes === 2 ? [0, 1] : [0, 1, 2, 3];
}

/** The active pane once `panes` are shown: itself, or the last one where it would be hidden. */
export function activeAmong(panes: PaneCount, active: PaneIndex): PaneIndex {
  return panes === 2 && active > 1 ? 1 : active;
}
