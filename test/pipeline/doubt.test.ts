import { describe, expect, it } from 'vitest';
import { makeGrid, type Triple, voxelCount } from '../../src-core/data/grid.js';
import type { InferenceReport } from '../../src-core/inference.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { writeOmeTiff } from '../../src-core/io/ome-tiff.js';
import { type JobInput, parseJob } from '../../src-core/job.js';
import { infer } from '../../src-core/pipeline.js';
import { quietRun } from '../../src-core/run.js';
import { camera } from '../density/phantoms.js';

const n = 96;
const channels: JobInput['channels'] = {
  kind: 'two-channel',
  heterochromatin: { file: 0, channel: 0 },
  euchromatin: { file: 0, channel: 1 },
};

type Pixels = (field: Float64Array, channel: number) => Float32Array;
const noisy: Pixels = (field, channel) => camera(field, 2000, 100, 5 + channel);

/** An OME-TIFF of a round nucleus with two channels, made by `pixels` from volume fractions. */
function nucleus(pixels: Pixels = noisy, shape: Triple = [1, n, n]): ReturnType<typeof memorySource> {
  const grid = makeGrid(shape, [40, 15, 15]);
  const [nz, ny, nx] = shape;
  const field = (mean: number, phase: number): Float64Array =>
    Float64Array.from({ length: voxelCount(grid) }, (_, i) => {
      const [z, y, x] = [
        Math.floor(i / (nx * ny)) + 0.5 - nz / 2,
        (Math.floor(i / nx) % ny) - ny / 2,
        (i % nx) - nx / 2,
      ];
      const inside =
        (x / (0.42 * nx)) ** 2 + (y / (0.42 * ny)) ** 2 + (nz > 1 ? (z / (0.42 * nz)) ** 2 : 0) < 1;
      return inside ? mean * (1 + 0.2 * Math.sin(x / 4 + phase) * Math.cos(y / 5)) : 0;
    });
  const values = [pixels(field(0.27, 0), 0), pixels(field(0.18, 2), 1)];
  const parts = writeOmeTiff({ grid, channels: values.map((each, k) => ({ name: `c${k}`, values: each })) });
  return memorySource('nucleus.ome.tif', new Uint8Array(parts.flatMap((part) => [...part])));
}

async function report(source = nucleus(), job: Partial<JobInput> = {}): Promise<InferenceReport> {
  return (await infer({ input: source }, parseJob({ channels, ...job }), quietRun)).report;
}

describe('doubt is said', () => {
  it('an uncalibrated level, until a fraction is given', async () => {
    const bare = await report();
    expect(bare.calibration.levelCalibrated).toBe(false);
    expect(bare.warnings.join()).toContain('Level not calibrated');
    const calibrated = await report(nucleus(), { calibration: { hetFraction: 0.6 } });
    expect(calibrated.warnings.join()).not.toContain('Level not calibrated');
  });

  it('a pixel size that makes the nucleus too large or too small', async () => {
    const large = await report(nucleus(), { calibration: { pixelSizeNm: 2000 }, model: { lengthNm: 20000 } });
    expect(large.warnings.join()).toContain('which nuclei are not');
    const small = await report(nucleus(), { calibration: { pixelSizeNm: 5 } });
    expect(small.warnings.join()).toContain('check the pixel size of 5.000 nm (given)');
  });

  it('pixels that are NaN are left out and counted', async () => {
    const holed: Pixels = (field, channel) =>
      noisy(field, channel).map((v, i) => (i % 500 === 0 ? Number.NaN : v));
    const { warnings, lambda } = await report(nucleus(holed));
    expect(warnings.join()).toMatch(/\d+ voxels were NaN or infinite/);
    expect(Number.isFinite(lambda.median)).toBe(true);
  });

  it('negative intensities are an offset like any other', async () => {
    const shifted: Pixels = (field, channel) => noisy(field, channel).map((v) => v - 400);
    const [plain, below] = [await report(), await report(nucleus(shifted))];
    expect(below.calibration.offset[0].value).toBeCloseTo(plain.calibration.offset[0].value - 400, 0);
    expect(below.lambda.median).toBeCloseTo(plain.lambda.median, 2);
  });

  it('units come out: Γ_me only where a diffusivity was given', async () => {
    expect((await report()).methylationRate).toBeNull();
    const { methylationRate, lambda } = await report(nucleus(), { model: { diffusivityUm2PerS: 0.01 } });
    // Γ_ac = D/L0² = 0.01/0.15² per second.
    expect((methylationRate?.median ?? 0) / lambda.median).toBeCloseTo(0.01 / 0.0225, 6);
    expect(methylationRate?.unit).toBe('1/s');
  });

  it('a stack is solved in three dimensions, one plane of it in two', async () => {
    const stack = nucleus(noisy, [12, 64, 64]);
    const solver = { name: 'direct' } as const;
    const whole = await report(stack, { solver });
    expect(whole.region.volumeUm3).toBeGreaterThan(0);
    expect(whole.assumptions.join()).toContain('Three-dimensional');
    const plane = await report(stack, { z: 6, solver });
    expect(plane.region.volumeUm3).toBeNull();
    expect(plane.warnings.join()).toContain('uniform along z');
  });
});

describe('what cannot be inferred is refused', () => {
  it.each<[string, Pixels, string]>([
    ['all zero', (field) => new Float32Array(field.length), 'model'],
    ['all NaN', (field) => new Float32Array(field.length).fill(Number.NaN), 'unreadable'],
  ])('an image that is %s', async (_, pixels, tag) => {
    await expect(report(nucleus(pixels))).rejects.toMatchObject({ tag });
  });

  it('a channel, plane or time point that is not there', async () => {
    const far: JobInput['channels'] = { kind: 'density', density: { file: 0, channel: 7 } };
    await expect(report(nucleus(), { channels: far })).rejects.toMatchObject({
      tag: 'usage',
      message: /no channel 7/,
    });
    await expect(report(nucleus(), { z: 3 })).rejects.toMatchObject({
      tag: 'usage',
      message: expect.stringContaining('no plane 3') as string,
    });
    await expect(report(nucleus(), { frame: 2 })).rejects.toMatchObject({
      tag: 'usage',
      message: /no time point 2/,
    });
  });

  it('one density without a heterochromatin fraction', async () => {
    const density: JobInput['channels'] = { kind: 'density', density: { file: 0, channel: 0 } };
    await expect(report(nucleus(), { channels: density })).rejects.toMatchObject({ tag: 'missing' });
  });

  it('a second file that was not given', async () => {
    const two: JobInput['channels'] = { ...channels, euchromatin: { file: 1, channel: 0 } };
    await expect(report(nucleus(), { channels: two })).rejects.toMatchObject({ tag: 'missing' });
  });
});
