import type { Engine } from '../compute/engine.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import { CoreError } from '../errors.js';
import {
  type GradientHistory,
  gradientAlignment,
  interStepAlignment,
  recordGradient,
  startHistory,
} from '../optimizers/gradient-alignment.js';
import type { Evaluate } from '../optimizers/lbfgs.js';
import { randomStream } from '../random.js';
import { breathe, type Run } from '../run.js';
import {
  distanceFrom,
  drawBatch,
  evolutionLoss,
  type EvolutionTask,
  halfGradients,
} from './evolution-loss.js';
import {
  type EvolutionNetwork,
  type EvolutionNetworkSizes,
  startEvolutionNetwork,
} from './evolution-network.js';
import type { EvolutionProblem, Reference } from './evolution-problem.js';
import { type Descent, type OptimizerName, startDescent } from './descent.js';

/** How long and with what a network is trained. */
export interface RaceSettings {
  readonly sizes: EvolutionNetworkSizes;
  /** Points of the residuals. */
  readonly points: number;
  /** Seconds of training, and the most gradients. */
  readonly seconds: number;
  readonly mostGradients: number;
  /** Places that errors are measured on, about. */
  readonly places: number;
  /** Gradients from one measurement to the next. */
  readonly every: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** How a training stood: after so many gradients and seconds of training. */
export interface RacePoint {
  readonly gradients: number;
  readonly seconds: number;
  /** Relative L2 distance from the solution. */
  readonly error: number;
  readonly loss: number;
  /** Alignment of the gradients of the loss of both halves of the time at this step; NaN for none. */
  readonly within: number;
  /** Mean alignment of successive gradients since the last point; NaN for none. */
  readonly between: number;
}

/** A training from its start to its end. */
export interface Race {
  readonly optimizer: OptimizerName;
  readonly points: readonly RacePoint[];
  /** done: time or gradients were used up · diverged: a number was no longer finite. */
  readonly outcome: 'done' | 'diverged';
  /** What happened, where it did not go to its end; otherwise empty. */
  readonly note: string;
}

/** Who runs: a problem with its solution, on an engine, by a clock of seconds. */
export interface RaceEntry {
  readonly engine: Engine;
  readonly problem: EvolutionProblem;
  readonly reference: Reference;
  readonly clock: () => number;
}

interface Standing {
  readonly gradients: number;
  readonly seconds: number;
}

/** One leg, between two renewals: what it changed, with the losses and alignments on the way. */
interface Leg extends Standing {
  readonly loss: number;
  readonly within: number;
  readonly between: number;
}

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Steps until the leg's gradients are used up, or the time is. */
async function descend(
  descent: Descent,
  evaluate: Evaluate,
  { most, isOver }: { most: number; isOver: () => boolean },
  run: Run,
): Promise<{ gradients: number; loss: number; between: number }> {
  let history: GradientHistory = startHistory(2);
  const alignments: number[] = [];
  let [gradients, loss] = [0, NaN];
  while (gradients < most && !isOver()) {
    await breathe(run);
    const step = await descent.step(evaluate, run);
    gradients += step.gradients;
    loss = step.loss;
    history = recordGradient(history, step.gradient);
    if (history.directions.length === 2) alignments.push(interStepAlignment(history));
    if (step.isStuck) break;
  }
  return { gradients, loss, between: meanOf(alignments) };
}

/** What is trained: an optimiser's parameters, and the network that has them. */
interface Trainee {
  readonly descent: Descent;
  readonly networkOf: (parameters: readonly ParameterBlock[]) => EvolutionNetwork;
}

async function runLeg(
  { engine, problem, clock }: RaceEntry,
  settings: RaceSettings,
  { descent, networkOf, standing }: Trainee & { readonly standing: Standing },
  run: Run,
): Promise<Leg> {
  const begun = clock();
  const seconds = (): number => standing.seconds + clock() - begun;
  const stream = randomStream(settings.seed + 1 + standing.gradients);
  const first = drawBatch(problem, settings.points, stream);
  const task = (parameters: readonly ParameterBlock[]): EvolutionTask => ({
    ...{ engine, problem, network: networkOf(parameters) },
  });
  const { gradients, slabs } = halfGradients(task(descent.parameters()), first);
  const { needsFixedLoss } = descent;
  const evaluate: Evaluate = (parameters) => {
    const batch = needsFixedLoss ? first : drawBatch(problem, settings.points, stream);
    return Promise.resolve(evolutionLoss(task(parameters), batch, needsFixedLoss ? slabs : null));
  };
  descent.renew();
  const isOver = (): boolean => seconds() >= settings.seconds;
  const made = await descend(descent, evaluate, { most: settings.every, isOver }, run);
  const total = standing.gradients + Math.max(1, made.gradients);
  const within = gradientAlignment(gradients);
  return { ...made, within, gradients: total, seconds: seconds() };
}

/**
 * Trains a network on a problem for a time. Points and causal weights are new at every gradient, for an optimiser that
 * needs a fixed loss only every `every` gradients; after so many the distance from the solution is measured, with the clock
 * stopped. A training that diverges ends there, and its outcome says so.
 */
export async function runRace(
  entry: RaceEntry,
  optimizer: OptimizerName,
  settings: RaceSettings,
  run: Run,
): Promise<Race> {
  const first = startEvolutionNetwork(entry.problem, settings.sizes, settings.seed);
  const networkOf = (parameters: readonly ParameterBlock[]): EvolutionNetwork => ({ ...first, parameters });
  const descent = startDescent(optimizer, first.parameters, settings.learningRate);
  const points: RacePoint[] = [];
  const measure = (leg: Omit<RacePoint, 'error'>): void => {
    const { engine, problem, reference } = entry;
    const error = distanceFrom({ engine, problem, network: networkOf(descent.parameters()) }, reference);
    points.push({
      gradients: leg.gradients,
      seconds: leg.seconds,
      error,
      loss: leg.loss,
      within: leg.within,
      between: leg.between,
    });
  };
  measure({ gradients: 0, seconds: 0, loss: NaN, within: NaN, between: NaN });
  let standing: Standing = { gradients: 0, seconds: 0 };
  try {
    while (standing.seconds < settings.seconds && standing.gradients < settings.mostGradients) {
      const leg = await runLeg(entry, settings, { descent, standing, networkOf }, run);
      measure(leg);
      standing = leg;
      run.report({ stage: entry.problem.title, fraction: Math.min(1, leg.seconds / settings.seconds) });
    }
  } catch (error) {
    if (!(error instanceof CoreError) || (error.tag !== 'model' && error.tag !== 'memory')) throw error;
    const note = `after ${standing.gradients} gradients: ${error.message}`;
    return { optimizer, points, outcome: 'diverged', note };
  }
  return { optimizer, points, outcome: 'done', note: '' };
}
