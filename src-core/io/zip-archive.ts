import { CoreError } from '../errors.js';
import { breathe, type Run } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { readExactly, readUpTo, unreadable } from './file-error.js';
import { decodeText } from './text.js';

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** 0: as it is, 8: deflate. */
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Byte of the archive at which its local head begins. */
  readonly offset: number;
}

interface ByteReader {
  readonly read: () => Promise<{ done: boolean; value?: Uint8Array }>;
  readonly cancel: () => Promise<void>;
}
declare const DecompressionStream: new (format: 'deflate-raw') => {
  readonly readable: { getReader: () => ByteReader };
  readonly writable: {
    getWriter: () => { write: (bytes: Uint8Array) => Promise<void>; close: () => Promise<void> };
  };
};

/** Deflate grows data by at most this factor. */
const deflateLimit = 1032;
const entryBudget = 2 ** 31;
const mostEntries = 10_000;
const endMark = 0x06054b50;
const entryMark = 0x02014b50;
const localMark = 0x04034b50;
/** Where the end of the archive is looked for: its record, and the longest comment after it. */
const tailLength = 22 + 65_535;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function broken(source: ByteSource, what: string): Error {
  return unreadable(source, `is a zip archive that ${what}.`, 'Copy or export the file again.');
}

async function findDirectory(source: ByteSource): Promise<{ offset: number; size: number }> {
  const from = Math.max(0, source.size - tailLength);
  const tail = await readUpTo(source, from, tailLength);
  const view = viewOf(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== endMark) continue;
    const [size, offset] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    if (offset === 0xffffffff) throw broken(source, 'is over 4 GiB, which is not read here');
    return { offset, size: Math.min(size, from + at - offset) };
  }
  throw broken(source, 'is cut short: it has no list of its files');
}

/** The files in an archive. Throws `unreadable` for one that is cut short or broken. */
export async function zipEntries(source: ByteSource): Promise<readonly ZipEntry[]> {
  const { offset, size } = await findDirectory(source);
  if (size < 0) throw broken(source, 'is broken: the list of its files is out of place');
  const bytes = await readExactly(source, offset, size);
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= bytes.length && view.getUint32(at, true) === entryMark;) {
    const [name, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const [packedBytes, unpacked, head] = [20, 24, 42].map((place) => view.getUint32(at + place, true));
    entries.push({
      name: decodeText(bytes.subarray(at + 46, at + 46 + name)),
      method: view.getUint16(at + 10, true),
      ...{ packedBytes, bytes: unpacked, offset: head },
    });
    if (entries.length > mostEntries) throw broken(source, `holds more than ${mostEntries} files`);
    at += 46 + name + extra + comment;
  }
  return entries;
}

interface Packed {
  readonly source: ByteSource;
  readonly bytes: Uint8Array;
  readonly entry: ZipEntry;
}

async function inflate({ source, bytes, entry }: Packed, run: Run): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream('deflate-raw');
  const writer = writable.getWriter();
  const ignore = (): undefined => undefined;
  writer.write(bytes).catch(ignore);
  writer.close().catch(ignore);
  const reader = readable.getReader();
  const out = new Uint8Array(entry.bytes);
  let end = 0;
  try {
    for (let piece = await reader.read(); !piece.done && end < out.length; piece = await reader.read()) {
      const part = (piece.value ?? new Uint8Array(0)).subarray(0, out.length - end);
      out.set(part, end);
      end += part.length;
      await breathe(run);
    }
  } catch (error) {
    if (error instanceof CoreError) throw error;
    // What came before the broken place does not make up the file.
  }
  reader.cancel().catch(ignore);
  if (end < out.length) throw broken(source, `is broken: "${entry.name}" in it cannot be unpacked`);
  return out;
}

/** The unpacked bytes of a file in an archive. Throws `unreadable` where it is broken, `memory` over 2 GiB, `cancelled`. */
export async function readZipEntry(source: ByteSource, entry: ZipEntry, run: Run): Promise<Uint8Array> {
  const { name, bytes, packedBytes, method, offset } = entry;
  if (bytes > entryBudget)
    throw new CoreError({
      tag: 'memory',
      message: `"${name}" in ${source.name} takes ${bytes} bytes unpacked, over the budget of 2 GiB.`,
      where: source.name,
      hint: 'Split the table, one nucleus a file.',
    });
  const head = await readExactly(source, offset, 30);
  const view = viewOf(head);
  if (
    view.getUint32(0, true) !== localMark ||
    (method !== 0 && method !== 8) ||
    (view.getUint16(6, true) & 1) === 1
  )
    throw broken(source, `holds "${name}" in a form that is not read here (encrypted, or packed otherwise)`);
  if (bytes > packedBytes * deflateLimit || (method === 0 && bytes !== packedBytes))
    throw broken(source, `is broken: the size of "${name}" in it is wrong`);
  const start = offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const packed = await readExactly(source, start, packedBytes);
  return method === 0 ? packed : await inflate({ source, bytes: packed, entry }, run);
}
