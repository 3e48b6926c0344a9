import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../../src-core/kernels/symmetric-eigen.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';
import { dot, matrixOf, symmetricEigen as jacobi, times } from './dense-matrix.js';

const stream = randomStream(4);

/** Σ over `rank` random vectors of v vᵀ, whose weights fall by `fall` from one to the next. */
function randomSymmetric(n: number, rank: number, fall: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let k = 0; k < rank; k++) {
    const v = Float64Array.from({ length: n }, () => stream.normal());
    for (let place = 0; place < n * n; place++) {
      out[place] += fall ** k * v[Math.floor(place / n)] * v[place % n];
    }
  }
  return out;
}

async function checkEigen(matrix: Float64Array, n: number): Promise<Float64Array> {
  const { values, vectors } = await symmetricEigen(matrix, n, quietRun);
  const rows = matrixOf(n, (i, j) => matrix[i * n + j]);
  const scale = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  for (let k = 0; k < n; k++) {
    const vector = vectors.subarray(k * n, (k + 1) * n);
    const image = times(rows, vector);
    for (let i = 0; i < n; i++) {
      expect(Math.abs(image[i] - values[k] * vector[i])).toBeLessThan(1e-13 * n * scale);
    }
    for (let j = 0; j <= k; j++) {
      const overlap = dot(vector, vectors.subarray(j * n, (j + 1) * n));
      expect(Math.abs(overlap - (j === k ? 1 : 0))).toBeLessThan(1e-13 * n);
    }
    if (k > 0) expect(values[k]).toBeLessThanOrEqual(values[k - 1]);
  }
  return values;
}

describe('symmetricEigen', () => {
  it.each([1, 2, 3, 4, 10, 37])('solves A v = λ v of a random matrix of %i rows', async (n) => {
    const matrix = randomSymmetric(n, n, 1);
    const values = await checkEigen(matrix, n);
    const slow = Array.from(jacobi(matrixOf(n, (i, j) => matrix[i * n + j])).values).sort((a, b) => b - a);
    slow.forEach((value, k) => {
      expect(values[k]).toBeCloseTo(value, 10);
    });
  });

  it('knows the eigenvalues of the second difference', async () => {
    const n = 30;
    const matrix = Float64Array.from({ length: n * n }, (_, place) => {
      const gap = Math.abs(Math.floor(place / n) - (place % n));
      return gap === 0 ? 2 : gap === 1 ? -1 : 0;
    });
    const values = await checkEigen(matrix, n);
    values.forEach((value, k) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (n - k)) / (n + 1)), 12);
    });
  });

  it.each([
    ['of one vector in 20 dimensions', () => randomSymmetric(20, 1, 1), 20],
    ['of 5 vectors in 30 dimensions', () => randomSymmetric(30, 5, 0.5), 30],
    ['over 18 decades', () => randomSymmetric(24, 24, 0.2), 24],
    ['of negative and positive eigenvalues', () => randomSymmetric(16, 16, -0.9), 16],
    ['of zeros', () => new Float64Array(49), 7],
    ['of ones on the diagonal', () => Float64Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 1 : 0)), 6],
    ['of numbers as small as 1e-200', () => randomSymmetric(9, 9, 1).map((value) => value * 1e-200), 9],
  ] as const)('is orthonormal for a matrix %s', async (_, matrix, n) => {
    await checkEigen(matrix(), n);
  });

  it('leaves its argument as it was, and obeys a cancel', async () => {
    const matrix = randomSymmetric(12, 12, 1);
    const before = matrix.slice();
    await symmetricEigen(matrix, 12, quietRun);
    expect(matrix).toEqual(before);
    const run = { ...quietRun, signal: { aborted: true } };
    await expect(symmetricEigen(matrix, 12, run)).rejects.toMatchObject({ tag: 'cancelled' });
  });
});
