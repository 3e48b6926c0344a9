import { type Grid, makeGrid, voxelCount } from '../data/grid.js';
import type { Localizations } from '../data/localizations.js';
import { type NoFluxDomain, noFluxDomain } from '../kernels/no-flux.js';
import { periodicDomain } from '../kernels/periodic-domain.js';
import { type RandomStream, randomStream } from '../random.js';
import { breathe, type Run } from '../run.js';
import { type ForwardParameters, type SteadyState, steadyState } from './forward.js';
import {
  averageInside,
  averageToPixels,
  blurByPsf,
  blurPeriod,
  type Camera,
  drawLocalizations,
  imageGrid,
  pixelMask,
  recordCounts,
  refinement,
  relativeNoise,
} from './microscope.js';
import { type NucleusShape, randomShape, shapeMask } from './nucleus-shape.js';
import type { PhantomSpec } from './phantom-spec.js';
import { patternValues, randomPattern, type RatePattern } from './rate-pattern.js';

/** One channel as the microscope gives it: counts on the phantom's grid, or a table of points. */
export type PhantomChannel =
  | { readonly kind: 'counts'; readonly name: string; readonly counts: Uint16Array }
  | { readonly kind: 'localizations'; readonly name: string; readonly table: Localizations };

/** What is true of a phantom, as plain JSON. Lengths carry their unit; the rest is dimensionless. */
export interface PhantomTruth {
  readonly spec: PhantomSpec;
  readonly seed: number;
  readonly shape: NucleusShape;
  readonly pattern: RatePattern;
  readonly steadyState: {
    /** Of λφ_e = φ_h + a∇²φ_e − κ∇⁴φ_e, relative rms on the solver's grid. */
    readonly residual: number;
    readonly phaseFieldResidual: number;
    readonly muSpread: number;
    readonly steps: number;
    readonly time: number;
    readonly cellNm: number;
    readonly cells: number;
  };
  readonly lambda: { readonly mean: number; readonly min: number; readonly max: number };
  readonly meanPhiH: number;
  readonly meanPhiE: number;
  readonly heterochromatinFraction: number;
  /** counts = offset + Poisson(gain·φ) + normal(0, readSd); null for localisations. */
  readonly camera: {
    readonly offset: number;
    readonly gainCountsPerPhi: number;
    readonly readSd: number;
    readonly relativeNoiseAtMean: readonly number[];
  } | null;
  /** Localisations per µm² where φ is 1, per channel; null for camera images. */
  readonly localizationsPerUm2AtPhi1: readonly number[] | null;
}

/**
 * A simulated nucleus, or periodic box, with known λ. On `grid`: the mask (pixels at least half covered), λ averaged over the inside
 * part of each pixel (NaN outside the mask), and the true φ_h, φ_e averaged alike, without blur or noise (0 outside).
 */
export interface Phantom {
  readonly grid: Grid;
  readonly channels: readonly PhantomChannel[];
  readonly mask: Uint8Array;
  readonly lambda: Float32Array;
  readonly phiH: Float32Array;
  readonly phiE: Float32Array;
  readonly truth: PhantomTruth;
}

/** The nucleus on the solver's grid; fields packed. */
interface FineNucleus {
  readonly fine: Grid;
  readonly domain: NoFluxDomain;
  readonly lambda: Float64Array;
  readonly steady: SteadyState;
}

/** A field to be imaged: what it is called, its values on the solver's grid, and its mean inside the nucleus. */
interface Signal {
  readonly name: string;
  readonly phi: Float64Array;
  readonly mean: number;
}

const tolerance = 1e-5;
/** Keeps the streams of one seed apart: shape, λ, initial field, detector. */
const purposes = { shape: 0x51ed27, pattern: 0x2f6e2b1, chromatin: 0x6d2b79f5, detector: 0x3c6ef372 };

function seedFor(seed: number, purpose: keyof typeof purposes): number {
  return (seed ^ Math.imul(purposes[purpose], 2654435761)) >>> 0;
}

function streamFor(seed: number, purpose: keyof typeof purposes): RandomStream {
  return randomStream(seedFor(seed, purpose));
}

/**
 * Simulates a nucleus: a steady state of the chromatin model under a known λ, solved on a grid twice finer than
 * the image, blurred by the PSF, averaged to pixels and recorded by a camera or as localisations. The same spec
 * gives the same bytes. Throws `model` if the model does not settle.
 */
export async function simulateNucleus(spec: PhantomSpec, run: Run): Promise<Phantom> {
  const shape = randomShape(spec.shape, streamFor(spec.seed, 'shape'));
  const fine = fineGrid(spec);
  const inside = await shapeMask(shape, fine, run);
  const domain =
    spec.shape === 'periodic'
      ? periodicDomain(fine, spec.lengthNm)
      : noFluxDomain(fine, inside, spec.lengthNm);
  const frame = { domain, lengthNm: spec.lengthNm, lambdaValue: spec.lambdaValue };
  const pattern = randomPattern(spec.lambda, frame, streamFor(spec.seed, 'pattern'));
  const lambda = await patternValues(pattern, shape, domain, run);
  const steady = await steadyState(lambda, domain, forwardParameters(spec), run);
  const nucleus: FineNucleus = { fine, domain, lambda, steady };
  const signals = signalsOf(nucleus, spec);
  const detected = await detect(signals, nucleus, spec, run);
  const perPixel = async (packed: Float64Array, outside: number): Promise<Float32Array> => {
    await breathe(run);
    return averageInside(packed, domain, outside);
  };
  return {
    grid: imageGrid(fine),
    channels: detected.channels,
    mask: pixelMask(inside, fine),
    lambda: await perPixel(lambda, NaN),
    phiH: await perPixel(steady.phiH, 0),
    phiE: await perPixel(steady.phiE, 0),
    truth: { spec, seed: spec.seed, shape, pattern, ...fieldTruth(nucleus), ...detected.truth },
  };
}

function fineGrid({ sizePx, planes, pixelSizeNm, zStepNm }: PhantomSpec): Grid {
  const size = refinement * sizePx;
  const cell = pixelSizeNm / refinement;
  if (planes === 1) return makeGrid([1, size, size], [pixelSizeNm, cell, cell]);
  return makeGrid([refinement * planes, size, size], [zStepNm / refinement, cell, cell]);
}

function forwardParameters({ parameters, seed }: PhantomSpec): ForwardParameters {
  return { ...parameters, seed: seedFor(seed, 'chromatin'), tolerance };
}

/** A packed field on its whole grid, 0 outside the domain. */
export function laidOut(packed: Float64Array, domain: NoFluxDomain): Float64Array {
  const values = new Float64Array(voxelCount(domain.grid));
  for (let i = 0; i < domain.count; i++) values[domain.voxel[i]] = packed[i];
  return values;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function signalsOf({ steady, domain }: FineNucleus, { channels }: PhantomSpec): Signal[] {
  const signal = (name: string, packed: Float64Array): Signal => ({
    name,
    phi: laidOut(packed, domain),
    mean: meanOf(packed),
  });
  if (channels === 2) return [signal('heterochromatin', steady.phiH), signal('euchromatin', steady.phiE)];
  return [
    signal(
      'chromatin density',
      steady.phiH.map((h, i) => h + steady.phiE[i]),
    ),
  ];
}

interface Detected {
  readonly channels: PhantomChannel[];
  readonly truth: Pick<PhantomTruth, 'camera' | 'localizationsPerUm2AtPhi1'>;
}

function detect(signals: Signal[], nucleus: FineNucleus, spec: PhantomSpec, run: Run): Promise<Detected> {
  return spec.localizations === null
    ? photograph(signals, nucleus.fine, spec, run)
    : localize(signals, nucleus, { count: spec.localizations, seed: spec.seed }, run);
}

async function photograph(signals: Signal[], fine: Grid, spec: PhantomSpec, run: Run): Promise<Detected> {
  const camera = cameraFor(signals, spec.noise);
  const random = streamFor(spec.seed, 'detector');
  const channels: PhantomChannel[] = [];
  const blur = spec.shape === 'periodic' ? blurPeriod : blurByPsf;
  for (const { name, phi } of signals) {
    const blurred = await blur(phi, fine, [spec.psfAxialNm, spec.psfNm, spec.psfNm], run);
    const counts = await recordCounts(averageToPixels(blurred, fine), camera, random, run);
    channels.push({ kind: 'counts', name, counts });
  }
  const { offset, gain, readSd } = camera;
  const relativeNoiseAtMean = signals.map(({ mean }) => relativeNoise(camera, mean));
  return {
    channels,
    truth: {
      camera: { offset, gainCountsPerPhi: gain, readSd, relativeNoiseAtMean },
      localizationsPerUm2AtPhi1: null,
    },
  };
}

/** The camera whose Poisson sd is `noise` of the signal at the channels' mean; noise 0 counts as exactly as 1 %. */
function cameraFor(signals: readonly Signal[], noise: number): Camera {
  const mean = signals.reduce((sum, signal) => sum + signal.mean, 0) / signals.length;
  const gain = 1 / (Math.max(noise, 0.01) ** 2 * mean);
  return { offset: 100, gain, readSd: noise === 0 ? 0 : 1.5, shotNoise: noise > 0 };
}

async function localize(
  signals: Signal[],
  { fine, domain }: FineNucleus,
  { count, seed }: { readonly count: number; readonly seed: number },
  run: Run,
): Promise<Detected> {
  const random = streamFor(seed, 'detector');
  const channels: PhantomChannel[] = [];
  for (const { name, phi } of signals) {
    const table = await drawLocalizations(phi, fine, { count, random }, run);
    channels.push({ kind: 'localizations', name, table });
  }
  const areaUm2 = (domain.count * fine.spacing[1] * fine.spacing[2]) / 1e6;
  const densities = signals.map(({ mean }) => count / (mean * areaUm2));
  return { channels, truth: { camera: null, localizationsPerUm2AtPhi1: densities } };
}

type FieldTruth = Pick<
  PhantomTruth,
  'steadyState' | 'lambda' | 'meanPhiH' | 'meanPhiE' | 'heterochromatinFraction'
>;

function fieldTruth({ steady, lambda, domain, fine }: FineNucleus): FieldTruth {
  const { residual, phaseFieldResidual, muSpread, steps, time } = steady;
  const [meanPhiH, meanPhiE] = [meanOf(steady.phiH), meanOf(steady.phiE)];
  const clock = { steps, time, cellNm: fine.spacing[2], cells: domain.count };
  return {
    steadyState: { residual, phaseFieldResidual, muSpread, ...clock },
    lambda: {
      mean: meanOf(lambda),
      min: lambda.reduce((least, value) => Math.min(least, value), Infinity),
      max: lambda.reduce((most, value) => Math.max(most, value), -Infinity),
    },
    meanPhiH,
    meanPhiE,
    heterochromatinFraction: meanPhiH / (meanPhiH + meanPhiE),
  };
}
