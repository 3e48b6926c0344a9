import type { Grid } from '../../src-core/data/grid.js';
import { type ColorRange, colorRange } from '../../src-core/figure/color-range.js';
import { isDiverging, type Limits } from '../../src-core/figure/colormap.js';
import { countValues, type Histogram } from '../view/histogram.js';
import { maskExtent, type Extent, type PictureSize } from '../view/plane-camera.js';
import { makePicture, type Picture } from '../view/picture.js';
import { checkField, isCheckLayer } from './checks.js';
import { channelList, channelNames } from './channels.js';
import {
  centeredLimits,
  compositeOf,
  type Display,
  layerKinds,
  type LayerName,
  layerNames,
  restingDisplays,
} from './layers.js';
import { type FieldName, type Session, settingsOf } from './session.js';

/** The values of a layer over the whole stack, and which of them count. */
export interface LayerData {
  readonly grid: Grid;
  readonly values: Float32Array;
  readonly mask: Uint8Array | null;
  readonly identifiable: Uint8Array | null;
  readonly nucleusOnly: boolean;
  /** Whether the spacing of the grid is in nm; without a pixel size it is in pixels. */
  readonly calibrated: boolean;
  /** The layer that it is to be compared with, whose limits it takes. */
  readonly like?: LayerData | null;
}

interface MadePicture {
  readonly from: LayerData;
  readonly picture: Picture;
}

interface Known {
  readonly pictures: Map<string, MadePicture>;
  readonly ranges: Map<string, ColorRange | undefined>;
  histogram?: Histogram | undefined;
  data?: LayerData;
}

const known = new WeakMap<Float32Array, Known>();

function knownOf(values: Float32Array): Known {
  const found = known.get(values) ?? {
    pictures: new Map<string, MadePicture>(),
    ranges: new Map<string, ColorRange>(),
  };
  known.set(values, found);
  return found;
}

/** The field of a result that a layer shows; none for a raw channel. */
export const fieldOf: Readonly<Partial<Record<LayerName, FieldName>>> = {
  density: 'density',
  'phi-h': 'phiH',
  'phi-e': 'phiE',
  lambda: 'lambda',
  'lambda-sd': 'lambdaSd',
  'lambda-resolution': 'lambdaResolution',
  residual: 'residual',
};

function resultData(session: Session, field: FieldName): LayerData | null {
  const { result } = session;
  const values = result?.fields[field];
  if (!result || !(values instanceof Float32Array)) return null;
  const { mask, identifiable } = result.fields;
  const rate = field.startsWith('lambda') || field === 'residual';
  return {
    grid: result.result.grid,
    values,
    mask: mask instanceof Uint8Array ? mask : null,
    identifiable: rate && identifiable instanceof Uint8Array ? identifiable : null,
    nucleusOnly: true,
    calibrated: true,
  };
}

const measuredOf: Readonly<Partial<Record<LayerName, FieldName>>> = {
  'predicted-h': 'phiH',
  'predicted-e': 'phiE',
};

/** A field of the forward check, on the grid of the result; a prediction takes the limits of what was measured. */
function checkData(session: Session, layer: LayerName): LayerData | null {
  const values = checkField(session, layer);
  const measured = measuredOf[layer];
  const mapped = resultData(session, 'density');
  if (values === undefined || mapped === null) return null;
  return { ...mapped, values, ...(measured !== undefined && { like: resultData(session, measured) }) };
}

/** Mask of the result where it lies on the same pixels as the raw channel. */
function maskOn(session: Session, grid: Grid): Uint8Array | null {
  const { result } = session;
  const mask = result?.fields.mask;
  const same = result?.result.grid.shape.every((count, axis) => count === grid.shape[axis]) ?? false;
  return same && mask instanceof Uint8Array ? mask : null;
}

/** The file's spacing, or the pixel size that the user gave. */
function calibratedGrid(session: Session, grid: Grid): Grid {
  const given = settingsOf(session)?.job.calibration.pixelSizeNm ?? null;
  if (given === null || session.project?.source.description.kind === 'table') return grid;
  return { ...grid, spacing: [grid.spacing[0], given, given] };
}

function previewData(session: Session, which: 0 | 1): LayerData | null {
  const shown = session.previews[which];
  if (shown === null) return null;
  const { grid, calibrated } = shown.preview;
  const given = settingsOf(session)?.job.calibration.pixelSizeNm ?? null;
  return {
    grid: calibratedGrid(session, grid),
    values: shown.values,
    mask: maskOn(session, grid),
    identifiable: null,
    nucleusOnly: false,
    calibrated: calibrated || given !== null,
  };
}

function sameData(a: LayerData, b: LayerData): boolean {
  const spacing = (data: LayerData): string => data.grid.spacing.join();
  return (
    a.mask === b.mask &&
    a.identifiable === b.identifiable &&
    a.calibrated === b.calibrated &&
    spacing(a) === spacing(b)
  );
}

/** The values of a layer, or null where they are not there (yet); the same object until something in it changes. */
export function layerData(session: Session, layer: LayerName): LayerData | null {
  const data = findData(session, layer);
  return data === null ? null : remembered(data);
}

/** The same object as before where nothing in it changed. */
function remembered(data: LayerData): LayerData {
  const found = knownOf(data.values);
  if (found.data === undefined || !sameData(found.data, data)) found.data = data;
  return found.data;
}

/** The sd of λ that tells pixels apart: that of the pattern, without what all of them share. */
export function patternSd(session: Session): LayerData | null {
  const shown = layerData(session, 'lambda-sd');
  const values = session.result?.fields.lambdaSdPattern;
  return shown === null || !(values instanceof Float32Array) ? shown : remembered({ ...shown, values });
}

function findData(session: Session, layer: LayerName): LayerData | null {
  if (layer === 'channel-a') return previewData(session, 0);
  if (layer === 'channel-b') return previewData(session, 1);
  if (isCheckLayer(layer)) return checkData(session, layer);
  const members = compositeOf(layer);
  if (members !== undefined) return findData(session, members[0].layer);
  const field = fieldOf[layer];
  return field === undefined ? null : resultData(session, field);
}

/** The layers that can be chosen now. */
export function availableLayers(session: Session): LayerName[] {
  const settings = settingsOf(session);
  if (settings === null) return [];
  const raw = channelList(settings.job.channels).length;
  return layerNames.filter((layer) => {
    if (layer === 'channel-a') return true;
    if (layer === 'channel-b' || layer === 'composite') return raw === 2;
    if (isCheckLayer(layer)) return checkField(session, layer) !== undefined;
    if (layer === 'composite-phi') return session.result !== null;
    const field = fieldOf[layer];
    return field !== undefined && session.result?.result.fields[field] != null;
  });
}

/** Title of a layer; a raw channel is called as the file calls it. */
export function layerTitle(session: Session, layer: LayerName): string {
  const settings = settingsOf(session);
  if (settings === null || session.project === null) return layerKinds[layer].title;
  if (layer !== 'channel-a' && layer !== 'channel-b') return layerKinds[layer].title;
  const refs = channelList(settings.job.channels);
  const ref = refs.at(layer === 'channel-a' ? 0 : 1) ?? refs[0];
  const file = ref.file === 0 ? session.project.source : settings.second;
  if (file === null) return layerKinds[layer].title;
  return channelNames(file.description)[ref.channel] ?? layerKinds[layer].title;
}

/** Which sd of λ is shown. */
function sdSubtitle({ result }: Session): string {
  const apart = result?.result.fields.lambdaSdPattern != null;
  return apart ? 'standard deviation, level included' : 'standard deviation of the pattern';
}

/** What a layer's values are; of a raw channel, what the file stores. */
export function layerSubtitle(session: Session, layer: LayerName): string {
  const raw =
    layer === 'channel-a' ? session.previews[0] : layer === 'channel-b' ? session.previews[1] : null;
  const moved = session.result?.result.document.calibration.registration.applied ?? null;
  // The picture of a raw channel stays where it was measured; λ and φ_e are of the channel moved back.
  const where = moved === null || (layer !== 'channel-b' && layer !== 'composite') ? '' : ', not registered';
  const back = moved !== null && layer === 'phi-e' ? ', moved back' : '';
  const own = layer === 'lambda-sd' ? sdSubtitle(session) : layerKinds[layer].subtitle;
  return `${raw === null ? own : raw.preview.quantity}${where}${back}`;
}

/** What stands at a layer's colour bar: its symbol and unit; of a raw channel, what the file counts in. */
export function barLabel(session: Session, layer: LayerName): string {
  const { symbol, unit } = layerKinds[layer];
  if (layer !== 'channel-a' && layer !== 'channel-b') return unit === '' ? symbol : `${symbol}, ${unit}`;
  const quantity = session.previews[layer === 'channel-a' ? 0 : 1]?.preview.quantity ?? '';
  return quantity.startsWith('localisations') ? 'per pixel' : 'a.u.';
}

/** Planes of the stack that a layer lies in. */
export function planeCount(session: Session): number {
  const grids = session.view.layers.flatMap((layer) => layerData(session, layer)?.grid ?? []);
  return Math.max(1, ...grids.map((grid) => grid.shape[0]));
}

function sizeOf({ shape, spacing }: Grid): PictureSize {
  return { nx: shape[2], ny: shape[1], pixelX: spacing[2], pixelY: spacing[1] };
}

/** Plane z of a layer (the nearest there is) as a picture; the same object as long as nothing in it changes. */
export function pictureOf(data: LayerData, z: number): Picture {
  const { grid, values, mask, identifiable, nucleusOnly } = data;
  const size = sizeOf(grid);
  const iz = Math.min(grid.shape[0] - 1, Math.max(0, z));
  const { pictures } = knownOf(values);
  const key = [iz, size.pixelX, size.pixelY].join(' ');
  const made = pictures.get(key);
  if (made?.from.mask === mask && made.from.identifiable === identifiable) return made.picture;
  const count = size.nx * size.ny;
  const part = <T extends Float32Array | Uint8Array>(all: T): T =>
    all.subarray(iz * count, (iz + 1) * count) as T;
  const picture = makePicture({
    size,
    values: part(values),
    mask: mask && part(mask),
    identifiable: identifiable && part(identifiable),
    nucleusOnly,
  });
  pictures.set(key, { from: data, picture });
  return picture;
}

/** Whether a value of the layer takes part in its limits and its histogram. */
function countsIn({ mask, identifiable, nucleusOnly }: LayerData): (i: number) => boolean {
  if (identifiable !== null) return (i) => identifiable[i] !== 0;
  if (nucleusOnly && mask !== null) return (i) => mask[i] !== 0;
  return () => true;
}

/** Limits chosen from all values of a layer: the rule that figures use. undefined if no value counts. */
function autoRange(data: LayerData): ColorRange | undefined {
  if (data.like != null) return autoRange(data.like);
  const { ranges } = knownOf(data.values);
  const key = `${data.mask !== null} ${data.identifiable !== null}`;
  if (!ranges.has(key)) ranges.set(key, colorRange(data.values, countsIn(data)));
  return ranges.get(key);
}

/** The limits that a layer is drawn with: the user's, or those of its values (centred for a diverging map). */
export function limitsOf(data: LayerData, layer: LayerName, display: Display): Limits {
  if (display.limits !== null) return display.limits;
  const limits = autoRange(data)?.limits ?? [0, 1];
  const { center } = layerKinds[layer];
  return isDiverging(display.colormap) && center !== null ? centeredLimits(limits, center) : limits;
}

/** Histogram of a layer's values over the whole stack; made once. */
export function histogramOf(data: LayerData): Histogram | undefined {
  const found = knownOf(data.values);
  if (!('histogram' in found))
    found.histogram = countValues(data.values, countsIn(data), 72, autoRange(data)?.limits);
  return found.histogram;
}

/** How a layer is drawn now. */
export function displayOf(session: Session, layer: LayerName): Display {
  return (settingsOf(session)?.displays ?? restingDisplays())[layer];
}

const extents = new WeakMap<LayerData, Extent | undefined>();

/** Box around the nucleus in nm, over all planes, so that the view holds still while z changes; where there is one. */
export function nucleusExtent(data: LayerData): Extent | undefined {
  if (data.mask === null) return undefined;
  if (!extents.has(data)) extents.set(data, maskExtent(data.mask, sizeOf(data.grid)));
  return extents.get(data);
}

/** Which shares of the values that count lie beyond the limits; from at most 2¹⁸ of them, evenly spread. */
export interface Beyond {
  readonly below: number;
  readonly above: number;
}

const largestSample = 1 << 18;

/** Counts the values beyond the limits; see `Beyond`. */
export function valuesBeyond(data: LayerData, limits: Limits): Beyond {
  const counts = countsIn(data);
  const { values } = data;
  const stride = Math.max(1, Math.ceil(values.length / largestSample));
  const slack = 1e-6 * (limits[1] - limits[0]);
  let [all, below, above] = [0, 0, 0];
  for (let i = 0; i < values.length; i += stride) {
    if (!Number.isFinite(values[i]) || !counts(i)) continue;
    all++;
    if (values[i] < limits[0] - slack) below++;
    if (values[i] > limits[1] + slack) above++;
  }
  return { below: below / Math.max(1, all), above: above / Math.max(1, all) };
}
