import {
  displayOf,
  layerData,
  type LayerData,
  layerTitle,
  limitsOf,
  nucleusExtent,
} from '../state/layer-data.js';
import type { LayerName } from '../state/layers.js';
import type { ExportChoices, PageSpec } from '../state/page.js';
import { type PaneIndex, shownPanes } from '../state/panes.js';
import type { Session } from '../state/session.js';
import {
  type Extent,
  type PaneSize,
  pictureExtent,
  type PictureSize,
  positionAt,
} from '../view/plane-camera.js';
import { paneContent } from '../view/scene-of.js';
import { withOverlay } from '../view/use-overlay.js';
import { type CapturePlan, capturePlan, isPlainMap } from './capture-plan.js';
import { previewRequest } from './preview-actions.js';

type PanelRequest = Exclude<PageSpec['content'], 'figure'>[number];
type MapRequest = Extract<PanelRequest, { kind: 'map' }>;

/** A panel that can be asked for as it is, or one that this window has to take a picture of first. */
export type PanelPlan =
  { readonly kind: 'ready'; readonly panel: Exclude<PanelRequest, { kind: 'picture' }> } | CapturePlan;

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

const fieldLayers = [
  'density',
  'phi-h',
  'phi-e',
  'lambda',
  'lambda-sd',
  'lambda-resolution',
  'residual',
] as const;

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

/** Whether a layer can be drawn as a map by the main side; others are pictures taken of the view. */
export function isMappable(layer: LayerName): boolean {
  return isField(layer) || (['channel-a', 'channel-b'] as readonly string[]).includes(layer);
}

/** A pane that has never been on the screen is taken to be of this size. */
const usualPane: PaneSize = { width: 480, height: 360 };

function panePlan(session: Session, pane: PaneIndex, sizes: PaneSizes): PanelPlan | null {
  const content = paneContent(session, pane, sizes(pane) ?? usualPane);
  if (content === null) return null;
  const { layer, data } = content;
  const shown = withOverlay(session, content);
  if (!isMappable(layer) || !isPlainMap(shown.scene)) return capturePlan(session, shown, pane);
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
  const { result, page, view, points } = session;
  const { choices } = page;
  if (result === null) return null;
  const job = result.job.id;
  const content = choices.subject === 'figure' ? 'figure' : plansOf(session, choices, sizes);
  if (content.length === 0) return null;
  const captured = content !== 'figure' && content.some(({ kind }) => kind === 'capture');
  const displays = session.project?.history.present.displays;
  const turned = captured ? { ...view, displays, points } : null;
  // The resolution is not in the key: what is looked at has no pixels.
  const { dpi, ...look } = choices.look;
  return { job, look: { dpi, ...look }, content, key: JSON.stringify([job, look, content, turned]) };
}
