import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { CoreError } from '../../src-core/errors.js';
import { applyLaplacian, type NoFluxDomain, noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { wellSlope } from '../../src-core/models/chromatin.js';
import { interfaceLength, type SteadyState, steadyState } from '../../src-core/models/forward.js';
import { type Progress, quietRun } from '../../src-core/run.js';

const parameters = {
  a: 1,
  wellHeight: 1.2,
  phiMax: 0.8,
  kappa: 0.012,
  meanChromatin: 0.45,
  seed: 3,
  tolerance: 1e-5,
};

function ellipseDomain(n: number, spacing: number, planes = 1): NoFluxDomain {
  const mask = Uint8Array.from({ length: planes * n * n }, (_, i) => {
    const x = (2 * (i % n) + 1) / n - 1;
    const y = (2 * (Math.floor(i / n) % n) + 1) / n - 1;
    const z = (2 * Math.floor(i / (n * n)) + 1) / planes - 1;
    return (x / 0.9) ** 2 + (y / 0.75) ** 2 + (z / 0.9) ** 2 < 1 ? 1 : 0;
  });
  return noFluxDomain(makeGrid([planes, n, n], [spacing, spacing, spacing]), mask, 150);
}

const domain = ellipseDomain(64, 15);
const graded = Float64Array.from(domain.voxel, (v) => 1 + (v % 64) / 64);
const memo = new Map<string, Promise<SteadyState>>();

/** Runs are shared between tests: each takes about a second. */
function settled(lambda: 'constant' | 'graded', seed = 3): Promise<SteadyState> {
  const key = `${lambda} ${String(seed)}`;
  const values = lambda === 'constant' ? new Float64Array(domain.count).fill(1.5) : graded;
  const run = memo.get(key) ?? steadyState(values, domain, { ...parameters, seed }, quietRun);
  memo.set(key, run);
  return run;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const rms = (values: Float64Array): number => Math.sqrt(mean(values.map((value) => value * value)));

function laplacian(u: Float64Array, of: NoFluxDomain): Float64Array {
  const out = new Float64Array(u.length);
  applyLaplacian(out, u, of);
  return out;
}

function fluxBalance({ phiH, phiE }: SteadyState, lambda: Float64Array, of: NoFluxDomain): number {
  const second = laplacian(phiE, of);
  const fourth = laplacian(second, of);
  const left = phiE.map(
    (e, i) => lambda[i] * e - phiH[i] - parameters.a * second[i] + parameters.kappa * fourth[i],
  );
  return rms(left) / rms(phiE.map((e, i) => lambda[i] * e));
}

describe('steadyState', () => {
  it('keeps the mean chromatin', async () => {
    const { phiH, phiE } = await settled('graded');
    expect(Math.abs(mean(phiH) + mean(phiE) - 0.45) / 0.45).toBeLessThan(1e-10);
  });

  it('satisfies the flux balance, written out anew, to its tolerance', async () => {
    const state = await settled('graded');
    const residual = fluxBalance(state, graded, domain);
    expect(residual).toBeLessThan(1e-5);
    expect(residual).toBeCloseTo(state.residual, 9);
  });

  it('has a constant μ_n and no change of φ_d', async () => {
    const state = await settled('graded');
    const [curvedH, curvedE] = [laplacian(state.phiH, domain), laplacian(state.phiE, domain)];
    const slopeH = state.phiH.map((h, i) => wellSlope(h, parameters) - 2 * parameters.kappa * curvedH[i]);
    const slopeE = state.phiE.map((e, i) => 2 * parameters.a * e - 2 * parameters.kappa * curvedE[i]);
    const mu = slopeH.map((value, i) => -(value + slopeE[i]) / 2);
    const centre = mean(mu);
    expect(rms(mu.map((value) => value - centre))).toBeLessThan(5e-5);
    expect(rms(slopeH)).toBeGreaterThan(0.01);
    const flux = laplacian(
      slopeH.map((value, i) => (value - slopeE[i]) / 2),
      domain,
    );
    const methylated = state.phiE.map((e, i) => graded[i] * e);
    const change = flux.map((value, i) => value + 2 * (methylated[i] - state.phiH[i]));
    expect(rms(change) / (2 * rms(methylated))).toBeLessThan(3e-4);
  });

  it('balances methylation and acetylation over the whole nucleus', async () => {
    const { phiH, phiE } = await settled('graded');
    const methylated = mean(phiE.map((e, i) => graded[i] * e));
    expect(Math.abs(methylated / mean(phiH) - 1)).toBeLessThan(1e-5);
  });

  it('forms domains, and a constant λ is the ratio of what lies in the nucleus', async () => {
    const { phiH, phiE } = await settled('constant');
    expect(mean(phiH) / mean(phiE)).toBeCloseTo(1.5, 4);
    expect(Math.max(...phiH)).toBeGreaterThan(0.65);
    expect(Math.min(...phiH)).toBeLessThan(0.15);
    expect(Math.min(...phiE)).toBeGreaterThan(0.1);
  });

  it('gives the same field for the same seed and another for another', async () => {
    const first = await settled('constant');
    const again = await steadyState(new Float64Array(domain.count).fill(1.5), domain, parameters, quietRun);
    expect(again).toEqual(first);
    const other = await settled('constant', 4);
    expect(rms(other.phiH.map((h, i) => h - first.phiH[i]))).toBeGreaterThan(0.05);
  });

  it('is steady in three dimensions too', async () => {
    const ball = ellipseDomain(24, 26, 24);
    const lambda = new Float64Array(ball.count).fill(1.4);
    const state = await steadyState(lambda, ball, parameters, quietRun);
    expect(fluxBalance(state, lambda, ball)).toBeLessThan(1e-5);
    expect(mean(state.phiH) / mean(state.phiE)).toBeCloseTo(1.4, 4);
    expect(Math.max(...state.phiH)).toBeGreaterThan(0.6);
  });

  it('leaves λ unchanged and reports progress that never falls', async () => {
    const lambda = graded.slice();
    const heard: Progress[] = [];
    await steadyState(
      lambda,
      domain,
      { ...parameters, tolerance: 1e-3 },
      {
        ...quietRun,
        report: (progress) => heard.push(progress),
      },
    );
    expect(lambda).toEqual(graded);
    expect(heard.length).toBeGreaterThan(20);
    heard.forEach(({ fraction }, k) => {
      expect(fraction).toBeGreaterThanOrEqual(k === 0 ? 0 : heard[k - 1].fraction);
      expect(fraction).toBeLessThanOrEqual(1);
    });
  });

  it('obeys a cancel within 200 ms on a large nucleus', async () => {
    const large = ellipseDomain(512, 7.5);
    const abort = new AbortController();
    let asked = Infinity;
    setTimeout(() => {
      asked = performance.now();
      abort.abort();
    }, 1500);
    const run = steadyState(
      new Float64Array(large.count).fill(1.5),
      large,
      { ...parameters, kappa: 0.003 },
      { ...quietRun, signal: abort.signal },
    );
    const error: unknown = await run.catch((reason: unknown) => reason);
    expect(performance.now() - asked).toBeLessThan(200);
    expect(error).toBeInstanceOf(CoreError);
    expect(error).toMatchObject({ tag: 'cancelled' });
  });
});

it('interfaceLength is the decay length of the profile that solves the interface equation', () => {
  const length = interfaceLength(parameters);
  const profile = (x: number): number => parameters.phiMax / (1 + Math.exp(-x / length));
  const step = 1e-3;
  for (const x of [-0.2, 0.03, 0.15]) {
    const curvature = (profile(x + step) - 2 * profile(x) + profile(x - step)) / step ** 2;
    expect(2 * parameters.kappa * curvature).toBeCloseTo(wellSlope(profile(x), parameters), 4);
  }
});
