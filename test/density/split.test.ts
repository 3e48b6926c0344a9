import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { splitDensity, splitPerturbation } from '../../src-core/density/split.js';
import { applyLaplacian, noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { wellSlope } from '../../src-core/models/chromatin.js';
import { quietRun } from '../../src-core/run.js';

const parameters = { a: 1, wellHeight: 1.2, phiMax: 0.8, kappa: 0.012 };
const n = 40;
const domain = noFluxDomain(makeGrid([1, n, n], [15, 15, 15]), undefined, 150);

/** A density that the split must turn into the given φ_h: c solves 2ac − 2κ∇²c = 2m − f_h′ + 2aφ_h. */
function densityOf(phiH: Float64Array, m: number): Float64Array {
  const { a, kappa } = parameters;
  const source = phiH.map((h) => 2 * m - wellSlope(h, parameters) + 2 * a * h);
  let c = source.map((s) => s / (2 * a));
  const laplacian = new Float64Array(c.length);
  // Damped fixed point: 2ac = source + 2κ∇²c, contracting because κ·8·100 is brought below a by the damping.
  for (let step = 0; step < 4000; step++) {
    applyLaplacian(laplacian, c, domain);
    c = c.map((value, i) => value + 0.09 * ((source[i] + 2 * kappa * laplacian[i]) / (2 * a) - value));
  }
  return c;
}

const phiH = Float64Array.from({ length: n * n }, (_, i) => {
  const [x, y] = [i % n, Math.floor(i / n)];
  return 0.3 + 0.22 * Math.cos((Math.PI * 4 * (x + 0.5)) / n) * Math.cos((Math.PI * 3 * (y + 0.5)) / n);
});

describe('single-channel split', () => {
  const density = densityOf(phiH, 0.1);
  const total = density.reduce((sum, v) => sum + v, 0);
  const fraction = phiH.reduce((sum, v) => sum + v, 0) / total;

  it('recovers a manufactured φ_h from the density and the global fraction', async () => {
    const split = await splitDensity(density, domain, { fraction, parameters }, quietRun);
    split.phiH.forEach((value, i) => {
      expect(Math.abs(value - phiH[i])).toBeLessThan(1e-5);
      expect(value + split.phiE[i]).toBeCloseTo(density[i], 12);
    });
  });

  it('predicts what a small change of the density does', async () => {
    const change = phiH.map((_, i) => 1e-4 * Math.sin(i));
    const split = await splitDensity(density, domain, { fraction, parameters }, quietRun);
    const predicted = splitPerturbation(change, split, domain, parameters);
    const moved = await splitDensity(
      density.map((v, i) => v + change[i]),
      domain,
      { fraction, parameters },
      quietRun,
    );
    const difference = moved.phiH.map((v, i) => v - split.phiH[i]);
    const error = difference.map((v, i) => v - predicted.phiH[i]);
    const norm = (v: Float64Array): number => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    expect(norm(error)).toBeLessThan(0.05 * norm(difference));
  });

  it('refuses parameters that allow two answers', async () => {
    const steep = { ...parameters, wellHeight: 3 };
    await expect(
      splitDensity(density, domain, { fraction, parameters: steep }, quietRun),
    ).rejects.toMatchObject({
      tag: 'usage',
    });
  });
});
