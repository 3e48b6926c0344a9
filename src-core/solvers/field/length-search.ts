import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import { type LengthData, lengthData } from './length-data.js';
import { bestPrior, errorLeft, lengthTrial, type LengthTrial, logEvidence } from './length-evidence.js';
import { searchRange } from './prior-choice.js';
import { gridSpacings } from './whitening.js';

/** L0 with the logarithm of the data's evidence for it, less that of the best, and the length scale λ would have, nm. */
interface LengthPoint {
  readonly lengthNm: number;
  readonly logEvidence: number;
  readonly lengthScaleNm: number;
}

/** What the image says of L0. */
export interface LengthEstimate {
  /** L0 of most evidence and its sd, nm; null where the image does not determine it. */
  readonly found: { readonly lengthNm: number; readonly sdNm: number } | null;
  /** Why it does not, in words for users. */
  readonly reason: string | null;
  /** Every L0 that was weighed, from short to long. */
  readonly profile: readonly LengthPoint[];
}

/** L0 is looked for between these multiples of where the search begins. */
const range = { lowest: 0.4, highest: 2.7 };
const firstStep = 1.3;
/** Steps become smaller (as logarithms) until one costs this little evidence, or is this short. */
const smaller = 0.3;
const closeBy = 6;
const shortestStep = 1.002;
/** L0 counts as determined where evidence falls by this on both sides. */
const clearFall = 2;
/** λ that changes over less than this, in L0, can make up for any L0. */
const shortestScale = 1;
/** Steps between the length scales of λ that are tried, and between those that the best L0 is judged by. */
const scaleSteps = { search: 1.4, judgement: 1.2 };
/** Length scales of λ that are tried, from this share of L0 on. */
const finestScale = 0.45;

interface Search {
  readonly data: LengthData;
  readonly problem: RateProblem;
  readonly trials: LengthTrial[];
}

const sorted = (trials: readonly LengthTrial[]): LengthTrial[] =>
  [...trials].sort((p, q) => p.ratio - q.ratio);

function best(trials: readonly LengthTrial[], inflation = 1): LengthTrial {
  return trials.reduce((most, next) =>
    logEvidence(next, inflation) > logEvidence(most, inflation) ? next : most,
  );
}

function scaleRange(problem: RateProblem): { shortest: number; longest: number } {
  const { longest } = searchRange(problem);
  const shortest = Math.max(finestScale, 4 * Math.min(...gridSpacings(problem.domain.grid, problem.length)));
  return { shortest: Math.min(longest, shortest), longest };
}

/** A trial at a ratio, made if it is not there, beginning at the length scale of the nearest one. */
async function trialAt({ data, problem, trials }: Search, ratio: number, run: Run): Promise<LengthTrial> {
  const apart = (trial: LengthTrial): number => Math.abs(Math.log(trial.ratio / ratio));
  const nearest = trials.reduce<LengthTrial | null>(
    (most, next) => (most === null || apart(next) < apart(most) ? next : most),
    null,
  );
  if (nearest !== null && apart(nearest) < 1e-6) return nearest;
  const { start } = searchRange(problem);
  const from = { start: nearest === null ? start : bestPrior(nearest, 1).scale, step: scaleSteps.search };
  const trial = await lengthTrial(data, ratio, { ...scaleRange(problem), ...from }, run);
  trials.push(trial);
  run.report({ stage: 'length', fraction: 1 - 0.85 ** trials.length });
  return trial;
}

/** Trials a factor apart on both sides until evidence has fallen clearly, or the range ends. */
async function bracket(search: Search, run: Run): Promise<void> {
  await trialAt(search, 1, run);
  for (const step of [firstStep, 1 / firstStep]) {
    let ratio = best(search.trials).ratio * step;
    while (ratio > range.lowest && ratio < range.highest) {
      const trial = await trialAt(search, ratio, run);
      if (logEvidence(trial, 1) < logEvidence(best(search.trials), 1) - 2 * closeBy) break;
      ratio *= step;
    }
  }
}

function fallsOnBothSides(trials: readonly LengthTrial[], inflation: number): boolean {
  const top = best(trials, inflation);
  const low = (trial: LengthTrial): boolean =>
    logEvidence(trial, inflation) < logEvidence(top, inflation) - clearFall;
  return (
    trials.some((trial) => trial.ratio < top.ratio && low(trial)) &&
    trials.some((trial) => trial.ratio > top.ratio && low(trial))
  );
}

/** Ever smaller steps around the best trial, uphill each time, until its neighbours are nearly as good. */
async function refine(search: Search, run: Run): Promise<void> {
  for (let step = firstStep ** smaller; step > shortestStep; step **= smaller) {
    let top = best(search.trials);
    for (let moved = true; moved;) {
      const { ratio } = top;
      const around = [await trialAt(search, ratio / step, run), await trialAt(search, ratio * step, run)];
      top = best(search.trials);
      moved = top.ratio !== ratio;
      if (!moved && around.every((t) => logEvidence(t, 1) > logEvidence(top, 1) - closeBy)) return;
    }
  }
}

/** Top and sd of the parabola in ln L0 through the best trial and its neighbours. */
function peak(trials: readonly LengthTrial[], inflation: number): { ratio: number; sd: number } | null {
  const line = sorted(trials);
  const k = line.indexOf(best(trials, inflation));
  if (k === 0 || k === line.length - 1) return null;
  const [p, q, r] = line
    .slice(k - 1, k + 2)
    .map((t) => ({ x: Math.log(t.ratio), y: logEvidence(t, inflation) }));
  const [left, right] = [(q.y - p.y) / (q.x - p.x), (r.y - q.y) / (r.x - q.x)];
  const curvature = (2 * (right - left)) / (r.x - p.x);
  if (!(curvature < 0)) return null;
  const x = (p.x + q.x) / 2 - left / curvature;
  return { ratio: Math.exp(x), sd: 1 / Math.sqrt(-curvature) };
}

async function reasonAgainst(search: Search, inflation: number, run: Run): Promise<string | null> {
  const { trials, problem } = search;
  const top = best(trials, inflation);
  if (!fallsOnBothSides(trials, inflation)) {
    const line = sorted(trials);
    const flat = line.every((t) => logEvidence(t, inflation) > logEvidence(top, inflation) - clearFall);
    const [low, high] = [line[0], line[line.length - 1]].map((t) => (t.ratio * problem.length).toFixed(0));
    return flat
      ? `every L0 from ${low} to ${high} nm explains it about equally well`
      : `the evidence is still not falling at the end of the range looked at (${low} to ${high} nm)`;
  }
  const from = { start: bestPrior(top, inflation).scale, step: scaleSteps.judgement };
  const closer = await lengthTrial(search.data, top.ratio, { ...scaleRange(problem), ...from }, run);
  const { scale } = bestPrior(closer, inflation);
  if (scale >= shortestScale * top.ratio) return null;
  return `λ would change within ${(scale * problem.length).toFixed(0)} nm, less than L0 itself, and such a λ makes up for a wrong L0`;
}

/** The noise is as much stronger than measured as the best trial leaves, at least 1. */
async function conclude(search: Search, run: Run): Promise<LengthEstimate> {
  const { trials, data, problem } = search;
  const inflation = Math.sqrt(Math.max(1, errorLeft(best(trials), data)));
  const top = logEvidence(best(trials, inflation), inflation);
  const profile = sorted(trials).map((trial) => ({
    lengthNm: trial.ratio * problem.length,
    logEvidence: logEvidence(trial, inflation) - top,
    lengthScaleNm: bestPrior(trial, inflation).scale * problem.length,
  }));
  const reason = await reasonAgainst(search, inflation, run);
  const found = reason === null ? peak(trials, inflation) : null;
  if (found === null) return { found: null, reason: reason ?? 'its evidence has no clear top', profile };
  const lengthNm = found.ratio * problem.length;
  return { found: { lengthNm, sdNm: found.sd * lengthNm }, reason: null, profile };
}

/**
 * L0 by evidence: how probable the measured φ_h is given the measured φ_e, under the flux balance with each L0 and λ
 * integrated out under its best smooth prior. Looked for from the problem's own L0 (0.4 to 2.7 times it). Of two
 * channels only; the rim (0.8 L0) is left out.
 */
export async function estimateLength(problem: RateProblem, run: Run): Promise<LengthEstimate> {
  run.report({ stage: 'length', fraction: 0 });
  const data = await lengthData(problem, run);
  if (data === null) {
    return {
      found: null,
      reason: 'euchromatin does not stand out of its noise away from the rim',
      profile: [],
    };
  }
  const search: Search = { data, problem, trials: [] };
  await bracket(search, run);
  if (fallsOnBothSides(search.trials, 1)) await refine(search, run);
  return conclude(search, run);
}
