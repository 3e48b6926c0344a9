import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sweepStaging } from '../engine/staging.js';
import { freshId } from './data-store.js';

/** The session's own folder of passing files, readable by this user alone. */
export interface SessionFiles {
  /** Writes a stream to a file of this name in a folder of its own; the path. Nothing is left if the stream fails. */
  readonly receive: (name: string, chunks: AsyncIterable<Uint8Array>) => Promise<string>;
  /** Writes a stream to a new file at a path, its folders made; nothing is left if the stream fails. */
  readonly receiveAs: (path: string, chunks: AsyncIterable<Uint8Array>) => Promise<void>;
  /** A new empty folder. */
  readonly newFolder: () => Promise<string>;
  /** Removes everything. */
  readonly close: () => Promise<void>;
}

/** In bytes; file systems end at 255. */
const longestName = 240;

/** The last part of a name from outside, without what a file system could take for anything else. */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const clean = last.replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '_').replace(/^\.+|[. ]+$/g, '');
  let short = clean;
  while (Buffer.byteLength(short) > longestName) short = short.slice(1);
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(short) || short === '' ? `file_${short}` : short;
}

/** Makes the folder, and removes those that killed sessions left behind, save those that are to be kept. */
export async function makeSessionFiles(
  parent = tmpdir(),
  keep: ReadonlySet<string> = new Set(),
): Promise<SessionFiles> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  // Another user's leavings cannot be removed: they are that user's to sweep.
  await sweepStaging(parent, keep).catch(() => undefined);
  const root = await mkdtemp(join(parent, `.epiflux-${process.pid}-`));
  const newFolder = async (): Promise<string> => {
    const folder = join(root, freshId());
    await mkdir(folder);
    return folder;
  };
  const receive: SessionFiles['receive'] = async (name, chunks) => {
    const folder = await newFolder();
    const path = join(folder, safeName(name));
    try {
      await pipeline(Readable.from(chunks), createWriteStream(path, { flags: 'wx' }));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return path;
  };
  const receiveAs: SessionFiles['receiveAs'] = async (path, chunks) => {
    await mkdir(dirname(path), { recursive: true });
    try {
      await pipeline(Readable.from(chunks), createWriteStream(path, { flags: 'wx' }));
    } catch (error) {
      const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!isThere) await rm(path, { force: true });
      throw error;
    }
  };
  return { receive, receiveAs, newFolder, close: () => rm(root, { recursive: true, force: true }) };
}
