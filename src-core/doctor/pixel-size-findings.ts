import { formatLength, formatNumber } from '../figure/ticks.js';
import type { Finding, FindingRemedy } from './finding.js';
import type { ImageSubject } from './subject.js';

const setting = 'calibration.pixelSizeNm';
/** Dots per inch that programs write where they know of no pixel size. */
const printing = [72, 96, 150, 200, 300, 600];
const nmPerInch = 2.54e7;
/** No light microscope has finer pixels, or coarser ones and resolves chromatin. */
const [finest, coarsest] = [1, 500];

/** What the reader said of a resolution that is none of a microscope. */
const aboutSize = /dots per inch|per centimetre|pixels of .* ignored|PhysicalSize/i;

/** Whether a warning of the reader is about the size of a pixel, which has findings of its own. */
export function isAboutPixelSize(warning: string): boolean {
  return aboutSize.test(warning);
}

/** "20nm-px", "pixelsize 20 nm", "20 nm per pixel" in the name of a file. */
function pixelSizeInName(name: string): number | undefined {
  const before = /(\d+(?:[.,]\d+)?)\s*nm[\s_-]*(?:per[\s_-]*)?(?:px|pix|pixel|pixels?size)/i.exec(name);
  const after = /(?:px|pix|pixel)[\s_-]*(?:size)?[\s_=-]*(\d+(?:[.,]\d+)?)\s*nm/i.exec(name);
  const text = (before ?? after)?.[1].replace(',', '.');
  const value = Number(text);
  return value >= finest && value <= coarsest ? value : undefined;
}

const give: FindingRemedy = { setting, words: 'Give the pixel size' };

function take(value: number, why: string): FindingRemedy {
  return { setting, value, words: `Take ${formatLength(value)} per pixel, ${why}` };
}

function fromName(name: string): FindingRemedy[] {
  const value = pixelSizeInName(name);
  return value === undefined ? [] : [take(value, 'as the file name says')];
}

function missing({ name, metadata }: ImageSubject): Finding {
  const said = metadata.warnings.filter(isAboutPixelSize);
  return {
    code: 'pixel-size-missing',
    severity: 'stop',
    what: ['The file does not say how large its pixels are.', ...said].join(' '),
    means: 'Without it no length is known, and so neither L0 in pixels nor λ.',
    remedies: [...fromName(name), give],
  };
}

function doubtful(what: string, { name }: ImageSubject, nm: number): Finding {
  return {
    code: 'pixel-size-doubtful',
    severity: 'doubt',
    what,
    means: 'λ depends on the size of a pixel against L0: with a wrong one the map is wrong everywhere.',
    remedies: [...fromName(name), give, take(nm, 'it is right')],
  };
}

/** Why a pixel size that a file states is doubtful; undefined where it is not. */
function reasonToDoubt(nm: number): string | undefined {
  if (nm === 1000 || nm === 1) {
    return `exactly ${formatLength(nm)}: what programs write that were told no pixel size`;
  }
  const dpi = printing.find((dots) => Math.abs(nm / (nmPerInch / dots) - 1) < 2e-3);
  if (dpi !== undefined) return `${dpi} dots per inch, a resolution for printing`;
  if (nm < finest) return 'finer than the pixels of any light microscope';
  return nm > coarsest ? 'coarser than what a light microscope resolves' : undefined;
}

function notSquare({ metadata, job }: ImageSubject): Finding[] {
  const { x, y } = metadata.pixelSize;
  if (job.calibration.pixelSizeNm !== null || x === undefined || y === undefined) return [];
  if (Math.abs(x / y - 1) < 0.02) return [];
  return [
    {
      code: 'pixel-not-square',
      severity: 'note',
      what: `Pixels are ${formatLength(x)} wide and ${formatLength(y)} high (${metadata.pixelSize.source ?? metadata.format}).`,
      means: 'They are taken as they are; cameras and scanners seldom have such pixels.',
      remedies: [take(x, 'square'), take(y, 'square')],
    },
  ];
}

/** No pixel size, or one that programs make up: 1 px, 1 µm, a resolution for printing, none of a microscope. */
export function pixelSizeFindings(subject: ImageSubject): Finding[] {
  const { metadata, job } = subject;
  if (job.calibration.pixelSizeNm !== null) return [];
  const { x, source } = metadata.pixelSize;
  if (x === undefined) return [missing(subject)];
  const reason = reasonToDoubt(x);
  const stated = `The file says ${formatNumber(x)} nm per pixel (${source ?? metadata.format})`;
  const named = pixelSizeInName(subject.name);
  if (reason !== undefined) return [doubtful(`${stated}, ${reason}.`, subject, x)];
  if (named !== undefined && Math.abs(named / x - 1) > 0.02) {
    return [doubtful(`${stated}, its name ${formatLength(named)}.`, subject, x)];
  }
  return notSquare(subject);
}
