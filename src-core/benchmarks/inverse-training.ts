import type { Engine } from '../compute/engine.js';
import { CoreError } from '../errors.js';
import { type Architecture, type Network, startNetwork } from '../networks/network.js';
import { breathe, type Run } from '../run.js';
import { correlationOf, relativeError } from '../statistics/agreement.js';
import { type OptimizerName, startDescent } from './descent.js';
import { inverseData } from './inverse-data.js';
import { type DerivativeKind, inverseLayer, inverseLoss, type InverseTask } from './inverse-loss.js';
import type { InverseProblem } from './inverse-problem.js';

/** What is trained and for how long. */
export interface InverseSettings {
  /** Voxels of an interval, and along each side of a square. */
  readonly voxels: { readonly 1: number; readonly 2: number };
  readonly width: number;
  readonly depth: number;
  readonly steps: number;
  /** Seconds after which a training ends even if steps are left. */
  readonly mostSeconds: number;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly seed: number;
}

/** One training: the equation, the network, the derivatives and the noise (over the fields' root mean square). */
export interface InverseCase {
  readonly problem: InverseProblem;
  readonly architecture: Architecture;
  readonly derivatives: DerivativeKind;
  readonly noise: number;
}

/** How it went. */
export interface InverseOutcome {
  /** done · time: stopped by the clock · memory: more than the engine may take · diverged. */
  readonly outcome: 'done' | 'time' | 'memory' | 'diverged';
  readonly note: string;
  readonly steps: number;
  readonly seconds: number;
  /** Median time of a step; NaN where there was none. */
  readonly stepMs: number;
  readonly peakBytes: number;
  /** The least loss of the data. */
  readonly dataLoss: number;
  /** λ against the truth at the last step; null where there was no step or λ is constant. */
  readonly correlation: number | null;
  readonly relativeL2: number | null;
  /** The data's loss at the start of every step, and the seconds then. */
  readonly trace: readonly { readonly seconds: number; readonly dataLoss: number }[];
}

const waves = 2.5;

function networkFor(
  { problem, architecture }: InverseCase,
  { width, depth, seed }: InverseSettings,
): Network {
  const { dimensions } = problem;
  return startNetwork({
    ...{ architecture, width, seed, inputs: dimensions },
    outputs: problem.name === 'chromatin' ? 3 : 2,
    // A PirateNet's block has three layers.
    depth: architecture === 'piratenet' ? Math.max(1, Math.round(depth / 3)) : depth,
    waves: architecture === 'pinnsformer' ? null : new Array<number>(dimensions).fill(waves),
    step: 0.02,
  });
}

const middle = (values: readonly number[]): number =>
  values.length === 0 ? NaN : [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

interface Progressing {
  rate: Float32Array | null;
  readonly trace: { seconds: number; dataLoss: number }[];
  readonly stepMs: number[];
}

async function train(
  task: InverseTask,
  settings: InverseSettings,
  { clock, standing }: { clock: () => number; standing: Progressing },
  run: Run,
): Promise<'done' | 'time'> {
  const descent = startDescent(settings.optimizer, task.network.parameters, settings.learningRate);
  const begun = clock();
  for (let k = 0; k < settings.steps; k++) {
    await breathe(run);
    const start = clock();
    if (k > 0 && start - begun > settings.mostSeconds) return 'time';
    await descent.step((parameters) => {
      const { loss, gradient, dataLoss, rate } = inverseLoss(task, parameters);
      standing.rate = rate;
      standing.trace.push({ seconds: clock() - begun, dataLoss });
      return Promise.resolve({ loss, gradient });
    }, run);
    standing.stepMs.push(1000 * (clock() - start));
  }
  return 'done';
}

/** The kind of end that an error is; throws what is none. */
function endOf(error: unknown): { outcome: 'memory' | 'diverged'; note: string } {
  if (error instanceof CoreError && error.tag === 'memory') return { outcome: 'memory', note: error.message };
  if (error instanceof CoreError && error.tag === 'model')
    return { outcome: 'diverged', note: error.message };
  throw error;
}

/** Trains one network; what did not work is said in the outcome and not thrown. `engine` is to be a new one. */
export async function trainInverse(
  one: InverseCase,
  settings: InverseSettings,
  { engine, clock }: { engine: Engine; clock: () => number },
  run: Run,
): Promise<InverseOutcome> {
  const { problem, derivatives, noise } = one;
  const data = inverseData(problem, settings.voxels[problem.dimensions], noise, settings.seed + 100);
  const layer = derivatives === 'mollifier' ? inverseLayer(problem, data) : null;
  const task = { engine, problem, data, layer, network: networkFor(one, settings) };
  const standing: Progressing = { rate: null, trace: [], stepMs: [] };
  const begun = clock();
  const end = await train(task, settings, { clock, standing }, run)
    .then((outcome) => ({ outcome, note: '' }))
    .catch(endOf);
  const rate = standing.rate === null ? null : Float64Array.from(standing.rate);
  return {
    ...end,
    steps: standing.stepMs.length,
    seconds: clock() - begun,
    stepMs: middle(standing.stepMs),
    peakBytes: engine.memory().most,
    dataLoss: Math.min(...standing.trace.map(({ dataLoss }) => dataLoss)),
    correlation: rate && correlationOf(rate, data.rate),
    relativeL2: rate && relativeError(rate, data.rate),
    trace: standing.trace,
  };
}
