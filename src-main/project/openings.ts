import { basename, dirname } from 'node:path';
import { CoreError } from '../../src-core/index.js';
import type { FileState, OpenContent, ProjectOpening } from './project-api.js';
import { freshId } from '../session/data-store.js';
import type { GrantStore } from '../session/grant-store.js';
import { type Content, filesOf, withFiles } from './content.js';
import { nameIn } from './leftovers.js';
import { findFile, type FoundFile, isSameFile, type Search } from './find-files.js';
import type { FileEntry, ProjectDocument } from './project-file.js';

/** A project that is being opened: its files are found, or asked for. */
interface Opening {
  readonly id: string;
  readonly name: string;
  readonly project: ProjectDocument;
  readonly search: Search;
  readonly found: Map<string, FoundFile>;
  /** Files with another content that the user takes nevertheless. */
  readonly accepted: Set<string>;
}

/** What an opening is begun with. */
export interface OpeningOrder {
  /** What the project is called. */
  readonly name: string;
  readonly project: ProjectDocument;
  readonly search: Search;
}

/** Projects on their way from the file into the window. */
export interface Openings {
  /** Looks for the files of a project. */
  readonly begin: (order: OpeningOrder) => Promise<ProjectOpening>;
  /** Takes a file for the one of the project that has its content, else for `file` as a changed one. */
  readonly relink: (opening: string, grant: string, file?: string) => Promise<ProjectOpening>;
  /** Takes a file whose content has changed. */
  readonly accept: (opening: string, file: string) => ProjectOpening;
  /** Ends the opening: what can be opened, files granted. */
  readonly take: (opening: string) => Promise<OpenContent>;
}

function noOpening(id: string): CoreError {
  return new CoreError({
    tag: 'usage',
    message: 'This project is not being opened any more.',
    where: `opening ${id}`,
    hint: 'Open it again.',
  });
}

/** Name of the folder that the file lay in when the project was saved, without those above it. */
function folderOf({ path, relative }: FileEntry): string | null {
  const place = path ?? relative;
  if (place === undefined) return null;
  return basename(dirname(place.replaceAll('\\', '/'))) || null;
}

function isReady(opening: Opening, key: string): boolean {
  const state = opening.found.get(key)?.state ?? 'missing';
  return state === 'ready' || (state === 'changed' && opening.accepted.has(key));
}

function fileState(opening: Opening, key: string): FileState {
  const { name, bytes, sha256, ...entry } = opening.project.files[key];
  const state = isReady(opening, key) ? 'ready' : (opening.found.get(key)?.state ?? 'missing');
  return { file: key, name, bytes, sha256, folder: folderOf({ name, bytes, sha256, ...entry }), state };
}

/** The keys that the content uses and the table of files has. */
function usedKeys({ content, files }: ProjectDocument): string[] {
  return filesOf(content).filter((key) => Object.hasOwn(files, key));
}

function stateOf(opening: Opening): ProjectOpening {
  const { id, name, project } = opening;
  const documents = project.content.documents.map(({ source }) => nameIn(project, source));
  return { opening: id, name, documents, files: usedKeys(project).map((key) => fileState(opening, key)) };
}

/** The content without results that were made of other bytes than those of now. */
function withoutForeignResults(content: Content, changed: ReadonlySet<string>): Content {
  const isForeign = (source: string, inputs: { second: string | null; mask: string | null }): boolean =>
    [source, inputs.second, inputs.mask].some((key) => key !== null && changed.has(key));
  const documents = content.documents.map((document) => {
    const { result, source } = document;
    return result !== null && isForeign(source, result.inputs) ? { ...document, result: null } : document;
  });
  return { ...content, documents };
}

/** Takes a file for the one that has its content, else for `file` as a changed one. */
async function linkFile(opening: Opening, path: string, file: string | undefined): Promise<void> {
  const { project, found, search, accepted } = opening;
  for (const key of usedKeys(project)) {
    if (isReady(opening, key) || !(await isSameFile(path, project.files[key], search.hash))) continue;
    found.set(key, { state: 'ready', path });
    return;
  }
  if (file === undefined || !Object.hasOwn(project.files, file)) return;
  found.set(file, { state: 'changed', path });
  accepted.delete(file);
}

async function grantAll(grants: GrantStore, opening: Opening): Promise<OpenContent> {
  const ids = new Map<string, string>();
  for (const key of usedKeys(opening.project)) {
    const granted = await grantFound(grants, opening, key);
    if (granted !== null) ids.set(key, granted);
  }
  const content = withoutForeignResults(opening.project.content, opening.accepted);
  const taken = new Set(ids.values());
  return {
    content: withFiles(content, (key) => ids.get(key) ?? null),
    grants: grants.list().filter((grant) => taken.has(grant.id)),
  };
}

async function beginOpening({ name, project, search }: OpeningOrder): Promise<Opening> {
  const found = new Map<string, FoundFile>();
  for (const key of usedKeys(project)) found.set(key, await findFile(project.files[key], search));
  return { id: freshId(), name, project, search, found, accepted: new Set() };
}

/** No openings yet. */
export function makeOpenings(grants: GrantStore): Openings {
  const openings = new Map<string, Opening>();
  const find = (id: string): Opening => {
    const opening = openings.get(id);
    if (!opening) throw noOpening(id);
    return opening;
  };
  return {
    begin: async (order) => {
      const opening = await beginOpening(order);
      openings.set(opening.id, opening);
      return stateOf(opening);
    },
    relink: async (id, grant, file) => {
      const opening = find(id);
      await linkFile(opening, grants.path(grant), file);
      return stateOf(opening);
    },
    accept: (id, file) => {
      const opening = find(id);
      opening.accepted.add(file);
      return stateOf(opening);
    },
    take: async (id) => {
      const opening = find(id);
      openings.delete(id);
      return grantAll(grants, opening);
    },
  };
}

/** The grant of a file that was found; one that windows use already keeps its origin. */
async function grantFound(grants: GrantStore, opening: Opening, key: string): Promise<string | null> {
  const found = opening.found.get(key);
  if (found === undefined || found.state === 'missing' || !isReady(opening, key)) return null;
  const { from } = opening.project.files[key];
  const known = grants.ofPath(found.path);
  return (known ?? (await grants.add(found.path, from === 'disk' ? 'project' : from))).id;
}
