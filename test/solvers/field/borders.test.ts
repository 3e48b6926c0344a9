import { beforeAll, describe, expect, it } from 'vitest';
import { makeGrid } from '../../../src-core/data/grid.js';
import { domainHierarchy, type DomainLevel } from '../../../src-core/kernels/domain-levels.js';
import { applyLaplacian, noFluxDomain } from '../../../src-core/kernels/no-flux.js';
import { randomStream } from '../../../src-core/random.js';
import { quietRun } from '../../../src-core/run.js';
import { faceConductance, squaredSlope } from '../../../src-core/solvers/field/edge-prior.js';
import { solveField } from '../../../src-core/solvers/field/field.js';
import type { RateProblem, RateSolution } from '../../../src-core/solvers/solver.js';

const n = 96;
const mask = Uint8Array.from({ length: n * n }, (_, i) =>
  Math.hypot(((i % n) - 47.5) / 44, (Math.floor(i / n) - 47.5) / 38) < 1 ? 1 : 0,
);
const domain = noFluxDomain(makeGrid([1, n, n], [15, 15, 15]), mask, 150);
const parameters = { a: 1, wellHeight: 1.2, phiMax: 0.8, kappa: 0.012 };

function laplacian(u: Float64Array): Float64Array {
  const out = new Float64Array(u.length);
  applyLaplacian(out, u, domain);
  return out;
}

/** A steady nucleus: φ_e without the waves that a pixel's Laplacian gets wrong, φ_h = λφ_e − a∇²φ_e + κ∇⁴φ_e. */
function nucleus(
  rate: (y: number, x: number) => number,
  noise: number,
): RateProblem & { truth: Float64Array } {
  const stream = randomStream(8);
  const draw = (): Float64Array => Float64Array.from({ length: domain.count }, () => noise * stream.normal());
  const position = (i: number): [number, number] => [
    (Math.floor(domain.voxel[i] / n) - 47.5) / 10,
    ((domain.voxel[i] % n) - 47.5) / 10,
  ];
  const phiE = Float64Array.from({ length: domain.count }, (_, i) => {
    const [y, x] = position(i);
    return 0.18 + 0.04 * Math.cos(2.1 * x + 1) * Math.cos(1.7 * y);
  });
  const truth = phiE.map((_, i) => rate(...position(i)));
  const first = laplacian(phiE);
  const second = laplacian(first);
  const phiH = phiE.map((e, i) => truth[i] * e - first[i] + parameters.kappa * second[i]);
  const add = (u: Float64Array, v: Float64Array): Float64Array => u.map((value, i) => value + v[i]);
  return {
    ...{ domain, parameters, truth, length: 150, finest: 0, rim: null, equation: 'flux-balance' },
    phiH: add(phiH, draw()),
    phiE: add(phiE, draw()),
    noiseH: draw(),
    noiseE: draw(),
  };
}

const stepped = nucleus((y, x) => (Math.hypot(y - 0.4, x + 0.6) < 1.9 ? 2.2 : 0.9), 0.004);
const even = nucleus((y, x) => 1.5 + 0.5 * Math.sin(0.9 * y) * Math.cos(0.8 * x), 0.004);

function relativeError({ rate }: RateSolution, truth: Float64Array): number {
  const off = rate.reduce((sum, v, i) => sum + (v - truth[i]) ** 2, 0);
  return Math.sqrt(off / truth.reduce((sum, v) => sum + v * v, 0));
}

const choice = { family: 'poly8', lengthScale: null } as const;

describe('a λ with a sharp border', () => {
  let found: RateSolution;
  let smooth: RateSolution;
  beforeAll(async () => {
    found = await solveField(stepped, choice, quietRun);
    const length = found.uncertainty?.prior.lengthNm ?? 0;
    smooth = await solveField(stepped, { ...choice, lengthScale: length }, quietRun);
  });

  it('is solved under the prior of sharp borders, which foretells held-out noise better', () => {
    const { gain, gainSd } = found.uncertainty?.borders ?? { gain: 0, gainSd: 1 };
    expect(gain).toBeGreaterThan(2.5 * gainSd);
  });

  it('comes out at least a third nearer to the truth than under the smooth prior of the same data', () => {
    expect(smooth.uncertainty?.borders).toBeUndefined();
    expect(relativeError(found, stepped.truth)).toBeLessThan(0.67 * relativeError(smooth, stepped.truth));
  });

  it('has an sd that is largest along the border and tells the error', () => {
    const sd = found.uncertainty?.sd ?? new Float64Array();
    const z = found.rate.map((v, i) => Math.abs(v - stepped.truth[i]) / sd[i]);
    expect(z.filter((v) => v < 2).length / z.length).toBeGreaterThan(0.8);
    expect(Math.max(...sd)).toBeGreaterThan(5 * sd.slice().sort()[sd.length >> 1]);
  });

  it('is the same in every run', async () => {
    const again = await solveField(stepped, choice, quietRun);
    expect(again.rate).toEqual(found.rate);
    expect(again.uncertainty?.sd).toEqual(found.uncertainty?.sd);
  });
});

describe('a smooth λ', () => {
  it('keeps the smooth prior', async () => {
    const { uncertainty } = await solveField(even, choice, quietRun);
    expect(uncertainty).toBeDefined();
    expect(uncertainty?.borders).toBeUndefined();
  });
});

describe('the quadratic above the prior of sharp borders', () => {
  const beta = 1.7;
  const epsilon = 0.05;
  let level: DomainLevel;
  beforeAll(async () => {
    level = (await domainHierarchy(domain, quietRun)).finest;
  });
  const energy = (delta: Float64Array): number =>
    squaredSlope(delta, level).reduce((sum, s) => sum + 2 * beta * ((s + epsilon ** 2) ** 0.25 - 0), 0);
  const quadratic = (conductance: Float64Array, delta: Float64Array): number =>
    conductance.reduce((sum, c, k) => {
      return sum + (c * (delta[level.neighbour[k]] - delta[Math.floor(k / 4)]) ** 2) / 4;
    }, 0);

  it('touches −log of the prior at its δ, and is above it elsewhere', () => {
    const stream = randomStream(5);
    const noise = (size: number) => Float64Array.from({ length: level.count }, () => size * stream.normal());
    const delta = stepped.truth.map((v, i) => v + noise(0.01)[i % 7]);
    const conductance = faceConductance(squaredSlope(delta, level), level, { beta, epsilon });
    const rise = (other: Float64Array) => quadratic(conductance, other) - quadratic(conductance, delta);
    const near = noise(1e-5).map((v, i) => v + delta[i]);
    expect(Math.abs(energy(near) - energy(delta) - rise(near)) / Math.abs(rise(near))).toBeLessThan(1e-2);
    for (const size of [0.01, 0.1, 1]) {
      const far = noise(size).map((v, i) => v + delta[i]);
      expect(rise(far)).toBeGreaterThan(energy(far) - energy(delta));
    }
  });
});
