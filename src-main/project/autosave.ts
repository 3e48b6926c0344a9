import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { isAlive, replaceFile, sweepStaging } from '../engine/staging.js';
import { freshId } from '../session/data-store.js';

/** A text that is still to be made; null stands for no file. */
export type LateText = (() => Promise<string>) | null;

/** The file that says what is open, for the case that the program ends without being asked to. */
export interface Autosave {
  /**
   * Writes the text whole or not at all (null: removes the file); of texts that come meanwhile the last one follows.
   * Whether the last one is on the disk; never rejects.
   */
  readonly write: (text: LateText) => Promise<boolean>;
  /** Waits for what is being written. */
  readonly settled: () => Promise<void>;
}

/** What a program that is gone had open. */
export interface Leftover {
  readonly path: string;
  readonly text: string;
  readonly savedAt: Date;
}

const onlyTheUser = 0o600;
const onlyTheUserFolder = 0o700;

async function writeText(path: string, text: LateText): Promise<boolean> {
  try {
    if (text === null) {
      await rm(path, { force: true });
      return true;
    }
    const bytes = new TextEncoder().encode(await text());
    await mkdir(dirname(path), { recursive: true, mode: onlyTheUserFolder });
    await replaceFile(path, bytes, onlyTheUser);
    return true;
  } catch {
    // A full disk or a file that is gone must not take the window down: what was written last stays.
    return false;
  }
}

/** The autosave of this process in a folder, which is made by the first write. */
export function makeAutosave(folder: string): Autosave {
  const path = join(folder, `open-${process.pid}-${freshId()}.json`);
  let next: { readonly text: LateText } | undefined;
  let writing: Promise<boolean> = Promise.resolve(true);
  let isBusy = false;

  const writeAll = async (): Promise<boolean> => {
    let isWritten = true;
    for (let due = next; due; due = next) {
      next = undefined;
      isWritten = await writeText(path, due.text);
    }
    isBusy = false;
    return isWritten;
  };
  return {
    write: (text) => {
      next = { text };
      if (isBusy) return writing;
      isBusy = true;
      writing = writeAll();
      return writing;
    },
    settled: async () => {
      await writing;
    },
  };
}

/** Whether the process that wrote the file still runs; a process of the same number since the last boot does not count. */
function hasWriter(pid: number, savedAt: Date): boolean {
  const booted = Date.now() - uptime() * 1000;
  return savedAt.getTime() > booted && isAlive(pid);
}

async function leftoverOf(folder: string, name: string): Promise<Leftover[]> {
  const pid = /^open-(\d+)-[A-Za-z0-9_-]+\.json$/.exec(name)?.[1];
  if (pid === undefined) return [];
  const path = join(folder, name);
  try {
    const savedAt = (await stat(path)).mtime;
    if (hasWriter(Number(pid), savedAt)) return [];
    return [{ path, text: await readFile(path, 'utf8'), savedAt }];
  } catch {
    return [];
  }
}

/** What programs that are gone had open, the latest first; none where the folder cannot be read. */
export async function findLeftovers(folder: string): Promise<Leftover[]> {
  await sweepStaging(folder).catch(() => undefined);
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(names.map((name) => leftoverOf(folder, name)));
  return found.flat().sort((a, b) => b.savedAt.getTime() - a.savedAt.getTime());
}
