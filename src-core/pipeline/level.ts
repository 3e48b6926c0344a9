import { ratioSd } from '../data/level.js';
import type { JobSpec } from '../job.js';
import type { Run } from '../run.js';
import type { RateProblem, RateSolution } from '../solvers/solver.js';
import { type PosedProblem, splitProblem } from './problem.js';
import { stage, type StagedRun, type StageKey } from './stage-memory.js';

/** How well the level of λ, which all voxels share, is known from what a user said of the fraction or the gains. */
export interface LevelDoubt {
  /** sd of the level over the level. */
  readonly relativeSd: number;
  readonly from: 'fraction' | 'gains';
  /** What one sd of the fraction or of the gains changes λ by, packed. */
  readonly change: Float64Array;
}

/** λ as solved, its key, and how it is solved again; `preview` where there is no time for that. */
interface SolvedLevel {
  readonly posed: PosedProblem;
  readonly solution: RateSolution;
  readonly key: StageKey;
  readonly preview: boolean;
  readonly rateOf: (problem: RateProblem, job: JobSpec, run: Run) => Promise<Float64Array>;
}

function scaled({ rate }: RateSolution, relativeSd: number, from: LevelDoubt['from']): LevelDoubt {
  return { relativeSd, from, change: rate.map((v) => relativeSd * v) };
}

/** Which sd a job's channels are calibrated by: that of the gains where they are given, else that of the fraction. */
function givenSd({ calibration, channels }: JobSpec): { from: LevelDoubt['from']; sd: number } | null {
  const { gain, gainRatioSd, hetFractionSd } = calibration;
  const byGains = channels.kind === 'two-channel' && gain !== null;
  const sd = byGains ? gainRatioSd : hetFractionSd;
  return sd === null ? null : { from: byGains ? 'gains' : 'fraction', sd };
}

/** The job with another fraction, solved as finely as `solution` was: what its solver chose from the data is held. */
function heldJob(job: JobSpec, fraction: number, { uncertainty, width }: RateSolution): JobSpec {
  const held =
    uncertainty === undefined ? { mollifierNm: width } : { lengthScaleNm: uncertainty.prior.lengthNm };
  return {
    ...job,
    calibration: { ...job.calibration, hetFraction: fraction },
    solver: { ...job.solver, ...held },
  };
}

/** Half of what λ of a single channel differs by between fractions one sd up and one sd down, split and solved again. */
async function changeOfSplit(
  { posed, solution, rateOf }: SolvedLevel,
  { job, fraction, sd }: { job: JobSpec; fraction: number; sd: number },
  run: Run,
): Promise<Float64Array> {
  const rates: Float64Array[] = [];
  for (const [half, sign] of [1, -1].entries()) {
    const report: Run['report'] = (progress) => {
      run.report({ stage: 'level', fraction: (half + progress.fraction) / 2 });
    };
    const part = { ...run, report };
    const held = heldJob(job, fraction + sign * sd, solution);
    rates.push(await rateOf(await splitProblem(posed, held, part), held, part));
  }
  return rates[0].map((v, i) => (v - rates[1][i]) / 2);
}

/** By how much of itself the mean of λ over the identifiable voxels changes. */
function relativeChange({ rate, identifiable }: RateSolution, change: Float64Array): number {
  let [sum, moved] = [0, 0];
  for (let i = 0; i < rate.length; i++) {
    if (identifiable[i] === 0) continue;
    sum += rate[i];
    moved += change[i];
  }
  return Math.abs(moved / sum);
}

/**
 * How well the level of λ is known; null where the job does not say how well its fraction or gains are. The mean of λ
 * weighted by φ_e is the ratio of the means of φ_h and φ_e whatever the solver: f/(1 − f), or proportional to the ratio
 * of the gains. λ of two channels is taken to go with it as a whole. A single channel is split by the fraction, which
 * changes the pattern too: it is split and solved again one sd up and down, under the same prior or mollifier (stage
 * `level`); in a preview it too is taken to go as a whole.
 */
export async function levelDoubt(
  solved: SolvedLevel,
  job: JobSpec,
  run: StagedRun,
): Promise<LevelDoubt | null> {
  const given = givenSd(job);
  const { hetFraction: fraction } = job.calibration;
  if (given === null) return null;
  const { from, sd } = given;
  const { solution, key } = solved;
  if (from === 'gains' || fraction === null) return scaled(solution, sd, from);
  if (job.channels.kind === 'two-channel' || solved.preview) {
    return scaled(solution, ratioSd(fraction, sd), from);
  }
  const { value: change } = await stage({ name: 'level', from: [key], part: sd }, run, () =>
    changeOfSplit(solved, { job, fraction, sd }, run),
  );
  return { relativeSd: relativeChange(solution, change), from, change };
}

/** sd of λ with its level's part, packed; null where the solver tells none or that of the level is not known. */
export function totalSd({ uncertainty }: RateSolution, level: LevelDoubt | null): Float64Array | null {
  if (uncertainty === undefined || level === null) return null;
  return uncertainty.sd.map((v, i) => Math.hypot(v, level.change[i]));
}
