import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Inference } from '../../src-core/inference.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { type JobInput, parseJob } from '../../src-core/job.js';
import { infer, inferPreview } from '../../src-core/pipeline.js';
import { makeStageMemory, type StageMemory } from '../../src-core/pipeline/stage-memory.js';
import { quietRun } from '../../src-core/run.js';
import { ladderWidths } from '../../src-core/solvers/preview.js';
import type { RateProblem } from '../../src-core/solvers/solver.js';
import { candidateWidths, finestWidth } from '../../src-core/solvers/width-choice.js';
import { nucleusImage } from '../cli/nucleus.js';

const source = (name: string, bytes: Uint8Array) => ({ ...memorySource(name, bytes), identity: name });
const two = { input: source('two.ome.tif', nucleusImage({ size: 96 })) };
const one = { input: source('one.ome.tif', nucleusImage({ size: 96, channels: 1 })) };

const marks = {
  kind: 'two-channel',
  heterochromatin: { file: 0, channel: 0 },
  euchromatin: { file: 0, channel: 1 },
} as const;
const density = { kind: 'density', density: { file: 0, channel: 0 } } as const;

type Change = Omit<Partial<JobInput>, 'channels'>;
const byDirect = (change: Change): Change => ({ ...change, solver: { name: 'direct', ...change.solver } });
const twoChannels = (change: Change) => parseJob({ channels: marks, ...byDirect(change) });

/** One slider each, and what a slider does not do: another kernel, solver, equation. */
const changes: Readonly<Record<string, Change>> = {
  'L0 150': {},
  'L0 163': { model: { lengthNm: 163 } },
  'L0 260': { model: { lengthNm: 260 } },
  'κ 0.02': { model: { kappa: 0.02 } },
  'phase field': { model: { equation: 'phase-field' } },
  'fraction 0.62': { calibration: { hetFraction: 0.62 } },
  'fraction 0.4': { calibration: { hetFraction: 0.4 } },
  'gain 3000': { calibration: { gain: [3000, 4500] } },
  'offset 90': { calibration: { offset: [90, 95] } },
  'width 60': { solver: { mollifierNm: 60 } },
  'width 70': { solver: { mollifierNm: 70 } },
  bump: { solver: { mollifier: 'bump' } },
  balance: { solver: { name: 'balance' } },
  'balance at 80': { solver: { name: 'balance', mollifierNm: 80 } },
  'balance, L0 170': { solver: { name: 'balance' }, model: { lengthNm: 170 } },
};

function digest({ grid, rate, report, ...fields }: Inference): unknown {
  const hash = createHash('sha256');
  for (const each of [...Object.values(fields), rate.estimate, rate.identifiable, rate.residual]) {
    if (each !== undefined) hash.update(new Uint8Array(each.buffer, each.byteOffset, each.byteLength));
  }
  const solver = { ...report.solver, seconds: 0 };
  return { grid, bytes: hash.digest('hex'), report: { ...report, solver } };
}

/** ‖a − b‖/‖b‖ of λ where both are identifiable. */
function distance(a: Inference, b: Inference): number {
  let [above, below] = [0, 0];
  a.rate.estimate.forEach((value, i) => {
    if (a.rate.identifiable[i] === 0 || b.rate.identifiable[i] === 0) return;
    above += (value - b.rate.estimate[i]) ** 2;
    below += b.rate.estimate[i] ** 2;
  });
  return Math.sqrt(above / below);
}

const differing = (a: Inference, b: Inference): number =>
  a.rate.identifiable.reduce((sum, value, i) => sum + Math.abs(value - b.rate.identifiable[i]), 0);

const preview = (change: Change, memory?: StageMemory) =>
  inferPreview(two, twoChannels(change), quietRun, memory);
const run = (change: Change, memory?: StageMemory) => infer(two, twoChannels(change), quietRun, memory);

const names = ({ stages }: StageMemory, name: string): string[] =>
  [...stages.keys()].filter((key) => key.split('\n').at(-1)?.startsWith(`${name} `));

describe('a preview', () => {
  it('is the same whatever was previewed before it, and leaves every run as it is', async () => {
    const memory = makeStageMemory(2 ** 28);
    for (const [name, change] of Object.entries(changes)) {
      expect(digest(await preview(change, memory)), name).toEqual(digest(await preview(change)));
    }
    for (const [name, change] of Object.entries(changes).reverse()) {
      expect(digest(await run(change, memory)), name).toEqual(digest(await run(change)));
      expect(digest(await preview(change, memory)), name).toEqual(digest(await preview(change)));
    }
  });

  it('is the same from a memory that keeps hardly anything', async () => {
    const memory = makeStageMemory(400_000);
    for (const name of ['L0 150', 'L0 163', 'fraction 0.62', 'balance']) {
      expect(digest(await preview(changes[name], memory)), name).toEqual(
        digest(await preview(changes[name])),
      );
    }
  });

  it.each(['width 60', 'balance', 'balance at 80', 'balance, L0 170'])(
    'has the λ of the run where no width is chosen: %s',
    async (name) => {
      const [quick, whole] = [await preview(changes[name]), await run(changes[name])];
      expect(distance(quick, whole)).toBeLessThan(1e-5);
      expect(differing(quick, whole)).toBe(0);
      expect(quick.report.settings.mollifierNm).toBe(whole.report.settings.mollifierNm);
    },
  );

  it.each([130, 150, 170, 200])('is near the run where the width is chosen: L0 %i', async (lengthNm) => {
    const change = { model: { lengthNm } };
    const [quick, whole] = [await preview(change), await run(change)];
    const ratio = Number(quick.report.settings.mollifierNm) / Number(whole.report.settings.mollifierNm);
    expect(Math.abs(Math.log2(ratio))).toBeLessThanOrEqual(0.75);
    expect(distance(quick, whole)).toBeLessThan(0.08);
    expect(quick.report.settings.mollifierFrom).toBe('data');
    expect(quick.report.settings.lambdaNoise).toBeGreaterThan(0);
  });

  it('mollifies nothing anew while L0, κ, the fraction or a gain move', async () => {
    const memory = makeStageMemory(2 ** 28);
    await preview({ model: { lengthNm: 150 } }, memory);
    const before = names(memory, 'mollified');
    expect(before.length).toBeGreaterThan(5);
    for (const name of ['κ 0.02', 'phase field', 'fraction 0.62', 'gain 3000']) {
      await preview(changes[name], memory);
      const now = names(memory, 'mollified');
      // Another choice of the ladder's widths needs the half of it at most.
      expect(now.length - before.length, name).toBeLessThanOrEqual(1);
    }
    await preview(changes['offset 90'], memory);
    expect(names(memory, 'mollified').length).toBeGreaterThanOrEqual(2 * before.length);
    expect(names(memory, 'solve'), 'the results themselves are not kept').toEqual([]);
  });

  it('is the run, to the byte, for a single channel', async () => {
    const job = parseJob({ channels: density, calibration: { hetFraction: 0.6 } });
    const [quick, whole] = [await inferPreview(one, job, quietRun), await infer(one, job, quietRun)];
    expect(digest(quick)).toEqual(digest(whole));
  });

  it('fails as the run does', async () => {
    const change = { calibration: { offset: [60_000, 60_000] } } satisfies Change;
    await expect(preview(change)).rejects.toMatchObject({ tag: 'model' });
    await expect(run(change)).rejects.toMatchObject({ tag: 'model' });
  });
});

describe('the ladder of widths', () => {
  const at = (length: number, spacing: number, finest = 0) =>
    ({
      length,
      finest,
      domain: { rates: [(length / spacing) ** 2, (length / spacing) ** 2] },
    }) as unknown as RateProblem;

  it('has the same rungs for every L0, each the half of the one after the next', () => {
    const all = new Set<number>();
    for (let length = 40; length < 900; length += 7) for (const w of ladderWidths(at(length, 15))) all.add(w);
    const rungs = [...all].sort((a, b) => a - b);
    rungs.slice(1).forEach((rung, k) => {
      expect(rung / rungs[k]).toBeCloseTo(Math.SQRT2, 9);
    });
    rungs.slice(2).forEach((rung, k) => {
      expect(rungs[k] * 2).toBe(rung);
    });
  });

  it('spans what the run weighs, to within a quarter of an octave, and is never finer than the voxels', () => {
    for (const spacing of [5, 15, 40]) {
      for (const finest of [0, 90]) {
        for (let length = 60; length < 500; length += 11) {
          const problem = at(length, spacing, finest);
          const widths = ladderWidths(problem);
          const weighed = candidateWidths(finestWidth(problem), length);
          expect(widths[0]).toBeGreaterThanOrEqual(finestWidth(problem) * (1 - 1e-9));
          expect(Math.log2(widths[0] / weighed[0])).toBeLessThanOrEqual(0.5 + 1e-9);
          expect(Math.log2(widths[0] / weighed[0])).toBeGreaterThanOrEqual(-0.25 - 1e-9);
          expect(Math.log2((widths.at(-1) ?? 0) / (weighed.at(-1) ?? 1))).toBeGreaterThanOrEqual(
            -0.25 - 1e-9,
          );
          expect(widths.length).toBeLessThanOrEqual(8);
        }
      }
    }
  });
});
