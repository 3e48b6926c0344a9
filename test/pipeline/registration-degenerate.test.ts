import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { CoreError } from '../../src-core/errors.js';
import type { Inference, JobFiles } from '../../src-core/inference.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { writeOmeTiff } from '../../src-core/io/ome-tiff.js';
import { type JobInput, parseJob } from '../../src-core/job.js';
import { infer } from '../../src-core/pipeline.js';
import { randomStream } from '../../src-core/random.js';
import { openImage } from '../../src-core/io/open-image.js';
import { quietRun } from '../../src-core/run.js';
import { sampleFiles, sampleJob } from './sample-nucleus.js';

const n = 64;
const pixel = 30;
type Values = (x: number, y: number) => number;
type Shift = NonNullable<JobInput['calibration']>['shiftNm'];

const middle = (n - 1) / 2;
const nucleus: Values = (x, y) => (Math.hypot(x - middle, y - middle) < 22 ? 1 : 0);
const pattern: Values = (x, y) => 0.25 * Math.sin(x / 2.3) * Math.cos(y / 2.7);
const het: Values = (x, y) => nucleus(x, y) * 0.27 * (1 + pattern(x, y));
const eu: Values = (x, y) => nucleus(x, y) * 0.18 * (1 - pattern(x, y));

function counted(values: Values, seed: number): Values {
  const random = randomStream(seed);
  const counts = Float64Array.from(
    { length: n * n },
    (_, i) => 100 + random.poisson(4000 * values(i % n, Math.floor(i / n))),
  );
  return (x, y) => counts[y * n + x];
}

function tiff(name: string, channels: readonly Values[]) {
  const grid = makeGrid([1, n, n], [60, pixel, pixel]);
  const named = channels.map((at, k) => ({
    name: `channel ${k}`,
    values: Float32Array.from({ length: n * n }, (_, i) => at(i % n, Math.floor(i / n))),
  }));
  const bytes = writeOmeTiff({ grid, channels: named }).flatMap((part) => [...part]);
  return memorySource(name, Uint8Array.from(bytes));
}

const pair: JobInput['channels'] = {
  kind: 'two-channel',
  heterochromatin: { file: 0, channel: 0 },
  euchromatin: { file: 0, channel: 1 },
};
const marks = [counted(het, 1), counted(eu, 2)];

function inferred(channels: readonly Values[], shiftNm: Shift, job: Partial<JobInput> = {}) {
  const files: JobFiles = { input: tiff('scene.ome.tif', channels), mask: tiff('mask.ome.tif', [nucleus]) };
  const calibration = { ...job.calibration, shiftNm };
  const spec = parseJob({
    channels: pair,
    mask: 'file',
    solver: { name: 'direct' },
    ...job,
    calibration,
  });
  return infer(files, spec, quietRun);
}

async function failureOf(work: Promise<Inference>): Promise<CoreError> {
  const failure: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(CoreError);
  return failure as CoreError;
}

const allFinite = (values: Float32Array, where: Uint8Array): boolean =>
  values.every((value, i) => where[i] === 0 || Number.isFinite(value));

describe('a displacement that leaves nothing of the nucleus', () => {
  it.each([
    [[5000, 0], 'x +5000.0 nm'],
    [[0, -1e6], 'y −1000000.0 nm'],
  ] as const)('is refused, with the displacement and what would do: %o', async (shift, words) => {
    const failure = await failureOf(inferred(marks, [shift[0], shift[1]]));
    expect(failure.tag).toBe('model');
    expect(failure.message).toMatch(
      new RegExp(`Moved back by ${words.replace('+', '\\+')}, .* at 0 of the \\d+ voxels of the nucleus`),
    );
    expect(failure.remedies?.[0]).toEqual({ setting: 'calibration.shiftNm' });
    expect(failure.message).not.toContain('NaN');
  });

  it('is refused with the mask found as well', async () => {
    const failure = await failureOf(inferred(marks, [5000, 0], { mask: 'auto' }));
    expect(failure).toMatchObject({ tag: 'model', remedies: [{ setting: 'calibration.shiftNm' }, {}] });
  });
});

describe('a displacement that leaves a part of the nucleus', () => {
  it('gives λ of that part, and says how much was left out and why', async () => {
    const { mask, rate, report } = await inferred(marks, [900, 0]);
    const left = mask.reduce((sum, v) => sum + v, 0);
    const whole = nucleusSize();
    expect(left).toBeLessThan(whole);
    expect(report.warnings).toContain(
      `${whole - left} voxels of the nucleus were left out: the channel that was moved has no values there.`,
    );
    expect(allFinite(rate.estimate, rate.identifiable)).toBe(true);
  });

  it('says nothing of a frame that was left outside the nucleus', async () => {
    const { report } = await inferred(marks, [30, -30]);
    expect(report.warnings.join(' ')).not.toMatch(/left out|NaN/);
  });
});

const size = 256;

/** The sample (15 nm pixels) with euchromatin displaced to the right, and some of its pixels without a value, registered. */
async function registeredSample(pixels: number, holes: number): Promise<Inference> {
  const image = await openImage(sampleFiles.input, quietRun);
  const plane = async (channel: number): Promise<Float32Array> =>
    Float32Array.from(await image.readPlane({ z: 0, channel, frame: 0 }, quietRun));
  const right = await plane(1);
  const moved = right.map((_, i) => right[i - Math.min(i % size, pixels)]);
  for (let k = 0; k < holes; k++) moved[(120 + 9 * k) * size + 130] = NaN;
  const grid = makeGrid([1, size, size], [15, 15, 15]);
  const channels = [
    { name: 'het', values: await plane(0) },
    { name: 'eu', values: moved },
  ];
  const bytes = writeOmeTiff({ grid, channels }).flatMap((part) => [...part]);
  const job = sampleJob({ name: 'direct' });
  const spec = { ...job, calibration: { ...job.calibration, shiftNm: 'auto' as const } };
  return infer({ ...sampleFiles, input: memorySource('moved.tif', Uint8Array.from(bytes)) }, spec, quietRun);
}

interface Applied {
  readonly shiftNm?: readonly number[];
  readonly sdNm?: readonly number[];
}

function appliedIn({ calibration }: Inference['report']): Applied {
  const { applied } = calibration.registration;
  return applied?.sdNm == null ? {} : { shiftNm: applied.shiftNm, sdNm: applied.sdNm };
}

const nucleusSize = (): number => {
  let size = 0;
  for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) size += nucleus(x, y);
  return size;
};

describe('pixels without a value', () => {
  const holed: Values = (x, y) => (x === 30 && y === 30 ? NaN : marks[1](x, y));

  it('do not spread when the channel is moved by parts of a pixel', async () => {
    const { mask, rate } = await inferred([marks[0], holed], [45, 0]);
    // Moved back by a pixel and a half: what came from the hole is at 28 and 29.
    const out = [26, 27, 28, 29, 30, 31].map((x) => mask[30 * n + x]);
    expect(out).toEqual([1, 1, 0, 0, 0, 1]);
    expect(allFinite(rate.estimate, rate.identifiable)).toBe(true);
  });

  it('do not stop the displacement from being found', async () => {
    const { report } = await registeredSample(3, 2);
    const { shiftNm: [x, y] = [0, 0], sdNm: [sdX, sdY] = [0, 0] } = appliedIn(report);
    expect(Math.abs(x - 45)).toBeLessThan(Math.max(3 * sdX, 1.5));
    expect(Math.abs(y)).toBeLessThan(Math.max(3 * sdY, 1.5));
  });
});

it('a single channel has no displacement: it is not used, and that is said', async () => {
  const density: Values = (x, y) => marks[0](x, y) + marks[1](x, y);
  const part: Partial<JobInput> = {
    channels: { kind: 'density', density: { file: 0, channel: 0 } },
    calibration: { hetFraction: 0.6 },
  };
  const { report, rate } = await inferred([density], [30, 0], part);
  expect(report.warnings.join(' ')).toContain('there is only one channel: it was not used');
  expect(report.calibration.registration).toEqual({ applied: null, left: null });
  const plain = await inferred([density], null, part);
  expect(rate.estimate).toEqual(plain.rate.estimate);
});

describe('a displacement that the equation does not tell', () => {
  it('of fields that no λ of steady chromatin makes is refused, with how far the search went', async () => {
    const failure = await failureOf(inferred(marks, 'auto'));
    expect(failure.tag).toBe('model');
    expect(failure.message).toMatch(
      /was not found: the search went to x .* nm, y .* none beyond L0 \(150 nm\)/,
    );
    expect(failure.remedies?.[0]).toEqual({ setting: 'calibration.shiftNm' });
  });

  it('being farther than L0, is refused rather than taken for another', async () => {
    const failure = await failureOf(registeredSample(12, 0));
    expect(failure.message).toContain('was not found');
  });
});

it('a displacement along z of a single plane is refused as leaving nothing, not ignored in silence', async () => {
  const failure = await failureOf(inferred(marks, [0, 0, 60]));
  expect(failure.message).toContain('z +60.0 nm');
});
