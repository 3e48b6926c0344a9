import { describe, expect, it } from 'vitest';
import { activeAxes, type Grid, makeGrid, type Triple } from '../../src-core/data/grid.js';
import { convolve } from '../../src-core/kernels/convolve.js';
import { type MollifierFamily, profileDerivatives } from '../../src-core/kernels/mollifier-family.js';
import { mollifierKernel, type MollifierMoments } from '../../src-core/kernels/mollifier.js';
import { radialSpectrum } from '../../src-core/kernels/radial-spectrum.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';
import { noiseGain, relativeError, wave } from './manufactured.js';

const named = ['identity', 'laplacian', 'bilaplacian'] as const;

/** Errors of K∗u and its derivatives on a wave, against those of the continuous kernel (or of the wave itself). */
async function waveErrors(
  grid: Grid,
  options: { family: MollifierFamily; rmsWidth: number; moments: MollifierMoments },
  against: 'smoothed' | 'itself',
): Promise<number[]> {
  const periods: Triple = [1, 2, 3];
  const { values, squaredWavenumber: k2 } = wave(grid, periods);
  const stencils = mollifierKernel(grid, { ...options, derivatives: [...named], unit: 100 });
  const results = await convolve(
    { grid, values },
    stencils,
    { edges: 'periodic', path: 'spectral' },
    quietRun,
  );
  const spectrum = radialSpectrum(options.family, activeAxes(grid).length, options.rmsWidth);
  const kept = against === 'smoothed' ? spectrum(Math.sqrt(k2)) : 1;
  return [1, -k2 * 1e4, k2 ** 2 * 1e8].map((factor, k) =>
    relativeError(
      results[k],
      values.map((value) => kept * factor * value),
    ),
  );
}

function orders(coarse: readonly number[], fine: readonly number[]): number[] {
  return coarse.map((error, k) => Math.log2(error / fine[k]));
}

describe('order of accuracy on waves', () => {
  const refined = (n: number): Grid[] => [
    makeGrid([1, 1, n], [1, 1, 960 / n]),
    makeGrid([1, n, n], [1, 960 / n, 960 / n]),
    makeGrid([n, n, n], [960 / n, 960 / n, 960 / n]),
  ];

  it.each([1, 2, 3])('approaches the continuous mollifier as the grid is refined, %d-D', async (d) => {
    // The error swings with the phase of R/h: the largest of several widths follows its envelope.
    const worst = async (grid: Grid): Promise<number[]> => {
      const all: number[][] = [];
      for (const rmsWidth of [46, 47, 48, 49, 50]) {
        all.push(await waveErrors(grid, { family: 'poly8', rmsWidth, moments: 'naive' }, 'smoothed'));
      }
      return [0, 1, 2].map((k) => Math.max(...all.map((errors) => errors[k])));
    };
    const rate = orders(await worst(refined(32)[d - 1]), await worst(refined(64)[d - 1]));
    // (1 − r²)⁸ has 7 continuous derivatives: quadrature on taps gains 9 orders, and loses one per derivative.
    [9, 7, 5].forEach((expected, k) => {
      expect(rate[k]).toBeGreaterThan(expected - 0.6);
    });
  });

  it('keeps the corrected stencils within 1e-4 of the continuous mollifier at 3 px', async () => {
    const errors = await waveErrors(
      refined(64)[1],
      { family: 'poly8', rmsWidth: 45, moments: 'consistent' },
      'smoothed',
    );
    errors.forEach((error) => {
      expect(error).toBeLessThan(1e-4);
    });
  });

  it.each([1, 2, 3])(
    'approaches the field with the width: order 2, or 6 − order with exact moments, %d-D',
    async (d) => {
      const grid = refined(64)[d - 1];
      const errors = (rmsWidth: number, moments: MollifierMoments): Promise<number[]> =>
        waveErrors(grid, { family: 'poly8', rmsWidth, moments }, 'itself');
      orders(await errors(28, 'consistent'), await errors(14, 'consistent')).forEach((rate) => {
        expect(rate).toBeGreaterThan(1.8);
        expect(rate).toBeLessThan(2.2);
      });
      const rate = orders(await errors(28, 'exact'), await errors(14, 'exact'));
      [6, 4, 2].forEach((expected, k) => {
        expect(Math.abs(rate[k] - expected)).toBeLessThan(0.35);
      });
    },
  );
});

describe('noise gain', () => {
  const grid = makeGrid([1, 96, 96], [1, 1, 1]);
  const gains = (
    family: MollifierFamily,
    rmsWidth: number,
    moments: MollifierMoments = 'consistent',
  ): number[] => mollifierKernel(grid, { family, rmsWidth, derivatives: [...named], moments }).map(noiseGain);

  it('is that of the continuous kernel, √∫(D^kη)²', () => {
    // In 2-D with w = 1 − r², η = 9w⁸/πR²: ∫η² = (81/π²R²)·π/17; ∇²η and ∇⁴η by radial quadrature.
    const rmsWidth = 5;
    const radius = rmsWidth * Math.sqrt(20);
    const f = new Float64Array(5);
    let sums = [0, 0, 0];
    const n = 20000;
    for (let i = 0; i < n; i++) {
      const r = (i + 0.5) / n;
      const s = r * r;
      profileDerivatives(f, 'poly8', s);
      const laplacian = 4 * f[1] + 4 * s * f[2];
      const bilaplacian = 16 * (2 * f[2] + 4 * s * f[3] + s * s * f[4]);
      sums = [f[0], laplacian, bilaplacian].map((value, k) => sums[k] + (value ** 2 * 2 * Math.PI * r) / n);
    }
    const theory = sums.map((sum, k) => ((9 / Math.PI) * Math.sqrt(sum)) / radius ** (1 + 2 * k));
    expect(sums[0]).toBeCloseTo(Math.PI / 17, 6);
    gains('poly8', rmsWidth).forEach((gain, k) => {
      expect(Math.abs(gain / theory[k] - 1)).toBeLessThan(0.01);
    });
  });

  it('is what white noise shows', async () => {
    const random = randomStream(5);
    const noise = Float64Array.from({ length: 96 * 96 }, random.normal);
    const stencils = mollifierKernel(grid, { family: 'poly8', rmsWidth: 1.5, derivatives: [...named] });
    const results = await convolve({ grid, values: noise }, stencils, { edges: 'periodic' }, quietRun);
    results.forEach((result, k) => {
      const rms = Math.sqrt(result.reduce((sum, value) => sum + value * value, 0) / result.length);
      expect(Math.abs(rms / noiseGain(stencils[k]) - 1)).toBeLessThan(0.08);
    });
  });

  it('of the naive bump is 38 times that of poly8 for the bilaplacian at 3 px', () => {
    const ratio = gains('bump', 3, 'naive')[2] / gains('poly8', 3)[2];
    expect(ratio).toBeGreaterThan(36);
    expect(ratio).toBeLessThan(40);
  });

  it('of exact moments is 3 to 5 times that of consistent ones for the Laplacian', () => {
    const ratio = gains('poly8', 3, 'exact')[1] / gains('poly8', 3)[1];
    expect(ratio).toBeGreaterThan(3);
    expect(ratio).toBeLessThan(5);
  });
});
