import { type Object3D, Vector3 } from 'three';
import { makeMaskLayer } from './mask-layer.js';
import { groundFragment, groundVertex } from './overlay-shaders.js';
import { makeSquare } from './overlay-square.js';
import { frameUniform, setUniforms } from './plane-layer.js';
import { makePointsLayer } from './points-layer.js';
import type { DrawingTools } from './painter.js';
import type { PlaneScene } from './scene.js';

/** All that can lie over a flat map. */
export interface OverlayLayers {
  /** What this scene has over its map; nothing where it has no overlay. */
  readonly place: (scene: PlaneScene, tools: DrawingTools) => Object3D[];
  readonly dispose: () => void;
}

/** Layers with nothing in them. */
export function makeOverlayLayers(): OverlayLayers {
  const shaders = { vertex: groundVertex, fragment: groundFragment, uniformNames: ['ground', 'frame'] };
  const ground = makeSquare(shaders, -1);
  const mask = makeMaskLayer();
  const points = makePointsLayer();
  return {
    place: (scene, tools) => {
      const { overlay } = scene;
      if (overlay === undefined) return [];
      setUniforms(ground.material, { ground: new Vector3(...overlay.ground), frame: frameUniform(tools) });
      return [
        ground,
        ...(overlay.mask === null ? [] : [mask.place(overlay.mask, scene, tools)]),
        ...points.place(overlay.points, scene, tools),
      ];
    },
    dispose: () => {
      ground.geometry.dispose();
      ground.material.dispose();
      mask.dispose();
      points.dispose();
    },
  };
}
