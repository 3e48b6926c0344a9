import { describe, expect, it } from 'vitest';
import {
  lanczos,
  shiftedInverse,
  shiftedSolution,
  type SymmetricOperator,
} from '../../src-core/kernels/lanczos.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';
import { dot, eliminate, type Matrix, matrixOf, times } from './dense-matrix.js';
import { relativeError } from './manufactured.js';

const n = 60;
const stream = randomStream(11);
const random = (): Float64Array => Float64Array.from({ length: n }, () => stream.normal());
const factor = matrixOf(n, () => stream.normal());
/** Symmetric, positive, with eigenvalues that fall over several decades. */
const dense = matrixOf(n, (i, j) => {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += factor[i][k] * factor[j][k] * Math.exp(-k / 5);
  return sum;
});
const right = random();

function counted(m: Matrix): { apply: SymmetricOperator; calls: () => number } {
  let calls = 0;
  const apply: SymmetricOperator = (x) => {
    calls++;
    return Promise.resolve(times(m, x));
  };
  return { apply, calls: () => calls };
}

const thorough = { limit: n, strongest: 1e3, tolerance: 1e-12 };

describe('lanczos', () => {
  it.each([0, 0.01, 1, 1e3])('solves (1 + %f·M)x = b as elimination does', async (s) => {
    const view = await lanczos(counted(dense).apply, right, thorough, quietRun);
    const { x } = eliminate(
      matrixOf(n, (i, j) => (i === j ? 1 : 0) + s * dense[i][j]),
      right,
    );
    expect(relativeError(shiftedInverse(view, s), x)).toBeLessThan(1e-8);
  });

  it('has an orthonormal basis in which the operator is tridiagonal', async () => {
    const { basis, diagonal, offDiagonal } = await lanczos(
      counted(dense).apply,
      right,
      { ...thorough, limit: 40 },
      quietRun,
    );
    basis.forEach((v, i) => {
      const image = times(dense, v);
      basis.forEach((w, j) => {
        const gap = Math.abs(i - j);
        const expected = gap === 0 ? diagonal[i] : gap === 1 ? offDiagonal[Math.min(i, j)] : 0;
        expect(Math.abs(dot(v, w) - (i === j ? 1 : 0))).toBeLessThan(1e-12);
        expect(Math.abs(dot(w, image) - expected)).toBeLessThan(1e-10 * diagonal[0]);
      });
    });
  });

  it('stays orthonormal over 150 steps where the eigenvalues span twelve decades', async () => {
    const size = 600;
    const apply: SymmetricOperator = (x) => Promise.resolve(x.map((v, i) => v * 10 ** ((-12 * i) / size)));
    const start = Float64Array.from({ length: size }, () => stream.normal());
    const view = await lanczos(apply, start, { limit: 150, strongest: 1e9, tolerance: 0 }, quietRun);
    expect(view.basis).toHaveLength(150);
    const off = view.basis.flatMap((v, i) =>
      view.basis.slice(0, i + 1).map((w, j) => Math.abs(dot(v, w) - (i === j ? 1 : 0))),
    );
    expect(Math.max(...off)).toBeLessThan(1e-10);
  });

  it('stops once the strongest shift is solved to the tolerance, and no later than it has to', async () => {
    const operator = counted(dense);
    const residual = async (limit: number): Promise<number> => {
      const view = await lanczos(operator.apply, right, { limit, strongest: 2, tolerance: 1e-4 }, quietRun);
      const x = shiftedInverse(view, 2);
      const image = times(dense, x);
      const left = right.map((b, i) => b - x[i] - 2 * image[i]);
      return Math.sqrt(dot(left, left) / dot(right, right));
    };
    expect(await residual(n)).toBeLessThan(1e-4);
    const steps = operator.calls();
    expect(steps).toBeLessThan(n);
    expect(await residual(steps - 1)).toBeGreaterThan(1e-4);
  });

  it('gives the quadratic form bᵀ(1 + sM)⁻¹b as ‖b‖ times the first coefficient', async () => {
    const view = await lanczos(counted(dense).apply, right, thorough, quietRun);
    const { x } = eliminate(
      matrixOf(n, (i, j) => (i === j ? 1 : 0) + 0.7 * dense[i][j]),
      right,
    );
    expect(view.size * shiftedSolution(view, 0.7)[0]).toBeCloseTo(dot(right, x), 8);
  });

  it('gives an empty view of a zero start, without a call of the operator', async () => {
    const operator = counted(dense);
    const view = await lanczos(operator.apply, new Float64Array(n), thorough, quietRun);
    expect(view).toEqual({ basis: [], diagonal: [], offDiagonal: [], size: 0 });
    expect(operator.calls()).toBe(0);
    expect(shiftedInverse(view, 1)).toHaveLength(0);
    expect(shiftedSolution(view, 1)).toHaveLength(0);
  });

  it('ends where the space is exhausted: three distinct eigenvalues, three steps, exact', async () => {
    const levels = [1, 2, 5];
    const diagonal = matrixOf(n, (i, j) => (i === j ? levels[i % 3] : 0));
    const operator = counted(diagonal);
    const view = await lanczos(operator.apply, right, { limit: n, strongest: 9, tolerance: 0 }, quietRun);
    expect(operator.calls()).toBe(3);
    expect(
      relativeError(
        shiftedInverse(view, 9),
        right.map((b, i) => b / (1 + 9 * levels[i % 3])),
      ),
    ).toBeLessThan(1e-12);
  });

  it('leaves b alone where the operator is zero', async () => {
    const view = await lanczos(counted(matrixOf(n, () => 0)).apply, right, thorough, quietRun);
    expect(relativeError(shiftedInverse(view, 1e6), right)).toBeLessThan(1e-15);
  });

  it('can be cancelled', async () => {
    const run = { ...quietRun, signal: { aborted: true } };
    await expect(lanczos(counted(dense).apply, right, thorough, run)).rejects.toMatchObject({
      tag: 'cancelled',
    });
  });
});
