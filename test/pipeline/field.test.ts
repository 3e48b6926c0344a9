import { beforeAll, describe, expect, it } from 'vitest';
import type { Inference } from '../../src-core/inference.js';
import { infer } from '../../src-core/pipeline.js';
import { type Progress, quietRun, type Run } from '../../src-core/run.js';
import { sampleFiles, sampleJob, sampleTruth } from './sample-nucleus.js';

let truth: Float32Array;
let field: Inference;
const steps: Progress[] = [];

/** ‖λ − true λ‖/‖true λ‖ over the identifiable pixels. */
function errorOf({ rate }: Inference): number {
  let [difference, size] = [0, 0];
  truth.forEach((value, i) => {
    if (rate.identifiable[i] === 0 || !Number.isFinite(value)) return;
    difference += (rate.estimate[i] - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(difference / size);
}

const inferBy = (name: 'balance' | 'direct' | 'field', run: Run = quietRun): Promise<Inference> =>
  infer(sampleFiles, sampleJob({ name }), run);

/** Calls `tick` in every turn of the event loop until `work` is done. */
async function betweenTurns<T>(work: Promise<T>, tick: () => void): Promise<T> {
  let done = false;
  const turn = (): void => {
    tick();
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  return work.finally(() => (done = true));
}

let longestTurnMs = 0;

beforeAll(async () => {
  truth = await sampleTruth();
  let last = process.cpuUsage().user;
  field = await betweenTurns(
    inferBy('field', { ...quietRun, report: (progress) => void steps.push(progress) }),
    () => {
      const now = process.cpuUsage().user;
      longestTurnMs = Math.max(longestTurnMs, (now - last) / 1000);
      last = now;
    },
  );
});

describe('field on the sample nucleus', () => {
  it('comes closer to the truth than direct and balance, by a third at least', async () => {
    const [direct, balance] = [await inferBy('direct'), await inferBy('balance')];
    expect(field.report.identifiable).toBeGreaterThan(0.98);
    expect(errorOf(field)).toBeLessThan(0.67 * errorOf(direct));
    expect(errorOf(field)).toBeLessThan(0.67 * errorOf(balance));
  });

  it('knows how far it is off: the truth lies within one posterior sd in most pixels, within three in nearly all', () => {
    const { sd, estimate, identifiable } = field.rate;
    const score: number[] = [];
    truth.forEach((value, i) => {
      if (identifiable[i] === 1) score.push(Math.abs(estimate[i] - value) / (sd?.[i] ?? 0));
    });
    const within = (limit: number): number => score.filter((z) => z < limit).length / score.length;
    expect(within(1)).toBeGreaterThan(0.45);
    expect(within(3)).toBeGreaterThan(0.93);
  });

  it('is sure of nothing more than it has seen: sd is least where there is much euchromatin', () => {
    const { sd, identifiable } = field.rate;
    const inside = [...identifiable.keys()].filter((i) => identifiable[i] === 1);
    const deep = inside.map((i) => sd?.[i] ?? NaN);
    expect(Math.min(...deep)).toBeGreaterThan(0);
    expect(Math.max(...deep)).toBeGreaterThan(1.2 * Math.min(...deep));
  });

  it('reports what it chose: prior, candidates, uncertainty, resolution', () => {
    const { settings, uncertainty, lambda, solver } = field.report;
    expect(solver.name).toBe('field');
    expect(solver.iterations).toBeGreaterThan(0);
    const { prior } = settings;
    expect(prior?.from).toBe('data');
    const best = prior?.candidates.reduce((a, b) => (b.logEvidence > a.logEvidence ? b : a));
    expect(best).toMatchObject({ lengthNm: prior?.lengthNm, sd: prior?.sd });
    expect(prior?.candidates.length).toBeGreaterThan(2);
    expect(uncertainty?.sd).toBeGreaterThan(0);
    expect(uncertainty?.sd).toBeLessThan(0.2 * lambda.median);
    expect(uncertainty?.resolutionNm).toBeGreaterThan(15);
    expect(uncertainty?.resolutionNm).toBeLessThan(1000);
  });

  it('takes the length scale that it is given', async () => {
    const given = await infer(sampleFiles, sampleJob({ name: 'field', lengthScaleNm: 250 }), quietRun);
    const prior = given.report.settings.prior;
    expect(prior?.from).toBe('user');
    expect(prior?.lengthNm).toBeCloseTo(250, 9);
    expect(prior?.candidates.map(({ lengthNm }) => Math.round(lengthNm))).toContain(250);
    expect(errorOf(given)).toBeLessThan(0.1);
    expect(given.rate.estimate).not.toEqual(field.rate.estimate);
  });

  it('gives the same bytes twice', async () => {
    const again = await inferBy('field');
    expect(again.rate).toEqual(field.rate);
    expect({ ...again.report, solver: null }).toEqual({ ...field.report, solver: null });
  });

  it('reports its progress from nothing to nearly all, never backwards', () => {
    const fractions = steps.filter(({ stage }) => stage === 'solve').map(({ fraction }) => fraction);
    expect(fractions.length).toBeGreaterThan(5);
    expect(fractions[0]).toBe(0);
    fractions.forEach((fraction, k) => {
      expect(fraction).toBeGreaterThanOrEqual(k === 0 ? 0 : fractions[k - 1]);
      expect(fraction).toBeLessThanOrEqual(1);
    });
    expect(fractions[fractions.length - 1]).toBeGreaterThan(0.5);
  });

  it('lets a cancel in at least every 200 ms of work', () => {
    expect(longestTurnMs).toBeGreaterThan(0);
    expect(longestTurnMs).toBeLessThan(200);
  });

  it.each([0, 0.2, 0.45])('is cancelled within 200 ms, from %f of the solve on', async (from) => {
    const signal = { aborted: false };
    let requested = 0;
    const report = ({ stage, fraction }: Progress): void => {
      if (stage !== 'solve' || fraction < from || requested !== 0) return;
      requested = 1;
      setTimeout(() => {
        requested = performance.now();
        signal.aborted = true;
      }, 60);
    };
    await expect(inferBy('field', { signal, report })).rejects.toMatchObject({ tag: 'cancelled' });
    expect(requested).toBeGreaterThan(1);
    expect(performance.now() - requested).toBeLessThan(200);
  });

  it('asks for the flux-balance equation', async () => {
    const job = { ...sampleJob({ name: 'field' }) };
    const phased = { ...job, model: { ...job.model, equation: 'phase-field' as const } };
    await expect(infer(sampleFiles, phased, quietRun)).rejects.toMatchObject({ tag: 'usage' });
  });
});
