import { CoreError, type Grid, type Inference, type MapPanel, type PagePanel } from '../../src-core/index.js';
import type { PanelRequest } from '../api.js';
import type { MapLayer } from '../page-schemas.js';
import type { DataStore } from './data-store.js';
import type { Picture } from './reader-messages.js';

type MapRequest = Extract<PanelRequest, { kind: 'map' | 'raw' }>;
type PictureRequest = Extract<PanelRequest, { kind: 'picture' }>;

/** A field of a whole stack, with what says which of its values count. */
interface Field {
  readonly grid: Grid;
  readonly values: Float32Array;
  readonly mask: Uint8Array | null;
  readonly identifiable: Uint8Array | null;
  readonly nucleusOnly: boolean;
  readonly label: string;
  readonly unit: string;
}

const quantities: Readonly<Record<MapLayer, { readonly label: string; readonly unit: string }>> = {
  density: { label: 'φ_h + φ_e', unit: 'volume fraction' },
  'phi-h': { label: 'φ_h', unit: 'volume fraction' },
  'phi-e': { label: 'φ_e', unit: 'volume fraction' },
  lambda: { label: 'λ = Γ_me/Γ_ac', unit: 'dimensionless' },
  'lambda-sd': { label: 'standard deviation of λ', unit: 'dimensionless' },
  'lambda-resolution': { label: 'resolution of λ', unit: 'nm' },
  residual: { label: 'residual of the equation', unit: 'volume fraction' },
};

function usage(message: string, hint: string): CoreError {
  return new CoreError({ tag: 'usage', message, where: 'page', hint });
}

function valuesOf(
  { heterochromatin, euchromatin, rate }: Inference,
  layer: MapLayer,
): Float32Array | undefined {
  if (layer === 'phi-h') return heterochromatin;
  if (layer === 'phi-e') return euchromatin;
  if (layer === 'lambda') return rate.estimate;
  if (layer === 'lambda-sd') return rate.totalSd ?? rate.sd;
  if (layer === 'lambda-resolution') return rate.resolution;
  if (layer === 'residual') return rate.residual;
  return heterochromatin.map((value, i) => value + euchromatin[i]);
}

/** Which sd of λ it is that is shown. */
function sdLabel({ totalSd }: Inference['rate']): string {
  const { label } = quantities['lambda-sd'];
  return totalSd === undefined ? `${label}, pattern alone` : `${label}, level included`;
}

/** A layer of the result; throws `usage` for one that it does not have. */
function resultField(inference: Inference, layer: MapLayer): Field {
  const values = valuesOf(inference, layer);
  if (!values) throw usage(`This result has no layer "${layer}".`, 'Choose another layer.');
  const { grid, mask, rate } = inference;
  const isRate = layer.startsWith('lambda') || layer === 'residual';
  return {
    ...{ grid, values, mask, nucleusOnly: true, ...quantities[layer] },
    ...(layer === 'lambda-sd' && { label: sdLabel(rate) }),
    identifiable: isRate ? rate.identifiable : null,
  };
}

/** A raw channel, on the pixels of the result where it has as many, else with the file's own. */
function rawField({ grid, values, quantity }: Picture, inference: Inference): Field {
  const same = [1, 2].every((axis) => grid.shape[axis] === inference.grid.shape[axis]);
  return {
    grid: same ? { ...grid, spacing: inference.grid.spacing } : grid,
    values,
    mask: null,
    identifiable: null,
    nucleusOnly: false,
    label: '',
    unit: quantity,
  };
}

interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function partOf({ part }: MapRequest, { shape }: Grid): Part {
  const whole = { x: 0, y: 0, width: shape[2], height: shape[1] };
  if (part === null) return whole;
  if (part.x + part.width <= shape[2] && part.y + part.height <= shape[1]) return part;
  throw usage(
    `The part of the picture ends at ${part.x + part.width} × ${part.y + part.height} pixels; it has ${shape[2]} × ${shape[1]}.`,
    'Choose a part inside the picture.',
  );
}

/** Copies a part of one plane. */
function cut<T extends Float32Array | Uint8Array>(
  values: T,
  out: T,
  grid: Grid,
  place: Part & { z: number },
): T {
  const [, ny, nx] = grid.shape;
  for (let row = 0; row < place.height; row++) {
    const start = (place.z * ny + place.y + row) * nx + place.x;
    out.set(values.subarray(start, start + place.width), row * place.width);
  }
  return out;
}

function panelOf(request: MapRequest, field: Field, z: number): MapPanel {
  const { grid, values, mask, identifiable, nucleusOnly, unit } = field;
  const place = { ...partOf(request, grid), z };
  const size = place.width * place.height;
  const flags = (from: Uint8Array | null): Uint8Array | null =>
    from && cut(from, new Uint8Array(size), grid, place);
  const { colormap, limits, limitsFrom, hatch, outline } = request;
  return {
    ...{ kind: 'map', colormap, limits, limitsFrom, hatch, outline, nucleusOnly, unit },
    heading: request.heading,
    label: field.label === '' ? request.heading : field.label,
    nx: place.width,
    ny: place.height,
    pixelX: grid.spacing[2],
    pixelY: grid.spacing[1],
    values: cut(values, new Float32Array(size), grid, place),
    mask: flags(mask),
    identifiable: flags(identifiable),
  };
}

/** The heading with the plane, where there are several. */
function withPlane<T extends PagePanel>(panel: T, z: number, planes: number): T {
  return planes === 1 ? panel : { ...panel, heading: `${panel.heading}, plane ${z + 1} of ${planes}` };
}

function checkPlane(plane: number, planes: number): void {
  if (plane < planes) return;
  throw usage(`There is no plane ${plane + 1}; there are ${planes}.`, `Choose plane 1 to ${planes}.`);
}

/** The panel of a layer of the result. Throws `usage` for a plane, a part or a layer that is not there. */
export function layerPanel(request: Extract<PanelRequest, { kind: 'map' }>, inference: Inference): MapPanel {
  const planes = inference.grid.shape[0];
  checkPlane(request.plane, planes);
  return withPlane(
    panelOf(request, resultField(inference, request.layer), request.plane),
    request.plane,
    planes,
  );
}

/** The panel of a raw channel of which one plane was read; `planes` is how many its file has. */
export function rawPanel(
  request: Extract<PanelRequest, { kind: 'raw' }>,
  picture: Picture,
  inference: Inference,
): MapPanel {
  const field = rawField(picture, inference);
  const panel = panelOf(request, field, 0);
  const [nz, ny, nx] = inference.grid.shape;
  const onResult = ny === picture.grid.shape[1] && nx === picture.grid.shape[2] && request.plane < nz;
  if (!onResult) return panel;
  const place = { ...partOf(request, picture.grid), z: request.plane };
  const mask = cut(inference.mask, new Uint8Array(place.width * place.height), inference.grid, place);
  return withPlane({ ...panel, mask }, request.plane, nz);
}

/** The panel of a picture whose bytes the window has sent. Throws `usage` where they are not there or do not fit. */
export function picturePanel({ data, ...request }: PictureRequest, store: DataStore): PagePanel {
  const bytes = store.read(data)?.values;
  if (!(bytes instanceof Uint8Array)) {
    throw usage('The picture is not held any more.', 'Send it again by POST /data.');
  }
  return { ...request, data: bytes };
}
