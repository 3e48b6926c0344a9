import { beforeAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../src-core/io/byte-source.js';
import { writeOmeTiff } from '../../src-core/io/ome-tiff.js';
import type { JobFiles } from '../../src-core/inference.js';
import { type JobSpec, parseJob } from '../../src-core/job.js';
import { pack } from '../../src-core/kernels/no-flux.js';
import { type Phantom, simulateNucleus } from '../../src-core/models/phantom.js';
import { parsePhantomSpec, type PhantomInput } from '../../src-core/models/phantom-spec.js';
import { solveJob } from '../../src-core/pipeline.js';
import { drawCheckFigure } from '../../src-core/pipeline/check-figure.js';
import type { ForwardCheck, PhantomCheck } from '../../src-core/pipeline/check-report.js';
import { checkForward, checkSolved } from '../../src-core/pipeline/forward-check.js';
import { checkPhantoms } from '../../src-core/pipeline/phantom-check.js';
import type { Outcome } from '../../src-core/pipeline/outcome.js';
import { quietRun } from '../../src-core/run.js';

/** A nucleus of 1.6 µm that takes a second to simulate. */
const small: PhantomInput = { sizePx: 88, pixelSizeNm: 20, noise: 0.05, seed: 4 };

function bytesOf(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}

/** The phantom as a file, and its mask. */
function filesOf({ grid, channels, mask }: Phantom): JobFiles {
  const images = channels.map((channel) => {
    if (channel.kind !== 'counts') throw new Error('not a camera image');
    return { name: channel.name, values: channel.counts };
  });
  const nucleus = [{ name: 'nucleus', values: mask.map((v) => 255 * v) }];
  return {
    input: memorySource('image.ome.tif', bytesOf(writeOmeTiff({ grid, channels: images }))),
    mask: memorySource('mask.ome.tif', bytesOf(writeOmeTiff({ grid, channels: nucleus }))),
  };
}

const twoChannels = {
  channels: {
    kind: 'two-channel',
    heterochromatin: { file: 0, channel: 0 },
    euchromatin: { file: 0, channel: 1 },
  },
} as const;

/** The solution with another λ, known everywhere. */
function withRate(outcome: Outcome, rate: Float64Array): Outcome {
  const identifiable = new Uint8Array(rate.length).fill(1);
  return { ...outcome, solution: { ...outcome.solution, rate, identifiable } };
}

let phantom: Phantom;
let files: JobFiles;
let job: JobSpec;
let outcome: Outcome;

beforeAll(async () => {
  phantom = await simulateNucleus(parsePhantomSpec(small), quietRun);
  files = filesOf(phantom);
  job = parseJob({ ...twoChannels, mask: 'file' });
  outcome = await solveJob(files, job, quietRun);
});

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the forward check', () => {
  let found: ForwardCheck;
  beforeAll(async () => {
    const known = pack(phantom.lambda, outcome.posed.problem.domain);
    found = await checkSolved(withRate(outcome, known), job, quietRun);
  });

  it('says of the true λ that it explains the images', () => {
    const { verdict, explained, phiH, state, filled, clipped, blur } = found.report;
    expect(['within-noise', 'explains']).toContain(verdict);
    expect(explained).toBeGreaterThan(0.97);
    expect(phiH.correlation).toBeGreaterThan(0.98);
    expect(state.residual).toBeLessThan(2e-3);
    expect([filled, clipped]).toEqual([0, 0]);
    expect(blur.from).toBe('rim');
  });

  it('gives fields that add up, 0 outside the mask', () => {
    const { predictedH, differenceH, predictedE, differenceE } = found.fields;
    const { domain, phiH, phiE } = outcome.posed.problem;
    domain.voxel.forEach((at, i) => {
      expect(predictedH[at] + differenceH[at]).toBeCloseTo(phiH[i], 5);
      expect(predictedE[at] + differenceE[at]).toBeCloseTo(phiE[i], 5);
    });
    found.mask.forEach((inside, i) => {
      if (inside === 0) expect([predictedH[i], differenceE[i]]).toEqual([0, 0]);
    });
    const { phiH: plot } = found.plots;
    expect(plot.counts.reduce((sum, count) => sum + count, 0)).toBe(domain.count);
  });

  it('says of a constant and of a mirrored λ that they do not', async () => {
    const { domain, phiH, phiE } = outcome.posed.problem;
    const constant = new Float64Array(domain.count).fill(mean(phiH) / mean(phiE));
    const [, ny, nx] = domain.grid.shape;
    const mirrored = Float64Array.from(domain.voxel, (at) => {
      const value = phantom.lambda[ny * nx - 1 - at];
      return Number.isFinite(value) ? value : constant[0];
    });
    for (const wrong of [constant, mirrored]) {
      const { report } = await checkSolved(withRate(outcome, wrong), job, quietRun);
      expect(report.verdict).toMatch(/structure-left|not-settled/);
      expect(report.explained).toBeLessThan(0.8);
    }
  });

  it('fills λ where it is not known, holds it in range, and says how much', async () => {
    const { solution } = outcome;
    const holed = Float64Array.from(solution.rate, (value, i) => (i % 50 === 1 ? -3 : value));
    const identifiable = solution.identifiable.map((flag, i) => (i % 10 === 0 ? 0 : flag));
    const other = { ...outcome, solution: { ...solution, rate: holed, identifiable } };
    const { report } = await checkSolved(other, job, quietRun);
    expect(report.filled).toBeCloseTo(0.1, 2);
    expect(report.clipped).toBeCloseTo(0.02, 2);
    expect(report.notes.join(' ')).toMatch(/not known in 10 % .* no possible rate in 2 %/);
  });

  it('fits the blur where there is no edge to measure it at', async () => {
    const { rimBlur, ...rest } = outcome.posed.calibrated;
    const blind = { ...rest, rimBlur: { ...rimBlur, measured: false } };
    const posed = { ...outcome.posed, calibrated: blind };
    const { report } = await checkSolved({ ...outcome, posed }, job, quietRun);
    expect(report.blur.from).toBe('fitted');
    expect(Math.abs(report.blur.sdNm[2] - 20)).toBeLessThan(8);
  });

  it('refuses a model without interface and voxels without detail, saying the value', async () => {
    const flat = parseJob({ ...twoChannels, mask: 'file', model: { kappa: 0 } });
    await expect(checkForward(files, flat, quietRun)).rejects.toMatchObject({
      tag: 'usage',
      message: expect.stringContaining('κ is 0') as string,
    });
    const coarse = parseJob({ ...twoChannels, mask: 'file', calibration: { pixelSizeNm: 160 } });
    await expect(checkForward(files, coarse, quietRun)).rejects.toMatchObject({
      tag: 'model',
      message: expect.stringContaining('160 nm') as string,
    });
  });

  it('works on one channel of density, through the same split', async () => {
    const single = await simulateNucleus(parsePhantomSpec({ ...small, channels: 1 }), quietRun);
    const density = parseJob({
      channels: { kind: 'density', density: { file: 0, channel: 0 } },
      mask: 'file',
      calibration: { hetFraction: single.truth.heterochromatinFraction },
    });
    const solved = await solveJob(filesOf(single), density, quietRun);
    const known = pack(single.lambda, solved.posed.problem.domain);
    const right = await checkSolved(withRate(solved, known), density, quietRun);
    const wrong = await checkSolved(
      withRate(
        solved,
        known.map(() => mean(known)),
      ),
      density,
      quietRun,
    );
    expect(right.report.explained).toBeGreaterThan(0.9);
    expect(wrong.report.explained).toBeLessThan(0.7);
  });

  it('is the same again, and is cancelled within 200 ms', async () => {
    const [first, again] = [
      await checkForward(files, job, quietRun),
      await checkForward(files, job, quietRun),
    ];
    expect(again).toEqual(first);
    await expectCancelled((run) => checkForward(files, job, run), 'Forming chromatin domains');
  });
});

/** Cancels once the stage has been running for 20 ms. */
async function expectCancelled(
  work: (run: typeof quietRun) => Promise<unknown>,
  stage: string,
): Promise<void> {
  const signal = { aborted: false };
  let requested = 0;
  const run = {
    signal,
    report: (progress: { stage: string }) => {
      if (!progress.stage.startsWith(stage) || requested !== 0) return;
      requested = Infinity;
      setTimeout(() => {
        requested = performance.now();
        signal.aborted = true;
      }, 20);
    },
  };
  await expect(work(run)).rejects.toMatchObject({ tag: 'cancelled' });
  expect(performance.now() - requested).toBeLessThan(200);
}

describe('phantoms like the nucleus', () => {
  let found: PhantomCheck;
  beforeAll(async () => {
    found = await checkPhantoms(files, job, quietRun);
  });

  it('have its outline, pixels, density, blur and noise, and λ of its median and spread', () => {
    const { likeness, scores, failed } = found.report;
    expect(failed).toEqual([]);
    expect(likeness).toMatchObject({ pixelSizeNm: 20, binning: 1 });
    expect(likeness.meanChromatin).toBeCloseTo(0.45, 2);
    expect(Math.abs(likeness.blur.sdNm[2] - 20)).toBeLessThan(4);
    expect(found.mask.reduce((sum, v) => sum + v, 0)).toBe(phantom.mask.reduce((sum, v) => sum + v, 0));
    for (const { pattern, trueMedian, trueSpread } of scores) {
      expect(trueMedian / likeness.lambda.median).toBeCloseTo(1, 1);
      if (pattern !== 'constant') expect(trueSpread / likeness.lambda.spread).toBeCloseTo(1, 1);
    }
  });

  it('predict the error made on the nucleus within a factor of two', () => {
    const { domain } = outcome.posed.problem;
    const known = pack(phantom.lambda, domain);
    const [difference, size] = known.reduce(
      ([d, s], value, i) => [d + (outcome.solution.rate[i] - value) ** 2, s + value ** 2],
      [0, 0],
    );
    const made = Math.sqrt(difference / size);
    const bumps = found.report.scores.find(({ pattern }) => pattern === 'bumps')?.relativeL2 ?? 0;
    expect(bumps / made).toBeGreaterThan(0.5);
    expect(bumps / made).toBeLessThan(2);
  });

  it('tell patterns apart: constant λ is easier than sharp patches', () => {
    const [bumps, patches, constant] = found.report.scores;
    expect([bumps.pattern, patches.pattern, constant.pattern]).toEqual(['bumps', 'patches', 'constant']);
    expect(constant.relativeL2).toBeLessThan(bumps.relativeL2);
    expect(bumps.relativeL2).toBeLessThan(patches.relativeL2);
    expect(constant.correlation).toBeNull();
    expect(found.report.expected).toEqual([constant.relativeL2, patches.relativeL2]);
  });

  it('give maps whose errors are those reported', () => {
    found.maps.forEach(({ truth, inferred }, k) => {
      let [difference, size] = [0, 0];
      truth.forEach((value, i) => {
        if (!Number.isFinite(value) || !Number.isFinite(inferred[i])) return;
        difference += (inferred[i] - value) ** 2;
        size += value ** 2;
      });
      expect(Math.sqrt(difference / size)).toBeCloseTo(found.report.scores[k].relativeL2, 6);
    });
  });

  it('are noisier where the nucleus is: the expected error grows', async () => {
    const noisy = await simulateNucleus(parsePhantomSpec({ ...small, noise: 0.25 }), quietRun);
    const { report } = await checkPhantoms(filesOf(noisy), job, quietRun);
    expect(report.likeness.relativeNoise[0]).toBeGreaterThan(3 * found.report.likeness.relativeNoise[0]);
    expect(report.scores[0].relativeL2).toBeGreaterThan(found.report.scores[0].relativeL2);
  }, 300_000);

  it('are cancelled within 200 ms', async () => {
    await expectCancelled((run) => checkPhantoms(files, job, run), 'phantom 1');
  });

  it('are drawn with the forward check on one page, the same each time', async () => {
    const forward = await checkForward(files, job, quietRun);
    const page = { name: 'image.ome.tif', job: '{"a":1}', forward, phantom: found };
    const svg = drawCheckFigure(page);
    expect(drawCheckFigure(page)).toBe(svg);
    // Every map has a picture and a colour bar, every plot of pairs a picture.
    expect(svg.match(/<image /g)?.length).toBe(2 * 7 + 3 * 5);
    expect(svg).toContain('Forward check');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});
