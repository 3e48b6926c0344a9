import { describe, expect, it } from 'vitest';
import { infer } from '../../src-core/pipeline.js';
import type { Inference } from '../../src-core/inference.js';
import { type JobInput, parseJob } from '../../src-core/job.js';
import { quietRun, type Run } from '../../src-core/run.js';
import { caseJob, kitPresent, truthCase } from './truth-kit.js';

const patience = 300_000;

function inferCase(id: string, model: JobInput['model'], run: Run = quietRun): Promise<Inference> {
  const { files, job } = caseJob(truthCase(id), { model });
  return infer(files, parseJob(job), run);
}

const image = { lengthFrom: 'image' } as const;

describe.skipIf(!kitPresent)('L0 from the image (../shared/truth)', () => {
  it(
    'is that of the simulation within three of its sd, and widens the sd of λ',
    { timeout: patience },
    async () => {
      const { report } = await inferCase('07', { ...image, lengthNm: 180 });
      const { lengthEvidence: evidence, L0Nm } = report.settings;
      expect(evidence).toMatchObject({ determined: true, reason: null });
      const sd = evidence?.sdNm ?? 0;
      expect(sd).toBeGreaterThan(0);
      expect(sd).toBeLessThan(5);
      expect(Math.abs(L0Nm - 150)).toBeLessThan(3 * sd);
      const best = evidence?.candidates.reduce((p, q) => (q.logEvidence > p.logEvidence ? q : p));
      expect(best?.logEvidence).toBe(0);
      expect(Math.abs((best?.lengthNm ?? 0) - L0Nm)).toBeLessThan(3 * sd);
      expect(report.assumptions.join(' ')).toMatch(/± \d+(\.\d)? nm, estimated from the image by evidence/);
      const given = await inferCase('07', { lengthNm: L0Nm });
      expect(given.report.settings.lengthEvidence).toBeNull();
      expect(given.report.lambda.median).toBeCloseTo(report.lambda.median, 9);
      expect(report.uncertainty?.sd).toBeGreaterThan(given.report.uncertainty?.sd ?? Infinity);
    },
  );

  it(
    'stays as it is where λ jumps within less than L0, and the report says so',
    { timeout: patience },
    async () => {
      const { report } = await inferCase('03', { ...image, lengthNm: 140 });
      const { lengthEvidence: evidence, L0Nm } = report.settings;
      expect(L0Nm).toBe(140);
      expect(evidence).toMatchObject({ determined: false, sdNm: null });
      expect(evidence?.candidates.length).toBeGreaterThan(3);
      expect(report.warnings.join(' ')).toContain('The image does not determine L0: λ would change within');
    },
  );

  it('cannot be asked of one channel or of the phase field', async () => {
    await expect(inferCase('09', image)).rejects.toMatchObject({ tag: 'usage', message: /single channel/ });
    const { files, job } = caseJob(truthCase('07'), {
      model: { ...image, equation: 'phase-field' },
      solver: { name: 'direct' },
    });
    await expect(infer(files, parseJob(job), quietRun)).rejects.toMatchObject({ tag: 'usage' });
  });

  it('is given up within 200 ms of a cancel', { timeout: patience }, async () => {
    const signal = { aborted: false };
    let asked = 0;
    const report: Run['report'] = ({ stage, fraction }) => {
      if (stage !== 'length' || fraction === 0 || asked > 0) return;
      setTimeout(() => {
        signal.aborted = true;
        asked = performance.now();
      }, 50);
    };
    await expect(inferCase('07', image, { signal, report })).rejects.toMatchObject({ tag: 'cancelled' });
    expect(performance.now() - asked).toBeLessThan(200);
  });
});
