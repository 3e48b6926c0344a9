import { asciiJson, embeddedJobName } from './embedded-job.js';
import type { Box, TextLine } from './page-items.js';
import { base64 } from './png.js';
import { subscriptSize, textRuns } from './typesetting.js';

/** A number with at most three decimals (µm on a page in mm). */
export function rounded(value: number): string {
  return String(Math.round(value * 1000) / 1000 + 0);
}

/** Text for XML: markup escaped, characters that XML forbids (controls, lone surrogates) as U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

/** Attributes by name; numbers are rounded to three decimals. */
export type Attributes = Readonly<Record<string, string | number>>;

/** One element; `content` must be XML already. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const list = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? rounded(value) : escapeXml(value)}"`)
    .join('');
  return content === '' ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`;
}

/** A rectangle. */
export function rectangle(box: Box, look: Attributes): string {
  return element('rect', { x: box.x, y: box.y, width: box.width, height: box.height, ...look });
}

/** One line of text, with its subscripts lowered. */
export function textElement(line: TextLine): string {
  const drop = 0.22 * line.size;
  let lowered = false;
  const content = textRuns(line.text).map((run) => {
    const shift: Attributes = run.subscript === lowered ? {} : { dy: run.subscript ? drop : -drop };
    lowered = run.subscript;
    const size: Attributes = run.subscript ? { 'font-size': subscriptSize(line.size) } : {};
    const attributes = { ...shift, ...size };
    const text = escapeXml(run.text);
    return Object.keys(attributes).length === 0 ? text : element('tspan', attributes, text);
  });
  return element(
    'text',
    {
      x: line.x,
      y: line.y,
      'font-size': line.size,
      fill: line.color,
      ...(line.bold === true && { 'font-weight': 'bold' }),
      ...(line.anchor !== undefined && { 'text-anchor': line.anchor }),
      'xml:space': 'preserve',
    },
    content.join(''),
  );
}

/** A PNG stretched over a box without smoothing. */
export function imageElement(box: Box, png: Uint8Array): string {
  return element('image', {
    x: box.x,
    y: box.y,
    width: box.width,
    height: box.height,
    preserveAspectRatio: 'none',
    style: 'image-rendering:pixelated',
    href: `data:image/png;base64,${base64(png)}`,
  });
}

/** Where the corners of pixels come to lie, as path data say it. */
function cornersOn(
  box: Box,
  [nx, ny]: readonly [number, number],
): Record<'x' | 'y', (corner: number) => string> {
  return {
    x: (corner) => rounded(box.x + (corner * box.width) / nx),
    y: (corner) => rounded(box.y + (corner * box.height) / ny),
  };
}

/** Path data of pixel-edge polygons (alternately level and upright, see outlineOf), pixels scaled onto a box. */
export function polygonPath(
  polygons: readonly Int32Array[],
  box: Box,
  size: readonly [number, number],
): string {
  const { x, y } = cornersOn(box, size);
  return polygons
    .map((corners) => {
      const steps = [`M${x(corners[0])} ${y(corners[1])}`];
      for (let k = 2; k < corners.length; k += 2) {
        steps.push(corners[k + 1] === corners[k - 1] ? `H${x(corners[k])}` : `V${y(corners[k + 1])}`);
      }
      return `${steps.join('')}Z`;
    })
    .join('');
}

/**
 * Path data of the same polygons without the edges that lie on the border of the box: where a part of a picture is
 * shown, the border is not an edge of anything.
 */
export function innerPath(
  polygons: readonly Int32Array[],
  box: Box,
  [nx, ny]: readonly [number, number],
): string {
  const { x, y } = cornersOn(box, [nx, ny]);
  const onBorder = (a: number, b: number, end: number): boolean => a === b && (a === 0 || a === end);
  return polygons
    .map((corners) => {
      let path = '';
      let drawing = false;
      for (let k = 0; k < corners.length; k += 2) {
        const [x0, y0] = [corners[k], corners[k + 1]];
        const next = (k + 2) % corners.length;
        const [x1, y1] = [corners[next], corners[next + 1]];
        const hidden = onBorder(x0, x1, nx) || onBorder(y0, y1, ny);
        if (!hidden) path += `${drawing ? '' : `M${x(x0)} ${y(y0)}`}${y0 === y1 ? `H${x(x1)}` : `V${y(y1)}`}`;
        drawing = !hidden;
      }
      return path;
    })
    .join('');
}

/** What a document says of itself; sizes in user units, of which each is `scale` mm (1 if not given). */
export interface DocumentHead {
  readonly width: number;
  readonly height: number;
  readonly scale?: number;
  readonly title: string;
  readonly description: string;
  readonly job: string;
}

/** A whole SVG file of a physical size, with its job in the metadata. */
export function svgDocument(head: DocumentHead, body: readonly string[]): string {
  const content = [
    element('title', { id: 'epiflux-title' }, escapeXml(head.title)),
    element('desc', { id: 'epiflux-description' }, escapeXml(head.description)),
    element('metadata', { id: embeddedJobName }, escapeXml(asciiJson(head.job))),
    ...body,
  ];
  const { scale = 1 } = head;
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width: `${rounded(head.width * scale)}mm`,
    height: `${rounded(head.height * scale)}mm`,
    viewBox: `0 0 ${rounded(head.width)} ${rounded(head.height)}`,
    'font-family': 'DejaVu Sans, Helvetica, Arial, sans-serif',
    role: 'img',
    'aria-labelledby': 'epiflux-title epiflux-description',
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('svg', attributes, `\n${content.join('\n')}\n`)}\n`;
}
