import { beforeAll, describe, expect, it } from 'vitest';
import type { Inference } from '../../src-core/inference.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { writeOmeTiff } from '../../src-core/io/ome-tiff.js';
import { type JobInput, parseJob } from '../../src-core/job.js';
import { type Phantom, simulateNucleus } from '../../src-core/models/phantom.js';
import { parsePhantomSpec } from '../../src-core/models/phantom-spec.js';
import { checkForward } from '../../src-core/pipeline/forward-check.js';
import { infer, inferPreview } from '../../src-core/pipeline.js';
import { makeStageMemory } from '../../src-core/pipeline/stage-memory.js';
import { quietRun } from '../../src-core/run.js';

const size = 96;
let phantom: Phantom;

/** The phantom's image, moved cyclically. */
function imageOf({ grid, channels }: Phantom, [dy, dx]: readonly [number, number] = [0, 0]) {
  const images = channels.map((channel) => {
    if (channel.kind !== 'counts') throw new Error('The phantom has no counts.');
    return { name: channel.name, values: moved(channel.counts, [dy, dx]) };
  });
  return memorySource('box.ome.tif', new Uint8Array(Buffer.concat(writeOmeTiff({ grid, channels: images }))));
}

function moved<T extends Uint16Array | Float32Array>(values: T, [dy, dx]: readonly [number, number]): T {
  const out = values.slice() as T;
  values.forEach((value, i) => {
    out[((Math.floor(i / size) + dy) % size) * size + (((i % size) + dx) % size)] = value;
  });
  return out;
}

const jobOf = (part: Partial<JobInput> = {}, calibration: JobInput['calibration'] = {}) =>
  parseJob({
    channels: {
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 0 },
      euchromatin: { file: 0, channel: 1 },
    },
    mask: 'none',
    calibration: {
      hetFraction: phantom.truth.heterochromatinFraction,
      offset: [100, 100],
      ...calibration,
    },
    model: { boundary: 'periodic' },
    ...part,
  });

function relativeL2({ rate }: Inference, known: ArrayLike<number>): number {
  let [error, square] = [0, 0];
  rate.estimate.forEach((value, i) => {
    if (rate.identifiable[i] === 0) return;
    error += (value - known[i]) ** 2;
    square += known[i] ** 2;
  });
  return Math.sqrt(error / square);
}

beforeAll(async () => {
  const spec = { shape: 'periodic', sizePx: size, pixelSizeNm: 18, noise: 0.03, seed: 5 } as const;
  phantom = await simulateNucleus(parsePhantomSpec(spec), quietRun);
}, 120_000);

describe('a picture that is one period of a field', () => {
  it('gives λ everywhere, at the seam too, and says what was assumed', { timeout: 60_000 }, async () => {
    const found = await infer({ input: imageOf(phantom) }, jobOf(), quietRun);
    expect(found.report.identifiable).toBe(1);
    expect(relativeL2(found, phantom.lambda)).toBeLessThan(0.015);
    expect(found.report.calibration.rimBlurNm).toBeNull();
    expect(found.report.residual.mismatch).toBe(false);
    expect(found.report.assumptions.join(' ')).toContain('one period of a field that repeats itself');
    expect(found.report.assumptions.join(' ')).not.toContain('The frame cuts');
  });

  it('gives the moved λ of an image moved cyclically, well within its sd', { timeout: 60_000 }, async () => {
    for (const [name, most] of [
      ['field', 0.35],
      ['direct', null],
    ] as const) {
      const job = jobOf({ solver: { name, mollifierNm: name === 'direct' ? 90 : null } });
      const own = await infer({ input: imageOf(phantom) }, job, quietRun);
      const by = [37, 58] as const;
      const other = await infer({ input: imageOf(phantom, by) }, job, quietRun);
      const expected = moved(own.rate.estimate, by);
      expect(relativeL2(other, expected)).toBeLessThan(name === 'field' ? 3e-3 : 1e-6);
      const { sd } = other.rate;
      if (most === null || sd === undefined) continue;
      const apart = other.rate.estimate.map((v, i) => ((v - expected[i]) / sd[i]) ** 2);
      expect(Math.sqrt(apart.reduce((sum, v) => sum + v, 0) / apart.length)).toBeLessThan(most);
    }
  });

  it('is previewed by the same boundary', async () => {
    const job = jobOf({ solver: { name: 'balance' } });
    const shown = await inferPreview({ input: imageOf(phantom) }, job, quietRun, makeStageMemory(1e9));
    const settled = await infer({ input: imageOf(phantom) }, job, quietRun);
    expect(relativeL2(shown, settled.rate.estimate)).toBeLessThan(1e-6);
  });

  it('explains itself when it is followed forward, over the seam', { timeout: 120_000 }, async () => {
    const job = jobOf({ solver: { name: 'direct' } });
    const { report } = await checkForward({ input: imageOf(phantom) }, job, quietRun);
    expect(report.verdict).toMatch(/^(within-noise|explains)$/);
  });

  it('is refused where the nucleus leaves some of the picture out, or channels are to be moved', async () => {
    const values = new Uint8Array(size * size).fill(1);
    values[17] = 0;
    const bytes = Buffer.concat(writeOmeTiff({ grid: phantom.grid, channels: [{ name: 'mask', values }] }));
    const files = { input: imageOf(phantom), mask: memorySource('mask.tif', new Uint8Array(bytes)) };
    await expect(infer(files, jobOf({ mask: 'file' }), quietRun)).rejects.toMatchObject({
      tag: 'usage',
      message: expect.stringContaining('takes 99.9 % of this one (9215 of 9216 voxels)') as string,
      remedies: [
        { setting: 'mask', value: 'none' },
        { setting: 'model.boundary', value: 'no-flux' },
      ],
    });
    await expect(
      infer({ input: imageOf(phantom) }, jobOf({}, { shiftNm: [15, 0] }), quietRun),
    ).rejects.toMatchObject({ tag: 'usage', message: /not moved/ });
  });
});
