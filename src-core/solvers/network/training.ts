import type { Engine } from '../../compute/engine.js';
import { plainEngine } from '../../compute/plain-engine.js';
import { CoreError } from '../../errors.js';
import { adamDefaults, startAdam, stepAdam } from '../../optimizers/adam.js';
import {
  type GradientHistory,
  gradientAlignment,
  interStepAlignment,
  recordGradient,
  startHistory,
} from '../../optimizers/gradient-alignment.js';
import { lbfgsDefaults, startLbfgs, stepLbfgs } from '../../optimizers/lbfgs.js';
import { balancedWeights, gradientNorm, startWeights } from '../../optimizers/loss-balance.js';
import { divergence } from '../../optimizers/parameters.js';
import { soapDefaults, startSoap, stepSoap } from '../../optimizers/soap.js';
import type { ParameterBlock } from '../../data/parameter-block.js';
import { randomStream } from '../../random.js';
import { breathe } from '../../run.js';
import type { NetworkChoice } from './network-choice.js';
import { dataOf, type TrainedProblem } from './trained-problem.js';
import { type LossSets, type TrainingLoss, trainingLoss } from './training-loss.js';
import type { TrainingRun } from './training-run.js';
import type { TrainingStep } from '../solver.js';
import { type OptimizerState, resumable, type TrainingState } from './training-state.js';

/** How training ended. */
export interface Trained {
  readonly state: TrainingState;
  readonly stopped: 'steps' | 'held-out' | 'user' | 'settled';
  /** The engine that it ended on, and whether another was lost on the way. */
  readonly engine: Engine;
  readonly lostEngine: boolean;
}

/** Cells that a differentiated network is looked at per step: nested derivatives take a hundred times the memory. */
const batchCells = 1024;
/** The parts of the loss are looked at one by one every so many steps. */
const partsEvery = 10;
/** A state to fall back on is kept every so many steps. */
const keptEvery = 20;
const mostFalls = 3;
const slowdown = 0.3;
const pointsKept = 200;
/** A loss has at most so many parts. */
const mostTerms = 4;
const warmUpShare = 0.1;
const lastRate = 0.02;
/** Highest learning rates: what lies on a grid is near its place from the start, a network is not. */
const rates = { grid: { adam: 0.02, soap: 0.02 }, network: { adam: 2e-3, soap: 3e-3 } } as const;

function startOptimizer({ optimizer }: NetworkChoice, blocks: readonly ParameterBlock[]): OptimizerState {
  if (optimizer === 'lbfgs') return { kind: 'lbfgs', state: startLbfgs() };
  return optimizer === 'soap'
    ? { kind: 'soap', state: startSoap(blocks) }
    : { kind: 'adam', state: startAdam(blocks) };
}

function signatureOf({ cells, choice, by }: TrainedProblem, blocks: readonly ParameterBlock[]): string {
  const { architecture, under, derivatives, rateFrom, optimizer, seed } = choice;
  const sizes = blocks.map(({ shape }) => shape.join('×')).join(' ');
  const checksum = cells.phiE.reduce((sum, v, i) => sum + v * (1 + (i % 7)), 0).toPrecision(12);
  const how = [architecture, under, derivatives, rateFrom, optimizer, seed, by.equation].join(' ');
  return `${how} | ${cells.grid.shape.join('×')} | ${checksum} | ${sizes}`;
}

function freshState(posed: TrainedProblem, start: readonly ParameterBlock[]): TrainingState {
  return {
    version: 1,
    signature: signatureOf(posed, start),
    step: 0,
    blocks: start,
    optimizer: startOptimizer(posed.choice, start),
    weights: startWeights(mostTerms),
    slower: 1,
    best: { step: 0, heldOut: Infinity, blocks: start },
    history: [],
  };
}

/** Everything that changes while training, and what it changes with. */
interface Trainer {
  readonly posed: TrainedProblem;
  readonly run: TrainingRun;
  readonly fixed: LossSets | null;
  state: TrainingState;
  engine: Engine;
  lost: boolean;
  gradients: GradientHistory;
  /** To fall back on, and how often it was. */
  kept: TrainingState;
  falls: number;
}

const isNested = ({ layer }: TrainedProblem): boolean => layer === null;

/** The cells of a step: all, or for a differentiated network a few drawn by a stream of the step's own. */
function cellsOf({ inside, choice, layer }: TrainedProblem, step: number): Int32Array {
  if (layer !== null || inside.length <= batchCells) return inside;
  // L-BFGS asks for one loss throughout.
  const stream = randomStream(choice.seed + 1000 + (choice.optimizer === 'lbfgs' ? 0 : step));
  return Int32Array.from({ length: batchCells }, () => inside[Math.floor(stream.uniform() * inside.length)]);
}

const setsOf = (posed: TrainedProblem, cells: Int32Array): LossSets => ({
  trained: dataOf(posed, posed.trained, cells),
  held: dataOf(posed, posed.held, cells),
});

async function lossAt(
  trainer: Trainer,
  blocks: readonly ParameterBlock[],
  byPart: boolean,
): Promise<TrainingLoss> {
  const { posed, fixed, state, run } = trainer;
  const cells = cellsOf(posed, state.step);
  const request = { cells, data: fixed ?? setsOf(posed, cells), weights: state.weights, byPart };
  const found = await trainingLoss(posed, blocks, { engine: trainer.engine, request }, run);
  if (!Number.isFinite(found.loss)) throw divergence('the loss');
  return found;
}

/** It rises, stays at its peak for half of the steps, and falls to a fiftieth in the other half. */
function learningRate({ choice }: TrainedProblem, { step, slower }: TrainingState): number {
  const { optimizer, under, steps } = choice;
  const peak = choice.learningRate ?? (optimizer === 'lbfgs' ? 1 : rates[under][optimizer]);
  const half = Math.ceil(steps / 2);
  const rise = Math.min(1, (step + 1) / Math.ceil(warmUpShare * steps));
  return slower * peak * rise * lastRate ** (Math.max(0, step - half) / half);
}

interface Advance {
  readonly blocks: readonly ParameterBlock[];
  readonly optimizer: OptimizerState;
  readonly loss: TrainingLoss;
  readonly settled: boolean;
}

/** L-BFGS takes the loss as often as its line search asks. */
async function advanceByLines(
  trainer: Trainer,
  state: Extract<OptimizerState, { kind: 'lbfgs' }>,
): Promise<Advance> {
  const { state: standing, run } = trainer;
  const first = await lossAt(trainer, standing.blocks, standing.step % partsEvery === 0);
  const evaluate = async (blocks: readonly ParameterBlock[]): Promise<TrainingLoss> =>
    blocks === standing.blocks ? first : lossAt(trainer, blocks, false);
  const next = await stepLbfgs(
    { parameters: standing.blocks, state: state.state },
    evaluate,
    lbfgsDefaults,
    run,
  );
  return {
    blocks: next.parameters,
    optimizer: { kind: 'lbfgs', state: next.state },
    loss: first,
    settled: next.outcome !== 'descended',
  };
}

async function advance(trainer: Trainer): Promise<Advance> {
  const { state, posed, run } = trainer;
  const { optimizer } = state;
  if (optimizer.kind === 'lbfgs') return advanceByLines(trainer, optimizer);
  const loss = await lossAt(trainer, state.blocks, state.step % partsEvery === 0);
  const rate = { learningRate: learningRate(posed, state) };
  if (optimizer.kind === 'soap') {
    const settings = { ...soapDefaults, ...rate };
    const next = await stepSoap(
      { parameters: state.blocks, state: optimizer.state },
      loss.gradient,
      settings,
      run,
    );
    return { blocks: next.parameters, optimizer: { kind: 'soap', state: next.state }, loss, settled: false };
  }
  const standing = { parameters: state.blocks, state: optimizer.state };
  const next = stepAdam(standing, loss.gradient, { ...adamDefaults, ...rate });
  return { blocks: next.parameters, optimizer: { kind: 'adam', state: next.state }, loss, settled: false };
}

/** The weights of the parts, drawn towards equal pulls where one of them is the equation's. */
function nextWeights({ posed, state }: Trainer, { terms, parts }: TrainingLoss): readonly number[] {
  const isBalanced = terms.some(({ name }) => name === 'equation') && posed.choice.optimizer !== 'lbfgs';
  if (!isBalanced || parts === null) return state.weights;
  return balancedWeights(state.weights.slice(0, terms.length), parts.map(gradientNorm));
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function pointOf(trainer: Trainer, { loss }: Advance): TrainingStep {
  const { state, gradients } = trainer;
  return {
    step: state.step + 1,
    losses: loss.terms,
    heldOut: loss.heldOut,
    within: loss.parts === null ? null : orNull(gradientAlignment(loss.parts)),
    between: gradients.directions.length < 2 ? null : orNull(interStepAlignment(gradients)),
  };
}

function withPoint(
  history: readonly TrainingStep[],
  point: TrainingStep,
  { steps }: NetworkChoice,
): readonly TrainingStep[] {
  const every = Math.max(1, Math.ceil(steps / pointsKept / partsEvery) * partsEvery);
  const isKept = (point.step - 1) % every === 0 || point.step === steps;
  return isKept ? [...history, point] : history;
}

/** λ at the cells inside as a picture of the middle plane, NaN elsewhere. */
function previewOf({ cells, inside, layer, meanRate }: TrainedProblem, { rate }: TrainingLoss) {
  if (rate === null || layer === null) return undefined;
  const [nz, ny, nx] = cells.grid.shape;
  const first = Math.floor(nz / 2) * ny * nx;
  const values = new Float32Array(ny * nx).fill(NaN);
  for (const cell of inside) if (cell >= first && cell < first + ny * nx) values[cell - first] = rate[cell];
  return { shape: [ny, nx] as const, values, level: meanRate };
}

/** One step: parameters moved, and what is told of it. */
async function makeStep(trainer: Trainer): Promise<boolean> {
  const { state, posed, run } = trainer;
  const made = await advance(trainer);
  trainer.gradients = recordGradient(trainer.gradients, made.loss.gradient);
  const point = pointOf(trainer, made);
  const { heldOut } = made.loss;
  const isBest = heldOut < state.best.heldOut || !Number.isFinite(heldOut);
  trainer.state = {
    ...state,
    step: state.step + 1,
    blocks: made.blocks,
    optimizer: made.optimizer,
    weights: nextWeights(trainer, made.loss),
    // The loss is of the blocks that the step began with.
    best: isBest ? { step: state.step, heldOut, blocks: state.blocks } : state.best,
    history: withPoint(state.history, point, posed.choice),
  };
  const { steps } = posed.choice;
  const preview = state.step % partsEvery === 0 ? previewOf(posed, made.loss) : undefined;
  run.report({
    stage: 'train',
    fraction: point.step / steps,
    training: { ...point, steps, ...(preview && { preview }) },
  });
  return made.settled;
}

/** Back to the last state kept, with smaller steps; throws where that did not help before. */
function fallBack(trainer: Trainer, cause: CoreError): void {
  trainer.falls++;
  if (trainer.falls > mostFalls) {
    throw new CoreError({
      tag: 'model',
      message: `The training ran away ${trainer.falls} times, at last at step ${trainer.state.step + 1}: ${cause.message}`,
      hint: 'Use a lower learning rate, another optimiser, or more points.',
    });
  }
  trainer.state = { ...trainer.kept, slower: trainer.kept.slower * slowdown ** trainer.falls };
  trainer.gradients = startHistory(2);
}

/** The plain engine in place of one that was lost; throws what it threw where the plain one did. */
function replaceEngine(trainer: Trainer, cause: unknown): void {
  if (trainer.lost) throw cause;
  trainer.lost = true;
  trainer.engine = plainEngine();
}

async function safeStep(trainer: Trainer): Promise<boolean> {
  try {
    return await makeStep(trainer);
  } catch (error) {
    if (!(error instanceof CoreError)) replaceEngine(trainer, error);
    else if (error.tag === 'model') fallBack(trainer, error);
    else throw error;
    return false;
  }
}

function openEngine({ engine }: TrainingRun): { engine: Engine; lost: boolean } {
  if (engine === undefined) return { engine: plainEngine(), lost: false };
  try {
    return { engine: engine(), lost: false };
  } catch (error) {
    if (error instanceof CoreError && error.tag === 'cancelled') throw error;
    return { engine: plainEngine(), lost: true };
  }
}

function stopOf({ state, posed, run }: Trainer, settled: boolean): Trained['stopped'] | null {
  const { steps, patience } = posed.choice;
  if (run.enough?.aborted === true) return 'user';
  if (state.step >= steps) return 'steps';
  if (patience > 0 && state.step - state.best.step > patience) return 'held-out';
  return settled ? 'settled' : null;
}

/**
 * Trains until the steps are done, the held-out error has not fallen for as long as `patience` says, or the user has enough.
 * A step that runs away is taken back to the last state kept and gone on from with a lower learning rate; an engine that is
 * lost is replaced by the plain one. Throws `model` where training runs away again and again, `usage` for a saved state of
 * something else.
 */
export async function train(
  posed: TrainedProblem,
  start: readonly ParameterBlock[],
  run: TrainingRun,
): Promise<Trained> {
  const fresh = freshState(posed, start);
  const resume = run.checkpoints?.resume(fresh.signature) ?? null;
  const state = resume === null ? fresh : resumable(resume, fresh.signature);
  const trainer: Trainer = {
    ...{ posed, run, state, kept: state, falls: 0 },
    ...openEngine(run),
    fixed: isNested(posed) ? null : setsOf(posed, posed.inside),
    gradients: startHistory(2),
  };
  let stopped = stopOf(trainer, false);
  while (stopped === null) {
    await breathe(run);
    const settled = await safeStep(trainer);
    if (trainer.state.step % keptEvery === 0) {
      trainer.kept = trainer.state;
      run.checkpoints?.save(trainer.state);
    }
    stopped = stopOf(trainer, settled);
  }
  run.checkpoints?.save(trainer.state);
  return { state: trainer.state, stopped, engine: trainer.engine, lostEngine: trainer.lost };
}
