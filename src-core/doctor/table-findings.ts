import { formatLength, formatNumber } from '../figure/ticks.js';
import type { LengthUnit } from '../io/table.js';
import type { Finding, FindingRemedy } from './finding.js';
import { channelTitles, type TableSubject } from './subject.js';
import type { TableSample } from './table-sample.js';

/** Widths in nm of what is seen at once: no nucleus is narrower, no camera sees more. */
const [narrowest, widest] = [500, 500_000];
const [usualLeast, usualMost] = [2000, 100_000];
/** Depths in nm that localisation microscopes see. */
const [flattest, deepest] = [20, 20_000];
/** Localisation precisions in nm that there are. */
const [sharpest, bluntest] = [0.5, 500];
/** Localisations in a pixel under which their chance is larger than what they tell, and how many are advised. */
const fewestPerPixel = 1;
const advisedPerPixel = 2;
/** Spacings that are advised, nm. */
const spacings = [5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 100, 150, 200, 300, 500];

const nmPer = { nm: 1, um: 1000 } as const;

function coarser(spacing: number): FindingRemedy {
  const value = spacings.find((each) => each >= spacing) ?? Math.ceil(spacing / 100) * 100;
  return { setting: 'table.spacingNm', value, words: `Draw the density at ${formatLength(value)} per pixel` };
}

function readAs(unit: LengthUnit): FindingRemedy {
  return {
    setting: 'table.units',
    value: unit,
    words: `Read the positions in ${unit === 'um' ? 'µm' : unit}`,
  };
}

/** The unit that would make the table as wide as what microscopes see. */
function likelyUnit(wide: number, units: LengthUnit): FindingRemedy[] {
  if (units === 'px') return [];
  const found = (['nm', 'um'] as const).find((unit) => {
    const other = (wide * nmPer[unit]) / nmPer[units];
    return unit !== units && other >= usualLeast && other <= usualMost;
  });
  return found === undefined ? [] : [readAs(found)];
}

function extentFindings({ tables }: TableSubject, { extent }: TableSample): Finding[] {
  const wide = Math.max(extent.x, extent.y);
  if (wide >= narrowest && wide <= widest) return [];
  const { units, unitsFrom } = tables[0];
  const said = unitsFrom === 'user' ? 'as given' : 'as the file says';
  return [
    {
      code: 'table-extent',
      severity: 'doubt',
      what: `The localisations reach over ${formatLength(wide)}, read in ${units === 'um' ? 'µm' : units} ${said}.`,
      means: `A nucleus is ${wide < narrowest ? 'wider' : 'narrower'} than that: the positions are in another unit.`,
      remedies: [
        ...likelyUnit(wide, units),
        { setting: 'table.units', words: 'Say the unit of the positions' },
      ],
    },
  ];
}

function depthFindings({ extent }: TableSample): Finding[] {
  const { x, y, z } = extent;
  if (z === null || z === 0 || Math.max(x, y) < narrowest) return [];
  if (z >= flattest && z <= deepest) return [];
  return [
    {
      code: 'table-z',
      severity: 'note',
      what: `z reaches over ${formatNumber(z)} nm where x and y reach over ${formatLength(Math.max(x, y))}.`,
      means:
        'z seems to be in another unit than x and y (pixels or µm). The density is drawn along z, so λ does not depend on it.',
      remedies: [{ setting: 'table.columns', value: 'z=', words: 'Leave the z column out' }],
    },
  ];
}

function precisionFindings(sample: TableSample, spacing: number): Finding[] {
  const { precision } = sample;
  if (precision === null) return [];
  if (precision < sharpest || precision > bluntest) {
    return [
      {
        code: 'table-precision-unit',
        severity: 'doubt',
        what: `The localisation precision would be ${formatNumber(precision)} nm in the median.`,
        means:
          'No localisation microscope has that: the column is in another unit, or is something else. Spots drawn by it are wrong.',
        remedies: [
          { setting: 'table.columns', value: 'precision=', words: 'Leave the precision out' },
          { setting: 'table.columns', words: 'Say which column it is' },
        ],
      },
    ];
  }
  if (precision <= spacing) return [];
  return [
    {
      code: 'table-precision',
      severity: precision > 2 * spacing ? 'doubt' : 'note',
      what: `The localisation precision is ${formatNumber(Number(precision.toPrecision(2)))} nm in the median, worse than the pixel of ${formatLength(spacing)}.`,
      means:
        'The density has no detail of the size of its pixels; coarser ones lose nothing and have less noise.',
      remedies: [coarser(precision)],
    },
  ];
}

function sparseFindings({ job }: TableSubject, sample: TableSample, title: string): Finding[] {
  const { spacingNm } = job.table;
  const { lengthNm } = job.model;
  const perPixel = sample.perUm2 * (spacingNm / 1000) ** 2;
  if (!(perPixel < fewestPerPixel)) return [];
  const advised = coarser(spacingNm * Math.sqrt(advisedPerPixel / perPixel));
  const value = Number(advised.value);
  return [
    {
      code: 'table-sparse',
      severity: 'doubt',
      what: `There are ${formatNumber(Number(perPixel.toPrecision(2)))} localisations of ${title} in a pixel of ${formatLength(spacingNm)} (${formatNumber(sample.perUm2)} in a µm²).`,
      means: sparseMeaning(value, lengthNm),
      remedies: value > lengthNm ? [] : [advised],
    },
  ];
}

/** What it means that pixels of `value` nm would be needed. */
function sparseMeaning(value: number, length: number): string {
  if (value > length) {
    return `Pixels that hold ${advisedPerPixel} would be wider than L0 (${formatLength(length)}): there are too few for a map of λ.`;
  }
  return value > length / 3
    ? `Where they lie is mostly chance, and pixels that hold ${advisedPerPixel} are coarse for L0 = ${formatLength(length)}: λ will show no detail of a few L0.`
    : 'Where they lie is mostly chance: λ will be smooth and its sd large. Coarser pixels hold more.';
}

/** Units of positions, z and precision that cannot be right, and too few or too blurred localisations for the pixel. */
export function tableFindings(subject: TableSubject): Finding[] {
  const { samples, job } = subject;
  const titles = channelTitles(job);
  const [first] = samples;
  const extent = extentFindings(subject, first);
  // Where the unit is wrong, so is what is told in it.
  if (extent.length > 0) return extent;
  const sparsest = samples.reduce((least, each, k) => (each.perUm2 < samples[least].perUm2 ? k : least), 0);
  return [
    ...depthFindings(first),
    ...precisionFindings(first, job.table.spacingNm),
    ...sparseFindings(subject, samples[sparsest], titles[sparsest]),
  ];
}
