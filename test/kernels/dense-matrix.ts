/** A square matrix as rows. */
export type Matrix = readonly Float64Array[];

/** The matrix whose entry (i, j) is f(i, j). */
export function matrixOf(n: number, f: (i: number, j: number) => number): Matrix {
  return Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => f(i, j)));
}

/** Scalar product. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Matrix times vector. */
export function times(m: Matrix, x: ArrayLike<number>): Float64Array {
  return Float64Array.from(m, (row) => dot(row, x));
}

/** Matrix times matrix. */
export function product(a: Matrix, b: Matrix): Matrix {
  const n = b.length;
  return a.map((row) => {
    const out = new Float64Array(n);
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) out[j] += row[k] * b[k][j];
    return out;
  });
}

/** Gaussian elimination with partial pivoting: x of m·x = right, and log |det m|. */
export function eliminate(m: Matrix, right: ArrayLike<number>): { x: Float64Array; logDeterminant: number } {
  const n = m.length;
  const a = m.map((row, i) => Float64Array.from([...row, right[i]]));
  let logDeterminant = 0;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i][k]) > Math.abs(a[pivot][k])) pivot = i;
    [a[k], a[pivot]] = [a[pivot], a[k]];
    logDeterminant += Math.log(Math.abs(a[k][k]));
    for (let i = k + 1; i < n; i++) {
      const factor = a[i][k] / a[k][k];
      if (factor !== 0) for (let j = k; j <= n; j++) a[i][j] -= factor * a[k][j];
    }
  }
  const x = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = a[i][n];
    for (let j = i + 1; j < n; j++) sum -= a[i][j] * x[j];
    x[i] = sum / a[i][i];
  }
  return { x, logDeterminant };
}

/** Eigenvalues of a symmetric matrix, and eigenvectors as rows, by Jacobi's cyclic rotations. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Matrix;
}

function rotate(a: Matrix, vectors: Matrix, p: number, q: number): void {
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const mix = (u: Float64Array, v: Float64Array): void => {
    for (let k = 0; k < u.length; k++) [u[k], v[k]] = [c * u[k] - s * v[k], s * u[k] + c * v[k]];
  };
  mix(a[p], a[q]);
  for (const row of a) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
  mix(vectors[p], vectors[q]);
}

/** Eigenvalues and eigenvectors of a symmetric matrix. */
export function symmetricEigen(m: Matrix): Eigen {
  const n = m.length;
  const a = m.map((row) => Float64Array.from(row));
  const vectors = matrixOf(n, (i, j) => (i === j ? 1 : 0));
  const size = Math.sqrt(a.reduce((sum, row) => sum + dot(row, row), 0));
  for (let sweep = 0; sweep < 30; sweep++) {
    let largest = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        largest = Math.max(largest, Math.abs(a[p][q]));
        if (Math.abs(a[p][q]) > 1e-15 * size) rotate(a, vectors, p, q);
      }
    }
    if (largest < 1e-13 * size) break;
  }
  return { values: Float64Array.from(a, (row, i) => row[i]), vectors };
}

/** f(m) of a symmetric matrix, from its eigen-decomposition. */
export function functionOf({ values, vectors }: Eigen, f: (x: number) => number): Matrix {
  const n = values.length;
  const scaled = Float64Array.from(values, f);
  const out = matrixOf(n, () => 0);
  for (let k = 0; k < n; k++) {
    const v = vectors[k];
    for (let i = 0; i < n; i++) {
      const weight = scaled[k] * v[i];
      for (let j = 0; j < n; j++) out[i][j] += weight * v[j];
    }
  }
  return out;
}
