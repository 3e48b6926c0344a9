import { sampleBudget } from './graphics-card.js';
import { makePainter, type Painter } from './painter.js';
import type { StageScene } from './scene.js';

export type { StageScene } from './scene.js';

/** A canvas that draws a scene when it is given one. */
export interface Stage {
  /** Draws the scene in the next frame; of several in one frame only the last. null clears the canvas. */
  readonly draw: (scene: StageScene | null) => void;
  readonly dispose: () => void;
}

/** Device pixels per CSS pixel: half of them while a stack is turned, since each is a ray through it. */
function ratioOf(scene: StageScene | null): number {
  const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
  return scene?.mode === 'volume' && scene.moving ? ratio / 2 : ratio;
}

function fitCanvas({ renderer }: Painter, scene: StageScene, ratio: number): void {
  const { width, height } = scene.pane;
  const { domElement } = renderer;
  const [w, h] = [Math.floor(width * ratio), Math.floor(height * ratio)];
  if (domElement.width === w && domElement.height === h) return;
  renderer.setPixelRatio(ratio);
  renderer.setSize(width, height, false);
}

/** Paints a scene; the canvas counts its drawings in `data-frames` and its textures in `data-textures`. */
function paintScene(canvas: HTMLCanvasElement, painter: Painter, scene: StageScene | null): void {
  const ratio = ratioOf(scene);
  if (scene !== null) fitCanvas(painter, scene, ratio);
  canvas.dataset.textures = String(painter.paint(scene, ratio));
  canvas.dataset.frames = String(Number(canvas.dataset.frames ?? '0') + 1);
}

/** A stage on a canvas; throws where the browser gives no WebGL 2. */
export function makeStage(canvas: HTMLCanvasElement): Stage {
  const painter = makePainter(canvas, sampleBudget());
  let wanted: StageScene | null = null;
  let frame = 0;
  const ask = (): void => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      paintScene(canvas, painter, wanted);
    });
  };
  canvas.addEventListener('webglcontextrestored', ask);
  return {
    draw: (scene) => {
      wanted = scene;
      ask();
    },
    dispose: () => {
      cancelAnimationFrame(frame);
      canvas.removeEventListener('webglcontextrestored', ask);
      painter.dispose();
    },
  };
}
