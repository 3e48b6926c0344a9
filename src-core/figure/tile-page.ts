import { pageColors } from './page-items.js';
import { rectangle, svgDocument, textElement } from './svg.js';
import { drawTile, tileHeight, type Tile } from './tile.js';
import { lineHeight, setBlock, typeSize } from './typesetting.js';

/** One band of a page: a heading, sentences, then rows of tiles. */
export interface TileSection {
  readonly heading: string;
  readonly summary: string;
  readonly rows: readonly (readonly Tile[])[];
  readonly notes: readonly string[];
}

/** A page of tiles, four to a row. */
export interface TilePage {
  readonly title: string;
  /** What the page shows, for those who do not see it. */
  readonly description: string;
  readonly sections: readonly TileSection[];
  /** The job as JSON; it is embedded. */
  readonly job: string;
}

const pageWidth = 180;
const margin = 5;
const gap = 4;
const columns = 4;
const columnWidth = (pageWidth - 2 * margin - (columns - 1) * gap) / columns;

interface Drawn {
  readonly elements: string[];
  readonly bottom: number;
}

function drawSentence(text: string, y: number, muted: boolean): Drawn {
  const style = { x: margin, y, width: pageWidth - 2 * margin, size: typeSize.text };
  const block = setBlock(text, { ...style, color: muted ? pageColors.muted : pageColors.ink });
  return { elements: block.lines.map(textElement), bottom: block.bottom };
}

function drawRow(tiles: readonly Tile[], y: number): Drawn {
  const height = tileHeight(columnWidth);
  const elements = tiles.flatMap((tile, k) =>
    drawTile(tile, { x: margin + k * (columnWidth + gap), y, width: columnWidth, height }),
  );
  return { elements, bottom: y + height };
}

function drawSection({ heading, summary, rows, notes }: TileSection, top: number): Drawn {
  const head = textElement({
    text: heading,
    x: margin,
    y: top + typeSize.title,
    size: typeSize.title,
    color: pageColors.ink,
    bold: true,
  });
  const elements = [head];
  let y = top + lineHeight(typeSize.title) + 0.6;
  const add = ({ elements: more, bottom }: Drawn, space: number): void => {
    elements.push(...more);
    y = bottom + space;
  };
  add(drawSentence(summary, y, false), 2);
  for (const row of rows) add(drawRow(row, y), 2);
  for (const note of notes) add(drawSentence(note, y, true), 0.4);
  return { elements, bottom: y };
}

/** The page as an SVG file of a physical size (180 mm wide) with its job in the metadata. The same page, the same text. */
export function drawTilePage({ title, description, sections, job }: TilePage): string {
  const heading = drawSentence(title, margin, true);
  const elements = [...heading.elements];
  let y = heading.bottom + 2;
  for (const section of sections) {
    const drawn = drawSection(section, y);
    elements.push(...drawn.elements);
    y = drawn.bottom + 4;
  }
  const height = Math.ceil(y + margin - 4);
  const paper = rectangle({ x: 0, y: 0, width: pageWidth, height }, { fill: pageColors.paper });
  return svgDocument({ width: pageWidth, height, title, description, job }, [paper, ...elements]);
}
