import { describe, expect, it } from 'vitest';
import { makeGrid, type Triple, voxelCount } from '../../src-core/data/grid.js';
import { periodicDomain } from '../../src-core/kernels/periodic-domain.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';
import { solveBalance } from '../../src-core/solvers/balance.js';
import { solveDirect } from '../../src-core/solvers/direct.js';
import { solveField } from '../../src-core/solvers/field/field.js';
import type { RateProblem } from '../../src-core/solvers/solver.js';

const unit = 150;
const parameters = { a: 1, wellHeight: 1.2, phiMax: 0.8, kappa: 0.012 };

interface Manufactured {
  readonly problem: RateProblem;
  readonly lambda: Float64Array;
  /** Voxels to the nearest face of the grid. */
  readonly fromSeam: Int32Array;
}

/** A sum of waves, each a whole number of times along y and x: value and minus Laplacian (per L0²) at every voxel. */
function waves(
  [ny, nx]: readonly [number, number],
  spacing: number,
  parts: readonly (readonly [amplitude: number, y: number, x: number, phase: number])[],
): { value: Float64Array; applied: (f: (k2: number) => number) => Float64Array } {
  const sum = (f: (k2: number) => number): Float64Array =>
    Float64Array.from({ length: ny * nx }, (_, i) => {
      const [y, x] = [(Math.floor(i / nx) + 0.5) / ny, ((i % nx) + 0.5) / nx];
      return parts.reduce((total, [amplitude, my, mx, phase]) => {
        const [ky, kx] = [
          (2 * Math.PI * my * unit) / (ny * spacing),
          (2 * Math.PI * mx * unit) / (nx * spacing),
        ];
        return total + amplitude * f(ky * ky + kx * kx) * Math.cos(2 * Math.PI * (my * y + mx * x) + phase);
      }, 0);
    });
  return { value: sum(() => 1), applied: sum };
}

/** φ_h that makes the flux balance hold exactly for waves of φ_e and λ, with white noise of the given share. */
function manufactured(shape: readonly [number, number], spacing: number, noise: number): Manufactured {
  const phi = waves(shape, spacing, [
    [0.2, 0, 0, 0],
    [0.03, 2, 5, 0.4],
    [0.03, 6, -3, 1.9],
    [0.02, 4, 7, 2.6],
  ]);
  const rate = waves(shape, spacing, [
    [1.4, 0, 0, 0],
    [0.3, 1, 0, 0.9],
    [0.2, 1, 2, 2.2],
  ]);
  const flux = phi.applied((k2) => parameters.a * k2 + parameters.kappa * k2 * k2);
  const phiE = phi.value;
  const phiH = phiE.map((e, i) => rate.value[i] * e + flux[i]);
  const stream = randomStream(3);
  const draw = (mean: number): Float64Array => phiE.map(() => noise * mean * stream.normal());
  const [noiseH, noiseE, errorH, errorE] = [draw(0.28), draw(0.2), draw(0.28), draw(0.2)];
  const [ny, nx] = shape;
  const grid = makeGrid([1, ny, nx], [1, spacing, spacing]);
  return {
    problem: {
      domain: periodicDomain(grid, unit),
      phiH: phiH.map((v, i) => v + errorH[i]),
      phiE: phiE.map((v, i) => v + errorE[i]),
      ...{ noiseH, noiseE, parameters, equation: 'flux-balance', length: unit, finest: 0, rim: null },
    },
    lambda: rate.value,
    fromSeam: Int32Array.from({ length: ny * nx }, (_, i) => {
      const [y, x] = [Math.floor(i / nx), i % nx];
      return Math.min(y, ny - 1 - y, x, nx - 1 - x);
    }),
  };
}

/** Relative L2 of λ where `keep` holds. */
function errorOf(rate: Float64Array, known: Float64Array, keep: (i: number) => boolean = () => true): number {
  let [error, size] = [0, 0];
  known.forEach((value, i) => {
    if (!keep(i)) return;
    error += (rate[i] - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(error / size);
}

const field = { family: 'poly8', lengthScale: null } as const;
const direct = { family: 'poly8', width: 30 } as const;

describe('a manufactured solution on a periodic domain', () => {
  it('is found by direct to second order in the spacing', async () => {
    const errors: number[] = [];
    for (const [n, spacing] of [
      [64, 24],
      [128, 12],
    ] as const) {
      const { problem, lambda } = manufactured([n, n], spacing, 0);
      const { rate, identifiable } = await solveDirect(problem, { ...direct, width: 25 }, quietRun);
      expect(identifiable.every((v) => v === 1)).toBe(true);
      errors.push(errorOf(rate, lambda));
    }
    // What the mollifier smooths away stays; the rest falls by 4.
    expect(errors[1]).toBeLessThan(0.75 * errors[0]);
    expect(errors[1]).toBeLessThan(0.02);
  });

  it(
    'is found by field as well at the seam as in the middle, on sizes of every kind',
    { timeout: 60_000 },
    async () => {
      for (const shape of [
        [128, 128],
        [127, 101],
      ] as const) {
        const { problem, lambda, fromSeam } = manufactured(shape, 15, 0.02);
        const { rate, uncertainty } = await solveField(problem, field, quietRun);
        const [seam, middle] = [
          errorOf(rate, lambda, (i) => fromSeam[i] < 6),
          errorOf(rate, lambda, (i) => fromSeam[i] >= 20),
        ];
        expect(errorOf(rate, lambda)).toBeLessThan(0.01);
        expect(seam).toBeLessThan(1.6 * middle + 0.002);
        expect(uncertainty?.openCut).toBe(false);
        expect(uncertainty?.inflation).toBeLessThan(1.2);
      }
    },
  );

  it('is averaged alike everywhere by balance', async () => {
    const { problem, lambda, fromSeam } = manufactured([96, 96], 15, 0);
    const { rate } = await solveBalance(problem, { family: 'poly8', width: null }, quietRun);
    const [seam, middle] = [
      errorOf(rate, lambda, (i) => fromSeam[i] < 6),
      errorOf(rate, lambda, (i) => fromSeam[i] >= 20),
    ];
    expect(seam).toBeLessThan(1.5 * middle);
    expect(middle).toBeLessThan(0.1);
  });
});

/** A packed field of a plane moved cyclically. */
function moved(values: Float64Array, [, ny, nx]: Triple, [dy, dx]: readonly [number, number]): Float64Array {
  const out = new Float64Array(values.length);
  values.forEach((value, i) => {
    out[((Math.floor(i / nx) + dy) % ny) * nx + (((i % nx) + dx) % nx)] = value;
  });
  return out;
}

describe('a periodic problem moved cyclically', () => {
  const { problem } = manufactured([96, 128], 15, 0.03);
  const by = [29, 50] as const;
  const shape = problem.domain.grid.shape;
  const shift = (values: Float64Array): Float64Array => moved(values, shape, by);
  const movedProblem: RateProblem = {
    ...problem,
    ...{ phiH: shift(problem.phiH), phiE: shift(problem.phiE) },
    ...{ noiseH: shift(problem.noiseH), noiseE: shift(problem.noiseE) },
  };

  it('has the moved λ by balance and direct, to rounding', async () => {
    expect(voxelCount(problem.domain.grid)).toBe(problem.phiH.length);
    for (const solve of [solveBalance, solveDirect]) {
      const own = await solve(problem, { family: 'poly8', width: 75 }, quietRun);
      const other = await solve(movedProblem, { family: 'poly8', width: 75 }, quietRun);
      expect(errorOf(other.rate, shift(own.rate))).toBeLessThan(1e-10);
    }
  });

  it('has it by field up to where its cells lie, with its sd', { timeout: 60_000 }, async () => {
    const own = await solveField(problem, field, quietRun);
    const other = await solveField(movedProblem, field, quietRun);
    // 29 and 50 voxels are no whole number of cells of four: other cells, other rounding of λ to them.
    expect(errorOf(other.rate, shift(own.rate))).toBeLessThan(1.5e-3);
    const [sd, movedSd] = [own, other].map(({ uncertainty }) => uncertainty?.sd ?? new Float64Array(0));
    // The draws that the sd rests on are others at every voxel.
    expect(errorOf(movedSd, shift(sd))).toBeLessThan(0.12);
  });
});
