import {
  type Coverage,
  descriptionOf,
  keyOf,
  measureCoverage,
  notesOf,
  type PanelRanges,
  subtitleOf,
} from './caption.js';
import { colorRange } from './color-range.js';
import { checkContent, type FigureContent, type FigureFacts } from './figure-content.js';
import { type Page, type PageWords, type PanelWords, placePage } from './layout.js';
import { type DrawnPage, drawNotes, drawnPage, drawPaper } from './drawn-page.js';
import { checkLook, lookScale, type PageLook, standardLook } from './page-look.js';
import { drawDensity, drawKey, drawRate, hatchDefinition } from './panel.js';
import { drawScale, type PanelScale, scaleTitle } from './panel-scale.js';
import { isShown, type Plane, shownPlane } from './plane.js';
import { drawScaleBar, placeScaleBar } from './scale-bar.js';
import { textElement } from './svg.js';

function drawPanels(
  page: Page,
  plane: Plane,
  scales: readonly [PanelScale | undefined, PanelScale | undefined],
): string[] {
  const [density, rate] = page.panels;
  const [grey, color] = scales;
  return [
    ...drawDensity(plane, density, grey?.range.limits),
    ...drawRate(plane, rate, color && { colormap: color.colormap, limits: color.range.limits }),
    ...drawScaleBar(placeScaleBar(plane, density), true),
    ...drawScaleBar(placeScaleBar(plane, rate), false),
    ...drawScale(density, grey),
    ...drawScale(rate, color),
    ...(rate.key === undefined ? [] : [drawKey(rate.key)]),
  ];
}

/** What a figure shows and says, small enough to be kept: the plane shown, and what was found over the whole stack. */
export interface FigureSummary {
  readonly facts: FigureFacts;
  readonly plane: Plane;
  readonly coverage: Coverage;
  readonly ranges: PanelRanges;
  readonly scales: readonly [density: PanelScale | undefined, rate: PanelScale | undefined];
}

function factsOf(content: FigureContent): FigureFacts {
  const { title, grid, rateLabel, rateUnit, assumptions, warnings, job, field } = content;
  return { title, grid, rateLabel, rateUnit, assumptions, warnings, job, ...(field && { field }) };
}

/**
 * Reduces a figure's content to what is drawn, which takes as long as there are voxels; drawing the summary takes as
 * long as there are pixels in one plane. Throws a `usage` CoreError if the content cannot be drawn.
 */
export function summarizeFigure(content: FigureContent): FigureSummary {
  checkContent(content);
  const coverage = measureCoverage(content);
  const ranges = {
    density: colorRange(content.density, (i) => coverage.inside === 0 || content.mask[i] !== 0),
    rate: colorRange(content.rate, (i) => isShown(content, i), content.limits),
  };
  const colormap = content.colormap ?? 'viridis';
  return {
    facts: factsOf(content),
    plane: shownPlane(content),
    coverage,
    ranges,
    scales: [
      ranges.density && { range: ranges.density, colormap: 'grey' },
      ranges.rate && { range: ranges.rate, colormap },
    ],
  };
}

function panelsOf({ facts, plane, coverage, scales }: FigureSummary, look: PageLook): PanelWords[] {
  const key = keyOf(coverage);
  const aspect = plane.widthNm / plane.heightNm;
  const wordsOf = (letter: string, heading: string): Pick<PanelWords, 'letter' | 'heading' | 'aspect'> => ({
    letter: look.letters ? letter : '',
    heading: look.showTitle ? heading : '',
    aspect,
  });
  const density = { label: 'φ_h + φ_e', unit: 'volume fraction' };
  const rate = { label: facts.rateLabel, unit: facts.rateUnit };
  return [
    { ...wordsOf('a', 'Measured density'), ...scaleTitle(scales[0], density) },
    {
      ...wordsOf('b', 'Inferred rate'),
      ...scaleTitle(scales[1], rate),
      ...(key !== undefined && { key }),
    },
  ];
}

function pageWords(summary: FigureSummary, look: PageLook): PageWords {
  const { facts, plane, coverage, ranges } = summary;
  const colormaps = summary.scales.flatMap((scale) => scale?.colormap ?? []);
  return {
    widthMm: look.widthMm / lookScale(look),
    title: look.showTitle ? facts.title : '',
    subtitle: look.showTitle ? subtitleOf(facts, plane, coverage) : '',
    panels: panelsOf(summary, look),
    notes: look.showCaption ? notesOf({ ...facts, colormaps }, ranges, coverage, plane) : [],
  };
}

/** Draws a summary as the page that `drawFigure` describes. Throws a `usage` CoreError for a look out of range. */
export function drawSummary(summary: FigureSummary, look: Partial<PageLook> = {}): DrawnPage {
  const whole = { ...standardLook, ...look };
  checkLook(whole);
  const { facts, plane, coverage, ranges, scales } = summary;
  const page = placePage(pageWords(summary, whole));
  const head = {
    title: facts.title,
    description: descriptionOf(facts, ranges, coverage),
    job: facts.job,
  };
  return drawnPage(page, whole, head, [
    hatchDefinition(),
    ...drawPaper(page, whole),
    ...drawPanels(page, plane, scales),
    ...page.lines.map(textElement),
    ...drawNotes(page),
  ]);
}

/**
 * The figure of one nucleus as an SVG file: measured density (a) and rate map (b) with colour bars, scale bars and
 * the outline of the nucleus, below them what was assumed and warned about. Of a stack the middle plane of the
 * nucleus is shown, with limits from all planes. Sizes in mm; the job is in the metadata. The same content gives
 * the same text. Throws a `usage` CoreError if the content cannot be drawn.
 */
export function drawFigure(content: FigureContent, look: Partial<PageLook> = {}): string {
  return drawSummary(summarizeFigure(content), look).svg;
}
