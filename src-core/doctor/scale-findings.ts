import { formatLength } from '../figure/ticks.js';
import type { Finding, FindingRemedy } from './finding.js';
import { type ImageSubject, pixelSizeOf } from './subject.js';

const setting = 'calibration.pixelSizeNm';
/** Diameters of nuclei in nm, and those that nearly all of them have. */
const [smallest, largest] = [1000, 60_000];
const [usualLeast, usualMost] = [2000, 30_000];
/** Widths in nm of pictures that show a nucleus or many. */
const [narrowest, widest] = [500, 3e6];
/** Factors between units that are taken for one another: mm, µm, nm, inch, a digit. */
const mistakes = [1000, 1e-3, 1e6, 1e-6, 10, 0.1, 100, 0.01];
/** Period in nm of the finest detail that a light microscope gives, and that a picture of chromatin has. */
const [sharpest, bluntest] = [15, 3000];
/** Pixels of a period from which on it is the point spread that ends it, not the pixel. */
const resolvedPeriod = 4;

function corrected(nm: number, fits: (factor: number) => boolean): FindingRemedy[] {
  const factor = mistakes.find(fits);
  if (factor === undefined) return [];
  const value = Number((nm * factor).toPrecision(6));
  const times = factor > 1 ? `${factor} times larger` : `${Math.round(1 / factor)} times smaller`;
  return [{ setting, value, words: `Take ${formatLength(value)} per pixel, ${times}` }];
}

const give: FindingRemedy = { setting, words: 'Give the pixel size' };

/** A picture that would be narrower than any nucleus, or wider than any objective sees. */
function frameFindings(subject: ImageSubject): Finding[] {
  const pixel = pixelSizeOf(subject);
  const { width, height } = subject.metadata;
  const wide = Math.max(width, height) * (pixel?.nm ?? 0);
  if (pixel === undefined || (wide >= narrowest && wide <= widest)) return [];
  const isUsual = (factor: number): boolean => wide * factor >= usualLeast && wide * factor <= 10 * usualMost;
  return [
    {
      code: 'nucleus-size',
      severity: 'doubt',
      what: `The whole picture would be ${formatLength(wide)} wide: ${Math.max(width, height)} pixels of ${formatLength(pixel.nm)} (${pixel.from}).`,
      means: `Pictures of nuclei are ${formatLength(narrowest)} to ${formatLength(widest)} wide: the pixel size is in another unit.`,
      remedies: [...corrected(pixel.nm, isUsual), give],
    },
  ];
}

/** A nucleus (the whole picture, where none is told) that would be smaller or larger than nuclei are. */
export function nucleusFindings(subject: ImageSubject): Finding[] {
  const { nucleus } = subject.sample;
  const pixel = pixelSizeOf(subject);
  if (nucleus === null || pixel === undefined) return frameFindings(subject);
  const wide = nucleus.diameter * pixel.nm;
  const tooSmall = wide < smallest && !nucleus.cut;
  if (!tooSmall && wide <= largest) return [];
  const several = nucleus.count > 1 ? `, the middle one of ${nucleus.count}` : '';
  const isUsual = (factor: number): boolean => wide * factor >= usualLeast && wide * factor <= usualMost;
  return [
    {
      code: 'nucleus-size',
      severity: 'doubt',
      what: `The nucleus would be ${formatLength(wide)} across${several}: ${Math.round(nucleus.diameter)} pixels of ${formatLength(pixel.nm)} (${pixel.from}).`,
      means: `Nuclei are ${formatLength(smallest)} to ${formatLength(largest)} across: the pixel size is in another unit, or what is bright is no nucleus.`,
      remedies: [...corrected(pixel.nm, isUsual), give],
    },
  ];
}

/** A point spread that no light microscope has, by the finest detail that stands out of the noise. */
export function pointSpreadFindings(subject: ImageSubject): Finding[] {
  const pixel = pixelSizeOf(subject);
  const periods = subject.sample.detail.filter((period) => period !== null);
  if (pixel === undefined || periods.length === 0) return [];
  const period = Math.min(...periods);
  const finest = period * pixel.nm;
  const tooSharp = period >= resolvedPeriod && finest < sharpest;
  if (!tooSharp && finest <= bluntest) return [];
  const isPossible = (factor: number): boolean => finest * factor >= 40 && finest * factor <= 1000;
  return [
    {
      code: 'point-spread',
      severity: 'doubt',
      what: `The finest detail has a period of ${period.toFixed(1)} pixels, which would be ${formatLength(finest)} at ${formatLength(pixel.nm)} per pixel (${pixel.from}).`,
      means: tooSharp
        ? 'No light microscope has so narrow a point spread: the pixels are larger than that.'
        : 'So wide a point spread shows no chromatin domains: the pixels are smaller than that, or the image is out of focus.',
      remedies: [...corrected(pixel.nm, isPossible), give],
    },
  ];
}
