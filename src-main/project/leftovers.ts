import { join, relative, sep } from 'node:path';
import type { ReopenOffer } from './project-api.js';
import { findLeftovers, type Leftover } from './autosave.js';
import { type Autosaved, parseAutosave, type ProjectDocument } from './project-file.js';

/** What a program that is gone had open, as far as it can be read. */
export interface ReadLeftover extends Autosaved, Pick<Leftover, 'path' | 'savedAt'> {}

/** What programs that are gone had open, the latest first. What cannot be read is left alone. */
export async function readLeftovers(folder: string): Promise<ReadLeftover[]> {
  const read: ReadLeftover[] = [];
  for (const { path, text, savedAt } of await findLeftovers(folder)) {
    try {
      read.push({ ...parseAutosave(text), path, savedAt });
    } catch {
      // Of another version, which may yet come back to it.
    }
  }
  return read;
}

/** Where a session that is kept for the next start has its passing files: not where a restart clears them away. */
export function passingFolder(stateFolder: string): string {
  return join(stateFolder, 'files');
}

/** Names of the folders in `parent` that hold files of what was open. */
export function foldersInUse(leftovers: readonly ReadLeftover[], parent: string): Set<string> {
  const paths = leftovers.flatMap(({ project }) => Object.values(project.files).map(({ path }) => path));
  const folders = paths.flatMap((path) => (path === undefined ? [] : [relative(parent, path).split(sep)[0]]));
  return new Set(folders.filter((name) => name.startsWith('.epiflux-')));
}

/** Name of a project's file, or its key where the table of files lacks it. */
export function nameIn({ files }: ProjectDocument, key: string): string {
  return Object.hasOwn(files, key) ? files[key].name : key;
}

/** What the window tells the user of a leftover. */
export function offerOf({ project, savedAt }: ReadLeftover): ReopenOffer {
  const names = project.content.documents.map(({ source }) => nameIn(project, source));
  return { names, savedAt: savedAt.toISOString() };
}
