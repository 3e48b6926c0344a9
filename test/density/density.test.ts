import { describe, expect, it } from 'vitest';
import type { RawChannel, ScaleOptions } from '../../src-core/density/channels.js';
import { connectedComponents } from '../../src-core/density/components.js';
import { coveredShare, measureRimBlur } from '../../src-core/density/coverage.js';
import { gaussianBlur } from '../../src-core/kernels/gaussian-blur.js';
import { estimateNoise, noiseSd } from '../../src-core/density/noise.js';
import { gridAround, rasterize } from '../../src-core/density/rasterize.js';
import { findNucleus, regionFromMask } from '../../src-core/density/region.js';
import { noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { makeGrid } from '../../src-core/data/grid.js';
import { calibrate } from '../../src-core/pipeline/calibrate.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';
import { camera, disc, squareGrid, texture } from './phantoms.js';

const n = 128;
const grid = squareGrid(n, 15);
const nucleus = disc(n, [64, 64], 50);
const chromatin = texture(n, 0.25);
const inNucleus = (field: Float64Array): Float64Array => field.map((v, i) => v * nucleus[i]);
const options: ScaleOptions = { offset: null, gain: null, hetFraction: null, meanDensity: 0.5, seed: 1 };

function intersectionOverUnion(a: Uint8Array, b: Uint8Array): number {
  let [both, either] = [0, 0];
  a.forEach((v, i) => {
    both += v !== 0 && b[i] !== 0 ? 1 : 0;
    either += v !== 0 || b[i] !== 0 ? 1 : 0;
  });
  return both / either;
}

describe('noise estimate', () => {
  it.each([100, 1000, 10000])('finds the camera law at %i counts per unit', async (gain) => {
    const counts = camera(gaussianBlur(chromatin, grid, [0, 20, 20]), gain, 100, 3);
    const noise = await estimateNoise(counts, grid, nucleus, quietRun);
    expect(noise).toBeDefined();
    const expected = Math.sqrt(gain * 0.25 + 1.5 ** 2);
    expect(Math.abs((noise?.meanSd ?? 0) / expected - 1)).toBeLessThan(0.1);
    if (noise !== undefined)
      expect(noiseSd(noise, 100 + gain * 0.35)).toBeGreaterThan(noiseSd(noise, 100 + gain * 0.15));
  });

  it('is undefined where no patch lies inside', async () => {
    expect(await estimateNoise(chromatin, grid, disc(n, [64, 64], 2), quietRun)).toBeUndefined();
  });
});

describe('rim blur', () => {
  it.each([12, 20, 35])('finds a blur of %i nm from the fall-off at the edge', async (sd) => {
    const fine = gaussianBlur(inNucleus(chromatin), grid, [0, sd, sd]);
    const blur = await measureRimBlur(Float64Array.from(camera(fine, 4000, 0, 5)), nucleus, grid, quietRun);
    expect(blur.measured).toBe(true);
    expect(Math.abs(blur.sd[2] - sd)).toBeLessThan(3);
  });

  it('measures nothing without an edge, and then divides by one', async () => {
    const whole = new Uint8Array(n * n).fill(1);
    const blur = await measureRimBlur(chromatin, whole, grid, quietRun);
    expect(blur.measured).toBe(false);
    expect(
      (await coveredShare(whole, grid, blur, quietRun)).every((share) => Math.abs(share - 1) < 1e-12),
    ).toBe(true);
  });
});

describe('nucleus', () => {
  const image = (mask: Uint8Array): Float32Array =>
    camera(
      gaussianBlur(
        chromatin.map((v, i) => v * mask[i]),
        grid,
        [0, 20, 20],
      ),
      800,
      100,
      7,
    );

  it('is found within a pixel of its edge', async () => {
    const region = await findNucleus(image(nucleus), grid, quietRun);
    expect(region.nuclei).toBe(1);
    expect(intersectionOverUnion(region.mask, nucleus)).toBeGreaterThan(0.96);
  });

  it('keeps a nucleolus out and drops a speck', async () => {
    const nucleolus = disc(n, [64, 50], 18);
    const speck = disc(n, [118, 118], 4);
    const holed = nucleus.map((v, i) => (nucleolus[i] !== 0 ? 0 : v));
    const specked = holed.map((v, i) => v | speck[i]);
    const { mask, nuclei } = await findNucleus(image(specked), grid, quietRun);
    expect(nuclei).toBe(1);
    expect(mask[50 * n + 64]).toBe(0);
    expect(mask[118 * n + 118]).toBe(0);
    expect(intersectionOverUnion(mask, holed)).toBeGreaterThan(0.93);
  });

  it('keeps two nuclei and says so', async () => {
    const right = disc(n, [95, 64], 26);
    const pair = disc(n, [34, 64], 26).map((v, i) => v | right[i]);
    const region = await findNucleus(image(pair), grid, quietRun);
    expect(region.nuclei).toBe(2);
    expect(region.warnings.join()).toContain('2 separate nuclei');
  });

  it('takes the whole frame, with a warning, where there is no background', async () => {
    const region = await findNucleus(camera(chromatin, 800, 100, 9), grid, quietRun);
    expect(region.mask.every((v) => v === 1)).toBe(true);
    expect(region.warnings.join()).toContain('No dark background');
  });

  it('counts the pieces of a mask file', async () => {
    const region = await regionFromMask([0, 255, 0, 7], makeGrid([1, 1, 4], [1, 1, 1]), quietRun);
    expect(region.nuclei).toBe(2);
  });
});

describe('components', () => {
  it('separates pieces that touch at a corner only and knows the frame', () => {
    const { sizes, touchesFrame } = connectedComponents(
      Uint8Array.from([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      squareGrid(4, 1),
    );
    expect(sizes).toEqual([0, 1, 1]);
    expect(touchesFrame).toEqual([false, true, false]);
  });
});

describe('calibration', () => {
  const domain = noFluxDomain(grid, nucleus, 150);
  const frame = { grid, mask: nucleus, domain };
  const raw = (mean: number, gain: number, seed: number): Float32Array =>
    camera(gaussianBlur(inNucleus(texture(n, mean)), grid, [0, 20, 20]), gain, 100, seed);
  const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const calibrated = async (channels: readonly RawChannel[], scale = options) =>
    (await calibrate({ channels, frame, key: null }, scale, { ...quietRun, memory: undefined })).value;

  it('finds the offset in the background and the mean density inside', async () => {
    const { channels } = await calibrated([
      { name: 'h', values: raw(0.3, 2000, 11) },
      { name: 'e', values: raw(0.2, 2000, 12) },
    ]);
    expect(channels.map((channel) => Math.abs(channel.offset.value - 100) <= 1)).toEqual([true, true]);
    expect(mean(channels[0].phi) + mean(channels[1].phi)).toBeCloseTo(0.5, 6);
    expect(mean(channels[0].phi) / mean(channels[1].phi)).toBeCloseTo(1.5, 1);
  });

  it('sets the relative gain by the heterochromatin fraction', async () => {
    const { channels } = await calibrated(
      [
        { name: 'h', values: raw(0.3, 500, 13) },
        { name: 'e', values: raw(0.2, 3000, 14) },
      ],
      { ...options, hetFraction: 0.6 },
    );
    expect(mean(channels[0].phi)).toBeCloseTo(0.3, 6);
    expect(mean(channels[1].phi)).toBeCloseTo(0.2, 6);
  });

  it('draws noise of the measured size', async () => {
    const { channels } = await calibrated([{ name: 'd', values: raw(0.3, 1000, 15) }]);
    const expected = Math.sqrt(1000 * 0.3 + 1.5 ** 2) / 300;
    expect(Math.abs(channels[0].relativeNoise / expected - 1)).toBeLessThan(0.1);
  });

  it('refuses a channel without signal', async () => {
    const empty = { name: 'e', values: new Float32Array(n * n).fill(100) };
    await expect(calibrated([empty])).rejects.toThrow(/no signal inside the nucleus/);
  });
});

describe('localisation density', () => {
  const stream = randomStream(21);
  const count = 20000;
  const points = {
    count,
    x: Float64Array.from({ length: count }, () => 300 + 900 * stream.uniform()),
    y: Float64Array.from({ length: count }, () => 300 + 900 * stream.uniform()),
    precision: new Float32Array(count).fill(12),
  };

  it.each(['histogram', 'gaussian'] as const)('keeps every point (%s)', async (render) => {
    const around = gridAround([points], 15);
    const { values, outside } = await rasterize(points, around, { render, seed: 1 }, quietRun);
    const total = values.reduce((sum, v) => sum + v, 0) * 15 * 15 * 1e-6;
    expect(outside).toBe(0);
    expect(Math.abs(total / count - 1)).toBeLessThan(1e-4);
  });

  it('draws noise of Poisson size', async () => {
    const around = gridAround([points], 15);
    const { values, noise } = await rasterize(points, around, { render: 'histogram', seed: 2 }, quietRun);
    const perPoint = 1e6 / 225;
    const variance = noise.reduce((sum, v) => sum + (v / perPoint) ** 2, 0);
    expect(Math.abs(variance / values.reduce((sum, v) => sum + v / perPoint, 0) - 1)).toBeLessThan(0.05);
  });

  it('refuses a span that looks like a wrong unit', () => {
    const far = { count: 2, x: Float64Array.of(0, 1e8), y: Float64Array.of(0, 0) };
    expect(() => gridAround([far], 15)).toThrow(/over the 16384/);
  });

  it('counts what falls outside a given frame', async () => {
    const { outside } = await rasterize(
      points,
      squareGrid(40, 15),
      { render: 'histogram', seed: 1 },
      quietRun,
    );
    expect(outside).toBeGreaterThan(0);
  });
});
