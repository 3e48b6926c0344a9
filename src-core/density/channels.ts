import type { Grid } from '../data/grid.js';
import type { Sourced } from '../data/provenance.js';
import { CoreError } from '../errors.js';
import { type NoFluxDomain, pack } from '../kernels/no-flux.js';
import { upperMedian } from '../kernels/order-statistics.js';
import { randomStream } from '../random.js';
import { breathe, type Run } from '../run.js';
import { coveredShare, measureRimBlur, type RimBlur } from './coverage.js';
import { cropAround, cropped, uncropped } from './crop.js';
import { partialCoverage } from './partial-coverage.js';
import { estimateNoise, type NoiseModel, noiseSd } from './noise.js';
import { gaussianBlurred } from '../kernels/gaussian-blur.js';

/** A channel as measured: camera counts per voxel, or localisations per µm². */
export interface RawChannel {
  readonly name: string;
  readonly values: Float32Array;
  /** One draw of the noise in `values`, where it is known from how they were made (localisation tables). */
  readonly noise?: Float32Array;
}

/** What a user may say of the intensity scale; null means "from the data". */
export interface ScaleOptions {
  readonly offset: readonly [number, number] | null;
  readonly gain: readonly [number, number] | null;
  readonly hetFraction: number | null;
  readonly meanDensity: number;
  readonly seed: number;
}

/** A channel as volume fraction: packed values and one draw of their noise, both corrected for the rim. */
export interface CalibratedChannel {
  readonly name: string;
  readonly phi: Float64Array;
  readonly noise: Float64Array;
  /** Noise sd of a voxel at the channel's mean, relative to that mean. */
  readonly relativeNoise: number;
  readonly offset: Sourced;
  readonly gain: Sourced;
}

/** All channels calibrated, and what the calibration rests on. */
export interface Calibrated {
  readonly channels: readonly CalibratedChannel[];
  readonly rimBlur: RimBlur;
  /** Share of each packed voxel's signal that came from inside, which the channels were divided by. */
  readonly share: Float64Array;
  readonly warnings: readonly string[];
}

/** Shape of the measurement that the calibration needs. */
export interface Frame {
  readonly grid: Grid;
  readonly mask: Uint8Array;
  readonly domain: NoFluxDomain;
}

const backgroundNeeded = 200;
const breathEvery = 65536;

/** How near each voxel lies to the nucleus: the mask widened by six voxels, 0 far outside. */
async function nearness({ grid, mask }: Frame, run: Run): Promise<Float64Array> {
  const crop = cropAround(mask, grid, 10 * grid.spacing[2]);
  const [dz, dy, dx] = grid.spacing;
  const sd = [2 * dz, 2 * dy, 2 * dx] as const;
  const widened = await gaussianBlurred(cropped(mask, crop), [crop.grid, sd], false, run);
  return uncropped(widened, crop, { length: mask.length, outside: 0 });
}

/** Median of a channel far outside the nucleus, or undefined where there is none. */
function backgroundLevel(values: Float32Array, near: Float64Array): number | undefined {
  const outside = new Float32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (near[i] < 1e-4 && Number.isFinite(values[i])) outside[count++] = values[i];
  }
  return count < backgroundNeeded ? undefined : upperMedian(outside.subarray(0, count));
}

function chooseOffset(channel: RawChannel, given: number | undefined, near: Float64Array): Sourced {
  if (given !== undefined) return { value: given, from: 'user', source: 'given' };
  if (channel.noise !== undefined)
    return { value: 0, from: 'file', source: 'counted localisations have no offset' };
  const background = backgroundLevel(channel.values, near);
  if (background !== undefined)
    return { value: background, from: 'file', source: 'median outside the nucleus' };
  return { value: 0, from: 'assumed', source: 'no background in the frame' };
}

/** The offset of each channel: as given, 0 for counted localisations, else the background's median, else 0 assumed. */
export async function chooseOffsets(
  channels: readonly RawChannel[],
  given: ScaleOptions['offset'],
  frame: Frame,
  run: Run,
): Promise<Sourced[]> {
  const isMeasured = given === null && channels.some(({ noise }) => noise === undefined);
  const near = isMeasured ? await nearness(frame, run) : new Float64Array(0);
  const offsets: Sourced[] = [];
  for (const [k, channel] of channels.entries()) {
    await breathe(run);
    offsets.push(chooseOffset(channel, given?.[k], near));
  }
  return offsets;
}

function meanInside(
  values: ArrayLike<number>,
  domain: NoFluxDomain,
  share: Float64Array,
  offset: number,
): number {
  let sum = 0;
  domain.voxel.forEach((voxel, i) => (sum += (values[voxel] - offset) / share[i]));
  return sum / domain.count;
}

/** Gains that give the channels the mean density and, with two channels, the heterochromatin fraction asked for. */
function chooseGains(
  means: readonly number[],
  options: Pick<ScaleOptions, 'gain' | 'hetFraction' | 'meanDensity'>,
): Sourced[] {
  if (options.gain !== null) {
    const given = options.gain;
    return means.map((_, k) => ({ value: given[k], from: 'user', source: 'given' }));
  }
  const source = `mean density ${options.meanDensity}`;
  if (means.length === 1) return [{ value: means[0] / options.meanDensity, from: 'assumed', source }];
  if (options.hetFraction === null) {
    const gain = (means[0] + means[1]) / options.meanDensity;
    return means.map(() => ({
      value: gain,
      from: 'assumed',
      source: `${source}, equal gain in both channels`,
    }));
  }
  const shares = [options.hetFraction, 1 - options.hetFraction];
  return means.map((mean, k) => ({
    value: mean / (options.meanDensity * shares[k]),
    from: 'assumed',
    source: `${source}, heterochromatin fraction ${String(options.hetFraction)}`,
  }));
}

/** The blur across the edge of the nucleus, and each packed voxel's covered share under it. */
export interface Rim {
  readonly blur: RimBlur;
  readonly share: Float64Array;
}

/** Measures the rim of background-free channels, in the box around the mask. */
export async function measureRim(
  channels: readonly RawChannel[],
  offsets: readonly Sourced[],
  { grid, mask, domain }: Frame,
  run: Run,
): Promise<Rim> {
  const crop = cropAround(mask, grid, 300);
  const inside = Uint8Array.from(cropped(mask, crop));
  await breathe(run);
  const intensity = cropped(backgroundFreeSum(channels, offsets, mask.length), crop);
  await breathe(run);
  const covered = await partialCoverage(inside, crop.grid, run);
  const blur = await measureRimBlur(intensity, covered, crop.grid, run);
  const share = await coveredShare(covered, crop.grid, blur, run);
  await breathe(run);
  return { blur, share: pack(uncropped(share, crop, { length: mask.length, outside: 1 }), domain) };
}

function requireSignal(mean: number, channel: RawChannel, offset: number): void {
  if (mean > 0) return;
  throw new CoreError({
    tag: 'model',
    where: channel.name,
    message: `Channel "${channel.name}" has no signal inside the nucleus: its mean is ${(mean + offset).toPrecision(4)} at an offset of ${offset.toPrecision(4)}.`,
    hint: 'Check the channel, the mask and the offset.',
    remedies: [{ setting: 'calibration.offset' }, { setting: 'mask' }],
  });
}

async function drawFromModel(
  model: NoiseModel,
  values: Float64Array,
  seed: number,
  run: Run,
): Promise<Float64Array> {
  const stream = randomStream(seed);
  const draw = new Float64Array(values.length);
  for (let i = 0; i < draw.length; i++) {
    if (i % breathEvery === 0) await breathe(run);
    draw[i] = noiseSd(model, values[i]) * stream.normal();
  }
  return draw;
}

/** One draw of a channel's noise inside the mask, packed, in intensity units, and its sd at the mean intensity. */
export interface ChannelNoise {
  readonly draw: Float64Array;
  readonly sd: number;
  /** False where the mask was too small to estimate it in, and the channel was taken as noise-free. */
  readonly known: boolean;
}

/**
 * The noise of a channel: the draw that came with it (localisations), else one from the camera law estimated on the
 * image inside the mask, from `seed`.
 */
export async function channelNoise(
  { values, noise }: RawChannel,
  frame: Frame,
  seed: number,
  run: Run,
): Promise<ChannelNoise> {
  if (noise !== undefined) {
    const draw = pack(noise, frame.domain);
    return { draw, sd: rms(draw), known: true };
  }
  const model = await estimateNoise(values, frame.grid, frame.mask, run);
  if (model === undefined) return { draw: new Float64Array(frame.domain.count), sd: 0, known: false };
  const draw = await drawFromModel(model, pack(values, frame.domain), seed, run);
  return { draw, sd: model.meanSd, known: true };
}

function rms(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
}

function backgroundFreeSum(
  channels: readonly RawChannel[],
  offsets: readonly Sourced[],
  n: number,
): Float64Array {
  const sum = new Float64Array(n);
  channels.forEach(({ values }, k) => {
    for (let i = 0; i < n; i++) sum[i] += values[i] - offsets[k].value;
  });
  return sum;
}

/** φ = (I − offset)/(gain · covered share), packed, and the noise draw on the same scale. */
function volumeFraction(
  { name, values }: RawChannel,
  noise: Float64Array,
  domain: NoFluxDomain,
  { offset, gain, share }: { offset: Sourced; gain: Sourced; share: Float64Array },
): Omit<CalibratedChannel, 'relativeNoise'> {
  const toPhi = (value: number, i: number): number => value / (gain.value * share[i]);
  const phi = pack(values, domain).map((value, i) => toPhi(value - offset.value, i));
  return { name, phi, noise: noise.map(toPhi), offset, gain };
}

/** What the calibration rests on besides the scale that a user may set. */
export interface Measures {
  readonly offsets: readonly Sourced[];
  readonly rim: Rim;
  readonly noise: readonly ChannelNoise[];
}

function measureWarnings(channels: readonly RawChannel[], { offsets, rim, noise }: Measures): string[] {
  const unknown = channels.filter((_, k) => !noise[k].known);
  return [
    ...(offsets.some((offset) => offset.from === 'assumed')
      ? [
          'No background was found to measure the camera offset in, so 0 was assumed; give the offset if the camera has one, it shifts λ.',
        ]
      : []),
    ...(rim.blur.looseMask
      ? [
          'The signal ends well before or beyond the edge of the mask, so the fall-off at the rim was not corrected; λ within L0 of the edge is doubtful. Draw the mask along the nuclear edge.',
        ]
      : []),
    ...unknown.map(
      ({ name }) =>
        `The mask is too small to estimate the noise of channel "${name}" in; it was taken as noise-free.`,
    ),
  ];
}

/**
 * Turns one or two measured channels into volume fractions inside the mask: φ = (I − offset)/(gain · covered share),
 * the covered share undoing the fall-off at the rim. Missing gains come from the mean density (and heterochromatin
 * fraction). Each channel's noise draw comes on the same scale, so that every later step can be asked what noise does
 * to it. Throws `model` where a channel has no signal.
 */
export function scaleChannels(
  channels: readonly RawChannel[],
  measures: Measures,
  domain: NoFluxDomain,
  options: Omit<ScaleOptions, 'offset' | 'seed'>,
): Calibrated {
  const { offsets, rim, noise } = measures;
  const means = channels.map(({ values }, k) => meanInside(values, domain, rim.share, offsets[k].value));
  means.forEach((mean, k) => {
    requireSignal(mean, channels[k], offsets[k].value);
  });
  const gains = chooseGains(means, options);
  const calibrated = channels.map((channel, k) => {
    const scale = { offset: offsets[k], gain: gains[k], share: rim.share };
    const fraction = volumeFraction(channel, noise[k].draw, domain, scale);
    return { ...fraction, relativeNoise: noise[k].sd / means[k] };
  });
  return {
    channels: calibrated,
    rimBlur: rim.blur,
    share: rim.share,
    warnings: measureWarnings(channels, measures),
  };
}
