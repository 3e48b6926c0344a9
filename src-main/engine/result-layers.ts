import {
  CoreError,
  embeddedJobName,
  type Inference,
  type OmeChannel,
  type Run,
  writeOmeTiff,
} from '../../src-core/index.js';
import type { MapLayer } from '../page-schemas.js';
import type { DataKind } from './data-kinds.js';
import { embeddedJob, identityOf, type ResultDocument } from './result-document.js';
import { resolvedWhere, sdChannels } from './result-images.js';
import { pixelTable, statisticsTable } from './result-tables.js';
import type { Chunks } from './staging.js';

/** One file of a result that is made on request. */
export interface DataOrder {
  readonly inference: Inference;
  readonly document: ResultDocument;
  readonly kind: DataKind;
}

type LayerName = MapLayer | 'identifiable';
type SingleLayer = Exclude<LayerName, 'lambda-sd'>;

const where = (values: Float32Array, mask: Uint8Array): Float32Array =>
  values.map((value, i) => (mask[i] === 0 ? NaN : value));

/** The values of a layer as files hold them, float32: fractions as they are, rates NaN where they are not known. */
function layerValues(
  { heterochromatin, euchromatin, rate, mask }: Inference,
  layer: SingleLayer,
): Float32Array | undefined {
  if (layer === 'phi-h') return heterochromatin;
  if (layer === 'phi-e') return euchromatin;
  if (layer === 'density') return heterochromatin.map((value, i) => value + euchromatin[i]);
  if (layer === 'lambda') return where(rate.estimate, rate.identifiable);
  if (layer === 'lambda-resolution')
    return rate.resolution && resolvedWhere(rate.resolution, rate.identifiable);
  if (layer === 'residual') return rate.residual && where(rate.residual, mask);
  return Float32Array.from(rate.identifiable);
}

const channelNames: Readonly<Record<SingleLayer, string>> = {
  density: 'phi_h + phi_e',
  'phi-h': 'phi_h',
  'phi-e': 'phi_e',
  lambda: 'lambda',
  'lambda-resolution': 'resolution_nm',
  residual: 'residual',
  identifiable: 'identifiable',
};

const wordsFor: Readonly<Record<string, string | undefined>> = {
  'lambda-sd': 'standard deviation of λ',
  'lambda-resolution': 'resolution of λ',
};

function channelsOf(inference: Inference, layer: LayerName): OmeChannel[] {
  if (layer === 'lambda-sd') return sdChannels(inference);
  const values = layerValues(inference, layer);
  return values === undefined ? [] : [{ name: channelNames[layer], values }];
}

const layerOrder: readonly LayerName[] = [
  'phi-h',
  'phi-e',
  'density',
  'lambda',
  'lambda-sd',
  'lambda-resolution',
  'residual',
  'identifiable',
];

function layerImage({ inference, document, kind }: DataOrder): Uint8Array[] {
  const job = embeddedJob(document.job, identityOf(document));
  const layer = kind.replace(/\.ome\.tif$/, '') as LayerName | 'layers';
  const wanted = layer === 'layers' ? layerOrder : [layer];
  const channels = wanted.flatMap((name) => channelsOf(inference, name));
  if (channels.length === 0) {
    throw new CoreError({
      tag: 'usage',
      message: `This result has no ${wordsFor[layer] ?? layer}.`,
      where: kind,
      hint: `The solver "${document.solver.name}" does not give it; export another layer.`,
    });
  }
  const nucleus = {
    name: 'nucleus',
    values: Float32Array.from(inference.mask, (inside) => (inside === 0 ? 0 : 1)),
  };
  return writeOmeTiff({
    grid: inference.grid,
    channels: layer === 'layers' ? [...channels, nucleus] : channels,
    description: { [embeddedJobName]: job },
  });
}

/**
 * The bytes of a file that is made on request: a layer or all layers as OME-TIFF (float32), the pixels or the
 * nuclei as a table. Throws `usage` for a layer that the result does not have, `cancelled` while it is made.
 */
export async function resultData(order: DataOrder, run: Run): Promise<Chunks> {
  const { inference, document, kind } = order;
  const job = embeddedJob(document.job, identityOf(document));
  if (kind === 'pixels.csv') return pixelTable(inference, document, job, run);
  if (kind === 'statistics.csv') return [await statisticsTable(inference, document, job, run)];
  return layerImage(order);
}
