import type { ByteSource } from './byte-source.js';
import { readUpTo } from './file-error.js';
import type { Format } from './format.js';
import { parseColumnName } from './table-columns.js';
import { findDialect, isText, type TextDialect } from './text-dialect.js';
import type { TextForm } from './text-table.js';

/** The text that ZEN of Zeiss Elyra exports: tabs, and a footer of settings below the rows. */
export const elyraFormat: Format = {
  id: 'elyra',
  title: 'a Zeiss Elyra txt',
  kind: 'table',
  extensions: ['txt'],
  content:
    'Position X, Y and Z, Precision (units in the header), First Frame, Channel; the footer of settings is passed over',
  recognise: (head) => {
    if (!isText(head)) return false;
    const { delimiter, header = [] } = findDialect(head);
    const keys = header.map((name) => parseColumnName(name).key);
    return delimiter === '\t' && ['index', 'first frame', 'x', 'y'].every((key) => keys.includes(key));
  },
};

/** ZEN writes some lines on settings and one for each region of interest. */
const longestFooter = 2 ** 20;

/** Where in the last bytes of the file the footer begins: at a NUL, or at the first line of `key : value`. */
function footerStart(tail: Uint8Array): number {
  for (let at = 0; at < tail.length; at++) {
    const isLineStart = at === 0 || tail[at - 1] === 10 || tail[at - 1] === 13;
    if (!isLineStart) continue;
    if (tail[at] === 0) return at;
    const letter = tail[at] | 0x20;
    if (letter < 0x61 || letter > 0x7a) continue;
    for (let end = at; end < tail.length && tail[end] >= 0x20; end++)
      if (tail[end] === 0x3a && tail[end - 1] === 0x20) return at;
  }
  return tail.length;
}

/** How an Elyra text holds its table: rows end where the footer begins. */
export async function elyraForm(source: ByteSource, dialect: TextDialect): Promise<TextForm> {
  const from = Math.max(dialect.rowsFrom, source.size - longestFooter);
  const tail = await readUpTo(source, from, source.size - from);
  return { dialect: { ...dialect, rowsTo: from + footerStart(tail) } };
}
