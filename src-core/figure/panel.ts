import { colorIndex, colorTable, type ColormapName, type Limits } from './colormap.js';
import { outlineOf } from './contour.js';
import type { PlacedPanel } from './layout.js';
import { type Box, pageColors } from './page-items.js';
import type { Plane } from './plane.js';
import { encodePng } from './png.js';
import { element, imageElement, innerPath, polygonPath, rectangle, textElement } from './svg.js';
import { lineHeight, textWidth, typeSize, wrapText } from './typesetting.js';

const hatchId = 'not-identifiable';

/** The hatching that stands for "not identifiable", to be put into the document once. */
export function hatchDefinition(): string {
  const ground = rectangle({ x: 0, y: 0, width: 0.9, height: 0.9 }, { fill: pageColors.hatchGround });
  const line = rectangle({ x: 0, y: 0, width: 0.22, height: 0.9 }, { fill: pageColors.hatchLine });
  const pattern = element(
    'pattern',
    {
      id: hatchId,
      width: 0.9,
      height: 0.9,
      patternUnits: 'userSpaceOnUse',
      patternTransform: 'rotate(45)',
    },
    ground + line,
  );
  return element('defs', {}, pattern);
}

/** Fill of whatever is hatched. */
const hatch = `url(#${hatchId})`;

/** Columns and rows of a plane. */
export type PlaneSize = Pick<Plane, 'nx' | 'ny'>;

/** A PNG of the values for which `counts` holds, a pixel each; the others are transparent. */
export function colorPicture(
  plane: PlaneSize,
  values: Float32Array,
  counts: (i: number) => boolean,
  colors: { readonly colormap: ColormapName; readonly limits: Limits },
): Uint8Array {
  const table = colorTable(colors.colormap);
  const data = new Uint8Array(4 * values.length);
  for (let i = 0; i < values.length; i++) {
    if (!counts(i)) continue;
    const at = 3 * colorIndex(values[i], colors.limits);
    data[4 * i] = table[at];
    data[4 * i + 1] = table[at + 1];
    data[4 * i + 2] = table[at + 2];
    data[4 * i + 3] = 255;
  }
  return encodePng({ width: plane.nx, height: plane.ny, data });
}

/**
 * The outline of the nucleus: dark, and on dark pictures with a light line on top. Of a `part` of a picture no line
 * is drawn along its border.
 */
export function drawOutline(
  { nx, ny, mask }: PlaneSize & Pick<Plane, 'mask'>,
  data: Box,
  onDark: boolean,
  part = false,
): string[] {
  const polygons = outlineOf(mask, nx, ny);
  const d = (part ? innerPath : polygonPath)(polygons, data, [nx, ny]);
  if (d === '') return [];
  const line = { d, fill: 'none', 'stroke-linejoin': 'round' };
  const dark = element('path', { ...line, stroke: pageColors.ink, 'stroke-width': onDark ? 0.42 : 0.25 });
  return onDark
    ? [dark, element('path', { ...line, stroke: pageColors.paper, 'stroke-width': 0.2 })]
    : [dark];
}

/** The line around a panel. */
export function drawFrame(frame: Box): string {
  return rectangle(frame, { fill: 'none', stroke: pageColors.rule, 'stroke-width': 0.15 });
}

/** Panel a: the density in grey wherever it was measured, and the outline of the nucleus. */
export function drawDensity(plane: Plane, panel: PlacedPanel, limits: Limits | undefined): string[] {
  const measured = (i: number): boolean => Number.isFinite(plane.density[i]);
  return [
    rectangle(panel.frame, { fill: pageColors.outside }),
    ...(limits === undefined
      ? []
      : [
          imageElement(
            panel.data,
            colorPicture(plane, plane.density, measured, { colormap: 'grey', limits }),
          ),
        ]),
    ...drawOutline(plane, panel.data, true),
    drawFrame(panel.frame),
  ];
}

/** A few words in the middle of the frame, on a backing. */
export function drawNotice({ frame }: PlacedPanel, words: string): string[] {
  const size = typeSize.text;
  const lines = wrapText(words, size, frame.width - 4);
  const width = Math.max(...lines.map((line) => textWidth(line, size))) + 2;
  const height = lines.length * lineHeight(size) + 1;
  const middle = frame.x + frame.width / 2;
  const top = frame.y + (frame.height - height) / 2;
  return [
    rectangle({ x: middle - width / 2, y: top, width, height }, { rx: 0.6, fill: pageColors.paper }),
    ...lines.map((text, k) =>
      textElement({
        text,
        x: middle,
        y: top + 0.4 + size + k * lineHeight(size),
        size,
        color: pageColors.ink,
        anchor: 'middle',
      }),
    ),
  ];
}

/** The pixels that are set in `missing`, hatched, or plain grey where hatching is not wanted. */
export function drawHatch({ nx, ny }: PlaneSize, missing: Uint8Array, data: Box, hatched = true): string[] {
  const d = polygonPath(outlineOf(missing, nx, ny), data, [nx, ny]);
  return d === '' ? [] : [element('path', { d, fill: hatched ? hatch : pageColors.hatchGround })];
}

/** Panel b: the rate in colour where it is identifiable, hatching elsewhere in the nucleus, neutral outside. */
export function drawRate(
  plane: Plane,
  panel: PlacedPanel,
  colors: { readonly colormap: ColormapName; readonly limits: Limits } | undefined,
): string[] {
  const missing = plane.mask.map((inside, i) => inside & (plane.identifiable[i] ^ 1));
  const shown = (i: number): boolean => plane.identifiable[i] !== 0;
  return [
    rectangle(panel.frame, { fill: pageColors.outside }),
    ...(colors === undefined
      ? []
      : [imageElement(panel.data, colorPicture(plane, plane.rate, shown, colors))]),
    ...drawHatch(plane, missing, panel.data),
    ...drawOutline(plane, panel.data, false),
    drawFrame(panel.frame),
    ...(shownCount(plane) === 0 ? drawNotice(panel, 'nothing identifiable') : []),
  ];
}

function shownCount(plane: Plane): number {
  return plane.identifiable.reduce((count, flag) => count + flag, 0);
}

/** The swatch that explains the hatching, or the plain grey. */
export function drawKey(box: Box, hatched = true): string {
  return rectangle(box, {
    fill: hatched ? hatch : pageColors.hatchGround,
    stroke: pageColors.rule,
    'stroke-width': 0.15,
  });
}
