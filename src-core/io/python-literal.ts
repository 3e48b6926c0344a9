/** A value as Python writes it: what the head of an npy file is made of. */
export type PythonValue =
  string | number | boolean | null | readonly PythonValue[] | ReadonlyMap<string, PythonValue>;

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
}

const deepest = 32;
const words: Readonly<Record<string, PythonValue>> = { True: true, False: false, None: null };

function skip(cursor: Cursor): string {
  while (/\s/.test(cursor.text.charAt(cursor.at))) cursor.at++;
  return cursor.text.charAt(cursor.at);
}

function take(cursor: Cursor, mark: string): boolean {
  if (skip(cursor) !== mark) return false;
  cursor.at++;
  return true;
}

function readString(cursor: Cursor, quote: string): string | undefined {
  const end = cursor.text.indexOf(quote, cursor.at + 1);
  if (end < 0) return undefined;
  const found = cursor.text.slice(cursor.at + 1, end);
  cursor.at = end + 1;
  // Escapes do not occur in names of fields; a head with them is not understood.
  return found.includes('\\') ? undefined : found;
}

function readItems(cursor: Cursor, closing: string): PythonValue[] | undefined {
  const items: PythonValue[] = [];
  while (!take(cursor, closing)) {
    const item = readValue(cursor);
    if (item === undefined) return undefined;
    items.push(item);
    if (!take(cursor, ',') && skip(cursor) !== closing) return undefined;
  }
  return items;
}

function readMap(cursor: Cursor): ReadonlyMap<string, PythonValue> | undefined {
  const entries = new Map<string, PythonValue>();
  while (!take(cursor, '}')) {
    const key = readValue(cursor);
    if (typeof key !== 'string' || !take(cursor, ':')) return undefined;
    const value = readValue(cursor);
    if (value === undefined) return undefined;
    entries.set(key, value);
    if (!take(cursor, ',') && skip(cursor) !== '}') return undefined;
  }
  return entries;
}

function readWord(cursor: Cursor): PythonValue | undefined {
  const word = /^[+-]?\w+/.exec(cursor.text.slice(cursor.at, cursor.at + 40))?.[0] ?? '';
  cursor.at += word.length;
  if (Object.hasOwn(words, word)) return words[word];
  return /^[+-]?\d+L?$/.test(word) ? parseInt(word, 10) : undefined;
}

function readValue(cursor: Cursor): PythonValue | undefined {
  const mark = skip(cursor);
  if (cursor.depth >= deepest) return undefined;
  if (mark === "'" || mark === '"') return readString(cursor, mark);
  const readers: Readonly<Record<string, () => PythonValue | undefined>> = {
    '[': () => readItems(cursor, ']'),
    '(': () => readItems(cursor, ')'),
    '{': () => readMap(cursor),
  };
  if (!Object.hasOwn(readers, mark)) return readWord(cursor);
  cursor.at++;
  cursor.depth++;
  const value = readers[mark]();
  cursor.depth--;
  return value;
}

/** The value that a text of strings, whole numbers, lists, tuples and dictionaries stands for; undefined for any other. */
export function parsePython(text: string): PythonValue | undefined {
  const cursor: Cursor = { text, at: 0, depth: 0 };
  const value = readValue(cursor);
  return skip(cursor) === '' ? value : undefined;
}
