import { chooseTicks, drawColorBar } from './color-bar.js';
import { colorRange, type ColorRange } from './color-range.js';
import { colorIndex, colorTable, type ColormapName, type Limits } from './colormap.js';
import { outlineOf } from './contour.js';
import { type Box, pageColors } from './page-items.js';
import { encodePng } from './png.js';
import { element, imageElement, polygonPath, rectangle, rounded, textElement } from './svg.js';
import { tickLabels, tickValues } from './ticks.js';
import { lineHeight, setBlock, typeSize } from './typesetting.js';

/** A map of one plane with its colour bar: ny rows of nx values, drawn where they are finite. */
export interface MapTile {
  readonly kind: 'map';
  readonly title: string;
  readonly nx: number;
  readonly ny: number;
  readonly values: Float32Array;
  /** 1 inside the nucleus: its outline is drawn. */
  readonly mask: Uint8Array;
  readonly colormap: ColormapName;
  /** From the values if not given. */
  readonly limits?: Limits;
}

/** Pairs of values as a joint histogram with the line on which both are equal; counts row by row, y rising. */
export interface PairTile {
  readonly kind: 'pairs';
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly from: number;
  readonly to: number;
  readonly bins: number;
  readonly counts: readonly number[];
}

/** Lines of text, each a paragraph. */
export interface TextTile {
  readonly kind: 'text';
  readonly title: string;
  readonly paragraphs: readonly string[];
}

/** One part of a page. */
export type Tile = MapTile | PairTile | TextTile;

const headHeight = 4.4;
const barHeight = 2.2;
/** Below the picture: the bar or the axis with its labels. */
const footHeight = 8.5;
const axisWidth = 8;

/** Height in mm of a tile of the given width: a square picture between its title and its scale. */
export function tileHeight(width: number): number {
  return headHeight + width - axisWidth + footHeight;
}

function pictureBox({ x, y, width }: Box, aspect: number): Box {
  const room = width - axisWidth;
  const size = aspect > 1 ? { width: room, height: room / aspect } : { width: room * aspect, height: room };
  return { x: x + (width - size.width) / 2, y: y + headHeight + (room - size.height) / 2, ...size };
}

function colored(tile: MapTile, limits: Limits): Uint8Array {
  const table = colorTable(tile.colormap);
  const data = new Uint8Array(4 * tile.values.length);
  tile.values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const at = 3 * colorIndex(value, limits);
    data.set(table.subarray(at, at + 3), 4 * i);
    data[4 * i + 3] = 255;
  });
  return encodePng({ width: tile.nx, height: tile.ny, data });
}

function bar(tile: MapTile, range: ColorRange, cell: Box, picture: Box): string[] {
  const box = {
    x: cell.x + 2,
    y: picture.y + picture.height + 1.4,
    width: cell.width - 4,
    height: barHeight,
  };
  const ticks = chooseTicks(box, range, [cell.x, cell.x + cell.width]);
  return drawColorBar(box, range, tile.colormap, ticks);
}

function drawMap(tile: MapTile, cell: Box): string[] {
  const picture = pictureBox(cell, tile.nx / tile.ny);
  const range = colorRange(tile.values, () => true, tile.limits);
  const d = polygonPath(outlineOf(tile.mask, tile.nx, tile.ny), picture, [tile.nx, tile.ny]);
  return [
    rectangle(picture, { fill: pageColors.outside }),
    ...(range === undefined ? [] : [imageElement(picture, colored(tile, range.limits))]),
    ...(d === '' ? [] : [element('path', { d, fill: 'none', stroke: pageColors.ink, 'stroke-width': 0.2 })]),
    rectangle(picture, { fill: 'none', stroke: pageColors.rule, 'stroke-width': 0.15 }),
    ...(range === undefined ? [] : bar(tile, range, cell, picture)),
  ];
}

/** Darkness by the logarithm of the count, so that few pairs are seen beside many. */
function cloud({ bins, counts }: PairTile): Uint8Array {
  const most = Math.log1p(counts.reduce((top, count) => Math.max(top, count), 1));
  const data = new Uint8Array(4 * bins * bins);
  counts.forEach((count, i) => {
    const row = bins - 1 - Math.floor(i / bins);
    const at = 4 * (row * bins + (i % bins));
    const level = count === 0 ? 255 : Math.round(215 * (1 - Math.log1p(count) / most));
    data.set([level, level, Math.min(255, level + 25), 255], at);
  });
  return encodePng({ width: bins, height: bins, data });
}

function drawAxes(tile: PairTile, picture: Box): string[] {
  const { from, to, xLabel, yLabel } = tile;
  const values = tickValues([from, to], 5);
  const labels = tickLabels(values);
  const share = (value: number): number => (value - from) / (to - from);
  const text = { size: typeSize.tick, color: pageColors.ink };
  const bottom = picture.y + picture.height;
  const turned = `rotate(-90 ${rounded(picture.x - 5.8)} ${rounded(picture.y + picture.height / 2)})`;
  const middle = { anchor: 'middle' as const, color: pageColors.muted, size: typeSize.tick };
  return [
    ...values.flatMap((value, k) => [
      textElement({
        ...text,
        text: labels[k],
        x: picture.x + share(value) * picture.width,
        y: bottom + 2.9,
        anchor: 'middle',
      }),
      textElement({
        ...text,
        text: labels[k],
        x: picture.x - 0.8,
        y: bottom - share(value) * picture.height + 0.8,
        anchor: 'end',
      }),
    ]),
    textElement({ ...middle, text: xLabel, x: picture.x + picture.width / 2, y: bottom + 6 }),
    element(
      'g',
      { transform: turned },
      textElement({ ...middle, text: yLabel, x: picture.x - 5.8, y: picture.y + picture.height / 2 }),
    ),
  ];
}

function drawPairs(tile: PairTile, cell: Box): string[] {
  const square = pictureBox(cell, 1);
  const picture = { ...square, x: cell.x + axisWidth };
  const [left, right] = [picture.x, picture.x + picture.width].map(rounded);
  const [top, bottom] = [picture.y, picture.y + picture.height].map(rounded);
  const line = { d: `M${left} ${bottom}L${right} ${top}`, stroke: pageColors.warning, 'stroke-width': 0.25 };
  return [
    imageElement(picture, cloud(tile)),
    element('path', { ...line, fill: 'none' }),
    rectangle(picture, { fill: 'none', stroke: pageColors.rule, 'stroke-width': 0.15 }),
    ...drawAxes(tile, picture),
  ];
}

function drawText({ paragraphs }: TextTile, cell: Box): string[] {
  let y = cell.y + headHeight + 0.6;
  return paragraphs.flatMap((paragraph) => {
    const block = setBlock(paragraph, {
      x: cell.x,
      y,
      width: cell.width,
      size: typeSize.text,
      color: pageColors.ink,
    });
    y = block.bottom + 0.3 * lineHeight(typeSize.text);
    return block.lines.map(textElement);
  });
}

/** Draws a tile into a cell of the page. */
export function drawTile(tile: Tile, cell: Box): string[] {
  const title = textElement({
    text: tile.title,
    x: cell.x,
    y: cell.y + typeSize.heading,
    size: typeSize.heading,
    color: pageColors.ink,
    bold: true,
  });
  const draw = { map: drawMap, pairs: drawPairs, text: drawText }[tile.kind] as (
    tile: Tile,
    cell: Box,
  ) => string[];
  return [title, ...draw(tile, cell)];
}
