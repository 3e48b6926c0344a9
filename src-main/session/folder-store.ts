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

/** A store without folders; what is sent lies among the session's files. */
export function makeFolderStore(files: SessionFiles, limits = folderLimits): FolderStore {
  const granted = new Map<string, GrantedFolder>();
  const get: FolderStore['get'] = (id) => {
    const found = granted.get(id);
    if (!found) throw unknownFolder(id);
    return found;
  };
  const change = (id: string, part: Partial<FolderGrant>, out?: string): FolderGrant => {
    const known = get(id);
    const next = { ...known, grant: { ...known.grant, ...part }, out: out ?? known.out };
    granted.set(id, next);
    return next.grant;
  };
  const keep = (path: string, rest: Omit<FolderGrant, 'kind' | 'name' | 'output'>): FolderGrant => {
    const out = besideOf(path);
    const kind = rest.from === 'upload' ? 'session' : 'beside';
    const output = { name: basename(out), kind } as const;
    granted.set(rest.id, {
      grant: { kind: 'folder', name: basename(path), output, ...rest },
      path,
      out,
    });
    return get(rest.id).grant;
  };
  const add: FolderStore['add'] = async (given, from) => {
    const path = resolve(given);
    const content = await contentOf(path);
    const known = [...granted.values()].find((each) => each.path === path);
    if (known) return change(known.grant.id, content);
    return keep(path, { id: freshId(), from, ...content });
  };
  const addEmpty: FolderStore['addEmpty'] = async (name) => {
    const path = join(await files.newFolder(), safeName(name));
    return keep(path, { id: freshId(), from: 'upload', files: 0, bytes: 0 });
  };
  const receive: FolderStore['receive'] = async (id, name, chunks) => {
    const { grant, path } = get(id);
    if (grant.from !== 'upload') throw unknownFolder(id);
    if (grant.files >= limits.files) throw overLimit(grant.name, limits);
    let bytes = 0;
    const count = (more: number): void => {
      bytes += more;
      if (get(id).grant.bytes + bytes > limits.bytes) throw overLimit(grant.name, limits);
    };
    await files.receiveAs(pathBelow(path, name), counted(chunks, count)).catch((error: unknown) => {
      throw alreadySent(error, name);
    });
    const { grant: now } = get(id);
    return change(id, { files: now.files + 1, bytes: now.bytes + bytes });
  };
  const setOutput: FolderStore['setOutput'] = async (id, to) => {
    const { path, grant } = get(id);
    const own = grant.from === 'upload';
    if (to === 'beside' || (to === 'session' && own)) {
      const out = besideOf(path);
      return change(id, { output: { name: basename(out), kind: own ? 'session' : 'beside' } }, out);
    }
    const kind = to === 'session' ? 'session' : 'chosen';
    const out = to === 'session' ? join(await files.newFolder(), basename(besideOf(path))) : to.chosen;
    return change(id, { output: { name: basename(out), kind } }, out);
  };
  const withoutPaths: FolderStore['withoutPaths'] = (text) =>
    [...granted.values()]
      .flatMap(({ path, out }) => [out, path])
      .sort((a, b) => b.length - a.length)
      .reduce((shown, path) => shown.replaceAll(path, basename(path)), text);
  return {
    ...{ add, addEmpty, receive, get, setOutput, withoutPaths },
    list: () => [...granted.values()].map(({ grant }) => grant),
    drop: (id) => {
      granted.delete(id);
    },
  };
}
