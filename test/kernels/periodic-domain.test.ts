import { describe, expect, it } from 'vitest';
import { type Grid, makeGrid, type Triple, voxelCount } from '../../src-core/data/grid.js';
import { convolve } from '../../src-core/kernels/convolve.js';
import { analyse, cosineBasis, cosineBox, synthesise } from '../../src-core/kernels/cosine-basis.js';
import { depthInside } from '../../src-core/kernels/depth.js';
import { domainHierarchy, type DomainLevel } from '../../src-core/kernels/domain-levels.js';
import { gaussianBlur } from '../../src-core/kernels/gaussian-blur.js';
import { advanceLevel } from '../../src-core/kernels/level-filter.js';
import { mollifierKernel } from '../../src-core/kernels/mollifier.js';
import { advanceField, applyLaplacian } from '../../src-core/kernels/no-flux.js';
import { filterField } from '../../src-core/kernels/no-flux-filter.js';
import { periodicDomain } from '../../src-core/kernels/periodic-domain.js';
import { regularRuns } from '../../src-core/kernels/regular-runs.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';
import { noFluxMollifier } from '../../src-core/solvers/no-flux-mollifier.js';
import { relativeError, sampleGrids, wave } from './manufactured.js';

const unit = 150;
const oddGrids = [makeGrid([1, 27, 33], [1, 15, 11]), makeGrid([7, 18, 21], [40, 15, 15])];

function randomField(n: number, seed: number): Float64Array {
  const stream = randomStream(seed);
  return Float64Array.from({ length: n }, () => stream.normal());
}

/** A field moved cyclically by whole voxels along z, y, x. */
function shifted(
  values: Float64Array,
  { shape: [nz, ny, nx] }: Pick<Grid, 'shape'>,
  by: Triple,
): Float64Array {
  const out = new Float64Array(values.length);
  const modulo = (i: number, n: number): number => ((i % n) + n) % n;
  values.forEach((value, i) => {
    const z = modulo(Math.floor(i / (ny * nx)) + by[0], nz);
    const y = modulo((Math.floor(i / nx) % ny) + by[1], ny);
    out[(z * ny + y) * nx + modulo((i % nx) + by[2], nx)] = value;
  });
  return out;
}

const sizeOf = (values: Float64Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

describe.each([...sampleGrids, ...oddGrids])('periodic domain of $shape', (grid) => {
  const domain = periodicDomain(grid, unit);
  const n = voxelCount(grid);
  const apply = (u: Float64Array): Float64Array => {
    const out = new Float64Array(n);
    applyLaplacian(out, u, domain);
    return out;
  };

  it('has every wave that fits as an eigenfunction of its Laplacian', () => {
    const periods: Triple = [1, 3, 5];
    const { values } = wave(grid, periods);
    const eigenvalue = grid.shape.reduce(
      (sum, count, axis) =>
        count === 1
          ? sum
          : sum + ((2 * unit * Math.sin((Math.PI * periods[axis]) / count)) / grid.spacing[axis]) ** 2,
      0,
    );
    const expected = values.map((v) => -eigenvalue * v);
    expect(relativeError(apply(values), expected)).toBeLessThan(1e-11);
  });

  it('conserves mass, is symmetric, and moves with the field', () => {
    const [u, v] = [randomField(n, 1), randomField(n, 2)];
    const lu = apply(u);
    const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
    expect(Math.abs(lu.reduce((sum, x) => sum + x, 0))).toBeLessThan(1e-10 * sizeOf(lu));
    expect(Math.abs(dot(v, lu) - dot(u, apply(v)))).toBeLessThan(1e-10 * sizeOf(lu));
    expect(-dot(u, lu) / dot(u, u)).toBeLessThan(domain.bound);
    expect(apply(shifted(u, grid, [2, 5, 9]))).toEqual(shifted(lu, grid, [2, 5, 9]));
  });

  it('is the same in runs, which end at the seam, as cell by cell', () => {
    const [u, v, before] = [3, 4, 5].map((seed) => randomField(n, seed));
    const runs = regularRuns({ ...domain, weights: domain.rates });
    const out = Float64Array.from(before);
    advanceField(out, [u, v], [domain, runs], { laplacian: 0.3, current: 2, source: -1.5, kept: 0.7 });
    const lu = apply(u);
    const expected = lu.map((l, i) => 0.3 * l + 2 * u[i] - 1.5 * v[i] + 0.7 * before[i]);
    expect(relativeError(out, expected)).toBeLessThan(1e-12);
    for (let r = 0; r < runs.place.length; r += runs.places) {
      expect(Math.floor(runs.place[r] / grid.shape[2])).toBe(
        Math.floor((runs.place[r + 1] - 1) / grid.shape[2]),
      );
      expect(runs.place[r] % grid.shape[2]).toBeGreaterThan(0);
      expect(runs.place[r + 1] % grid.shape[2]).toBeGreaterThan(0);
    }
  });

  it('has no edge', () => {
    expect(depthInside(domain).every((depth) => depth === Infinity)).toBe(true);
  });

  it('goes on over the seam on every level, conserving mass', async () => {
    const { finest, coarser } = await domainHierarchy(domain, quietRun);
    expect(coarser.length).toBeGreaterThan(0);
    for (const level of [finest, ...coarser]) {
      const apply = (u: Float64Array): Float64Array => {
        const out = new Float64Array(level.count);
        advanceLevel(out, [u, u], level, { laplacian: 1, current: 0, source: 0, kept: 0 });
        return out;
      };
      expect(level.period).toEqual(finest.period);
      const u = randomField(level.count, 6);
      const lu = apply(u);
      const total = lu.reduce((sum, x, i) => sum + level.volume[i] * x, 0);
      expect(Math.abs(total)).toBeLessThan(1e-9 * (1 + sizeOf(lu) * voxelCount(grid)));
      const even = level.volume.every((v) => v === level.volume[0]);
      if (even) {
        const moved = shifted(u, level, [1, 1, 3]);
        expect(relativeError(apply(moved), shifted(lu, level, [1, 1, 3]))).toBeLessThan(1e-12);
      }
    }
  });
});

describe('what is made on a periodic domain', () => {
  const grid = makeGrid([1, 40, 48], [1, 15, 12]);
  const domain = periodicDomain(grid, unit);
  const n = voxelCount(grid);

  it('mollifies as the convolution that wraps around does', async () => {
    const mollifier = noFluxMollifier('poly8', domain, unit);
    const { values } = wave(grid, [0, 1, 1]);
    const smooth = await filterField(values, domain, mollifier.series(60), quietRun);
    const options = { family: 'poly8', rmsWidth: 60, derivatives: ['identity'] } as const;
    const stencils = mollifierKernel(grid, options);
    const [expected] = await convolve({ grid, values }, stencils, { edges: 'periodic' }, quietRun);
    // To the second order of the Laplacian of the grid.
    expect(relativeError(smooth, expected)).toBeLessThan(0.01);
  });

  it('filters a moved field to the moved filtered field', async () => {
    const mollifier = noFluxMollifier('poly8', domain, unit);
    const u = randomField(n, 8);
    for (const width of [40, 90]) {
      const own = await filterField(u, domain, mollifier.series(width), quietRun);
      const moved = await filterField(
        shifted(u, grid, [0, 11, 17]),
        domain,
        mollifier.series(width),
        quietRun,
      );
      expect(relativeError(moved, shifted(own, grid, [0, 11, 17]))).toBeLessThan(1e-12);
    }
    const blurred = gaussianBlur(u, grid, [30, 30, 30], true);
    const movedBlur = gaussianBlur(shifted(u, grid, [0, 11, 17]), grid, [30, 30, 30], true);
    expect(relativeError(movedBlur, shifted(blurred, grid, [0, 11, 17]))).toBeLessThan(1e-12);
  });

  const orthonormal = async (level: DomainLevel, highest: number): Promise<void> => {
    const basis = cosineBasis(level, cosineBox(level, 2), highest);
    const coefficients = randomField(basis.count, 9);
    const field = await synthesise(coefficients, basis, quietRun);
    const back = await analyse(field, basis, quietRun);
    expect(relativeError(back, coefficients)).toBeLessThan(1e-12);
  };

  it('has a basis of waves that repeat themselves, orthonormal on its levels', async () => {
    const { finest, coarser } = await domainHierarchy(domain, quietRun);
    await orthonormal(finest, 9);
    await orthonormal(finest, 1e3);
    await orthonormal(coarser[0], 6);
    const basis = cosineBasis(finest, cosineBox(finest, 2), 9);
    const [, ny, nx] = basis.modes;
    expect([ny % 2, nx % 2]).toEqual([1, 1]);
    const lowest = (2 * Math.PI * unit) / (48 * 12);
    expect(basis.wave[1]).toBeCloseTo(lowest ** 2, 12);
    expect(basis.wave[2]).toBeCloseTo(lowest ** 2, 12);
    expect(basis.wave[3]).toBeCloseTo(4 * lowest ** 2, 12);
  });
});
