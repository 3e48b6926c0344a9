import { beforeAll, describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import type { Inference } from '../../src-core/inference.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { type OmeChannel, writeOmeTiff } from '../../src-core/io/ome-tiff.js';
import { parseJob } from '../../src-core/job.js';
import { parsePhantomSpec } from '../../src-core/models/phantom-spec.js';
import { type Phantom, simulateNucleus } from '../../src-core/models/phantom.js';
import { infer } from '../../src-core/pipeline.js';
import { quietRun } from '../../src-core/run.js';

const size = 160;
/** The image ends here, in the middle of the nucleus. */
const width = 88;
const pixel = 15;

type Values = Float32Array | Uint16Array | Uint8Array;

function cut<T extends Values>(values: T): T {
  return values.filter((_, i) => i % size < width) as T;
}

const source = (name: string, channels: readonly OmeChannel[]) =>
  memorySource(
    name,
    new Uint8Array(
      Buffer.concat(writeOmeTiff({ grid: makeGrid([1, size, width], [pixel, pixel, pixel]), channels })),
    ),
  );

async function inferCut({ channels, mask, truth }: Phantom, solver: 'field' | 'direct'): Promise<Inference> {
  const images = channels.map((channel) => {
    if (channel.kind !== 'counts') throw new Error('The phantom has no counts.');
    return { name: channel.name, values: cut(channel.counts) };
  });
  const { offset = 0, gainCountsPerPhi: gain = 1 } = truth.camera ?? {};
  const job = parseJob({
    channels: {
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 0 },
      euchromatin: { file: 0, channel: 1 },
    },
    mask: 'file',
    calibration: { offset: [offset, offset], gain: [gain, gain] },
    solver: { name: solver },
  });
  const files = {
    input: source('cut.ome.tif', images),
    mask: source('mask.tif', [{ name: 'mask', values: cut(mask) }]),
  };
  return infer(files, job, quietRun);
}

/** Relative L2 error over the voxels that pass, and the share of them within 2 sd. */
function score(
  { rate }: Inference,
  known: Float32Array,
  passes: (i: number) => boolean,
): { error: number; within: number } {
  let [off, all, count, near] = [0, 0, 0, 0];
  known.forEach((truth, i) => {
    if (!Number.isFinite(truth) || !passes(i)) return;
    off += (rate.estimate[i] - truth) ** 2;
    all += truth ** 2;
    count++;
    if (Math.abs(rate.estimate[i] - truth) < 2 * (rate.sd?.[i] ?? NaN)) near++;
  });
  return { error: Math.sqrt(off / all), within: near / count };
}

describe('a nucleus that the frame cuts', () => {
  let phantom: Phantom;
  let known: Float32Array;
  let field: Inference;
  beforeAll(async () => {
    phantom = await simulateNucleus(
      parsePhantomSpec({ sizePx: size, pixelSizeNm: pixel, noise: 0.02, seed: 5 }),
      quietRun,
    );
    known = cut(phantom.lambda);
    field = await inferCut(phantom, 'field');
  });

  it('has no wall at the cut: λ is right up to where it is said to be known', () => {
    const { error, within } = score(field, known, (i) => field.rate.identifiable[i] !== 0);
    expect(error).toBeLessThan(0.025);
    expect(within).toBeGreaterThan(0.85);
  });

  it('is far better near the cut than by a solver that has a wall there', async () => {
    const direct = await inferCut(phantom, 'direct');
    const near = (i: number): boolean => i % width >= width - 10;
    expect(score(field, known, near).error).toBeLessThan(0.6 * score(direct, known, near).error);
  });

  it('is not said to be known within 0.4 to 1.2 L0 of the cut, and is everywhere else', () => {
    const { identifiable } = field.rate;
    let [beside, besideKnown, deep, deepKnown] = [0, 0, 0, 0];
    field.mask.forEach((inside, i) => {
      if (inside === 0) return;
      const depth = width - 1 - (i % width);
      if (depth < 4) [beside, besideKnown] = [beside + 1, besideKnown + identifiable[i]];
      if (depth >= 12) [deep, deepKnown] = [deep + 1, deepKnown + identifiable[i]];
    });
    expect(beside).toBeGreaterThan(300);
    expect(besideKnown).toBe(0);
    expect(deepKnown / deep).toBeGreaterThan(0.97);
  });

  it('is said to have been cut, and what was made of it', async () => {
    expect(field.report.assumptions.join(' ')).toContain('taken to go on beyond it');
    const direct = await inferCut(phantom, 'direct');
    expect(direct.report.assumptions.join(' ')).toContain('nothing was taken to flow through the cut');
  });

  it('does not count as a mismatch, nor as displaced channels', () => {
    expect(field.report.residual.reasons).toEqual([]);
    expect(field.report.calibration.registration.left?.displaced).toBe(false);
    expect(field.report.uncertainty?.inflation).toBeLessThan(1.6);
  });
});
