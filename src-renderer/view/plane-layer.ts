import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  GLSL3,
  Mesh,
  RawShaderMaterial,
  Vector2,
  Vector3,
  Vector4,
} from 'three';
import { rectFrame } from './frame.js';
import type { DrawingTools } from './painter.js';
import type { PlaneDrawing, StageInk, StageScene } from './scene.js';
import { planeFragment, planeVertex } from './shaders.js';

/** The square that a picture is drawn on. */
export interface PlaneLayer {
  readonly mesh: Mesh<BufferGeometry, RawShaderMaterial>;
  readonly dispose: () => void;
}

/** A square from 0 to 1 in x and y, of two triangles. */
export function squareGeometry(): BufferGeometry {
  const geometry = new BufferGeometry();
  const corners = new Float32Array([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0]);
  geometry.setAttribute('position', new BufferAttribute(corners, 3));
  return geometry;
}

/** Uniforms that are yet to be set. */
export function emptyUniforms(names: readonly string[]): Record<string, { value: unknown }> {
  return Object.fromEntries(names.map((name) => [name, { value: null }]));
}

const uniformNames = [
  ...['values', 'flags', 'colors', 'limits', 'size', 'extent', 'center', 'pane', 'frame', 'nmPerPixel'],
  ...['hatchDark', 'hatchLight', 'outlineColor', 'fadeColor', 'contourColor', 'screenPerPixel', 'ratio'],
  ...['secondValues', 'secondFlags', 'secondColors', 'secondLimits', 'composite'],
  ...['residual', 'residualFlags', 'residualStyle', 'beyond', 'sd', 'sdRange', 'uncertain'],
  ...['hatch', 'outline', 'dotOrigin'],
];

/** A square with the plane's shaders. */
export function makePlaneLayer(): PlaneLayer {
  const geometry = squareGeometry();
  const material = new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: planeVertex,
    fragmentShader: planeFragment,
    uniforms: emptyUniforms(uniformNames),
    side: DoubleSide,
    depthTest: false,
    depthWrite: false,
  });
  const mesh = new Mesh(geometry, material);
  mesh.frustumCulled = false;
  return {
    mesh,
    dispose: () => {
      geometry.dispose();
      material.dispose();
    },
  };
}

/** Sets uniforms by name. */
export function setUniforms(material: RawShaderMaterial, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) material.uniforms[name].value = value;
}

/** Where the pane comes to lie in what is kept, for shaders: scale, offset. */
export function frameUniform({ frame }: Pick<DrawingTools, 'frame'>): Vector4 {
  return new Vector4(...frame.scale, ...frame.offset);
}

function inkUniforms(ink: StageInk): Record<string, Vector3> {
  return {
    hatchDark: new Vector3(...ink.hatchDark),
    hatchLight: new Vector3(...ink.hatchLight),
    outlineColor: new Vector3(...ink.outline),
    fadeColor: new Vector3(...ink.fade),
    contourColor: new Vector3(...ink.contour),
  };
}

/** Uniforms of a composite's second channel. */
function secondUniforms({ second }: PlaneDrawing, { cupboard }: DrawingTools): Record<string, unknown> {
  if (second === null) {
    return { composite: false, secondValues: null, secondFlags: null, secondLimits: new Vector2(0, 1) };
  }
  const { values, flags } = cupboard.picture(second.picture);
  return {
    composite: true,
    secondValues: values,
    secondFlags: flags,
    secondColors: cupboard.colors(second.tint.colormap),
    secondLimits: new Vector2(...second.tint.limits),
  };
}

const residualStyles = { contour: 1, fade: 2 } as const;

/** Uniforms of what is doubtful: the residual and the sd. */
function doubtUniforms(drawing: PlaneDrawing, { cupboard }: DrawingTools): Record<string, unknown> {
  const { residual, uncertainty } = drawing;
  const stray = residual === null ? null : cupboard.picture(residual.picture);
  return {
    residual: stray?.values ?? null,
    residualFlags: stray?.flags ?? null,
    residualStyle: residual === null ? 0 : residualStyles[residual.style],
    beyond: residual?.beyond ?? 0,
    uncertain: uncertainty !== null,
    sd: uncertainty === null ? null : cupboard.picture(uncertainty.sd).values,
    sdRange: new Vector2(uncertainty?.clear ?? 0, uncertainty?.gone ?? 1),
  };
}

/** The square as a drawing of this scene wants it. */
export function placePlane(
  { mesh }: PlaneLayer,
  drawing: PlaneDrawing,
  scene: StageScene,
  tools: DrawingTools,
): Mesh {
  const { picture, camera, rect } = drawing;
  const { nx, ny, pixelX, pixelY } = picture.size;
  const deviceNm = camera.nmPerPixel / tools.ratio;
  setUniforms(mesh.material, {
    ...tools.cupboard.picture(picture),
    ...inkUniforms(scene.ink),
    ...secondUniforms(drawing, tools),
    ...doubtUniforms(drawing, tools),
    colors: tools.cupboard.colors(scene.tint.colormap),
    limits: new Vector2(...scene.tint.limits),
    size: new Vector2(nx, ny),
    extent: new Vector2(nx * pixelX, ny * pixelY),
    center: new Vector2(camera.x, camera.y),
    pane: new Vector2(rect.width, rect.height),
    frame: new Vector4(...rectFrame(rect, scene.pane, tools.frame)),
    dotOrigin: new Vector2(...tools.frame.dots),
    nmPerPixel: camera.nmPerPixel,
    screenPerPixel: new Vector2(pixelX / deviceNm, pixelY / deviceNm),
    ratio: tools.ratio,
    hatch: scene.hatch,
    outline: scene.outline,
  });
  return mesh;
}
