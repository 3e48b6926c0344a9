import { breathe, type Run } from '../run.js';
import { reflect, reflectorOf } from './orthonormal-rows.js';

/** Eigenvalues from the largest to the smallest, and the eigenvectors in that order as rows, of length 1. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** A symmetric tridiagonal matrix seen in a basis of orthonormal rows. */
interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Entry k couples k and k + 1; the last is 0. */
  readonly offDiagonal: Float64Array;
  readonly basis: Float64Array;
}

/** Places from `low` to `high` of a tridiagonal matrix, coupled to nothing else. */
interface Stretch {
  readonly low: number;
  readonly high: number;
}

/** Steps per eigenvalue after which the rest is taken as it stands; three are usual. */
const mostSteps = 40;

/** A ← H A H of the rows and columns beyond k, with the reflection H = 1 − τ v vᵀ. */
function reflectBothSides(a: Float64Array, v: Float64Array, factor: number, k: number): void {
  const n = v.length;
  const w = new Float64Array(n);
  let along = 0;
  for (let i = k + 1; i < n; i++) {
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += a[i * n + j] * v[j];
    w[i] = factor * sum;
    along += w[i] * v[i];
  }
  const share = (factor * along) / 2;
  for (let i = k + 1; i < n; i++) w[i] -= share * v[i];
  for (let i = k + 1; i < n; i++) {
    for (let j = k + 1; j < n; j++) a[i * n + j] -= v[i] * w[j] + w[i] * v[j];
  }
}

/** The rows of the product of the reflections, transposed: the basis in which the matrix is tridiagonal. */
async function gathered(reflectors: Float64Array, factors: Float64Array, run: Run): Promise<Float64Array> {
  const n = factors.length;
  const basis = new Float64Array(n * n);
  for (let i = 0; i < n; i++) basis[i * n + i] = 1;
  for (let k = n - 3; k >= 0; k--) {
    const v = reflectors.subarray(k * n, (k + 1) * n);
    for (let i = k + 1; i < n; i++) reflect(basis.subarray(i * n, (i + 1) * n), v, factors[k], k + 1);
    await breathe(run);
  }
  return basis;
}

/** Householder's reduction of a symmetric matrix (Golub and Van Loan, Matrix Computations, alg. 8.3.1); uses up `a`. */
async function tridiagonalised(a: Float64Array, n: number, run: Run): Promise<Tridiagonal> {
  const reflectors = new Float64Array(n * n);
  const factors = new Float64Array(n);
  const offDiagonal = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const v = reflectors.subarray(k * n, (k + 1) * n);
    const row = a.subarray(k * n, (k + 1) * n);
    factors[k] = reflectorOf(v, row, k + 1);
    reflectBothSides(a, v, factors[k], k);
    reflect(row, v, factors[k], k + 1);
    offDiagonal[k] = row[k + 1];
    await breathe(run);
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i]);
  return { diagonal, offDiagonal, basis: await gathered(reflectors, factors, run) };
}

/** Rows k and k + 1 of the basis turned in their plane. */
function turnRows(basis: Float64Array, [k, n]: readonly [number, number], c: number, s: number): void {
  const end = (k + 1) * n;
  for (let i = k * n; i < end; i++) {
    const upper = basis[i];
    const lower = basis[i + n];
    basis[i] = c * upper + s * lower;
    basis[i + n] = c * lower - s * upper;
  }
}

/** Wilkinson's shift: the eigenvalue of the last 2 × 2 corner that is nearer to its last entry. */
function shiftOf({ diagonal, offDiagonal }: Tridiagonal, high: number): number {
  const half = (diagonal[high - 1] - diagonal[high]) / 2;
  const off = offDiagonal[high - 1];
  const root = Math.sqrt(half * half + off * off);
  return diagonal[high] - (off * off) / (half < 0 ? half - root : half + root);
}

/** One implicit QR step on a stretch (Golub and Van Loan, Matrix Computations, alg. 8.3.2). */
function chaseBulge(matrix: Tridiagonal, { low, high }: Stretch): void {
  const { diagonal: d, offDiagonal: e, basis } = matrix;
  let x = d[low] - shiftOf(matrix, high);
  let z = e[low];
  for (let k = low; k < high; k++) {
    const length = Math.sqrt(x * x + z * z);
    const [c, s] = length > 0 ? [x / length, z / length] : [1, 0];
    if (k > low) e[k - 1] = length;
    const [a, b, off] = [d[k], d[k + 1], e[k]];
    d[k] = c * c * a + 2 * c * s * off + s * s * b;
    d[k + 1] = s * s * a - 2 * c * s * off + c * c * b;
    e[k] = c * s * (b - a) + (c * c - s * s) * off;
    x = e[k];
    z = s * e[k + 1];
    if (k < high - 1) e[k + 1] *= c;
    turnRows(basis, [k, d.length], c, s);
  }
}

/** The last stretch that is still coupled, ending at most at `high`; null where there is none. */
function coupledStretch({ diagonal, offDiagonal }: Tridiagonal, high: number): Stretch | null {
  const isCut = (k: number): boolean =>
    Math.abs(offDiagonal[k]) <= 1e-16 * (Math.abs(diagonal[k]) + Math.abs(diagonal[k + 1])) + 1e-40;
  while (high > 0 && isCut(high - 1)) offDiagonal[--high] = 0;
  if (high === 0) return null;
  let low = high - 1;
  while (low > 0 && !isCut(low - 1)) low--;
  if (low > 0) offDiagonal[low - 1] = 0;
  return { low, high };
}

async function diagonalise(matrix: Tridiagonal, run: Run): Promise<void> {
  let stretch = coupledStretch(matrix, matrix.diagonal.length - 1);
  for (let steps = mostSteps * matrix.diagonal.length; stretch && steps > 0; steps--) {
    chaseBulge(matrix, stretch);
    await breathe(run);
    stretch = coupledStretch(matrix, stretch.high);
  }
}

/**
 * Eigenvalues and eigenvectors of a symmetric n × n matrix, accurate to rounding of its largest entry. Of eigenvalues that are
 * equal the vectors are some orthonormal basis of their space. A matrix of zeros gives the axes. The argument, of which both
 * halves are read, is not changed. Householder reduction and implicit QR steps (Golub and Van Loan, Matrix Computations, 8.3).
 */
export async function symmetricEigen(matrix: Float64Array, n: number, run: Run): Promise<SymmetricEigen> {
  const scale = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const reduced = await tridiagonalised(
    matrix.map((value) => value / scale),
    n,
    run,
  );
  await diagonalise(reduced, run);
  const order = Array.from(reduced.diagonal.keys()).sort((i, j) => reduced.diagonal[j] - reduced.diagonal[i]);
  return {
    values: Float64Array.from(order, (k) => scale * reduced.diagonal[k]),
    vectors: rowsInOrder(reduced.basis, order),
  };
}

/** The rows of a matrix in another order: row i is row order[i]. */
export function rowsInOrder(values: Float64Array, order: readonly number[]): Float64Array {
  const n = values.length / order.length;
  const out = new Float64Array(values.length);
  order.forEach((from, i) => {
    out.set(values.subarray(from * n, (from + 1) * n), i * n);
  });
  return out;
}
