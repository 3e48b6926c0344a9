import type { ColorRange } from './color-range.js';
import { type ColormapName, isMisleading, misleadingReason } from './colormap.js';
import type { FigureContent, FigureFacts } from './figure-content.js';
import type { NoteSection } from './note-layout.js';
import { isShown, type Plane } from './plane.js';
import { formatLength, formatNumber, formatShare, powerOfTen } from './ticks.js';

/** How much of the nucleus has a rate, over the whole stack. */
export interface Coverage {
  /** Voxels inside the mask. */
  readonly inside: number;
  /** Voxels with a rate that may be shown. */
  readonly shown: number;
}

/** Counts the voxels inside the nucleus and those of them that have a rate. */
export function measureCoverage(content: FigureContent): Coverage {
  let inside = 0;
  let shown = 0;
  for (let i = 0; i < content.mask.length; i++) {
    if (content.mask[i] === 0) continue;
    inside++;
    if (isShown(content, i)) shown++;
  }
  return { inside, shown };
}

/** "λ = Γ_me/Γ_ac (dimensionless)", or with the power of ten that the labels leave out: "Γ_me (10⁻⁵ × 1/s)". */
export function barTitle(label: string, unit: string, exponent: number): string {
  return exponent === 0 ? `${label} (${unit})` : `${label} (${powerOfTen(exponent)} × ${unit})`;
}

/** Size of the field, of a pixel, and which plane is shown. */
export function subtitleOf(content: FigureFacts, plane: Plane, coverage: Coverage): string {
  const [nz] = content.grid.shape;
  const [, dy, dx] = content.grid.spacing;
  const pixel = dx === dy ? formatLength(dx) : `${formatLength(dx)} × ${formatLength(dy)}`;
  const size = `${formatLength(plane.widthNm)} × ${formatLength(plane.heightNm)}`;
  const whole = content.field;
  const field =
    whole === undefined
      ? `Field ${size}, pixel ${pixel}`
      : `${size} around the nucleus, of a field of ${formatLength(whole.widthNm)} × ${formatLength(whole.heightNm)}, pixel ${pixel}`;
  if (nz === 1) return field;
  const which = coverage.inside === 0 ? 'the middle one' : 'the middle one of the nucleus';
  return `${field}; plane ${plane.iz + 1} of ${nz}, ${which}`;
}

/** What the hatching means, or undefined if nothing is hatched. */
export function keyOf(coverage: Coverage): string | undefined {
  const missing = coverage.inside - coverage.shown;
  if (missing === 0) return undefined;
  return `not identifiable (${formatShare(missing / coverage.inside)} of the nucleus)`;
}

/** How the limits of a panel came about and what they cut off. */
function limitsSentence(letter: string, range: ColorRange, whose: string): string {
  const [low, high] = range.limits.map(formatNumber);
  const origin = range.given ? 'as given' : `the 1st to 99th percentile of ${whose}, rounded outward`;
  const start = `Colours of ${letter} run from ${low} to ${high}, ${origin};`;
  const ends = [
    ...(range.below > 0 ? [`${formatShare(range.below)} lie below`] : []),
    ...(range.above > 0 ? [`${formatShare(range.above)} above`] : []),
  ];
  if (ends.length === 0) return `${start} no voxel lies beyond.`;
  return `${start} ${ends.join(' and ')} and take the end colour (clipped, pointed end of the bar).`;
}

/** The ranges of both panels; undefined where there is nothing to colour. */
export interface PanelRanges {
  readonly density: ColorRange | undefined;
  readonly rate: ColorRange | undefined;
}

function readingOf(ranges: PanelRanges, coverage: Coverage, plane: Plane): string[] {
  const sentences = [
    ranges.density === undefined
      ? 'Panel a has no measured value.'
      : limitsSentence(
          'a',
          ranges.density,
          coverage.inside === 0 ? 'all voxels' : 'voxels inside the nucleus',
        ),
    ranges.rate === undefined
      ? 'Nothing is identifiable: panel b shows no rate, and has no colour bar.'
      : limitsSentence('b', ranges.rate, 'identifiable voxels'),
    coverage.inside === 0
      ? 'The mask is empty: no nucleus was outlined.'
      : 'Line: outline of the nucleus. Light grey in b: outside it.',
  ];
  if (plane.binning === 1) return sentences;
  return [...sentences, `Shown as means over ${plane.binning} × ${plane.binning} voxels, the map is finer.`];
}

/** The warnings of the result, and of the way it is drawn. */
export function warningsOf(
  warnings: readonly string[],
  colormaps: readonly ColormapName[],
): readonly string[] {
  return colormaps.some(isMisleading) ? [...warnings, misleadingReason] : warnings;
}

/** The notes below the panels: left what was assumed, right warnings and how to read the colours. */
export function notesOf(
  content: Pick<FigureFacts, 'assumptions' | 'warnings'> & { readonly colormaps: readonly ColormapName[] },
  ranges: PanelRanges,
  coverage: Coverage,
  plane: Plane,
): [NoteSection[], NoteSection[]] {
  return [
    [{ heading: 'What was assumed', entries: content.assumptions, marker: 'bullet' }],
    [
      { heading: 'Warnings', entries: warningsOf(content.warnings, content.colormaps), marker: 'warning' },
      { heading: 'How to read it', entries: readingOf(ranges, coverage, plane), marker: 'bullet' },
    ],
  ];
}

/** The figure in words, for those who cannot see it. */
export function descriptionOf(content: FigureFacts, ranges: PanelRanges, coverage: Coverage): string {
  const share = coverage.inside === 0 ? 0 : coverage.shown / coverage.inside;
  const rate =
    ranges.rate === undefined
      ? 'nothing is identifiable'
      : `colours from ${ranges.rate.limits.map(formatNumber).join(' to ')}, ${formatShare(share)} of the nucleus identifiable`;
  return (
    `Two panels. a: measured chromatin density. ` +
    `b: map of ${content.rateLabel} (${content.rateUnit}), ${rate}. Below: assumptions and warnings.`
  );
}
