import { CoreError } from './errors.js';
import type { Inference, JobFiles } from './inference.js';
import type { JobSpec } from './job.js';
import { unpack } from './kernels/no-flux.js';
import { requireBoundary } from './pipeline/boundary.js';
import { measure } from './pipeline/measure.js';
import type { Measured } from './pipeline/measurement.js';
import type { Outcome } from './pipeline/outcome.js';
import { solvePreview } from './pipeline/preview.js';
import { levelDoubt, totalSd } from './pipeline/level.js';
import { requireLengthSource, withLengthDoubt } from './pipeline/length.js';
import { type PosedProblem, poseProblem } from './pipeline/problem.js';
import { writeReport } from './pipeline/report.js';
import { requireSolver } from './pipeline/solver-fit.js';
import { forgetStage, type Keyed, stage, type StagedRun, type StageMemory } from './pipeline/stage-memory.js';
import type { TrainingRun } from './solvers/network/training-run.js';
import { solveBalance } from './solvers/balance.js';
import { solveDirect } from './solvers/direct.js';
import { fieldRate, solveField } from './solvers/field/field.js';
import { solveNetwork } from './solvers/network/network.js';
import type { RateProblem, RateSolution } from './solvers/solver.js';

declare const performance: { now: () => number };

function solveBy(problem: RateProblem, { solver, seed }: JobSpec, run: TrainingRun): Promise<RateSolution> {
  const { name, mollifier, mollifierNm, lengthScaleNm } = solver;
  if (name === 'network') {
    const { rate: rateFrom, start, ...rest } = solver.network;
    return solveNetwork(
      problem,
      {
        ...rest,
        rateFrom,
        family: mollifier,
        mollifierWidth: mollifierNm,
        warmStart: start === 'direct',
        waves: null,
        seed,
      },
      run,
    );
  }
  const choice = { family: mollifier, width: mollifierNm };
  if (name === 'field') return solveField(problem, { family: mollifier, lengthScale: lengthScaleNm }, run);
  return name === 'direct' ? solveDirect(problem, choice, run) : solveBalance(problem, choice, run);
}

/** λ alone, packed, by a job whose solver's settings are fixed: what `solveBy` finds, without its sd and judgement. */
async function rateBy(problem: RateProblem, job: JobSpec, run: TrainingRun): Promise<Float64Array> {
  const { name, lengthScaleNm } = job.solver;
  if (name === 'field' && lengthScaleNm !== null) return fieldRate(problem, lengthScaleNm, run);
  return (await solveBy(problem, job, run)).rate;
}

/** Throws `model` where λ is nowhere known. */
function requireIdentifiable(solution: RateSolution, where: string): void {
  if (solution.identifiable.some((v) => v !== 0)) return;
  const wider =
    solution.uncertainty === undefined
      ? ({ words: 'use a wider mollifier', setting: 'solver.mollifierNm' } as const)
      : ({ words: 'give a longer length scale', setting: 'solver.lengthScaleNm' } as const);
  throw new CoreError({
    tag: 'model',
    where,
    message:
      'λ is not identifiable anywhere: euchromatin does not stand out of its noise at any voxel of the nucleus.',
    hint: `Check the channels, the offset and the mask, or ${wider.words}.`,
    remedies: [{ setting: 'calibration.offset' }, { setting: 'mask' }, { setting: wider.setting }],
  });
}

/** λ as solved, and the seconds that it took when it was. */
interface Solved {
  readonly solution: RateSolution;
  readonly seconds: number;
}

/** Stage `solve`. */
function solve(
  { problem, key, lengthEstimate: estimate }: PosedProblem,
  job: JobSpec,
  run: StagedRun,
): Promise<Keyed<Solved>> {
  const { equation, parameters, length } = problem;
  const resumed = run.checkpoints?.isResuming === true;
  const lengthSd = estimate?.found?.sdNm ?? null;
  const part = { equation, parameters, length, lengthSd, solver: job.solver, resumed };
  const made = stage({ name: 'solve', from: [key], part }, run, async () => {
    const start = performance.now();
    const solved = await solveBy(problem, job, run);
    const solution = await withLengthDoubt(solved, problem, estimate, run);
    return { solution, seconds: (performance.now() - start) / 1000 };
  });
  return made.then((solved) => {
    // What a user ended is not what the job says, and is not given again for it.
    if (solved.value.solution.training?.stopped === 'user') forgetStage(solved.key, run);
    return solved;
  });
}

/** Stage `solve` of a preview, which is not remembered: its parts are. */
async function solveForPreview(posed: PosedProblem, job: JobSpec, run: StagedRun): Promise<Keyed<Solved>> {
  const start = performance.now();
  const solution = await solvePreview(posed, job, run);
  if (solution === null) return solve(posed, job, run);
  return { key: null, value: { solution, seconds: (performance.now() - start) / 1000 } };
}

/** A measurement as solved for λ, with all that its report is made of. */
export async function solveMeasured(
  measured: Measured,
  job: JobSpec,
  run: StagedRun,
  solveStage = solve,
): Promise<Outcome> {
  const preview = solveStage !== solve;
  const posed = await poseProblem(measured, job, run, preview);
  const { key, value } = await solveStage(posed, job, run);
  const solved = { posed, key, preview, solution: value.solution, rateOf: rateBy };
  return { measured, posed, ...value, level: await levelDoubt(solved, job, run) };
}

/**
 * As `infer`, before anything is laid out on the grid: for what looks at a result more closely. The arrays may be those
 * of the memory and must not be changed.
 */
export async function solveJob(
  files: JobFiles,
  job: JobSpec,
  run: TrainingRun,
  memory?: StageMemory,
): Promise<Outcome> {
  requireSolver(job);
  requireLengthSource(job);
  requireBoundary(job);
  const staged = { ...run, memory };
  const outcome = await solveMeasured(await measure(files, job, staged), job, staged);
  requireIdentifiable(outcome.solution, files.input.name);
  return outcome;
}

/**
 * From files to a rate map: reads the channels, finds the nucleus, calibrates, solves for λ and reports. The same
 * files and job give the same values again (the seconds in the report aside), with a memory or without; with one, only
 * the stages run that something they depend on changed for, as long as the files have an identity. The arrays of the
 * result are the caller's own. Throws CoreError: `unreadable`, `missing`, `usage`, `model`, `memory` or `cancelled`.
 */
export async function infer(
  files: JobFiles,
  job: JobSpec,
  run: TrainingRun,
  memory?: StageMemory,
): Promise<Inference> {
  return layOut(await solveJob(files, job, run, memory), job, run);
}

/**
 * As `infer`, for the picture while a setting moves: quicker with a memory, once the image has been mollified. Where
 * `direct` chooses the width for two channels it weighs those of a fixed ladder, so that λ is near that of `infer`; with
 * `balance`, or a width given, λ is the same but for rounding, with a single channel to the byte. The report is of the
 * map that is given.
 */
export async function inferPreview(
  files: JobFiles,
  job: JobSpec,
  run: TrainingRun,
  memory?: StageMemory,
): Promise<Inference> {
  const staged = { ...run, memory };
  const outcome = await solveMeasured(await measure(files, job, staged), job, staged, solveForPreview);
  requireIdentifiable(outcome.solution, files.input.name);
  return layOut(outcome, job, run);
}

function layOut(outcome: Outcome, job: JobSpec, run: TrainingRun): Inference {
  const { measured, posed, solution, level } = outcome;
  const { domain, phiH, phiE } = posed.problem;
  const total = totalSd(solution, level);
  run.report({ stage: 'report', fraction: 0 });
  return {
    grid: domain.grid,
    heterochromatin: unpack(phiH, domain),
    euchromatin: unpack(phiE, domain),
    mask: Uint8Array.from(measured.region.mask),
    rate: {
      grid: domain.grid,
      estimate: unpack(solution.rate, domain),
      identifiable: Uint8Array.from(unpack(solution.identifiable, domain)),
      residual: unpack(solution.residual, domain),
      ...(solution.uncertainty && {
        sd: unpack(solution.uncertainty.sd, domain),
        resolution: unpack(solution.uncertainty.resolution, domain),
      }),
      ...(total && { totalSd: unpack(total, domain) }),
    },
    report: writeReport(outcome, job),
  };
}
