import { beforeAll, describe, expect, it } from 'vitest';
import type { ByteSource } from '../../src-core/io/byte-source.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { type JobInput, type JobSpec, parseJob } from '../../src-core/job.js';
import { infer, solveJob } from '../../src-core/pipeline.js';
import { mismatchReasons } from '../../src-core/pipeline/mismatch.js';
import type { Outcome } from '../../src-core/pipeline/outcome.js';
import { quietRun } from '../../src-core/run.js';
import type { ChannelShift, ChosenPrior, RateSolution } from '../../src-core/solvers/solver.js';
import { nucleusImage } from '../cli/nucleus.js';

const channels: JobInput['channels'] = {
  kind: 'two-channel',
  heterochromatin: { file: 0, channel: 0 },
  euchromatin: { file: 0, channel: 1 },
};
const field = parseJob({ channels });
const input = memorySource('nucleus.ome.tif', new Uint8Array(nucleusImage()));

let outcome: Outcome;
beforeAll(async () => {
  // With a length scale given no borders are looked for, which would be reason enough in a painted nucleus.
  const smooth = parseJob({ channels, solver: { name: 'field', lengthScaleNm: 180 } });
  outcome = await solveJob({ input }, smooth, quietRun);
});

/** What speaks against the outcome with another part of its solution. */
function reasons(
  part: Partial<RateSolution>,
  prior: Partial<ChosenPrior> = {},
  { job = field, shift = null }: { job?: JobSpec; shift?: ChannelShift | null } = {},
): string[] {
  const { solution } = outcome;
  if (solution.uncertainty === undefined) throw new Error('not solved by field');
  const uncertainty = {
    ...solution.uncertainty,
    inflation: 1,
    shift,
    prior: { ...solution.uncertainty.prior, ...prior },
  };
  // The nucleus is painted, not at rest: its own λ is negative in places, and its channels look displaced.
  const rate = solution.rate.map(() => 1.5);
  const quiet = { rate, residualRms: 1, residualNoiseRms: 1, uncertainty };
  return mismatchReasons({ ...outcome, solution: { ...solution, ...quiet, ...part } }, job);
}

/** A prior that nothing speaks against: pixels are 20 nm. */
const usual = { lengthNm: 180, from: 'data' } as const;

describe('what speaks against a map by the field solver', () => {
  it('is nothing where λ is positive, the residual noise, and the length scale long', () => {
    expect(reasons({}, usual)).toEqual([]);
  });

  it('is λ below zero by over two of its own sd, in over a thousandth of what is identifiable', () => {
    const sd = outcome.solution.uncertainty?.sd ?? new Float64Array();
    const rate = sd.map(() => 1.5);
    const identifiable = new Uint8Array(rate.length).fill(1);
    const with3 = (times: number) => rate.map((v, i) => (i % 300 === 0 ? -times * sd[i] : v));
    const [found] = reasons({ rate: with3(2.5), identifiable }, usual);
    expect(found).toMatch(/^λ comes out negative, beyond noise, in 0\.[34] % /);
    expect(reasons({ rate: with3(1.5), identifiable }, usual)).toEqual([]);
    const few = rate.map((v, i) => (i === 0 ? -3 * sd[0] : v));
    expect(reasons({ rate: few, identifiable }, usual)).toEqual([]);
  });

  it('is a residual far above the noise', () => {
    expect(reasons({ residualRms: 1.4 }, usual)).toEqual([]);
    expect(reasons({ residualRms: 2 }, usual)).toEqual([
      expect.stringMatching(/residual is 2\.0 times .* length scale of λ/),
    ]);
  });

  it('is a length scale of under six pixels that the data chose, not one that was given', () => {
    expect(reasons({}, { ...usual, lengthNm: 121 })).toEqual([]);
    const [found] = reasons({}, { ...usual, lengthNm: 100 });
    expect(found).toMatch(
      /^λ would have to vary within 5\.0 pixels \(100 nm\).*shifted.*sharp borders.*steady/,
    );
    expect(reasons({}, { lengthNm: 100, from: 'user' })).toEqual([]);
  });

  it('is not looked for in a map by local averages', () => {
    const balance = { ...field, solver: { ...field.solver, name: 'balance' as const } };
    expect(reasons({ residualRms: 9 }, usual, { job: balance })).toEqual([]);
  });

  it('is a displacement of over half a pixel of 20 nm and over three sd, and it comes first', () => {
    const shifted = (x: number, sd: number): ChannelShift => ({ shiftNm: [0, 0.2, x], sdNm: [0, 1, sd] });
    const [first, second] = reasons({ residualRms: 2 }, usual, { shift: shifted(-12, 2) });
    expect(first).toMatch(/displaced against the other by x −12\.0 ± 2\.0 nm, y \+0\.2 ± 1\.0 nm: register/);
    expect(second).toMatch(/residual/);
    expect(reasons({}, usual, { shift: shifted(-12, 4.1) })).toEqual([]);
    expect(reasons({}, usual, { shift: shifted(9.9, 0.1) })).toEqual([]);
    expect(reasons({}, usual, { shift: shifted(NaN, NaN) })).toEqual([]);
  });
});

describe('a solver and what it does not take', () => {
  it('refuses the phase-field equation before a file is read, with two ways out', async () => {
    const unread: ByteSource = { ...input, read: () => Promise.reject(new Error('was read')) };
    const job = parseJob({ channels, model: { equation: 'phase-field' } });
    await expect(infer({ input: unread }, job, quietRun)).rejects.toMatchObject({
      tag: 'usage',
      message: expect.stringContaining('flux balance only') as string,
      remedies: [
        { setting: 'solver.name', value: 'direct' },
        { setting: 'model.equation', value: 'flux-balance' },
      ],
    });
  });

  it('warns of a length of another solver', async () => {
    const warnings = async (solver: JobInput['solver']): Promise<string> =>
      (await infer({ input }, parseJob({ channels, solver }), quietRun)).report.warnings.join(' ');
    const mollifier = 'mollifier width of 60 nm was given, and the solver "field" does not use it';
    const length = 'length scale of 200 nm was given, and the solver "direct" does not use it';
    expect(await warnings({ name: 'field', mollifierNm: 60 })).toContain(mollifier);
    expect(await warnings({ name: 'direct', lengthScaleNm: 200 })).toContain(length);
    expect(await warnings({ name: 'field', lengthScaleNm: 200 })).not.toContain('does not use');
  });

  it('names a mollifier only where one smoothed, and tells the sd only where it is known', async () => {
    const report = async (name: 'field' | 'direct') =>
      (await infer({ input }, parseJob({ channels, solver: { name } }), quietRun)).report;
    const [byField, direct] = [await report('field'), await report('direct')];
    expect(byField.settings.mollifierNm).toBeNull();
    expect(byField.assumptions.join()).toMatch(/Solver field: .*Matérn prior, length scale by evidence/);
    expect(byField.uncertainty?.sd).toBeGreaterThan(0);
    expect(direct.settings.mollifierNm).toBe(direct.residual.widthNm);
    expect(direct.assumptions.join()).toMatch(/Solver direct: fractions smoothed over \d+ nm/);
    expect([direct.uncertainty, direct.settings.prior]).toEqual([null, null]);
  });
});
