import { describe, expect, it } from 'vitest';
import { makeGrid, type Triple, voxelCount } from '../../src-core/data/grid.js';
import { convolve } from '../../src-core/kernels/convolve.js';
import { depthInside } from '../../src-core/kernels/depth.js';
import { mollifierKernel } from '../../src-core/kernels/mollifier.js';
import { advanceField, applyLaplacian, noFluxDomain, pack, unpack } from '../../src-core/kernels/no-flux.js';
import { chebyshevSeries, filterField, filterPair } from '../../src-core/kernels/no-flux-filter.js';
import { regularRuns } from '../../src-core/kernels/regular-runs.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';
import { noFluxMollifier } from '../../src-core/solvers/no-flux-mollifier.js';

function randomField(n: number, seed: number): Float64Array {
  const stream = randomStream(seed);
  return Float64Array.from({ length: n }, () => stream.normal());
}

function ellipse(shape: Triple): Uint8Array {
  const [nz, ny, nx] = shape;
  return Uint8Array.from({ length: nz * ny * nx }, (_, i) => {
    const at = [Math.floor(i / (nx * ny)), Math.floor(i / nx) % ny, i % nx];
    const r = at.map((v, axis) => (shape[axis] === 1 ? 0 : ((v + 0.5) / shape[axis] - 0.5) / 0.45));
    return r.reduce((sum, v) => sum + v * v, 0) < 1 ? 1 : 0;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, v, i) => sum + v * b[i], 0);
}

describe.each([
  { shape: [1, 24, 30] as Triple, spacing: [1, 10, 15] as Triple },
  { shape: [10, 14, 16] as Triple, spacing: [40, 15, 15] as Triple },
  { shape: [1, 1, 40] as Triple, spacing: [1, 1, 20] as Triple },
])('no-flux Laplacian on $shape', ({ shape, spacing }) => {
  const grid = makeGrid(shape, spacing);
  const domain = noFluxDomain(grid, ellipse(shape), 150);
  const apply = (u: Float64Array): Float64Array => {
    const out = new Float64Array(u.length);
    applyLaplacian(out, u, domain);
    return out;
  };

  it('conserves mass, is symmetric and not positive', () => {
    const u = randomField(domain.count, 1);
    const v = randomField(domain.count, 2);
    const lu = apply(u);
    const size = Math.sqrt(dot(lu, lu));
    expect(Math.abs(lu.reduce((sum, x) => sum + x, 0))).toBeLessThan(1e-10 * size);
    expect(Math.abs(dot(v, lu) - dot(u, apply(v)))).toBeLessThan(1e-10 * size);
    expect(dot(u, lu)).toBeLessThan(0);
    expect(-dot(u, lu) / dot(u, u)).toBeLessThan(domain.bound);
  });

  it('is the same in runs of equal cells as cell by cell, in a pass with other fields', () => {
    const [u, v, before] = [3, 4, 5].map((seed) => randomField(domain.count, seed));
    const runs = regularRuns({ ...domain, weights: domain.rates });
    expect(runs.place.length > 0).toBe(shape[1] > 1);
    const out = Float64Array.from(before);
    const pass = { laplacian: 0.3, current: 2, source: -1.5, kept: 0.7 };
    advanceField(out, [u, v], [domain, runs], pass);
    const lu = apply(u);
    out.forEach((value, i) => {
      expect(value).toBeCloseTo(0.3 * lu[i] + 2 * u[i] - 1.5 * v[i] + 0.7 * before[i], 8);
    });
  });
});

describe('packing', () => {
  it('puts every inside value back where it was', () => {
    const grid = makeGrid([1, 5, 6], [1, 10, 10]);
    const mask = Uint8Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 0 : 1));
    const values = Float32Array.from({ length: 30 }, (_, i) => i + 1);
    const domain = noFluxDomain(grid, mask, 10);
    const back = unpack(pack(values, domain), domain, -1);
    expect([...back]).toEqual([...values].map((v, i) => (mask[i] === 0 ? -1 : v)));
  });
});

describe('Chebyshev filter', () => {
  const grid = makeGrid([1, 48, 40], [1, 15, 15]);
  const domain = noFluxDomain(grid, undefined, 150);
  const heat = chebyshevSeries((x) => Math.exp(-0.1 * x), domain.bound);

  it('multiplies a cosine mode, an eigenvector of the no-flux square, by the function of its eigenvalue', async () => {
    const mode = Float64Array.from({ length: voxelCount(grid) }, (_, i) => {
      const [iy, ix] = [Math.floor(i / 40), i % 40];
      return Math.cos((Math.PI * 3 * (iy + 0.5)) / 48) * Math.cos((Math.PI * 5 * (ix + 0.5)) / 40);
    });
    const eigenvalue = 100 * (4 - 2 * Math.cos((Math.PI * 3) / 48) - 2 * Math.cos((Math.PI * 5) / 40));
    const out = await filterField(mode, domain, heat, quietRun);
    out.forEach((value, i) => {
      expect(value).toBeCloseTo(mode[i] * Math.exp(-0.1 * eigenvalue), 6);
    });
  });

  it('keeps the mean and the arguments', async () => {
    const u = randomField(domain.count, 5);
    const before = Float64Array.from(u);
    const [[a, b]] = await filterPair([u, u], domain, [heat], quietRun);
    expect(u).toEqual(before);
    expect(a).toEqual(b);
    expect(a.reduce((sum, v) => sum + v, 0)).toBeCloseTo(
      u.reduce((sum, v) => sum + v, 0),
      4,
    );
  });

  it('equals the convolution with the mollifier away from the walls', async () => {
    const wide = makeGrid([1, 128, 128], [1, 10, 10]);
    const u = Float64Array.from({ length: voxelCount(wide) }, (_, i) => {
      const [x, y] = [(i % 128) / 128, Math.floor(i / 128) / 128];
      return Math.sin(9 * x + 4 * y) + Math.cos(13 * y - 5 * x);
    });
    const square = noFluxDomain(wide, undefined, 150);
    const filtered = await filterField(u, square, noFluxMollifier('poly8', square, 150).series(60), quietRun);
    const stencils = mollifierKernel(wide, { family: 'poly8', rmsWidth: 60, derivatives: ['identity'] });
    const [convolved] = await convolve({ grid: wide, values: u }, stencils, { edges: 'reflect' }, quietRun);
    let worst = 0;
    for (let iy = 40; iy < 88; iy++) {
      for (let ix = 40; ix < 88; ix++)
        worst = Math.max(worst, Math.abs(filtered[iy * 128 + ix] - convolved[iy * 128 + ix]));
    }
    // The finite-volume Laplacian sees wavenumbers (kh)²/24 too small, here 0.05 %.
    expect(worst).toBeLessThan(1e-3);
  });

  it('is cancelled by its signal', async () => {
    const run = { signal: { aborted: true }, report: () => undefined };
    await expect(filterField(randomField(domain.count, 6), domain, heat, run)).rejects.toMatchObject({
      tag: 'cancelled',
    });
  });

  it('leaves a single voxel as it is where the function is 1', async () => {
    const one = noFluxDomain(makeGrid([1, 1, 1], [1, 1, 1]), undefined, 1);
    const series = chebyshevSeries((x) => Math.exp(-x), one.bound);
    expect([...(await filterField(Float64Array.of(3), one, series, quietRun))][0]).toBeCloseTo(3, 6);
  });
});

describe('depth', () => {
  it('counts from the nearest closed face', () => {
    const domain = noFluxDomain(makeGrid([1, 5, 5], [1, 30, 30]), undefined, 150);
    const depth = depthInside(domain);
    expect(depth[0]).toBeCloseTo(0.1, 12);
    expect(depth[12]).toBeCloseTo(0.5, 12);
  });
});
