import { breathe, type Run } from '../run.js';
import type { SymmetricOperator } from './lanczos.js';
import { dot } from './vectors.js';

/** When to stop: after `limit` steps, or once the residual (in the preconditioner's norm) is `tolerance` of the right side. */
export interface GradientStop {
  readonly limit: number;
  readonly tolerance: number;
}

/** A linear system with a symmetric positive definite matrix, and a preconditioner of the same kind. */
export interface SymmetricSystem {
  readonly apply: SymmetricOperator;
  readonly precondition: SymmetricOperator;
}

/**
 * Solves apply(x) = right by preconditioned conjugate gradients (Golub and Van Loan, Matrix Computations, ch. 11) from
 * the start `from`. A zero right side gives zero.
 */
export async function conjugateGradients(
  { apply, precondition }: SymmetricSystem,
  [right, from]: readonly [Float64Array, Float64Array],
  { limit, tolerance }: GradientStop,
  run: Run,
): Promise<{ x: Float64Array; steps: number }> {
  const x = Float64Array.from(from);
  const first = await apply(x, run);
  const residual = right.map((v, i) => v - first[i]);
  const least = tolerance ** 2 * dot(right, await precondition(right, run));
  let z = await precondition(residual, run);
  const direction = Float64Array.from(z);
  let size = dot(residual, z);
  let steps = 0;
  while (steps < limit && size > least) {
    const image = await apply(direction, run);
    const step = size / dot(direction, image);
    for (let i = 0; i < x.length; i++) {
      x[i] += step * direction[i];
      residual[i] -= step * image[i];
    }
    z = await precondition(residual, run);
    const next = dot(residual, z);
    for (let i = 0; i < x.length; i++) direction[i] = z[i] + (next / size) * direction[i];
    size = next;
    steps++;
    await breathe(run);
  }
  return { x, steps };
}
