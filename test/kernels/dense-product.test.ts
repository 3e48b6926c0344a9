import { describe, expect, it } from 'vitest';
import {
  columnsOf,
  dense,
  type DenseView,
  flipped,
  outerSquare,
  product,
  rowsOf,
} from '../../src-core/kernels/dense-product.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';

const stream = randomStream(3);
const random = (rows: number, columns: number): DenseView =>
  dense(
    Float64Array.from({ length: rows * columns }, () => stream.normal()),
    rows,
    columns,
  );
const at = ({ values, start, down, across }: DenseView, i: number, j: number): number =>
  values[start + i * down + j * across];

function slowProduct(a: DenseView, b: DenseView): number[] {
  return Array.from({ length: a.rows * b.columns }, (_, place) => {
    let sum = 0;
    for (let k = 0; k < a.columns; k++) {
      sum += at(a, Math.floor(place / b.columns), k) * at(b, k, place % b.columns);
    }
    return sum;
  });
}

function largestGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

describe('product', () => {
  it.each([
    [1, 1, 1],
    [5, 3, 1],
    [2, 9, 7],
    [33, 17, 40],
    [130, 300, 450],
  ])('of %i × %i and %i columns is the sum over products, also of transposes', async (n, k, m) => {
    const [a, b] = [random(n, k), random(k, m)];
    expect(largestGap(await product(a, b, quietRun), slowProduct(a, b))).toBeLessThan(1e-11);
    const turned = await product(flipped(b), flipped(a), quietRun);
    expect(largestGap(turned, slowProduct(flipped(b), flipped(a)))).toBeLessThan(1e-11);
  });

  it('sees parts of a matrix', async () => {
    const whole = random(12, 10);
    const part = columnsOf(rowsOf(whole, 3, 11), 2, 9);
    expect([part.rows, part.columns]).toEqual([8, 7]);
    expect(at(part, 1, 1)).toBe(at(whole, 4, 3));
    const other = random(7, 5);
    expect(largestGap(await product(part, other, quietRun), slowProduct(part, other))).toBeLessThan(1e-12);
  });

  it('obeys a cancel', async () => {
    const run = { ...quietRun, signal: { aborted: true } };
    await expect(product(random(4, 4), random(4, 4), run)).rejects.toMatchObject({ tag: 'cancelled' });
  });
});

describe('outerSquare', () => {
  it.each([
    [1, 1],
    [1, 6],
    [31, 5],
    [33, 40],
    [97, 2],
  ])('of %i × %i is the product with the transpose, and symmetric', async (n, k) => {
    const a = random(n, k);
    const square = await outerSquare(a, quietRun);
    expect(largestGap(square, slowProduct(a, flipped(a)))).toBeLessThan(1e-12);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(square[i * n + j]).toBe(square[j * n + i]);
    const other = await outerSquare(flipped(a), quietRun);
    expect(largestGap(other, slowProduct(flipped(a), a))).toBeLessThan(1e-12);
  });
});
