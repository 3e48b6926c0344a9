import { formatLength, formatNumber } from '../../src-core/figure/ticks.js';
import {
  displayOf,
  layerData,
  type LayerData,
  layerTitle,
  limitsOf,
  nucleusExtent,
  pictureOf,
} from '../state/layer-data.js';
import type { LayerName } from '../state/layers.js';
import type { ExportChoices, PageSpec } from '../state/page.js';
import { type PaneIndex, shownPanes } from '../state/panes.js';
import type { Session } from '../state/session.js';
import {
  type Extent,
  fitCamera,
  type PaneSize,
  pictureExtent,
  type PictureSize,
  positionAt,
} from '../view/plane-camera.js';
import { surfaceWindow } from '../view/surface-layer.js';
import { previewRequest } from './preview-actions.js';

type PanelRequest = Exclude<PageSpec['content'], 'figure'>[number];
type MapRequest = Extract<PanelRequest, { kind: 'map' }>;
type PictureRequest = Extract<PanelRequest, { kind: 'picture' }>;

/** A panel that can be asked for as it is, or one that this window has to take a picture of first. */
export type PanelPlan =
  | { readonly kind: 'ready'; readonly panel: Exclude<PanelRequest, PictureRequest> }
  | {
      readonly kind: 'capture';
      readonly pane: PaneIndex;
      readonly panel: Omit<PictureRequest, 'data' | 'width' | 'height' | 'pixelNm'>;
    };

/** A page that can be drawn: the standard figure, or panels. */
export interface PagePlan {
  readonly job: string;
  readonly look: PageSpec['look'];
  readonly content: 'figure' | readonly PanelPlan[];
  /** Changes whenever the page would look different. */
  readonly key: string;
}

/** How large a pane is in CSS pixels; null where it is not on the screen. */
export type PaneSizes = (pane: PaneIndex) => PaneSize | null;

const fieldLayers = ['density', 'phi-h', 'phi-e', 'lambda', 'residual'] as const;

function isField(layer: LayerName): layer is (typeof fieldLayers)[number] {
  return (fieldLayers as readonly string[]).includes(layer);
}

function sizeOf({ grid }: LayerData): PictureSize {
  const { shape, spacing } = grid;
  return { nx: shape[2], ny: shape[1], pixelX: spacing[2], pixelY: spacing[1] };
}

/** What a pane shows of a picture: what was zoomed to, or what null stands for. */
function extentOf(session: Session, data: LayerData, pane: PaneIndex, sizes: PaneSizes): Extent {
  const { cameras, fit } = session.view;
  const camera = cameras[pane];
  const size = sizes(pane);
  const whole = pictureExtent(sizeOf(data));
  if (camera === null || size === null) return (fit === 'nucleus' ? nucleusExtent(data) : undefined) ?? whole;
  const [left, top] = positionAt(camera, size, [0, 0]);
  const [right, bottom] = positionAt(camera, size, [size.width, size.height]);
  return { left, top, right, bottom };
}

/** nm that a CSS pixel of a pane covers; null where that is not the same everywhere, or the pane is not there. */
export function screenScale(session: Session, pane: PaneIndex, sizes: PaneSizes): number | null {
  const { view } = session;
  const [size, data] = [sizes(pane), layerData(session, view.layers[pane])];
  if (view.mode !== 'plane' || size === null || data === null) return null;
  const fitted = (view.fit === 'nucleus' ? nucleusExtent(data) : undefined) ?? pictureExtent(sizeOf(data));
  return view.cameras[pane]?.nmPerPixel ?? fitCamera(fitted, size).nmPerPixel;
}

/** The whole pixels that an extent touches, inside the picture; null for all of them. */
export function partOf(extent: Extent, { nx, ny, pixelX, pixelY }: PictureSize): MapRequest['part'] {
  const slack = 1e-6;
  const first = (from: number, pixel: number, n: number): number =>
    Math.min(n - 1, Math.max(0, Math.floor(from / pixel + slack)));
  const last = (to: number, pixel: number, n: number): number =>
    Math.min(n, Math.max(1, Math.ceil(to / pixel - slack)));
  const [x, y] = [first(extent.left, pixelX, nx), first(extent.top, pixelY, ny)];
  const width = Math.max(1, last(extent.right, pixelX, nx) - x);
  const height = Math.max(1, last(extent.bottom, pixelY, ny) - y);
  return width === nx && height === ny ? null : { x, y, width, height };
}

function drawnWith(
  session: Session,
  layer: LayerName,
  data: LayerData,
): Pick<MapRequest, 'heading' | 'colormap' | 'limits' | 'limitsFrom'> {
  const display = displayOf(session, layer);
  return {
    heading: layerTitle(session, layer),
    colormap: display.colormap,
    limits: limitsOf(data, layer, display),
    limitsFrom: display.limits === null ? 'values' : 'hand',
  };
}

function mapPlan(session: Session, layer: LayerName, data: LayerData, extent: Extent): PanelPlan | null {
  const { hatch, outline, z } = session.view;
  const plane = Math.min(z, data.grid.shape[0] - 1);
  const map = {
    ...drawnWith(session, layer, data),
    ...{ plane, hatch, outline, part: partOf(extent, sizeOf(data)) },
  };
  if (isField(layer)) return { kind: 'ready', panel: { kind: 'map', layer, ...map } };
  const source = previewRequest(session, layer === 'channel-a' ? 0 : 1);
  if (source === null) return null;
  return { kind: 'ready', panel: { kind: 'raw', ...map, source: { ...source, z: plane } } };
}

const quantities: Readonly<Partial<Record<LayerName, readonly [label: string, unit: string]>>> = {
  density: ['φ_h + φ_e', 'volume fraction'],
  'phi-h': ['φ_h', 'volume fraction'],
  'phi-e': ['φ_e', 'volume fraction'],
  lambda: ['λ = Γ_me/Γ_ac', 'dimensionless'],
  residual: ['residual of the equation', 'volume fraction'],
};

/** Lengths of what is shown, along x and y and, of a stack as a whole, z. */
function lengthsOf(session: Session, data: LayerData): string {
  const { nx, ny, spanX, spanY, longNm } = surfaceWindow(pictureOf(data, session.view.z));
  const { shape, spacing } = data.grid;
  const lengths = [nx > 0 ? spanX * longNm : 0, ny > 0 ? spanY * longNm : 0];
  if (session.view.mode !== 'surface' && shape[0] > 1) lengths.push(shape[0] * spacing[0]);
  return lengths.map(formatLength).join(' × ');
}

/** How a view that is no flat map is looked at, in a sentence or two. */
function captureNote(session: Session, data: LayerData, label: string): string {
  const { mode, orbit } = session.view;
  const size = lengthsOf(session, data);
  const notes: Readonly<Record<string, string>> = {
    surface:
      `Height and colour show ${label}, cut at the limits. Base ${size}; seen from ` +
      `${formatNumber(orbit.azimuth)}° azimuth, ${formatNumber(orbit.elevation)}° elevation, in perspective.`,
    volume: `The stack seen from outside; box around the nucleus ${size}.`,
    slices: `Three planes through one point; box around the nucleus ${size}.`,
    plane: `As in the window; ${size}.`,
  };
  return notes[mode] ?? `As in the window; ${size}.`;
}

function capturePlan(session: Session, layer: LayerName, data: LayerData, pane: PaneIndex): PanelPlan {
  const [label, unit] = quantities[layer] ?? [layerTitle(session, layer), 'intensity as stored'];
  const { shape } = data.grid;
  const drawn = drawnWith(session, layer, data);
  const plane = `, plane ${Math.min(session.view.z, shape[0] - 1) + 1} of ${shape[0]}`;
  const onePlane = shape[0] > 1 && ['surface', 'plane'].includes(session.view.mode);
  const panel = {
    ...({ kind: 'picture', label, unit, bar: isMappable(layer), ...drawn } as const),
    heading: `${drawn.heading}${onePlane ? plane : ''}`,
    note: captureNote(session, data, label),
  };
  return { kind: 'capture', pane, panel };
}

/** Whether a layer can be drawn as a map by the main side; others are pictures taken of the view. */
export function isMappable(layer: LayerName): boolean {
  return isField(layer) || (['channel-a', 'channel-b'] as readonly string[]).includes(layer);
}

function panePlan(session: Session, pane: PaneIndex, sizes: PaneSizes): PanelPlan | null {
  const layer = session.view.layers[pane];
  const data = layerData(session, layer);
  if (data === null) return null;
  const flat = session.view.mode === 'plane' && isMappable(layer);
  if (!flat) return capturePlan(session, layer, data, pane);
  return mapPlan(session, layer, data, extentOf(session, data, pane, sizes));
}

/** A single map: the part around the nucleus, or the whole picture where there is none. */
function singlePlan(session: Session, layer: LayerName): PanelPlan | null {
  const data = layerData(session, layer);
  if (data === null) return null;
  return mapPlan(session, layer, data, nucleusExtent(data) ?? pictureExtent(sizeOf(data)));
}

function plansOf(session: Session, { subject, layer }: ExportChoices, sizes: PaneSizes): PanelPlan[] {
  const { active, panes } = session.view;
  const plans =
    subject === 'map'
      ? [singlePlan(session, layer)]
      : (subject === 'view' ? [active] : shownPanes(panes, active)).map((pane) =>
          panePlan(session, pane, sizes),
        );
  return plans.filter((plan) => plan !== null);
}

/** The page that the choices of now ask for; null where there is no result, or what it shows is not there yet. */
export function planPage(session: Session, sizes: PaneSizes): PagePlan | null {
  const { result, page, view } = session;
  const { choices } = page;
  if (result === null) return null;
  const job = result.job.id;
  const content = choices.subject === 'figure' ? 'figure' : plansOf(session, choices, sizes);
  if (content.length === 0) return null;
  const captured = content !== 'figure' && content.some(({ kind }) => kind === 'capture');
  const turned = captured ? { ...view, displays: session.project?.history.present.displays } : null;
  // The resolution is not in the key: what is looked at has no pixels.
  const { dpi, ...look } = choices.look;
  return { job, look: { dpi, ...look }, content, key: JSON.stringify([job, look, content, turned]) };
}
