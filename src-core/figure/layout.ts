import { type NoteSection, type PlacedNotes, placeNotes } from './note-layout.js';
import { type Box, pageColors, type TextLine } from './page-items.js';
import { setBlock, typeSize } from './typesetting.js';

/**
 * The words of one panel; an empty letter or heading takes no room. An absent bar title means the panel has no
 * colour bar, an absent key no key.
 */
export interface PanelWords {
  readonly letter: string;
  readonly heading: string;
  /** Width over height of the data. */
  readonly aspect: number;
  readonly barTitle?: string;
  /** What the hatching means. */
  readonly key?: string;
  /** How the picture is looked at. */
  readonly note?: string;
}

/** What a page holds, before anything has a place; an empty title or subtitle takes no room. */
export interface PageWords {
  readonly widthMm: number;
  readonly title: string;
  readonly subtitle: string;
  readonly panels: readonly PanelWords[];
  /** Columns of notes; one below the other on a narrow page. */
  readonly notes: readonly (readonly NoteSection[])[];
}

/** Where one panel's parts are. The data lie centred in the frame, which is larger only for extreme shapes. */
export interface PlacedPanel {
  readonly frame: Box;
  readonly data: Box;
  /** The colour bar with no labels; ticks hang below it. */
  readonly bar?: Box;
  /** The labels of the bar's ticks must stay between these x. */
  readonly labelSpan: readonly [left: number, right: number];
  readonly key?: Box;
}

/** A page in mm with everything in its place; no two items overlap and none leaves the page. */
export interface Page {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly TextLine[];
  readonly panels: readonly PlacedPanel[];
  readonly notes: PlacedNotes;
}

const margin = 5;
const gap = 9;
const usualTallest = 110;
const smallestFrame = { width: 18, height: 13 } as const;
const narrowestBar = 24;
const barHeight = 2.6;
/** From the bar's lower edge to the top of the tick labels. */
export const tickLength = 0.8;
/** Data wider than this (over their height) are set one panel above the other. */
const widestSideBySide = 2;
const narrowestCell = 30;

interface Sizes {
  readonly data: Pick<Box, 'width' | 'height'>;
  readonly frame: Pick<Box, 'width' | 'height'>;
}

/** The tallest that data may be on a page with so much room across; a single panel may fill its page. */
function tallestData(inner: number, panels: number): number {
  return Math.max(usualTallest, (panels === 1 ? 1.2 : 0.6) * inner);
}

function sizesFor(aspect: number, cellWidth: number, tallest: number): Sizes {
  const width = Math.min(cellWidth, tallest * aspect);
  const data = { width, height: width / aspect };
  const frame = {
    width: Math.max(data.width, smallestFrame.width),
    height: Math.max(data.height, smallestFrame.height),
  };
  return { data, frame };
}

/** Letter and heading above a panel: their lines, and the lower edge of the text. */
function placeHeading(words: PanelWords, cell: Box): { lines: TextLine[]; bottom: number } {
  if (words.letter === '' && words.heading === '') return { lines: [], bottom: cell.y };
  const indent = words.letter === '' ? 0 : 4.5;
  const heading = setBlock(words.heading, {
    x: cell.x + indent,
    y: cell.y + typeSize.letter - typeSize.heading,
    width: cell.width - indent,
    size: typeSize.heading,
    color: pageColors.ink,
  });
  const letter = setBlock(words.letter, {
    x: cell.x,
    y: cell.y,
    width: 4.5,
    size: typeSize.letter,
    color: pageColors.ink,
    bold: true,
  });
  return { lines: [...letter.lines, ...heading.lines], bottom: Math.max(letter.bottom, heading.bottom) };
}

interface PanelBlock {
  readonly panel: PlacedPanel;
  readonly lines: readonly TextLine[];
  readonly bottom: number;
}

/** The bar, the line that names it and the key, from the frame's lower edge down. */
function placeLegend(
  words: PanelWords,
  cell: Box,
  frame: Box,
): Omit<PanelBlock, 'panel'> & { bar?: Box; key?: Box } {
  const lines: TextLine[] = [];
  let bottom = frame.y + frame.height;
  const style = { x: cell.x, width: cell.width, size: typeSize.text, color: pageColors.ink };
  let bar: Box | undefined;
  if (words.barTitle !== undefined) {
    const width = Math.min(cell.width, Math.max(frame.width, narrowestBar));
    bar = { x: cell.x, y: bottom + 2, width, height: barHeight };
    const title = setBlock(words.barTitle, {
      ...style,
      y: bar.y + barHeight + tickLength + 1.5 * typeSize.tick,
    });
    lines.push(...title.lines);
    bottom = title.bottom;
  }
  let key: Box | undefined;
  if (words.key !== undefined) {
    key = { x: cell.x, y: bottom + 1.2, width: 4.5, height: 2.6 };
    const indent = key.width + 1.5;
    const text = setBlock(words.key, {
      ...style,
      x: cell.x + indent,
      y: bottom + 1.2,
      width: cell.width - indent,
    });
    lines.push(...text.lines);
    bottom = Math.max(text.bottom, key.y + key.height);
  }
  if (words.note !== undefined) {
    const note = { ...style, y: bottom + 1.2, size: typeSize.tick, color: pageColors.muted };
    const text = setBlock(words.note, note);
    lines.push(...text.lines);
    bottom = text.bottom;
  }
  return { lines, bottom, ...(bar !== undefined && { bar }), ...(key !== undefined && { key }) };
}

/** A panel whose frame starts at `frameTop`. */
function placePanel(words: PanelWords, cell: Box, frameTop: number, tallest: number): PanelBlock {
  const sizes = sizesFor(words.aspect, cell.width, tallest);
  const frame = { x: cell.x, y: frameTop, ...sizes.frame };
  const data = {
    x: frame.x + (frame.width - sizes.data.width) / 2,
    y: frame.y + (frame.height - sizes.data.height) / 2,
    ...sizes.data,
  };
  const { lines, bottom, ...legend } = placeLegend(words, cell, frame);
  const overhang = gap / 2 - 0.5;
  const labelSpan = [cell.x - overhang, cell.x + cell.width + overhang] as const;
  return { panel: { frame, data, labelSpan, ...legend }, lines, bottom };
}

/** Panels in cells of one row, with their frames at one height. */
function placeRow(words: readonly PanelWords[], cells: readonly Box[], tallest: number): PanelBlock[] {
  const headings = words.map((panel, k) => placeHeading(panel, cells[k]));
  const frameTop = Math.max(...headings.map((heading) => heading.bottom)) + 0.8;
  return words.map((panel, k) => {
    const block = placePanel(panel, cells[k], frameTop, tallest);
    return { ...block, lines: [...headings[k].lines, ...block.lines] };
  });
}

/** Panels beside one another: up to three in a row, four in two rows; one where data are wide or the page narrow. */
function columnsFor(panels: readonly PanelWords[], inner: number): number {
  if (panels.some(({ aspect }) => aspect > widestSideBySide)) return 1;
  let columns = panels.length <= 3 ? panels.length : 2;
  while (columns > 1 && (inner - (columns - 1) * gap) / columns < narrowestCell) columns--;
  return columns;
}

/** All panels, row by row. */
function placePanels(words: PageWords, top: number): PanelBlock[] {
  const inner = words.widthMm - 2 * margin;
  const columns = columnsFor(words.panels, inner);
  const width = (inner - (columns - 1) * gap) / columns;
  const tallest = tallestData(inner, words.panels.length);
  const blocks: PanelBlock[] = [];
  let y = top;
  for (let k = 0; k < words.panels.length; k += columns) {
    const row = words.panels.slice(k, k + columns);
    const cells = row.map((_, c) => ({ x: margin + c * (width + gap), y, width, height: 0 }));
    const placed = placeRow(row, cells, tallest);
    blocks.push(...placed);
    y = bottomOf(placed) + 4;
  }
  return blocks;
}

const bottomOf = (blocks: readonly { readonly bottom: number }[]): number =>
  Math.max(...blocks.map((block) => block.bottom));

/**
 * Puts everything in its place from the top down: title, panels with heading, colour bar and key, notes. All
 * lengths in mm; the page's height follows from its content. Text is wrapped at its measured width.
 */
export function placePage(words: PageWords): Page {
  const inner = words.widthMm - 2 * margin;
  const block = { x: margin, width: inner };
  const title = setBlock(words.title, { ...block, y: margin, size: typeSize.title, color: pageColors.ink });
  const subtitle = setBlock(words.subtitle, {
    ...block,
    y: title.bottom,
    size: typeSize.text,
    color: pageColors.muted,
  });
  const headed = title.lines.length + subtitle.lines.length > 0;
  const panels = placePanels(words, headed ? subtitle.bottom + 3 : margin - 1);
  const notes = placeNotes(words.notes, { x: margin, y: bottomOf(panels) + 5, width: inner, gap });
  const bottom = notes.lines.length > 0 ? notes.bottom : bottomOf(panels);
  return {
    width: words.widthMm,
    height: Math.ceil(10 * (bottom + margin - 1)) / 10,
    lines: [title, subtitle, ...panels, notes].flatMap((item) => item.lines),
    panels: panels.map((item) => item.panel),
    notes,
  };
}
