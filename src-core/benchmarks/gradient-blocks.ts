import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { ParameterBlock } from '../data/parameter-block.js';

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

/** The mean of a variable's squares, a number. */
export function meanSquare(tape: Tape, a: Variable): Variable {
  const count = a.tensor.rows * a.tensor.columns;
  return tape.affine(tape.sum('all', tape.binary('times', a, a)), 1 / count);
}
