import { activeAxes, voxelCount } from '../data/grid.js';
import { maskCount } from '../data/field.js';
import type { InferenceReport, RateStatistics } from '../inference.js';
import type { JobSpec } from '../job.js';
import type { RateSolution } from '../solvers/solver.js';
import { distribution } from '../statistics/distribution.js';
import type { Outcome } from './outcome.js';
import { totalSd } from './level.js';
import { listAssumptions, listWarnings } from './caveats.js';
import type { Measured } from './measurement.js';
import { mismatchReasons } from './mismatch.js';
import { registrationReport } from './registration-report.js';
import type { PosedProblem } from './problem.js';
import { widthOrigin } from './solver-fit.js';

function identifiableRates({ rate, identifiable }: RateSolution): Float64Array {
  // A plain loop: `filter` calls a function for every voxel, several times slower.
  const known = new Float64Array(rate.length);
  let count = 0;
  for (let i = 0; i < rate.length; i++) if (identifiable[i] !== 0) known[count++] = rate[i];
  return known.slice(0, count);
}

/** Γ_ac = D/L0², in 1/s, with D in µm²/s and L0 in nm. */
function acetylationRate(diffusivity: number, length: number): number {
  return diffusivity / (length / 1000) ** 2;
}

function methylationStatistics(
  lambda: RateStatistics,
  lengthNm: number,
  job: JobSpec,
): RateStatistics | null {
  const { diffusivityUm2PerS } = job.model;
  if (diffusivityUm2PerS === null) return null;
  const scale = acetylationRate(diffusivityUm2PerS, lengthNm);
  const { mean, median, sd, p05, p95 } = lambda;
  return {
    mean: mean * scale,
    median: median * scale,
    sd: sd * scale,
    p05: p05 * scale,
    p95: p95 * scale,
    unit: '1/s',
  };
}

function regionReport({ measurement, region }: Measured): InferenceReport['region'] {
  const { grid } = measurement;
  const [dz, dy, dx] = grid.spacing;
  const voxels = maskCount(region.mask);
  const plane = voxels * dy * dx * 1e-6;
  const volumetric = activeAxes(grid).includes(0);
  return {
    areaUm2: volumetric ? plane / grid.shape[0] : plane,
    volumeUm3: volumetric ? voxels * dz * dy * dx * 1e-9 : null,
    nuclei: region.nuclei,
    method: region.method,
  };
}

function calibrationReport(outcome: Outcome, job: JobSpec): InferenceReport['calibration'] {
  const { hetFraction, gain } = job.calibration;
  const { calibrated } = outcome.posed;
  return {
    channels: calibrated.channels.map((channel) => channel.name),
    offset: calibrated.channels.map((channel) => channel.offset),
    gain: calibrated.channels.map((channel) => channel.gain),
    hetFraction: hetFraction === null ? null : { value: hetFraction, from: 'user', source: 'given' },
    levelCalibrated: hetFraction !== null || gain !== null,
    levelSd: outcome.level && { relative: outcome.level.relativeSd, from: outcome.level.from },
    registration: registrationReport(outcome),
    relativeNoise: calibrated.channels.map((channel) => channel.relativeNoise),
    rimBlurNm: calibrated.rimBlur.measured ? [...calibrated.rimBlur.sd] : null,
  };
}

function mollifierReport(
  solution: RateSolution,
  job: JobSpec,
): Pick<InferenceReport['settings'], 'mollifierNm' | 'mollifierFrom'> {
  const { uncertainty, training } = solution;
  if (training !== undefined) {
    return { mollifierNm: training.mollifierNm, mollifierFrom: widthOrigin(solution, job) };
  }
  if (uncertainty !== undefined) return { mollifierNm: null, mollifierFrom: 'default' };
  return { mollifierNm: solution.width, mollifierFrom: widthOrigin(solution, job) };
}

function priorReport({ uncertainty }: RateSolution): InferenceReport['settings']['prior'] {
  if (uncertainty === undefined) return null;
  const { lengthNm, sd, from, candidates } = uncertainty.prior;
  return { lengthNm, sd, from, candidates, borders: uncertainty.borders ?? null };
}

function lengthReport({ lengthEstimate }: PosedProblem): InferenceReport['settings']['lengthEvidence'] {
  if (lengthEstimate === null) return null;
  const { found, reason, profile } = lengthEstimate;
  return { determined: found !== null, sdNm: found?.sdNm ?? null, reason, candidates: profile };
}

function uncertaintyReport({ solution, level }: Outcome): InferenceReport['uncertainty'] {
  const { uncertainty, identifiable } = solution;
  if (uncertainty === undefined) return null;
  const median = (values: Float64Array): number =>
    distribution(values.filter((_, i) => identifiable[i] !== 0)).median;
  const resolution = median(uncertainty.resolution);
  const total = totalSd(solution, level);
  return {
    sd: median(uncertainty.sd),
    totalSd: total && median(total),
    resolutionNm: Number.isFinite(resolution) ? resolution : null,
    inflation: uncertainty.inflation,
  };
}

function inputReport({ measurement }: Measured): InferenceReport['input'] {
  const { format, pixelSize, zStep, grid } = measurement;
  return { format, pixelSizeNm: pixelSize, zStepNm: zStep, voxels: voxelCount(grid) };
}

function settingsReport({ posed, solution }: Outcome, job: JobSpec): InferenceReport['settings'] {
  const risk = solution.risks.find(({ width }) => width === solution.width);
  return {
    ...mollifierReport(solution, job),
    L0Nm: posed.problem.length,
    lengthEvidence: lengthReport(posed),
    noise: posed.calibrated.channels.map((channel) => channel.relativeNoise),
    lambdaNoise: risk === undefined ? null : risk.noise,
    prior: priorReport(solution),
    widths: solution.risks,
  };
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function trainingReport({ training }: RateSolution): InferenceReport['solver']['training'] {
  if (training === undefined) return null;
  const { cells, parameters, derivatives, mollifierNm, steps, bestStep, stopped } = training;
  return {
    cellNm: [...training.cellNm].reverse(),
    ...{ cells, parameters, derivatives, mollifierNm, steps, bestStep, stopped },
    heldOut: orNull(training.heldOut),
    history: training.history.map((point) => ({ ...point, heldOut: orNull(point.heldOut) })),
  };
}

function solverReport({ solution, seconds }: Outcome, job: JobSpec): InferenceReport['solver'] {
  const { name } = job.solver;
  return {
    name,
    equation: name === 'balance' ? 'flux-balance, derivatives averaged out' : job.model.equation,
    iterations: solution.iterations,
    seconds,
    backend: solution.training?.engine ?? 'typescript',
    training: trainingReport(solution),
  };
}

/** The report of a finished job: what was read, assumed, chosen and found. */
export function writeReport(outcome: Outcome, job: JobSpec): InferenceReport {
  const { measured, solution } = outcome;
  const rates = identifiableRates(solution);
  const lambda: RateStatistics = { ...distribution(rates), unit: '1' };
  const reasons = mismatchReasons(outcome, job);
  return {
    input: inputReport(measured),
    calibration: calibrationReport(outcome, job),
    region: regionReport(measured),
    lambda,
    methylationRate: methylationStatistics(lambda, outcome.posed.problem.length, job),
    uncertainty: uncertaintyReport(outcome),
    identifiable: rates.length / solution.rate.length,
    settings: settingsReport(outcome, job),
    residual: {
      widthNm: solution.width,
      rms: solution.residualRms,
      noiseRms: solution.residualNoiseRms,
      mismatch: reasons.length > 0,
      reasons,
    },
    solver: solverReport(outcome, job),
    assumptions: listAssumptions(outcome, job),
    warnings: listWarnings(outcome, job, reasons),
  };
}
