import { advanceRanges, unitsPerEm } from './font-widths.js';
import type { TextLine } from './page-items.js';

/*
 * There is no DOM to measure text with, and a font library would cost more than the figure: a table of one face's
 * advance widths is enough to wrap and place. Kerning is left out, which makes a line at most a few per cent wider
 * than drawn; the fallback faces (Helvetica, Arial) are narrower than DejaVu Sans. So nothing runs over its box.
 */
const advances = new Map<number, number>();
for (const { first, widths } of advanceRanges) {
  widths.split(' ').forEach((width, k) => {
    if (width !== '0') advances.set(first + k, Number(width) / unitsPerEm);
  });
}

/** Millimetres in so many points. */
export function mm(points: number): number {
  return (points * 25.4) / 72;
}

/** A stretch of text at one height. */
export interface TextRun {
  readonly text: string;
  readonly subscript: boolean;
}

/** Splits "Γ_me/Γ_ac" into normal and subscript runs: an underscore after a Greek letter, then letters or digits. */
export function textRuns(text: string): TextRun[] {
  return text
    .split(/(?<=[\u0370-\u03ff])_([A-Za-z0-9]+)/)
    .map((part, k) => ({ text: part, subscript: k % 2 === 1 }))
    .filter((run) => run.text !== '');
}

/** Size (mm) of subscripts in text of a size (mm): four fifths, not under 6 pt unless the text itself is. */
export function subscriptSize(size: number): number {
  return Math.min(size, Math.max(0.8 * size, mm(6)));
}

/** Width of one line of text, in the unit of `size`; a character outside the table counts one em. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const run of textRuns(text)) {
    const runSize = run.subscript ? subscriptSize(size) : size;
    for (const character of run.text) width += runSize * (advances.get(character.codePointAt(0) ?? 0) ?? 1);
  }
  return width;
}

/** Cuts a word that is wider than the line: after _ - . / where it can, else anywhere, at least one character each. */
function breakWord(word: string, size: number, width: number): string[] {
  if (textWidth(word, size) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  const append = (part: string): void => {
    if (piece !== '' && textWidth(piece + part, size) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += part;
  };
  for (const part of word.split(/(?<=[-_./])/)) {
    if (textWidth(part, size) <= width) append(part);
    else for (const character of part) append(character);
  }
  return [...pieces, piece];
}

/** White space that a line may break at: not that between a number and its unit. */
const breakable = / (?!(?:%|nm|µm|mm|px)(?:[^\p{L}\d]|$))/u;

/** Breaks text into lines no wider than `width` (unit of `size`): at white space, in a word only if it must. */
export function wrapText(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text
    .trim()
    .split(breakable)
    .filter((part) => part !== '')) {
    for (const piece of breakWord(word, size, width)) {
      const longer = line === '' ? piece : `${line} ${piece}`;
      if (line !== '' && textWidth(longer, size) > width) {
        lines.push(line);
        line = piece;
      } else line = longer;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Size of running text in points that pages are laid out at; a look of another size scales the page as a whole. */
export const baseFontPt = 7;

/** Type sizes on the page, in mm; none is under 6 pt. */
export const typeSize = {
  title: mm(9),
  letter: mm(9),
  heading: mm(7.5),
  text: mm(baseFontPt),
  tick: mm(6.5),
} as const;

/** Distance from line to line. */
export function lineHeight(size: number): number {
  return 1.34 * size;
}

/** How a block of text is set: left edge, top and width in mm. */
export interface BlockStyle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly size: number;
  readonly color: string;
  readonly bold?: boolean;
}

/** A wrapped block and the y of its lower edge (the top again if there is no text). */
export interface TextBlock {
  readonly lines: readonly TextLine[];
  readonly bottom: number;
}

/** Sets text as wrapped lines inside a block. Bold text must fit in one line: only the regular face is measured. */
export function setBlock(text: string, style: BlockStyle): TextBlock {
  const step = lineHeight(style.size);
  const lines = wrapText(text, style.size, style.width).map((line, k) => ({
    text: line,
    x: style.x,
    y: style.y + k * step + style.size,
    size: style.size,
    color: style.color,
    ...(style.bold === true && { bold: true }),
  }));
  return { lines, bottom: style.y + lines.length * step };
}
