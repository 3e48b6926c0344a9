import { describe, expect, it } from 'vitest';
import { type Grid, makeGrid, type Triple, voxelCount } from '../../src-core/data/grid.js';
import { CoreError } from '../../src-core/errors.js';
import { convolve, type Edges, mollify, mollifyTogether } from '../../src-core/kernels/convolve.js';
import type { Extension } from '../../src-core/kernels/edges.js';
import { mollifierKernel, type Stencil } from '../../src-core/kernels/mollifier.js';
import { convolveSpectral, planBlocks } from '../../src-core/kernels/spectral.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun, type Run } from '../../src-core/run.js';
import { relativeError, wave } from './manufactured.js';

const extensions: readonly Extension[] = ['zero', 'periodic', 'reflect', 'odd'];

const grids: readonly Grid[] = [
  makeGrid([1, 1, 37], [1, 1, 10]),
  makeGrid([1, 26, 33], [1, 14, 10]),
  makeGrid([1, 32, 16], [1, 10, 12]),
  makeGrid([9, 17, 14], [22, 14, 10]),
];

function randomField(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, randomStream(seed).normal);
}

/** The value at any position along one axis, by walking in from outside one fold at a time. */
function fold(position: number, n: number, extension: Extension): [number, number] {
  let [i, sign] = [position, 1];
  while (i < 0 || i >= n) {
    if (extension === 'zero') return [0, 0];
    if (extension === 'periodic') i += i < 0 ? n : -n;
    else if (extension === 'reflect') i = i < 0 ? -1 - i : 2 * n - 1 - i;
    else {
      if (i === -1 || i === n) return [0, 0];
      i = i < 0 ? -2 - i : 2 * n - i;
      sign = -sign;
    }
  }
  return [i, sign];
}

/** Σ values(o)·u(i − o), one tap at a time, each position folded back on its own. */
function slowConvolution(
  values: ArrayLike<number>,
  grid: Grid,
  stencil: Stencil,
  extension: Extension,
): Float64Array {
  const [nz, ny, nx] = grid.shape;
  const out = new Float64Array(voxelCount(grid));
  const { shape, radius } = stencil;
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        stencil.values.forEach((tap, k) => {
          const oz = Math.floor(k / (shape[1] * shape[2])) - radius[0];
          const oy = (Math.floor(k / shape[2]) % shape[1]) - radius[1];
          const ox = (k % shape[2]) - radius[2];
          const [[fz, sz], [fy, sy], [fx, sx]] = [
            fold(z - oz, nz, extension),
            fold(y - oy, ny, extension),
            fold(x - ox, nx, extension),
          ];
          if (sz * sy * sx !== 0) out[i] += tap * sz * sy * sx * values[(fz * ny + fy) * nx + fx];
        });
      }
    }
  }
  return out;
}

function stencilsFor(grid: Grid, rmsWidth: number): Stencil[] {
  const last: Triple = [0, 0, 1];
  return mollifierKernel(grid, {
    family: 'poly8',
    rmsWidth,
    derivatives: ['identity', 'laplacian', 'bilaplacian', last],
  });
}

describe('convolve', () => {
  const cases = grids.flatMap((grid) =>
    extensions.map((extension) => ({ grid, extension, shape: grid.shape.join('×') })),
  );

  it.each(cases)(
    'directly and spectrally agrees with the slow way: $shape, $extension',
    async ({ grid, extension }) => {
      const stencils = stencilsFor(grid, grid.shape[0] > 1 ? 16 : 14);
      const values = randomField(voxelCount(grid), 3);
      const slow = stencils.map((stencil) => slowConvolution(values, grid, stencil, extension));
      for (const path of ['direct', 'spectral', 'auto'] as const) {
        const fast = await convolve({ grid, values }, stencils, { edges: extension, path }, quietRun);
        fast.forEach((result, k) => {
          expect(relativeError(result, slow[k])).toBeLessThan(1e-11);
        });
      }
    },
  );

  it('cuts long fields into blocks without a seam', async () => {
    const grid = makeGrid([1, 90, 301], [1, 10, 10]);
    const stencils = stencilsFor(grid, 9);
    const values = Float32Array.from(randomField(voxelCount(grid), 4));
    for (const extension of extensions) {
      const blocks = planBlocks(grid, stencils[0].radius, extension);
      expect(blocks[2].count).toBeGreaterThan(1);
      const [spectral] = await convolveSpectral([values], grid, { stencils, extension }, quietRun);
      const direct = await convolve(
        { grid, values },
        stencils,
        { edges: extension, path: 'direct' },
        quietRun,
      );
      spectral.forEach((result, k) => {
        expect(relativeError(result, direct[k])).toBeLessThan(1e-11);
      });
    }
  });

  it('gives several fields the results each would have alone', async () => {
    const grid = grids[1];
    const fields = [1, 2, 3].map((seed) => randomField(voxelCount(grid), seed));
    for (const stencils of [stencilsFor(grid, 14).slice(1, 2), stencilsFor(grid, 14).slice(0, 3)]) {
      const together = await convolveSpectral(fields, grid, { stencils, extension: 'reflect' }, quietRun);
      for (const [f, values] of fields.entries()) {
        const alone = await convolve(
          { grid, values },
          stencils,
          { edges: 'reflect', path: 'direct' },
          quietRun,
        );
        alone.forEach((result, k) => {
          expect(relativeError(together[f][k], result)).toBeLessThan(1e-11);
        });
      }
    }
  });

  it('keeps the sum with reflecting and periodic edges', async () => {
    const grid = grids[1];
    const values = randomField(voxelCount(grid), 8).map(Math.abs);
    const kernel = stencilsFor(grid, 14).slice(0, 1);
    const sum = (field: Float64Array): number => field.reduce((total, value) => total + value, 0);
    for (const edges of ['reflect', 'periodic'] as const) {
      const [smooth] = await convolve({ grid, values }, kernel, { edges }, quietRun);
      expect(Math.abs(sum(smooth) / sum(values) - 1)).toBeLessThan(1e-12);
    }
  });

  it('is exact for a sine that vanishes one spacing outside, with odd edges', async () => {
    const n = 63;
    const grid = makeGrid([1, 1, n], [1, 1, 1]);
    const sine = Float64Array.from({ length: n }, (_, i) => Math.sin((3 * Math.PI * (i + 1)) / (n + 1)));
    const [identity, laplacian] = stencilsFor(grid, 2);
    const results = await convolve({ grid, values: sine }, [identity, laplacian], { edges: 'odd' }, quietRun);
    // An eigenfunction stays in proportion, up to the last voxel.
    for (const result of results) {
      const factor = result[10] / sine[10];
      expect(
        relativeError(
          result,
          sine.map((value) => value * factor),
        ),
      ).toBeLessThan(1e-12);
    }
    expect(results[1][10] / results[0][10]).toBeCloseTo(-(((3 * Math.PI) / (n + 1)) ** 2), 6);
  });

  it('is exact for a cosine that is even about the frame, with reflecting edges', async () => {
    const n = 64;
    const grid = makeGrid([1, n, n], [1, 1, 1]);
    const cosine = Float64Array.from({ length: n * n }, (_, i) =>
      Math.cos((2 * Math.PI * ((i % n) + 0.5)) / n),
    );
    const results = await convolve(
      { grid, values: cosine },
      stencilsFor(grid, 2).slice(0, 3),
      { edges: 'reflect' },
      quietRun,
    );
    for (const result of results) {
      expect(
        relativeError(
          result,
          cosine.map((value) => (value * result[5]) / cosine[5]),
        ),
      ).toBeLessThan(1e-11);
    }
  });

  it('leaves its arguments alone', async () => {
    const grid = grids[1];
    const values = randomField(voxelCount(grid), 9);
    const [before, stencils] = [values.slice(), stencilsFor(grid, 14)];
    const taps = stencils.map((stencil) => stencil.values.slice());
    for (const edges of ['zero', 'reflect'] as const) {
      for (const path of ['direct', 'spectral'] as const)
        await convolve({ grid, values }, stencils, { edges, path }, quietRun);
    }
    expect(values).toEqual(before);
    expect(stencils.map((stencil) => stencil.values)).toEqual(taps);
  });

  it.each(['direct', 'spectral'] as const)('obeys a cancel that comes while it works (%s)', async (path) => {
    const grid = makeGrid([1, 1024, 1024], [1, 10, 10]);
    const signal = { aborted: false };
    const run: Run = { signal, report: () => undefined };
    const work = convolve(
      { grid, values: new Float32Array(1024 * 1024).fill(1) },
      stencilsFor(grid, 30),
      { edges: 'reflect', path },
      run,
    );
    let asked = 0;
    setTimeout(() => {
      signal.aborted = true;
      asked = performance.now();
    }, 20);
    await expect(work).rejects.toMatchObject({ tag: 'cancelled' });
    expect(performance.now() - asked).toBeLessThan(200);
  });

  it('refuses fields of another size and normalised derivatives', async () => {
    const grid = grids[1];
    const [, laplacian] = stencilsFor(grid, 14);
    const attempt = (values: Float64Array, edges: Edges): Promise<unknown> =>
      convolve({ grid, values }, [laplacian], { edges }, quietRun);
    await expect(attempt(new Float64Array(3), 'zero')).rejects.toThrow(
      'The field has 3 values for a grid of 1 × 26 × 33 voxels.',
    );
    await expect(attempt(new Float64Array(voxelCount(grid)), 'normalised')).rejects.toThrow(CoreError);
  });
});

describe('mollify', () => {
  const grid = makeGrid([1, 60, 70], [1, 12, 10]);
  const mask = Uint8Array.from({ length: 60 * 70 }, (_, i) =>
    ((i % 70) - 35) ** 2 + (1.2 * (Math.floor(i / 70) - 30)) ** 2 < 28 ** 2 ? 255 : 0,
  );
  const options = { family: 'poly8', rmsWidth: 40 } as const;

  it('is K∗(m u)/K∗m inside the mask and 0 outside', async () => {
    const values = Float32Array.from(randomField(60 * 70, 11));
    const smooth = await mollify(values, { grid, mask }, options, quietRun);
    const [kernel] = mollifierKernel(grid, options);
    const inside = Float64Array.from(mask, (m) => Number(m !== 0));
    const above = slowConvolution(
      inside.map((m, i) => m * values[i]),
      grid,
      kernel,
      'zero',
    );
    const below = slowConvolution(inside, grid, kernel, 'zero');
    expect(
      relativeError(
        smooth,
        above.map((value, i) => (inside[i] === 0 ? 0 : value / below[i])),
      ),
    ).toBeLessThan(1e-6);
  });

  it('keeps a constant, whatever lies outside the mask', async () => {
    const values = Float32Array.from(mask, (m) => (m === 0 ? NaN : 0.45));
    const smooth = await mollify(values, { grid, mask }, options, quietRun);
    smooth.forEach((value, i) => {
      expect(value).toBeCloseTo(mask[i] === 0 ? 0 : 0.45, 6);
    });
  });

  it('tends to the mean over the mask for a kernel wider than the grid', async () => {
    const values = Float32Array.from(randomField(60 * 70, 12));
    const smooth = await mollify(values, { grid, mask }, { ...options, rmsWidth: 1e5 }, quietRun);
    const inside = values.filter((_, i) => mask[i] !== 0);
    const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
    smooth
      .filter((_, i) => mask[i] !== 0)
      .forEach((value) => {
        expect(value).toBeCloseTo(mean, 4);
      });
  });

  it('gives fields together what it gives each alone', async () => {
    const fields = [13, 14, 15].map((seed) => Float32Array.from(randomField(60 * 70, seed)));
    const together = await mollifyTogether(fields, { grid, mask }, options, quietRun);
    for (const [k, field] of fields.entries()) {
      expect(
        relativeError(together[k], await mollify(field, { grid, mask }, options, quietRun)),
      ).toBeLessThan(1e-6);
    }
  });

  it('works on stacks with a coarse z step, where the kernel spans a single plane', async () => {
    const stack = makeGrid([4, 20, 20], [500, 15, 15]);
    const { values } = wave(stack, [1, 2, 1]);
    const smooth = await mollify(values, { grid: stack }, { ...options, rmsWidth: 30 }, quietRun);
    const plane = await mollify(
      values.slice(0, 400),
      { grid: makeGrid([1, 20, 20], [1, 15, 15]) },
      { family: 'poly8', rmsWidth: (30 * Math.sqrt(21)) / Math.sqrt(20) },
      quietRun,
    );
    expect(relativeError(smooth.slice(0, 400), plane)).toBeLessThan(1e-6);
  });

  it('smooths two fields of a 256² nucleus with a radius of 45 px in under 100 ms of processor time', async () => {
    const image = makeGrid([1, 256, 256], [15, 15, 15]);
    const fields = [16, 17].map((seed) => Float32Array.from(randomField(256 * 256, seed)));
    let best = Infinity;
    for (let attempt = 0; attempt < 6; attempt++) {
      const start = process.cpuUsage();
      await mollifyTogether(fields, { grid: image }, { family: 'poly8', rmsWidth: 150 }, quietRun);
      const { user, system } = process.cpuUsage(start);
      best = Math.min(best, (user + system) / 1000);
    }
    expect(best).toBeLessThan(100);
  });
});
