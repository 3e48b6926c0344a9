import { describe, expect, it } from 'vitest';
import { type MollifierFamily, radiusPerWidth } from '../../src-core/kernels/mollifier-family.js';
import { radialSpectrum } from '../../src-core/kernels/radial-spectrum.js';

const cases = (['poly8', 'bump', 'gauss'] as const).flatMap((family) =>
  [1, 2, 3].map((d) => ({ family, d })),
);

/** Γ(ν+1)(2/q)^ν J_ν(q) by its power series, ν = 8 + d/2: the transform of (1 − r²)⁸ in d dimensions. */
function besselSeries(q: number, d: number): number {
  const order = 8 + d / 2;
  let [term, sum] = [1, 1];
  for (let m = 1; m < 60; m++) {
    term *= -(q * q) / 4 / (m * (m + order));
    sum += term;
  }
  return sum;
}

/** The transform straight from its definition in 3-D, ∫ η sin(kr)/(kr) 4πr² dr, or in 1-D, by a fine midpoint rule. */
function slowSpectrum(profile: (r: number) => number, q: number, d: 1 | 3): number {
  const n = 400000;
  let [sum, total] = [0, 0];
  for (let i = 0; i < n; i++) {
    const r = (i + 0.5) / n;
    const weight = profile(r) * r ** (d - 1);
    total += weight;
    sum += weight * (d === 1 ? Math.cos(q * r) : Math.sin(q * r) / (q * r));
  }
  return sum / total;
}

const profiles: Record<MollifierFamily, (r: number) => number> = {
  poly8: (r) => (1 - r * r) ** 8,
  bump: (r) => Math.exp(-1 / (1 - r * r)),
  gauss: (r) => Math.exp(-8 * r * r),
};

describe('radialSpectrum', () => {
  it.each(cases)('of $family in $d-D is 1 at 0 and falls like 1 − (k·rms)²/2', ({ family, d }) => {
    const rmsWidth = 35;
    const spectrum = radialSpectrum(family, d, rmsWidth);
    expect(spectrum(0)).toBeCloseTo(1, 12);
    const step = 1e-3 / rmsWidth;
    // Richardson's two steps leave an error of the fourth order of a smooth even function.
    const curvature = (h: number): number => (2 * (spectrum(h) - 1)) / h ** 2;
    const second = (4 * curvature(10 * step) - curvature(20 * step)) / 3;
    expect(Math.abs(second / -(rmsWidth ** 2) - 1)).toBeLessThan(1e-7);
  });

  it.each([1, 2, 3])('of poly8 is the Bessel series, %d-D', (d) => {
    const spectrum = radialSpectrum('poly8', d, 20);
    const radius = 20 * Math.sqrt(18 + d);
    for (const q of [0.5, 2, 5, 10, 15])
      expect(Math.abs(spectrum(q / radius) - besselSeries(q, d))).toBeLessThan(1e-10);
  });

  it.each([1, 2, 3])('of gauss is a Gaussian up to its truncation, %d-D', (d) => {
    const sigma = radiusPerWidth('gauss', d) / 4;
    const spectrum = radialSpectrum('gauss', d, 1);
    for (const k of [0.3, 1, 2, 3])
      expect(Math.abs(spectrum(k) - Math.exp(-((k * sigma) ** 2) / 2))).toBeLessThan(2e-3);
  });

  it.each(cases.filter(({ d }) => d !== 2))(
    'of $family in $d-D agrees with the definition up to k·R = 700',
    ({ family, d }) => {
      const spectrum = radialSpectrum(family, d, 1);
      for (const q of [1, 7.7, 40, 133, 333, 700]) {
        const slow = slowSpectrum(profiles[family], q, d === 1 ? 1 : 3);
        expect(Math.abs(spectrum(q / radiusPerWidth(family, d)) - slow)).toBeLessThan(1e-8);
      }
    },
  );

  it.each(cases)('of $family in $d-D does not depend on the number of nodes', ({ family, d }) => {
    const radius = radiusPerWidth(family, d);
    const [coarse, fine] = [radialSpectrum(family, d, 1), radialSpectrum(family, d, 1)];
    // A large wavenumber makes the second one refine its rule for good.
    expect(Math.abs(fine(20000 / radius))).toBeLessThan(1e-4);
    for (let q = 0; q <= 700; q += 7)
      expect(Math.abs(coarse(q / radius) - fine(q / radius))).toBeLessThan(1e-9);
  });

  it('is even in k', () => {
    const spectrum = radialSpectrum('bump', 2, 10);
    expect(spectrum(-0.1)).toBe(spectrum(0.1));
  });
});
