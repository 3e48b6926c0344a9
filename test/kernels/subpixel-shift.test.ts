import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { shiftField, shiftValidity } from '../../src-core/kernels/subpixel-shift.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';

const shape = [6, 40, 48] as const;
const grid = makeGrid([...shape], [50, 20, 20]);
const [nz, ny, nx] = shape;
const fieldOf = (f: (z: number, y: number, x: number) => number): Float64Array =>
  Float64Array.from({ length: nz * ny * nx }, (_, i) =>
    f(Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx),
  );
const isInner = (i: number, margin: number): boolean => {
  const [y, x] = [Math.floor(i / nx) % ny, i % nx];
  return Math.min(y, x, ny - 1 - y, nx - 1 - x) >= margin;
};

describe('a field seen from a shift further on', () => {
  it('is moved by whole voxels exactly, mirrored at the frame', async () => {
    const noise = randomStream(3);
    const field = fieldOf(() => noise.normal());
    const moved = await shiftField(field, grid, [1, -2, 3], quietRun);
    const at = (i: number, n: number): number => (i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i);
    const expected = fieldOf((z, y, x) => field[(at(z + 1, nz) * ny + at(y - 2, ny)) * nx + at(x + 3, nx)]);
    moved.forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i], 12);
    });
  });

  it.each([0.25, 0.5, -1.7])('carries waves of four pixels and longer by %f pixel', async (by) => {
    const wave = (y: number, x: number): number => Math.cos(1.4 * x + 0.3) * Math.sin(0.9 * y);
    const moved = await shiftField(
      fieldOf((_, y, x) => wave(y, x)),
      grid,
      [0, by, -by],
      quietRun,
    );
    const expected = fieldOf((_, y, x) => wave(y + by, x - by));
    const worst = moved.reduce(
      (most, v, i) => (isInner(i, 12) ? Math.max(most, Math.abs(v - expected[i])) : most),
      0,
    );
    expect(worst).toBeLessThan(0.02);
  });

  it('keeps a constant as it is, and white noise nearly as strong', async () => {
    const flat = await shiftField(
      fieldOf(() => 7),
      grid,
      [0.3, 0.5, 0.2],
      quietRun,
    );
    expect(Math.max(...flat) - 7).toBeLessThan(1e-12);
    const noise = randomStream(5);
    const shifted = await shiftField(
      fieldOf(() => noise.normal()),
      grid,
      [0, 0.5, 0.5],
      quietRun,
    );
    const variance = shifted.reduce((sum, v) => sum + v * v, 0) / shifted.length;
    expect(variance).toBeGreaterThan(0.8);
    expect(variance).toBeLessThan(1.05);
  });
});

describe('validity after a shift', () => {
  it('is lost beyond the frame and beside voxels without a value, and nowhere else', () => {
    const valid = new Uint8Array(nz * ny * nx).fill(1);
    valid[(2 * ny + 20) * nx + 20] = 0;
    const seen = shiftValidity(valid, grid, [0, 0, 1.5]);
    const expected = fieldOf((z, y, x) => {
      const isBeyond = x + 2 > nx - 1;
      const isBeside = z === 2 && y === 20 && (x === 18 || x === 19);
      return isBeyond || isBeside ? 0 : 1;
    });
    expect([...seen]).toEqual([...expected]);
  });
});
