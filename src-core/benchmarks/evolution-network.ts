import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import { holdBlocks } from '../networks/held-blocks.js';
import { mlpOutputs, startMlp } from '../networks/mlp.js';
import { columnOf } from '../networks/nested-derivatives.js';
import { randomStream } from '../random.js';
import type { EvolutionProblem, Standpoint } from './evolution-problem.js';

/** Sizes of the network that solves an evolution problem. */
export interface EvolutionNetworkSizes {
  readonly features: number;
  readonly width: number;
  readonly depth: number;
}

/**
 * A multilayer perceptron of features sin(kₓx + kₜt + b) with kₓ multiples of 2π/period, so that what it says is periodic
 * in x by construction.
 */
export interface EvolutionNetwork {
  readonly sizes: EvolutionNetworkSizes;
  readonly waves: {
    readonly inX: Float32Array;
    readonly inT: Float32Array;
    readonly phase: Float32Array;
  };
  readonly parameters: readonly ParameterBlock[];
}

/** The network of a problem before training, from a seed. */
export function startEvolutionNetwork(
  { waves: { highest, time }, period, fields }: EvolutionProblem,
  sizes: EvolutionNetworkSizes,
  seed: number,
): EvolutionNetwork {
  const stream = randomStream(seed);
  const { features, width, depth } = sizes;
  const draw = (of: (k: number) => number): Float32Array =>
    Float32Array.from({ length: features }, (_, k) => of(k));
  const inX = draw((k) => ((k % (highest + 1)) * 2 * Math.PI) / period);
  const inT = draw(() => time * stream.normal());
  const phase = draw(() => 2 * Math.PI * stream.uniform());
  const hidden = Array.from({ length: depth }, () => width);
  return {
    sizes,
    waves: { inX, inT, phase },
    parameters: startMlp([features, ...hidden, fields], stream),
  };
}

/** What a network with its parameters on a tape says at places and times. */
export type Ask = (x: Float32Array, t: Float32Array) => Standpoint;

/** A network on a tape, and its parameters there. */
export function askNetwork(
  tape: Tape,
  problem: EvolutionProblem,
  { sizes, waves, parameters }: EvolutionNetwork,
): { ask: Ask; variables: readonly Variable[] } {
  const { of, variables } = holdBlocks(tape, parameters);
  const row = (values: Float32Array): Variable => tape.constant(values, 1, values.length);
  const [inX, inT, phase] = [row(waves.inX), row(waves.inT), row(waves.phase)];
  const turn = Math.PI / (problem.right - problem.left);
  const ask: Ask = (places, moments) => {
    const x = tape.constant(places, places.length, 1);
    const t = tape.constant(moments, moments.length, 1);
    const angles = tape.binary(
      'add',
      tape.dense(x, { weights: inX, bias: phase }, false),
      tape.multiply(t, inT),
    );
    const outputs = mlpOutputs(tape, tape.unary('sine', angles), sizes.depth + 1, of);
    const fields = Array.from({ length: problem.fields }, (_, k) => columnOf(tape, outputs, k));
    // u = u(0) + (t/T)ᵖ·network: the start is met whatever the network says, and rest where p is 2.
    const since = tape.affine(t, 1 / problem.duration);
    const rise = problem.startsAtRest ? tape.binary('times', since, since) : since;
    const hold = (): Variable => tape.unary('sine', tape.affine(x, turn, -turn * problem.left));
    const factor = problem.isHeld ? tape.binary('times', rise, hold()) : rise;
    const begin = problem.startOn(tape, x);
    const change = (field: Variable): Variable => tape.binary('times', field, factor);
    return { x, t, fields: fields.map((field, k) => tape.binary('add', change(field), begin[k])) };
  };
  return { ask, variables };
}
