import { breathe, type Run } from '../run.js';
import { addScaled, dot } from './vectors.js';

/** A linear system A x = b as two procedures, and how far to solve it. */
export interface KrylovSystem {
  /** out ← A x. */
  readonly apply: (out: Float64Array, x: Float64Array, run: Run) => Promise<void>;
  /** out ← an approximation of A⁻¹ r; may differ from call to call. */
  readonly precondition: (out: Float64Array, r: Float64Array, run: Run) => Promise<void>;
  /** ‖b − A x‖/‖b‖ at which to stop. */
  readonly tolerance: number;
  /** Most iterations, and most pairs of vectors held. */
  readonly limit: number;
  /** Vectors kept between solves; starts empty. */
  readonly basis: Float64Array[];
  readonly directions: Float64Array[];
}

/** What a solve took: iterations, and the relative residual ‖b − A x‖/‖b‖ it reached. */
export interface KrylovOutcome {
  readonly iterations: number;
  readonly residual: number;
}

/** Column k of the Hessenberg matrix turned triangular, with the rotation that did it. */
interface Rotated {
  readonly column: number[];
  readonly cosine: number;
  readonly sine: number;
}

/**
 * out ← x with A x ≈ rhs, by flexible GMRES without restart from x = 0 (Saad 1993). Stops at the system's
 * tolerance or limit, whichever comes first; a zero right side gives zero.
 */
export async function solveGmres(
  out: Float64Array,
  rhs: Float64Array,
  system: KrylovSystem,
  run: Run,
): Promise<KrylovOutcome> {
  out.fill(0);
  const size = Math.sqrt(dot(rhs, rhs));
  if (size === 0) return { iterations: 0, residual: 0 };
  const { basis, directions, tolerance, limit } = system;
  scaledInto(vectorAt(basis, 0, rhs.length), rhs, 1 / size);
  const rotations: Rotated[] = [];
  const right = [size];
  while (rotations.length < limit && Math.abs(right[rotations.length]) > tolerance * size) {
    const k = rotations.length;
    const direction = vectorAt(directions, k, rhs.length);
    await system.precondition(direction, basis[k], run);
    const next = vectorAt(basis, k + 1, rhs.length);
    await system.apply(next, direction, run);
    const rotated = rotate(await orthogonalise(next, basis, k, run), rotations);
    rotations.push(rotated);
    right.push(-rotated.sine * right[k]);
    right[k] *= rotated.cosine;
  }
  const weights = backSubstitute(rotations, right);
  for (const [k, weight] of weights.entries()) {
    await breathe(run);
    addScaled(out, directions[k], weight);
  }
  return { iterations: weights.length, residual: Math.abs(right[weights.length]) / size };
}

/** Makes `vector` orthogonal to basis[0..k] and of unit length; returns its coefficients and its length. */
async function orthogonalise(
  vector: Float64Array,
  basis: readonly Float64Array[],
  k: number,
  run: Run,
): Promise<number[]> {
  const column: number[] = [];
  for (let j = 0; j <= k; j++) {
    await breathe(run);
    const along = dot(vector, basis[j]);
    column.push(along);
    addScaled(vector, basis[j], -along);
  }
  const length = Math.sqrt(dot(vector, vector));
  column.push(length);
  if (length > 0) scaledInto(vector, vector, 1 / length);
  return column;
}

function rotate(column: number[], earlier: readonly Rotated[]): Rotated {
  const k = earlier.length;
  earlier.forEach(({ cosine, sine }, j) => {
    const upper = cosine * column[j] + sine * column[j + 1];
    column[j + 1] = cosine * column[j + 1] - sine * column[j];
    column[j] = upper;
  });
  const length = Math.hypot(column[k], column[k + 1]);
  const [cosine, sine] = length === 0 ? [1, 0] : [column[k] / length, column[k + 1] / length];
  column[k] = length;
  return { column, cosine, sine };
}

function backSubstitute(rotations: readonly Rotated[], right: readonly number[]): number[] {
  const weights = new Array<number>(rotations.length).fill(0);
  for (let i = rotations.length - 1; i >= 0; i--) {
    let sum = right[i];
    for (let j = i + 1; j < rotations.length; j++) sum -= rotations[j].column[i] * weights[j];
    const pivot = rotations[i].column[i];
    weights[i] = pivot === 0 ? 0 : sum / pivot;
  }
  return weights;
}

function vectorAt(vectors: Float64Array[], index: number, length: number): Float64Array {
  if (vectors.length <= index) vectors.push(new Float64Array(length));
  return vectors[index];
}

function scaledInto(out: Float64Array, x: Float64Array, factor: number): void {
  for (let i = 0; i < out.length; i++) out[i] = factor * x[i];
}
