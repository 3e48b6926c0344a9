import { type Box, pageColors } from './page-items.js';
import type { Plane } from './plane.js';
import type { PlacedPanel } from './layout.js';
import { rectangle, textElement } from './svg.js';
import { chooseScaleBar, type ScaleBar } from './ticks.js';
import { textWidth, typeSize } from './typesetting.js';

const inset = 1.4;
const padding = 1.1;
const thickness = 0.6;
/** From the label's baseline to the bar: room for the tail of µ. */
const labelGap = 0.85;

/** A scale bar with the place of its backing on the page. */
export interface PlacedScaleBar extends ScaleBar {
  readonly backing: Box;
  readonly lengthMm: number;
}

/** What of a plane a scale bar depends on. */
type Ground = Pick<Plane, 'nx' | 'ny' | 'widthNm' | 'mask'>;

/** Number of nucleus pixels under a box. */
function covered(plane: Ground, data: Box, box: Box): number {
  let count = 0;
  const column = (x: number): number => ((x - data.x) / data.width) * plane.nx;
  const row = (y: number): number => ((y - data.y) / data.height) * plane.ny;
  for (let iy = Math.max(0, Math.floor(row(box.y))); iy < Math.min(plane.ny, row(box.y + box.height)); iy++) {
    for (
      let ix = Math.max(0, Math.floor(column(box.x)));
      ix < Math.min(plane.nx, column(box.x + box.width));
      ix++
    ) {
      count += plane.mask[iy * plane.nx + ix];
    }
  }
  return count;
}

/** Chooses the bar for a plane and the corner of the frame (lower left first) where it hides least of the nucleus. */
export function placeScaleBar(plane: Ground, { frame, data }: PlacedPanel): PlacedScaleBar {
  const bar = chooseScaleBar(plane.widthNm);
  const lengthMm = (bar.lengthNm / plane.widthNm) * data.width;
  const width = Math.max(lengthMm, textWidth(bar.label, typeSize.tick)) + 2 * padding;
  const height = 0.8 * typeSize.tick + labelGap + thickness + 2 * padding;
  const left = frame.x + inset;
  const right = frame.x + frame.width - inset - width;
  const top = frame.y + inset;
  const bottom = frame.y + frame.height - inset - height;
  const corners = [
    [left, bottom],
    [right, bottom],
    [left, top],
    [right, top],
  ].map(([x, y]) => ({ x, y, width, height }));
  const hidden = corners.map((box) => covered(plane, data, box));
  return { ...bar, lengthMm, backing: corners[hidden.indexOf(Math.min(...hidden))] };
}

/** Draws a scale bar in light type on a dark backing, or the other way round. */
export function drawScaleBar({ backing, label, lengthMm }: PlacedScaleBar, onDark: boolean): string[] {
  const [front, back] = onDark ? [pageColors.paper, pageColors.ink] : [pageColors.ink, pageColors.paper];
  const middle = backing.x + backing.width / 2;
  const bar = {
    x: middle - lengthMm / 2,
    y: backing.y + backing.height - padding - thickness,
    width: lengthMm,
    height: thickness,
  };
  return [
    rectangle(backing, { rx: 0.6, fill: back, 'fill-opacity': 0.78 }),
    rectangle(bar, { fill: front }),
    textElement({
      text: label,
      x: middle,
      y: backing.y + padding + 0.8 * typeSize.tick,
      size: typeSize.tick,
      color: front,
      anchor: 'middle',
    }),
  ];
}
