import {
  analyse,
  basisOfModes,
  type CosineBasis,
  cosineBasis,
  cosineBox,
  finerBox,
  synthesise,
} from '../../kernels/cosine-basis.js';
import {
  lanczos,
  type LanczosStop,
  type LanczosView,
  shiftedInverse,
  shiftedSolution,
  type SymmetricOperator,
} from '../../kernels/lanczos.js';
import type { Run } from '../../run.js';
import { applyInformation, type EquationData } from './equation-data.js';
import { type FieldFrame, voxelsPerCell } from './frame.js';
import {
  highestWave,
  type LocalModes,
  localModes,
  logDeterminant,
  priorRoot,
  type SignalClasses,
} from './prior.js';

/** The data seen through a prior of one length scale, for every amplitude at once. */
export interface ScaleView {
  /** ℓ in L0. */
  readonly length: number;
  readonly basis: CosineBasis;
  /** Root of the prior per mode, unit sd. */
  readonly root: Float64Array;
  readonly modes: LocalModes;
  readonly view: LanczosView;
}

/** sd of λ and the logarithm of its evidence relative to a constant λ; `relative` is the sd over the noise inflation. */
export interface AmplitudeEvidence {
  readonly relative: number;
  readonly sd: number;
  readonly logEvidence: number;
}

const mostSteps = 200;
/** Amplitudes tried, as shares of λ₀: a factor √2 apart. The smallest stands for a λ that is as good as constant. */
const amplitudes = Array.from({ length: 14 }, (_, k) => 0.01 * Math.SQRT2 ** k);
/** The box is wider than the nucleus by this many length scales on every side, so that its walls are not felt. */
const margin = 1.5;

/** S φ_e G φ_e S for unit sd, on coefficients. */
function informationOperator(data: EquationData, basis: CosineBasis, root: Float64Array): SymmetricOperator {
  return async (z, run) => {
    const field = await synthesise(
      z.map((v, k) => v * root[k]),
      basis,
      run,
    );
    const back = await analyse(await applyInformation(field, data, run), basis, run);
    return back.map((v, k) => v * root[k]);
  };
}

/**
 * The data through a prior of length ℓ (L0), by the Lanczos process from the data's right side. The process ends where
 * the solution for the largest amplitude has a relative residual of `tolerance`: far below it neither the estimate nor
 * the evidence changes, so that the prior alone regularises, not an early stop.
 */
export async function viewAtScale(
  data: EquationData,
  length: number,
  tolerance: number,
  run: Run,
): Promise<ScaleView> {
  const { frame, phiE, weighted } = data;
  const { level, noise } = frame;
  const basis = cosineBasis(level, cosineBox(level, margin * length), highestWave(length, level.axes.length));
  const root = priorRoot(basis, length);
  const right = weighted.map((v, i) => v * phiE[i] * level.volume[i]);
  const start = (await analyse(right, basis, run)).map((v, k) => v * root[k]);
  const strongest = (amplitudes[amplitudes.length - 1] * noise.level) ** 2;
  const stop: LanczosStop = { limit: mostSteps, strongest, tolerance };
  const view = await lanczos(informationOperator(data, basis, root), start, stop, run);
  return { length, basis, root, modes: localModes(basis, root, noise, voxelsPerCell(level)), view };
}

/**
 * Evidence of every amplitude at one length scale, with the noise `inflation` times as strong as measured. A noise that
 * is stronger by f acts like an amplitude that is smaller by f; only the fit counts for less by f².
 */
export function amplitudeEvidence(
  { view, modes }: ScaleView,
  { level, noise }: FieldFrame,
  classes: SignalClasses,
  inflation: number,
): AmplitudeEvidence[] {
  const cells = level.volume.reduce((sum, v) => sum + v, 0) / voxelsPerCell(level);
  return amplitudes.map((share) => {
    const relative = share * noise.level;
    const scale = relative * relative;
    const fit = view.basis.length === 0 ? 0 : (scale * view.size * shiftedSolution(view, scale)[0]) / 2;
    const logEvidence = fit / inflation ** 2 - logDeterminant(modes, classes, relative, cells) / 2;
    return { relative, sd: relative * inflation, logEvidence };
  });
}

/** The amplitude of most evidence. */
export function bestAmplitude(candidates: readonly AmplitudeEvidence[]): AmplitudeEvidence {
  return candidates.reduce((best, next) => (next.logEvidence > best.logEvidence ? next : best));
}

/** From coefficients of a view's cosines to the field at every voxel of the finest level. */
export function voxelSynthesis(
  { basis }: ScaleView,
  { hierarchy: [finest], level }: FieldFrame,
): (coefficients: Float64Array, run: Run) => Promise<Float64Array> {
  const fine = basisOfModes(finest, finerBox(basis.box, finest, level), basis.modes);
  // The cosines are orthonormal over the cells of their own level: smaller on one of more cells.
  const factor = Math.sqrt(fine.cellsInBox / basis.cellsInBox);
  return (coefficients, run) =>
    synthesise(
      coefficients.map((v) => factor * v),
      fine,
      run,
    );
}

/** Posterior mean of λ − λ₀ at every voxel of the finest level, under a prior of amplitude `sd` (over the inflation). */
export async function posteriorMean(
  scale: ScaleView,
  sd: number,
  frame: FieldFrame,
  run: Run,
): Promise<Float64Array> {
  const { view, root } = scale;
  if (view.basis.length === 0) return new Float64Array(frame.levels.finest.count);
  const coefficients = shiftedInverse(view, sd * sd).map((v, k) => sd * sd * root[k] * v);
  return voxelSynthesis(scale, frame)(coefficients, run);
}
