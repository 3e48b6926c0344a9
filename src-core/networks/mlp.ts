import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import type { RandomStream } from '../random.js';
import { denseNamed, type HeldBlocks, startDense, tanhNamed } from './held-blocks.js';

/** Widths of a multilayer perceptron from its inputs to its outputs. */
type Widths = readonly number[];

const nameOf = (layer: number): string => `layer ${layer + 1}`;

/** A multilayer perceptron: tanh after every layer but the last. */
export function startMlp(widths: Widths, stream: RandomStream): ParameterBlock[] {
  return widths.slice(1).flatMap((to, k) => startDense(nameOf(k), widths[k], to, stream));
}

/** Its outputs (points × outputs) at inputs (points × inputs). */
export function mlpOutputs(tape: Tape, inputs: Variable, layers: number, of: HeldBlocks): Variable {
  let values = inputs;
  for (let k = 0; k < layers - 1; k++) values = tanhNamed(tape, values, nameOf(k), of);
  return denseNamed(tape, values, nameOf(layers - 1), of);
}
