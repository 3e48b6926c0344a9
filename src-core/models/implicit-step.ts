import {
  addInterpolated,
  type CoarseLevel,
  type DomainHierarchy,
  type DomainLevel,
  restrictMean,
} from '../kernels/domain-levels.js';
import { type KrylovOutcome, type KrylovSystem, solveGmres } from '../kernels/gmres.js';
import { breathe, type Run } from '../run.js';

/**
 * The linearised chromatin equations of one implicit step on one level: for increments (h, e),
 * rate·h − ∇²(slope·h − κ∇²h) − (λe − h) and rate·e − ∇²(a·e − κ∇²e) + (λe − h), with rate = 1/time step.
 */
export interface StepLevel {
  readonly level: DomainLevel;
  readonly a: number;
  readonly kappa: number;
  readonly lambda: Float64Array;
  /** ½f_h″ at the state that the step starts from. */
  readonly slope: Float64Array;
  /** Interleaved (h, p, e, v) per cell, p and v the two chemical potentials: unknowns, right side, what is left. */
  readonly unknown: Float64Array;
  readonly source: Float64Array;
  readonly defect: Float64Array;
}

/** The levels of the implicit step, finest first, with the coarse levels that carry corrections between them. */
export interface StepSystem {
  readonly levels: readonly StepLevel[];
  readonly coarser: readonly CoarseLevel[];
  /** Potentials of the finest level, interleaved (p, v). */
  readonly potentials: Float64Array;
  readonly krylov: Pick<KrylovSystem, 'basis' | 'directions'>;
}

const coarsestSweeps = 30;
/** Coarse cells average over interfaces; below −this·κ·diagonal their slope would make the coarse step singular. */
const slopeFloor = 0.5;
const iterationLimit = 12;

/** The step's system on a hierarchy; `lambda` is packed on its finest level, a and κ in units of L0. */
export function stepSystem(
  { finest, coarser }: DomainHierarchy,
  lambda: Float64Array,
  { a, kappa }: { readonly a: number; readonly kappa: number },
): StepSystem {
  const levels = [finest, ...coarser].map((level): StepLevel => ({
    level,
    a,
    kappa,
    lambda: new Float64Array(level.count),
    slope: new Float64Array(level.count),
    unknown: new Float64Array(4 * level.count),
    source: new Float64Array(4 * level.count),
    defect: new Float64Array(4 * level.count),
  }));
  levels[0].lambda.set(lambda);
  coarser.forEach((coarse, k) => {
    restrictMean(levels[k + 1].lambda, levels[k].lambda, coarse);
  });
  const krylov = { basis: [], directions: [] };
  return { levels, coarser, potentials: new Float64Array(2 * finest.count), krylov };
}

/** Passes the finest level's slope on to the coarser ones; to be called after it was set. */
export function spreadSlope({ levels, coarser }: StepSystem): void {
  coarser.forEach((coarse, k) => {
    const { slope, level, kappa } = levels[k + 1];
    restrictMean(slope, levels[k].slope, coarse);
    for (let i = 0; i < slope.length; i++) {
      slope[i] = Math.max(slope[i], -slopeFloor * kappa * level.diagonal[i]);
    }
  });
}

/**
 * out ← (increment of φ_h, increment of φ_e), interleaved, that solves the implicit step for the right side `rhs`
 * at 1/time step = `rate`, to a relative residual of 0.1 or in 12 iterations: GMRES with a multigrid W-cycle.
 */
export async function solveStep(
  out: Float64Array,
  rhs: Float64Array,
  step: { readonly system: StepSystem; readonly rate: number },
  run: Run,
): Promise<KrylovOutcome> {
  const krylov: KrylovSystem = {
    ...step.system.krylov,
    tolerance: 0.1,
    limit: iterationLimit,
    apply: (target, x) => applyStep(target, x, step, run),
    precondition: (target, r) => approximateStep(target, r, step, run),
  };
  return solveGmres(out, rhs, krylov, run);
}

/** out ← the step's operator applied to the interleaved increments x. */
export async function applyStep(
  out: Float64Array,
  x: Float64Array,
  { system, rate }: { readonly system: StepSystem; readonly rate: number },
  run: Run,
): Promise<void> {
  const { potentials } = system;
  const { level, a, kappa, lambda, slope } = system.levels[0];
  gradientPotentials(potentials, x, level, kappa);
  await breathe(run);
  for (let i = 0; i < level.count; i++) {
    potentials[2 * i] += slope[i] * x[2 * i];
    potentials[2 * i + 1] += a * x[2 * i + 1];
  }
  exchangeRates(out, x, potentials, { level, lambda });
  await breathe(run);
  for (let i = 0; i < out.length; i++) out[i] = rate * x[i] - out[i];
}

/** out ← one multigrid cycle for the step with right side r, interleaved (h, e). */
export async function approximateStep(
  out: Float64Array,
  r: Float64Array,
  { system, rate }: { readonly system: StepSystem; readonly rate: number },
  run: Run,
): Promise<void> {
  const { source, unknown } = system.levels[0];
  source.fill(0);
  for (let i = 0; i < r.length; i++) source[2 * i] = r[i];
  unknown.fill(0);
  await cycle(system, 0, rate, run);
  for (let i = 0; i < r.length; i++) out[i] = unknown[2 * i];
}

/** out ← −κ∇²u for both interleaved fields. */
export function gradientPotentials(
  out: Float64Array,
  u: Float64Array,
  { count, neighbour, weight, diagonal }: DomainLevel,
  kappa: number,
): void {
  const slots = weight.length / count;
  for (let i = 0, k = 0; i < count; i++) {
    let h = diagonal[i] * u[2 * i];
    let e = diagonal[i] * u[2 * i + 1];
    for (const end = k + slots; k < end; k++) {
      const j = 2 * neighbour[k];
      h -= weight[k] * u[j];
      e -= weight[k] * u[j + 1];
    }
    out[2 * i] = kappa * h;
    out[2 * i + 1] = kappa * e;
  }
}

/** out ← (∇²p + λe − h, ∇²v − λe + h) for interleaved fields (h, e) and potentials (p, v). */
export function exchangeRates(
  out: Float64Array,
  fields: Float64Array,
  potentials: Float64Array,
  { level, lambda }: Pick<StepLevel, 'level' | 'lambda'>,
): void {
  const { count, neighbour, weight, diagonal } = level;
  const slots = weight.length / count;
  for (let i = 0, k = 0; i < count; i++) {
    let p = -diagonal[i] * potentials[2 * i];
    let v = -diagonal[i] * potentials[2 * i + 1];
    for (const end = k + slots; k < end; k++) {
      const j = 2 * neighbour[k];
      p += weight[k] * potentials[j];
      v += weight[k] * potentials[j + 1];
    }
    const methylated = lambda[i] * fields[2 * i + 1] - fields[2 * i];
    out[2 * i] = p + methylated;
    out[2 * i + 1] = v - methylated;
  }
}

async function cycle(system: StepSystem, depth: number, rate: number, run: Run): Promise<void> {
  const here = system.levels[depth];
  if (depth === system.coarser.length) {
    for (let k = 0; k < coarsestSweeps; k++) smooth(here, rate, k % 2 === 1);
    return;
  }
  const [coarse, below] = [system.coarser[depth], system.levels[depth + 1]];
  await smoothTwice(here, rate, false, run);
  findDefect(here, rate);
  await breathe(run);
  restrictMean(below.source, here.defect, coarse, 4);
  below.unknown.fill(0);
  await cycle(system, depth + 1, rate, run);
  if (depth + 1 < system.coarser.length) await cycle(system, depth + 1, rate, run);
  await breathe(run);
  addInterpolated(here.unknown, below.unknown, coarse, 4);
  await smoothTwice(here, rate, true, run);
}

async function smoothTwice(here: StepLevel, rate: number, backward: boolean, run: Run): Promise<void> {
  for (let k = 0; k < 2; k++) {
    await breathe(run);
    smooth(here, rate, backward);
  }
  await breathe(run);
}

/** One Gauss-Seidel sweep that solves for all four unknowns of a cell at once. */
function smooth(
  { level, a, kappa, lambda, slope, unknown, source }: StepLevel,
  rate: number,
  backward: boolean,
): void {
  const { count, neighbour, weight, diagonal } = level;
  const slots = weight.length / count;
  for (let step = 0; step < count; step++) {
    const i = backward ? count - 1 - step : step;
    let h = 0;
    let p = 0;
    let e = 0;
    let v = 0;
    for (let k = i * slots, end = k + slots; k < end; k++) {
      const w = weight[k];
      const j = 4 * neighbour[k];
      h += w * unknown[j];
      p += w * unknown[j + 1];
      e += w * unknown[j + 2];
      v += w * unknown[j + 3];
    }
    const d = diagonal[i];
    const l = lambda[i];
    const m = 4 * i;
    const heterochromatin = rate + 1 + d * (slope[i] + kappa * d);
    const euchromatin = rate + l + d * (a + kappa * d);
    const r = source[m] + p + d * (kappa * h - source[m + 1]);
    const s = source[m + 2] + v + d * (kappa * e - source[m + 3]);
    const determinant = heterochromatin * euchromatin - l;
    const newH = (euchromatin * r + l * s) / determinant;
    const newE = (heterochromatin * s + r) / determinant;
    unknown[m] = newH;
    unknown[m + 1] = slope[i] * newH + kappa * (d * newH - h) + source[m + 1];
    unknown[m + 2] = newE;
    unknown[m + 3] = a * newE + kappa * (d * newE - e) + source[m + 3];
  }
}

function findDefect(
  { level, a, kappa, lambda, slope, unknown, source, defect }: StepLevel,
  rate: number,
): void {
  const { count, neighbour, weight, diagonal } = level;
  const slots = weight.length / count;
  for (let i = 0, k = 0; i < count; i++) {
    const m = 4 * i;
    const d = diagonal[i];
    let h = d * unknown[m];
    let p = d * unknown[m + 1];
    let e = d * unknown[m + 2];
    let v = d * unknown[m + 3];
    for (const end = k + slots; k < end; k++) {
      const w = weight[k];
      const j = 4 * neighbour[k];
      h -= w * unknown[j];
      p -= w * unknown[j + 1];
      e -= w * unknown[j + 2];
      v -= w * unknown[j + 3];
    }
    const methylated = lambda[i] * unknown[m + 2] - unknown[m];
    defect[m] = source[m] - (rate * unknown[m] + p - methylated);
    defect[m + 1] = source[m + 1] - (unknown[m + 1] - slope[i] * unknown[m] - kappa * h);
    defect[m + 2] = source[m + 2] - (rate * unknown[m + 2] + v + methylated);
    defect[m + 3] = source[m + 3] - (unknown[m + 3] - a * unknown[m + 2] - kappa * e);
  }
}
