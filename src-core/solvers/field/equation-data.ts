import { filterOnLevel } from '../../kernels/level-filter.js';
import { type FieldPair, filterField } from '../../kernels/no-flux-filter.js';
import type { NoFluxDomain } from '../../kernels/no-flux.js';
import { timesEach } from '../../kernels/vectors.js';
import type { Run } from '../../run.js';
import { type FieldFrame, restrictTo } from './frame.js';
import { projectOut } from './loose-rows.js';

/** What the equation asks of δ, whatever its right side: φ_e per cell of the frame's level. */
export interface EquationDesign {
  readonly frame: FieldFrame;
  readonly phiE: Float64Array;
}

/**
 * The linear inverse problem for δ = λ − λ₀ on a frame's level: minimise ‖G^½(φ_e δ − (y_h − A₀y_e))‖² + prior. Per cell:
 * `phiE`, a smooth estimate of φ_e, and `weighted`, G(y_h − A₀y_e), both means over the cell's voxels.
 */
export interface EquationData extends EquationDesign {
  readonly weighted: Float64Array;
  /** y_h and y_e, smoothed φ_e, and what `weighted` is the mean of, on the finest level. */
  readonly fields: FieldPair;
  readonly smoothE: Float64Array;
  readonly finest: Float64Array;
}

/** G of a field on the finest level. */
async function weighed(
  field: Float64Array,
  domain: NoFluxDomain,
  { white, scale }: FieldFrame,
  run: Run,
): Promise<Float64Array> {
  const values = await filterField(field, domain, white, run);
  for (let i = 0; i < values.length; i++) values[i] *= scale;
  return values;
}

/** first + factor·second, in place of the second. */
function combined(first: Float64Array, second: Float64Array, factor: number): Float64Array {
  for (let i = 0; i < second.length; i++) second[i] = first[i] + factor * second[i];
  return second;
}

/** The fields y_h and y_e whitened on the finest level and carried to the level that λ is solved on. */
export async function equationData(
  fields: FieldPair,
  domain: NoFluxDomain,
  frame: FieldFrame,
  run: Run,
): Promise<EquationData> {
  const [phiH, phiE] = fields;
  const error = combined(phiH, await filterField(phiE, domain, frame.rate, run), -1);
  const finest = await weighed(error, domain, frame, run);
  const smoothE = await filterField(phiE, domain, frame.smooth, run);
  return dataOnFrame({ fields, smoothE, finest }, frame);
}

/** The same data on the level of another frame of the same problem. */
export function dataOnFrame(
  { fields, smoothE, finest }: Pick<EquationData, 'fields' | 'smoothE' | 'finest'>,
  frame: FieldFrame,
): EquationData {
  const [phiE, own] = [restrictTo(smoothE, frame), restrictTo(finest, frame)];
  const weighted = frame.loose === null ? own : projectOut(own, frame.loose, frame.level);
  return { frame, phiE, weighted, fields, smoothE, finest };
}

/** y_h less what a λ that is λ₀ + `delta` (on the finest level) exchanges. */
function withoutExchange({ fields: [phiH], smoothE }: EquationData, delta: Float64Array): Float64Array {
  return phiH.map((v, i) => v - delta[i] * smoothE[i]);
}

/**
 * φ_e as both channels and λ tell it together (posterior mean without a prior on the fields):
 * G(σ_e²A₀u + σ_h²y_e) with u = y_h − δφ_e. Its error is uncorrelated with that of the whitened equation. `delta` is
 * λ − λ₀ on the finest level.
 */
export async function jointEuchromatin(
  data: EquationData,
  domain: NoFluxDomain,
  delta: Float64Array,
  run: Run,
): Promise<Float64Array> {
  const { frame, fields } = data;
  const { sdH, sdE } = frame.noise;
  const foretold = await filterField(withoutExchange(data, delta), domain, frame.rate, run);
  const sum = foretold.map((v, i) => sdE ** 2 * v + sdH ** 2 * fields[1][i]);
  return weighed(sum, domain, frame, run);
}

/**
 * φ_h and φ_e as both channels and λ tell them together: φ_e as in `jointEuchromatin`, and of y_h what is not its share
 * of the equation's error, y_h − σ_h²G(u − A₀y_e).
 */
export async function jointFields(
  data: EquationData,
  domain: NoFluxDomain,
  delta: Float64Array,
  run: Run,
): Promise<FieldPair> {
  const { frame, fields } = data;
  const applied = await filterField(fields[1], domain, frame.rate, run);
  const error = combined(withoutExchange(data, delta), applied, -1);
  const phiH = combined(fields[0], await weighed(error, domain, frame, run), -(frame.noise.sdH ** 2));
  return [phiH, await jointEuchromatin(data, domain, delta, run)];
}

/** φ_e·G·φ_e applied to a field on the level, each cell times its volume in voxels. */
export async function applyInformation(
  field: Float64Array,
  { frame, phiE }: EquationDesign,
  run: Run,
): Promise<Float64Array> {
  const { level, filter } = frame;
  const own = await filterOnLevel(timesEach(field, phiE), level, filter, run);
  const filtered = frame.loose === null ? own : projectOut(own, frame.loose, level);
  return timesEach(timesEach(filtered, phiE), level.volume);
}
