import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { CoreError } from '../../src-core/errors.js';
import type { Inference, JobFiles } from '../../src-core/inference.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { writeOmeTiff } from '../../src-core/io/ome-tiff.js';
import { type JobInput, parseJob } from '../../src-core/job.js';
import { infer } from '../../src-core/pipeline.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';

const n = 64;
const pixel = 30;
type Values = (i: number) => number;

/** How far a pixel lies from the middle, as a share of the way to the nearest side. */
const reach: Values = (i) =>
  Math.hypot((i % n) + 0.5 - n / 2, (Math.floor(i / n) % n) + 0.5 - n / 2) / (n / 2);
const nucleus: Values = (i) => (reach(i) < 0.75 ? 1 : 0);
const pattern: Values = (i) => 0.25 * Math.sin((i % n) / 2.3) * Math.cos(Math.floor(i / n) / 2.7);
const het: Values = (i) => nucleus(i) * 0.27 * (1 + pattern(i));
const eu: Values = (i) => nucleus(i) * 0.18 * (1 - pattern(i));

const channelPair: JobInput['channels'] = {
  kind: 'two-channel',
  heterochromatin: { file: 0, channel: 0 },
  euchromatin: { file: 0, channel: 1 },
};

interface Scene {
  readonly channels: readonly Values[];
  readonly mask?: Values;
  readonly planes?: number;
  readonly job?: Partial<JobInput>;
}

function tiff(name: string, channels: readonly Float32Array[], planes: number) {
  const grid = makeGrid([planes, n, n], [60, pixel, pixel]);
  const named = channels.map((values, k) => ({ name: `channel ${k}`, values }));
  const bytes = writeOmeTiff({ grid, channels: named }).flatMap((part) => [...part]);
  return memorySource(name, Uint8Array.from(bytes));
}

function laidOut(values: Values, planes: number): Float32Array {
  return Float32Array.from({ length: planes * n * n }, (_, i) => values(i));
}

async function inferScene({ channels, mask = nucleus, planes = 1, job = {} }: Scene): Promise<Inference> {
  const files: JobFiles = {
    input: tiff(
      'scene.ome.tif',
      channels.map((values) => laidOut(values, planes)),
      planes,
    ),
    mask: tiff('mask.ome.tif', [laidOut(mask, planes)], planes),
  };
  const spec = parseJob({ channels: channelPair, mask: 'file', solver: { name: 'field' }, ...job });
  // Processor time, so that whatever else the machine does is not held against the solver.
  const start = process.cpuUsage().user;
  const result = await infer(files, spec, quietRun);
  expect(process.cpuUsage().user - start).toBeLessThan(10e6);
  return result;
}

/** Every number where λ is said to be known is one; sd and resolution are positive; the report is plain numbers. */
function expectHonest({ rate, mask, report }: Inference): void {
  let known = 0;
  rate.identifiable.forEach((flag, i) => {
    if (flag === 0) return;
    known++;
    expect(mask[i]).toBe(1);
    const values = [rate.estimate[i], rate.sd?.[i] ?? NaN, rate.residual?.[i] ?? NaN];
    if (!values.every(Number.isFinite)) expect(values).toEqual('finite where λ is identifiable');
    expect(rate.sd?.[i]).toBeGreaterThan(0);
    // Infinity where all of λ comes from the prior.
    expect(rate.resolution?.[i]).toBeGreaterThan(0);
  });
  expect(known).toBeGreaterThan(0);
  const { lambda, uncertainty, settings, residual } = report;
  const numbers = [lambda.mean, lambda.median, lambda.sd, lambda.p05, lambda.p95, uncertainty?.sd];
  numbers.push(settings.prior?.lengthNm, settings.prior?.sd);
  numbers.push(residual.rms ?? 0, residual.noiseRms ?? 0);
  numbers.forEach((value) => {
    expect(value).toSatisfy((v: number) => Number.isFinite(v));
  });
}

/** A result that holds, or a failure that says what is wrong. */
async function resultOrReason(scene: Scene): Promise<Inference | CoreError> {
  try {
    const result = await inferScene(scene);
    expectHonest(result);
    return result;
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    expect(error.message.length).toBeGreaterThan(20);
    expect(error.message).not.toMatch(/NaN|undefined|Infinity/);
    return error;
  }
}

function noisy(field: Values, gain: number, seed: number): Values {
  const stream = randomStream(seed);
  const counts = Float64Array.from({ length: 8 * n * n }, (_, i) => 100 + stream.poisson(gain * field(i)));
  return (i) => counts[i];
}

const ordinary = [noisy(het, 2000, 1), noisy(eu, 2000, 2)];

const medianWithin = (result: Inference | CoreError, low: number, high: number): void => {
  expect(result).not.toBeInstanceOf(CoreError);
  if (result instanceof CoreError) return;
  expect(result.report.lambda.median).toBeGreaterThan(low);
  expect(result.report.lambda.median).toBeLessThan(high);
};

describe('field on input at the edge of sense', () => {
  it('an ordinary nucleus, to compare with', async () => {
    medianWithin(await resultOrReason({ channels: ordinary }), 1.2, 1.8);
  });

  it('constant fields without noise: the ratio everywhere, and little doubt', async () => {
    const result = await resultOrReason({
      channels: [(i) => 300 * nucleus(i), (i) => 200 * nucleus(i)],
    });
    medianWithin(result, 1.4999, 1.5001);
    if (result instanceof CoreError) return;
    expect(result.report.lambda.sd).toBeLessThan(0.01);
    expect(result.report.identifiable).toBeGreaterThan(0.99);
  });

  it('the same constant everywhere: nothing was measured', async () => {
    const result = await resultOrReason({ channels: [() => 300, () => 200], job: { mask: 'none' } });
    expect(result).toBeInstanceOf(CoreError);
  });

  it('a pattern without any noise', async () => {
    medianWithin(await resultOrReason({ channels: [(i) => 1000 * het(i), (i) => 1000 * eu(i)] }), 0.5, 3);
  });

  it('zero everywhere', async () => {
    expect(await resultOrReason({ channels: [() => 0, () => 0] })).toBeInstanceOf(CoreError);
  });

  it('one channel dark', async () => {
    expect(await resultOrReason({ channels: [ordinary[0], () => 100] })).toBeInstanceOf(CoreError);
  });

  it('a mask of nine pixels', async () => {
    const nine: Values = (i) =>
      Math.abs((i % n) - 32) <= 1 && Math.abs(Math.floor(i / n) - 32) <= 1 ? 1 : 0;
    await resultOrReason({ channels: ordinary, mask: nine });
  });

  it('a mask of nine lone pixels, none beside another', async () => {
    const lone: Values = (i) =>
      [28, 32, 36].includes(i % n) && [28, 32, 36].includes(Math.floor(i / n)) ? 1 : 0;
    await resultOrReason({ channels: ordinary, mask: lone });
  });

  it.each([
    ['along x', (i: number) => (Math.floor(i / n) === 32 && nucleus(i) === 1 ? 1 : 0)],
    ['along y', (i: number) => (i % n === 31 && nucleus(i) === 1 ? 1 : 0)],
    ['across', (i: number) => (i % n === Math.floor(i / n) && nucleus(i) === 1 ? 1 : 0)],
  ])('a mask one pixel wide %s', async (_, mask) => {
    await resultOrReason({ channels: ordinary, mask });
  });

  it('a mask of two nuclei far apart', async () => {
    const two: Values = (i) =>
      Math.hypot((i % n) - 22, Math.floor(i / n) - 32) < 7 ||
      Math.hypot((i % n) - 44, Math.floor(i / n) - 32) < 7
        ? 1
        : 0;
    medianWithin(await resultOrReason({ channels: ordinary, mask: two }), 0.8, 2.5);
  });

  it('NaN and infinite pixels are left out of the nucleus', async () => {
    const broken =
      (field: Values): Values =>
      (i) =>
        i % 97 === 0 ? NaN : i % 89 === 0 ? Infinity : field(i);
    const result = await resultOrReason({ channels: [broken(ordinary[0]), ordinary[1]] });
    medianWithin(result, 1.1, 2);
    if (result instanceof CoreError) return;
    expect(result.rate.identifiable.some((v, i) => v === 1 && (i % 97 === 0 || i % 89 === 0))).toBe(false);
  });

  it('noise larger than the signal: no claim of more than is there', async () => {
    const drowned = (field: Values, seed: number): Values => {
      const stream = randomStream(seed);
      const values = Float64Array.from({ length: n * n }, (_, i) => 100 * field(i) + 60 * stream.normal());
      return (i) => values[i];
    };
    const result = await resultOrReason({ channels: [drowned(het, 3), drowned(eu, 4)] });
    if (result instanceof CoreError) return;
    expect(result.report.identifiable).toBeLessThan(1);
  });

  it('negative intensities around a mean that is positive', async () => {
    const stream = randomStream(5);
    const shifted = [het, eu].map((field) => {
      const values = Float64Array.from(
        { length: n * n },
        (_, i) => 400 * field(i) - 20 + 15 * stream.normal(),
      );
      return (i: number) => values[i];
    });
    const result = await resultOrReason({ channels: shifted });
    medianWithin(result, 0.8, 2.5);
  });

  it('intensities that are negative throughout', async () => {
    const job = { calibration: { offset: [0, 0] as [number, number] } };
    const result = await resultOrReason({ channels: [(i) => -ordinary[0](i), (i) => -ordinary[1](i)], job });
    expect(result).toBeInstanceOf(CoreError);
  });

  it('one channel of total density with its fraction', async () => {
    const result = await resultOrReason({
      channels: [noisy((i) => het(i) + eu(i), 2000, 6)],
      job: {
        channels: { kind: 'density', density: { file: 0, channel: 0 } },
        calibration: { hetFraction: 0.6 },
      },
    });
    medianWithin(result, 0.5, 4);
  });

  it('a stack of five planes', async () => {
    medianWithin(
      await resultOrReason({ channels: ordinary, planes: 5, mask: (i) => nucleus(i % (n * n)) }),
      0,
      9,
    );
  });

  it('a stack of five planes that are all the nucleus', async () => {
    const stacked = [het, eu].map((field, k) => noisy((i) => field(i % (n * n)), 2000, 7 + k));
    const scene = { channels: stacked, planes: 5, mask: (i: number) => nucleus(i % (n * n)) };
    medianWithin(await resultOrReason(scene), 1.2, 1.8);
  });

  it('a length scale of 1 nm, finer than any pixel: nothing of λ is told by the data', async () => {
    const job = { solver: { name: 'field' as const, lengthScaleNm: 1 } };
    expect(await resultOrReason({ channels: ordinary, job })).toBeInstanceOf(CoreError);
  });

  it.each([60, 5000, 1e8])('a length scale of %f nm, if it is asked for', async (lengthScaleNm) => {
    const job = { solver: { name: 'field' as const, lengthScaleNm } };
    medianWithin(await resultOrReason({ channels: ordinary, job }), 1, 2);
  });

  it.each([5, 5000])('an L0 of %f nm, far from what the pixels can show', async (lengthNm) => {
    await resultOrReason({ channels: ordinary, job: { model: { lengthNm } } });
  });

  it('extreme contrast: a thousandfold brighter pixel', async () => {
    const hot: Values = (i) => (i === 32 * n + 32 ? 1e6 : ordinary[1](i));
    await resultOrReason({ channels: [ordinary[0], hot] });
  });
});
