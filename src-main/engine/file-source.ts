import { createHash } from 'node:crypto';
import { type BigIntStats, createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import {
  type ByteSource,
  CoreError,
  memorySource,
  namedSetFiles,
  type Run,
  throwIfCancelled,
} from '../../src-core/index.js';
import { openHdf5 } from './hdf5-file.js';

const unpackedLimit = 4 * 2 ** 30;
const chunkBytes = 2 ** 20;

/** An input file that is open for reading. */
export interface OpenFile {
  readonly source: ByteSource;
  readonly path: string;
  /** Size on disk, before any gunzip. */
  readonly bytes: number;
  readonly close: () => Promise<void>;
}

const reasons: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  ENOENT: ['There is no such file.', 'Check the path.'],
  ENOTDIR: ['There is no such file.', 'Check the path.'],
  EACCES: ['There is no permission to read this file.', 'Give yourself read permission, or copy the file.'],
  EPERM: ['There is no permission to read this file.', 'Give yourself read permission, or copy the file.'],
  EISDIR: ['This is a folder, not a file.', 'Choose one file; a batch takes a folder.'],
};

function unreadable(path: string, message: string, hint: string): CoreError {
  return new CoreError({ tag: 'unreadable', message, where: path, hint });
}

/** A failed system call on `path`, as an `unreadable` CoreError; anything else comes back as it was. */
export function readFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error && 'syscall' in error)) return error;
  const code = String(error.code);
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (known) return unreadable(path, known[0], known[1]);
  return unreadable(path, `The file cannot be read (${code}).`, 'Copy it to a local disk and try again.');
}

async function* chunksOf(path: string, run: Run): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    throwIfCancelled(run);
    yield chunk as Buffer;
  }
}

/** How long a file must have been left alone before its times tell one content from another, in ns. */
const settledAfter = 100_000_000n;
const second = 1_000_000_000n;

/**
 * Path, place on the disk, size and times of a file; '' where it was changed so lately that another change might leave
 * the same times (a file system that counts whole seconds needs two of them).
 */
function identityOf(path: string, { dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  const latest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  const wait = latest % second === 0n ? 2n * second : settledAfter;
  const age = BigInt(Date.now()) * 1_000_000n - latest;
  return age < wait ? '' : [path, dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** Parts what says which the file is from what says which the files beside it are that its content rests on. */
const besideMark = ' beside ';

/** What says which the files are that a file's content rests on besides its own; '' where one has just been changed. */
async function besideIdentity(path: string, names: readonly string[]): Promise<string> {
  const paths = names.map((name) => join(dirname(path), basename(name)));
  const found = await Promise.all(paths.map((name) => stat(name, { bigint: true }).catch(() => undefined)));
  const told = paths.map((name, k) => (found[k] ? identityOf(name, found[k]) : 'none'));
  return told.includes('') ? '' : told.join(' ');
}

/** Names of the sidecars of an HDF5 file, that tell its pixel size. */
function sidecarsOf(path: string): string[] {
  const stem = basename(path).replace(/\.[^.]*$/, '');
  return [`${stem}.yaml`, `${stem}.yml`];
}

/** SHA-256 of a file's bytes, in hex, without holding the file in memory; throws `unreadable`. */
export async function fileSha256(path: string, run: Run): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of chunksOf(path, run)) hash.update(chunk);
  } catch (error) {
    throw readFailure(error, path);
  }
  return hash.digest('hex');
}

function tooLarge(path: string, limit: number): CoreError {
  return new CoreError({
    tag: 'memory',
    message: `The compressed file holds more than ${String(limit)} bytes once unpacked.`,
    where: path,
    hint: 'Unpack it first (gunzip), so that it can be read in pieces.',
  });
}

const hashes = new Map<string, string>();
const mostHashes = 1000;

/**
 * SHA-256 of an open file's bytes; not worked out again while the file has the identity that it was opened with.
 * Throws `unreadable`.
 */
export async function openFileSha256({ path, source: { identity } }: OpenFile, run: Run): Promise<string> {
  const known = identity === undefined ? undefined : hashes.get(identity);
  if (known !== undefined) return known;
  const hash = await fileSha256(path, run);
  // The path may lead to another file by now than the one that was opened.
  const still = identityOf(path, await stat(path, { bigint: true }));
  const isSame = identity === still || identity?.startsWith(`${still}${besideMark}`) === true;
  if (identity !== undefined && still !== '' && isSame) {
    if (hashes.size >= mostHashes) hashes.clear();
    hashes.set(identity, hash);
  }
  return hash;
}

async function gunzip(path: string, limit: number, run: Run): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let size = 0;
  const unpacker = createGunzip({ chunkSize: chunkBytes });
  const file = createReadStream(path, { highWaterMark: chunkBytes });
  file.on('error', (error) => unpacker.destroy(error));
  try {
    for await (const piece of file.pipe(unpacker)) {
      throwIfCancelled(run);
      size += (piece as Buffer).length;
      if (size > limit) throw tooLarge(path, limit);
      pieces.push(piece as Buffer);
    }
  } catch (error) {
    if (error instanceof CoreError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw unreadable(path, `The gzip stream is broken (${detail}).`, 'Copy or download the file again.');
  } finally {
    file.destroy();
  }
  const bytes = new Uint8Array(size);
  pieces.reduce((offset, piece) => (bytes.set(piece, offset), offset + piece.length), 0);
  return bytes;
}

async function readRange(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

const hdf5Mark = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/** A file beside another, opened for each piece that is read of it; undefined where there is none. */
async function fileBeside(path: string, name: string): Promise<ByteSource | undefined> {
  if (name !== basename(name)) return undefined;
  const beside = join(dirname(path), name);
  const found = await stat(beside).catch(() => undefined);
  if (found?.isFile() !== true) return undefined;
  const { size } = found;
  const read: ByteSource['read'] = async (offset, length) => {
    const handle = await open(beside, 'r').catch((error: unknown) => {
      throw readFailure(error, beside);
    });
    try {
      return await readRange(handle, offset, Math.max(0, Math.min(length, size - offset)));
    } finally {
      await handle.close();
    }
  };
  return { name, size, read };
}

function handleSource(handle: FileHandle, path: string, size: number): ByteSource {
  return {
    name: basename(path),
    size,
    beside: (name) => fileBeside(path, name),
    openHdf5: () => openHdf5(path),
    read: async (offset, length) => {
      try {
        return await readRange(handle, offset, Math.max(0, Math.min(length, size - offset)));
      } catch (error) {
        throw readFailure(error, path);
      }
    },
  };
}

async function checkedStat(handle: FileHandle, path: string): Promise<BigIntStats> {
  const stat = await handle.stat({ bigint: true });
  if (stat.isDirectory()) throw unreadable(path, reasons.EISDIR[0], reasons.EISDIR[1]);
  if (!stat.isFile()) throw unreadable(path, 'This is not an ordinary file.', 'Copy its content to a file.');
  if (stat.size === 0n) {
    throw unreadable(
      path,
      'The file is empty (0 bytes).',
      'Export or copy it again: nothing was saved in it.',
    );
  }
  return stat;
}

/** Sizes of files that were unpacked before, by identity: such a file is unpacked again only when it is read. */
const unpackedSizes = new Map<string, number>();

async function unpackedSource(path: string, limit: number, identity: string, run: Run): Promise<ByteSource> {
  const name = basename(path).replace(/\.gz$/i, '');
  const size = unpackedSizes.get(identity);
  if (size === undefined) {
    const source = memorySource(name, await gunzip(path, limit, run));
    if (identity !== '') unpackedSizes.set(identity, source.size);
    return source;
  }
  if (size > limit) throw tooLarge(path, limit);
  let whole: Promise<Uint8Array> | undefined;
  const read: ByteSource['read'] = async (offset, length) => {
    const bytes = await (whole ??= gunzip(path, limit, run));
    return bytes.subarray(offset, Math.min(bytes.length, offset + length));
  };
  return { name, size, read };
}

async function sourceOf(
  handle: FileHandle,
  path: string,
  options: { size: number; limit: number; identity: string; run: Run },
): Promise<ByteSource> {
  const { size, limit, identity, run } = options;
  const magic = await readRange(handle, 0, hdf5Mark.length);
  const packed = magic[0] === 0x1f && magic[1] === 0x8b;
  const source = packed ? await unpackedSource(path, limit, identity, run) : handleSource(handle, path, size);
  if (identity === '') return source;
  const names = hdf5Mark.equals(magic) ? sidecarsOf(path) : packed ? [] : await namedSetFiles(source);
  if (names.length === 0) return { ...source, identity };
  const others = await besideIdentity(path, names);
  return others === '' ? source : { ...source, identity: `${identity}${besideMark}${others}` };
}

/**
 * Opens a file as a byte source; a gzip file is unpacked into memory, up to `limit` bytes (4 GiB), and loses the
 * `.gz` of its name. Throws `unreadable` for a missing or empty file, a folder, one without permission and a broken
 * gzip stream, `memory` over the limit. The caller closes it.
 */
export async function openFile(path: string, run: Run, limit = unpackedLimit): Promise<OpenFile> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const held = handle;
    const stat = await checkedStat(held, path);
    const [size, identity] = [Number(stat.size), identityOf(path, stat)];
    const source = await sourceOf(held, path, { size, limit, identity, run });
    return { source, path, bytes: size, close: () => held.close() };
  } catch (error) {
    await handle?.close();
    throw readFailure(error, path);
  }
}
