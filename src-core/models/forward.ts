import { CoreError } from '../errors.js';
import { addInterpolated, domainHierarchy, type DomainHierarchy } from '../kernels/domain-levels.js';
import type { NoFluxDomain } from '../kernels/no-flux.js';
import { randomStream } from '../random.js';
import { breathe, type Run } from '../run.js';
import { type ChromatinParameters, wellCurvature, wellSlope } from './chromatin.js';
import {
  approximateStep,
  exchangeRates,
  gradientPotentials,
  solveStep,
  spreadSlope,
  type StepSystem,
  stepSystem,
} from './implicit-step.js';

/** What a forward run needs beside λ and the domain. */
export interface ForwardParameters extends ChromatinParameters {
  /** Mean of φ_h + φ_e over the nucleus, conserved. */
  readonly meanChromatin: number;
  readonly seed: number;
  /**
   * Residual of the flux balance (E), relative rms, at which the state counts as steady; 1e-5 serves. The sd of μ_n
   * must be below 5 times, the phase-field residual below 30 times this.
   */
  readonly tolerance: number;
  /** Time in 1/Γ_ac, on each resolution, after which the state is taken as it is; never if not given. */
  readonly longestTime?: number;
}

/** How far a state is from steady. */
export interface Steadiness {
  /** Rms of λφ_e − φ_h − a∇²φ_e + κ∇⁴φ_e, relative to the rms of λφ_e. */
  readonly residual: number;
  /** Rms of ∂φ_d/∂t, relative to the rms of 2λφ_e. */
  readonly phaseFieldResidual: number;
  /** Spatial sd of μ_n, which is constant at steady state. */
  readonly muSpread: number;
}

/** A state that was left to itself: steady, or as it was at the longest time. */
export interface SettledState extends SteadyState {
  readonly settled: boolean;
}

/** A steady state of the chromatin model, packed on its domain. */
export interface SteadyState extends Steadiness {
  readonly phiH: Float64Array;
  readonly phiE: Float64Array;
  /** Time steps taken, over all resolutions, and the time they add up to, in 1/Γ_ac. */
  readonly steps: number;
  readonly time: number;
}

/** The state on one level of the hierarchy, on its way to steady. */
interface Relaxation {
  readonly system: StepSystem;
  readonly parameters: ForwardParameters;
  /** Interleaved (φ_h, φ_e), and their time derivatives. */
  readonly fields: Float64Array;
  readonly rates: Float64Array;
  readonly trial: Float64Array;
  readonly increment: Float64Array;
  readonly correction: Float64Array;
  readonly leftover: Float64Array;
  time: number;
  step: number;
  steps: number;
}

/** The stage that a run reports while it steps forward. */
export const formingStage = 'Forming chromatin domains';

/** Sd of the random field that the run starts from. */
const initialNoise = 0.03;
/** Nothing counts as steady before the first domains have formed. */
const earliestTime = 20;
const longestStep = 100;
/** A step is at most this share of the time elapsed, so that no growing mode is stepped over. */
const stepShare = 0.06;
const mostSteps = 5000;

/**
 * A stable steady state of the chromatin phase-field model with no flux through the edge of the domain, from a
 * random start: ∂φ_n/∂t = ∇²μ_n, ∂φ_d/∂t = ∇²μ_d + 2(λφ_e − φ_h). `lambda` is packed; the domain's unit is L0.
 * The pattern forms at about 1.6 interface widths per cell and is then refined to the domain's own resolution.
 * Mean φ_h + φ_e equals `meanChromatin` to rounding. Throws `model` if no steady state is reached.
 */
export async function steadyState(
  lambda: Float64Array,
  domain: NoFluxDomain,
  parameters: ForwardParameters,
  run: Run,
): Promise<SteadyState> {
  const hierarchy = await domainHierarchy(domain, run);
  const full = stepSystem(hierarchy, lambda, parameters);
  const start = startDepth(hierarchy, parameters);
  let state = randomState(systemFrom(full, start), parameters);
  for (let depth = start; ; depth--) {
    const loosened = depth === start && start > 0 ? 10 : 1;
    const stage = { first: (start - depth) / (start + 1), share: 1 / (start + 1) };
    const steady = await relax(state, parameters.tolerance * loosened, {
      ...run,
      report: staged(run, stage),
    });
    if (depth === 0) return { ...steady, ...separated(state.fields), steps: state.steps, time: state.time };
    state = refined(state, full, depth);
  }
}

/**
 * What becomes of the given φ_h and φ_e (packed) under `lambda`, with no flux through the edge of the domain: a
 * measured state stays where it is if λ is right. Mean φ_h + φ_e is shifted to `meanChromatin`; the seed is not used.
 * `settled` is false where the state still moved at `longestTime`. Throws `model` if the model cannot be stepped.
 */
export async function settledState(
  start: Pick<SteadyState, 'phiH' | 'phiE'>,
  lambda: Float64Array,
  { domain, parameters }: { readonly domain: NoFluxDomain; readonly parameters: ForwardParameters },
  run: Run,
): Promise<SettledState> {
  const hierarchy = await domainHierarchy(domain, run);
  const state = relaxation(stepSystem(hierarchy, lambda, parameters), parameters);
  for (let i = 0; i < start.phiH.length; i++) {
    state.fields[2 * i] = start.phiH[i];
    state.fields[2 * i + 1] = start.phiE[i];
  }
  conserve(state.fields, state);
  const steady = await relax(state, parameters.tolerance, run);
  const settled = isSteady(steady, parameters.tolerance);
  return { ...steady, ...separated(state.fields), steps: state.steps, time: state.time, settled };
}

function staged(run: Run, { first, share }: { first: number; share: number }): Run['report'] {
  return ({ stage, fraction }) => {
    run.report({ stage, fraction: first + share * fraction });
  };
}

/** Width over which φ_h falls between domains, in L0: the decay length of the interface of the double well. */
export function interfaceLength({ wellHeight, phiMax, kappa }: ChromatinParameters): number {
  return Math.sqrt(kappa / wellHeight) / phiMax;
}

function startDepth({ coarser }: DomainHierarchy, parameters: ForwardParameters): number {
  const coarsest = 1.6 * interfaceLength(parameters) * (1 + 1e-9);
  return coarser.filter(({ axes, spacing }) => axes.every((axis) => spacing[axis] <= coarsest)).length;
}

function systemFrom(full: StepSystem, depth: number): StepSystem {
  const levels = full.levels.slice(depth);
  return {
    levels,
    coarser: full.coarser.slice(depth),
    potentials: new Float64Array(2 * levels[0].level.count),
    krylov: { basis: [], directions: [] },
  };
}

function relaxation(system: StepSystem, parameters: ForwardParameters): Relaxation {
  const vector = (): Float64Array => new Float64Array(2 * system.levels[0].level.count);
  const [fields, rates, trial, increment, correction, leftover] = Array.from({ length: 6 }, vector);
  const clock = { time: 0, step: firstStep(parameters), steps: 0 };
  return { system, parameters, fields, rates, trial, increment, correction, leftover, ...clock };
}

/** A step well below the time in which the fastest mode of the homogeneous state grows. */
function firstStep({ wellHeight, phiMax, kappa }: ChromatinParameters): number {
  const fastest = (0.5 * wellHeight * phiMax ** 2) ** 2 / (4 * kappa);
  return 0.15 / Math.max(fastest, 1);
}

function randomState(system: StepSystem, parameters: ForwardParameters): Relaxation {
  const state = relaxation(system, parameters);
  const { level, lambda } = system.levels[0];
  const mean = weightedMean(lambda, level.volume);
  const euchromatin = parameters.meanChromatin / (1 + mean);
  const { normal } = randomStream(parameters.seed);
  for (let i = 0; i < level.count; i++) {
    state.fields[2 * i] = mean * euchromatin + initialNoise * normal();
    state.fields[2 * i + 1] = euchromatin;
  }
  conserve(state.fields, state);
  return state;
}

function refined(coarse: Relaxation, full: StepSystem, depth: number): Relaxation {
  const state = relaxation(systemFrom(full, depth - 1), coarse.parameters);
  addInterpolated(state.fields, coarse.fields, full.coarser[depth - 1], 2);
  conserve(state.fields, state);
  return Object.assign(state, { time: coarse.time, steps: coarse.steps, step: 0.25 });
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += weights[i] * values[i];
    total += weights[i];
  }
  return sum / total;
}

/** Shifts φ_h by the constant that gives φ_h + φ_e its mean: takes off what the inexact solve let through. */
function conserve(fields: Float64Array, { system, parameters }: Relaxation): void {
  const { volume } = system.levels[0].level;
  let [sum, total] = [0, 0];
  for (let i = 0; i < volume.length; i++) {
    sum += volume[i] * (fields[2 * i] + fields[2 * i + 1]);
    total += volume[i];
  }
  const shift = parameters.meanChromatin - sum / total;
  for (let i = 0; i < volume.length; i++) fields[2 * i] += shift;
}

/** Steps `state` forward until its residuals are below tolerance; the state is changed in place. */
async function relax(state: Relaxation, tolerance: number, run: Run): Promise<Steadiness> {
  const latest = state.time + (state.parameters.longestTime ?? Infinity);
  let steadiness = await findRates(state, run);
  const reported = { fraction: 0, first: 0 };
  while (!isSteady(steadiness, tolerance) || state.time < earliestTime) {
    await breathe(run);
    await advance(state, run);
    steadiness = await findRates(state, run);
    if (state.time >= latest) break;
    if (state.steps >= mostSteps) throw notSteady(steadiness.residual, state);
    reported.first ||= steadiness.residual;
    const reached =
      Math.log(reported.first / steadiness.residual) / Math.log(Math.max(2, reported.first / tolerance));
    const elapsed = latest < Infinity ? Math.log1p(state.time) / Math.log1p(latest) : 0;
    reported.fraction = Math.min(1, Math.max(reported.fraction, reached, elapsed));
    run.report({ stage: formingStage, fraction: reported.fraction });
  }
  return steadiness;
}

function isSteady({ residual, phaseFieldResidual, muSpread }: Steadiness, tolerance: number): boolean {
  return residual < tolerance && muSpread < 5 * tolerance && phaseFieldResidual < 30 * tolerance;
}

function notSteady(residual: number, { steps, time }: Relaxation): CoreError {
  return new CoreError({
    tag: 'model',
    message: `The simulated nucleus did not settle: residual ${residual.toExponential(1)} after ${String(steps)} steps (time ${time.toFixed(0)}/Γ_ac).`,
    hint: 'Another seed, a smaller nucleus or a larger tolerance would do.',
  });
}

/** Takes one implicit step that Newton's next correction confirms, halving the step until one does. */
async function advance(state: Relaxation, run: Run): Promise<void> {
  const { system, fields, trial, increment } = state;
  setSlope(state);
  await breathe(run);
  spreadSlope(system);
  state.step = Math.min(
    state.step,
    longestStep,
    Math.max(firstStep(state.parameters), stepShare * state.time),
  );
  for (;;) {
    if (!(state.step > 1e-7)) throw notSteady((await findRates(state, run)).residual, state);
    const rate = 1 / state.step;
    const { iterations } = await solveStep(increment, state.rates, { system, rate }, run);
    for (let i = 0; i < trial.length; i++) trial[i] = fields[i] + increment[i];
    conserve(trial, state);
    const mismatch = await correctionSize(state, run);
    if (mismatch < 0.7) {
      fields.set(trial);
      state.time += state.step;
      state.steps++;
      state.step *= nextStepFactor(mismatch, iterations);
      return;
    }
    state.step /= 2;
  }
}

/** Longer steps while they stay linear and the solver finds them easy; beyond that the step holds or shrinks. */
function nextStepFactor(mismatch: number, iterations: number): number {
  if (iterations >= 12) return 0.7;
  return mismatch < 0.3 && iterations <= 9 ? 1.4 : 1;
}

/** Size of the correction that Newton's method would add to the trial state, relative to the increment. */
async function correctionSize(state: Relaxation, run: Run): Promise<number> {
  const { system, trial, increment, correction, leftover, step } = state;
  await ratesAt(leftover, trial, state, run);
  for (let i = 0; i < trial.length; i++) leftover[i] -= increment[i] / step;
  await approximateStep(correction, leftover, { system, rate: 1 / step }, run);
  return Math.sqrt(squares(correction) / squares(increment));
}

function squares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

function setSlope({ system, fields, parameters }: Relaxation): void {
  const { slope } = system.levels[0];
  for (let i = 0; i < slope.length; i++) slope[i] = 0.5 * wellCurvature(fields[2 * i], parameters);
}

/** out ← time derivatives of the interleaved fields u; leaves the potentials ½δf/δφ in the system. */
async function ratesAt(
  out: Float64Array,
  u: Float64Array,
  { system, parameters }: Relaxation,
  run: Run,
): Promise<void> {
  const { potentials, levels } = system;
  await breathe(run);
  gradientPotentials(potentials, u, levels[0].level, parameters.kappa);
  await breathe(run);
  for (let i = 0; i < levels[0].level.count; i++) {
    potentials[2 * i] += 0.5 * wellSlope(u[2 * i], parameters);
    potentials[2 * i + 1] += parameters.a * u[2 * i + 1];
  }
  await breathe(run);
  exchangeRates(out, u, potentials, levels[0]);
  await breathe(run);
}

/** Sets the rates of the state. ∂φ_e/∂t is minus the flux balance; μ_n is minus the sum of the two potentials. */
async function findRates(state: Relaxation, run: Run): Promise<Steadiness> {
  const { fields, rates, system } = state;
  await ratesAt(rates, fields, state, run);
  const { level, lambda } = system.levels[0];
  const { potentials } = system;
  let [balance, difference, scale, total, mu, muSquared] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < level.count; i++) {
    const volume = level.volume[i];
    const methylated = lambda[i] * fields[2 * i + 1];
    const sum = potentials[2 * i] + potentials[2 * i + 1];
    balance += volume * rates[2 * i + 1] ** 2;
    difference += volume * (rates[2 * i] - rates[2 * i + 1]) ** 2;
    scale += volume * methylated ** 2;
    total += volume;
    mu += volume * sum;
    muSquared += volume * sum * sum;
  }
  return {
    residual: Math.sqrt(balance / scale),
    phaseFieldResidual: Math.sqrt(difference / scale) / 2,
    muSpread: Math.sqrt(Math.max(0, muSquared / total - (mu / total) ** 2)),
  };
}

function separated(fields: Float64Array): Pick<SteadyState, 'phiH' | 'phiE'> {
  const half = fields.length / 2;
  return {
    phiH: Float64Array.from({ length: half }, (_, i) => fields[2 * i]),
    phiE: Float64Array.from({ length: half }, (_, i) => fields[2 * i + 1]),
  };
}
