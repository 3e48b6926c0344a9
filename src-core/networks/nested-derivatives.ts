import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';

/** One column of a matrix, as a matrix. */
export function columnOf(tape: Tape, a: Variable, column: number): Variable {
  const { columns } = a.tensor;
  if (columns === 1) return a;
  const chosen = Float32Array.from({ length: columns }, (_, k) => Number(k === column));
  return tape.multiply(a, tape.constant(chosen, columns, 1));
}

/** The slopes of a column y that depends on places (points × inputs) point by point, one column per input. */
export function nestedSlopes(tape: Tape, y: Variable, places: Variable): Variable[] {
  const [slopes] = tape.gradients(y, [places]);
  return Array.from({ length: places.tensor.columns }, (_, axis) => columnOf(tape, slopes, axis));
}

/** ∇² of a column from its slopes, by nested differentiation. */
export function nestedLaplacian(tape: Tape, slopes: readonly Variable[], places: Variable): Variable {
  return slopes
    .map((slope, axis) => columnOf(tape, tape.gradients(slope, [places])[0], axis))
    .reduce((a, b) => tape.binary('add', a, b));
}
