import { type Grid, voxelCount } from '../data/grid.js';
import { cropAround, cropped } from '../density/crop.js';
import type { RawChannel } from '../density/channels.js';
import { estimateNoise, type NoiseModel } from '../density/noise.js';
import { CoreError } from '../errors.js';
import { cellsOf } from '../kernels/cells.js';
import { type NoFluxDomain, noFluxDomain } from '../kernels/no-flux.js';
import { periodicDomain } from '../kernels/periodic-domain.js';
import { binningForMaking, type SimulationScale } from '../models/simulation-cells.js';
import { distribution } from '../statistics/distribution.js';
import type { ImagingBlur } from './check-report.js';
import type { Run } from '../run.js';
import type { Outcome } from './outcome.js';

/** How one channel is recorded: as counts with the camera's noise, or as a number of localisations. */
export type Detector =
  | {
      readonly kind: 'camera';
      readonly name: string;
      readonly offset: number;
      /** Intensity per unit of φ. */
      readonly gain: number;
      readonly noise: NoiseModel;
    }
  | { readonly kind: 'localizations'; readonly name: string; readonly count: number };

/** What a phantom takes over from a measured nucleus. */
export interface MeasuredLikeness {
  /** Outline on the phantom's pixels, in units of L0. */
  readonly voxels: NoFluxDomain;
  readonly mask: Uint8Array;
  readonly binning: number;
  readonly scale: SimulationScale;
  readonly meanChromatin: number;
  readonly detectors: readonly Detector[];
  readonly relativeNoise: readonly number[];
  readonly blur: ImagingBlur;
  readonly lambda: { readonly median: number; readonly spread: number };
}

/** Background kept around the nucleus, in nm, for the automatic mask and the offset. */
const margin = 600;
const assumedBlurNm = 20;

function blurOf({ posed }: Outcome): ImagingBlur {
  const { rimBlur } = posed.calibrated;
  if (rimBlur.measured) return { sdNm: rimBlur.sd, from: 'rim' };
  return { sdNm: [2 * assumedBlurNm, assumedBlurNm, assumedBlurNm], from: 'assumed' };
}

/** Median and spread of the identifiable λ; throws `model` where the median is no rate. */
function lambdaOf({ solution }: Outcome): MeasuredLikeness['lambda'] {
  const known = solution.rate.filter((_, i) => solution.identifiable[i] !== 0);
  const { median, p05, p95 } = distribution(known);
  if (median > 0.02 && median < 50) return { median, spread: (p95 - p05) / 3.29 };
  throw new CoreError({
    tag: 'model',
    message: `The median of λ is ${median.toPrecision(3)}: no nucleus with such a rate can be simulated.`,
    hint: 'Check channels, offsets and L0 first; λ between 0.02 and 50 can be simulated.',
  });
}

function meanChromatinOf({ posed }: Outcome): number {
  const { phiH, phiE } = posed.problem;
  const mean = phiH.reduce((sum, h, i) => sum + h + phiE[i], 0) / phiH.length;
  if (mean > 0.05 && mean < 0.95) return mean;
  throw new CoreError({
    tag: 'model',
    message: `The mean of φ_h + φ_e is ${mean.toPrecision(3)}: no nucleus of that density can be simulated.`,
    hint: 'Check offsets, gains and mean density; between 0.05 and 0.95 can be simulated.',
  });
}

/** Noise of a camera channel, of the mean of binning² pixels; none where the mask is too small to estimate it in. */
async function noiseOf(
  channel: RawChannel,
  { measured }: Outcome,
  binning: number,
  run: Run,
): Promise<NoiseModel> {
  const { grid } = measured.measurement;
  const found = await estimateNoise(channel.values, grid, measured.region.mask, run);
  const share = 1 / binning ** 2;
  if (found === undefined) return { constant: 0, slope: 0, meanIntensity: 0, meanSd: 0 };
  const { constant, slope, meanIntensity, meanSd } = found;
  return { constant: constant * share, slope: slope * share, meanIntensity, meanSd: meanSd / binning };
}

async function detectorsOf(outcome: Outcome, binning: number, run: Run): Promise<Detector[]> {
  const { measurement, region } = outcome.measured;
  const { channels } = outcome.posed.calibrated;
  const pixelUm2 = (measurement.grid.spacing[1] * measurement.grid.spacing[2]) / 1e6;
  const detectors: Detector[] = [];
  for (const [k, channel] of measurement.channels.entries()) {
    const { name, values } = channel;
    if (channel.noise === undefined) {
      const { offset, gain } = channels[k];
      const noise = await noiseOf(channel, outcome, binning, run);
      detectors.push({ kind: 'camera', name, offset: offset.value, gain: gain.value, noise });
    } else {
      const density = values.reduce((sum, value, i) => (region.mask[i] === 0 ? sum : sum + value), 0);
      detectors.push({ kind: 'localizations', name, count: Math.max(1, Math.round(density * pixelUm2)) });
    }
  }
  return detectors;
}

/** The outline in a box of its own, on pixels merged `binning` by `binning`. */
function outlineOf({ measured, posed }: Outcome, lengthNm: number, binning: number): NoFluxDomain {
  const { mask } = measured.region;
  const { isPeriodic } = posed.problem.domain;
  const crop = cropAround(mask, measured.measurement.grid, margin);
  const grid: Grid = { ...crop.grid, origin: [0, 0, 0] };
  const inside =
    isPeriodic === true
      ? periodicDomain(grid, lengthNm)
      : noFluxDomain(grid, Uint8Array.from(cropped(mask, crop)), lengthNm);
  if (binning === 1) return inside;
  return cellsOf(inside, { cut: [1, 1, 1], merge: [1, binning, binning] }, lengthNm).domain;
}

function maskOf({ grid, voxel }: NoFluxDomain): Uint8Array {
  const mask = new Uint8Array(voxelCount(grid));
  for (const at of voxel) mask[at] = 1;
  return mask;
}

/**
 * What a phantom needs to be like the measured nucleus: outline, pixels, blur, noise, density and the distribution of
 * λ. Throws `model` for λ or densities that cannot be simulated and voxels too coarse, `memory` for a nucleus too large.
 */
export async function measureLikeness(outcome: Outcome, run: Run): Promise<MeasuredLikeness> {
  const { parameters, length: lengthNm } = outcome.posed.problem;
  const scale = { parameters, lengthNm };
  const binning = binningForMaking(outlineOf(outcome, lengthNm, 1), scale);
  const voxels = outlineOf(outcome, lengthNm, binning);
  return {
    voxels,
    mask: maskOf(voxels),
    binning,
    scale,
    meanChromatin: meanChromatinOf(outcome),
    detectors: await detectorsOf(outcome, binning, run),
    relativeNoise: outcome.posed.calibrated.channels.map(({ relativeNoise }) => relativeNoise / binning),
    blur: blurOf(outcome),
    lambda: lambdaOf(outcome),
  };
}
