import { describe, expect, it } from 'vitest';
import { type Grid, makeGrid } from '../../src-core/data/grid.js';
import {
  analyse,
  basisOfModes,
  type CosineBasis,
  cosineBasis,
  cosineBox,
  finerBox,
  synthesise,
} from '../../src-core/kernels/cosine-basis.js';
import { type DomainHierarchy, domainHierarchy } from '../../src-core/kernels/domain-levels.js';
import { noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';
import { dot } from './dense-matrix.js';
import { relativeError } from './manufactured.js';

const unit = 100;
const grids: readonly (readonly [string, Grid])[] = [
  ['1-D', makeGrid([1, 1, 97], [1, 1, 12])],
  ['2-D, anisotropic', makeGrid([1, 24, 31], [1, 15, 11])],
  ['3-D, anisotropic', makeGrid([6, 11, 14], [40, 15, 10])],
  ['3-D, every axis different', makeGrid([5, 8, 3], [10, 20, 30])],
];

/** An ellipsoid off the middle of the grid, so that its box does not start at the first voxel. */
function egg({ shape }: Grid): Uint8Array {
  const [nz, ny, nx] = shape;
  const off = (i: number, n: number): number => (n === 1 ? 0 : (i + 0.5 - 0.55 * n) / (0.42 * n));
  return Uint8Array.from({ length: nz * ny * nx }, (_, i) => {
    const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    return Math.hypot(off(z, nz), off(y, ny), off(x, nx)) < 1 ? 1 : 0;
  });
}

const hierarchyOf = (grid: Grid, mask: Uint8Array | undefined): Promise<DomainHierarchy> =>
  domainHierarchy(noFluxDomain(grid, mask, unit), quietRun);

function randomField(length: number, seed: number): Float64Array {
  const stream = randomStream(seed);
  return Float64Array.from({ length }, () => stream.normal());
}

function single(basis: CosineBasis, mode: number): Float64Array {
  const coefficients = new Float64Array(basis.count);
  coefficients[mode] = 1;
  return coefficients;
}

describe.each(grids)('cosine basis, %s', (_, grid) => {
  it('synthesises and analyses as transposes of one another', async () => {
    const { finest } = await hierarchyOf(grid, egg(grid));
    const basis = cosineBasis(finest, cosineBox(finest, 0.35), 30);
    expect(basis.count).toBeGreaterThan(3);
    const [c, u] = [randomField(basis.count, 1), randomField(finest.count, 2)];
    const left = dot(await synthesise(c, basis, quietRun), u);
    expect(left).toBeCloseTo(dot(c, await analyse(u, basis, quietRun)), 9);
    expect(Math.abs(left)).toBeGreaterThan(1e-3);
  });

  it('is orthonormal over the cells of the box, and complete where every cosine is there', async () => {
    const { finest } = await hierarchyOf(grid, undefined);
    const basis = cosineBasis(finest, cosineBox(finest, 0), Infinity);
    expect(basis.count).toBe(finest.count);
    expect(basis.cellsInBox).toBeCloseTo(finest.count, 9);
    const c = randomField(basis.count, 3);
    const back = await analyse(await synthesise(c, basis, quietRun), basis, quietRun);
    expect(relativeError(back, c)).toBeLessThan(1e-12);
  });

  it('puts every cosine at its place in the box, with its wave number', async () => {
    const { finest } = await hierarchyOf(grid, egg(grid));
    const margin = 0.35;
    const basis = basisOfModes(finest, cosineBox(finest, margin), [
      finest.axes.includes(0) ? 3 : 1,
      finest.axes.includes(1) ? 4 : 1,
      5,
    ]);
    const position = Array.from(finest.voxel, (at) => {
      const [, ny, nx] = grid.shape;
      return [Math.floor(at / (ny * nx)), Math.floor(at / nx) % ny, at % nx];
    });
    const step = grid.spacing.map((spacing) => spacing / unit);
    const low = [0, 1, 2].map((axis) => Math.min(...position.map((p) => p[axis])));
    const high = [0, 1, 2].map((axis) => Math.max(...position.map((p) => p[axis])));
    const length = step.map((h, axis) => (high[axis] - low[axis] + 1) * h + 2 * margin);
    for (const mode of [0, 1, basis.count >> 1, basis.count - 1]) {
      const [, my, mx] = basis.modes;
      const j = [Math.floor(mode / (my * mx)), Math.floor(mode / mx) % my, mode % mx];
      const expected = position.map((p) =>
        finest.axes.reduce((value, axis) => {
          const at = margin + (p[axis] - low[axis] + 0.5) * step[axis];
          const norm = Math.sqrt(((j[axis] === 0 ? 1 : 2) * step[axis]) / length[axis]);
          return value * norm * Math.cos((Math.PI * j[axis] * at) / length[axis]);
        }, 1),
      );
      const field = await synthesise(single(basis, mode), basis, quietRun);
      expect(relativeError(field, expected)).toBeLessThan(1e-12);
      const wave = finest.axes.reduce((sum, axis) => sum + ((Math.PI * j[axis]) / length[axis]) ** 2, 0);
      expect(basis.wave[mode]).toBeCloseTo(wave, 9);
    }
  });

  it('means the same field on a finer level: a coarse cell has what its finer cells have around it', async () => {
    const { finest, coarser } = await hierarchyOf(grid, egg(grid));
    const [coarse] = coarser;
    const margin = 0.35;
    const box = cosineBox(coarse, margin);
    const basis = cosineBasis(coarse, box, 12);
    const fine = basisOfModes(finest, finerBox(box, finest, coarse), basis.modes);
    expect(fine.wave).toEqual(basis.wave);
    const halved = coarse.axes.filter((_, k) => coarse.halved[k]);
    for (const mode of [0, 1, basis.count - 1]) {
      const [, my, mx] = basis.modes;
      const j = [Math.floor(mode / (my * mx)), Math.floor(mode / mx) % my, mode % mx];
      const [u, v] = [
        await synthesise(single(basis, mode), basis, quietRun),
        await synthesise(single(fine, mode), fine, quietRun),
      ];
      // The mean of a cosine over two points h apart is its value between them times cos(kh/2).
      const averaged = halved.reduce(
        (value, axis) =>
          value * Math.cos((Math.PI * j[axis] * finest.spacing[axis]) / (2 * box.length[axis])),
        1,
      );
      const norm = Math.sqrt(basis.cellsInBox / fine.cellsInBox);
      const sums = new Float64Array(coarse.count);
      coarse.parent.forEach((parent, i) => (sums[parent] += v[i]));
      const whole = Math.max(...coarse.volume);
      const cells = [...coarse.volume.keys()].filter((i) => coarse.volume[i] === whole);
      expect(cells.length).toBeGreaterThan(2);
      expect(
        relativeError(
          cells.map((i) => sums[i] / whole),
          cells.map((i) => u[i] * averaged * norm),
        ),
      ).toBeLessThan(1e-11);
    }
  });
});

describe('cosine basis', () => {
  it('has no cosine along an axis of one voxel, however wide the margin', async () => {
    const grid = makeGrid([1, 12, 12], [500, 10, 10]);
    const { finest } = await hierarchyOf(grid, undefined);
    const basis = cosineBasis(finest, cosineBox(finest, 4), 20);
    expect(basis.modes[0]).toBe(1);
    expect(basis.box.length[0]).toBe(0);
    expect(basis.cellsInBox).toBeCloseTo((12 + 2 * 40) ** 2, 6);
  });

  it('keeps the modes up to the highest wave number along each axis, at least the constant', async () => {
    const grid = makeGrid([1, 20, 40], [1, 10, 10]);
    const { finest } = await hierarchyOf(grid, undefined);
    const box = cosineBox(finest, 0);
    expect(cosineBasis(finest, box, 0).modes).toEqual([1, 1, 1]);
    expect(cosineBasis(finest, box, Math.PI).modes).toEqual([1, 3, 5]);
    expect(cosineBasis(finest, box, 1e9).modes).toEqual([1, 20, 40]);
  });

  it('can be cancelled', async () => {
    const { finest } = await hierarchyOf(grids[1][1], undefined);
    const basis = cosineBasis(finest, cosineBox(finest, 0), 20);
    const run = { ...quietRun, signal: { aborted: true } };
    const expected = { tag: 'cancelled' };
    await expect(synthesise(new Float64Array(basis.count), basis, run)).rejects.toMatchObject(expected);
    await expect(analyse(new Float64Array(finest.count), basis, run)).rejects.toMatchObject(expected);
  });
});
