import {
  type Calibrated,
  type ChannelNoise,
  channelNoise,
  chooseOffsets,
  type Frame,
  measureRim,
  type RawChannel,
  scaleChannels,
  type ScaleOptions,
} from '../density/channels.js';
import { breathe } from '../run.js';
import { type Keyed, stage, type StagedRun, type StageKey, stageKey } from './stage-memory.js';

/** The measured channels and where they are to be calibrated; the key names both. */
export interface CalibrationInput {
  readonly channels: readonly RawChannel[];
  readonly frame: Frame;
  readonly key: StageKey;
}

/** Channels in volume fractions, and the same with gains of 1: all that does not depend on the scale. */
export interface ScaledChannels extends Keyed<Calibrated> {
  readonly unscaled: { readonly key: StageKey; readonly make: () => Calibrated };
}

/**
 * Stages `offset`, `rim`, `noise` and `scale`: measured channels as volume fractions inside the mask. The blur at the
 * rim and the noise are measured again only where the region or an offset changed; the scale (gains, mean density,
 * heterochromatin fraction) takes one pass over the voxels and is not remembered. Throws `model` where a channel has
 * no signal.
 */
export async function calibrate(
  { channels, frame, key }: CalibrationInput,
  options: ScaleOptions,
  run: StagedRun,
): Promise<ScaledChannels> {
  const { offset, seed, gain, hetFraction, meanDensity } = options;
  const offsets = await stage({ name: 'offset', from: [key], part: offset }, run, () => {
    run.report({ stage: 'calibrate', fraction: 0 });
    return chooseOffsets(channels, offset, frame, run);
  });
  const rim = await stage({ name: 'rim', from: [offsets.key] }, run, () => {
    run.report({ stage: 'calibrate', fraction: 0.1 });
    return measureRim(channels, offsets.value, frame, run);
  });
  const noise = await stage({ name: 'noise', from: [key], part: seed }, run, async () => {
    const found: ChannelNoise[] = [];
    for (const [k, channel] of channels.entries()) {
      run.report({ stage: 'calibrate', fraction: 0.7 + (0.3 * k) / channels.length });
      await breathe(run);
      found.push(await channelNoise(channel, frame, seed + k, run));
    }
    return found;
  });
  const scale = { gain, hetFraction, meanDensity };
  const measures = { offsets: offsets.value, rim: rim.value, noise: noise.value };
  const unit = { gain: [1, 1], hetFraction: null, meanDensity } as const;
  return {
    unscaled: {
      key: stageKey({ name: 'unscaled', from: [rim.key, noise.key] }),
      make: () => scaleChannels(channels, measures, frame.domain, unit),
    },
    key: stageKey({ name: 'scale', from: [rim.key, noise.key], part: scale }),
    value: scaleChannels(channels, measures, frame.domain, scale),
  };
}
