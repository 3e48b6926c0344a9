import type { Engine } from '../compute/engine.js';
import { startTape, type Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import { gradientBlocks } from '../networks/held-blocks.js';
import { causalWeights } from '../optimizers/causal-weights.js';
import type { RandomStream } from '../random.js';
import { askNetwork, type Ask, type EvolutionNetwork } from './evolution-network.js';
import type { EvolutionProblem, Reference } from './evolution-problem.js';
import { meanSquare } from './mean-square.js';

/** Slabs of time that residuals are gathered in. */
const slabs = 16;

/** Where residuals are asked for, slab of time after slab. */
export interface EvolutionBatch {
  readonly x: Float32Array;
  readonly t: Float32Array;
}

/** A loss and its gradient. */
export interface EvolutionLoss {
  readonly loss: number;
  readonly gradient: readonly ParameterBlock[];
}

/** What is trained: the problem, its network with the parameters as they stand, and the engine. */
export interface EvolutionTask {
  readonly engine: Engine;
  readonly problem: EvolutionProblem;
  readonly network: EvolutionNetwork;
}

/** Random points, as many in every slab of time (rounded up). */
export function drawBatch(
  { left, right, duration }: EvolutionProblem,
  points: number,
  stream: RandomStream,
): EvolutionBatch {
  const count = slabs * Math.ceil(points / slabs);
  const x = Float32Array.from({ length: count }, () => left + (right - left) * stream.uniform());
  const t = Float32Array.from(
    { length: count },
    (_, i) => ((Math.floor((i * slabs) / count) + stream.uniform()) * duration) / slabs,
  );
  return { x, t };
}

/** Mean squares of the residuals by slab of time. */
function slabLosses(tape: Tape, residuals: readonly Variable[]): number[] {
  const sums = new Array<number>(slabs).fill(0);
  for (const { tensor } of residuals) {
    const values = tape.engine.read(tensor);
    const size = values.length / slabs;
    values.forEach((value, i) => {
      sums[Math.floor(i / size)] += (value * value) / size;
    });
  }
  return sums;
}

/** The parts of a loss: mean squared residuals of the first and of the second half of the time. */
interface Halves {
  readonly values: readonly Variable[];
  readonly slabs: readonly number[];
}

function halvesOn(
  tape: Tape,
  problem: EvolutionProblem,
  { ask, batch }: { ask: Ask; batch: EvolutionBatch },
  fixed: readonly number[] | null,
): Halves {
  const residuals = problem.residuals(tape, ask(batch.x, batch.t));
  const weights = fixed ?? causalWeights(slabLosses(tape, residuals), problem.causality);
  const count = batch.x.length;
  const roots = Float32Array.from({ length: count }, (_, i) =>
    Math.sqrt(weights[Math.floor((i * slabs) / count)]),
  );
  const column = tape.constant(roots, count, 1);
  const weighted = residuals.map((residual) => tape.binary('times', residual, column));
  const half = (first: number, last: number): Variable =>
    weighted
      .map((residual) => tape.affine(meanSquare(tape, tape.slice(residual, first, last)), 0.5))
      .reduce((a, b) => tape.binary('add', a, b));
  return { values: [half(0, count / 2), half(count / 2, count)], slabs: weights };
}

/**
 * The loss of a network on a batch, with its gradient: mean squared residual, each slab of time weighted by how far those
 * before it are solved (`slabWeights`; null: as the residuals stand).
 */
export function evolutionLoss(
  { engine, problem, network }: EvolutionTask,
  batch: EvolutionBatch,
  slabWeights: readonly number[] | null,
): EvolutionLoss {
  const tape = startTape(engine);
  try {
    const { ask, variables } = askNetwork(tape, problem, network);
    const { values } = halvesOn(tape, problem, { ask, batch }, slabWeights);
    const loss = tape.binary('add', values[0], values[1]);
    const gradient = gradientBlocks(tape, loss, { parameters: network.parameters, variables });
    return { loss: engine.read(loss.tensor)[0], gradient };
  } finally {
    tape.clear();
  }
}

/** The gradients of the loss of the first and of the second half of the time, and the slabs' weights as they stand. */
export function halfGradients(
  { engine, problem, network }: EvolutionTask,
  batch: EvolutionBatch,
): { gradients: readonly (readonly ParameterBlock[])[]; slabs: readonly number[] } {
  const tape = startTape(engine);
  try {
    const { ask, variables } = askNetwork(tape, problem, network);
    const { values, slabs: used } = halvesOn(tape, problem, { ask, batch }, null);
    const standing = { parameters: network.parameters, variables };
    return { gradients: values.map((half) => gradientBlocks(tape, half, standing)), slabs: used };
  } finally {
    tape.clear();
  }
}

/** Relative L2 distance of a network from a reference, over all fields, places and times. */
export function distanceFrom(
  { engine, problem, network }: EvolutionTask,
  { places, times, values }: Reference,
): number {
  const tape = startTape(engine);
  try {
    const count = places.length * times.length;
    const x = Float32Array.from({ length: count }, (_, i) => places[i % places.length]);
    const t = Float32Array.from({ length: count }, (_, i) => times[Math.floor(i / places.length)]);
    const { fields } = askNetwork(tape, problem, network).ask(x, t);
    let [off, whole] = [0, 0];
    fields.forEach(({ tensor }, field) => {
      engine.read(tensor).forEach((value, i) => {
        const known = values[Math.floor(i / places.length)][field * places.length + (i % places.length)];
        off += (value - known) ** 2;
        whole += known * known;
      });
    });
    return Math.sqrt(off / whole);
  } finally {
    tape.clear();
  }
}
