import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { replaceFile } from '../engine/staging.js';
import type { Exports } from '../session/exports.js';
import { safeName, type SessionFiles } from '../session/files.js';
import type { WindowKind } from '../session/window-kind.js';
import type { Content } from './content.js';
import type { SavedProject } from './project-api.js';
import type { CurrentProject } from './project-file.js';

/** Where a project is saved. */
export interface SaveOptions {
  /** Whether the user chooses the file, even where one is open. */
  readonly as: boolean;
  /** Proposed name of the file. */
  readonly name: string;
}

/** What saving stands on. */
export interface SavingGround {
  readonly files: SessionFiles;
  readonly exports: Exports;
  readonly window: WindowKind;
  /** The text of the project for a file at `target`; null where nobody knows where it will lie. */
  readonly pack: (content: Content, target: string | null) => Promise<string>;
}

/** A project that was saved, and the file that is open from now on; undefined where the user gave it up. */
export type Saving = { readonly saved: SavedProject; readonly current: CurrentProject } | undefined;

const suffixed = (name: string): string => (/\.epiflux$/i.test(name) ? name : `${name}.epiflux`);

async function saveAt(ground: SavingGround, content: Content, path: string): Promise<Saving> {
  const bytes = new TextEncoder().encode(await ground.pack(content, path));
  await replaceFile(path, bytes);
  const name = basename(path);
  return { saved: { state: 'saved', name, bytes: bytes.length }, current: { path, name } };
}

/** Writes a passing file that the browser fetches and saves where it likes. */
async function saveForBrowser(ground: SavingGround, content: Content, given: string): Promise<Saving> {
  const name = safeName(suffixed(given));
  const encoded = new TextEncoder().encode(await ground.pack(content, null));
  const path = join(await ground.files.newFolder(), name);
  await writeFile(path, encoded, { flag: 'wx' });
  const file = { name, path, bytes: encoded.length };
  const url = `/file/${ground.exports.offer(file)}`;
  return {
    saved: { state: 'ready', name, bytes: encoded.length, url },
    current: { path: null, name },
  };
}

/** Saves to the file that is open, else to one that the user chooses, else through the browser. Throws `usage`. */
export async function saveProject(
  ground: SavingGround,
  content: Content,
  { as, name, current }: SaveOptions & { readonly current: CurrentProject | null },
): Promise<Saving> {
  const { window } = ground;
  if (!as && current !== null && current.path !== null) return saveAt(ground, content, current.path);
  if (!window.chooseTarget) return saveForBrowser(ground, content, name);
  const target = await window.chooseTarget(suffixed(name));
  return target === undefined ? undefined : saveAt(ground, content, suffixed(target));
}
