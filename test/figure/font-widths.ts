import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The characters whose widths the layout knows: Latin, Greek, Cyrillic, punctuation, scripts, arrows, operators. */
const ranges: readonly (readonly [first: number, last: number])[] = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x370, 0x3ff],
  [0x400, 0x45f],
  [0x2010, 0x2044],
  [0x2070, 0x209c],
  [0x20ac, 0x20ac],
  [0x2190, 0x2195],
  [0x2200, 0x226f],
];

/** Path of the regular face in the font package. */
export const fontPath = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

interface FontTables {
  readonly view: DataView;
  readonly offset: (tag: string) => number;
}

function openFont(path: string): FontTables {
  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offsets = new Map<string, number>();
  for (let i = 0; i < view.getUint16(4); i++) {
    const at = 12 + 16 * i;
    offsets.set(bytes.toString('latin1', at, at + 4), view.getUint32(at + 8));
  }
  const offset = (tag: string): number => {
    const found = offsets.get(tag);
    if (found === undefined) throw new Error(`The font has no table ${tag}.`);
    return found;
  };
  return { view, offset };
}

/** Glyph of a character by the format-12 character map (Windows, full Unicode); 0 if there is none. */
function glyphFinder(font: FontTables): (code: number) => number {
  const { view } = font;
  const cmap = font.offset('cmap');
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const table = cmap + view.getUint32(cmap + 4 + 8 * i + 4);
    if (view.getUint16(table) !== 12) continue;
    return (code) => {
      for (let group = 0; group < view.getUint32(table + 12); group++) {
        const at = table + 16 + 12 * group;
        const [first, last] = [view.getUint32(at), view.getUint32(at + 4)];
        if (code >= first && code <= last) return view.getUint32(at + 8) + code - first;
      }
      return 0;
    };
  }
  throw new Error('The font has no format-12 character map.');
}

/** Advance widths in font units of the characters first..last; 0 where the font has no glyph. */
function advances(font: FontTables, first: number, last: number): number[] {
  const { view } = font;
  const glyphOf = glyphFinder(font);
  const metrics = view.getUint16(font.offset('hhea') + 34);
  return Array.from({ length: last - first + 1 }, (_, k) => {
    const glyph = glyphOf(first + k);
    return glyph === 0 ? 0 : view.getUint16(font.offset('hmtx') + 4 * Math.min(glyph, metrics - 1));
  });
}

/** Wraps numbers into lines of quoted text of at most about 100 characters. */
function quotedLines(widths: readonly number[]): string {
  const lines: string[] = [''];
  for (const width of widths) {
    const line = lines.length - 1;
    if (lines[line].length > 96) lines.push(`${String(width)} `);
    else lines[line] += `${String(width)} `;
  }
  if (lines.length === 1) return `'${lines[0].trim()}'`;
  return `\n${lines.map((line, i) => `      '${i === lines.length - 1 ? line.trim() : line}'`).join(' +\n')}`;
}

/** The source text of src-core/figure/font-widths.ts. */
export function fontWidthsSource(): string {
  const font = openFont(fontPath);
  const unitsPerEm = font.view.getUint16(font.offset('head') + 18);
  const entries = ranges.map(([first, last]) => {
    const text = quotedLines(advances(font, first, last));
    const widths = text.startsWith('\n') ? `widths:${text}` : `widths: ${text}`;
    return `  {\n    first: 0x${first.toString(16)},\n    ${widths},\n  },`;
  });
  return `// Written by test/figure/font-widths.ts from DejaVu Sans 2.37; renew with \`npx vitest run test/figure/font-widths -u\`.

/** Font units per em of the widths. */
export const unitsPerEm = ${String(unitsPerEm)};

/** Advance widths of DejaVu Sans: one number for each character from \`first\` on, 0 where the font has none. */
export const advanceRanges: readonly { readonly first: number; readonly widths: string }[] = [
${entries.join('\n')}
];
`;
}
