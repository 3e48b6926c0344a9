import type { Engine } from '../compute/engine.js';
import { startTape, type Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import { causalWeights } from '../optimizers/causal-weights.js';
import type { LossWeights } from '../optimizers/loss-balance.js';
import type { RandomStream } from '../random.js';
import { askNetwork, type Ask, type EvolutionNetwork } from './evolution-network.js';
import type { EvolutionProblem, Reference } from './evolution-problem.js';
import { gradientBlocks, meanSquare, weightedSum } from './gradient-blocks.js';

/** Slabs of time that residuals are gathered in. */
const slabs = 16;

/** Where residuals are asked for, slab of time after slab, and places at time 0 with the fields there. */
export interface EvolutionBatch {
  readonly x: Float32Array;
  readonly t: Float32Array;
  readonly startX: Float32Array;
  readonly start: readonly Float32Array[];
}

/** What a loss is weighted by: its terms, and the slabs of time (null: by the residuals as they stand). */
export interface LossWeighting {
  readonly terms: LossWeights;
  readonly slabs: readonly number[] | null;
}

/** A loss and its gradient, its terms without their weights, and the weights of the slabs. */
export interface EvolutionLoss {
  readonly loss: number;
  readonly gradient: readonly ParameterBlock[];
  readonly terms: readonly number[];
  readonly slabs: readonly number[];
}

/** What is trained: the problem, its network with the parameters as they stand, and the engine. */
export interface EvolutionTask {
  readonly engine: Engine;
  readonly problem: EvolutionProblem;
  readonly network: EvolutionNetwork;
}

/** The names of the terms of a problem's loss. */
export function termNames({ startsAtRest }: EvolutionProblem): string[] {
  return ['equation', 'start', ...(startsAtRest ? ['rest'] : [])];
}

/** Random points: as many in every slab of time (rounded up), and a quarter as many places at the start. */
export function drawBatch(
  { left, right, duration, start }: EvolutionProblem,
  points: number,
  stream: RandomStream,
): EvolutionBatch {
  const count = slabs * Math.ceil(points / slabs);
  const place = (): number => left + (right - left) * stream.uniform();
  const x = Float32Array.from({ length: count }, place);
  const t = Float32Array.from(
    { length: count },
    (_, i) => ((Math.floor((i * slabs) / count) + stream.uniform()) * duration) / slabs,
  );
  const startX = Float32Array.from({ length: Math.ceil(points / 4) }, place);
  const values = Array.from(startX, (at) => start(at));
  return { x, t, startX, start: values[0].map((_, k) => Float32Array.from(values, (each) => each[k])) };
}

/** Mean squares of the residuals by slab of time. */
function slabLosses(tape: Tape, residuals: readonly Variable[]): number[] {
  const sums = new Array<number>(slabs).fill(0);
  for (const { tensor } of residuals) {
    const values = tape.engine.read(tensor);
    const size = values.length / slabs;
    values.forEach((value, i) => (sums[Math.floor(i / size)] += (value * value) / size));
  }
  return sums;
}

interface Terms {
  readonly values: readonly Variable[];
  readonly slabs: readonly number[];
}

function termsOn(
  tape: Tape,
  problem: EvolutionProblem,
  { ask, batch }: { ask: Ask; batch: EvolutionBatch },
  fixed: readonly number[] | null,
): Terms {
  const residuals = problem.residuals(tape, ask(batch.x, batch.t));
  const weights = fixed ?? causalWeights(slabLosses(tape, residuals), problem.causality);
  const count = batch.x.length;
  const roots = Float32Array.from({ length: count }, (_, i) =>
    Math.sqrt(weights[Math.floor((i * slabs) / count)]),
  );
  const column = tape.constant(roots, count, 1);
  const squares = residuals.map((residual) => meanSquare(tape, tape.binary('times', residual, column)));
  const begin = ask(batch.startX, new Float32Array(batch.startX.length));
  const off = begin.fields.map((field, k) =>
    meanSquare(tape, tape.binary('subtract', field, tape.constant(batch.start[k], batch.startX.length, 1))),
  );
  const sum = (parts: readonly Variable[]): Variable => parts.reduce((a, b) => tape.binary('add', a, b));
  const values = [sum(squares), sum(off)];
  if (problem.startsAtRest) {
    const speeds = begin.fields.map((field) => tape.gradients(field, [begin.t])[0]);
    values.push(sum(speeds.map((speed) => meanSquare(tape, tape.affine(speed, problem.duration / 10)))));
  }
  return { values, slabs: weights };
}

/** The loss of a network on a batch, with its gradient. */
export function evolutionLoss(
  { engine, problem, network }: EvolutionTask,
  batch: EvolutionBatch,
  weighting: LossWeighting,
): EvolutionLoss {
  const tape = startTape(engine);
  try {
    const { ask, variables } = askNetwork(tape, problem, network);
    const { values, slabs: used } = termsOn(tape, problem, { ask, batch }, weighting.slabs);
    const loss = weightedSum(tape, values, weighting.terms);
    const gradient = gradientBlocks(tape, loss, { parameters: network.parameters, variables });
    const numberOf = ({ tensor }: Variable): number => engine.read(tensor)[0];
    return { loss: numberOf(loss), gradient, terms: values.map(numberOf), slabs: used };
  } finally {
    tape.clear();
  }
}

/** The gradient of every term by itself, without its weight, and the weights of the slabs as they stand. */
export function termGradients(
  { engine, problem, network }: EvolutionTask,
  batch: EvolutionBatch,
): { gradients: readonly (readonly ParameterBlock[])[]; slabs: readonly number[] } {
  const tape = startTape(engine);
  try {
    const { ask, variables } = askNetwork(tape, problem, network);
    const { values, slabs: used } = termsOn(tape, problem, { ask, batch }, null);
    const standing = { parameters: network.parameters, variables };
    return { gradients: values.map((term) => gradientBlocks(tape, term, standing)), slabs: used };
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
