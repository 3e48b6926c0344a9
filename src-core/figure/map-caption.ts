import { warningsOf } from './caption.js';
import type { ColorRange } from './color-range.js';
import type { MapPanel, MapRaster, PicturePanel } from './map-panel.js';
import type { NoteSection } from './note-layout.js';
import { formatLength, formatNumber, formatShare } from './ticks.js';

/** A panel with what was found of it; a picture that was drawn elsewhere has no raster. */
export type FoundPanel = {
  /** How the caption calls it: its letter, or its heading. */
  readonly name: string;
  /** undefined where nothing has a colour. */
  readonly range: ColorRange | undefined;
} & (
  | { readonly panel: MapPanel; readonly raster: MapRaster }
  | { readonly panel: PicturePanel; readonly raster: null }
);

function pixelText(found: FoundPanel): string {
  if (found.raster === null) return '';
  const { nx, ny, pixelX, pixelY } = found.panel;
  const pixel =
    pixelX === pixelY ? formatLength(pixelX) : `${formatLength(pixelX)} × ${formatLength(pixelY)}`;
  return `${formatLength(nx * pixelX)} × ${formatLength(ny * pixelY)}, pixel ${pixel}`;
}

/** Size of what is shown and of its pixels; one part for each size, in the order of the panels. */
export function sizesText(panels: readonly FoundPanel[]): string {
  return [...new Set(panels.map(pixelText).filter((text) => text !== ''))].join('; ');
}

/** What the hatching of a panel means; undefined where nothing is hatched. */
export function missingKey(found: FoundPanel): string | undefined {
  if (found.raster === null) return undefined;
  const { missing, shown } = found.raster;
  const unknown = missing.reduce((sum, value) => sum + value, 0);
  if (unknown === 0) return undefined;
  const all = unknown + shown.reduce((sum, value) => sum + value, 0);
  const what = found.panel.identifiable === null ? 'no value' : 'not identifiable';
  return `${what} (${formatShare(unknown / all)} of what is shown)`;
}

function clippedText({ below, above }: ColorRange): string {
  const parts = [
    ...(below > 0 ? [`${formatShare(below)} of its pixels lie below`] : []),
    ...(above > 0 ? [`${formatShare(above)} ${below > 0 ? '' : 'of its pixels lie '}above`] : []),
  ];
  if (parts.length === 0) return 'no pixel shown lies beyond';
  return `${parts.join(' and ')} and take the end colour (pointed end of the bar)`;
}

function limitsText(found: FoundPanel): string[] {
  const { panel, name, range } = found;
  if (range === undefined) {
    return found.raster === null ? [] : [`${name} has no value to show, and no colour bar.`];
  }
  const [low, high] = range.limits.map(formatNumber);
  const start = `Colours of ${name} (${panel.colormap}) run from ${low} to ${high}`;
  return [found.raster === null ? `${start}.` : `${start}; ${clippedText(range)}.`];
}

const limitOrigins = {
  values: 'taken from the values (1st to 99th percentile, rounded outward; a diverging map is centred)',
  hand: 'set by hand',
} as const;

/** Where the limits came from, one sentence for each origin. */
function originTexts(panels: readonly FoundPanel[]): string[] {
  return (['values', 'hand'] as const).flatMap((origin) => {
    const names = panels
      .filter(({ panel, range }) => range !== undefined && panel.limitsFrom === origin)
      .map(({ name }) => name);
    if (names.length === 0) return [];
    const of = names.length === panels.length ? '' : ` of ${names.join(', ')}`;
    return [`Colour limits${of}: ${limitOrigins[origin]}.`];
  });
}

function readingOf(found: FoundPanel): string[] {
  const { name } = found;
  const sentences = limitsText(found);
  const binning = found.raster?.binning ?? 1;
  if (binning === 1) return sentences;
  return [...sentences, `${name} is shown as means over ${binning} × ${binning} pixels; the data are finer.`];
}

function outlineText(panels: readonly FoundPanel[]): string[] {
  const maps = panels.flatMap(({ panel }) => (panel.kind === 'map' ? [panel] : []));
  const outlined = maps.some(({ outline, mask }) => outline && mask !== null);
  const cut = maps.some(({ nucleusOnly }) => nucleusOnly);
  return [
    ...(outlined ? ['Line: outline of the nucleus.'] : []),
    ...(cut ? ['Light grey: outside the nucleus.'] : []),
  ];
}

/** The notes below the panels: left what was assumed, right warnings and how to read the colours. */
export function mapNotes(
  panels: readonly FoundPanel[],
  facts: { readonly assumptions: readonly string[]; readonly warnings: readonly string[] },
): NoteSection[][] {
  const outlines = outlineText(panels).join(' ');
  const colormaps = panels.map(({ panel }) => panel.colormap);
  const reading = [
    ...panels.flatMap(readingOf),
    ...originTexts(panels),
    ...(outlines === '' ? [] : [outlines]),
  ];
  return [
    [{ heading: 'What was assumed', entries: facts.assumptions, marker: 'bullet' }],
    [
      { heading: 'Warnings', entries: warningsOf(facts.warnings, colormaps), marker: 'warning' },
      { heading: 'How to read it', entries: reading, marker: 'bullet' },
    ],
  ];
}

/** The page in words, for those who cannot see it. */
export function mapDescription(panels: readonly FoundPanel[]): string {
  const parts = panels.map((found) => {
    const { panel, range } = found;
    const colors =
      range === undefined
        ? 'no value'
        : `colours from ${range.limits.map(formatNumber).join(' to ')} (${panel.unit})`;
    const size = pixelText(found);
    return `${panel.heading}: ${panel.label}, ${colors}${size === '' ? '' : `, ${size}`}`;
  });
  return `${parts.join('. ')}.`;
}
