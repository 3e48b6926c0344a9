import { formatNumber, formatShare } from '../figure/ticks.js';
import type { Finding, FindingRemedy } from './finding.js';
import type { LevelCounts } from './level-counts.js';
import { channelTitles, type DoctorPart, type ImageSubject } from './subject.js';

/** Share of the nucleus at the largest value, how many pixels that are at least, and how they stand out of those below. */
const saturatedShare = 5e-4;
const fewestSaturated = 8;
const clearSpike = 3;
/** Share of the nucleus at the smallest value although its surroundings are brighter. */
const clippedShare = 0.02;

/** Whether the values of a channel end at a wall instead of running out. */
function isSaturated({ pixels, atMost, nearMost }: LevelCounts): boolean {
  return atMost >= fewestSaturated && atMost > saturatedShare * pixels && atMost > clearSpike * nearMost;
}

/** Two values and nothing between them: a mask, not an image. */
function isBinary({ pixels, atMost, nearMost }: LevelCounts): boolean {
  return nearMost === 0 && atMost > 0.5 * pixels;
}

function channelNumber({ channels }: DoctorPart, k: number): number {
  if (channels.kind === 'density') return channels.density.channel;
  return (k === 0 ? channels.heterochromatin : channels.euchromatin).channel;
}

function otherChannel({ job }: ImageSubject, k: number): FindingRemedy {
  const { channels } = job;
  const setting =
    channels.kind === 'density'
      ? 'channels.density'
      : k === 0
        ? 'channels.heterochromatin'
        : 'channels.euchromatin';
  return { setting, words: 'Choose another channel' };
}

/** Another plane of the stack may not be as bright. */
function otherPlane({ metadata }: ImageSubject): FindingRemedy[] {
  return metadata.planes > 1 ? [{ setting: 'z', words: 'Choose other planes' }] : [];
}

function nameOf(subject: ImageSubject, k: number): string {
  const { metadata, job } = subject;
  const name = metadata.channelNames[channelNumber(job, k)];
  return `${channelTitles(job)[k]} (${name})`;
}

function binaryFinding(subject: ImageSubject, k: number, { least, most }: LevelCounts): Finding {
  return {
    code: 'saturated',
    severity: 'doubt',
    what: `The channel of ${nameOf(subject, k)} has hardly any value but ${formatNumber(least)} and ${formatNumber(most)}.`,
    means: 'It looks like a mask, not like an image of chromatin: there is nothing to infer λ from.',
    remedies: [otherChannel(subject, k), { setting: 'mask', words: 'Use it as the mask of another image' }],
  };
}

function saturatedFinding(subject: ImageSubject, k: number, levels: LevelCounts): Finding {
  const { most, atMost, pixels } = levels;
  return {
    code: 'saturated',
    severity: 'doubt',
    what: `${formatShare(atMost / pixels)} of the nucleus is saturated in the channel of ${nameOf(subject, k)}: ${atMost} pixels are at the largest value, ${formatNumber(most)}.`,
    means:
      'There is more chromatin there than the values say, so that λ is wrong in and around these places.',
    remedies: [...otherPlane(subject), otherChannel(subject, k)],
  };
}

function clippedFinding(subject: ImageSubject, k: number, { least, lowShare }: LevelCounts): Finding {
  return {
    code: 'clipped',
    severity: 'doubt',
    what: `${formatShare(lowShare)} of the nucleus is cut off at the smallest value, ${formatNumber(least)}, in the channel of ${nameOf(subject, k)}, in the midst of brighter pixels.`,
    means:
      'A background was subtracted, or the image thresholded: low densities are lost, and the offset cannot be taken from the background.',
    remedies: [{ setting: 'calibration.offset', words: 'Give the offsets' }, otherChannel(subject, k)],
  };
}

/** Channels whose values are cut off at their upper or lower end. */
export function intensityFindings(subject: ImageSubject): Finding[] {
  return subject.sample.levels.flatMap((levels, k) => {
    if (levels === null) return [];
    if (isBinary(levels)) return [binaryFinding(subject, k, levels)];
    return [
      ...(isSaturated(levels) ? [saturatedFinding(subject, k, levels)] : []),
      ...(levels.lowShare > clippedShare ? [clippedFinding(subject, k, levels)] : []),
    ];
  });
}
