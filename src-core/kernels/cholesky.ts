/**
 * Turns column j of the lower part of a symmetric positive definite A, whose columns before it are done, into that of its
 * Cholesky factor, in place; false where A is close to singular.
 */
export function factorColumn(a: readonly Float64Array[], j: number): boolean {
  const scale = a[j][j];
  for (let k = 0; k < j; k++) a[j][j] -= a[j][k] ** 2;
  if (!(a[j][j] > 1e-10 * scale)) return false;
  a[j][j] = Math.sqrt(a[j][j]);
  for (let i = j + 1; i < a.length; i++) {
    for (let k = 0; k < j; k++) a[i][j] -= a[i][k] * a[j][k];
    a[i][j] /= a[j][j];
  }
  return true;
}

/** Solves L Lᵀ x = b in place of b. */
export function solveFactored(factor: readonly Float64Array[], b: Float64Array): void {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    const row = factor[i];
    let left = b[i];
    for (let k = 0; k < i; k++) left -= row[k] * b[k];
    b[i] = left / row[i];
  }
  // Row by row, as the factor lies in memory.
  for (let i = n - 1; i >= 0; i--) {
    const row = factor[i];
    const value = b[i] / row[i];
    b[i] = value;
    for (let k = 0; k < i; k++) b[k] -= row[k] * value;
  }
}

/** The Cholesky factor of a symmetric positive definite A in place of it; false where A is close to singular. */
export function factorPositive(a: readonly Float64Array[]): boolean {
  return a.every((_, j) => factorColumn(a, j));
}

/** Solves A c = b for a symmetric positive definite A by Cholesky, in place; false where A is close to singular. */
export function solvePositive(a: readonly Float64Array[], b: Float64Array): boolean {
  if (!factorPositive(a)) return false;
  solveFactored(a, b);
  return true;
}
