import { type FieldPair, filterField, filterPair } from '../kernels/no-flux-filter.js';
import { chromatinFields, chromatinModel } from '../models/chromatin.js';
import { equationResidual } from '../models/model.js';
import type { Run } from '../run.js';
import type { NoFluxMollifier } from './no-flux-mollifier.js';
import type { RateProblem, RateSolution } from './solver.js';
import type { MollifiedFields } from './width-choice.js';

/** φ_h and φ_e, and one draw of their noise, at the mollifier's width and at half of it. */
export interface MollifiedProblem extends MollifiedFields {
  readonly halfSignal: FieldPair;
  readonly halfNoise: FieldPair;
}

/** Mollifies signal and noise to a width (nm), where that was not done before, and to half of it. */
export async function mollifyProblem(
  problem: RateProblem,
  tools: { mollifier: NoFluxMollifier; width: number; mollified?: MollifiedFields | undefined },
  run: Run,
): Promise<MollifiedProblem> {
  const { mollifier, width, mollified } = tools;
  const half = mollifier.series(width / 2);
  const series = mollified === undefined ? [half, mollifier.series(width)] : [half];
  const { domain, phiH, phiE, noiseH, noiseE } = problem;
  const [halfSignal, signal] = await filterPair([phiH, phiE], domain, series, run);
  const [halfNoise, noise] = await filterPair([noiseH, noiseE], domain, series, run);
  return { ...(mollified ?? { signal, noise }), halfSignal, halfNoise };
}

/** φ_e must stand this many sd above zero for λ = …/φ_e to mean anything. */
const signalToNoise = 3;

/** Local variance of noise that was mollified to a width (nm): the mollified square of one draw of it, packed. */
export async function noiseVariance(
  noise: Float64Array,
  { mollifier, width }: { mollifier: NoFluxMollifier; width: number },
  run: Run,
): Promise<Float64Array> {
  const square = noise.map((v) => v * v);
  return filterField(square, mollifier.domain, mollifier.series(1.5 * width), run);
}

/**
 * Where λ is identifiable: mollified φ_e (`smoothE`) at least 3 sd of its own noise above zero. The local noise sd is
 * the root of the mollified square of the mollified noise draw. Packed; 1 or 0.
 */
export async function identifiableVoxels(
  [smoothE, noiseE]: FieldPair,
  tools: { mollifier: NoFluxMollifier; width: number },
  run: Run,
): Promise<Uint8Array> {
  return aboveNoise(smoothE, await noiseVariance(noiseE, tools, run));
}

/** 1 where a mollified field stands at least 3 sd of its noise above zero, else 0. */
export function aboveNoise(smoothE: Float64Array, variance: Float64Array): Uint8Array {
  const clear = new Uint8Array(smoothE.length);
  for (let i = 0; i < clear.length; i++) {
    const enough = smoothE[i] ** 2 > signalToNoise ** 2 * Math.max(variance[i], 0);
    clear[i] = smoothE[i] > 0 && enough ? 1 : 0;
  }
  return clear;
}

function rmsAt(values: Float64Array, at: Int32Array): number {
  let sum = 0;
  for (const i of at) sum += values[i] * values[i];
  return Math.sqrt(sum / Math.max(1, at.length));
}

/**
 * Residual of the equation with the solved λ at half the mollifier's width: the part of the data at scales that the
 * solution smoothed away. Also its rms over the `interior` voxels, and the rms that the noise draw alone leaves there.
 */
export async function judgeResidual(
  problem: RateProblem,
  rate: Float64Array,
  { halfSignal, halfNoise }: Pick<MollifiedProblem, 'halfSignal' | 'halfNoise'>,
  interior: Int32Array,
): Promise<Pick<RateSolution, 'residual' | 'residualRms' | 'residualNoiseRms'>> {
  const model = chromatinModel(problem.equation, problem.parameters);
  const residualOf = async ([phiH, phiE]: FieldPair): Promise<Float64Array> => {
    const fields = await chromatinFields(model, { phiH, phiE }, problem.domain, problem.parameters);
    return equationResidual(model.terms(fields), [rate]);
  };
  const add = (k: 0 | 1): Float64Array => halfSignal[k].map((v, i) => v + halfNoise[k][i]);
  const residual = await residualOf(halfSignal);
  const noisy = await residualOf([add(0), add(1)]);
  const change = noisy.map((v, i) => v - residual[i]);
  return { residual, residualRms: rmsAt(residual, interior), residualNoiseRms: rmsAt(change, interior) };
}
