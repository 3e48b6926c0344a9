import { breathe, type Run } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { decodeText } from './text.js';
import { cutShort, readExactly, readUpTo, unreadable } from './file-error.js';

/** One image file directory: where it is and its entries as they are stored. */
export interface TiffDirectory {
  readonly offset: number;
  readonly entries: Uint8Array;
}

/** A TIFF file's byte order, variant and chain of directories. `warnings` say where the chain had to be cut. */
export interface TiffFile {
  readonly source: ByteSource;
  readonly littleEndian: boolean;
  readonly big: boolean;
  readonly directories: readonly TiffDirectory[];
  readonly warnings: readonly string[];
}

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the value field of the entry is, in the bytes of the directory. */
  readonly field: number;
}

type Header = Pick<TiffFile, 'source' | 'littleEndian' | 'big'> & { readonly first: number };

const mostDirectories = 65_536;
const mostEntries = 4096;
/** Bytes that all directories, and one metadata entry, may take. */
const mostBytes = 2 ** 26;
const typeSizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
const exportAgain = 'Export the image again as TIFF or OME-TIFF.';

/** Whether `head` begins like a TIFF or BigTIFF file, in either byte order. */
export function isTiff(head: Uint8Array): boolean {
  const [a, b, c, d] = head;
  const magic = a === 0x49 ? [c, d] : [d, c];
  return (
    head.length >= 8 &&
    a === b &&
    (a === 0x49 || a === 0x4d) &&
    magic[1] === 0 &&
    (magic[0] === 42 || magic[0] === 43)
  );
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function wideNumber(view: DataView, byte: number, littleEndian: boolean): number {
  return Number(view.getBigUint64(byte, littleEndian));
}

async function readHeader(source: ByteSource): Promise<Header> {
  const head = await readUpTo(source, 0, 16);
  if (!isTiff(head)) throw unreadable(source, 'is not a TIFF file.', exportAgain);
  const littleEndian = head[0] === 0x49;
  const view = viewOf(head);
  const big = view.getUint16(2, littleEndian) === 43;
  if (!big) return { source, littleEndian, big, first: view.getUint32(4, littleEndian) };
  if (head.length < 16) throw cutShort(source, 16);
  if (view.getUint16(4, littleEndian) !== 8)
    throw unreadable(source, 'is a BigTIFF with offsets that are not of 8 bytes.', exportAgain);
  return { source, littleEndian, big, first: wideNumber(view, 8, littleEndian) };
}

async function readDirectory(
  header: Header,
  offset: number,
): Promise<{ directory: TiffDirectory; next: number }> {
  const { source, littleEndian, big } = header;
  const [countSize, entrySize, nextSize] = big ? [8, 20, 8] : [2, 12, 4];
  const start = await readExactly(source, offset, countSize);
  const count = big ? wideNumber(viewOf(start), 0, littleEndian) : viewOf(start).getUint16(0, littleEndian);
  if (count === 0 || count > mostEntries)
    throw unreadable(source, `has a directory with ${count} entries at byte ${offset}.`, exportAgain);
  const length = count * entrySize;
  const entries = (await readExactly(source, offset + countSize, length)).slice();
  const tail = await readUpTo(source, offset + countSize + length, nextSize);
  if (tail.length < nextSize) return { directory: { offset, entries }, next: 0 };
  const next = big ? wideNumber(viewOf(tail), 0, littleEndian) : viewOf(tail).getUint32(0, littleEndian);
  return { directory: { offset, entries }, next };
}

function tooMany(count: number): string {
  return `Only the first ${count} images of the file are read; their list does not end.`;
}

/** Why the chain of directories ends at `next` although it goes on, or undefined if it can be followed. */
function chainProblem(seen: ReadonlySet<number>, next: number, header: Header): string | undefined {
  const { source } = header;
  if (seen.has(next))
    return `The list of images turns back on itself after ${seen.size} image(s); reading stopped there.`;
  if (next >= source.size)
    return `The file is cut short or damaged: image ${seen.size + 1} should be at byte ${next}, the file ends after ${source.size} bytes.`;
  if (seen.size >= mostDirectories) return tooMany(seen.size);
  return undefined;
}

async function followChain(header: Header, run: Run): Promise<TiffFile> {
  const directories: TiffDirectory[] = [];
  const warnings: string[] = [];
  const seen = new Set<number>();
  let bytes = 0;
  for (let next = header.first; next !== 0;) {
    await breathe(run);
    const problem = bytes > mostBytes ? tooMany(seen.size) : chainProblem(seen, next, header);
    if (problem !== undefined) {
      warnings.push(problem);
      break;
    }
    seen.add(next);
    try {
      const read = await readDirectory(header, next);
      directories.push(read.directory);
      bytes += read.directory.entries.length;
      next = read.next;
    } catch (error) {
      if (directories.length === 0) throw error;
      warnings.push(
        `Image ${seen.size} of the file is damaged; only the ${directories.length} before it are read.`,
      );
      break;
    }
  }
  return { ...header, directories, warnings };
}

/**
 * Reads the header and every directory of a TIFF or BigTIFF file, not its pixels. A chain that loops, leaves the file
 * or does not end is cut, with a warning. Throws `unreadable` if there is not one directory.
 */
export async function readTiffFile(source: ByteSource, run: Run): Promise<TiffFile> {
  const header = await readHeader(source);
  if (header.first >= source.size) throw cutShort(source, header.first + 2);
  const file = await followChain(header, run);
  if (file.directories.length === 0)
    throw unreadable(source, 'is a TIFF file without an image in it.', exportAgain);
  return file;
}

/** The head of a TIFF or BigTIFF file: as `readTiffFile`, but with its first directory alone. */
export async function readTiffHead(source: ByteSource): Promise<TiffFile> {
  const header = await readHeader(source);
  const { directory } = await readDirectory(header, header.first);
  return { ...header, directories: [directory], warnings: [] };
}

function findEntry(file: TiffFile, directory: TiffDirectory, tag: number): Entry | undefined {
  const { littleEndian, big } = file;
  const view = viewOf(directory.entries);
  const entrySize = big ? 20 : 12;
  for (let at = 0; at + entrySize <= view.byteLength; at += entrySize) {
    if (view.getUint16(at, littleEndian) !== tag) continue;
    const count = big ? wideNumber(view, at + 4, littleEndian) : view.getUint32(at + 4, littleEndian);
    return { type: view.getUint16(at + 2, littleEndian), count, field: at + (big ? 12 : 8) };
  }
  return undefined;
}

function inlineBytes(file: TiffFile, directory: TiffDirectory, entry: Entry): Uint8Array | undefined {
  const length = entry.count * (typeSizes[entry.type] ?? 0);
  return length <= (file.big ? 8 : 4)
    ? directory.entries.subarray(entry.field, entry.field + length)
    : undefined;
}

async function valueBytes(file: TiffFile, directory: TiffDirectory, entry: Entry): Promise<Uint8Array> {
  const inline = inlineBytes(file, directory, entry);
  if (inline !== undefined) return inline;
  const view = viewOf(directory.entries);
  const { littleEndian, big, source } = file;
  const offset = big
    ? wideNumber(view, entry.field, littleEndian)
    : view.getUint32(entry.field, littleEndian);
  const length = entry.count * (typeSizes[entry.type] ?? 0);
  if (length > mostBytes) throw unreadable(source, `has a metadata entry of ${length} bytes.`, exportAgain);
  return await readExactly(source, offset, length);
}

function numberAt(view: DataView, byte: number, type: number, littleEndian: boolean): number {
  switch (type) {
    case 3:
      return view.getUint16(byte, littleEndian);
    case 4:
    case 13:
      return view.getUint32(byte, littleEndian);
    case 5:
      return view.getUint32(byte, littleEndian) / view.getUint32(byte + 4, littleEndian);
    case 6:
      return view.getInt8(byte);
    case 8:
      return view.getInt16(byte, littleEndian);
    case 9:
      return view.getInt32(byte, littleEndian);
    case 10:
      return view.getInt32(byte, littleEndian) / view.getInt32(byte + 4, littleEndian);
    case 11:
      return view.getFloat32(byte, littleEndian);
    case 12:
      return view.getFloat64(byte, littleEndian);
    case 16:
    case 18:
      return wideNumber(view, byte, littleEndian);
    case 17:
      return Number(view.getBigInt64(byte, littleEndian));
    default:
      return view.getUint8(byte);
  }
}

function numbersIn(bytes: Uint8Array, type: number, littleEndian: boolean): Float64Array {
  const view = viewOf(bytes);
  const size = typeSizes[type];
  const values = new Float64Array(Math.floor(bytes.length / size));
  for (let i = 0; i < values.length; i++) values[i] = numberAt(view, i * size, type, littleEndian);
  return values;
}

/** Whether the directory has the tag. */
export function hasTag(file: TiffFile, directory: TiffDirectory, tag: number): boolean {
  return findEntry(file, directory, tag) !== undefined;
}

/** The first number of a tag if it is whole and stored in the directory itself, undefined otherwise. */
export function inlineNumber(file: TiffFile, directory: TiffDirectory, tag: number): number | undefined {
  const entry = findEntry(file, directory, tag);
  const bytes = entry && inlineBytes(file, directory, entry);
  if (!bytes || bytes.length === 0) return undefined;
  const value = numbersIn(bytes, entry.type, file.littleEndian)[0];
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The numbers of a tag (rationals as quotients), or undefined if it is absent or of an unknown type. */
export async function tagNumbers(
  file: TiffFile,
  directory: TiffDirectory,
  tag: number,
): Promise<Float64Array | undefined> {
  const entry = findEntry(file, directory, tag);
  if (entry === undefined || !typeSizes[entry.type] || entry.count === 0) return undefined;
  return numbersIn(await valueBytes(file, directory, entry), entry.type, file.littleEndian);
}

/** The bytes of a tag as they are stored, or undefined if it is absent or of an unknown type. */
export async function tagBytes(
  file: TiffFile,
  directory: TiffDirectory,
  tag: number,
): Promise<Uint8Array | undefined> {
  const entry = findEntry(file, directory, tag);
  if (entry === undefined || !typeSizes[entry.type]) return undefined;
  return await valueBytes(file, directory, entry);
}

/** The text of a tag up to its first NUL, or undefined if it is absent or cannot be read. */
export async function tagText(
  file: TiffFile,
  directory: TiffDirectory,
  tag: number,
): Promise<string | undefined> {
  try {
    const bytes = await tagBytes(file, directory, tag);
    if (bytes === undefined) return undefined;
    const end = bytes.indexOf(0);
    return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
  } catch {
    return undefined;
  }
}
