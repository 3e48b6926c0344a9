import { describe, expect, it } from 'vitest';
import { activeAxes, type Grid, makeGrid, type Triple } from '../../src-core/data/grid.js';
import { CoreError } from '../../src-core/errors.js';
import type { MollifierDerivative } from '../../src-core/kernels/differential-operator.js';
import {
  type MollifierFamily,
  profileDerivatives,
  radiusPerWidth,
} from '../../src-core/kernels/mollifier-family.js';
import { mollifierKernel, mollifierLimits, type Stencil } from '../../src-core/kernels/mollifier.js';
import { relativeError, sampleGrids, stencilMoment } from './manufactured.js';

const families: readonly MollifierFamily[] = ['poly8', 'bump', 'gauss'];
const named = ['identity', 'laplacian', 'bilaplacian'] as const;

function monomials(grid: Grid): Triple[] {
  const axes = activeAxes(grid);
  const all: Triple[] = [];
  for (let a = 0; a <= 4; a++) {
    for (let b = 0; a + b <= 4; b++) for (let c = 0; a + b + c <= 4; c++) all.push([a, b, c]);
  }
  return all.filter((index) => index.every((n, axis) => n === 0 || axes.includes(axis)));
}

/** ∂^α of a monomial as [coefficient, exponents], by repeated differentiation. */
function differentiateMonomial(beta: Triple, alpha: Triple): [number, number[]] {
  const left = [...beta];
  let factor = 1;
  alpha.forEach((times, axis) => {
    for (let k = 0; k < times; k++) factor *= left[axis]--;
  });
  return [factor, left];
}

/** The operators as plain sums of ∂^α, written out. */
function summands(derivative: MollifierDerivative, grid: Grid): [number, Triple][] {
  const second = activeAxes(grid).map((axis): Triple => [
    axis === 0 ? 2 : 0,
    axis === 1 ? 2 : 0,
    axis === 2 ? 2 : 0,
  ]);
  if (derivative === 'identity') return [[1, [0, 0, 0]]];
  if (derivative === 'laplacian') return second.map((index) => [1, index]);
  if (derivative === 'bilaplacian') {
    return second.flatMap((p) =>
      second.map((q): [number, Triple] => [1, [p[0] + q[0], p[1] + q[1], p[2] + q[2]]]),
    );
  }
  return [[1, derivative]];
}

/** Largest deviation of D^kη's moments from the derivatives of the smoothed monomials, over the terms' sizes. */
function momentDefect(
  stencils: readonly Stencil[],
  derivative: MollifierDerivative,
  grid: Grid,
  exact: boolean,
): number {
  const [kernel, stencil] = stencils;
  let worst = 0;
  for (const beta of monomials(grid)) {
    // Convolving xᵝ at 0 sees (−o)ᵝ; its derivative is Σ c K(o)·(∂^α xᵝ)(−o).
    const sign = (beta[0] + beta[1] + beta[2]) % 2 === 0 ? 1 : -1;
    const got = sign * stencilMoment(stencil, grid, beta);
    let want = 0;
    for (const [coefficient, alpha] of summands(derivative, grid)) {
      const [factor, left] = differentiateMonomial(beta, alpha);
      if (factor === 0) continue;
      const power: Triple = [left[0], left[1], left[2]];
      const odd = (left[0] + left[1] + left[2]) % 2 === 0 ? 1 : -1;
      const smooth = exact ? Number(left.every((n) => n === 0)) : odd * stencilMoment(kernel, grid, power);
      want += coefficient * factor * smooth;
    }
    const absolute = { ...stencil, values: stencil.values.map(Math.abs) };
    const size = Math.max(
      1e-300,
      stencilMoment(absolute, grid, [beta[0], beta[1], beta[2]].map(even) as unknown as Triple),
    );
    worst = Math.max(worst, Math.abs(got - want) / size);
  }
  return worst;
}

const even = (n: number): number => n + (n % 2);

describe('families', () => {
  it.each(families)('differentiates the profile of %s like central differences', (family) => {
    const at = (s: number): Float64Array => {
      const f = new Float64Array(5);
      profileDerivatives(f, family, s);
      return f;
    };
    const step = 1e-5;
    for (const s of [0, 0.1, 0.37, 0.62]) {
      for (let k = 1; k < 5; k++) {
        const slope = (at(s + step)[k - 1] - at(s - step)[k - 1]) / (2 * step);
        expect(Math.abs(at(s)[k] - slope)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)));
      }
    }
    expect([...at(1), ...at(1.2)]).toEqual(Array(10).fill(0));
  });

  it.each(families)('gives %s the rms width per axis that was asked for', (family) => {
    for (const grid of [
      makeGrid([1, 1, 400], [1, 1, 1]),
      makeGrid([1, 200, 200], [1, 1, 1.2]),
      makeGrid([90, 90, 90], [1.2, 1, 1]),
    ]) {
      const rmsWidth = 8;
      const [kernel] = mollifierKernel(grid, { family, rmsWidth });
      for (const axis of activeAxes(grid)) {
        const index: Triple = [axis === 0 ? 2 : 0, axis === 1 ? 2 : 0, axis === 2 ? 2 : 0];
        // A Gaussian cut at 4 σ ends on a step, which the taps see with their own error.
        const tolerance = family === 'gauss' ? 2e-3 : 1e-4;
        expect(Math.abs(Math.sqrt(stencilMoment(kernel, grid, index)) / rmsWidth - 1)).toBeLessThan(
          tolerance,
        );
      }
    }
  });

  it('has the closed form √(2p + d + 2) of the polynomial radius', () => {
    for (const d of [1, 2, 3]) {
      let [square, total] = [0, 0];
      for (let i = 0; i < 20000; i++) {
        const r = (i + 0.5) / 20000;
        const weight = (1 - r * r) ** 8 * r ** (d - 1);
        total += weight;
        square += weight * r * r;
      }
      expect(radiusPerWidth('poly8', d)).toBeCloseTo(Math.sqrt((d * total) / square), 6);
    }
  });
});

describe('discrete moments', () => {
  const cases = sampleGrids.flatMap((grid) =>
    families.map((family) => ({ grid, family, d: activeAxes(grid).length })),
  );

  it.each(cases)('of $family in $d-D are those of the smoothed monomials', ({ grid, family }) => {
    const all = monomials(grid).slice(1);
    const indices = all.filter((_, i) => all.length < 20 || i % 4 === 0);
    const rmsWidth = 1.3 * mollifierLimits(grid, family, 4).least;
    const [kernel] = mollifierKernel(grid, { family, rmsWidth });
    for (const moments of ['consistent', 'exact'] as const) {
      for (const derivative of ['laplacian', 'bilaplacian', ...indices] as const) {
        const [stencil] = mollifierKernel(grid, { family, rmsWidth, derivatives: [derivative], moments });
        expect(momentDefect([kernel, stencil], derivative, grid, moments === 'exact')).toBeLessThan(1e-10);
      }
    }
  });

  it('of the naive stencils are not, which the corrected ones are for', () => {
    const grid = sampleGrids[1];
    const options = { family: 'bump', rmsWidth: 30, derivatives: ['bilaplacian'] } as const;
    const [kernel] = mollifierKernel(grid, { family: 'bump', rmsWidth: 30 });
    const naive = mollifierKernel(grid, { ...options, moments: 'naive' });
    expect(momentDefect([kernel, ...naive], 'bilaplacian', grid, false)).toBeGreaterThan(1e-4);
  });

  it('of smoothing add up to 1, and the taps of consistent smoothing are not negative', () => {
    for (const grid of sampleGrids) {
      const [kernel] = mollifierKernel(grid, { family: 'poly8', rmsWidth: 30 });
      expect(stencilMoment(kernel, grid, [0, 0, 0])).toBeCloseTo(1, 13);
      expect(Math.min(...kernel.values)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('symmetry and units', () => {
  it('mirrors stencils evenly or oddly along each axis', () => {
    const grid = sampleGrids[2];
    const derivatives: Triple[] = [
      [0, 0, 1],
      [1, 1, 0],
      [0, 3, 0],
      [2, 1, 1],
    ];
    mollifierKernel(grid, { family: 'poly8', rmsWidth: 30, derivatives }).forEach(({ values }, k) => {
      const odd = derivatives[k].reduce((sum, n) => sum + n, 0) % 2 === 1;
      values.forEach((value, i) => {
        expect(value).toBeCloseTo((odd ? -1 : 1) * values[values.length - 1 - i], 15);
      });
    });
  });

  it('adds the second derivatives up to the Laplacian, and applies it twice for the bilaplacian', () => {
    const grid = sampleGrids[2];
    const options = { family: 'poly8', rmsWidth: 33, moments: 'naive' } as const;
    const [laplacian, bilaplacian] = mollifierKernel(grid, {
      ...options,
      derivatives: ['laplacian', 'bilaplacian'],
    });
    const second = mollifierKernel(grid, {
      ...options,
      derivatives: [
        [2, 0, 0],
        [0, 2, 0],
        [0, 0, 2],
      ],
    });
    const fourth = mollifierKernel(grid, {
      ...options,
      derivatives: [
        [4, 0, 0],
        [0, 4, 0],
        [0, 0, 4],
        [2, 2, 0],
        [2, 0, 2],
        [0, 2, 2],
      ],
    });
    const total = (stencils: readonly Stencil[], factors: readonly number[]): Float64Array =>
      stencils[0].values.map((_, i) =>
        stencils.reduce((sum, { values }, k) => sum + factors[k] * values[i], 0),
      );
    expect(relativeError(total(second, [1, 1, 1]), laplacian.values)).toBeLessThan(1e-13);
    expect(relativeError(total(fourth, [1, 1, 1, 2, 2, 2]), bilaplacian.values)).toBeLessThan(1e-13);
  });

  it('measures derivatives in the given unit', () => {
    const grid = sampleGrids[1];
    const derivatives = [...named];
    const plain = mollifierKernel(grid, { family: 'poly8', rmsWidth: 30, derivatives });
    const scaled = mollifierKernel(grid, { family: 'poly8', rmsWidth: 30, derivatives, unit: 150 });
    [1, 150 ** 2, 150 ** 4].forEach((factor, k) => {
      expect(
        relativeError(
          scaled[k].values,
          plain[k].values.map((value) => value * factor),
        ),
      ).toBeLessThan(1e-14);
    });
  });

  it('leaves its arguments alone and ignores the spacing of an axis of one voxel', () => {
    const options = Object.freeze({
      family: 'poly8',
      rmsWidth: 30,
      derivatives: Object.freeze([...named]),
    } as const);
    const [flat, other] = [1, 7000].map((dz) => Object.freeze(makeGrid([1, 48, 64], [dz, 15, 11])));
    expect(mollifierKernel(flat, options)).toEqual(mollifierKernel(other, options));
  });
});

describe('widths that a grid cannot carry', () => {
  const grid = makeGrid([1, 64, 80], [1, 10, 10]);
  const failure = (act: () => unknown): CoreError => {
    try {
      act();
    } catch (error) {
      if (error instanceof CoreError) return error;
      throw error;
    }
    throw new Error('nothing was thrown');
  };

  it('are refused with the width that would do', () => {
    const small = failure(() =>
      mollifierKernel(grid, { family: 'poly8', rmsWidth: 12 / Math.sqrt(20), derivatives: ['bilaplacian'] }),
    );
    expect(small.tag).toBe('usage');
    expect(small.message).toBe(
      'Mollifier radius is too small: 12 nm (rms width 2.68 nm) at 10 nm spacing; use at least 30 nm (rms width 6.71 nm).',
    );
    const large = failure(() => mollifierKernel(grid, { family: 'poly8', rmsWidth: 200 }));
    expect(large.message).toBe(
      'Mollifier radius is too large: 894 nm (rms width 200 nm) on a grid of 640 nm; use at most 640 nm (rms width 143 nm).',
    );
  });

  it.each(families)('end exactly at the limits for %s', (family) => {
    for (const [order, derivative] of [
      [0, 'identity'],
      [2, 'laplacian'],
      [4, 'bilaplacian'],
    ] as const) {
      const { least, most } = mollifierLimits(grid, family, order);
      const kernel = (rmsWidth: number) => (): Stencil[] =>
        mollifierKernel(grid, { family, rmsWidth, derivatives: [derivative] });
      expect(kernel(least)).not.toThrow();
      expect(kernel(least * 0.999)).toThrow(/too small/);
      expect(kernel(most)).not.toThrow();
      expect(kernel(most * 1.001)).toThrow(/too large/);
    }
  });

  it('and lengths or orders that make no sense are refused', () => {
    const base = { family: 'poly8', rmsWidth: 30 } as const;
    expect(failure(() => mollifierKernel(grid, { ...base, rmsWidth: NaN })).message).toMatch(
      /width is NaN nm/,
    );
    expect(failure(() => mollifierKernel(grid, { ...base, unit: -1 })).message).toMatch(/is -1 nm/);
    expect(failure(() => mollifierKernel(grid, { ...base, derivatives: [[0, 3, 2]] })).message).toMatch(
      /\[0, 3, 2\]/,
    );
    expect(failure(() => mollifierKernel(grid, { ...base, derivatives: [[1, 0, 0]] })).message).toMatch(
      /along z/,
    );
  });
});
