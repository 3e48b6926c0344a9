import { type ColormapName, isDiverging } from '../../src-core/figure/colormap.js';
import {
  displayOf,
  layerData,
  patternSd,
  type LayerData,
  limitsOf,
  nucleusExtent,
  pictureOf,
  planeCount,
} from '../state/layer-data.js';
import { boxExtent, shownBox, sliceOf, volumeOf } from '../state/layer-stacks.js';
import { compositeOf, layerKinds, type LayerName } from '../state/layers.js';
import type { PaneIndex } from '../state/panes.js';
import type { Session } from '../state/session.js';
import { fadedFrom, fadedTo, possibleMode } from '../state/view-modes.js';
import type { Vector } from './gaze.js';
import { inkOf } from './ink.js';
import type { Picture } from './picture.js';
import { fitCamera, type PaneSize, pictureExtent, type PlaneCamera } from './plane-camera.js';
import type {
  PaneRect,
  PlaneDrawing,
  PlaneScene,
  ResidualMark,
  StageScene,
  Tint,
  UncertaintyFade,
  VolumeScene,
} from './scene.js';
import {
  fitSlices,
  nearestVoxel,
  sliceAxes,
  sliceCamera,
  type SliceName,
  sliceNames,
  sliceRects,
  type SlicesCamera,
} from './slices.js';
import { volumeBudget } from './graphics-card.js';

/** What a pane shows: its layer's data and the scene to be drawn. */
export interface PaneContent {
  readonly layer: LayerName;
  readonly data: LayerData;
  readonly scene: StageScene;
}

/** A pane that shows one plane, flat. */
export type FlatContent = PaneContent & { readonly scene: PlaneScene };

/** The pane's content if it shows one plane, flat; else null. */
export function flatContent(content: PaneContent | null): FlatContent | null {
  return content?.scene.mode === 'plane' ? { ...content, scene: content.scene } : null;
}

/** One of the layers that a pane draws, with its colours. */
interface Painted {
  readonly data: LayerData;
  readonly tint: Tint;
}

/** How a pane's layers are drawn: one, or the two of a composite. */
interface PaneLayers {
  readonly session: Session;
  readonly layer: LayerName;
  readonly first: Painted;
  readonly second: Painted | null;
  readonly size: PaneSize;
}

function painted(session: Session, layer: LayerName, colormap?: ColormapName): Painted | null {
  const data = layerData(session, layer);
  if (data === null) return null;
  const display = displayOf(session, layer);
  return { data, tint: { colormap: colormap ?? display.colormap, limits: limitsOf(data, layer, display) } };
}

const sameShape = (a: LayerData, b: LayerData): boolean =>
  a.grid.shape.every((count, axis) => count === b.grid.shape[axis]);

function paneLayers(session: Session, pane: PaneIndex, size: PaneSize): PaneLayers | null {
  const layer = session.view.layers[pane];
  const members = compositeOf(layer);
  if (members === undefined) {
    const first = painted(session, layer);
    return first && { session, layer, first, second: null, size };
  }
  const [first, second] = members.map((member) => painted(session, member.layer, member.colormap));
  if (first === null || second === null || !sameShape(first.data, second.data)) return null;
  return { session, layer, first, second, size };
}

type TakePicture = (data: LayerData) => Picture;

function isRate({ layer }: PaneLayers): boolean {
  return layerKinds[layer].center !== null;
}

/** The marks of a large residual, where they are wanted, there is a residual, and its noise is known. */
function residualMark({ session }: PaneLayers, take: TakePicture): ResidualMark | null {
  const { residual: style, residualTimes } = session.view.overlays;
  const noise = session.result?.result.document.residual.noiseRms ?? null;
  const data = layerData(session, 'residual');
  if (style === 'none' || noise === null || data === null) return null;
  return { picture: take(data), beyond: residualTimes * noise, style };
}

function uncertaintyFade({ session, layer }: PaneLayers, take: TakePicture): UncertaintyFade | null {
  const data = layer === 'lambda' && session.view.overlays.uncertainty ? patternSd(session) : null;
  return data === null ? null : { sd: take(data), clear: fadedFrom, gone: fadedTo };
}

/** A plane or a slice with all that lies over it. */
function drawingOf(layers: PaneLayers, take: TakePicture, camera: PlaneCamera, rect: PaneRect): PlaneDrawing {
  const { first, second } = layers;
  return {
    picture: take(first.data),
    second: second && { picture: take(second.data), tint: second.tint },
    residual: isRate(layers) ? residualMark(layers, take) : null,
    uncertainty: uncertaintyFade(layers, take),
    camera,
    rect,
  };
}

function fittedCamera(data: LayerData, z: number, fit: 'nucleus' | 'picture', size: PaneSize): PlaneCamera {
  const picture = pictureOf(data, z);
  const nucleus = fit === 'nucleus' ? nucleusExtent(data) : undefined;
  return fitCamera(nucleus ?? pictureExtent(picture.size), size);
}

const wholePane = ({ width, height }: PaneSize): PaneRect => ({ left: 0, top: 0, width, height });

type SceneFrame = Pick<StageScene, 'pane' | 'tint' | 'moving' | 'hatch' | 'outline' | 'ink'>;

function sceneFrame({ session, first, size }: PaneLayers): SceneFrame {
  const { moving, hatch, outline } = session.view;
  return { pane: size, tint: first.tint, moving, hatch, outline, ink: inkOf(session.theme) };
}

function planeScene(layers: PaneLayers, pane: PaneIndex): StageScene {
  const { session, first, size } = layers;
  const { cameras, z, fit } = session.view;
  const camera = cameras[pane] ?? fittedCamera(first.data, z, fit, size);
  const drawing = drawingOf(layers, (data) => pictureOf(data, z), camera, wholePane(size));
  return { ...sceneFrame(layers), mode: 'plane', picture: drawing.picture, camera, drawing };
}

/** Where the slices of a pane go and look: rectangles, camera and the point that they go through (nm). */
export interface SlicesPlace {
  readonly rects: Readonly<Record<SliceName, PaneRect>>;
  readonly camera: SlicesCamera;
  readonly crosshair: Vector;
}

/** The place of the slices in a pane of this size. */
export function slicesPlace(session: Session, data: LayerData, size: PaneSize): SlicesPlace {
  const { slices, z, fit } = session.view;
  const { center, span } = boxExtent(shownBox(data, fit), data);
  const [nz] = data.grid.shape;
  const plane = Math.min(nz - 1, Math.max(0, z));
  const [x, y] = slices.crosshair ?? center;
  return {
    rects: sliceRects(span, size),
    camera: slices.camera ?? fitSlices(center, span, size),
    crosshair: [x, y, (plane + 0.5) * data.grid.spacing[0]],
  };
}

function slicesScene(layers: PaneLayers): StageScene {
  const { session, first, size } = layers;
  const { rects, camera, crosshair } = slicesPlace(session, first.data, size);
  const voxel = nearestVoxel(first.data.grid, crosshair);
  const [xy, xz, yz] = sliceNames.map((name) => {
    const normal = [0, 1, 2].find((axis) => !sliceAxes[name].some((other) => other === axis)) ?? 2;
    const take = (data: LayerData): Picture => sliceOf(data, name, voxel[normal]);
    return drawingOf(layers, take, sliceCamera(name, camera), rects[name]);
  });
  return { ...sceneFrame(layers), mode: 'slices', drawings: [xy, xz, yz] };
}

/** The layer whose surface is drawn: the density, or the pane's own layer before there is one. */
export function shapeLayer(session: Session, layer: LayerName): LayerName {
  const own = layerData(session, layer);
  const density = layerData(session, 'density');
  return own !== null && density !== null && sameShape(own, density) ? 'density' : layer;
}

/** The level of the surface: the user's, else the middle of the layer's contrast limits. */
export function surfaceLevel(session: Session, layer: LayerName): number {
  const level = session.view.volume.levels[layer];
  const data = layerData(session, layer);
  if (level !== undefined || data === null) return level ?? 0;
  const [low, high] = limitsOf(data, layer, displayOf(session, layer));
  return (low + high) / 2;
}

function volumeScene(layers: PaneLayers): StageScene {
  const { session, layer, first, second } = layers;
  const { volume: view, fit, panes } = session.view;
  const budget = volumeBudget(panes);
  const box = shownBox(first.data, fit);
  const volume = volumeOf(first.data, box, budget);
  const shape = shapeLayer(session, layer);
  const shapeData = shape === layer ? first.data : layerData(session, shape);
  const scene: VolumeScene = {
    ...sceneFrame(layers),
    mode: 'volume',
    style: view.style,
    volume,
    second: second && { volume: volumeOf(second.data, box, budget), tint: second.tint },
    surface: {
      shape: view.style === 'isosurface' && shapeData !== null ? volumeOf(shapeData, box, budget) : volume,
      level: surfaceLevel(session, shape),
    },
    opacity: view.opacity,
    gaze: view.gaze,
    clip: view.clip,
  };
  return scene;
}

function sceneFor(layers: PaneLayers, pane: PaneIndex): StageScene {
  const { session, first } = layers;
  const { mode, z, orbit } = session.view;
  const possible = possibleMode(mode, first.data.grid.shape[0]);
  if (possible === 'volume') return volumeScene(layers);
  if (possible === 'slices') return slicesScene(layers);
  if (possible === 'plane') return planeScene(layers, pane);
  return { ...sceneFrame(layers), mode: 'surface', picture: pictureOf(first.data, z), orbit };
}

/** What a pane of this size shows, or null where its layer is not there (yet). */
export function paneContent(session: Session, pane: PaneIndex, size: PaneSize): PaneContent | null {
  const layers = paneLayers(session, pane, size);
  if (layers === null) return null;
  return { layer: layers.layer, data: layers.first.data, scene: sceneFor(layers, pane) };
}

/** Whether the limits of a layer lie around its middle: so they do under a diverging map. */
export function isCentered(session: Session, layer: LayerName): boolean {
  return layerKinds[layer].center !== null && isDiverging(displayOf(session, layer).colormap);
}

/** How many planes the mode of the view can make use of. */
export function shownMode(session: Session): Session['view']['mode'] {
  return possibleMode(session.view.mode, planeCount(session));
}
