import type { ByteSource } from './byte-source.js';
import { readExactly, readUpTo, unreadable } from './file-error.js';
import type { NumberFormat } from './number-format.js';
import { parsePython, type PythonValue } from './python-literal.js';
import { decodeText } from './text.js';

/** What one element of an array is: a number, or a record of fields. */
export interface NpyType {
  readonly bytes: number;
  readonly number?: NumberFormat;
  readonly fields?: ReadonlyMap<string, NpyField>;
}

/** A field of a record: `repeats` elements of its type, one after the other, from byte `offset` of the record on. */
export interface NpyField {
  readonly offset: number;
  readonly type: NpyType;
  readonly repeats: number;
}

/** A NumPy array in a file. */
export interface NpyArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly isFortran: boolean;
  /** Byte of the file at which the elements begin. */
  readonly offset: number;
}

const headLength = 65_536;
const mostFields = 10_000;

function broken(source: ByteSource, what: string): Error {
  return unreadable(source, `is a NumPy array whose head ${what}.`, 'Export the array again.');
}

/** A type as NumPy writes it, such as "<f8"; strings and other things without numbers have only a length. */
function simpleType(text: string): NpyType | undefined {
  const match = /^([<>|=]?)([a-zA-Z?])(\d*)(?:\[\w+\])?$/.exec(text);
  if (match === null) return undefined;
  const [, order, kind, digits] = match;
  const bytes = kind === '?' ? 1 : Number(digits) * (kind === 'U' ? 4 : 1);
  if (!(bytes >= 0 && bytes < 2 ** 20)) return undefined;
  const known = { i: 'i', u: 'u', f: 'f', b: 'b', '?': 'b' } as const;
  const found = Object.hasOwn(known, kind) ? known[kind as keyof typeof known] : undefined;
  return { bytes, ...(found && { number: { kind: found, bytes, littleEndian: order !== '>' } }) };
}

function repeatsOf(shape: PythonValue | undefined): number | undefined {
  if (shape === undefined) return 1;
  const sizes = Array.isArray(shape) ? (shape as readonly PythonValue[]) : [shape];
  const product = sizes.reduce<number>((total, size) => total * (typeof size === 'number' ? size : NaN), 1);
  return product >= 0 && product < 2 ** 20 ? product : undefined;
}

function recordType(entries: readonly PythonValue[]): NpyType | undefined {
  const fields = new Map<string, NpyField>();
  let bytes = 0;
  for (const entry of entries) {
    if (!Array.isArray(entry) || fields.size >= mostFields) return undefined;
    const [title, described, shape] = entry as readonly PythonValue[];
    // A field with a title is written as (title, name).
    const name = Array.isArray(title) ? (title as readonly PythonValue[]).at(-1) : title;
    const type = readType(described);
    const repeats = repeatsOf(shape);
    if (typeof name !== 'string' || type === undefined || repeats === undefined) return undefined;
    // NumPy writes gaps in a record as fields without a name.
    if (name !== '') fields.set(name, { offset: bytes, type, repeats });
    bytes += type.bytes * repeats;
  }
  return { bytes, fields };
}

function readType(described: PythonValue | undefined): NpyType | undefined {
  if (typeof described === 'string') return simpleType(described);
  return Array.isArray(described) ? recordType(described as readonly PythonValue[]) : undefined;
}

async function headText(source: ByteSource): Promise<{ text: string; offset: number }> {
  const head = await readExactly(source, 0, 12);
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const [start, length] = head[6] >= 2 ? [12, view.getUint32(8, true)] : [10, view.getUint16(8, true)];
  if (length > headLength) throw broken(source, `is too long (${length} bytes)`);
  return { text: decodeText(await readUpTo(source, start, length)), offset: start + length };
}

/** What an npy file holds, by its head. Throws `unreadable` for a head that is broken or cut short. */
export async function openNpy(source: ByteSource): Promise<NpyArray> {
  const { text, offset } = await headText(source);
  const head = parsePython(text);
  if (!(head instanceof Map)) throw broken(source, 'cannot be understood');
  const entries = head as ReadonlyMap<string, PythonValue>;
  const type = readType(entries.get('descr'));
  const shape = entries.get('shape');
  const isShape =
    Array.isArray(shape) &&
    shape.every((size) => typeof size === 'number' && Number.isSafeInteger(size) && size >= 0);
  if (type === undefined || !isShape) throw broken(source, 'names a type or shape that cannot be read');
  return {
    type,
    shape: shape as readonly number[],
    isFortran: entries.get('fortran_order') === true,
    offset,
  };
}
