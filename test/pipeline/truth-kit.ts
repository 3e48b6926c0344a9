import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fromArrayBuffer } from 'geotiff';
import { fileURLToPath } from 'node:url';
import type { Inference, JobFiles } from '../../src-core/inference.js';
import { type ByteSource, memorySource } from '../../src-core/io/byte-source.js';
import type { JobInput } from '../../src-core/job.js';

const kit = fileURLToPath(new URL('../../../shared/truth/', import.meta.url));

/** What the tests read of a case.json. */
export interface TruthCase {
  readonly folder: string;
  readonly type: string;
  readonly L0_nm: number;
  readonly image: string | null;
  readonly tables?: { readonly heterochromatin: string; readonly euchromatin: string };
  readonly parameters: { readonly heterochromatin_fraction: number };
  readonly scores: { readonly ratio: { readonly relL2: number } };
}

/** Whether the truth kit lies beside the repository. */
export const kitPresent = existsSync(kit);

/** The case whose folder starts with `id`. */
export function truthCase(id: string): TruthCase {
  const folder = `${kit}${readdirSync(kit).find((name) => name.startsWith(id)) ?? id}/`;
  return { ...(JSON.parse(readFileSync(`${folder}case.json`, 'utf8')) as TruthCase), folder };
}

/** A file of a case as a byte source; gzipped tables are unpacked. */
function caseFile(truth: TruthCase, name: string): ByteSource {
  const bytes = readFileSync(truth.folder + name);
  return memorySource(name, new Uint8Array(name.endsWith('.gz') ? gunzipSync(bytes) : bytes));
}

/** The files and the job by which a user would infer a case: mask and L0 given, everything else from the data. */
export function caseJob(
  truth: TruthCase,
  overrides: Partial<JobInput> = {},
): { files: JobFiles; job: JobInput } {
  const { tables, type, parameters } = truth;
  const needsFraction = tables !== undefined || type === 'density';
  const files: JobFiles = {
    input: caseFile(truth, tables?.heterochromatin ?? truth.image ?? ''),
    mask: caseFile(truth, 'mask.tif'),
    ...(tables !== undefined && { second: caseFile(truth, tables.euchromatin) }),
  };
  const channels: JobInput['channels'] =
    type === 'density'
      ? { kind: 'density', density: { file: 0, channel: 0 } }
      : {
          kind: 'two-channel',
          heterochromatin: { file: 0, channel: 0 },
          euchromatin: tables === undefined ? { file: 0, channel: 1 } : { file: 1, channel: 0 },
        };
  const job: JobInput = {
    channels,
    mask: 'file',
    model: { lengthNm: truth.L0_nm },
    ...(needsFraction && { calibration: { hetFraction: parameters.heterochromatin_fraction } }),
    ...overrides,
  };
  return { files, job };
}

/** True λ of a case, page after page. */
async function trueRate(truth: TruthCase): Promise<Float64Array> {
  const bytes = readFileSync(`${truth.folder}lambda_true.tif`);
  const tiff = await fromArrayBuffer(new Uint8Array(bytes).buffer);
  const pages: number[] = [];
  for (let page = 0; page < (await tiff.getImageCount()); page++) {
    const rasters = await (await tiff.getImage(page)).readRasters({ samples: [0] });
    for (const value of rasters[0] as Float32Array) pages.push(value);
  }
  return Float64Array.from(pages);
}

/** ‖λ − true λ‖ / ‖true λ‖ over identifiable voxels, and the share of the mask they make up. */
export async function relativeError(
  truth: TruthCase,
  { rate, mask }: Inference,
): Promise<{ relL2: number; coverage: number }> {
  const known = await trueRate(truth);
  let [difference, size, counted, inside] = [0, 0, 0, 0];
  known.forEach((value, i) => {
    if (mask[i] === 0 || !Number.isFinite(value)) return;
    inside++;
    if (rate.identifiable[i] === 0) return;
    counted++;
    difference += (rate.estimate[i] - value) ** 2;
    size += value ** 2;
  });
  return { relL2: Math.sqrt(difference / size), coverage: counted / inside };
}
