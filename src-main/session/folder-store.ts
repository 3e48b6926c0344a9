import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CoreError } from '../../src-core/index.js';
import type { FolderGrant } from '../api-batch.js';
import { readFailure } from '../engine/file-source.js';
import { freshId } from './data-store.js';
import { safeName, type SessionFiles } from './files.js';

/** A granted folder, where it lies, and where its results go. */
export interface GrantedFolder {
  readonly grant: FolderGrant;
  readonly path: string;
  readonly out: string;
}

/** The folders that batches may use. */
export interface FolderStore {
  /** Grants a folder; the same path again gives the grant it has. Throws `unreadable` where there is none. */
  readonly add: (path: string, from: 'dialog' | 'command-line') => Promise<FolderGrant>;
  /** An empty folder among the session's files. */
  readonly addEmpty: (name: string) => Promise<FolderGrant>;
  /** Puts a file into a folder of `addEmpty`, at a path below it. Throws `usage`, `memory` over the limits. */
  readonly receive: (id: string, path: string, chunks: AsyncIterable<Uint8Array>) => Promise<FolderGrant>;
  /** Throws `usage` for an id that was not given out. */
  readonly get: (id: string) => GrantedFolder;
  /** Has the results go elsewhere: to `chosen`, beside the folder, or among the session's files. */
  readonly setOutput: (id: string, to: { chosen: string } | 'beside' | 'session') => Promise<FolderGrant>;
  readonly list: () => readonly FolderGrant[];
  readonly drop: (id: string) => void;
  /** The text with every folder's path in it replaced by its name. */
  readonly withoutPaths: (text: string) => string;
}

/** What a folder that is sent may hold. */
export interface FolderLimits {
  readonly files: number;
  readonly bytes: number;
}

/** The limits if none are given. */
const folderLimits: FolderLimits = { files: 10_000, bytes: 16 * 2 ** 30 };

async function contentOf(path: string): Promise<{ files: number; bytes: number }> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw readFailure(error, path);
  });
  let [files, bytes] = [0, 0];
  for (const entry of entries) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    files++;
    bytes += await stat(join(path, entry.name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return { files, bytes };
}

function besideOf(path: string): string {
  return join(dirname(path), `${basename(path)}-epiflux`);
}

function unknownFolder(id: string): CoreError {
  return new CoreError({
    tag: 'usage',
    message: 'This folder is not open any more.',
    where: `folder ${id}`,
    hint: 'Choose it again.',
  });
}

function overLimit(name: string, { files, bytes }: FolderLimits): CoreError {
  return new CoreError({
    tag: 'memory',
    message: `The folder is over what a browser may send: ${files} files, ${Math.round(bytes / 2 ** 30)} GiB.`,
    where: name,
    hint: 'Start `epiflux serve FOLDER`, which reads the files where they lie.',
  });
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}

function pathBelow(folder: string, name: string): string {
  const parts = name.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  return join(folder, ...parts.map(safeName));
}

function alreadySent(error: unknown, name: string): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return error;
  const message = 'A file of this name was sent already.';
  return new CoreError({ tag: 'usage', message, where: name, hint: 'Choose the folder again.' });
}

/** The granted folders by their ids. */
interface Shelf {
  readonly get: FolderStore['get'];
  readonly all: () => readonly GrantedFolder[];
  /** Puts a folder in, its results beside it. */
  readonly keep: (path: string, rest: Omit<FolderGrant, 'kind' | 'name' | 'output'>) => FolderGrant;
  readonly change: (id: string, part: Partial<FolderGrant>, out?: string) => FolderGrant;
  readonly drop: FolderStore['drop'];
}

function makeShelf(): Shelf {
  const granted = new Map<string, GrantedFolder>();
  const get: Shelf['get'] = (id) => {
    const found = granted.get(id);
    if (!found) throw unknownFolder(id);
    return found;
  };
  const change: Shelf['change'] = (id, part, out) => {
    const known = get(id);
    const grant = { ...known.grant, ...part };
    granted.set(id, { ...known, grant, out: out ?? known.out });
    return grant;
  };
  const keep: Shelf['keep'] = (path, rest) => {
    const out = besideOf(path);
    const kind = rest.from === 'upload' ? 'session' : 'beside';
    const output = { name: basename(out), kind } as const;
    const grant = { kind: 'folder', name: basename(path), output, ...rest } as const;
    granted.set(rest.id, { grant, path, out });
    return grant;
  };
  const drop: Shelf['drop'] = (id) => {
    granted.delete(id);
  };
  return { get, change, keep, drop, all: () => [...granted.values()] };
}

/** What the store stands on. */
interface Ground {
  readonly shelf: Shelf;
  readonly files: SessionFiles;
  readonly limits: FolderLimits;
}

async function receive(
  { shelf, files, limits }: Ground,
  id: string,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<FolderGrant> {
  const { grant, path } = shelf.get(id);
  if (grant.from !== 'upload') throw unknownFolder(id);
  if (grant.files >= limits.files) throw overLimit(grant.name, limits);
  let bytes = 0;
  const count = (more: number): void => {
    bytes += more;
    if (shelf.get(id).grant.bytes + bytes > limits.bytes) throw overLimit(grant.name, limits);
  };
  await files.receiveAs(pathBelow(path, name), counted(chunks, count)).catch((error: unknown) => {
    throw alreadySent(error, name);
  });
  const { grant: now } = shelf.get(id);
  return shelf.change(id, { files: now.files + 1, bytes: now.bytes + bytes });
}

async function setOutput(
  { shelf, files }: Ground,
  id: string,
  to: Parameters<FolderStore['setOutput']>[1],
): Promise<FolderGrant> {
  const { path, grant } = shelf.get(id);
  const own = grant.from === 'upload';
  if (to === 'beside' || (to === 'session' && own)) {
    const out = besideOf(path);
    return shelf.change(id, { output: { name: basename(out), kind: own ? 'session' : 'beside' } }, out);
  }
  const kind = to === 'session' ? 'session' : 'chosen';
  const out = to === 'session' ? join(await files.newFolder(), basename(besideOf(path))) : to.chosen;
  return shelf.change(id, { output: { name: basename(out), kind } }, out);
}

/** A store without folders; what is sent lies among the session's files. */
export function makeFolderStore(files: SessionFiles, limits = folderLimits): FolderStore {
  const shelf = makeShelf();
  const ground = { shelf, files, limits };
  const add: FolderStore['add'] = async (given, from) => {
    const path = resolve(given);
    const content = await contentOf(path);
    const known = shelf.all().find((each) => each.path === path);
    if (known) return shelf.change(known.grant.id, content);
    return shelf.keep(path, { id: freshId(), from, ...content });
  };
  const addEmpty: FolderStore['addEmpty'] = async (name) => {
    const path = join(await files.newFolder(), safeName(name));
    return shelf.keep(path, { id: freshId(), from: 'upload', files: 0, bytes: 0 });
  };
  const withoutPaths: FolderStore['withoutPaths'] = (text) =>
    shelf
      .all()
      .flatMap(({ path, out }) => [out, path])
      .sort((a, b) => b.length - a.length)
      .reduce((shown, path) => shown.replaceAll(path, basename(path)), text);
  return {
    ...{ add, addEmpty, withoutPaths },
    receive: (id, name, chunks) => receive(ground, id, name, chunks),
    setOutput: (id, to) => setOutput(ground, id, to),
    get: shelf.get,
    list: () => shelf.all().map(({ grant }) => grant),
    drop: shelf.drop,
  };
}
