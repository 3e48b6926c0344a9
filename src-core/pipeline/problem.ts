import type { Grid } from '../data/grid.js';
import { type Calibrated, calibrateChannels } from '../density/channels.js';
import { splitDensity, splitPerturbation } from '../density/split.js';
import { CoreError } from '../errors.js';
import { type NoFluxDomain, noFluxDomain } from '../kernels/no-flux.js';
import { filterPair } from '../kernels/no-flux-filter.js';
import type { JobSpec } from '../job.js';
import type { ChromatinParameters } from '../models/chromatin.js';
import type { Run } from '../run.js';
import { noFluxMollifier } from '../solvers/no-flux-mollifier.js';
import type { RateProblem } from '../solvers/solver.js';
import type { Measured } from './measure.js';

/** The inverse problem of a job, and the calibration it rests on. */
export interface PosedProblem {
  readonly problem: RateProblem;
  readonly calibrated: Calibrated;
}

/** The model parameters of a job. */
function modelParameters({ model }: JobSpec): ChromatinParameters {
  return { a: model.a, wellHeight: model.wellHeight, phiMax: model.phiMax, kappa: model.kappa };
}

/** Smoothing of a single density before it is split: 2 pixels, at least 25 nm (rms per axis). */
function splitWidth(grid: Grid): number {
  return Math.max(2 * grid.spacing[2], 25);
}

interface Fractions {
  readonly phiH: Float64Array;
  readonly phiE: Float64Array;
  readonly noiseH: Float64Array;
  readonly noiseE: Float64Array;
}

async function splitChannel(
  calibrated: Calibrated,
  domain: NoFluxDomain,
  job: JobSpec,
  run: Run,
): Promise<Fractions> {
  const fraction = job.calibration.hetFraction;
  if (fraction === null) {
    throw new CoreError({
      tag: 'missing',
      message:
        'One channel of total density cannot be split into hetero- and euchromatin without their global ratio.',
      hint: 'Give --het-fraction F, the share of heterochromatin in all chromatin, such as --het-fraction 0.6.',
    });
  }
  const [channel] = calibrated.channels;
  const mollifier = noFluxMollifier('poly8', domain, job.model.lengthNm);
  const series = mollifier.series(splitWidth(domain.grid));
  const [[smooth, noise]] = await filterPair([channel.phi, channel.noise], domain, [series], run);
  const parameters = modelParameters(job);
  const split = await splitDensity(smooth, domain, { fraction, parameters }, run);
  const change = splitPerturbation(noise, split, domain, parameters);
  return { phiH: split.phiH, phiE: split.phiE, noiseH: change.phiH, noiseE: change.phiE };
}

/** Calibrates the measured channels and poses the inverse problem: the pipeline's stages calibrate and split. */
export async function poseProblem(
  { measurement, region }: Measured,
  job: JobSpec,
  run: Run,
): Promise<PosedProblem> {
  const { grid } = measurement;
  const domain = noFluxDomain(grid, region.mask, job.model.lengthNm);
  run.report({ stage: 'calibrate', fraction: 0 });
  const calibrated = await calibrateChannels(
    measurement.channels,
    { grid, mask: region.mask, domain },
    { ...job.calibration, seed: job.seed },
    run,
  );
  const [first, second] = calibrated.channels;
  const fractions =
    calibrated.channels.length === 1
      ? await splitChannel(calibrated, domain, job, run)
      : { phiH: first.phi, phiE: second.phi, noiseH: first.noise, noiseE: second.noise };
  const problem: RateProblem = {
    domain,
    ...fractions,
    equation: job.model.equation,
    parameters: modelParameters(job),
    length: job.model.lengthNm,
    finest: calibrated.channels.length === 1 ? 3 * splitWidth(grid) : 0,
  };
  return { problem, calibrated };
}
