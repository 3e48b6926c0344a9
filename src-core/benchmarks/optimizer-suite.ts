import type { Run } from '../run.js';
import {
  type BenchmarkMeans,
  benchmarkProblems,
  type BenchmarkSpec,
  chosenProblems,
} from './benchmark-spec.js';
import { type OptimizerName, optimizerNames } from './descent.js';
import { evolutionProblems, flowsLeftOut } from './evolution-equations.js';
import type { EvolutionName } from './evolution-problem.js';
import { type Race, type RacePoint, type RaceSettings, runRace } from './optimizer-race.js';

/** How an optimiser stood at some place of its training; errors are relative L2. */
export interface RaceScore {
  readonly optimizer: OptimizerName;
  readonly outcome: Race['outcome'];
  readonly note: string;
  /** At the end of the time. */
  readonly atTime: { readonly error: number; readonly gradients: number; readonly seconds: number };
  /** After as many gradients as the slowest of the three made. */
  readonly atGradients: { readonly error: number; readonly gradients: number; readonly seconds: number };
  readonly msPerGradient: number;
  /** Means over the training. */
  readonly within: number;
  readonly between: number;
}

/** One problem: how the three went. */
export interface OptimizerComparison {
  readonly problem: EvolutionName;
  readonly title: string;
  readonly equation: string;
  readonly reference: string;
  readonly scores: readonly RaceScore[];
  readonly races: readonly Race[];
  /** Error of Adam over that of SOAP, at equal time and at equal numbers of gradients. */
  readonly soapOverAdam: { readonly atTime: number; readonly atGradients: number };
}

/** The suite's outcome. */
export interface OptimizerReport {
  readonly suite: 'optimizers';
  readonly settings: RaceSettings;
  readonly comparisons: readonly OptimizerComparison[];
  readonly leftOut: typeof flowsLeftOut;
}

/** How long and with what every network is trained. */
function raceSettings({ quick, seed, seconds }: BenchmarkSpec): RaceSettings {
  const full = { points: 512, every: 50, places: 128, sizes: { features: 32, width: 32, depth: 3 } };
  const small = { points: 128, every: 10, places: 32, sizes: { features: 16, width: 16, depth: 2 } };
  return {
    ...(quick ? small : full),
    ...{ seconds: seconds ?? (quick ? 0.5 : 25), mostGradients: 1e9, learningRate: 3e-3, seed },
  };
}

const meanOf = (values: readonly number[]): number => {
  const known = values.filter((value) => Number.isFinite(value));
  return known.length === 0 ? NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
};

/** The last measurement at or before so many gradients. */
function standingAt({ points }: Race, gradients: number): RacePoint {
  return points.findLast((point) => point.gradients <= gradients) ?? points[0];
}

function scoreOf(race: Race, gradients: number): RaceScore {
  const { optimizer, outcome, note, points } = race;
  const last = points[points.length - 1];
  const part = (point: RacePoint) => ({
    ...{ error: point.error, gradients: point.gradients, seconds: point.seconds },
  });
  return {
    ...{ optimizer, outcome, note },
    atTime: part(last),
    atGradients: part(standingAt(race, gradients)),
    msPerGradient: (1000 * last.seconds) / last.gradients,
    within: meanOf(points.map(({ within }) => within)),
    between: meanOf(points.map(({ between }) => between)),
  };
}

async function compare(
  name: EvolutionName,
  settings: RaceSettings,
  { openEngine, clock }: BenchmarkMeans,
  run: Run,
): Promise<OptimizerComparison> {
  const problem = evolutionProblems[name];
  run.report({ stage: `${problem.title}: reference`, fraction: 0 });
  const reference = await problem.solve(settings.places, run);
  const races: Race[] = [];
  for (const optimizer of optimizerNames) {
    races.push(await runRace({ engine: openEngine(), problem, reference, clock }, optimizer, settings, run));
  }
  const fewest = Math.min(...races.map(({ points }) => points[points.length - 1].gradients));
  const scores = races.map((race) => scoreOf(race, fewest));
  const ratio = (at: 'atTime' | 'atGradients'): number => {
    const errorOf = (wanted: OptimizerName): number =>
      scores.find(({ optimizer }) => optimizer === wanted)?.[at].error ?? NaN;
    return errorOf('adam') / errorOf('soap');
  };
  const { title, equation, reference: known } = problem;
  return {
    ...{ problem: name, title, equation, reference: known, scores, races },
    soapOverAdam: { atTime: ratio('atTime'), atGradients: ratio('atGradients') },
  };
}

/** Trains the same network by Adam, L-BFGS and SOAP for the same time on each problem. Throws `usage` for unknown problems. */
export async function runOptimizerSuite(
  spec: BenchmarkSpec,
  means: BenchmarkMeans,
  run: Run,
): Promise<OptimizerReport> {
  const settings = raceSettings(spec);
  const names = chosenProblems(benchmarkProblems.optimizers, spec.problems);
  const comparisons: OptimizerComparison[] = [];
  for (const name of names) comparisons.push(await compare(name, settings, means, run));
  return { suite: 'optimizers', settings, comparisons, leftOut: flowsLeftOut };
}
