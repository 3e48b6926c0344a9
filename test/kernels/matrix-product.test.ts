import { describe, expect, it } from 'vitest';
import { type MatrixPart, multiply } from '../../src-core/kernels/matrix-product.js';
import { randomStream } from '../../src-core/random.js';

const stream = randomStream(5);
const random = (length: number): Float64Array => Float64Array.from({ length }, () => stream.normal());
const at = ({ values, start, down, across }: MatrixPart, i: number, j: number): number =>
  values[start + i * down + j * across];

describe('multiply', () => {
  it.each([
    [1, 1, 1],
    [4, 3, 2],
    [5, 7, 3],
    [11, 2, 9],
    [3, 6, 4],
  ] as const)('is the sum over products, %i × %i × %i', (rows, terms, columns) => {
    for (const isTurned of [false, true]) {
      const part = (n: number, m: number): MatrixPart => ({
        ...{ values: random(n * m + 2), start: 2 },
        ...(isTurned ? { down: 1, across: n } : { down: m, across: 1 }),
      });
      const [a, b] = [part(rows, terms), part(terms, columns)];
      const out: MatrixPart = { values: random(rows * columns), start: 0, down: columns, across: 1 };
      multiply(out, [a, b], [rows, terms, columns]);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let sum = 0;
          for (let k = 0; k < terms; k++) sum += at(a, i, k) * at(b, k, j);
          expect(at(out, i, j)).toBeCloseTo(sum, 12);
        }
      }
    }
  });
});
