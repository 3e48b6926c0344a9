import { shiftText } from '../data/shift-text.js';
import { formatLength } from '../figure/ticks.js';
import type { Finding, FindingRemedy } from './finding.js';
import { type ImageSubject, pixelSizeOf } from './subject.js';

/** Correlation of all pixels from which on two channels are one picture. */
const samePicture = 0.995;
/**
 * Correlation of the structure of a few pixels from which on one channel is suspected to shine into the other: two marks of
 * one chromatin reach 0.9 in simulated nuclei without any crosstalk.
 */
const suspicious = 0.94;
/** How many sd from which on channels count as displaced. */
const clearBy = 4;

const chooseOther: FindingRemedy = { setting: 'channels.euchromatin', words: 'Choose another channel' };

function asDensity({ job }: ImageSubject): FindingRemedy[] {
  const { channels } = job;
  if (channels.kind !== 'two-channel' || channels.heterochromatin.file !== 0) return [];
  const value = channels.heterochromatin.channel;
  return [{ setting: 'channels.density', value, words: `Take channel ${value} alone, as total density` }];
}

function likenessFindings(subject: ImageSubject): Finding[] {
  const { likeness } = subject.sample;
  if (likeness === null) return [];
  const { whole, structure, slope } = likeness;
  if (whole > samePicture && structure > samePicture) {
    return [
      {
        code: 'same-picture',
        severity: 'doubt',
        what: `Both channels show the same picture (correlation ${whole.toFixed(3)}).`,
        means: 'One picture was saved twice, or grey values as colours: there are not two marks to compare.',
        remedies: [...asDensity(subject), chooseOther],
      },
    ];
  }
  if (structure <= suspicious) return [];
  return [
    {
      code: 'crosstalk',
      severity: 'doubt',
      what: `The fine structure of euchromatin is that of heterochromatin times ${slope.toPrecision(2)} (correlation ${structure.toFixed(2)}).`,
      means:
        'One label may shine into the channel of the other (crosstalk), or both follow the same DNA. λ then is too even: it compares a picture with itself.',
      remedies: [chooseOther, ...asDensity(subject)],
    },
  ];
}

function offsetFindings(subject: ImageSubject): Finding[] {
  const { offset } = subject.sample;
  if (offset === null || subject.job.calibration.shiftNm !== null) return [];
  const { x, y, sd } = offset;
  const far = Math.hypot(x, y);
  if (far < clearBy * sd) return [];
  const nm = pixelSizeOf(subject)?.nm;
  const inPixels = `${far.toFixed(1)} ± ${sd.toFixed(1)} pixels`;
  const text = nm === undefined ? inPixels : `${shiftText([x * nm, y * nm, 0], null)} (${inPixels})`;
  const given = nm === undefined ? [] : [givenShift(x * nm, y * nm)];
  return [
    {
      code: 'channels-displaced',
      severity: 'doubt',
      what: `Euchromatin lies displaced against heterochromatin, by ${text}, found by phase correlation.`,
      means: 'λ compares the two at one place: a displacement gives each domain a bright and a dark side.',
      remedies: [{ setting: 'calibration.shiftNm', value: 'auto', words: 'Register the channels' }, ...given],
    },
  ];
}

function givenShift(x: number, y: number): FindingRemedy {
  const value = [x, y].map((nm) => String(Number(nm.toFixed(1)))).join(',');
  const words = `Move it back by ${value
    .split(',')
    .map((nm) => formatLength(Number(nm)))
    .join(', ')}`;
  return { setting: 'calibration.shiftNm', value, words };
}

/** Two channels that are one picture, shine into each other or are displaced against each other. */
export function channelFindings(subject: ImageSubject): Finding[] {
  const alike = likenessFindings(subject);
  const same = alike.some(({ code }) => code === 'same-picture');
  return same ? alike : [...offsetFindings(subject), ...alike];
}
