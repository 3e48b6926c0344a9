import {
  BufferAttribute,
  BufferGeometry,
  GLSL3,
  LineSegments,
  Matrix4,
  Mesh,
  type Object3D,
  RawShaderMaterial,
  Vector2,
  Vector3,
} from 'three';
import { isDiverging } from '../../src-core/figure/colormap.js';
import { clippedSpace } from './clip.js';
import { gazeAxes, gazeScale, type Vector } from './gaze.js';
import type { DrawingTools } from './painter.js';
import { emptyUniforms, frameUniform, setUniforms, squareGeometry } from './plane-layer.js';
import type { Tint, VolumeScene, VolumeStyle } from './scene.js';
import { frameMaterial } from './surface-layer.js';
import type { Volume } from './volume.js';
import { type BoxEdge, boxEdges } from './volume-box.js';
import { volumeFragment, volumeVertex } from './volume-shader.js';

type Lines = LineSegments<BufferGeometry, RawShaderMaterial>;

/** A square that rays start from, and the edges of the box behind and before what they meet. */
export interface VolumeLayer {
  readonly mesh: Mesh<BufferGeometry, RawShaderMaterial>;
  readonly behind: Lines;
  readonly before: Lines;
  readonly dispose: () => void;
}

const uniformNames = [
  ...[
    'frame',
    'texels',
    'second',
    'shape',
    'colors',
    'secondColors',
    'span',
    'texelCount',
    'right',
    'up',
    'forward',
  ],
  ...['clipNormal', 'clipOffset', 'halfPane', 'shift', 'toShare', 'secondToShare', 'dotOrigin'],
  ...['hatchDark', 'hatchLight', 'stepNm', 'extinction', 'level', 'ratio', 'style'],
  ...['centered', 'composite', 'hatch'],
];

function makeLines(order: number): Lines {
  const lines = new LineSegments(new BufferGeometry(), frameMaterial());
  lines.geometry.setAttribute('position', new BufferAttribute(new Float32Array(72), 3));
  lines.frustumCulled = false;
  lines.renderOrder = order;
  lines.material.transparent = true;
  lines.material.depthTest = false;
  return lines;
}

/** The layer that stacks are drawn by. */
export function makeVolumeLayer(): VolumeLayer {
  const material = new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: volumeVertex,
    fragmentShader: volumeFragment,
    uniforms: emptyUniforms(uniformNames),
    transparent: true,
    premultipliedAlpha: true,
    depthTest: false,
    depthWrite: false,
  });
  const mesh = new Mesh(squareGeometry(), material);
  mesh.frustumCulled = false;
  mesh.renderOrder = 1;
  const [behind, before] = [makeLines(0), makeLines(2)];
  return {
    mesh,
    behind,
    before,
    dispose: () => {
      for (const part of [mesh, behind, before]) {
        part.geometry.dispose();
        part.material.dispose();
      }
    },
  };
}

function drawEdges(lines: Lines, edges: readonly BoxEdge[]): void {
  const position = lines.geometry.getAttribute('position');
  position.array.set(edges.flatMap(({ from, to }) => [...from, ...to]));
  position.needsUpdate = true;
  lines.geometry.setDrawRange(0, 2 * edges.length);
}

/** The matrix that takes positions (nm from the middle of the box) to the pane. */
function boxMatrix({ gaze, pane, volume }: VolumeScene): Matrix4 {
  const scale = gazeScale(gaze, volume.span, pane);
  const [w, h] = [(pane.width * scale) / 2, (pane.height * scale) / 2];
  const { right, up } = gazeAxes(gaze);
  const row = (axis: Vector, half: number, shift: number): number[] => [
    ...axis.map((part) => part / half),
    shift / half,
  ];
  const [a, b] = [row(right, w, gaze.shift[0]), row(up, h, gaze.shift[1])];
  return new Matrix4().fromArray([a[0], b[0], 0, 0, a[1], b[1], 0, 0, a[2], b[2], 0, 0, a[3], b[3], 0, 1]);
}

/** Takes a texel's value (0 to 1) to its share of the contrast limits. */
function toShare({ low, high }: Volume, { limits }: Tint): Vector2 {
  const range = limits[1] - limits[0];
  return new Vector2((high - low) / range, (low - limits[0]) / range);
}

const styles: Readonly<Record<VolumeStyle, number>> = { cloud: 0, maximum: 1, isosurface: 2 };

/** nm from one sample on a ray to the next: as fine as the texels are, coarser where a large pane would take too long. */
export function rayStep(
  { volume, pane, moving }: VolumeScene,
  { ratio, samples }: Pick<DrawingTools, 'ratio' | 'samples'>,
): number {
  const finest = Math.min(...volume.span.map((length, axis) => length / volume.size[axis])) / 2;
  const rays = pane.width * pane.height * ratio * ratio;
  const most = Math.max(48, (moving ? samples.moving : samples.resting) / rays);
  return Math.max(finest, Math.hypot(...volume.span) / most);
}

/** Opacity 1 hides half of what lies behind a hundredth of the box's diagonal at the upper limit. */
function extinctionOf({ opacity, volume }: VolumeScene): number {
  return (100 * Math.LN2 * opacity ** 2) / Math.hypot(...volume.span);
}

/** Uniforms of a composite's second channel. */
function secondUniforms({ second }: VolumeScene, { cupboard }: DrawingTools): Record<string, unknown> {
  if (second === null) {
    return { composite: false, second: null, secondColors: null, secondToShare: new Vector2(1, 0) };
  }
  return {
    composite: true,
    second: cupboard.volume(second.volume),
    secondColors: cupboard.colors(second.tint.colormap),
    secondToShare: toShare(second.volume, second.tint),
  };
}

/** Uniforms of the stack whose surface is drawn. */
function shapeUniforms(
  { surface: { shape, level }, style }: VolumeScene,
  { cupboard }: DrawingTools,
): Record<string, unknown> {
  return {
    shape: style === 'isosurface' ? cupboard.volume(shape) : null,
    level: (level - shape.low) / (shape.high - shape.low),
    texelCount: new Vector3(...shape.size),
  };
}

/** Uniforms of where the rays run. */
function rayUniforms(scene: VolumeScene, tools: DrawingTools): Record<string, unknown> {
  const { frame, ratio } = tools;
  const { gaze, volume, pane, clip } = scene;
  const { right, up, forward } = gazeAxes(gaze);
  const scale = gazeScale(gaze, volume.span, pane);
  const half = clippedSpace(clip, volume.span, gaze);
  return {
    frame: frameUniform({ frame }),
    dotOrigin: new Vector2(...frame.dots),
    span: new Vector3(...volume.span),
    right: new Vector3(...right),
    up: new Vector3(...up),
    forward: new Vector3(...forward),
    halfPane: new Vector2((pane.width * scale) / 2, (pane.height * scale) / 2),
    shift: new Vector2(...gaze.shift),
    clipNormal: new Vector3(...half.normal),
    clipOffset: half.offset,
    stepNm: rayStep(scene, tools),
    ratio,
  };
}

/** The stack as this scene wants it. */
export function placeVolume(layer: VolumeLayer, scene: VolumeScene, tools: DrawingTools): Object3D[] {
  const { volume, tint, ink, gaze } = scene;
  setUniforms(layer.mesh.material, {
    ...rayUniforms(scene, tools),
    ...secondUniforms(scene, tools),
    ...shapeUniforms(scene, tools),
    texels: tools.cupboard.volume(volume),
    colors: tools.cupboard.colors(tint.colormap),
    toShare: toShare(volume, tint),
    extinction: extinctionOf(scene),
    style: styles[scene.style],
    centered: isDiverging(tint.colormap),
    hatch: scene.hatch,
    hatchDark: new Vector3(...ink.hatchDark),
    hatchLight: new Vector3(...ink.hatchLight),
  });
  const edges = boxEdges(volume.span, gaze);
  const [view, frame] = [boxMatrix(scene), frameUniform(tools)];
  for (const lines of [layer.behind, layer.before]) {
    const inFront = lines === layer.before;
    drawEdges(
      lines,
      edges.filter(({ side }) => (side === 'front') === inFront),
    );
    setUniforms(lines.material, { view, frame, lineColor: new Vector3(...ink.frame) });
  }
  return [layer.behind, layer.mesh, layer.before];
}
