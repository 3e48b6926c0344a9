import type { Engine } from '../../compute/engine.js';
import { startTape, type Tape } from '../../compute/tape.js';
import type { Variable } from '../../compute/variable.js';
import type { ParameterBlock } from '../../data/parameter-block.js';
import { breathe, type Run } from '../../run.js';
import type { LossData, LossTerm } from './equation-loss.js';
import {
  type HeldRows,
  holdRows,
  type MadeRows,
  makeRows,
  pullRows,
  termsOn,
  type TrainedProblem,
} from './trained-problem.js';

/** The loss of some parameters, what of it falls to each part, and its gradient. */
export interface TrainingLoss {
  readonly loss: number;
  readonly terms: readonly { readonly name: string; readonly value: number }[];
  readonly heldOut: number;
  readonly gradient: readonly ParameterBlock[];
  /** The gradients of the parts without their weights, where they were asked for. */
  readonly parts: readonly (readonly ParameterBlock[])[] | null;
  /** λ at the cells looked at; null where it is taken point by point. */
  readonly rate: Float32Array | null;
}

/** What the loss compares with: on the cells trained on, and on those held out. */
export interface LossSets {
  readonly trained: LossData;
  readonly held: LossData;
}

/** How a loss is taken: on which cells, its parts weighed how, with the gradient of each part or not. */
export interface LossRequest {
  readonly cells: Int32Array;
  readonly data: LossSets;
  readonly weights: readonly number[];
  readonly byPart: boolean;
}

const weighted = (tape: Tape, terms: readonly LossTerm[], weights: readonly number[]): Variable =>
  terms
    .map(({ value }, k) => tape.affine(value, weights[k]))
    .reduce((sum, part) => tape.binary('add', sum, part));

/** Mean squared error per channel and held-out cell; NaN where none is held out. */
function heldOutOf(tape: Tape, held: HeldRows, posed: TrainedProblem, data: LossData): number {
  const terms = termsOn(tape, held, posed, data);
  const channels = terms.filter(({ name }) => name.endsWith('chromatin'));
  const sum = channels.reduce((total, { value }) => total + tape.engine.read(value.tensor)[0], 0);
  return sum / channels.length;
}

async function gradientOf(
  y: Variable,
  { tape, held, made, posed }: { tape: Tape; held: HeldRows; made: MadeRows; posed: TrainedProblem },
  run: Run,
): Promise<ParameterBlock[]> {
  const leaves = held.rateLeaf === null ? [held.signalLeaf] : [held.signalLeaf, held.rateLeaf];
  const [signal, rate] = tape.gradients(y, leaves).map(({ tensor }) => tape.engine.read(tensor));
  await breathe(run);
  return pullRows(posed, made, { signal, rate: held.rateLeaf === null ? null : rate }, run);
}

/** The loss of a trained problem at some parameters, with its gradient. */
export async function trainingLoss(
  posed: TrainedProblem,
  blocks: readonly ParameterBlock[],
  { engine, request }: { engine: Engine; request: LossRequest },
  run: Run,
): Promise<TrainingLoss> {
  const made = await makeRows(posed, blocks, { cells: request.cells, engine }, run);
  const tape = startTape(engine);
  try {
    const held = holdRows(tape, posed, made);
    await breathe(run);
    const terms = termsOn(tape, held, posed, request.data.trained);
    const total = weighted(tape, terms, request.weights);
    const scope = { tape, held, made, posed };
    const gradient = await gradientOf(total, scope, run);
    const parts: ParameterBlock[][] = [];
    if (request.byPart) for (const { value } of terms) parts.push(await gradientOf(value, scope, run));
    return {
      loss: engine.read(total.tensor)[0],
      terms: terms.map(({ name, value }) => ({ name, value: engine.read(value.tensor)[0] })),
      heldOut: heldOutOf(tape, held, posed, request.data.held),
      gradient,
      parts: request.byPart ? parts : null,
      rate: held.rows.rate === null ? null : engine.read(held.rows.rate.tensor),
    };
  } finally {
    tape.clear();
    made.signal.release();
    made.rate?.release();
  }
}
