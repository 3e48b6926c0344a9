import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { type CellSize, cellsOf, toCells, toVoxels } from '../../src-core/kernels/cells.js';
import { noFluxDomain } from '../../src-core/kernels/no-flux.js';

const disc = (n: number, spacing: number) =>
  noFluxDomain(
    makeGrid([1, n, n], [spacing, spacing, spacing]),
    Uint8Array.from({ length: n * n }, (_, i) =>
      Math.hypot((i % n) - n / 2 + 0.5, Math.floor(i / n) - n / 2 + 0.5) < 0.45 * n ? 1 : 0,
    ),
    150,
  );

const sum = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((total, value) => total + value, 0);
const cut: CellSize = { cut: [1, 2, 2], merge: [1, 1, 1] };
const merged: CellSize = { cut: [1, 1, 1], merge: [1, 3, 3] };

describe('cells', () => {
  it('that are parts of voxels take their value and give it back', () => {
    const voxels = disc(20, 30);
    const cells = cellsOf(voxels, cut, 150);
    expect(cells.domain.count).toBe(4 * voxels.count);
    expect(cells.domain.grid.spacing).toEqual([30, 15, 15]);
    const values = Float64Array.from(voxels.voxel, (voxel) => Math.sin(voxel));
    expect(toVoxels(toCells(values, cells), cells)).toEqual(values);
  });

  it('made of several voxels are inside if half of them are, and take their mean', () => {
    const voxels = disc(31, 5);
    const cells = cellsOf(voxels, merged, 150);
    expect(cells.domain.grid.shape).toEqual([1, 11, 11]);
    expect(cells.domain.grid.spacing).toEqual([5, 15, 15]);
    expect(Math.abs(9 * cells.domain.count - voxels.count) / voxels.count).toBeLessThan(0.06);
    const x = Float64Array.from(voxels.voxel, (voxel) => (voxel % 31) + 0.5);
    toCells(x, cells).forEach((value, i) => {
      expect(Math.abs(value - (3 * (cells.domain.voxel[i] % 11) + 1.5))).toBeLessThan(1);
    });
  });

  it('leave voxels unknown whose cell lies outside, and no others', () => {
    const cells = cellsOf(disc(31, 5), merged, 150);
    const back = toVoxels(new Float64Array(cells.domain.count).fill(2), cells);
    const unknown = back.filter(Number.isNaN).length;
    expect(unknown).toBe(cells.voxels.count - new Set(cells.voxel).size);
    expect(unknown).toBeLessThan(0.06 * back.length);
    expect(sum(back.filter((value) => !Number.isNaN(value)))).toBe(2 * (back.length - unknown));
  });

  it('may be cut along one axis and merged along another', () => {
    const voxels = noFluxDomain(makeGrid([4, 6, 6], [40, 5, 5]), undefined, 150);
    const cells = cellsOf(voxels, { cut: [2, 1, 1], merge: [1, 3, 3] }, 150);
    expect(cells.domain.grid).toMatchObject({ shape: [8, 2, 2], spacing: [20, 15, 15] });
    expect(cells.domain.count).toBe(32);
  });
});
