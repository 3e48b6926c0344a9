import { formatLength } from '../figure/ticks.js';
import type { Finding, FindingRemedy } from './finding.js';
import type { PlaneLikeness } from './plane-likeness.js';
import { type ImageSubject, pixelSizeOf } from './subject.js';

/** Steps in z that are this many times the pixel, or so small a part of it, are seldom meant. */
const [smallestRatio, largestRatio] = [0.2, 40];
/** Correlation of the ends of a series from which on its planes are alike, and how alike their brightness is. */
const alikeFrom = 0.8;
const brightnessTo = 1.5;
/** Planes across a nucleus differ: how far the ends fall behind the middle. */
const differFrom = 2;

/** Whether first, middle and last are the same picture at other times rather than sections of a nucleus. */
function areAlike({ ends, halfway, brightness }: PlaneLikeness): boolean {
  return ends > alikeFrom && ends > 0.95 * halfway && brightness < brightnessTo;
}

const middleOf = (count: number): number => Math.floor((count - 1) / 2);

function onePlane({ metadata }: ImageSubject): FindingRemedy {
  const value = middleOf(metadata.planes);
  return { setting: 'z', value, words: `Take plane ${value + 1} of ${metadata.planes} alone` };
}

const giveStep: FindingRemedy = { setting: 'calibration.zStepNm', words: 'Give the z step' };
const brightest: FindingRemedy = { setting: 'z', value: 'max', words: 'Take the brightest of each column' };

function takeStep(value: number, why: string): FindingRemedy {
  return {
    setting: 'calibration.zStepNm',
    value,
    words: `Take ${formatLength(value)} between planes, ${why}`,
  };
}

function timeAsDepth(subject: ImageSubject): Finding {
  const { planes } = subject.metadata;
  return {
    code: 'time-as-z',
    severity: 'doubt',
    what: `The ${planes} planes look like time points: first and last are alike (correlation ${(subject.sample.planes?.ends ?? 0).toFixed(2)}) and equally bright, and the file gives no step between planes.`,
    means: 'As sections of one nucleus they would give a λ of something that is not there.',
    remedies: [onePlane(subject), giveStep],
  };
}

function missingStep(subject: ImageSubject): Finding {
  return {
    code: 'z-step-missing',
    severity: 'stop',
    what: `The file holds ${subject.metadata.planes} planes and does not say how far apart they are.`,
    means: 'Without it λ cannot be inferred in three dimensions.',
    remedies: [giveStep, onePlane(subject), brightest],
  };
}

/** Why a step that a file states is doubtful; undefined where it is not. */
function reasonToDoubt(step: number, pixel: number): string | undefined {
  const ratio = step / pixel;
  if (ratio < smallestRatio || ratio > largestRatio) {
    return `${ratio < 1 ? Number(ratio.toPrecision(1)) : Math.round(ratio)} times a pixel of ${formatLength(pixel)}`;
  }
  // ImageJ writes a depth of 1 where none was set, in the unit of the pixels.
  return step === 1 || (step === 1000 && pixel < 500)
    ? `exactly ${formatLength(step)}, what is written where nobody set it`
    : undefined;
}

function doubtfulStep(subject: ImageSubject, step: number, reason: string): Finding {
  const nm = pixelSizeOf(subject)?.nm ?? step;
  const inPixels = step === 1 || step === 1000 ? 1 : step;
  const value = Number((inPixels * nm).toPrecision(6));
  return {
    code: 'z-step-doubtful',
    severity: 'doubt',
    what: `The file says ${formatLength(step)} between planes, ${reason}.`,
    means: 'A z step in pixels or in another unit than x and y stretches the nucleus, and λ with it.',
    remedies: [takeStep(value, 'as a number of pixels'), giveStep, takeStep(step, 'it is right')],
  };
}

function depthFindings(subject: ImageSubject): Finding[] {
  const { metadata, sample, job } = subject;
  if (metadata.planes < 2 || job.z !== 'all' || job.calibration.zStepNm !== null) return [];
  const { z } = metadata.pixelSize;
  const pixel = pixelSizeOf(subject);
  // A file that counts time as well knows one from the other.
  const isSeries = metadata.frames === 1 && sample.planes !== null && areAlike(sample.planes);
  if (z === undefined) return [isSeries ? timeAsDepth(subject) : missingStep(subject)];
  const reason = pixel === undefined ? undefined : reasonToDoubt(z, pixel.nm);
  if (reason === undefined) return [];
  return [isSeries && z >= 1000 ? timeAsDepth(subject) : doubtfulStep(subject, z, reason)];
}

/** A stack whose planes were saved as time points. */
function seriesFindings({ metadata, sample, job }: ImageSubject): Finding[] {
  const { planes, frames, pixelSize } = metadata;
  if (planes > 1 || frames < 3 || sample.planes === null) return [];
  const { brightness } = sample.planes;
  const differ = !areAlike(sample.planes) && brightness > differFrom;
  if (!differ && pixelSize.z === undefined) return [];
  const value = middleOf(frames);
  const step =
    pixelSize.z === undefined ? '' : `, and the file gives a z step of ${formatLength(pixelSize.z)}`;
  const seen = differ
    ? `The ${frames} time points differ in brightness ${brightness.toFixed(1)} times, as sections do`
    : `The file holds ${frames} time points`;
  return [
    {
      code: 'z-as-time',
      severity: differ && pixelSize.z !== undefined ? 'doubt' : 'note',
      what: `${seen}${step}: they may be the planes of a stack.`,
      means: `Time point ${job.frame + 1} alone is used; if these are sections, swap z and t in Fiji (Image › Properties) to use all.`,
      remedies:
        job.frame === value ? [] : [{ setting: 'frame', value, words: `Take time point ${value + 1}` }],
    },
  ];
}

/** A z step that is missing or doubtful, time points saved as planes, and planes saved as time points. */
export function stackFindings(subject: ImageSubject): Finding[] {
  return [...depthFindings(subject), ...seriesFindings(subject)];
}
