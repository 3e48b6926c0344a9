import { describe, expect, it } from 'vitest';
import { makeGrid, voxelCount } from '../../src-core/data/grid.js';
import { noFluxDomain, pack } from '../../src-core/kernels/no-flux.js';
import {
  averageInside,
  averageToPixels,
  blurByPsf,
  drawLocalizations,
  imageGrid,
  pixelMask,
  recordCounts,
  relativeNoise,
} from '../../src-core/models/microscope.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';

const sum = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((total, value) => total + value, 0);
const fine = makeGrid([1, 64, 64], [7.5, 7.5, 7.5]);

function spot(): Float64Array {
  const values = new Float64Array(voxelCount(fine));
  values[32 * 64 + 30] = 1;
  return values;
}

describe('the point spread function', () => {
  it('keeps the signal and has the variance it is given', async () => {
    const before = spot();
    const blurred = await blurByPsf(before, fine, [0, 20, 20], quietRun);
    expect(sum(blurred)).toBeCloseTo(1, 12);
    expect(before).toEqual(spot());
    const variance = (axis: number): number =>
      sum(
        blurred.map((value, i) => {
          const at = axis === 1 ? Math.floor(i / 64) - 32 : (i % 64) - 30;
          return value * (at * 7.5) ** 2;
        }),
      );
    expect(variance(1)).toBeCloseTo(400, 1);
    expect(variance(2)).toBeCloseTo(400, 1);
  });

  it('lets the signal fall to half at a straight edge of the nucleus', async () => {
    const half = Float64Array.from({ length: voxelCount(fine) }, (_, i) => (i % 64 < 32 ? 1 : 0));
    const blurred = await blurByPsf(half, fine, [0, 0, 20], quietRun);
    expect((blurred[640 + 31] + blurred[640 + 32]) / 2).toBeCloseTo(0.5, 10);
    expect(blurred[640 + 16]).toBeCloseTo(1, 5);
    expect(blurred[640 + 48]).toBeCloseTo(0, 5);
  });

  it('blurs along z by its axial width', async () => {
    const stack = makeGrid([32, 8, 8], [20, 7.5, 7.5]);
    const values = new Float64Array(voxelCount(stack));
    values[16 * 64 + 36] = 1;
    const blurred = await blurByPsf(values, stack, [40, 0, 0], quietRun);
    expect(sum(blurred)).toBeCloseTo(1, 9);
    expect(blurred[18 * 64 + 36] / blurred[16 * 64 + 36]).toBeCloseTo(Math.exp(-0.5), 6);
    expect(blurred[16 * 64 + 37]).toBe(0);
  });

  it('leaves the field alone where it has no width', async () => {
    expect(await blurByPsf(spot(), fine, [0, 0, 0], quietRun)).toEqual(spot());
  });
});

describe('pixels', () => {
  const small = makeGrid([1, 2, 8], [5, 5, 5]);
  const inside = Uint8Array.from([1, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0]);
  const values = Float64Array.from([1, 2, 3, 99, 5, 99, 99, 99, 4, 5, 6, 99, 99, 99, 99, 99]);

  it('are twice the size of the cells', () => {
    expect(imageGrid(small)).toEqual(makeGrid([1, 1, 4], [5, 10, 10]));
    expect(imageGrid(makeGrid([8, 4, 4], [20, 5, 5])).shape).toEqual([4, 2, 2]);
  });

  it('are in the mask from half covered on', () => {
    expect([...pixelMask(inside, small)]).toEqual([1, 1, 0, 0]);
  });

  it('hold the mean of all their cells, or of the inside ones', () => {
    expect([...averageToPixels(values, small)].slice(0, 2)).toEqual([3, 51.75]);
    const domain = noFluxDomain(small, inside, 5);
    expect([...averageInside(pack(values, domain), domain, NaN)]).toEqual([3, 4.5, NaN, NaN]);
    expect([...averageInside(pack(values, domain), domain, 0)]).toEqual([3, 4.5, 0, 0]);
  });
});

describe('the camera', () => {
  const camera = { offset: 100, gain: 1777.8, readSd: 1.5, shotNoise: true };

  it.each([0.3, 0.005])('records φ = %d with the mean and variance of theory', async (phi) => {
    const count = 60_000;
    const image = new Float64Array(count).fill(phi);
    const counts = await recordCounts(image, camera, randomStream(8), quietRun);
    const mean = sum(counts) / count;
    const variance = sum(Float64Array.from(counts, (value) => (value - mean) ** 2)) / count;
    const expected = camera.gain * phi + camera.readSd ** 2 + 1 / 12;
    expect(Math.abs(mean - 100 - camera.gain * phi)).toBeLessThan(4 * Math.sqrt(expected / count));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.03);
    const relative = relativeNoise(camera, phi);
    expect(Math.sqrt(variance) / (camera.gain * phi) / relative).toBeCloseTo(1, 1);
  });

  it('clips at the ends of uint16', async () => {
    const image = Float64Array.of(50, 0);
    const dark = { offset: -5, gain: 2000, readSd: 0, shotNoise: false };
    expect([...(await recordCounts(image, dark, randomStream(1), quietRun))]).toEqual([65535, 0]);
  });

  it('counts exactly without noise', async () => {
    const quiet = { ...camera, shotNoise: false };
    const counts = await recordCounts(Float64Array.of(0, 0.25), quiet, randomStream(1), quietRun);
    expect([...counts]).toEqual([100, 544]);
    expect(relativeNoise(quiet, 0.25)).toBe(0);
  });
});

describe('localisations', () => {
  it('fall in proportion to φ and are off by their own precision', async () => {
    const phi = new Float64Array(voxelCount(fine));
    phi[20 * 64 + 10] = 1;
    phi[20 * 64 + 50] = 3;
    const count = 40_000;
    const table = await drawLocalizations(phi, fine, { count, random: randomStream(5) }, quietRun);
    const right = [...table.x].filter((x) => x > 30 * 7.5).length / count;
    expect(Math.abs(right - 0.75)).toBeLessThan(4 * Math.sqrt(0.1875 / count));
    const precision = table.precision ?? new Float32Array();
    expect(Math.min(...precision)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...precision)).toBeLessThanOrEqual(20);
    const centre = 20.5 * 7.5;
    expect(sum(table.y) / count).toBeCloseTo(centre, -0.5);
    const squares = sum(table.y.map((y) => (y - centre) ** 2)) / count;
    const expected = sum(precision.map((s) => s * s)) / count + 7.5 ** 2 / 12;
    expect(Math.abs(squares / expected - 1)).toBeLessThan(0.03);
  });
});
