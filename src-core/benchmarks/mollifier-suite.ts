import { type Architecture, architectures } from '../networks/network.js';
import type { Run } from '../run.js';
import { relativeError } from '../statistics/agreement.js';
import {
  type BenchmarkMeans,
  benchmarkProblems,
  type BenchmarkSpec,
  chosenProblems,
} from './benchmark-spec.js';
import { inverseData } from './inverse-data.js';
import { type DerivativeKind, derivativeKinds } from './inverse-loss.js';
import { type InverseName, inverseProblems } from './inverse-problem.js';
import { type InverseOutcome, type InverseSettings, trainInverse } from './inverse-training.js';
import { measureStep, type StepMeasurement, trainingStep } from './training-step.js';

/** One training of the suite. */
export interface MollifierRow extends InverseOutcome {
  readonly problem: InverseName;
  readonly order: number;
  readonly architecture: Architecture;
  readonly derivatives: DerivativeKind;
  readonly noise: number;
  /** Seconds to the least loss of the data that both kinds of derivatives came to; NaN where one made no step. */
  readonly secondsToEqual: number;
}

/** The suite's outcome. */
export interface MollifierReport {
  readonly suite: 'mollifier';
  readonly settings: InverseSettings;
  readonly noises: readonly number[];
  readonly rows: readonly MollifierRow[];
  /** Relative L2 error of the best constant λ: what an inference must beat. */
  readonly constants: readonly { readonly problem: InverseName; readonly relativeL2: number }[];
  readonly step: StepMeasurement;
}

/** How long and with what every network is trained. */
function inverseSettings({ quick, seed, seconds }: BenchmarkSpec): InverseSettings {
  const full = { voxels: { 1: 256, 2: 32 }, width: 32, depth: 3, steps: 400 };
  const small = { voxels: { 1: 64, 2: 13 }, width: 8, depth: 2, steps: 40 };
  return {
    ...(quick ? small : full),
    mostSeconds: seconds ?? (quick ? 0.8 : 10),
    ...{ optimizer: 'soap', learningRate: 3e-3, seed },
  };
}

const noisesOf = ({ quick }: BenchmarkSpec): readonly number[] => (quick ? [0.05] : [0, 0.05, 0.1]);
const kept = 100;

/** Relative L2 error of the mean of a problem's λ. */
function constantError(name: InverseName, { voxels, seed }: InverseSettings): number {
  const problem = inverseProblems[name];
  const { rate } = inverseData(problem, voxels[problem.dimensions], 0, seed);
  const mean = rate.reduce((sum, value) => sum + value, 0) / rate.length;
  return relativeError(new Float64Array(rate.length).fill(mean), rate);
}

/** Seconds until a training's data loss was first no more than a level. */
function secondsTo(level: number, { trace }: InverseOutcome): number {
  return trace.find(({ dataLoss }) => dataLoss <= level)?.seconds ?? NaN;
}

function thinned(trace: InverseOutcome['trace']): InverseOutcome['trace'] {
  const every = Math.max(1, Math.ceil(trace.length / kept));
  return trace.filter((_, k) => k % every === 0 || k === trace.length - 1);
}

/** The two kinds of derivatives on the same problem, network, noise and seed. */
async function comparePair(
  one: Pick<MollifierRow, 'problem' | 'architecture' | 'noise'>,
  settings: InverseSettings,
  means: BenchmarkMeans,
  run: Run,
): Promise<MollifierRow[]> {
  const problem = inverseProblems[one.problem];
  const made: InverseOutcome[] = [];
  for (const derivatives of derivativeKinds) {
    const engine = means.openEngine();
    made.push(
      await trainInverse({ ...one, problem, derivatives }, settings, { engine, clock: means.clock }, run),
    );
  }
  const level = Math.max(...made.map(({ dataLoss }) => dataLoss));
  return made.map((outcome, k) => ({
    ...one,
    ...{ order: problem.order, derivatives: derivativeKinds[k], ...outcome },
    secondsToEqual: Number.isFinite(level) ? secondsTo(level, outcome) : NaN,
    trace: thinned(outcome.trace),
  }));
}

/**
 * Infers λ of three equations by three architectures, with derivatives by nested differentiation and by mollifiers, at
 * several levels of noise. Throws `usage` for unknown problems.
 */
export async function runMollifierSuite(
  spec: BenchmarkSpec,
  means: BenchmarkMeans,
  run: Run,
): Promise<MollifierReport> {
  const settings = inverseSettings(spec);
  const noises = noisesOf(spec);
  const names = chosenProblems(benchmarkProblems.mollifier, spec.problems);
  const cases = names.flatMap((problem) =>
    architectures.flatMap((architecture) => noises.map((noise) => ({ problem, architecture, noise }))),
  );
  const rows: MollifierRow[] = [];
  for (const [k, one] of cases.entries()) {
    const stage = `${inverseProblems[one.problem].title}, ${one.architecture}, noise ${100 * one.noise} %`;
    run.report({ stage, fraction: k / cases.length });
    rows.push(...(await comparePair(one, settings, means, run)));
  }
  run.report({ stage: 'training step', fraction: 1 });
  const step = await measureStep(
    trainingStep(),
    { engine: means.openEngine(), clock: means.clock },
    spec.quick ? 3 : 15,
    run,
  );
  const constants = names.map((problem) => ({ problem, relativeL2: constantError(problem, settings) }));
  return { suite: 'mollifier', settings, noises, rows, constants, step };
}
