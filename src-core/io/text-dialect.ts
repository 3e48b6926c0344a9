import { isMissing, textNumber } from './number-bytes.js';
import type { TableHeader } from './table-columns.js';
import { decodeText } from './text.js';

/** How a text holds a table: what parts its cells, what heads its columns and where its rows begin. */
export interface TextDialect extends TableHeader {
  /** Character that parts cells; a space stands for any run of blanks. */
  readonly delimiter: string;
  readonly decimalComma: boolean;
  /** Each row is one quoted cell with the real cells in it. */
  readonly quotedRows: boolean;
  /** Code of the character that ends lines. */
  readonly lineEnd: number;
  /** Byte at which the first row begins; -1 if there is none. */
  readonly rowsFrom: number;
  /** Byte at which the last row has ended; at the end of the file where absent. */
  readonly rowsTo?: number;
}

interface Line {
  readonly start: number;
  readonly text: string;
}

const delimiters = ['\t', ';', ',', ' '];
const mostLines = 400;

/** Whether bytes look like text: few control characters. */
export function isText(head: Uint8Array): boolean {
  let control = 0;
  for (const byte of head)
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12) control++;
  return head.length > 0 && control * 100 <= head.length;
}

/** Splits a line into its cells, with quotes as RFC 4180 has them; blanks around cells are dropped. */
export function splitCells(line: string, delimiter: string): string[] {
  if (delimiter === ' ') {
    const cells = line.trim().match(/"[^"]*"|[^\s"]+/g) ?? [];
    return cells.map((cell) => cell.replace(/^"|"$/g, ''));
  }
  const cells: string[] = [];
  let [cell, quoted, blank] = ['', false, true];
  for (let i = 0; i < line.length; i++) {
    const mark = line[i];
    if (quoted && mark === '"' && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (mark === '"' && (quoted || blank)) quoted = !quoted;
    else if (mark === delimiter && !quoted) {
      cells.push(cell.trim());
      [cell, blank] = ['', true];
    } else {
      cell += mark;
      blank &&= mark === ' ';
    }
  }
  cells.push(cell.trim());
  return cells;
}

function isQuotedRow(line: string, delimiter: string): boolean {
  if (!line.startsWith('"') || delimiter === ' ') return false;
  const cells = splitCells(line, delimiter);
  return cells.length === 1 && cells[0].includes(delimiter);
}

/** The cells of a line, also where a spreadsheet has put the whole line into one quoted cell. */
export function cellsOf(line: string, delimiter: string): string[] {
  const cells = isQuotedRow(line, delimiter)
    ? splitCells(splitCells(line, delimiter)[0], delimiter)
    : splitCells(line, delimiter);
  while (cells.length > 1 && cells[cells.length - 1] === '') cells.pop();
  return cells;
}

function isNumeric(cell: string, delimiter: string): boolean {
  return !Number.isNaN(textNumber(cell, delimiter !== ',')) || (cell !== '' && isMissing(cell));
}

/** Share of the cells of a line that are numbers; 0 unless two are. */
function numericShare(line: string, delimiter: string): number {
  const cells = cellsOf(line, delimiter);
  const numeric = cells.filter((cell) => isNumeric(cell, delimiter)).length;
  return numeric >= 2 && numeric * 2 >= cells.length ? numeric / cells.length : 0;
}

function linesOf(head: Uint8Array, lineEnd: number): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < head.length && lines.length < mostLines;) {
    const found = head.indexOf(lineEnd, start);
    const end = found < 0 ? head.length : found;
    const text = decodeText(head.subarray(start, end))
      .replace(/^\ufeff/, '')
      .replace(/\0/g, '')
      .trim();
    if (text !== '') lines.push({ start, text });
    start = end + 1;
  }
  return lines;
}

function bestDelimiter(lines: readonly Line[]): string {
  const scores = delimiters.map((delimiter) =>
    lines.reduce((sum, line) => sum + numericShare(line.text, delimiter), 0),
  );
  const best = scores.indexOf(Math.max(...scores));
  const [tab, space] = [delimiters.indexOf('\t'), delimiters.indexOf(' ')];
  // Blanks part what tabs part too, and names with blanks in them besides.
  const isTabbed = scores[tab] > 0 && 2 * scores[tab] >= scores[space];
  return delimiters[best === space && isTabbed ? tab : best];
}

/** Index of the first line of numbers that the next line agrees with in its number of cells; -1 if there is none. */
function firstRow(lines: readonly Line[], delimiter: string): number {
  const numeric = lines.map((line) => numericShare(line.text, delimiter) > 0);
  const widths = lines.map((line) => cellsOf(line.text, delimiter).length);
  const last = numeric.lastIndexOf(true);
  return numeric.findIndex((isRow, i) => isRow && (i === last || widths[i + 1] === widths[i]));
}

function headerCells(line: string, delimiter: string): string[] {
  return cellsOf(line.replace(/^[#%]+\s*|^\/\/\s*/, ''), delimiter);
}

/** The header over row `first`: the nearest of the three lines above that has as many names as the row has cells. */
function findHeader(lines: readonly Line[], first: number, delimiter: string): string[] | undefined {
  const width = cellsOf(lines[first].text, delimiter).length;
  for (let i = first - 1; i >= Math.max(0, first - 3); i--) {
    const names = headerCells(lines[i].text, delimiter);
    if (names.every((name) => name === '' || isNumeric(name, delimiter))) continue;
    if (names.length === width || (names.length > width && i === first - 1)) return names;
    if (names.length === width - 1 && width > 2) return ['', ...names];
  }
  return undefined;
}

/**
 * How the text that begins with `head` (up to 64 KiB) holds a table. `rowsFrom` is -1 if no line in it is a row of
 * numbers; `header` is then the first line.
 */
export function findDialect(head: Uint8Array): TextDialect {
  const lineEnd = head.includes(10) ? 10 : 13;
  const lines = linesOf(head, lineEnd);
  const delimiter = bestDelimiter(lines);
  const first = firstRow(lines, delimiter);
  const common = { delimiter, lineEnd, decimalComma: false, quotedRows: false };
  if (first < 0) {
    const splits = delimiters.map((each) => headerCells(lines.at(0)?.text ?? '', each));
    const header = splits.find((cells) => cells.length > 1) ?? splits[0];
    return { ...common, header, width: header.length, rowsFrom: -1 };
  }
  const rows = lines.slice(first);
  const cells = rows.flatMap((line) => cellsOf(line.text, delimiter));
  const decimalComma =
    delimiter !== ',' && cells.some((cell) => cell.includes(',') && isNumeric(cell, delimiter));
  const header = findHeader(lines, first, delimiter);
  const quotedRows = isQuotedRow(lines[first].text, delimiter);
  const width = header?.length ?? cellsOf(lines[first].text, delimiter).length;
  return {
    ...common,
    decimalComma,
    quotedRows,
    width,
    rowsFrom: lines[first].start,
    ...(header && { header }),
  };
}
