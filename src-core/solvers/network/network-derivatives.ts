import type { MollifierDerivative } from '../../kernels/differential-operator.js';
import { columnOf, nestedLaplacian, nestedSlopes } from '../../networks/nested-derivatives.js';
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

/**
 * Derivatives of a network's outputs by differentiating the network itself, nested four deep: the baseline that the
 * mollifier layer is compared with. Per output the rows of `derivativeRows`.
 */
export const nestedRows: NetworkRows = (tape, inputs, outputs) => {
  const count = outputs.tensor.columns;
  return Array.from({ length: count }, (_, k) => {
    const u = columnOf(tape, outputs, k);
    const slopes = nestedSlopes(tape, u, inputs);
    const laplacian = nestedLaplacian(tape, slopes, inputs);
    const bilaplacian = nestedLaplacian(tape, nestedSlopes(tape, laplacian, inputs), inputs);
    return [u, laplacian, bilaplacian, ...slopes].map((row) => tape.transpose(row));
  }).flat();
};
