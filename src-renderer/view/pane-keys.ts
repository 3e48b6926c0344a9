import type { KeyboardEvent } from 'react';
import type { App } from '../actions/app.js';
import { changeGaze, moveCrosshair, moveSlices } from '../actions/stack-actions.js';
import { activatePane, changeView, moveCamera } from '../actions/view-actions.js';
import type { PaneIndex } from '../state/panes.js';
import { gazeScale, nearGaze, turnGaze } from './gaze.js';
import { nearOrbit, turnOrbit } from './orbit.js';
import { zoomCamera } from './plane-camera.js';
import type { PlaneScene } from './scene.js';
import { type PaneContent, slicesPlace } from './scene-of.js';
import { zoomSlices } from './slices.js';

type Step = readonly [number, number];

const steps: Readonly<Record<string, Step>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Degrees (twice: half a degree a pixel) that an arrow key turns what is in 3-D. */
const turnPixels = 10;

function zoomByKey(app: App, pane: PaneIndex, { scene, data }: PaneContent, factor: number): void {
  if (scene.mode === 'plane') {
    const middle: Step = [scene.pane.width / 2, scene.pane.height / 2];
    moveCamera(app, pane, zoomCamera(scene.camera, scene.pane, middle, factor));
  } else if (scene.mode === 'slices') {
    const { camera, crosshair } = slicesPlace(app.session.get(), data, scene.pane);
    moveSlices(app, zoomSlices(camera, crosshair, factor));
  } else if (scene.mode === 'surface') {
    changeView(app, (view) => ({ ...view, orbit: nearOrbit(view.orbit, factor) }));
  } else {
    const { volume, pane: size } = scene;
    changeGaze(app, (gaze) => nearGaze(gaze, gazeScale(gaze, volume.span, size), [0, 0], factor));
  }
}

function moveCursor(app: App, { picture, camera }: PlaneScene, [dx, dy]: Step): void {
  const { pixelX, pixelY } = picture.size;
  app.cursor.set((at) => ({
    x: (at?.x ?? camera.x) + dx * pixelX,
    y: (at?.y ?? camera.y) + dy * pixelY,
  }));
}

/** Moves the crosshair by pixels of its plane, and the cursor with it. */
function stepCrosshair(app: App, { data, scene }: PaneContent, [dx, dy]: Step): void {
  const { crosshair } = slicesPlace(app.session.get(), data, scene.pane);
  const { shape, spacing } = data.grid;
  const within = (nm: number, axis: 1 | 2): number =>
    Math.min((shape[axis] - 0.5) * spacing[axis], Math.max(0.5 * spacing[axis], nm));
  const x = within(crosshair[0] + dx * spacing[2], 2);
  const y = within(crosshair[1] + dy * spacing[1], 1);
  moveCrosshair(app, [x, y, crosshair[2]], spacing[0]);
  app.cursor.set(() => ({ x, y, z: crosshair[2] }));
}

function stepByKey(app: App, content: PaneContent, step: Step): void {
  const { scene } = content;
  const [dx, dy] = [turnPixels * step[0], turnPixels * step[1]];
  if (scene.mode === 'plane') moveCursor(app, scene, step);
  else if (scene.mode === 'slices') stepCrosshair(app, content, step);
  else if (scene.mode === 'volume') changeGaze(app, (gaze) => turnGaze(gaze, dx, dy));
  else changeView(app, (view) => ({ ...view, orbit: turnOrbit(view.orbit, dx, dy) }));
}

/** Moves the cursor or the crosshair by pixels of the picture, turns what is in 3-D, and zooms, from the keyboard. */
export function onPaneKey(app: App, pane: PaneIndex, content: PaneContent, event: KeyboardEvent): void {
  const factor = event.key === '+' || event.key === '=' ? 1.25 : event.key === '-' ? 0.8 : 0;
  if (factor !== 0) zoomByKey(app, pane, content, factor);
  else if (Object.hasOwn(steps, event.key)) {
    const many = event.shiftKey ? 10 : 1;
    const [dx, dy] = steps[event.key];
    stepByKey(app, content, [many * dx, many * dy]);
  } else return;
  activatePane(app, pane);
  event.preventDefault();
}
