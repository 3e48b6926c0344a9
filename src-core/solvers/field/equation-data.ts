import { filterOnLevel } from '../../kernels/level-filter.js';
import { type FieldPair, filterSeries } from '../../kernels/no-flux-filter.js';
import type { NoFluxDomain } from '../../kernels/no-flux.js';
import type { Run } from '../../run.js';
import { type FieldFrame, restrictTo } from './frame.js';
import { projectOut } from './loose-rows.js';

/**
 * The linear inverse problem for δ = λ − λ₀ on a frame's level: minimise ‖G^½(φ_e δ − (y_h − A₀y_e))‖² + prior. Per cell:
 * `phiE`, a smooth estimate of φ_e, and `weighted`, G(y_h − A₀y_e), both means over the cell's voxels.
 */
export interface EquationData {
  readonly frame: FieldFrame;
  readonly phiE: Float64Array;
  readonly weighted: Float64Array;
  /** Smoothed φ_e, and what `weighted` is the mean of, on the finest level. */
  readonly smoothE: Float64Array;
  readonly finest: Float64Array;
  /** φ_h and φ_e as both channels tell them where λ is λ₀, on the finest level: what `jointFields` starts from. */
  readonly joint: FieldPair;
}

/** The fields y_h and y_e whitened on the finest level and carried to the level that λ is solved on. */
export async function equationData(
  fields: FieldPair,
  domain: NoFluxDomain,
  frame: FieldFrame,
  run: Run,
): Promise<EquationData> {
  const { white, applied, twice, smooth, scale, noise } = frame;
  const [gh, agh, aagh] = await filterSeries(fields[0], domain, [white, applied, twice], run);
  const [ge, age, smoothE] = await filterSeries(fields[1], domain, [white, applied, smooth], run);
  const finest = gh.map((v, i) => scale * (v - age[i]));
  const [varianceH, varianceE] = [scale * noise.sdH ** 2, scale * noise.sdE ** 2];
  const joint: FieldPair = [
    aagh.map((v, i) => varianceE * v + varianceH * age[i]),
    agh.map((v, i) => varianceE * v + varianceH * ge[i]),
  ];
  return dataOnFrame({ smoothE, finest, joint }, frame);
}

/** The same data on the level of another frame of the same problem. */
export function dataOnFrame(
  { smoothE, finest, joint }: Pick<EquationData, 'smoothE' | 'finest' | 'joint'>,
  frame: FieldFrame,
): EquationData {
  const [phiE, own] = [restrictTo(smoothE, frame), restrictTo(finest, frame)];
  const weighted = frame.loose === null ? own : projectOut(own, frame.loose, frame.level);
  return { frame, phiE, weighted, smoothE, finest, joint };
}

/**
 * φ_h and φ_e as both channels and λ tell them together (posterior means without a prior on the fields):
 * φ_e = (σ_e²A₀u + σ_h²y_e)·G with u = y_h − δφ_e, and φ_h from the equation likewise. `delta` is λ − λ₀ on the finest
 * level. The error of φ_e is uncorrelated with that of the whitened equation.
 */
export async function jointFields(
  { frame, joint, smoothE }: EquationData,
  domain: NoFluxDomain,
  delta: Float64Array,
  run: Run,
): Promise<FieldPair> {
  const { noise, applied, twice, scale } = frame;
  const exchanged = delta.map((v, i) => v * smoothE[i]);
  const [ag, aag] = await filterSeries(exchanged, domain, [applied, twice], run);
  const varianceE = scale * noise.sdE ** 2;
  return [
    joint[0].map((v, i) => v - varianceE * aag[i] + exchanged[i]),
    joint[1].map((v, i) => v - varianceE * ag[i]),
  ];
}

/** φ_e·G·φ_e applied to a field on the level, each cell times its volume in voxels. */
export async function applyInformation(
  field: Float64Array,
  { frame, phiE }: EquationData,
  run: Run,
): Promise<Float64Array> {
  const { level, filter } = frame;
  const exchanged = field.map((v, i) => v * phiE[i]);
  const own = await filterOnLevel(exchanged, level, filter, run);
  const filtered = frame.loose === null ? own : projectOut(own, frame.loose, level);
  return filtered.map((v, i) => v * phiE[i] * level.volume[i]);
}
