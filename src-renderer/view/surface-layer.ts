import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  GLSL3,
  LineSegments,
  Mesh,
  type Object3D,
  RawShaderMaterial,
  Vector2,
  Vector3,
  Vector4,
} from 'three';
import { leftCorner, orbitMatrix } from './orbit.js';
import { flag, type Picture } from './picture.js';
import { emptyUniforms, setUniforms } from './plane-layer.js';
import { frameFragment, frameVertex, surfaceFragment, surfaceVertex } from './shaders.js';
import type { DrawingTools } from './painter.js';
import type { SurfaceScene } from './scene.js';

/** Height of the upper limit over the plane, in widths of the surface. */
export const surfaceHeight = 0.32;

/** Vertices along the longer side at most: at rest, and while the user turns the surface. */
const finest = 256;
const coarsest = 96;

/** The part of a picture that has values (first column and row, columns, rows) and its size with the longer side 1. */
export interface SurfaceWindow {
  readonly ix: number;
  readonly iy: number;
  readonly nx: number;
  readonly ny: number;
  readonly spanX: number;
  readonly spanY: number;
  /** Length of the longer side, nm. */
  readonly longNm: number;
}

const windows = new WeakMap<Picture, SurfaceWindow>();

function findWindow({ size, flags }: Picture): SurfaceWindow {
  let [left, right, top, bottom] = [size.nx, -1, size.ny, -1];
  for (let i = 0; i < flags.length; i++) {
    if ((flags[i] & flag.shown) === 0) continue;
    const [ix, iy] = [i % size.nx, Math.floor(i / size.nx)];
    left = Math.min(left, ix);
    right = Math.max(right, ix);
    top = Math.min(top, iy);
    bottom = iy;
  }
  if (right < 0) [left, right, top, bottom] = [0, size.nx - 1, 0, size.ny - 1];
  const [nx, ny] = [right - left + 1, bottom - top + 1];
  const longNm = Math.max(nx * size.pixelX, ny * size.pixelY);
  return {
    ix: left,
    iy: top,
    nx,
    ny,
    spanX: (nx * size.pixelX) / longNm,
    spanY: (ny * size.pixelY) / longNm,
    longNm,
  };
}

/** The part of a picture that its surface covers; worked out once. */
export function surfaceWindow(picture: Picture): SurfaceWindow {
  const found = windows.get(picture) ?? findWindow(picture);
  windows.set(picture, found);
  return found;
}

/** A net of columns × rows vertices from 0 to 1. */
function netGeometry(columns: number, rows: number): BufferGeometry {
  const positions = new Float32Array(3 * columns * rows);
  const indices = new Uint32Array(6 * (columns - 1) * (rows - 1));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const vertex = row * columns + column;
      positions.set([column / (columns - 1), row / (rows - 1), 0], 3 * vertex);
      if (row + 1 === rows || column + 1 === columns) continue;
      indices.set(
        [vertex, vertex + 1, vertex + columns, vertex + 1, vertex + columns + 1, vertex + columns],
        at,
      );
      at += 6;
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  geometry.setIndex(new BufferAttribute(indices, 1));
  return geometry;
}

/** The base rectangle and the upright that carries the scale of heights. */
function frameGeometry({ spanX, spanY }: SurfaceWindow, corner: readonly [number, number]): BufferGeometry {
  const [x, z, h] = [spanX / 2, spanY / 2, surfaceHeight];
  const [cx, cz] = [corner[0] * x, corner[1] * z];
  const lines = [
    ...[-x, 0, -z, x, 0, -z, x, 0, -z, x, 0, z, x, 0, z, -x, 0, z, -x, 0, z, -x, 0, -z],
    ...[cx, 0, cz, cx, h, cz],
    ...[0, 0.5, 1].flatMap((share) => [
      cx + 0.02 * corner[0],
      share * h,
      cz + 0.02 * corner[1],
      cx,
      share * h,
      cz,
    ]),
  ];
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(lines), 3));
  return geometry;
}

const surfaceUniforms = [
  ...['values', 'flags', 'colors', 'limits', 'size', 'view', 'window', 'frame', 'span', 'height'],
];

function surfaceMaterial(): RawShaderMaterial {
  return new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: surfaceVertex,
    fragmentShader: surfaceFragment,
    uniforms: emptyUniforms(surfaceUniforms),
    side: DoubleSide,
  });
}

/** What lines are drawn with. */
export function frameMaterial(): RawShaderMaterial {
  return new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: frameVertex,
    fragmentShader: frameFragment,
    uniforms: emptyUniforms(['view', 'frame', 'lineColor']),
  });
}

/** The surface and its frame. */
export interface SurfaceLayer {
  readonly mesh: Mesh<BufferGeometry, RawShaderMaterial>;
  readonly frame: LineSegments<BufferGeometry, RawShaderMaterial>;
  /** Which net and which frame are loaded. */
  shape: string;
  frameShape: string;
  readonly dispose: () => void;
}

/** A surface that is yet to be given its net. */
export function makeSurfaceLayer(): SurfaceLayer {
  const mesh = new Mesh(new BufferGeometry(), surfaceMaterial());
  const frame = new LineSegments(new BufferGeometry(), frameMaterial());
  mesh.frustumCulled = false;
  frame.frustumCulled = false;
  return {
    mesh,
    frame,
    shape: '',
    frameShape: '',
    dispose: () => {
      for (const part of [mesh, frame]) {
        part.geometry.dispose();
        part.material.dispose();
      }
    },
  };
}

function loadNet(layer: SurfaceLayer, window: SurfaceWindow, most: number): void {
  const step = Math.max(1, Math.max(window.nx, window.ny) / most);
  const [columns, rows] = [window.nx, window.ny].map((count) => Math.max(2, Math.ceil(count / step)));
  const shape = [columns, rows].join(' ');
  if (layer.shape === shape) return;
  layer.shape = shape;
  layer.mesh.geometry.dispose();
  layer.mesh.geometry = netGeometry(columns, rows);
}

function loadFrame(layer: SurfaceLayer, window: SurfaceWindow, corner: readonly [number, number]): void {
  const shape = [window.spanX, window.spanY, ...corner].join(' ');
  if (layer.frameShape === shape) return;
  layer.frameShape = shape;
  layer.frame.geometry.dispose();
  layer.frame.geometry = frameGeometry(window, corner);
}

/** The surface as this scene wants it. */
export function placeSurface(layer: SurfaceLayer, scene: SurfaceScene, tools: DrawingTools): Object3D[] {
  const { picture, tint, pane, orbit, ink } = scene;
  const { scale, offset } = tools.frame;
  const window = surfaceWindow(picture);
  loadNet(layer, window, scene.moving ? coarsest : finest);
  loadFrame(layer, window, leftCorner(orbit));
  const view = orbitMatrix(orbit, pane);
  const frame = new Vector4(...scale, ...offset);
  setUniforms(layer.mesh.material, {
    ...tools.cupboard.picture(picture),
    colors: tools.cupboard.colors(tint.colormap),
    limits: new Vector2(...tint.limits),
    size: new Vector2(picture.size.nx, picture.size.ny),
    view,
    frame,
    window: new Vector4(window.ix, window.iy, window.nx, window.ny),
    span: new Vector2(window.spanX, window.spanY),
    height: surfaceHeight,
  });
  setUniforms(layer.frame.material, { view, frame, lineColor: new Vector3(...ink.frame) });
  return [layer.mesh, layer.frame];
}
