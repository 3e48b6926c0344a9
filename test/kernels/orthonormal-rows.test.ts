import { describe, expect, it } from 'vitest';
import { dense, flipped, product } from '../../src-core/kernels/dense-product.js';
import { orthonormalRows } from '../../src-core/kernels/orthonormal-rows.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';

const stream = randomStream(8);
const random = (length: number): Float64Array => Float64Array.from({ length }, () => stream.normal());

/** The largest deviation of Q·Qᵀ from 1. */
async function skewness(rows: Float64Array, n: number): Promise<number> {
  const gram = await product(dense(rows, n, n), flipped(dense(rows, n, n)), quietRun);
  return gram.reduce((most, value, place) => {
    const expected = place % (n + 1) === 0 ? 1 : 0;
    return Math.max(most, Math.abs(value - expected));
  }, 0);
}

/** Largest coefficient of a given vector k along a basis vector after k: 0 where the first k span the first k. */
async function overshoot(vectors: Float64Array, basis: Float64Array, n: number): Promise<number> {
  const along = await product(dense(vectors, n, n), flipped(dense(basis, n, n)), quietRun);
  let most = 0;
  for (let k = 0; k < n; k++)
    for (let j = k + 1; j < n; j++) most = Math.max(most, Math.abs(along[k * n + j]));
  return most;
}

describe('orthonormalRows', () => {
  it.each([1, 2, 3, 15, 16, 17, 32, 50, 128])('spans what %i vectors span, in their order', async (n) => {
    const vectors = random(n * n);
    const basis = await orthonormalRows(vectors, n, quietRun);
    expect(await skewness(basis, n)).toBeLessThan(1e-13);
    expect(await overshoot(vectors, basis, n)).toBeLessThan(1e-12);
  });

  it('agrees with Gram and Schmidt but for signs', async () => {
    const n = 20;
    const vectors = random(n * n);
    const basis = await orthonormalRows(vectors, n, quietRun);
    const slow: Float64Array[] = [];
    for (let k = 0; k < n; k++) {
      const left = vectors.slice(k * n, (k + 1) * n);
      for (let pass = 0; pass < 2; pass++) {
        for (const other of slow) {
          const along = left.reduce((sum, value, i) => sum + value * other[i], 0);
          for (let i = 0; i < n; i++) left[i] -= along * other[i];
        }
      }
      const size = Math.sqrt(left.reduce((sum, value) => sum + value * value, 0));
      slow.push(left.map((value) => value / size));
      const sign = Math.sign(basis[k * n]) * Math.sign(slow[k][0]);
      for (let i = 0; i < n; i++) expect(sign * basis[k * n + i]).toBeCloseTo(slow[k][i], 10);
    }
  });

  it('fills up where vectors depend on one another, are 0, or lose their digits to underflow', async () => {
    const n = 40;
    const vectors = random(n * n);
    vectors.copyWithin(5 * n, 0, 2 * n);
    vectors.fill(0, 20 * n, 22 * n);
    for (let i = 30 * n; i < 34 * n; i++) vectors[i] *= 1e-159;
    const basis = await orthonormalRows(vectors, n, quietRun);
    expect(await skewness(basis, n)).toBeLessThan(1e-13);
    expect(await overshoot(vectors, basis, n)).toBeLessThan(1e-12);
    expect(await skewness(await orthonormalRows(new Float64Array(n * n), n, quietRun), n)).toBe(0);
  });

  it('stays orthonormal over twelve decades', async () => {
    const n = 48;
    const vectors = random(n * n).map((value, place) => value * 10 ** (-Math.floor(place / n) / 4));
    const basis = await orthonormalRows(vectors, n, quietRun);
    expect(await skewness(basis, n)).toBeLessThan(1e-13);
  });

  it('leaves its argument as it was, and obeys a cancel', async () => {
    const vectors = random(20 * 20);
    const before = vectors.slice();
    await orthonormalRows(vectors, 20, quietRun);
    expect(vectors).toEqual(before);
    const run = { ...quietRun, signal: { aborted: true } };
    await expect(orthonormalRows(vectors, 20, run)).rejects.toMatchObject({ tag: 'cancelled' });
  });
});
