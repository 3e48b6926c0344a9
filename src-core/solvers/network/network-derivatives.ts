import type { Tape } from '../../compute/tape.js';
import type { Variable } from '../../compute/variable.js';
import type { MollifierDerivative } from '../../kernels/differential-operator.js';
import type { NetworkRows } from './field-source.js';

/** Rows that every signal is given as: itself, ∇², ∇⁴, and its slope along each axis; per L0. */
export const derivativeRows = { value: 0, laplacian: 1, bilaplacian: 2, slopes: 3 } as const;

const slope = (axis: number): MollifierDerivative => [
  Number(axis === 0),
  Number(axis === 1),
  Number(axis === 2),
];

/** The same rows as derivatives of a mollifier, along the given axes. */
export function mollifierRows(axes: readonly number[]): MollifierDerivative[] {
  return ['identity', 'laplacian', 'bilaplacian', ...axes.map(slope)];
}

const unitColumn = (tape: Tape, size: number, at: number): Variable => {
  const values = new Float32Array(size);
  values[at] = 1;
  return tape.constant(values, size, 1);
};

/** Gradients of every point's u with respect to its own inputs, one column per input. */
function slopesOf(tape: Tape, u: Variable, inputs: Variable): Variable[] {
  const [gradient] = tape.gradients(u, [inputs]);
  const size = gradient.tensor.columns;
  return Array.from({ length: size }, (_, k) => tape.multiply(gradient, unitColumn(tape, size, k)));
}

function laplacianOf(tape: Tape, slopes: readonly Variable[], inputs: Variable): Variable {
  return slopes
    .map((each, k) => slopesOf(tape, each, inputs)[k])
    .reduce((sum, part) => tape.binary('add', sum, part));
}

/**
 * Derivatives of a network's outputs by differentiating the network itself, nested four deep: the baseline that the
 * mollifier layer is compared with. Per output the rows of `derivativeRows`.
 */
export const nestedRows: NetworkRows = (tape, inputs, outputs) => {
  const count = outputs.tensor.columns;
  return Array.from({ length: count }, (_, k) => {
    const u = count === 1 ? outputs : tape.multiply(outputs, unitColumn(tape, count, k));
    const slopes = slopesOf(tape, u, inputs);
    const laplacian = laplacianOf(tape, slopes, inputs);
    const bilaplacian = laplacianOf(tape, slopesOf(tape, laplacian, inputs), inputs);
    return [u, laplacian, bilaplacian, ...slopes].map((row) => tape.transpose(row));
  }).flat();
};
