import { describe, expect, it } from 'vitest';
import { type KrylovSystem, solveGmres } from '../../src-core/kernels/gmres.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';

const size = 30;
const { normal } = randomStream(4);
const matrix = Array.from({ length: size }, (_, i) =>
  Float64Array.from({ length: size }, (_, j) => (i === j ? 8 : 0) + normal()),
);
const exact = Float64Array.from({ length: size }, () => normal());
const product = (x: Float64Array): Float64Array =>
  Float64Array.from(matrix, (row) => row.reduce((sum, a, j) => sum + a * x[j], 0));

function system(tolerance: number, limit: number): KrylovSystem {
  return {
    apply: (out, x) => {
      out.set(product(x));
      return Promise.resolve();
    },
    precondition: (out, r) => {
      out.set(r.map((value, i) => value / matrix[i][i]));
      return Promise.resolve();
    },
    tolerance,
    limit,
    basis: [],
    directions: [],
  };
}

describe('solveGmres', () => {
  it('finds the solution of an unsymmetric system, twice with the same vectors', async () => {
    const rhs = product(exact);
    const kept = rhs.slice();
    const reused = system(1e-12, 40);
    for (let round = 0; round < 2; round++) {
      const x = new Float64Array(size).fill(7);
      const { residual } = await solveGmres(x, rhs, reused, quietRun);
      expect(residual).toBeLessThan(1e-12);
      x.forEach((value, i) => {
        expect(value).toBeCloseTo(exact[i], 9);
      });
    }
    expect(rhs).toEqual(kept);
  });

  it('reports the residual it really reached when it is stopped early', async () => {
    const rhs = product(exact);
    const x = new Float64Array(size);
    const { iterations, residual } = await solveGmres(x, rhs, system(1e-12, 5), quietRun);
    const left = product(x).map((value, i) => rhs[i] - value);
    expect(iterations).toBe(5);
    expect(Math.hypot(...left) / Math.hypot(...rhs)).toBeCloseTo(residual, 10);
    expect(residual).toBeLessThan(0.5);
  });

  it('gives zero for a zero right side', async () => {
    const x = new Float64Array(size).fill(3);
    const outcome = await solveGmres(x, new Float64Array(size), system(1e-6, 5), quietRun);
    expect(outcome).toEqual({ iterations: 0, residual: 0 });
    expect(x.every((value) => value === 0)).toBe(true);
  });
});
