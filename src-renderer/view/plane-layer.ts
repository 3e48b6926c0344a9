import {
  BufferAttribute,
  BufferGeometry,
  Camera,
  DoubleSide,
  GLSL3,
  Mesh,
  type Object3D,
  RawShaderMaterial,
  Vector2,
  Vector3,
} from 'three';
import { planeFragment, planeVertex } from './shaders.js';
import type { StageScene, StageTextures } from './stage.js';

/** The square that a picture is drawn on. */
export interface PlaneLayer {
  readonly mesh: Mesh<BufferGeometry, RawShaderMaterial>;
  /** Unused by the shaders; three.js wants one. */
  readonly camera: Camera;
  readonly dispose: () => void;
}

/** A square from 0 to 1 in x and y (two triangles), with the plane's shaders. */
export function makePlaneLayer(): PlaneLayer {
  const geometry = new BufferGeometry();
  const corners = new Float32Array([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0]);
  geometry.setAttribute('position', new BufferAttribute(corners, 3));
  const material = new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: planeVertex,
    fragmentShader: planeFragment,
    uniforms: Object.fromEntries(uniformNames.map((name) => [name, { value: null }])),
    side: DoubleSide,
    depthTest: false,
    depthWrite: false,
  });
  const mesh = new Mesh(geometry, material);
  mesh.frustumCulled = false;
  return {
    mesh,
    camera: new Camera(),
    dispose: () => {
      geometry.dispose();
      material.dispose();
    },
  };
}

const uniformNames = [
  ...['values', 'flags', 'colors', 'limits', 'size', 'extent', 'center', 'pane', 'nmPerPixel'],
  ...['hatchDark', 'hatchLight', 'outlineColor', 'screenPerPixel', 'ratio', 'hatch', 'outline'],
];

/** Sets uniforms by name. */
export function setUniforms(material: RawShaderMaterial, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) material.uniforms[name].value = value;
}

/** The square as this scene wants it. */
export function placePlane({ mesh }: PlaneLayer, scene: StageScene, textures: StageTextures): Object3D[] {
  const { picture, camera, pane, limits, ink } = scene;
  const { nx, ny, pixelX, pixelY } = picture.size;
  const deviceNm = camera.nmPerPixel / textures.ratio;
  setUniforms(mesh.material, {
    values: textures.values,
    flags: textures.flags,
    colors: textures.colors,
    limits: new Vector2(...limits),
    size: new Vector2(nx, ny),
    extent: new Vector2(nx * pixelX, ny * pixelY),
    center: new Vector2(camera.x, camera.y),
    pane: new Vector2(pane.width, pane.height),
    nmPerPixel: camera.nmPerPixel,
    screenPerPixel: new Vector2(pixelX / deviceNm, pixelY / deviceNm),
    ratio: textures.ratio,
    hatch: scene.hatch,
    outline: scene.outline,
    hatchDark: new Vector3(...ink.hatchDark),
    hatchLight: new Vector3(...ink.hatchLight),
    outlineColor: new Vector3(...ink.outline),
  });
  return [mesh];
}
