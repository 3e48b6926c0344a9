import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CoreError } from '../../src-core/index.js';
import type { WrittenFile } from './messages.js';

const prefix = '.epiflux-';

/** A failed system call that was to write `path`, as a `usage` CoreError; anything else comes back as it was. */
export function writeFailure(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error && 'syscall' in error)) return error;
  const message = `The output cannot be written (${String(error.code)}).`;
  const hint = 'Choose a folder that you may write to, on a disk with space left.';
  return new CoreError({ tag: 'usage', message, where: path, hint }, error);
}

/** Whether a process of this number runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Removes the unfinished files that killed processes left in `folder`, save those of the names to be kept. */
export async function sweepStaging(folder: string, keep: ReadonlySet<string> = new Set()): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^\.epiflux-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !keep.has(name) && !isAlive(Number(pid)))
      await rm(join(folder, name), { recursive: true });
  }
}

/** Makes the output folder if need be; whether it was made. Throws `usage` where that cannot be done. */
export async function makeFolder(folder: string): Promise<boolean> {
  try {
    return (await mkdir(folder, { recursive: true })) !== undefined;
  } catch (error) {
    throw writeFailure(folder, error);
  }
}

async function openStaging(out: string): Promise<string> {
  try {
    await sweepStaging(out);
    return await mkdtemp(join(out, `${prefix}${String(process.pid)}-`));
  } catch (error) {
    throw writeFailure(out, error);
  }
}

/** Bytes in pieces, all there or made one after the other. */
export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** How a file is written: what sees its pieces as they go, and its rights. */
interface Writing {
  readonly see?: (chunk: Uint8Array) => void;
  readonly mode?: number;
}

async function writeDurably(path: string, chunks: Chunks, writing: Writing = {}): Promise<void> {
  const { see, mode = 0o666 } = writing;
  const handle = await open(path, 'w', mode);
  try {
    for await (const chunk of chunks) {
      see?.(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file, the chunks one after the other, into a staging folder and flushes it to the disk; throws `usage`
 * where it cannot be written, and what making the chunks throws.
 */
export async function writeStaged(folder: string, name: string, chunks: Chunks): Promise<WrittenFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const see = (chunk: Uint8Array): void => {
      hash.update(chunk);
      bytes += chunk.length;
    };
    await writeDurably(join(folder, name), chunks, { see });
  } catch (error) {
    throw writeFailure(join(folder, name), error);
  }
  return { name, bytes, sha256: hash.digest('hex') };
}

/** Replaces a file whole or not at all: written beside under a passing name, flushed, renamed. */
export async function replaceFile(path: string, bytes: Uint8Array, mode = 0o666): Promise<void> {
  const passing = join(dirname(path), `${prefix}${String(process.pid)}-${basename(path)}`);
  try {
    await writeDurably(passing, [bytes], { mode });
    await rename(passing, path);
  } catch (error) {
    await rm(passing, { force: true });
    throw writeFailure(path, error);
  }
}

async function refuseFolders(out: string, files: readonly WrittenFile[]): Promise<void> {
  for (const { name } of files) {
    const present = await stat(join(out, name)).catch(() => undefined);
    if (!present?.isDirectory()) continue;
    const message = 'A folder stands where a result file is to be written.';
    throw new CoreError({
      tag: 'usage',
      message,
      where: join(out, name),
      hint: 'Rename it, or choose another folder for the results.',
    });
  }
}

async function commit(staging: string, out: string, files: readonly WrittenFile[]): Promise<void> {
  await refuseFolders(out, files);
  try {
    for (const { name } of files) await rename(join(staging, name), join(out, name));
  } catch (error) {
    throw writeFailure(out, error);
  }
}

async function removeIfEmpty(out: string, staging: string): Promise<void> {
  await rm(staging, { recursive: true, force: true });
  await rmdir(out).catch(() => undefined);
}

/**
 * Lets `produce` write a set of files into a staging folder inside `out`, and moves them into `out` in the order
 * given once all are complete. A failure or a cancel leaves `out` as it was. Made here, on the host's side, so that
 * a terminated thread leaves nothing behind.
 */
export async function inStaging<T extends { readonly files: readonly WrittenFile[] }>(
  out: string,
  produce: (staging: string) => Promise<T>,
): Promise<T> {
  const isNew = await makeFolder(out);
  const staging = await openStaging(out);
  try {
    const produced = await produce(staging);
    await commit(staging, out, produced.files);
    return produced;
  } catch (error) {
    if (isNew) await removeIfEmpty(out, staging);
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
