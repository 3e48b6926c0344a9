import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';

/** The mean of a variable's squares, a number. */
export function meanSquare(tape: Tape, a: Variable): Variable {
  const count = a.tensor.rows * a.tensor.columns;
  return tape.affine(tape.sum('all', tape.binary('times', a, a)), 1 / count);
}
