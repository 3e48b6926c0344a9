import { type DataTexture, RedFormat, type Object3D, UnsignedByteType, Vector2, Vector3 } from 'three';
import { type MaskPlane, writePlane } from '../mask/mask-plane.js';
import { makeSquare, type Square } from './overlay-square.js';
import { maskFragment, maskVertex } from './overlay-shaders.js';
import type { MaskOverlay } from './overlay.js';
import { frameUniform, setUniforms } from './plane-layer.js';
import type { DrawingTools } from './painter.js';
import type { PlaneScene } from './scene.js';
import { dataTexture } from './textures.js';

/** A mask over the map. */
export interface MaskLayer {
  readonly place: (overlay: MaskOverlay, scene: PlaneScene, tools: DrawingTools) => Object3D;
  readonly dispose: () => void;
}

interface Held {
  readonly texture: DataTexture;
  readonly bytes: Uint8Array;
  plane: MaskPlane;
}

/** The texture of the plane that was drawn last; of another one only the rows that differ are written. */
function makeMaskTexture(): { of: (plane: MaskPlane) => DataTexture; dispose: () => void } {
  let held: Held | undefined;
  const fresh = (plane: MaskPlane): Held => {
    held?.texture.dispose();
    const bytes = new Uint8Array(plane.nx * plane.ny);
    writePlane(bytes, plane, { ink: 255 });
    const shape = { width: plane.nx, height: plane.ny, format: RedFormat, type: UnsignedByteType };
    return { texture: dataTexture(bytes, shape), bytes, plane };
  };
  return {
    of: (plane) => {
      if (held?.plane.nx !== plane.nx || held.plane.ny !== plane.ny) held = fresh(plane);
      else if (held.plane !== plane) {
        writePlane(held.bytes, plane, { ink: 255, known: held.plane });
        held.plane = plane;
        held.texture.needsUpdate = true;
      }
      return held.texture;
    },
    dispose: () => held?.texture.dispose(),
  };
}

const uniformNames = [
  ...[
    'mask',
    'size',
    'corner',
    'extent',
    'pane',
    'frame',
    'nmPerPixel',
    'screenPerPixel',
    'line',
    'tint',
    'ratio',
  ],
];

/** A mask's square with its shaders. */
export function makeMaskLayer(): MaskLayer {
  const square: Square = makeSquare({ vertex: maskVertex, fragment: maskFragment, uniformNames }, 1);
  const texture = makeMaskTexture();
  const place: MaskLayer['place'] = ({ plane, left, top, pixelX, pixelY, line, tint }, scene, tools) => {
    const { camera, pane } = scene;
    const { ratio } = tools;
    const deviceNm = camera.nmPerPixel / ratio;
    setUniforms(square.material, {
      mask: texture.of(plane),
      size: new Vector2(plane.nx, plane.ny),
      corner: new Vector2(left - camera.x, top - camera.y),
      extent: new Vector2(plane.nx * pixelX, plane.ny * pixelY),
      pane: new Vector2(pane.width, pane.height),
      frame: frameUniform(tools),
      nmPerPixel: camera.nmPerPixel,
      screenPerPixel: new Vector2(pixelX / deviceNm, pixelY / deviceNm),
      line: new Vector3(...line),
      tint,
      ratio,
    });
    return square;
  };
  return {
    place,
    dispose: () => {
      texture.dispose();
      square.geometry.dispose();
      square.material.dispose();
    },
  };
}
