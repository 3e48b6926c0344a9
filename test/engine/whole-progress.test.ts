import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Progress, quietRun } from '../../src-core/index.js';
import { wholeRun } from '../../src-main/engine/whole-progress.js';

const costs = { read: 10, nucleus: 60, calibrate: 20, solve: 10 };

/** The fractions that a run reports of the whole job. */
function heard(reports: readonly Progress[]): { fractions: number[]; measured: string[] } {
  const fractions: number[] = [];
  const measured: string[] = [];
  const report = ({ fraction }: Progress): void => {
    fractions.push(fraction);
  };
  const run = wholeRun({ ...quietRun, report }, costs, (stage) => measured.push(stage));
  for (const progress of reports) run.report(progress);
  return { fractions, measured };
}

describe('progress of the whole job', () => {
  it('weighs the stages by their costs', () => {
    const { fractions, measured } = heard([
      { stage: 'read', fraction: 0 },
      { stage: 'read', fraction: 0.5 },
      { stage: 'nucleus', fraction: 0 },
      { stage: 'nucleus', fraction: 0.5 },
      { stage: 'calibrate', fraction: 0 },
      { stage: 'solve', fraction: 0 },
      { stage: 'solve', fraction: 1 },
    ]);
    expect(fractions).toEqual([0, 0.05, 0.1, 0.4, 0.7, 0.9, 1]);
    expect(measured).toEqual(['read', 'nucleus', 'calibrate']);
  });

  it('leaves out what was remembered', () => {
    const { fractions } = heard([
      { stage: 'calibrate', fraction: 0.5 },
      { stage: 'solve', fraction: 0 },
      { stage: 'solve', fraction: 0.5 },
    ]);
    expect(fractions.map((each) => each.toFixed(3))).toEqual(['0.333', '0.667', '0.833']);
  });

  it('keeps what was reached where a stage is not known', () => {
    const { fractions } = heard([
      { stage: 'reading the image', fraction: 0.9 },
      { stage: 'read', fraction: 1 },
      { stage: 'something else', fraction: 0 },
    ]);
    expect(fractions).toEqual([0, 0.1, 0.1]);
  });

  it('never falls and never passes one, whatever is reported', () => {
    const stages = fc.constantFrom(...Object.keys(costs), 'other');
    const progress = fc.record({ stage: stages, fraction: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(progress, { maxLength: 20 }), (reports) => {
        const { fractions } = heard(reports);
        fractions.forEach((fraction, i) => {
          expect(fraction).toBeGreaterThanOrEqual(i === 0 ? 0 : fractions[i - 1]);
          expect(fraction).toBeLessThanOrEqual(1);
        });
      }),
    );
  });
});
