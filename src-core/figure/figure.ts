import {
  barTitle,
  type Coverage,
  descriptionOf,
  keyOf,
  measureCoverage,
  notesOf,
  type PanelRanges,
  subtitleOf,
} from './caption.js';
import { type BarTicks, chooseTicks, drawColorBar } from './color-bar.js';
import { colorRange, type ColorRange } from './color-range.js';
import type { ColormapName } from './colormap.js';
import { checkContent, type FigureContent } from './figure-content.js';
import { type Page, type PageWords, type PanelWords, type PlacedPanel, placePage } from './layout.js';
import { pageColors } from './page-items.js';
import { drawDensity, drawKey, drawRate, hatchDefinition } from './panel.js';
import { isShown, type Plane, shownPlane } from './plane.js';
import { drawScaleBar, placeScaleBar } from './scale-bar.js';
import { element, rectangle, rounded, svgDocument, textElement } from './svg.js';
import { labelExponent } from './ticks.js';

/** A colour scale of one panel. */
interface Scale {
  readonly range: ColorRange;
  readonly colormap: ColormapName;
}

/** Words of a panel, its scale named with the power of ten that the labels leave out. */
function panelWords(
  letter: string,
  heading: string,
  scale: Scale | undefined,
  quantity: { readonly label: string; readonly unit: string },
): PanelWords {
  if (scale === undefined) return { letter, heading };
  const exponent = labelExponent(scale.range.limits);
  return { letter, heading, barTitle: barTitle(quantity.label, quantity.unit, exponent) };
}

function drawBar(panel: PlacedPanel, scale: Scale | undefined): string[] {
  if (panel.bar === undefined || scale === undefined) return [];
  const ticks: BarTicks = chooseTicks(panel.bar, scale.range, panel.labelSpan);
  return drawColorBar(panel.bar, scale.range, scale.colormap, ticks);
}

function drawNotes({ notes }: Page): string[] {
  const rule =
    notes.rule === undefined
      ? []
      : [
          element('path', {
            d: `M${rounded(notes.rule.left)} ${rounded(notes.rule.y)}H${rounded(notes.rule.right)}`,
            stroke: pageColors.divider,
            'stroke-width': 0.15,
          }),
        ];
  return [...rule, ...notes.warnings.flatMap(warningSign)];
}

/** An amber triangle with a mark. */
function warningSign(box: { x: number; y: number; width: number; height: number }): string[] {
  const middle = box.x + box.width / 2;
  const at = (fraction: number): string => rounded(box.y + fraction * box.height);
  const triangle = `M${rounded(middle)} ${at(0)}L${rounded(box.x + box.width)} ${at(1)}H${rounded(box.x)}Z`;
  const mark = `M${rounded(middle)} ${at(0.36)}V${at(0.66)}M${rounded(middle)} ${at(0.78)}V${at(0.89)}`;
  return [
    element('path', { d: triangle, fill: pageColors.warning }),
    element('path', { d: mark, stroke: pageColors.paper, 'stroke-width': 0.26 }),
  ];
}

function drawPanels(
  page: Page,
  plane: Plane,
  scales: readonly [Scale | undefined, Scale | undefined],
): string[] {
  const [density, rate] = page.panels;
  const [grey, color] = scales;
  return [
    ...drawDensity(plane, density, grey?.range.limits),
    ...drawRate(plane, rate, color && { colormap: color.colormap, limits: color.range.limits }),
    ...drawScaleBar(placeScaleBar(plane, density), true),
    ...drawScaleBar(placeScaleBar(plane, rate), false),
    ...drawBar(density, grey),
    ...drawBar(rate, color),
    ...(rate.key === undefined ? [] : [drawKey(rate.key)]),
  ];
}

/** What the content comes to before it is laid out. */
interface Findings {
  readonly plane: Plane;
  readonly coverage: Coverage;
  readonly ranges: PanelRanges;
  readonly scales: readonly [density: Scale | undefined, rate: Scale | undefined];
}

function examine(content: FigureContent): Findings {
  const coverage = measureCoverage(content);
  const ranges = {
    density: colorRange(content.density, (i) => coverage.inside === 0 || content.mask[i] !== 0),
    rate: colorRange(content.rate, (i) => isShown(content, i), content.limits),
  };
  const colormap = content.colormap ?? 'viridis';
  return {
    plane: shownPlane(content),
    coverage,
    ranges,
    scales: [
      ranges.density && { range: ranges.density, colormap: 'grey' },
      ranges.rate && { range: ranges.rate, colormap },
    ],
  };
}

function pageWords(content: FigureContent, { plane, coverage, ranges, scales }: Findings): PageWords {
  const key = keyOf(coverage);
  const density = { label: 'φ_h + φ_e', unit: 'volume fraction' };
  const rate = { label: content.rateLabel, unit: content.rateUnit };
  return {
    widthMm: content.widthMm ?? 180,
    aspect: plane.widthNm / plane.heightNm,
    title: content.title,
    subtitle: subtitleOf(content, plane, coverage),
    panels: [
      panelWords('a', 'Measured density', scales[0], density),
      { ...panelWords('b', 'Inferred rate', scales[1], rate), ...(key !== undefined && { key }) },
    ],
    notes: notesOf(content, ranges, coverage, plane),
  };
}

/**
 * The figure of one nucleus as an SVG file: measured density (a) and rate map (b) with colour bars, scale bars and
 * the outline of the nucleus, below them what was assumed and warned about. Of a stack the middle plane of the
 * nucleus is shown, with limits from all planes. Sizes in mm; the job is in the metadata. The same content gives
 * the same text. Throws a `usage` CoreError if the content cannot be drawn.
 */
export function drawFigure(content: FigureContent): string {
  checkContent(content);
  const findings = examine(content);
  const page = placePage(pageWords(content, findings));
  const head = {
    width: page.width,
    height: page.height,
    title: content.title,
    description: descriptionOf(content, findings.ranges, findings.coverage),
    job: content.job,
  };
  return svgDocument(head, [
    hatchDefinition(),
    rectangle({ x: 0, y: 0, width: page.width, height: page.height }, { fill: pageColors.paper }),
    ...drawPanels(page, findings.plane, findings.scales),
    ...page.lines.map(textElement),
    ...drawNotes(page),
  ]);
}
