import { beforeAll, describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { conjugateGradients } from '../../src-core/kernels/conjugate-gradients.js';
import { domainHierarchy } from '../../src-core/kernels/domain-levels.js';
import { noFluxDomain } from '../../src-core/kernels/no-flux.js';
import {
  applyDiffusion,
  diffusionCycle,
  type DiffusionLevel,
  diffusionHierarchy,
} from '../../src-core/kernels/weighted-diffusion.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';

const n = 40;
const mask = Uint8Array.from({ length: n * n }, (_, i) =>
  Math.hypot((i % n) - 19.5, 1.3 * (Math.floor(i / n) - 19.5)) < 19 ? 1 : 0,
);
const domain = noFluxDomain(makeGrid([1, n, n], [10, 10, 10]), mask, 10);
const stream = randomStream(3);
const random = (): Float64Array => Float64Array.from({ length: domain.count }, () => stream.normal());
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i], 0);

/** Faces conduct 300 times worse across the column x = 20. */
function conductances(): Float64Array {
  return Float64Array.from(domain.neighbour, (other, k) => {
    const self = Math.floor(k / 4);
    if (other === self) return 0;
    const side = (i: number): boolean => domain.voxel[i] % n < 20;
    return side(self) === side(other) ? 3 : 0.01;
  });
}

let hierarchy: DiffusionLevel[];
beforeAll(async () => {
  const { finest, coarser } = await domainHierarchy(domain, quietRun);
  hierarchy = await diffusionHierarchy([finest, ...coarser], conductances(), 0.001, quietRun);
});

describe('diffusion with unequal faces', () => {
  it('is the sum over faces of conductance × difference², and mass × value²', () => {
    const u = random();
    const conductance = conductances();
    let expected = 0;
    domain.neighbour.forEach((other, k) => {
      expected += (conductance[k] * (u[other] - u[Math.floor(k / 4)]) ** 2) / 2;
    });
    u.forEach((v) => (expected += 0.001 * v * v));
    expect(dot(u, applyDiffusion(u, hierarchy[0]))).toBeCloseTo(expected, 8);
  });

  it('has a cycle that is symmetric and positive, as a preconditioner must be', async () => {
    const [u, v] = [random(), random()];
    const [cu, cv] = [
      await diffusionCycle(u, hierarchy, quietRun),
      await diffusionCycle(v, hierarchy, quietRun),
    ];
    expect(dot(cu, v)).toBeCloseTo(dot(u, cv), 8);
    expect(dot(cu, u)).toBeGreaterThan(0);
  });

  it('is solved in few steps, far fewer than without coarser levels', async () => {
    const right = random();
    const solve = (levels: readonly DiffusionLevel[]) =>
      conjugateGradients(
        {
          apply: (u) => Promise.resolve(applyDiffusion(u, hierarchy[0])),
          precondition: (u, run) => diffusionCycle(u, levels, run),
        },
        [right, new Float64Array(right.length)],
        { limit: 500, tolerance: 1e-9 },
        quietRun,
      );
    const { x, steps } = await solve(hierarchy);
    const image = applyDiffusion(x, hierarchy[0]);
    expect(Math.max(...image.map((v, i) => Math.abs(v - right[i])))).toBeLessThan(1e-6);
    expect(steps).toBeLessThan(40);
  });

  it('gives zero for zero, without a step', async () => {
    const zero = new Float64Array(domain.count);
    const identity = (u: Float64Array) => Promise.resolve(u);
    const { x, steps } = await conjugateGradients(
      { apply: identity, precondition: identity },
      [zero, zero],
      { limit: 5, tolerance: 1e-3 },
      quietRun,
    );
    expect([steps, Math.max(...x)]).toEqual([0, 0]);
  });
});
