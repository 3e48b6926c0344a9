import { factorPositive, solveFactored } from '../../kernels/cholesky.js';

/** Least squares and its variances from the products of the columns and, last, the data; NaN where none stands alone. */
export function leastSquares(products: readonly (readonly number[])[]): {
  best: Float64Array;
  variance: Float64Array;
} {
  const n = products.length - 1;
  const matrix = products.slice(0, n).map((row) => Float64Array.from(row.slice(0, n)));
  const best = Float64Array.from({ length: n }, (_, i) => products[i][n]);
  const variance = new Float64Array(n).fill(NaN);
  if (!factorPositive(matrix)) return { best: new Float64Array(n).fill(NaN), variance };
  solveFactored(matrix, best);
  for (let k = 0; k < n; k++) {
    const unit = new Float64Array(n);
    unit[k] = 1;
    solveFactored(matrix, unit);
    variance[k] = unit[k];
  }
  return { best, variance };
}
