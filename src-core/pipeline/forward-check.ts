import type { JobFiles } from '../inference.js';
import type { JobSpec } from '../job.js';
import { type Cells, toCells } from '../kernels/cells.js';
import { unpack } from '../kernels/no-flux.js';
import { type FieldPair, filterPair } from '../kernels/no-flux-filter.js';
import { type SettledState, settledState } from '../models/forward.js';
import { cellsForFollowing } from '../models/simulation-cells.js';
import { solveJob } from '../pipeline.js';
import type { Run } from '../run.js';
import { noFluxMollifier } from '../solvers/no-flux-mollifier.js';
import type { RateProblem } from '../solvers/solver.js';
import { type Agreement, agreementOf, explainedShare } from '../statistics/agreement.js';
import { jointHistogram } from '../statistics/joint-histogram.js';
import type { ForwardCheck, ForwardReport, ImagingBlur } from './check-report.js';
import { imageLike, imagingBlur } from './imaging.js';
import { type CompletedRate, completeRate } from './known-rate.js';
import type { Outcome } from './outcome.js';
import type { StageMemory } from './stage-memory.js';

/** Residual of the flux balance, relative rms, at which the predicted state counts as steady. */
const tolerance = 2e-4;
/** A state that still moves after this time (in 1/Γ_ac) is taken as it is. */
const longestTime = 100;
/** A state that moves by more than this is not called settled, however alike it looks. */
const restless = 2e-3;
/** rms over that of the noise up to which nothing is said to be left. */
const noiseSlack = 1.3;
/** Share of the structure that a map must predict to be said to explain the data. */
const explains = 0.9;

/** The measured state, freed of pixel noise by a mollifier of L0/5 rms, on the cells. */
async function measuredStart(problem: RateProblem, cells: Cells, run: Run): Promise<FieldPair> {
  const { domain, phiH, phiE, length } = problem;
  const series = noFluxMollifier('poly8', domain, length).series(Math.max(0.2 * length, problem.finest / 3));
  const [[h, e]] = await filterPair([phiH, phiE], domain, [series], run);
  const least = 1e-3;
  return [toCells(h, cells).map((v) => Math.max(v, least)), toCells(e, cells).map((v) => Math.max(v, least))];
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Follows the measured state under λ until it rests. */
async function follow(
  problem: RateProblem,
  rate: Float64Array,
  cells: Cells,
  run: Run,
): Promise<SettledState> {
  const [phiH, phiE] = await measuredStart(problem, cells, run);
  const meanChromatin = mean(phiH) + mean(phiE);
  const parameters = { ...problem.parameters, meanChromatin, seed: 0, tolerance, longestTime };
  const lambda = toCells(rate, cells);
  return settledState({ phiH, phiE }, lambda, { domain: cells.domain, parameters }, run);
}

type Verdict = Pick<ForwardReport, 'verdict' | 'summary'>;

const percent = (share: number): string => `${(100 * Math.max(0, share)).toFixed(share > 0.995 ? 1 : 0)} %`;

function verdictOf(parts: readonly Agreement[], explained: number, state: SettledState): Verdict {
  const times = Math.max(...parts.map(({ rms, noiseRms }) => rms / noiseRms));
  if (state.residual > restless) {
    const moving = `still moves after ${state.time.toFixed(0)}/Γ_ac (flux balance off by ${percent(state.residual)})`;
    return {
      verdict: 'not-settled',
      summary: `No steady state was reached: the simulated nucleus ${moving}; at that point it shows ${percent(explained)} of the measured structure.`,
    };
  }
  if (times <= noiseSlack) {
    return {
      verdict: 'within-noise',
      summary: `This λ explains the images to within their noise (${times.toFixed(1)} times the noise is left).`,
    };
  }
  if (explained >= explains) {
    return {
      verdict: 'explains',
      summary: `This λ explains ${percent(explained)} of the structure in the images; what is left is ${times.toFixed(1)} times the noise.`,
    };
  }
  return {
    verdict: 'structure-left',
    summary: `This λ explains ${percent(explained)} of the structure in the images: a nucleus with it would settle elsewhere.`,
  };
}

function blurNote({ sdNm, from }: ImagingBlur): string {
  const sd = sdNm[2].toFixed(0);
  return from === 'rim'
    ? `Prediction blurred as measured at the edge of the nucleus: Gaussian, sd ${sd} nm.`
    : `No blur could be measured at an edge; the prediction was blurred by what fits best: Gaussian, sd ${sd} nm.`;
}

function notesOf(
  { model }: JobSpec,
  { length }: RateProblem,
  { filled, clipped }: CompletedRate,
  blur: ImagingBlur,
): string[] {
  const { wellHeight, phiMax, a, kappa } = model;
  return [
    `The measured state was followed under the inferred λ with no flux through the edge: W = ${wellHeight}, φ_max = ${phiMax}, a = ${a}, κ = ${kappa}, L0 = ${Number(length.toPrecision(4))} nm. W and φ_max enter here even where λ itself does not depend on them.`,
    ...(filled > 0
      ? [`λ is not known in ${percent(filled)} of the nucleus; there the mean of the λ around was taken.`]
      : []),
    ...(clipped > 0
      ? [
          `λ is no possible rate in ${percent(clipped)} of the nucleus (below 0.02 or above 20 times its median) and was moved to that limit.`,
        ]
      : []),
    blurNote(blur),
    'A λ inferred with an L0 that is too small can still explain the images; one with an L0 that is too large cannot.',
  ];
}

interface Prediction {
  readonly cells: Cells;
  readonly state: SettledState;
  readonly fields: FieldPair;
  readonly blur: ImagingBlur;
}

async function predict({ posed }: Outcome, rate: Float64Array, run: Run): Promise<Prediction> {
  const { problem, calibrated } = posed;
  const cells = cellsForFollowing(problem.domain, {
    parameters: problem.parameters,
    lengthNm: problem.length,
  });
  const state = await follow(problem, rate, cells, run);
  run.report({ stage: 'comparing', fraction: 0 });
  const blur = await imagingBlur(calibrated, state.phiH, { problem, cells }, run);
  const fields = await imageLike([state.phiH, state.phiE], cells, { problem, sdNm: blur.sdNm }, run);
  return { cells, state, fields, blur };
}

function reportOf(
  outcome: Outcome,
  completed: CompletedRate,
  prediction: Prediction,
  job: JobSpec,
): ForwardReport {
  const { phiH, phiE, noiseH, noiseE } = outcome.posed.problem;
  const { state, fields, blur, cells } = prediction;
  const parts = [agreementOf(phiH, fields[0], noiseH), agreementOf(phiE, fields[1], noiseE)] as const;
  const explained = explainedShare(parts);
  const { settled, time, steps, residual } = state;
  return {
    ...verdictOf(parts, explained, state),
    explained,
    phiH: parts[0],
    phiE: parts[1],
    state: { settled, time, steps, residual, cellNm: cells.domain.grid.spacing, cells: cells.domain.count },
    filled: completed.filled,
    clipped: completed.clipped,
    blur,
    notes: notesOf(job, outcome.posed.problem, completed, blur),
  };
}

function fieldsOf({ posed }: Outcome, { fields }: Prediction): ForwardCheck['fields'] {
  const { domain, phiH, phiE } = posed.problem;
  const [h, e] = fields;
  return {
    predictedH: unpack(h, domain),
    predictedE: unpack(e, domain),
    differenceH: unpack(
      phiH.map((value, i) => value - h[i]),
      domain,
    ),
    differenceE: unpack(
      phiE.map((value, i) => value - e[i]),
      domain,
    ),
  };
}

/**
 * Whether the inferred λ explains the images: the measured state is followed under λ (and the job's free energy, no
 * flux through the edge) until it rests, imaged as the measurement was, and compared with it. The state of a nucleus
 * with the true λ stays where it is. The same files and job give the same values. Throws what `infer` throws; `usage`
 * for κ = 0, `model` for voxels too coarse, `memory` for a nucleus too large.
 */
export async function checkForward(
  files: JobFiles,
  job: JobSpec,
  run: Run,
  memory?: StageMemory,
): Promise<ForwardCheck> {
  const outcome = await solveJob(files, job, run, memory);
  return checkSolved(outcome, job, run);
}

/** The forward check of a solution, whatever it came from; see `checkForward`. */
export async function checkSolved(outcome: Outcome, job: JobSpec, run: Run): Promise<ForwardCheck> {
  const { problem } = outcome.posed;
  const completed = await completeRate(outcome.solution, problem.domain, run);
  const prediction = await predict(outcome, completed.rate, run);
  return {
    report: reportOf(outcome, completed, prediction, job),
    grid: problem.domain.grid,
    mask: Uint8Array.from(outcome.measured.region.mask),
    fields: fieldsOf(outcome, prediction),
    plots: {
      phiH: jointHistogram(problem.phiH, prediction.fields[0]),
      phiE: jointHistogram(problem.phiE, prediction.fields[1]),
    },
  };
}
