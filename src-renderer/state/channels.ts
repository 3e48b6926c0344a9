import type { FileDescription } from '../../src-main/engine/messages.js';
import type { JobSpec } from '../../src-core/job.js';

/** Which channel of which file is which mark. */
export type Channels = JobSpec['channels'];

const heterochromatinNames = /het|h3k9me|h3k27me|hp1|h4k20me3|lamin|repress|phi_h/i;
const euchromatinNames = /euch|h3k27ac|h3k9ac|h3k4me|h4ac|h3ac|acetyl|pol ?ii|active|phi_e/i;

/** Names of the channels of a file, from its metadata where it gives them. */
export function channelNames(description: FileDescription): string[] {
  if (description.kind === 'table') {
    return description.channelNames.length > 0 ? [...description.channelNames] : ['localisations'];
  }
  const { channels, channelNames: names } = description.metadata;
  return Array.from({ length: channels }, (_, index) => names[index] || `Channel ${index + 1}`);
}

/** How a first choice of channels was made. */
export interface ChannelGuess {
  readonly channels: Channels;
  /** Whether the names of the channels say so, rather than their order alone. */
  readonly named: boolean;
}

function pair(heterochromatin: number, euchromatin: number): Channels {
  return {
    kind: 'two-channel',
    heterochromatin: { file: 0, channel: heterochromatin },
    euchromatin: { file: 0, channel: euchromatin },
  };
}

/** A first choice of channels: by name, else the first two in order, else the one as total density. */
export function guessChannels(description: FileDescription): ChannelGuess {
  const names = channelNames(description);
  if (names.length === 1)
    return { channels: { kind: 'density', density: { file: 0, channel: 0 } }, named: true };
  const h = names.findIndex((name) => heterochromatinNames.test(name));
  const e = names.findIndex((name, index) => index !== h && euchromatinNames.test(name));
  if (h >= 0 && e >= 0) return { channels: pair(h, e), named: true };
  if (h >= 0) return { channels: pair(h, h === 0 ? 1 : 0), named: false };
  if (e >= 0) return { channels: pair(e === 0 ? 1 : 0, e), named: false };
  return { channels: pair(0, 1), named: false };
}

/** The channels of a job in order of their layers: heterochromatin and euchromatin, or density alone. */
export function channelList(channels: Channels): { file: 0 | 1; channel: number }[] {
  return channels.kind === 'density' ? [channels.density] : [channels.heterochromatin, channels.euchromatin];
}
