import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programRoot } from '../session/sample.js';
import { safeName } from '../session/files.js';
import type { HashFile } from './file-identity.js';
import { unpackFile } from './pack.js';
import type { FileEntry } from './project-file.js';

/** Where a project's file was found: with the content it had, with another one, or not at all. */
export type FoundFile =
  { readonly state: 'ready' | 'changed'; readonly path: string } | { readonly state: 'missing' };

/** What files are looked for with. */
export interface Search {
  readonly hash: HashFile;
  /** Path of the project file; null where a browser sent it. */
  readonly project: string | null;
  /** A new empty folder for files that the project carries. */
  readonly newFolder: () => Promise<string>;
}

function candidates({ relative, path, from, name }: FileEntry, project: string | null): string[] {
  return [
    ...(relative !== undefined && project !== null ? [resolve(dirname(project), relative)] : []),
    ...(path === undefined ? [] : [path]),
    ...(from === 'sample' ? [join(fileURLToPath(programRoot), 'assets', 'sample', safeName(name))] : []),
  ].filter((each) => existsSync(each));
}

/** Whether the file has the content that the entry says; a file of another size is not read. */
export async function isSameFile(path: string, entry: FileEntry, hash: HashFile): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true || found.size !== entry.bytes) return false;
  const { sha256 } = await hash(path);
  return sha256 === entry.sha256;
}

async function unpacked(packed: string, entry: FileEntry, search: Search): Promise<FoundFile> {
  try {
    const path = join(await search.newFolder(), safeName(entry.name));
    await writeFile(path, await unpackFile(packed), { flag: 'wx' });
    return { state: (await isSameFile(path, entry, search.hash)) ? 'ready' : 'changed', path };
  } catch {
    // What the project carries is broken: the user is asked for the file, as for any that is not there.
    return { state: 'missing' };
  }
}

/**
 * Looks for a project's file: in the project itself, at its place below the project's folder, where it lay when the
 * project was saved, among the sample files. The first with the right content is taken; a file with another content
 * is 'changed'.
 */
export async function findFile(entry: FileEntry, search: Search): Promise<FoundFile> {
  if (entry.packed !== undefined) return unpacked(entry.packed, entry, search);
  const places = candidates(entry, search.project);
  for (const path of places) {
    if (await isSameFile(path, entry, search.hash).catch(() => false)) return { state: 'ready', path };
  }
  for (const path of places) {
    if ((await stat(path)).isFile()) return { state: 'changed', path };
  }
  return { state: 'missing' };
}
