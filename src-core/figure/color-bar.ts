import type { ColorRange } from './color-range.js';
import { colorTable, type ColormapName, lookup } from './colormap.js';
import { tickLength } from './layout.js';
import { type Box, pageColors } from './page-items.js';
import { encodePng } from './png.js';
import { element, imageElement, rounded, textElement } from './svg.js';
import { labelExponent, tickLabels, tickValues } from './ticks.js';
import { textWidth, typeSize } from './typesetting.js';

/** Ticks of a bar with the places of their labels (centre x, mm). */
export interface BarTicks {
  readonly x: readonly number[];
  readonly labelX: readonly number[];
  readonly labels: readonly string[];
}

const tipLength = 1.8;
const labelGap = 1.4;

/** The part of the bar that carries the scale: less a tip at each end that clips values. */
function scaleBox(bar: Box, range: ColorRange): Box {
  const left = range.below > 0 ? tipLength : 0;
  const right = range.above > 0 ? tipLength : 0;
  return { ...bar, x: bar.x + left, width: bar.width - left - right };
}

function ticksOf(box: Box, range: ColorRange, count: number, span: readonly [number, number]): BarTicks {
  const [low, high] = range.limits;
  const values = tickValues(range.limits, count);
  const labels = tickLabels(values, labelExponent(range.limits));
  const x = values.map((value) => box.x + (box.width * (value - low)) / (high - low));
  const labelX = x.map((at, k) => {
    const half = textWidth(labels[k], typeSize.tick) / 2;
    return Math.min(span[1] - half, Math.max(span[0] + half, at));
  });
  return { x, labelX, labels };
}

function labelsFit({ labelX, labels }: BarTicks): boolean {
  const widths = labels.map((label) => textWidth(label, typeSize.tick));
  return labelX.every((x, k) => k === 0 || x - labelX[k - 1] >= (widths[k] + widths[k - 1]) / 2 + labelGap);
}

/** Whether both ends of the scale have a tick. */
function marksEnds({ x }: BarTicks, box: Box): boolean {
  const near = (at: number, end: number): boolean => Math.abs(at - end) < 1e-3 * box.width;
  return x.length > 1 && near(x[0], box.x) && near(x[x.length - 1], box.x + box.width);
}

/** Numbers of intervals, the more welcome first. */
const intervals = [6, 5, 4, 8, 7, 10, 3, 2, 1];

/**
 * Ticks whose labels stay apart and within `span` (left and right x), if possible with one at each end of the
 * scale, about six of them where there is room.
 */
export function chooseTicks(bar: Box, range: ColorRange, span: readonly [number, number]): BarTicks {
  const box = scaleBox(bar, range);
  const choices = intervals.map((count) => ticksOf(box, range, count, span));
  const fitting = choices.filter(labelsFit);
  return fitting.find((ticks) => marksEnds(ticks, box)) ?? fitting.at(0) ?? choices[choices.length - 1];
}

const hex = (channels: readonly number[]): string =>
  `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;

/** The bar's outline: straight ends, or a tip where values are clipped. */
function barPath(bar: Box, scale: Box): string {
  const [top, middle, bottom] = [bar.y, bar.y + bar.height / 2, bar.y + bar.height].map(rounded);
  const left = rounded(scale.x);
  const right = rounded(scale.x + scale.width);
  const tipRight = rounded(bar.x + bar.width);
  return `M${left} ${top}H${right}L${tipRight} ${middle}L${right} ${bottom}H${left}L${rounded(bar.x)} ${middle}Z`;
}

/** The colours of the scale as a picture of 256 × 1 pixels. */
function ramp(colormap: ColormapName): Uint8Array {
  const table = colorTable(colormap);
  const data = new Uint8Array(1024).fill(255);
  for (let i = 0; i < 256; i++) data.set(table.subarray(3 * i, 3 * i + 3), 4 * i);
  return encodePng({ width: 256, height: 1, data });
}

/** Draws a colour bar with its ticks; a clipped end is pointed and has the end colour. */
export function drawColorBar(bar: Box, range: ColorRange, colormap: ColormapName, ticks: BarTicks): string[] {
  const scale = scaleBox(bar, range);
  const ends = [
    hex(lookup(colormap, range.limits[0], range.limits)),
    hex(lookup(colormap, range.limits[1], range.limits)),
  ];
  const tips = [scale.x, scale.x + scale.width].map((x, k) => {
    const tip = k === 0 ? bar.x : bar.x + bar.width;
    const d = `M${rounded(x)} ${rounded(bar.y)}L${rounded(tip)} ${rounded(bar.y + bar.height / 2)}L${rounded(x)} ${rounded(bar.y + bar.height)}Z`;
    return tip === x ? '' : element('path', { d, fill: ends[k] });
  });
  const bottom = bar.y + bar.height;
  const marks = ticks.x.map((x) => `M${rounded(x)} ${rounded(bottom)}v${rounded(tickLength)}`).join('');
  const line = { fill: 'none', stroke: pageColors.ink, 'stroke-width': 0.15 };
  const labels = ticks.labels.map((text, k) =>
    textElement({
      text,
      x: ticks.labelX[k],
      y: bottom + tickLength + typeSize.tick,
      size: typeSize.tick,
      color: pageColors.ink,
      anchor: 'middle',
    }),
  );
  return [
    ...tips.filter((tip) => tip !== ''),
    imageElement(scale, ramp(colormap)),
    element('path', { d: barPath(bar, scale), ...line }),
    ...(marks === '' ? [] : [element('path', { d: marks, ...line })]),
    ...labels,
  ];
}
