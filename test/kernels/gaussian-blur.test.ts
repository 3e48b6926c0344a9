import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { gaussianBlur } from '../../src-core/kernels/gaussian-blur.js';
import { randomStream } from '../../src-core/random.js';
import { relativeError } from './manufactured.js';

const grid = makeGrid([3, 14, 19], [40, 10, 12]);
const stream = randomStream(4);
const values = Float64Array.from({ length: 3 * 14 * 19 }, () => stream.normal());
const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
const spread = (field: Float64Array): number =>
  field.reduce((most, v) => Math.max(most, Math.abs(v - mean)), 0);

describe('gaussianBlur', () => {
  it('damps a wave that stands in the grid by exp(−σ²k²/2)', () => {
    const at = (i: number): number => (i % 19) + 0.5;
    const k = (3 * Math.PI) / (19 * 12);
    const wave = values.map((_, i) => Math.cos(k * 12 * at(i)));
    const blurred = gaussianBlur(wave, grid, [0, 0, 30]);
    const expected = wave.map((v) => v * Math.exp(-((30 * k) ** 2) / 2));
    // Taps are cut at four sd.
    expect(relativeError(blurred, expected)).toBeLessThan(1e-3);
  });

  it('keeps the sum, whatever the width', () => {
    for (const sd of [5, 50, 500, 5000, 5e7]) {
      const blurred = gaussianBlur(values, grid, [sd, sd, sd]);
      expect(blurred.reduce((sum, v) => sum + v, 0)).toBeCloseTo(mean * values.length, 8);
    }
  });

  it('is the mean where the Gaussian is far wider than the grid, and as quick as elsewhere', () => {
    const start = process.cpuUsage().user;
    expect(spread(gaussianBlur(values, grid, [1e9, 1e9, 1e9]))).toBeLessThan(1e-12);
    expect(process.cpuUsage().user - start).toBeLessThan(1e6);
    // Just below where the mean is taken, taps give the mean as well, as far as four sd of them go.
    expect(spread(gaussianBlur(values, grid, [230, 270, 450]))).toBeLessThan(2e-3 * spread(values));
  });
});
