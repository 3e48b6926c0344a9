import { describe, expect, it } from 'vitest';
import { infer } from '../../src-core/pipeline.js';
import { parseJob } from '../../src-core/job.js';
import { quietRun } from '../../src-core/run.js';
import { caseJob, kitPresent, relativeError, truthCase } from './truth-kit.js';

const missing = kitPresent ? '' : ' (skipped: ../shared/truth is absent)';

const direct = { name: 'direct' } as const;

async function errorOf(
  id: string,
  solver: 'balance' | 'direct',
): Promise<{ relL2: number; coverage: number }> {
  const truth = truthCase(id);
  const { files, job } = caseJob(truth, { solver: { name: solver } });
  return relativeError(truth, await infer(files, parseJob(job), quietRun));
}

/** 1.3 times the error at the best of the widths 0.2 to 1.0 L0, which was picked with the truth. */
const directLimits: readonly (readonly [string, number])[] = [
  ['01', 1.3 * 0.032],
  ['02', 1.3 * 0.035],
  ['03', 1.3 * 0.104],
  ['04', 1.3 * 0.038],
  ['05', 1.3 * 0.007],
  ['06', 1.3 * 0.03],
  ['07', 1.3 * 0.023],
  ['08', 1.3 * 0.117],
];

describe.skipIf(!kitPresent)(`known rate fields${missing}`, () => {
  it.each(directLimits)(
    'direct with a width chosen from the image alone, case %s: error under %f',
    async (id, limit) => {
      const { relL2, coverage } = await errorOf(id, 'direct');
      expect(coverage).toBeGreaterThan(0.97);
      expect(relL2).toBeLessThan(limit);
    },
  );

  it.each(['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'])(
    'balance comes within a tenth of the ratio, case %s',
    async (id) => {
      const { relL2 } = await errorOf(id, 'balance');
      expect(relL2).toBeLessThan(1.1 * truthCase(id).scores.ratio.relL2);
    },
  );

  it('single-channel density: direct beats the ratio', async () => {
    const { relL2 } = await errorOf('09', 'direct');
    expect(relL2).toBeLessThan(truthCase('09').scores.ratio.relL2);
  });

  it.each(directLimits)(
    'finds the nucleus by itself and meets the same limit, case %s',
    async (id, limit) => {
      const truth = truthCase(id);
      const { files, job } = caseJob(truth, { mask: 'auto', solver: direct });
      const { relL2, coverage } = await relativeError(truth, await infer(files, parseJob(job), quietRun));
      expect(coverage).toBeGreaterThan(0.97);
      expect(relL2).toBeLessThan(limit);
    },
  );

  it.each(['01', '02', '03', '04', '05', '06', '07', '08', '09', '11'])(
    'does not cry mismatch where the model holds, case %s',
    async (id) => {
      const { files, job } = caseJob(truthCase(id), { solver: direct });
      expect((await infer(files, parseJob(job), quietRun)).report.residual.reasons).toEqual([]);
    },
  );

  it('flags channels that are shifted against each other', async () => {
    const { files, job } = caseJob(truthCase('12'), { solver: direct });
    const { report } = await infer(files, parseJob(job), quietRun);
    expect(report.residual.mismatch).toBe(true);
    expect(report.residual.reasons.join()).toContain('negative');
  });

  it('the phase-field form is available and worse on blurred data, as expected of a nonlinear form', async () => {
    const truth = truthCase('02');
    const { files, job } = caseJob(truth, {
      model: { lengthNm: 150, equation: 'phase-field' },
      solver: direct,
    });
    const result = await infer(files, parseJob(job), quietRun);
    const { relL2 } = await relativeError(truth, result);
    expect(result.report.solver.equation).toBe('phase-field');
    expect(relL2).toBeGreaterThan((await errorOf('02', 'direct')).relL2);
    expect(relL2).toBeLessThan(0.5);
  });

  it('gives the same numbers twice and leaves the files alone', async () => {
    const truth = truthCase('05');
    const { files, job } = caseJob(truth);
    const [first, second] = [
      await infer(files, parseJob(job), quietRun),
      await infer(files, parseJob(job), quietRun),
    ];
    expect(second.rate.estimate).toEqual(first.rate.estimate);
    expect({ ...second.report, solver: null }).toEqual({ ...first.report, solver: null });
  });

  it('is cancelled within 200 ms', async () => {
    const { files, job } = caseJob(truthCase('10'), { solver: direct });
    const signal = { aborted: false };
    let requested = 0;
    const run = {
      signal,
      report: ({ stage }: { stage: string }) => {
        if (stage !== 'mollifier width' || requested !== 0) return;
        setTimeout(() => {
          requested = performance.now();
          signal.aborted = true;
        }, 20);
      },
    };
    await expect(infer(files, parseJob(job), run)).rejects.toMatchObject({ tag: 'cancelled' });
    expect(requested).toBeGreaterThan(0);
    expect(performance.now() - requested).toBeLessThan(200);
  });
});
