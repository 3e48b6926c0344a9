import { describe, expect, it } from 'vitest';
import { plainEngine } from '../../src-core/compute/plain-engine.js';
import { startTape, type Tape } from '../../src-core/compute/tape.js';
import type { Variable } from '../../src-core/compute/variable.js';
import { type Grid, makeGrid, type Triple, voxelCount } from '../../src-core/data/grid.js';
import { holdBlocks } from '../../src-core/networks/held-blocks.js';
import { mollified, mollifierLayer } from '../../src-core/networks/mollifier-layer.js';
import { networkOutputs, startNetwork } from '../../src-core/networks/network.js';

const engine = plainEngine();
const unit = 100;

/** Coordinates in units of 100 nm of every voxel, along the axes asked for. */
function coordinates({ shape, spacing, origin }: Grid, axes: readonly number[]): Float32Array {
  const [nz, ny, nx] = shape;
  return Float32Array.from({ length: nz * ny * nx * axes.length }, (_, at) => {
    const [i, axis] = [Math.floor(at / axes.length), axes[at % axes.length]];
    const place = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx][axis];
    return (origin[axis] + place * spacing[axis]) / unit;
  });
}

function derivativesOf(
  grid: Grid,
  orders: readonly Triple[],
  g: (z: number, y: number, x: number) => number,
): Float32Array[] {
  const layer = mollifierLayer(grid, orders, { family: 'poly8', rmsWidth: 25, unit });
  const at = coordinates(layer.field, [0, 1, 2]);
  const values = Float32Array.from({ length: voxelCount(layer.field) }, (_, i) =>
    g(at[3 * i], at[3 * i + 1], at[3 * i + 2]),
  );
  const tape = startTape(engine);
  const made = mollified(tape, tape.constant(values, 1, values.length), layer);
  return made.map(({ tensor }) => engine.read(tensor));
}

describe('the mollifier layer', () => {
  it.each([
    [
      'one dimension',
      [1, 1, 15] as const,
      [
        [0, 0, 4],
        [0, 0, 3],
        [0, 0, 1],
      ] as const,
      (x: number) => [24, 24 * x, null],
    ],
    [
      'two dimensions',
      [1, 12, 14] as const,
      [
        [0, 0, 4],
        [0, 0, 3],
      ] as const,
      (x: number) => [24, 24 * x],
    ],
    [
      'three dimensions',
      [9, 11, 13] as const,
      [
        [0, 0, 4],
        [0, 0, 3],
      ] as const,
      (x: number) => [24, 24 * x],
    ],
  ] as const)('has the derivatives of x⁴ in %s, on the whole grid', (_, shape, orders, expected) => {
    const grid = makeGrid(shape, [15, 12, 10]);
    const made = derivativesOf(grid, orders, (...[, , x]) => x ** 4);
    const x = coordinates(grid, [2]);
    made.forEach((values, k) => {
      expect(values.length).toBe(voxelCount(grid));
      values.forEach((value, i) => {
        const right = expected(x[i])[k];
        // float32 under fourth differences: x⁴ is up to 20 on the wider field.
        if (right !== null) expect(Math.abs(value - right)).toBeLessThan(0.02);
      });
    });
  });

  it('mixes axes: ∂²/∂x∂y of x²y² and the Laplacian and bilaplacian in anisotropic steps', () => {
    const grid = makeGrid([1, 16, 22], [1, 14, 10]);
    const layer = mollifierLayer(grid, [[0, 1, 1], 'laplacian', 'bilaplacian'], {
      family: 'poly8',
      rmsWidth: 45,
      unit,
    });
    const at = coordinates(layer.field, [1, 2]);
    const values = Float32Array.from(
      { length: voxelCount(layer.field) },
      (_, i) => at[2 * i] ** 2 * at[2 * i + 1] ** 2,
    );
    const tape = startTape(engine);
    const [, , bilaplacian] = mollified(tape, tape.constant(values, 1, values.length), layer).map(
      ({ tensor }) => engine.read(tensor),
    );
    for (const value of bilaplacian) expect(Math.abs(value - 8)).toBeLessThan(0.01);
    const [cross] = derivativesOf(grid, [[0, 1, 1]], (_, y, x) => x * y);
    for (const value of cross) expect(Math.abs(value - 1)).toBeLessThan(1e-4);
  });

  it('comes to the derivatives that nested differentiation has of a network, with the square of its width', () => {
    const network = startNetwork({
      ...{ architecture: 'mlp', inputs: 1, outputs: 1, width: 12, depth: 2, waves: null, seed: 4 },
    });
    const output = (tape: Tape, x: Variable): Variable =>
      networkOutputs(tape, x, network, holdBlocks(tape, network.parameters).of);
    const apart = (rmsWidth: number): number => {
      const grid = makeGrid([1, 1, 40], [1, 1, 10]);
      const layer = mollifierLayer(grid, [[0, 0, 2]], { family: 'poly8', rmsWidth, unit });
      const tape = startTape(engine);
      const wide = tape.constant(coordinates(layer.field, [2]), layer.field.shape[2], 1);
      const [own] = mollified(tape, tape.transpose(output(tape, wide)), layer);
      const x = tape.constant(coordinates(grid, [2]), 40, 1);
      const [first] = tape.gradients(output(tape, x), [x]);
      const [second] = tape.gradients(first, [x]);
      const [a, b] = [engine.read(own.tensor), engine.read(second.tensor)];
      return Math.sqrt(
        a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / b.reduce((sum, v) => sum + v * v, 0),
      );
    };
    const [coarse, fine] = [apart(60), apart(30)];
    expect(fine).toBeLessThan(0.2);
    expect(coarse / fine).toBeGreaterThan(3);
    expect(coarse / fine).toBeLessThan(5);
  });

  it('says what would do where the kernel is too narrow, or wider than the image', () => {
    const grid = makeGrid([1, 20, 20], [1, 10, 10]);
    const layer = (rmsWidth: number) => () =>
      mollifierLayer(grid, ['bilaplacian'], { family: 'poly8', rmsWidth });
    expect(layer(3)).toThrow(/too small.*use at least/);
    expect(layer(300)).toThrow(/too large.*use at most/);
  });
});
