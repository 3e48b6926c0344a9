import { describe, expect, it } from 'vitest';
import {
  evolveSpectrally,
  type SpectralEquation,
  type SpectralJob,
} from '../../src-core/benchmarks/spectral-evolution.js';
import { quietRun } from '../../src-core/run.js';

const dispersion = 0.022 ** 2;
const kdv: SpectralEquation = {
  ...{ fields: 1, isFlux: true },
  symbol: (k) => [0, dispersion * k ** 3],
  nonlinear: ([u]) => [u.map((value) => -0.5 * value * value)],
};

/** 3c sech²(½√(c/d)·(x − ct)), the nearest of its images in a period of 2. */
const speed = 0.5;
function soliton(x: number, t: number): number {
  const off = x - speed * t - 2 * Math.round((x - speed * t) / 2);
  return (3 * speed) / Math.cosh(0.5 * Math.sqrt(speed / dispersion) * off) ** 2;
}

const job: SpectralJob = {
  ...{ left: -1, period: 2, cells: 256, duration: 0.4, steps: 800, snapshots: 2 },
  start: (x) => [soliton(x, 0)],
};

function distance(a: Float64Array, b: Float64Array): number {
  const off = a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
  return Math.sqrt(off / b.reduce((sum, value) => sum + value * value, 0));
}

describe('the spectral solver', () => {
  it('carries a soliton of Korteweg and de Vries as the exact solution goes', async () => {
    const made = await evolveSpectrally(kdv, job, quietRun);
    expect(made).toHaveLength(3);
    made.forEach((snapshot, k) => {
      const exact = snapshot.map((_, i) => soliton(-1 + (2 * i) / 256, 0.2 * k));
      expect(distance(snapshot, exact)).toBeLessThan(1e-6);
    });
  });

  it('is of the fourth order in time', async () => {
    const errors: number[] = [];
    for (const steps of [100, 200, 400]) {
      const made = await evolveSpectrally(kdv, { ...job, cells: 128, steps, duration: 0.1 }, quietRun);
      const fine = await evolveSpectrally(kdv, { ...job, cells: 128, steps: 3200, duration: 0.1 }, quietRun);
      errors.push(distance(made[2], fine[2]));
    }
    for (const ratio of [errors[0] / errors[1], errors[1] / errors[2]]) {
      expect(Math.log2(ratio)).toBeGreaterThan(3.6);
      expect(Math.log2(ratio)).toBeLessThan(4.6);
    }
  });

  it('lets each of two coupled fields decay by its own rate, and swap by their product', async () => {
    const equation: SpectralEquation = {
      ...{ fields: 2, isFlux: false },
      symbol: (k, field) => [-(field + 1) * k * k, 0],
      nonlinear: ([u, v]) => [u.map((value, i) => -value * v[i]), v.map((value, i) => value * u[i])],
    };
    const start = (x: number): readonly number[] => [1 + Math.cos(Math.PI * x), 2];
    const [before, , after] = await evolveSpectrally(equation, { ...job, start, duration: 0.3 }, quietRun);
    const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
    // What one loses the other gains: the total stays.
    expect(sum(after) / sum(before)).toBeCloseTo(1, 10);
    expect(sum(after.subarray(0, 256))).toBeLessThan(sum(before.subarray(0, 256)));
    const flat: SpectralEquation = { ...equation, nonlinear: ([u, v]) => [u.map(() => 0), v.map(() => 0)] };
    const calm = (await evolveSpectrally(flat, { ...job, start, duration: 0.3 }, quietRun))[2];
    for (let i = 0; i < 256; i += 17) {
      const wave = Math.cos(Math.PI * (-1 + (2 * i) / 256)) * Math.exp(-Math.PI * Math.PI * 0.3);
      expect(calm[i]).toBeCloseTo(1 + wave, 10);
      expect(calm[256 + i]).toBeCloseTo(2, 10);
    }
  });

  it('hears a cancel', async () => {
    const run = { ...quietRun, signal: { aborted: true } };
    await expect(evolveSpectrally(kdv, job, run)).rejects.toMatchObject({ tag: 'cancelled' });
  });
});
