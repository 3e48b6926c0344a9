import { type Object3D, Scene, type Texture, WebGLRenderer } from 'three';
import type { ColormapName, Limits } from '../../src-core/figure/colormap.js';
import type { Orbit } from './orbit.js';
import { makeOverlayLayers } from './overlay-layers.js';
import type { StageOverlay } from './overlay.js';
import type { Picture } from './picture.js';
import type { PaneSize, PlaneCamera } from './plane-camera.js';
import { makePlaneLayer, placePlane } from './plane-layer.js';
import { makeSurfaceLayer, placeSurface } from './surface-layer.js';
import { colormapTexture, type PictureTextures, pictureTextures } from './textures.js';

/** Red, green and blue from 0 to 1. */
export type InkColor = readonly [number, number, number];

/** Colours of what is not data, from the theme. */
export interface StageInk {
  readonly hatchDark: InkColor;
  readonly hatchLight: InkColor;
  readonly outline: InkColor;
  readonly frame: InkColor;
}

/** All that a pane shows, as plain data: the stage draws it once, and again only when it is given another one. */
export interface StageScene {
  readonly mode: 'plane' | 'surface';
  readonly picture: Picture;
  readonly colormap: ColormapName;
  readonly limits: Limits;
  readonly pane: PaneSize;
  readonly camera: PlaneCamera;
  readonly orbit: Orbit;
  /** While the user turns the surface a coarser one is drawn. */
  readonly moving: boolean;
  readonly hatch: boolean;
  readonly outline: boolean;
  readonly ink: StageInk;
  /** What lies over a flat map: the mask that is drawn, points. */
  readonly overlay?: StageOverlay;
}

/** What both ways of drawing get beside the scene. */
export interface StageTextures extends PictureTextures {
  readonly colors: Texture;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/** A canvas that draws a scene when it is given one. */
export interface Stage {
  /** Draws the scene in the next frame; of several in one frame only the last. null clears the canvas. */
  readonly draw: (scene: StageScene | null) => void;
  readonly dispose: () => void;
}

/** Textures of the last picture and of the colour maps used so far. */
function makeTextureCupboard(): {
  pictureOf: (picture: Picture) => PictureTextures;
  colorsOf: (name: ColormapName) => Texture;
  empty: () => void;
} {
  const colors = new Map<ColormapName, Texture>();
  let last: { picture: Picture; textures: PictureTextures } | undefined;
  const letGo = (): void => {
    last?.textures.values.dispose();
    last?.textures.flags.dispose();
    last = undefined;
  };
  return {
    pictureOf: (picture) => {
      if (last?.picture === picture) return last.textures;
      letGo();
      last = { picture, textures: pictureTextures(picture) };
      return last.textures;
    },
    colorsOf: (name) => {
      const texture = colors.get(name) ?? colormapTexture(name);
      colors.set(name, texture);
      return texture;
    },
    empty: () => {
      letGo();
      for (const texture of colors.values()) texture.dispose();
      colors.clear();
    },
  };
}

function makeRenderer(canvas: HTMLCanvasElement): WebGLRenderer {
  const renderer = new WebGLRenderer({ canvas, alpha: true, antialias: true, premultipliedAlpha: false });
  renderer.setClearColor(0x000000, 0);
  renderer.autoClear = true;
  return renderer;
}

function fitCanvas(renderer: WebGLRenderer, { width, height }: PaneSize): number {
  const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
  const { domElement } = renderer;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (domElement.width !== w || domElement.height !== h) {
    renderer.setPixelRatio(ratio);
    renderer.setSize(width, height, false);
  }
  return ratio;
}

type DrawScene = (scene: StageScene | null) => void;

/** Draws scenes on a canvas at once; the canvas counts its drawings in `data-frames`. */
function makePainter(canvas: HTMLCanvasElement): { paint: DrawScene; dispose: () => void } {
  const renderer = makeRenderer(canvas);
  const cupboard = makeTextureCupboard();
  const [plane, surface, world] = [makePlaneLayer(), makeSurfaceLayer(), new Scene()];
  const overlays = makeOverlayLayers();
  const place = (scene: StageScene): Object3D[] => {
    const ratio = fitCanvas(renderer, scene.pane);
    const colors = cupboard.colorsOf(scene.colormap);
    const textures = { ...cupboard.pictureOf(scene.picture), colors, ratio };
    if (scene.mode === 'plane')
      return [...placePlane(plane, scene, textures), ...overlays.place(scene, ratio)];
    return placeSurface(surface, scene, textures);
  };
  return {
    paint: (scene) => {
      world.clear();
      if (scene !== null) world.add(...place(scene));
      renderer.render(world, plane.camera);
      canvas.dataset.frames = String(Number(canvas.dataset.frames ?? '0') + 1);
    },
    dispose: () => {
      for (const part of [plane, surface, overlays, renderer]) part.dispose();
      cupboard.empty();
    },
  };
}

/** A stage on a canvas; throws where the browser gives no WebGL 2. */
export function makeStage(canvas: HTMLCanvasElement): Stage {
  const painter = makePainter(canvas);
  let wanted: StageScene | null = null;
  let frame = 0;
  const ask = (): void => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      painter.paint(wanted);
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
