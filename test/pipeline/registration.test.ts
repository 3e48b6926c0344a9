import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Inference } from '../../src-core/inference.js';
import { parseJob } from '../../src-core/job.js';
import { infer } from '../../src-core/pipeline.js';
import { quietRun } from '../../src-core/run.js';
import { missing, truthFile } from '../models/truth-case.js';
import { caseJob, relativeError, truthCase } from './truth-kit.js';

type ShiftNm = 'auto' | [number, number] | null;

const name = '12_shifted_bumps_n05';
const needed = ['image.ome.tif', 'mask.tif', 'lambda_true.tif'].map((file) => `${name}/${file}`);
const absent = needed.find((file) => !existsSync(truthFile(file)));
const note = absent === undefined ? '' : missing(absent).note;

async function inferred(shiftNm: ShiftNm): Promise<Inference> {
  const { files, job } = caseJob(truthCase(name), {});
  const parsed = parseJob(job);
  return infer(files, { ...parsed, calibration: { ...parsed.calibration, shiftNm } }, quietRun);
}

/** Euchromatin lies 2 pixels of 15 nm to the right of heterochromatin. */
describe.skipIf(absent !== undefined)(`channels displaced by two pixels${note}`, () => {
  let left: Inference;
  let moved: Inference;
  beforeAll(async () => {
    left = await inferred(null);
    moved = await inferred('auto');
  });

  it('are found displaced, by how much and which way, and said to be a mismatch', () => {
    const { applied, left: found } = left.report.calibration.registration;
    expect(applied).toBeNull();
    expect(found?.displaced).toBe(true);
    expect(Math.abs((found?.shiftNm[0] ?? 0) - 30)).toBeLessThan(3);
    expect(Math.abs(found?.shiftNm[1] ?? 9)).toBeLessThan(3);
    expect(left.report.residual.mismatch).toBe(true);
    expect(left.report.residual.reasons[0]).toMatch(
      /euchromatin channel displaced against the other by x \+(29|30)\.\d ± \d\.\d nm, .*register/,
    );
  });

  it('are registered to a tenth of a pixel where asked, within three of the sd told', () => {
    const { applied, left: found } = moved.report.calibration.registration;
    const [x, y] = applied?.shiftNm ?? [0, 0];
    const [sdX, sdY] = applied?.sdNm ?? [0, 0];
    expect(applied?.from).toBe('data');
    expect(Math.abs(x - 30)).toBeLessThan(Math.min(1.5, 3 * sdX));
    expect(Math.abs(y)).toBeLessThan(Math.min(1.5, 3 * sdY));
    expect(found?.displaced).toBe(false);
    expect(moved.report.assumptions.join(' ')).toMatch(/moved back by its displacement of x \+30\.[01] ±/);
  });

  it('then give λ to 3 %, with no mismatch', async () => {
    const { relL2, coverage } = await relativeError(truthCase(name), moved);
    expect(coverage).toBeGreaterThan(0.97);
    expect(relL2).toBeLessThan(0.03);
    expect(moved.report.residual.mismatch).toBe(false);
  });

  it('are moved as a user says, and told again where that was the wrong way', async () => {
    const { report } = await inferred([-30, 0]);
    expect(report.calibration.registration.applied).toEqual({
      shiftNm: [-30, 0, 0],
      sdNm: null,
      from: 'user',
    });
    expect(report.calibration.registration.left?.displaced).toBe(true);
    expect(report.calibration.registration.left?.shiftNm[0]).toBeGreaterThan(45);
  });
});

describe.each(['01_ellipse_bumps_n02', '04_nucleoli_bumps_n10'])(
  'channels that lie on each other: %s',
  (id) => {
    const files = ['image.ome.tif', 'mask.tif'].map((file) => `${id}/${file}`);
    const gone = files.find((file) => !existsSync(truthFile(file)));
    it.skipIf(gone !== undefined)('are not said to be displaced', async () => {
      const { files: inputs, job } = caseJob(truthCase(id), {});
      const { report } = await infer(inputs, parseJob(job), quietRun);
      const { left } = report.calibration.registration;
      expect(left?.displaced).toBe(false);
      left?.shiftNm.forEach((nm) => {
        expect(Math.abs(nm)).toBeLessThan(4);
      });
    });
  },
);
