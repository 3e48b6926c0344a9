import type { App } from '../actions/app.js';
import { displayOf, layerData, limitsOf, pictureOf } from '../state/layer-data.js';
import type { PaneIndex } from '../state/panes.js';
import type { Session } from '../state/session.js';
import { inkOf } from './ink.js';
import { fitCamera, type PaneSize, pictureExtent } from './plane-camera.js';
import { makeStage, type StageScene } from './stage.js';

/** A view as pixels: red, green, blue, alpha (not premultiplied), row by row from the top. */
export interface CapturedView {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The scene of a pane at another size, in the colours of a light page, at its finest. */
function sceneOf(session: Session, pane: PaneIndex, size: PaneSize): StageScene | null {
  const { view } = session;
  const layer = view.layers[pane];
  const data = layerData(session, layer);
  if (data === null) return null;
  const display = displayOf(session, layer);
  const picture = pictureOf(data, view.z);
  const { mode, orbit, hatch, outline } = view;
  return {
    ...{ mode, picture, orbit, hatch, outline, pane: size, moving: false },
    colormap: display.colormap,
    limits: limitsOf(data, layer, display),
    camera: view.cameras[pane] ?? fitCamera(pictureExtent(picture.size), size),
    ink: inkOf('light'),
  };
}

function pixelsOf(canvas: HTMLCanvasElement): CapturedView {
  const { width, height } = canvas;
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [width, height];
  const context = copy.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives no pixels of a view.');
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return { data: new Uint8Array(data.buffer), widthPx: width, heightPx: height };
}

/** Draws what a pane shows at a size in pixels, without anything around it, on a transparent ground. */
export function captureView(
  app: App,
  pane: PaneIndex,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Promise<CapturedView> {
  const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
  const scene = sceneOf(app.session.get(), pane, { width: widthPx / ratio, height: heightPx / ratio });
  const canvas = document.createElement('canvas');
  const stage = makeStage(canvas);
  stage.draw(scene);
  return new Promise((resolve, reject) => {
    // Frames run in the order that they were asked for: the stage's first, and its picture lasts until the frame ends.
    requestAnimationFrame(() => {
      try {
        resolve(pixelsOf(canvas));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      } finally {
        stage.dispose();
      }
    });
  });
}
