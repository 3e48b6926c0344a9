import { beforeAll, describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { settledState, type SteadyState, steadyState } from '../../src-core/models/forward.js';
import { quietRun } from '../../src-core/run.js';

const parameters = {
  a: 1,
  wellHeight: 1.2,
  phiMax: 0.8,
  kappa: 0.012,
  meanChromatin: 0.45,
  seed: 3,
  tolerance: 1e-4,
};
const n = 64;
const mask = Uint8Array.from({ length: n * n }, (_, i) =>
  Math.hypot((i % n) - n / 2 + 0.5, Math.floor(i / n) - n / 2 + 0.5) < 0.45 * n ? 1 : 0,
);
const domain = noFluxDomain(makeGrid([1, n, n], [15, 15, 15]), mask, 150);
const graded = Float64Array.from(domain.voxel, (v) => 1 + (v % n) / n);
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const rms = (values: Float64Array): number => Math.sqrt(mean(values.map((value) => value * value)));
const distance = (a: SteadyState, b: SteadyState): number => rms(a.phiH.map((value, i) => value - b.phiH[i]));

describe('settledState', () => {
  let steady: SteadyState;
  beforeAll(async () => {
    steady = await steadyState(graded, domain, parameters, quietRun);
  });

  it('stays where it is under the λ that made the state', async () => {
    const found = await settledState(steady, graded, { domain, parameters }, quietRun);
    expect(found.settled).toBe(true);
    expect(distance(found, steady)).toBeLessThan(0.005);
  });

  it('moves far under another λ, and keeps the chromatin', async () => {
    const turned = graded.map((value) => 3 - value);
    const found = await settledState(
      steady,
      turned,
      { domain, parameters: { ...parameters, longestTime: 60 } },
      quietRun,
    );
    expect(distance(found, steady)).toBeGreaterThan(0.1);
    expect(mean(found.phiH) + mean(found.phiE)).toBeCloseTo(0.45, 10);
  });

  it('says that it did not settle where its time was over before', async () => {
    const strict = { ...parameters, tolerance: 1e-9, longestTime: 5 };
    const found = await settledState(steady, graded, { domain, parameters: strict }, quietRun);
    expect(found.settled).toBe(false);
    expect(found.time).toBeGreaterThanOrEqual(5);
    expect(found.time).toBeLessThan(8);
  });

  it('leaves its arguments alone', async () => {
    const before = [steady.phiH.slice(), steady.phiE.slice(), graded.slice()];
    await settledState(steady, graded, { domain, parameters: { ...parameters, longestTime: 2 } }, quietRun);
    expect([steady.phiH, steady.phiE, graded]).toEqual(before);
  });
});
