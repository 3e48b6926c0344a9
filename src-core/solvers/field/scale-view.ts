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
import { scaled, timesEach } from '../../kernels/vectors.js';
import { breathe, type Run } from '../../run.js';
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

/** The prior of one length scale. */
export interface ScalePrior {
  /** ℓ in L0. */
  readonly length: number;
  readonly basis: CosineBasis;
  /** Root of the prior per mode, unit sd. */
  readonly root: Float64Array;
  readonly modes: LocalModes;
}

/** The data seen through a prior of one length scale, for every amplitude at once. */
export interface ScaleView extends ScalePrior {
  readonly view: LanczosView;
}

/** sd of λ and the logarithm of its evidence relative to a constant λ; `relative` is the sd over the noise inflation. */
export interface AmplitudeEvidence {
  readonly relative: number;
  readonly sd: number;
  readonly logEvidence: number;
}

/** How far a view is made: to a relative residual of `tolerance` for amplitudes up to `amplitude`. */
export interface ViewStop {
  readonly tolerance: number;
  /** The largest sd of the prior that is asked for (over the inflation); or ½·log det of every amplitude, by which the
   * view finds out which ones matter: up to twice the one of most evidence so far. */
  readonly amplitude: number | readonly number[];
}

const mostSteps = 200;
/** After fewer steps no amplitude is ruled out. */
const fewestSteps = 8;
/** Amplitudes tried, as shares of λ₀: a factor √2 apart. The smallest stands for a λ that is as good as constant. */
const amplitudes = Array.from({ length: 14 }, (_, k) => 0.01 * Math.SQRT2 ** k);
/** The box is wider than the nucleus by this many length scales on every side, so that its walls are not felt. */
const margin = 1.5;

/** S φ_e G φ_e S for unit sd, on coefficients. */
function informationOperator(data: EquationData, basis: CosineBasis, root: Float64Array): SymmetricOperator {
  return async (z, run) => {
    const field = await synthesise(timesEach(z, root), basis, run);
    const back = await analyse(await applyInformation(field, data, run), basis, run);
    return timesEach(back, root);
  };
}

/** The prior of length ℓ (L0) on the cells that λ is solved on. */
export function priorAtScale({ level, noise }: FieldFrame, length: number): ScalePrior {
  const basis = cosineBasis(level, cosineBox(level, margin * length), highestWave(length, level.axes.length));
  const root = priorRoot(basis, length);
  return { length, basis, root, modes: localModes(basis, root, noise, voxelsPerCell(level)) };
}

/** The same prior, mode for mode, on the cells of another frame of the same problem. */
export function priorOnCells({ length, basis }: ScalePrior, { level, noise }: FieldFrame): ScalePrior {
  const moved = basisOfModes(level, finerBox(basis.box, level, basis.level), basis.modes);
  const root = priorRoot(moved, length);
  return { length, basis: moved, root, modes: localModes(moved, root, noise, voxelsPerCell(level)) };
}

/** ½·log det of every amplitude tried, φ_e in the given classes. */
export async function amplitudeCosts(
  modes: LocalModes,
  { level, noise }: FieldFrame,
  classes: SignalClasses,
  run: Run,
): Promise<number[]> {
  const cells = level.volume.reduce((sum, v) => sum + v, 0) / voxelsPerCell(level);
  const costs: number[] = [];
  for (const share of amplitudes) {
    costs.push(logDeterminant(modes, classes, share * noise.level, cells) / 2);
    await breathe(run);
  }
  return costs;
}

/** Evidence of every amplitude as far as a view has come. */
function evidenceOf(
  view: LanczosView,
  costs: readonly number[],
  level: number,
  inflation: number,
): AmplitudeEvidence[] {
  return amplitudes.map((share, k) => {
    const relative = share * level;
    const scale = relative * relative;
    const fit = view.basis.length === 0 ? 0 : (scale * view.size * shiftedSolution(view, scale)[0]) / 2;
    return { relative, sd: relative * inflation, logEvidence: fit / inflation ** 2 - costs[k] };
  });
}

/** The strongest prior, as its variance, that a view has to serve. */
function strongestOf({ amplitude }: ViewStop, level: number): LanczosStop['strongest'] {
  if (typeof amplitude === 'number') return amplitude ** 2;
  const largest = amplitudes[amplitudes.length - 1] * level;
  return (view) => {
    if (view.basis.length < fewestSteps) return largest ** 2;
    return Math.min(largest, 2 * bestAmplitude(evidenceOf(view, amplitude, level, 1)).relative) ** 2;
  };
}

/** The data's right side in the prior's coordinates. */
async function rightSide(
  { frame: { level }, phiE, weighted }: EquationData,
  { basis, root }: ScalePrior,
  run: Run,
): Promise<Float64Array> {
  const right = weighted.map((v, i) => v * phiE[i] * level.volume[i]);
  return timesEach(await analyse(right, basis, run), root);
}

/**
 * The data through a prior, by the Lanczos process from the data's right side. It ends where the solution for the largest
 * amplitude that matters has a relative residual of `tolerance`: far below it neither the estimate nor the evidence
 * changes, so that the prior alone regularises, not an early stop.
 */
export async function viewAtScale(
  data: EquationData,
  prior: ScalePrior,
  stop: ViewStop,
  run: Run,
): Promise<ScaleView> {
  const start = await rightSide(data, prior, run);
  const strongest = strongestOf(stop, data.frame.noise.level);
  const operator = informationOperator(data, prior.basis, prior.root);
  const { tolerance } = stop;
  return { ...prior, view: await lanczos(operator, start, { limit: mostSteps, strongest, tolerance }, run) };
}

/** Relative residual to which a map is solved, for the largest amplitude. */
const thorough = 1e-4;

/** The data through a prior as a map is solved: to the same residual whatever the amplitude. */
export function thoroughView(data: EquationData, prior: ScalePrior, run: Run): Promise<ScaleView> {
  const amplitude = amplitudes[amplitudes.length - 1] * data.frame.noise.level;
  return viewAtScale(data, prior, { tolerance: thorough, amplitude }, run);
}

/**
 * Evidence of every amplitude at one length scale, with the noise `inflation` times as strong as measured. A noise that
 * is stronger by f acts like an amplitude that is smaller by f; only the fit counts for less by f². `costs` as from
 * `amplitudeCosts`.
 */
export function amplitudeEvidence(
  { view }: ScaleView,
  { noise }: FieldFrame,
  costs: readonly number[],
  inflation: number,
): AmplitudeEvidence[] {
  return evidenceOf(view, costs, noise.level, inflation);
}

/** The amplitude of most evidence. */
export function bestAmplitude(candidates: readonly AmplitudeEvidence[]): AmplitudeEvidence {
  return candidates.reduce((best, next) => (next.logEvidence > best.logEvidence ? next : best));
}

/** From coefficients of a view's cosines to the field at every voxel of the finest level. */
export function voxelSynthesis(
  { basis }: ScalePrior,
  { hierarchy: [finest], level }: FieldFrame,
): (coefficients: Float64Array, run: Run) => Promise<Float64Array> {
  const fine = basisOfModes(finest, finerBox(basis.box, finest, level), basis.modes);
  // The cosines are orthonormal over the cells of their own level: smaller on one of more cells.
  const factor = Math.sqrt(fine.cellsInBox / basis.cellsInBox);
  return (coefficients, run) => synthesise(scaled(coefficients, factor), fine, run);
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
