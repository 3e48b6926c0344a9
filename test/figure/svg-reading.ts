import type { Box } from '../../src-core/figure/page-items.js';
import { textWidth } from '../../src-core/figure/typesetting.js';

/** Attributes of a start tag. */
function attributes(tag: string): Map<string, string> {
  return new Map([...tag.matchAll(/([\w:-]+)="([^"]*)"/g)].map((match) => [match[1], match[2]]));
}

/** Undoes the escapes of XML text. */
export function unescapeXml(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
}

/** A line of text in an SVG and the box it takes on the page. */
export interface FoundText {
  readonly text: string;
  readonly size: number;
  readonly box: Box;
}

/** All lines of text; subscripts come back as "_me". Bold counts a sixth wider. */
export function findTexts(svg: string): FoundText[] {
  return [...svg.matchAll(/<text([^>]*)>(.*?)<\/text>/g)].map(([, tag, content]) => {
    const at = attributes(tag);
    const marked = content.replace(/<tspan[^>]*font-size[^>]*>/g, '_').replace(/<[^>]*>/g, '');
    const text = unescapeXml(marked);
    const size = Number(at.get('font-size'));
    const width = textWidth(text, size) * (at.has('font-weight') ? 7 / 6 : 1);
    const x = Number(at.get('x')) - (at.get('text-anchor') === 'middle' ? width / 2 : 0);
    return { text, size, box: { x, y: Number(at.get('y')) - 0.76 * size, width, height: size } };
  });
}

/** Boxes of all elements of a kind with x, y, width and height. */
export function findBoxes(svg: string, name: 'image' | 'rect'): Box[] {
  return [...svg.matchAll(new RegExp(`<${name}([^>]*)>`, 'g'))].map(([, tag]) => {
    const at = attributes(tag);
    const number = (key: string): number => Number(at.get(key));
    return { x: number('x'), y: number('y'), width: number('width'), height: number('height') };
  });
}

/** The page's size in mm. */
export function pageSize(svg: string): { width: number; height: number } {
  const found = /<svg[^>]* width="([\d.]+)mm" height="([\d.]+)mm"/.exec(svg);
  return { width: Number(found?.[1]), height: Number(found?.[2]) };
}

/** Whether two boxes share more than a hair (0.02 mm). */
export function overlap(a: Box, b: Box): boolean {
  const hair = 0.02;
  return (
    a.x + a.width > b.x + hair &&
    b.x + b.width > a.x + hair &&
    a.y + a.height > b.y + hair &&
    b.y + b.height > a.y + hair
  );
}

/** Whether a box lies inside another, to a hair. */
export function within(inner: Box, outer: Box): boolean {
  const hair = 0.02;
  return (
    inner.x >= outer.x - hair &&
    inner.y >= outer.y - hair &&
    inner.x + inner.width <= outer.x + outer.width + hair &&
    inner.y + inner.height <= outer.y + outer.height + hair
  );
}
