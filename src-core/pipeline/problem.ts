import type { Grid } from '../data/grid.js';
import type { Calibrated } from '../density/channels.js';
import { splitDensity, splitPerturbation } from '../density/split.js';
import { CoreError } from '../errors.js';
import { domainInUnit, type NoFluxDomain, noFluxDomain } from '../kernels/no-flux.js';
import { filterPair } from '../kernels/no-flux-filter.js';
import type { JobSpec } from '../job.js';
import type { ChromatinParameters } from '../models/chromatin.js';
import type { Run } from '../run.js';
import { noFluxMollifier } from '../solvers/no-flux-mollifier.js';
import type { LengthEstimate } from '../solvers/field/length-search.js';
import type { RateProblem } from '../solvers/solver.js';
import { wholePeriod } from './boundary.js';
import { calibrate, type ScaledChannels } from './calibrate.js';
import { settleLength } from './length.js';
import type { Measured } from './measurement.js';
import { type Keyed, stage, type StagedRun, type StageKey } from './stage-memory.js';

/** The inverse problem of a job, and the calibration it rests on. */
export interface PosedProblem {
  readonly problem: RateProblem;
  /** What the image says of L0, where the job asks it; null otherwise. */
  readonly lengthEstimate: LengthEstimate | null;
  readonly calibrated: Calibrated;
  /** Names the fractions of the problem, not its equation; see StageKey. */
  readonly key: StageKey;
  /** The fractions of two channels times their gains, which do not depend on the scale; null for a single one. */
  readonly unscaled: UnscaledFractions | null;
}

/** φ_h and φ_e times their gains, made when asked for. */
export interface UnscaledFractions {
  readonly key: StageKey;
  readonly make: () => Fractions;
  readonly gains: readonly [number, number];
}

/** The model parameters of a job. */
function modelParameters({ model }: JobSpec): ChromatinParameters {
  return { a: model.a, wellHeight: model.wellHeight, phiMax: model.phiMax, kappa: model.kappa };
}

/** Smoothing of a single density before it is split: 2 pixels, at least 25 nm (rms per axis). */
function splitWidth(grid: Grid): number {
  return Math.max(2 * grid.spacing[2], 25);
}

/** φ_h and φ_e, and one draw of the noise in each, packed. */
export interface Fractions {
  readonly phiH: Float64Array;
  readonly phiE: Float64Array;
  readonly noiseH: Float64Array;
  readonly noiseE: Float64Array;
}

/** The part of a job that the split of a single channel depends on. */
function splitPart(job: JobSpec): { fraction: number; parameters: ChromatinParameters; length: number } {
  const fraction = job.calibration.hetFraction;
  if (fraction === null) {
    throw new CoreError({
      tag: 'missing',
      message:
        'One channel of total density cannot be split into hetero- and euchromatin without their global ratio.',
      hint: 'Give the share of heterochromatin in all chromatin, such as 0.6.',
      remedies: [{ setting: 'calibration.hetFraction' }],
    });
  }
  return { fraction, parameters: modelParameters(job), length: job.model.lengthNm };
}

async function splitChannel(
  calibrated: Calibrated,
  domain: NoFluxDomain,
  part: ReturnType<typeof splitPart>,
  run: Run,
): Promise<Fractions> {
  const [channel] = calibrated.channels;
  run.report({ stage: 'split', fraction: 0 });
  const mollifier = noFluxMollifier('poly8', domain, part.length);
  const series = mollifier.series(splitWidth(domain.grid));
  const [[smooth, noise]] = await filterPair([channel.phi, channel.noise], domain, [series], run);
  const split = await splitDensity(smooth, domain, part, run);
  const change = splitPerturbation(noise, split, domain, part.parameters);
  return { phiH: split.phiH, phiE: split.phiE, noiseH: change.phiH, noiseE: change.phiE };
}

/** The problem of a single channel, split by the fraction of another job. */
export async function splitProblem(
  { problem, calibrated }: PosedProblem,
  job: JobSpec,
  run: Run,
): Promise<RateProblem> {
  return { ...problem, ...(await splitChannel(calibrated, problem.domain, splitPart(job), run)) };
}

function fractionsOf({ channels: [first, second] }: Calibrated): Fractions {
  return { phiH: first.phi, phiE: second.phi, noiseH: first.noise, noiseE: second.noise };
}

function unscaledFractions({ value, unscaled }: ScaledChannels): UnscaledFractions | null {
  if (value.channels.length !== 2) return null;
  const [first, second] = value.channels;
  return {
    key: unscaled.key,
    make: () => fractionsOf(unscaled.make()),
    gains: [first.gain.value, second.gain.value],
  };
}

/** Stage `split`, for a single channel; two channels are the fractions themselves. */
async function findFractions(
  { key, value }: Keyed<Calibrated>,
  domain: NoFluxDomain,
  job: JobSpec,
  run: StagedRun,
): Promise<Keyed<Fractions>> {
  if (value.channels.length === 2) return { key, value: fractionsOf(value) };
  const part = splitPart(job);
  return stage({ name: 'split', from: [key], part }, run, () => splitChannel(value, domain, part, run));
}

/** A split smooths the fields, so that what was divided by the share is no longer told apart. */
function rimOf({ channels, rimBlur, share }: Calibrated, grid: Grid): RateProblem['rim'] {
  if (!rimBlur.measured || channels.length === 1) return null;
  return { share, blur: rimBlur.sd[2] / grid.spacing[2] };
}

/**
 * Calibrates the measured channels and poses the inverse problem: the pipeline's stages calibrate, split and, where L0 is
 * to be estimated, length. A preview takes an L0 from the image only where it is remembered.
 */
export async function poseProblem(
  { measurement, region, key }: Measured,
  job: JobSpec,
  run: StagedRun,
  preview = false,
): Promise<PosedProblem> {
  const { grid, channels } = measurement;
  const { mask } = region;
  const inside = await stage({ name: 'domain', from: [key], part: job.model.boundary }, run, () =>
    job.model.boundary === 'periodic' ? wholePeriod(grid, mask) : noFluxDomain(grid, mask, 1),
  );
  const domain = domainInUnit(inside.value, job.model.lengthNm);
  const options = { ...job.calibration, seed: job.seed };
  const calibrated = await calibrate({ channels, frame: { grid, mask, domain }, key }, options, run);
  const fractions = await findFractions(calibrated, domain, job, run);
  const asGiven: RateProblem = {
    domain,
    ...fractions.value,
    equation: job.model.equation,
    parameters: modelParameters(job),
    length: job.model.lengthNm,
    finest: channels.length === 1 ? 3 * splitWidth(grid) : 0,
    rim: rimOf(calibrated.value, grid),
  };
  const posed = { problem: asGiven, key: fractions.key };
  const { problem, estimate } = await settleLength(posed, job, run, preview);
  const unscaled = unscaledFractions(calibrated);
  return { problem, lengthEstimate: estimate, calibrated: calibrated.value, key: fractions.key, unscaled };
}
