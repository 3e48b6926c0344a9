import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import type { RandomStream } from '../random.js';

/** Trainable blocks on a tape, by name; throws for a name that there is none of. */
export type HeldBlocks = (name: string) => Variable;

/** The blocks on a tape, a vector as one row, and the variables in the blocks' order, to be differentiated by. */
export function holdBlocks(
  tape: Tape,
  blocks: readonly ParameterBlock[],
): { readonly of: HeldBlocks; readonly variables: readonly Variable[] } {
  const variables = blocks.map(({ shape, values }) =>
    shape.length === 2 ? tape.constant(values, shape[0], shape[1]) : tape.constant(values, 1, shape[0]),
  );
  const byName = new Map(blocks.map(({ name }, k) => [name, variables[k]]));
  const of: HeldBlocks = (name) => {
    const found = byName.get(name);
    if (found === undefined) throw new Error(`The network has no block ${name}.`);
    return found;
  };
  return { of, variables };
}

/**
 * Weights (from × to) and bias of one layer: weights normally distributed with the variance of Glorot and Bengio (2010),
 * 2/(from + to), bias 0.
 */
export function startDense(name: string, from: number, to: number, stream: RandomStream): ParameterBlock[] {
  const sd = Math.sqrt(2 / (from + to));
  const weights = Float32Array.from({ length: from * to }, () => sd * stream.normal());
  return [
    { name: `${name} weights`, shape: [from, to], values: weights },
    { name: `${name} bias`, shape: [to], values: new Float32Array(to) },
  ];
}

/** The layer of `startDense` on held blocks. */
export function denseNamed(tape: Tape, x: Variable, name: string, of: HeldBlocks): Variable {
  return tape.dense(x, { weights: of(`${name} weights`), bias: of(`${name} bias`) }, false);
}

/** The same and then tanh. */
export function tanhNamed(tape: Tape, x: Variable, name: string, of: HeldBlocks): Variable {
  return tape.dense(x, { weights: of(`${name} weights`), bias: of(`${name} bias`) }, true);
}

/** The gradient of a number on a tape as blocks of the parameters' names and shapes. */
export function gradientBlocks(
  tape: Tape,
  loss: Variable,
  { parameters, variables }: { parameters: readonly ParameterBlock[]; variables: readonly Variable[] },
): ParameterBlock[] {
  return tape.gradients(loss, variables).map(({ tensor }, k) => ({
    ...parameters[k],
    values: tape.engine.read(tensor),
  }));
}
