import { describe, expect, it } from 'vitest';
import type { Inference } from '../../src-core/inference.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { writeOmeTiff } from '../../src-core/io/ome-tiff.js';
import { openImage } from '../../src-core/io/open-image.js';
import { type JobInput, parseJob } from '../../src-core/job.js';
import { infer, inferPreview } from '../../src-core/pipeline.js';
import { makeStageMemory } from '../../src-core/pipeline/stage-memory.js';
import { quietRun, type Run } from '../../src-core/run.js';
import { sampleFiles, sampleJob } from './sample-nucleus.js';
import { caseJob, kitPresent, truthCase } from './truth-kit.js';

const patience = 120_000;
const { channels, calibration } = sampleJob({});
const fraction = calibration.hetFraction ?? 0;
const sd = 0.02;

type Calibration = JobInput['calibration'];

/** λ of the sample, by a length scale that does not change with the calibration. */
function sampleWith(
  part: Calibration,
  solver: JobInput['solver'] = { lengthScaleNm: 250 },
): Promise<Inference> {
  return infer(sampleFiles, parseJob({ channels, mask: 'file', calibration: part, solver }), quietRun);
}

/** Half of what λ differs by between two maps, relative to a third, where it is known. */
function relativeChanges(up: Inference, down: Inference, { rate }: Inference): number[] {
  const changes: number[] = [];
  rate.estimate.forEach((value, i) => {
    if (rate.identifiable[i] === 0) return;
    changes.push((up.rate.estimate[i] - down.rate.estimate[i]) / (2 * value));
  });
  return changes;
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const rms = (values: readonly number[]): number => Math.sqrt(mean(values.map((v) => v * v)));

/** Of every known voxel the relative sd that the level adds to that of the pattern. */
function levelParts({
  rate: { sd: own = new Float32Array(0), totalSd = own, estimate, identifiable },
}: Inference) {
  const parts: number[] = [];
  estimate.forEach((value, i) => {
    if (identifiable[i] !== 0) parts.push(Math.sqrt(totalSd[i] ** 2 - own[i] ** 2) / value);
  });
  return parts;
}

describe('the level of λ, two channels', () => {
  it(
    'is known to sd/(f(1 − f)), as solving at one sd up and down confirms',
    { timeout: patience },
    async () => {
      const found = await sampleWith({ hetFraction: fraction, hetFractionSd: sd });
      const { levelSd } = found.report.calibration;
      const expected = sd / (fraction * (1 - fraction));
      expect(levelSd).toEqual({ relative: expected, from: 'fraction' });
      const [up, down] = [
        await sampleWith({ hetFraction: fraction + sd }),
        await sampleWith({ hetFraction: fraction - sd }),
      ];
      const changes = relativeChanges(up, down, found);
      expect(Math.abs(mean(changes) / expected - 1)).toBeLessThan(0.03);
      // What the fraction does to the pattern is a small part of it.
      expect(rms(changes.map((v) => v - expected))).toBeLessThan(0.12 * expected);
      for (const part of levelParts(found)) expect(Math.abs(part / expected - 1)).toBeLessThan(1e-3);
    },
  );

  it('leaves λ, its pattern sd and where it is known as they are', { timeout: patience }, async () => {
    const known = await sampleWith({ hetFraction: fraction, hetFractionSd: sd });
    const plain = await sampleWith({ hetFraction: fraction });
    expect(known.rate.estimate).toEqual(plain.rate.estimate);
    expect(known.rate.sd).toEqual(plain.rate.sd);
    expect(known.rate.identifiable).toEqual(plain.rate.identifiable);
    expect(plain.rate.totalSd).toBeUndefined();
    expect(plain.report.calibration.levelSd).toBeNull();
    expect(plain.report.uncertainty?.totalSd).toBeNull();
    expect(known.report.uncertainty?.sd).toBe(plain.report.uncertainty?.sd);
    expect(known.report.uncertainty?.totalSd).toBeGreaterThan(2 * (plain.report.uncertainty?.sd ?? Infinity));
    expect(plain.report.assumptions.join(' ')).toContain(
      'It is not known how well the level of λ is known: the heterochromatin fraction 0.627 was given without an sd.',
    );
    expect(known.report.assumptions.join(' ')).toContain(
      'Level of λ known to ± 8.6 % (one sd, shared by all',
    );
  });

  it('is known as well as the ratio of the gains where they are given', { timeout: patience }, async () => {
    const gain: [number, number] = [1000, 1100];
    const direct = { name: 'direct' } as const;
    const known = await sampleWith({ gain, gainRatioSd: 0.05, hetFraction: 0.6, hetFractionSd: sd }, direct);
    expect(known.report.calibration.levelSd).toEqual({ relative: 0.05, from: 'gains' });
    expect(known.report.warnings.join(' ')).toContain('the gains set the level: it was not used');
    expect(known.rate.totalSd).toBeUndefined();
    const plain = await sampleWith({ gain }, direct);
    expect(plain.report.calibration.levelSd).toBeNull();
    expect(plain.report.assumptions.join(' ')).toContain('the gains were given without an sd.');
    const open = await sampleWith({}, direct);
    expect(open.report.calibration.levelSd).toBeNull();
    expect(open.report.assumptions.join(' ')).not.toContain('level of λ is known');
  });
});

/** The sample as one density: the sum of its channels. */
async function densityFiles(): Promise<typeof sampleFiles> {
  const image = await openImage(sampleFiles.input, quietRun);
  const plane = (channel: number) => image.readPlane({ z: 0, channel, frame: 0 }, quietRun);
  const [h, e] = [await plane(0), await plane(1)];
  const { grid } = await sampleWith({}, { name: 'balance' });
  const values = Float32Array.from(h, (v, i) => v + e[i]);
  const bytes = Buffer.concat(writeOmeTiff({ grid, channels: [{ name: 'density', values }] }));
  return { ...sampleFiles, input: memorySource('density.ome.tif', new Uint8Array(bytes)) };
}

const density: JobInput['channels'] = { kind: 'density', density: { file: 0, channel: 0 } };

async function inferDensity(
  part: Calibration,
  solver: JobInput['solver'],
  run = quietRun,
): Promise<Inference> {
  const job = parseJob({ channels: density, mask: 'file', calibration: part, solver });
  return infer(await densityFiles(), job, run);
}

describe('the level of λ, one channel', () => {
  it('is what splitting and solving at one sd up and down makes of it', { timeout: patience }, async () => {
    for (const solver of [{ name: 'field', lengthScaleNm: 250 }, { name: 'balance' }] as const) {
      const found = await inferDensity({ hetFraction: 0.6, hetFractionSd: sd }, solver);
      const [up, down] = [
        await inferDensity({ hetFraction: 0.6 + sd }, solver),
        await inferDensity({ hetFraction: 0.6 - sd }, solver),
      ];
      const changes = relativeChanges(up, down, found);
      expect(found.report.calibration.levelSd?.from).toBe('fraction');
      expect(Math.abs((found.report.calibration.levelSd?.relative ?? 0) / mean(changes) - 1)).toBeLessThan(
        0.15,
      );
      if (solver.name === 'balance') continue;
      const parts = levelParts(found);
      expect(Math.abs(mean(parts) / mean(changes.map(Math.abs)) - 1)).toBeLessThan(1e-3);
      expect(rms(parts.map((v, i) => v - Math.abs(changes[i])))).toBeLessThan(1e-3);
    }
  });

  it('is told in a preview too, and the sd of gains is not used', { timeout: patience }, async () => {
    const part = { hetFraction: 0.6, hetFractionSd: sd, gain: [2000, 2000], gainRatioSd: 0.05 } as const;
    const job = parseJob({
      channels: density,
      mask: 'file',
      calibration: { ...part, gain: [2000, 2000] },
      solver: { name: 'direct', mollifierNm: 90 },
    });
    const files = await densityFiles();
    const shown = await inferPreview(files, job, quietRun, makeStageMemory(1e9));
    const settled = await infer(files, job, quietRun);
    const [a, b] = [shown, settled].map(({ report }) => report.calibration.levelSd?.relative ?? 0);
    expect(Math.abs(a / b - 1)).toBeLessThan(0.2);
    expect(settled.report.warnings.join(' ')).toContain('there is only one channel: it was not used');
  });

  it('is given up within 200 ms of a cancel', { timeout: patience }, async () => {
    const signal = { aborted: false };
    let asked = 0;
    const report: Run['report'] = ({ stage }) => {
      if (stage !== 'level' || asked > 0) return;
      signal.aborted = true;
      asked = performance.now();
    };
    const calibrated = { hetFraction: 0.6, hetFractionSd: sd };
    await expect(inferDensity(calibrated, { name: 'field' }, { signal, report })).rejects.toMatchObject({
      tag: 'cancelled',
    });
    expect(performance.now() - asked).toBeLessThan(200);
  });
});

describe.skipIf(!kitPresent)('the level of λ against full solves (../shared/truth)', () => {
  it.each([
    ['09', 0.15],
    ['04', 0.12],
  ])('case %s, the prior chosen anew at one sd up and down', { timeout: 3 * patience }, async (id, off) => {
    const truth = truthCase(id);
    const at = (part: Calibration): Promise<Inference> => {
      const { files, job } = caseJob(truth, { calibration: part });
      return infer(files, parseJob(job), quietRun);
    };
    const { heterochromatin_fraction: known } = truth.parameters;
    const found = await at({ hetFraction: known, hetFractionSd: sd });
    const [up, down] = [await at({ hetFraction: known + sd }), await at({ hetFraction: known - sd })];
    const changes = relativeChanges(up, down, found);
    const parts = levelParts(found);
    expect(Math.abs(mean(parts) / mean(changes) - 1)).toBeLessThan(0.03);
    expect(rms(parts.map((v, i) => v - changes[i])) / rms(changes)).toBeLessThan(off);
  });
});
