import type { Grid, Inference, InferenceReport } from '../../src-core/index.js';
import type { JobResult } from '../api.js';
import { contentFrom } from '../engine/field-contents.js';
import type { InferResponse } from '../engine/messages.js';
import type { ResultDocument } from '../engine/result-document.js';
import type { DataStore, HeldArray } from './data-store.js';

/** A finished job: what is small stays here, its arrays lie in the store. */
export interface Finished {
  readonly document: ResultDocument;
  readonly report: InferenceReport;
  readonly grid: Grid;
  readonly fields: JobResult['fields'];
}

function knownRate({ rate }: Inference): Float32Array {
  return rate.estimate.map((value, i) => (rate.identifiable[i] === 0 ? NaN : value));
}

type Hold = (values: HeldArray['values'], ...names: string[]) => HeldArray;

/** The one sd that is shown of λ, with that of its level where it is known, and then that of the pattern beside it. */
function heldSd({ sd, totalSd }: Inference['rate'], held: Hold): Record<string, HeldArray> {
  if (sd === undefined) return {};
  if (totalSd === undefined) return { lambdaSd: held(sd, 'sd') };
  return { lambdaSd: held(totalSd, 'totalSd'), lambdaSdPattern: held(sd, 'sd') };
}

/** The sd of a rate map as it was before it was held. */
function sdOf(
  shown: Float32Array | undefined,
  pattern: Float32Array | undefined,
): Partial<Inference['rate']> {
  if (pattern !== undefined && shown !== undefined) return { sd: pattern, totalSd: shown };
  return shown === undefined ? {} : { sd: shown };
}

/** Puts an inference's arrays into the store, λ as it stands in the OME-TIFF: NaN where it is not identifiable. */
export function holdInference({ inference, document, contents }: InferResponse, store: DataStore): Finished {
  if (!inference || !contents) throw new Error('The engine sent no fields.');
  const { grid, heterochromatin, euchromatin, mask, rate, report } = inference;
  const held = (values: HeldArray['values'], ...names: string[]): HeldArray => {
    const [first, ...rest] = names.map((name) => contents[name]);
    return { values, shape: grid.shape, content: rest.length === 0 ? first : contentFrom(first, ...rest) };
  };
  const density = heterochromatin.map((value, i) => value + euchromatin[i]);
  const handles = store.put({
    phiH: held(heterochromatin, 'heterochromatin'),
    phiE: held(euchromatin, 'euchromatin'),
    density: held(density, 'heterochromatin', 'euchromatin'),
    mask: held(mask, 'mask'),
    lambda: held(knownRate(inference), 'estimate', 'identifiable'),
    identifiable: held(rate.identifiable, 'identifiable'),
    ...(rate.sd && heldSd(rate, held)),
    ...(rate.resolution && { lambdaResolution: held(rate.resolution, 'resolution') }),
    ...(rate.residual && { residual: held(rate.residual, 'residual') }),
  });
  const absent = { lambdaSd: null, lambdaSdPattern: null, lambdaResolution: null, residual: null };
  return { document, report, grid, fields: { ...absent, ...handles } };
}

/** Whether every array of the job is still held. */
export function isHeld({ fields }: Finished, store: DataStore): boolean {
  return Object.values(fields).every((handle) => handle === null || store.read(handle.id) !== undefined);
}

/** The inference back from the store; undefined where an array was let go. */
export function inferenceOf({ grid, fields, report }: Finished, store: DataStore): Inference | undefined {
  const floats = (handle: { readonly id: string } | null): Float32Array | undefined => {
    const values = handle === null ? undefined : store.read(handle.id)?.values;
    return values instanceof Float32Array ? values : undefined;
  };
  const bytes = (handle: { readonly id: string }): Uint8Array | undefined => {
    const values = store.read(handle.id)?.values;
    return values instanceof Uint8Array ? values : undefined;
  };
  const [heterochromatin, euchromatin, estimate] = [fields.phiH, fields.phiE, fields.lambda].map(floats);
  const [mask, identifiable] = [fields.mask, fields.identifiable].map(bytes);
  if (!heterochromatin || !euchromatin || !estimate || !mask || !identifiable) return undefined;
  const optional = [fields.lambdaSd, fields.lambdaSdPattern, fields.lambdaResolution, fields.residual];
  const [sd, pattern, resolution, residual] = optional.map(floats);
  if (optional.some((handle) => handle !== null && floats(handle) === undefined)) return undefined;
  const known = { ...sdOf(sd, pattern), ...(resolution && { resolution }), ...(residual && { residual }) };
  const rate = { grid, estimate, identifiable, ...known };
  return { grid, heterochromatin, euchromatin, mask, rate, report };
}
