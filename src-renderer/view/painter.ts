import { Camera, type Object3D, Scene, WebGLRenderer } from 'three';
import { type Frame, wholeFrame } from './frame.js';
import type { SampleBudget } from './graphics-card.js';
import { makeOverlayLayers } from './overlay-layers.js';
import { makePlaneLayer, placePlane } from './plane-layer.js';
import type { PlaneDrawing, StageScene } from './scene.js';
import { makeSurfaceLayer, placeSurface } from './surface-layer.js';
import { makeTextureCupboard, type TextureCupboard } from './textures.js';
import { makeVolumeLayer, placeVolume } from './volume-layer.js';

/** What every way of drawing gets beside the scene. */
export interface DrawingTools {
  readonly cupboard: TextureCupboard;
  readonly frame: Frame;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
  readonly samples: SampleBudget;
}

/** Draws scenes on a canvas at once. */
export interface Painter {
  readonly renderer: WebGLRenderer;
  /** Draws the part of a scene that the frame shows; null clears the canvas. The number of textures in use. */
  readonly paint: (scene: StageScene | null, ratio: number, frame?: Frame) => number;
  readonly dispose: () => void;
}

function makeRenderer(canvas: HTMLCanvasElement): WebGLRenderer {
  const renderer = new WebGLRenderer({ canvas, alpha: true, antialias: true });
  renderer.setClearColor(0x000000, 0);
  renderer.autoClear = true;
  return renderer;
}

function drawingsOf(scene: StageScene): readonly PlaneDrawing[] {
  if (scene.mode === 'plane') return [scene.drawing];
  return scene.mode === 'slices' ? scene.drawings : [];
}

/** Everything that can be drawn; what a scene needs of it is taken into the world. */
function makeLayers(): {
  place: (scene: StageScene, tools: DrawingTools) => Object3D[];
  dispose: () => void;
} {
  const planes = [makePlaneLayer(), makePlaneLayer(), makePlaneLayer()];
  const [surface, volume, overlays] = [makeSurfaceLayer(), makeVolumeLayer(), makeOverlayLayers()];
  return {
    place: (scene, tools) => {
      if (scene.mode === 'surface') return placeSurface(surface, scene, tools);
      if (scene.mode === 'volume') return placeVolume(volume, scene, tools);
      const maps = drawingsOf(scene).map((drawing, k) => placePlane(planes[k], drawing, scene, tools));
      return scene.mode === 'plane' ? [...maps, ...overlays.place(scene, tools)] : maps;
    },
    dispose: () => {
      for (const layer of [...planes, surface, volume, overlays]) layer.dispose();
    },
  };
}

/** A painter on a canvas that takes so many samples of a stack; throws where the browser gives no WebGL 2. */
export function makePainter(canvas: HTMLCanvasElement, samples: SampleBudget): Painter {
  const renderer = makeRenderer(canvas);
  const [cupboard, layers, world, camera] = [makeTextureCupboard(), makeLayers(), new Scene(), new Camera()];
  return {
    renderer,
    paint: (scene, ratio, frame = wholeFrame) => {
      world.clear();
      if (scene !== null) world.add(...layers.place(scene, { cupboard, frame, ratio, samples }));
      renderer.render(world, camera);
      return cupboard.tidy();
    },
    dispose: () => {
      layers.dispose();
      cupboard.empty();
      renderer.dispose();
    },
  };
}
