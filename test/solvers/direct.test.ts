import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { depthInside } from '../../src-core/kernels/depth.js';
import { applyLaplacian, noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { wellSlope } from '../../src-core/models/chromatin.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';
import { solveBalance } from '../../src-core/solvers/balance.js';
import { solveDirect } from '../../src-core/solvers/direct.js';
import type { RateProblem } from '../../src-core/solvers/solver.js';
import { candidateWidths } from '../../src-core/solvers/width-choice.js';

const n = 96;
const grid = makeGrid([1, n, n], [15, 15, 15]);
const mask = Uint8Array.from({ length: n * n }, (_, i) => {
  const [x, y] = [(i % n) + 0.5 - n / 2, Math.floor(i / n) + 0.5 - n / 2];
  return (x / 44) ** 2 + (y / 36) ** 2 < 1 ? 1 : 0;
});
const domain = noFluxDomain(grid, mask, 150);
const parameters = { a: 1, wellHeight: 1.2, phiMax: 0.8, kappa: 0.012 };

function laplacian(u: Float64Array): Float64Array {
  const out = new Float64Array(u.length);
  applyLaplacian(out, u, domain);
  return out;
}

/** A pattern of domains, and the φ_h that makes it steady under `rate`: φ_h = λφ_e − a∇²φ_e + κ∇⁴φ_e. */
function manufactured(
  rate: (x: number, y: number) => number,
  noise: number,
): RateProblem & { truth: Float64Array } {
  const position = (i: number): [number, number] => [
    (domain.voxel[i] % n) / 10,
    Math.floor(domain.voxel[i] / n) / 10,
  ];
  const phiE = Float64Array.from({ length: domain.count }, (_, i) => {
    const [x, y] = position(i);
    return 0.18 + 0.06 * Math.cos(4.1 * x) * Math.cos(3.7 * y);
  });
  const truth = phiE.map((_, i) => rate(...position(i)));
  const first = laplacian(phiE);
  const second = laplacian(first);
  const phiH = phiE.map((e, i) => truth[i] * e - first[i] + parameters.kappa * second[i]);
  const stream = randomStream(4);
  const draw = (): Float64Array => phiE.map(() => noise * stream.normal());
  const add = (u: Float64Array, v: Float64Array): Float64Array => u.map((value, i) => value + v[i]);
  return {
    domain,
    phiH: add(phiH, draw()),
    phiE: add(phiE, draw()),
    noiseH: draw(),
    noiseE: draw(),
    equation: 'flux-balance',
    parameters,
    length: 150,
    finest: 0,
    rim: null,
    truth,
  };
}

function relativeError(estimate: Float64Array, truth: Float64Array): number {
  const difference = estimate.reduce((sum, v, i) => sum + (v - truth[i]) ** 2, 0);
  return Math.sqrt(difference / truth.reduce((sum, v) => sum + v * v, 0));
}

const smooth = (x: number, y: number): number => 1.4 + 0.5 * Math.sin(0.5 * x) * Math.cos(0.4 * y);

describe('direct', () => {
  it('returns a constant λ exactly, whatever the width: the equation commutes with the mollifier', async () => {
    const problem = manufactured(() => 1.5, 0);
    for (const width of [30, 75, 150]) {
      const { rate } = await solveDirect(problem, { family: 'poly8', width }, quietRun);
      expect(relativeError(rate, problem.truth)).toBeLessThan(1e-4);
    }
  });

  it.each(['poly8', 'bump', 'gauss'] as const)(
    'errs by the square of the width on a smooth λ (%s)',
    async (family) => {
      const problem = manufactured(smooth, 0);
      const errors: number[] = [];
      for (const width of [40, 80]) {
        errors.push(
          relativeError((await solveDirect(problem, { family, width }, quietRun)).rate, problem.truth),
        );
      }
      const order = Math.log2(errors[1] / errors[0]);
      expect(order).toBeGreaterThan(1.3);
      expect(order).toBeLessThan(2.5);
    },
  );

  it('chooses a wider mollifier for noisier data, and one that is nearly as good as the best', async () => {
    const chosen: number[] = [];
    for (const noise of [0.001, 0.01]) {
      const problem = manufactured(smooth, noise);
      const solution = await solveDirect(problem, { family: 'poly8', width: null }, quietRun);
      const errors: number[] = [];
      for (const width of candidateWidths(18, 150)) {
        errors.push(
          relativeError(
            (await solveDirect(problem, { family: 'poly8', width }, quietRun)).rate,
            problem.truth,
          ),
        );
      }
      expect(relativeError(solution.rate, problem.truth)).toBeLessThan(1.5 * Math.min(...errors));
      chosen.push(solution.width);
    }
    expect(chosen[1]).toBeGreaterThan(chosen[0]);
  });

  it('calls nothing identifiable where φ_e drowns in noise', async () => {
    const problem = manufactured(smooth, 0);
    const stream = randomStream(8);
    const drowned = { ...problem, noiseE: problem.phiE.map(() => 30 * stream.normal()) };
    const { identifiable } = await solveDirect(drowned, { family: 'poly8', width: 60 }, quietRun);
    expect(identifiable.reduce((sum, v) => sum + v, 0)).toBeLessThan(0.02 * identifiable.length);
  });

  it('leaves its problem unchanged', async () => {
    const problem = manufactured(smooth, 0.01);
    const before = structuredClone({
      h: problem.phiH,
      e: problem.phiE,
      nh: problem.noiseH,
      ne: problem.noiseE,
    });
    await solveDirect(problem, { family: 'poly8', width: null }, quietRun);
    expect({ h: problem.phiH, e: problem.phiE, nh: problem.noiseH, ne: problem.noiseE }).toEqual(before);
  });
});

describe('phase-field form', () => {
  it('inverts fields that are steady in it', async () => {
    const base = manufactured(() => 1.5, 0);
    const phiH = base.phiE.map((e) => 0.45 - e);
    const well = laplacian(phiH.map((h) => wellSlope(h, parameters)));
    const e2 = laplacian(base.phiE);
    const [e4, h4] = [laplacian(e2), laplacian(laplacian(phiH))];
    const truth = phiH.map(
      (h, i) => (h - 0.5 * (0.5 * well[i] - e2[i] + parameters.kappa * (e4[i] - h4[i]))) / base.phiE[i],
    );
    const problem: RateProblem = { ...base, phiH, equation: 'phase-field' };
    const { rate } = await solveDirect(problem, { family: 'poly8', width: 4 }, quietRun);
    const inside = [...depthInside(domain)].map((depth) => depth > 1);
    const deep = (u: Float64Array): Float64Array => u.filter((_, i) => inside[i]);
    expect(relativeError(deep(rate), deep(truth))).toBeLessThan(0.02);
  });
});

describe('balance', () => {
  it('gives the ratio of the averages', async () => {
    const problem = manufactured(() => 1.5, 0);
    const { rate, width } = await solveBalance(problem, { family: 'poly8', width: null }, quietRun);
    expect(width).toBe(150);
    expect(relativeError(rate, problem.truth)).toBeLessThan(0.03);
  });
});
