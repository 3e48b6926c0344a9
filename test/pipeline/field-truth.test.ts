import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { infer } from '../../src-core/pipeline.js';
import { parseJob } from '../../src-core/job.js';
import { quietRun } from '../../src-core/run.js';
import { missing, truthFile } from '../models/truth-case.js';
import { caseJob, relativeError, truthCase } from './truth-kit.js';

/** Cases with the relative L2 error of λ that the field solver has to stay under, mask and L0 given. */
const limits: readonly (readonly [string, number])[] = [
  ['01_ellipse_bumps_n02', 0.008],
  ['04_nucleoli_bumps_n10', 0.014],
  ['05_ellipse_const_n05', 0.01],
  ['08_nucleolus_patches_n20_L120', 0.117],
];

describe('known rate fields by the field solver', () => {
  limits.forEach(([name, limit]) => {
    const files = ['image.ome.tif', 'mask.tif', 'lambda_true.tif'].map((file) => `${name}/${file}`);
    const absent = files.find((file) => !existsSync(truthFile(file)));
    const note = absent === undefined ? '' : missing(absent).note;
    it.skipIf(absent !== undefined)(`${name}: error under ${limit}${note}`, async () => {
      const truth = truthCase(name);
      const { files: inputs, job } = caseJob(truth, { solver: { name: 'field' } });
      const result = await infer(inputs, parseJob(job), quietRun);
      const { relL2, coverage } = await relativeError(truth, result);
      expect(coverage).toBeGreaterThan(0.97);
      expect(relL2).toBeLessThan(limit);
    });
  });
});
