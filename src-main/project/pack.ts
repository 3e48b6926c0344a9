import { readFile } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { CoreError } from '../../src-core/index.js';
import type { Grant } from '../grants.js';
import { type Content, filesOf, withFiles } from './content.js';
import type { FileHash, HashFile } from './file-identity.js';
import type { FileEntry, ProjectDocument } from './project-file.js';

/** Bytes of the largest file that is stored within a project. */
const largestPacked = 64 * 2 ** 20;

const origins: Readonly<Record<Grant['from'], FileEntry['from']>> = {
  dialog: 'disk',
  'command-line': 'disk',
  project: 'disk',
  batch: 'disk',
  upload: 'upload',
  drawn: 'drawn',
  sample: 'sample',
};

/** A file that windows may use and where it lies. */
export interface PlacedFile {
  readonly grant: Grant;
  readonly path: string;
}

/** How a content becomes a project file. */
export interface Packing {
  readonly file: (grant: string) => PlacedFile;
  readonly hash: HashFile;
  /** What files were by their paths when they were last packed: stands for those that are gone since. */
  readonly remembered: Map<string, FileHash>;
  /** The project file itself; null where nobody knows where it will lie. */
  readonly target: string | null;
  /** Whether files that were sent are named by their passing place: true for what only this computer reopens. */
  readonly passing: boolean;
}

/** The path from the project's folder, with "/"; undefined where the file does not lie below it. */
function belowProject(path: string, project: string): string | undefined {
  const way = relative(dirname(project), path).split(sep);
  const isBelow = way[0] !== '..' && way[0] !== '' && !/^[A-Za-z]:/.test(way[0]);
  return isBelow ? way.join('/') : undefined;
}

/** The bytes of a file, deflated, in base64. Throws `memory` for one too large. */
async function packFile(path: string, bytes: number): Promise<string> {
  if (bytes > largestPacked) {
    throw new CoreError({
      tag: 'memory',
      message: `A drawn mask of ${bytes} bytes is too large to be stored in a project.`,
      where: path,
      hint: 'Export the mask and choose the exported file as the mask.',
    });
  }
  return (await promisify(deflate)(await readFile(path), { level: 6 })).toString('base64');
}

/** The bytes that `packFile` packed. Throws where they are broken. */
export async function unpackFile(packed: string): Promise<Uint8Array> {
  return promisify(inflate)(Buffer.from(packed, 'base64'), { maxOutputLength: largestPacked });
}

async function hashOf(path: string, { hash, remembered }: Packing): Promise<FileHash> {
  try {
    const now = await hash(path);
    remembered.set(path, now);
    return now;
  } catch (error) {
    const before = remembered.get(path);
    if (before) return before;
    throw error;
  }
}

async function entryOf({ grant, path }: PlacedFile, packing: Packing): Promise<FileEntry> {
  const { target, passing } = packing;
  const from = origins[grant.from];
  const named = { name: grant.name, ...(await hashOf(path, packing)), from };
  if (from === 'drawn') return { ...named, packed: await packFile(path, grant.bytes) };
  // The sample lies in the program, wherever that is installed.
  if (from === 'sample') return named;
  if (from === 'upload') return passing ? { ...named, path } : named;
  const below = target === null ? undefined : belowProject(path, target);
  return { ...named, path, ...(below !== undefined && { relative: below }) };
}

/** The content without what only this run of the program knows, or, for a project, what only this window knows. */
function lasting(content: Content, passing: boolean): Content {
  const documents = content.documents.map((document) => ({
    ...document,
    running: null,
    ...(!passing && { past: [], future: [], unsaved: false }),
    result: document.result && { ...document.result, job: null },
  }));
  return { ...content, documents };
}

/**
 * What is open as a project: files become entries f1, f2, … in the order of their use. Throws `unreadable` for a file
 * that is gone and was never packed.
 */
export async function packContent(
  content: Content,
  packing: Packing,
): Promise<Pick<ProjectDocument, 'files' | 'content'>> {
  const kept = lasting(content, packing.passing);
  const ids = filesOf(kept);
  const keys = new Map(ids.map((id, index) => [id, `f${index + 1}`]));
  const files: Record<string, FileEntry> = {};
  for (const [id, key] of keys) files[key] = await entryOf(packing.file(id), packing);
  return { files, content: withFiles(kept, (id) => keys.get(id) ?? null) };
}
