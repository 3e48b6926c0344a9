import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { domainHierarchy } from '../../src-core/kernels/domain-levels.js';
import { applyLaplacian, type NoFluxDomain, noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { applyStep, solveStep, spreadSlope, stepSystem } from '../../src-core/models/implicit-step.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';

const parameters = { a: 1, kappa: 0.012 };
const n = 11;
const mask = Uint8Array.from({ length: n * n }, (_, i) =>
  Math.hypot(Math.floor(i / n) - 5, 1.3 * ((i % n) - 5)) < 5 ? 1 : 0,
);
const domain = noFluxDomain(makeGrid([1, n, n], [1, 15, 15]), mask, 150);

function laplacianMatrix(of: NoFluxDomain): number[][] {
  const columns = Array.from({ length: of.count }, (_, j) => {
    const unit = new Float64Array(of.count);
    unit[j] = 1;
    const out = new Float64Array(of.count);
    applyLaplacian(out, unit, of);
    return [...out];
  });
  return columns.map((_, i) => columns.map((column) => column[i]));
}

const times = (a: number[][], b: number[][]): number[][] =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));

/** The step's matrix written out from its equations, unknowns interleaved (h, e). */
function denseStep(lambda: Float64Array, slope: Float64Array, rate: number): number[][] {
  const l = laplacianMatrix(domain);
  const biharmonic = times(l, l);
  const { a, kappa } = parameters;
  const dense = Array.from({ length: 2 * domain.count }, () => new Array<number>(2 * domain.count).fill(0));
  for (let i = 0; i < domain.count; i++) {
    for (let j = 0; j < domain.count; j++) {
      const same = i === j ? 1 : 0;
      dense[2 * i][2 * j] = (rate + 1) * same - l[i][j] * slope[j] + kappa * biharmonic[i][j];
      dense[2 * i][2 * j + 1] = -lambda[i] * same;
      dense[2 * i + 1][2 * j] = -same;
      dense[2 * i + 1][2 * j + 1] = (rate + lambda[i]) * same - a * l[i][j] + kappa * biharmonic[i][j];
    }
  }
  return dense;
}

function gaussianElimination(matrix: number[][], rhs: Float64Array): number[] {
  const rows = matrix.map((row, i) => [...row, rhs[i]]);
  const size = rows.length;
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k; i < size; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = k + 1; i < size; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= size; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  const x = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    let sum = rows[i][size];
    for (let j = i + 1; j < size; j++) sum -= rows[i][j] * x[j];
    x[i] = sum / rows[i][i];
  }
  return x;
}

async function example() {
  const { normal, uniform } = randomStream(2);
  const lambda = Float64Array.from({ length: domain.count }, () => 0.5 + 2 * uniform());
  const slope = Float64Array.from({ length: domain.count }, () => -0.38 + 1.1 * uniform());
  const rhs = Float64Array.from({ length: 2 * domain.count }, () => normal());
  const system = stepSystem(await domainHierarchy(domain, quietRun), lambda, parameters);
  system.levels[0].slope.set(slope);
  spreadSlope(system);
  return { lambda, slope, rhs, system };
}

describe('the implicit step', () => {
  it('applies the matrix of its equations', async () => {
    const { lambda, slope, rhs, system } = await example();
    const out = new Float64Array(rhs.length);
    await applyStep(out, rhs, { system, rate: 2 }, quietRun);
    const expected = denseStep(lambda, slope, 2).map((row) =>
      row.reduce((sum, value, j) => sum + value * rhs[j], 0),
    );
    const size = Math.hypot(...expected);
    out.forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-12 * size);
    });
  });

  it.each([20, 2, 0.1])('converges to the dense solution at 1/time step = %d', async (rate) => {
    const { lambda, slope, rhs, system } = await example();
    const expected = gaussianElimination(denseStep(lambda, slope, rate), rhs);
    const x = new Float64Array(rhs.length);
    const left = rhs.slice();
    const correction = new Float64Array(rhs.length);
    for (let round = 0; round < 16; round++) {
      const { iterations, residual } = await solveStep(correction, left, { system, rate }, quietRun);
      expect(residual).toBeLessThan(0.1);
      expect(iterations).toBeLessThanOrEqual(10);
      x.forEach((_, i) => (x[i] += correction[i]));
      await applyStep(left, x, { system, rate }, quietRun);
      left.forEach((value, i) => (left[i] = rhs[i] - value));
    }
    const size = Math.hypot(...expected);
    x.forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-9 * size);
    });
  });
});
