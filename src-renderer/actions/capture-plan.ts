import { formatLength, formatNumber, formatShare } from '../../src-core/figure/ticks.js';
import { displayOf, layerData, layerTitle, limitsOf } from '../state/layer-data.js';
import { compositeOf, type LayerName } from '../state/layers.js';
import type { PageSpec } from '../state/page.js';
import type { PaneIndex } from '../state/panes.js';
import type { Session } from '../state/session.js';
import { gazeScale } from '../view/gaze.js';
import type { PlaneScene, SlicesScene, StageScene, VolumeScene } from '../view/scene.js';
import type { PaneContent } from '../view/scene-of.js';
import { surfaceWindow } from '../view/surface-layer.js';

type PictureRequest = Extract<Exclude<PageSpec['content'], 'figure'>[number], { kind: 'picture' }>;

/** A panel of which this window has to take a picture first. */
export interface CapturePlan {
  readonly kind: 'capture';
  readonly pane: PaneIndex;
  readonly panel: Omit<PictureRequest, 'data' | 'width' | 'height' | 'pixelNm'>;
  /** nm that a CSS pixel of the pane covers; null in perspective. */
  readonly screenNm: number | null;
}

const quantities: Readonly<Partial<Record<LayerName, readonly [label: string, unit: string]>>> = {
  density: ['φ_h + φ_e', 'volume fraction'],
  'phi-h': ['φ_h', 'volume fraction'],
  'phi-e': ['φ_e', 'volume fraction'],
  lambda: ['λ = Γ_me/Γ_ac', 'dimensionless'],
  residual: ['residual of the equation', 'volume fraction'],
};

/** What a layer's colours stand for, and their unit. */
function quantityOf(session: Session, layer: LayerName): readonly [label: string, unit: string] {
  const raw =
    layer === 'channel-a' ? session.previews[0] : layer === 'channel-b' ? session.previews[1] : null;
  const title = layerTitle(session, layer);
  return quantities[layer] ?? [title, raw === null ? 'volume fraction' : raw.preview.quantity];
}

const lengths = (...nm: number[]): string => nm.map(formatLength).join(' × ');

const seenFrom = ({ azimuth, elevation }: { azimuth: number; elevation: number }): string =>
  `seen from ${formatNumber(azimuth)}° azimuth, ${formatNumber(elevation)}° elevation`;

/** Which colours of an overlay are which layer, and what their limits are. */
function compositeNote(session: Session, layer: LayerName): string[] {
  return (compositeOf(layer) ?? []).flatMap((member) => {
    const data = layerData(session, member.layer);
    if (data === null) return [];
    const [low, high] = limitsOf(data, member.layer, displayOf(session, member.layer)).map(formatNumber);
    const color = member.colormap.replace(/^./, (first) => first.toUpperCase());
    return [`${color}: ${layerTitle(session, member.layer)}, ${low} to ${high}.`];
  });
}

/** What lies over a flat map, in words. */
function overlayNote(session: Session, { drawing, overlay }: PlaneScene): string[] {
  const { residual, uncertainty } = drawing;
  const times = formatNumber(session.view.overlays.residualTimes);
  return [
    ...(residual === null
      ? []
      : [
          `${residual.style === 'contour' ? 'Contours' : 'Faded'}: residual beyond ${times} times what noise alone leaves.`,
        ]),
    ...(uncertainty === null
      ? []
      : [
          `Faded where the standard deviation of the pattern is over ${formatShare(uncertainty.clear)} of the value, gone from ${formatShare(uncertainty.gone)} on.`,
        ]),
    ...(overlay === undefined || overlay.points.length === 0 ? [] : ['Dots: localisations.']),
  ];
}

const volumeStyles: Readonly<Record<VolumeScene['style'], string>> = {
  cloud: 'The stack as a translucent cloud',
  maximum: 'The largest value on each ray through the stack',
  isosurface: 'The surface of the density in the stack',
};

function volumeNote({ style, surface, volume, gaze }: VolumeScene): string {
  const level = style === 'isosurface' ? ` at ${formatNumber(surface.level)}` : '';
  const [x, y, z] = volume.coarsening;
  const coarser = x * y * z === 1 ? '' : ` Means of ${x} × ${y} × ${z} voxels.`;
  return `${volumeStyles[style]}${level}; box ${lengths(...volume.span)} (x, y, z), ${seenFrom(gaze)}.${coarser}`;
}

/** How a view is looked at and what lies over it, in a sentence or two. */
function noteOf(session: Session, content: PaneContent): string {
  const { scene, layer } = content;
  const [label] = quantityOf(session, layer);
  const parts = compositeNote(session, layer);
  if (scene.mode === 'volume') return [volumeNote(scene), ...parts].join(' ');
  if (scene.mode === 'slices')
    return ['Three planes through one point: xy, xz below, yz beside.', ...parts].join(' ');
  if (scene.mode === 'plane') return [...parts, ...overlayNote(session, scene)].join(' ');
  const { spanX, spanY, longNm } = surfaceWindow(scene.picture);
  const base = lengths(spanX * longNm, spanY * longNm);
  return `Height and colour show ${label}, cut at the limits. Base ${base}; ${seenFrom(scene.orbit)}, in perspective.`;
}

/** nm that a CSS pixel covers everywhere in a scene; null in perspective. */
function scaleOf(scene: StageScene): number | null {
  if (scene.mode === 'plane') return scene.camera.nmPerPixel;
  if (scene.mode === 'slices') return slicesScale(scene);
  return scene.mode === 'volume' ? gazeScale(scene.gaze, scene.volume.span, scene.pane) : null;
}

const slicesScale = ({ drawings: [xy] }: SlicesScene): number => xy.camera.nmPerPixel;

/** Whether a scene shows nothing but one layer, flat: what the main side draws from the values. */
export function isPlainMap(scene: StageScene): boolean {
  if (scene.mode !== 'plane') return false;
  const { second, residual, uncertainty } = scene.drawing;
  const over =
    scene.overlay !== undefined && (scene.overlay.mask !== null || scene.overlay.points.length > 0);
  return second === null && residual === null && uncertainty === null && !over;
}

/** The plan of a panel that shows a pane as it is in the window. */
export function capturePlan(session: Session, content: PaneContent, pane: PaneIndex): CapturePlan {
  const { layer, data, scene } = content;
  const [label, unit] = quantityOf(session, layer);
  const display = displayOf(session, layer);
  const planes = data.grid.shape[0];
  const onePlane = planes > 1 && (scene.mode === 'surface' || scene.mode === 'plane');
  const plane = onePlane ? `, plane ${Math.min(session.view.z, planes - 1) + 1} of ${planes}` : '';
  const { colormap, limits } = scene.tint;
  const panel = {
    ...({ kind: 'picture', label, unit, colormap, limits } as const),
    limitsFrom: display.limits === null ? ('values' as const) : ('hand' as const),
    heading: `${layerTitle(session, layer)}${plane}`,
    note: noteOf(session, content).slice(0, 500),
    bar: compositeOf(layer) === undefined,
  };
  return { kind: 'capture', pane, panel, screenNm: data.calibrated ? scaleOf(scene) : null };
}
