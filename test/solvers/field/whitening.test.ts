import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../../src-core/data/grid.js';
import { chebyshevSeries, filterField } from '../../../src-core/kernels/no-flux-filter.js';
import { noFluxDomain } from '../../../src-core/kernels/no-flux.js';
import { randomStream } from '../../../src-core/random.js';
import { quietRun } from '../../../src-core/run.js';
import {
  continuumWave,
  type EquationNoise,
  errorWeight,
  gridSpacings,
  rateSymbol,
} from '../../../src-core/solvers/field/whitening.js';

const noise: EquationNoise = { level: 1.4, a: 1, kappa: 0.012, sdH: 0.03, sdE: 0.02 };

describe('whitening', () => {
  it('has the operator λ₀ − a∇² + κ∇⁴ on a wave', () => {
    // cos(2x)cos(x): k² = 5; ∇² gives −5, ∇⁴ gives 25.
    expect(rateSymbol(noise, 5)).toBeCloseTo(1.4 + 5 + 0.012 * 25, 12);
    expect(rateSymbol(noise, 0)).toBe(1.4);
  });

  it('makes the error of the equation white: G^½(n_h − A₀n_e) has variance 1 at every wave', async () => {
    const n = 128;
    const domain = noFluxDomain(makeGrid([1, n, n], [1, 20, 20]), undefined, 150);
    const stream = randomStream(5);
    const draw = (sd: number): Float64Array =>
      Float64Array.from({ length: domain.count }, () => sd * stream.normal());
    const [h, e] = [draw(noise.sdH), draw(noise.sdE)];
    const series = (f: (k2: number) => number) => chebyshevSeries(f, domain.bound, 1e-9);
    const whitened = await filterField(
      h,
      domain,
      series((x) => Math.sqrt(errorWeight(noise, x))),
      quietRun,
    );
    const applied = await filterField(
      e,
      domain,
      series((x) => Math.sqrt(errorWeight(noise, x)) * rateSymbol(noise, x)),
      quietRun,
    );
    const error = whitened.map((v, i) => v - applied[i]);
    // In all, and in two bands of waves: the mean square in a band over that of white noise in it.
    const bands = [() => 1, (x: number) => Math.exp(-x / 30), (x: number) => 1 - Math.exp(-x / 100)];
    for (const band of bands) {
      const [filtered, reference] = [
        await filterField(error, domain, series(band), quietRun),
        await filterField(draw(1), domain, series(band), quietRun),
      ];
      const square = (u: Float64Array): number => u.reduce((sum, v) => sum + v * v, 0);
      expect(square(filtered) / square(reference)).toBeGreaterThan(0.8);
      expect(square(filtered) / square(reference)).toBeLessThan(1.25);
    }
  });

  it('never weighs the derivative of noise: the weight times A₀² stays below 1/σ_e² at any wave', () => {
    for (const k2 of [0, 1, 10, 1e3, 1e6]) {
      const product = errorWeight(noise, k2) * rateSymbol(noise, k2) ** 2;
      expect(product).toBeLessThanOrEqual(1 / noise.sdE ** 2);
      expect(errorWeight(noise, k2)).toBeLessThanOrEqual(1 / noise.sdH ** 2);
    }
  });

  it.each([
    ['1-D', [0.2]],
    ['2-D', [0.2, 0.2]],
    ['3-D', [0.2, 0.2, 0.2]],
  ])(
    'gives the wave number of the continuum to fourth order, averaged over directions, %s',
    (_, spacings) => {
      const stream = randomStream(3);
      const wave = continuumWave(spacings);
      const errorAt = (k: number): number => {
        let [sum, count] = [0, 0];
        for (let draw = 0; draw < 4000; draw++) {
          const direction = spacings.map(() => stream.normal());
          const size = Math.hypot(...direction);
          const eigenvalue = spacings.reduce((total, h, axis) => {
            const along = (k * direction[axis]) / size;
            return total + ((2 / h) * Math.sin((along * h) / 2)) ** 2;
          }, 0);
          sum += wave(eigenvalue) / k ** 2 - 1;
          count++;
        }
        return sum / count;
      };
      // Uncorrected the error is −h²k²/12 times 1, 3/4, 3/5: −.013 and more at k = 2.
      expect(Math.abs(errorAt(2))).toBeLessThan(0.002);
      expect(Math.abs(errorAt(4))).toBeLessThan(0.015);
    },
  );

  it('measures spacings in L0 along the axes that the grid extends along', () => {
    expect(gridSpacings(makeGrid([1, 8, 9], [500, 30, 15]), 150)).toEqual([0.2, 0.1]);
    expect(gridSpacings(makeGrid([4, 8, 9], [75, 30, 15]), 150)).toEqual([0.5, 0.2, 0.1]);
    expect(gridSpacings(makeGrid([1, 1, 1], [75, 30, 15]), 150)).toEqual([]);
  });
});
