import type { Page } from './layout.js';
import { type Box, pageColors } from './page-items.js';
import { lookScale, type PageLook } from './page-look.js';
import { type DocumentHead, element, rectangle, rounded, svgDocument } from './svg.js';

/** A page as an SVG file, its size on paper, and the size of the data of each panel. */
export interface DrawnPage {
  readonly svg: string;
  readonly widthMm: number;
  readonly heightMm: number;
  readonly panels: readonly { readonly widthMm: number; readonly heightMm: number }[];
}

/** The white ground of a page, or none where it is to be transparent. */
export function drawPaper(page: Page, { background }: PageLook): string[] {
  if (background === 'transparent') return [];
  return [rectangle({ x: 0, y: 0, width: page.width, height: page.height }, { fill: pageColors.paper })];
}

/** An amber triangle with a mark. */
function warningSign(box: Box): string[] {
  const middle = box.x + box.width / 2;
  const at = (fraction: number): string => rounded(box.y + fraction * box.height);
  const triangle = `M${rounded(middle)} ${at(0)}L${rounded(box.x + box.width)} ${at(1)}H${rounded(box.x)}Z`;
  const mark = `M${rounded(middle)} ${at(0.36)}V${at(0.66)}M${rounded(middle)} ${at(0.78)}V${at(0.89)}`;
  return [
    element('path', { d: triangle, fill: pageColors.warning }),
    element('path', { d: mark, stroke: pageColors.paper, 'stroke-width': 0.26 }),
  ];
}

/** The rule above the notes and their warning signs; their text is among the lines of the page. */
export function drawNotes({ notes }: Page): string[] {
  const { rule, warnings } = notes;
  if (rule === undefined) return warnings.flatMap(warningSign);
  const line = element('path', {
    d: `M${rounded(rule.left)} ${rounded(rule.y)}H${rounded(rule.right)}`,
    stroke: pageColors.divider,
    'stroke-width': 0.15,
  });
  return [line, ...warnings.flatMap(warningSign)];
}

/** The whole file of a page that was laid out at the base size of text, scaled to the look's. */
export function drawnPage(
  page: Page,
  look: PageLook,
  head: Omit<DocumentHead, 'width' | 'height' | 'scale'>,
  body: readonly string[],
): DrawnPage {
  const scale = lookScale(look);
  return {
    svg: svgDocument({ ...head, width: page.width, height: page.height, scale }, body),
    widthMm: page.width * scale,
    heightMm: page.height * scale,
    panels: page.panels.map(({ data }) => ({
      widthMm: data.width * scale,
      heightMm: data.height * scale,
    })),
  };
}
