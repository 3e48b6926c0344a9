import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import { CoreError } from '../errors.js';
import type { RandomStream } from '../random.js';

/** Trainable numbers of one layer, row-major: weights from × to, bias of length to. */
export interface DenseLayer {
  readonly from: number;
  readonly to: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/**
 * A multilayer perceptron with tanh between its layers and none after the last; weights after Glorot and Bengio (2010),
 * normally distributed, biases 0. `sizes` from the inputs to the outputs. Throws `usage` for a size that is no positive
 * whole number.
 */
export function startMlp(sizes: readonly number[], stream: RandomStream): DenseLayer[] {
  const wrong = sizes.find((size) => !(Number.isInteger(size) && size > 0));
  if (wrong !== undefined || sizes.length < 2) {
    throw new CoreError({
      tag: 'usage',
      message: `A network of the widths ${sizes.join(', ')} cannot be made.`,
      hint: 'Use whole widths of 1 or more, from the inputs to the outputs; 128 is usual.',
    });
  }
  return sizes.slice(1).map((to, k) => {
    const from = sizes[k];
    const sd = Math.sqrt(2 / (from + to));
    const weights = Float32Array.from({ length: from * to }, () => sd * stream.normal());
    return { from, to, weights, bias: new Float32Array(to) };
  });
}

/** A layer's numbers on a tape, to be differentiated by. */
export interface HeldLayer {
  readonly weights: Variable;
  readonly bias: Variable;
}

/** The network's outputs (points × outputs) at inputs (points × inputs). */
export function mlpOutputs(tape: Tape, inputs: Variable, layers: readonly HeldLayer[]): Variable {
  return layers.reduce((values, layer, k) => tape.dense(values, layer, k < layers.length - 1), inputs);
}
