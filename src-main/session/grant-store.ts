import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { CoreError } from '../../src-core/index.js';
import type { Grant } from '../api.js';
import { readFailure } from '../engine/file-source.js';
import { freshId } from './data-store.js';

/** The files that windows may use, by ids that say nothing of where they lie. */
export interface GrantStore {
  /** Grants a file; the same path again gives the grant it has. Throws `unreadable` where there is no such file. */
  readonly add: (path: string, from: Grant['from']) => Promise<Grant>;
  /** The path of a grant; throws `usage` for an id that was not given out. */
  readonly path: (id: string) => string;
  /** The grant of an id; throws as `path` does. */
  readonly grant: (id: string) => Grant;
  /** The grant of a path, where it has one. */
  readonly ofPath: (path: string) => Grant | undefined;
  readonly list: () => readonly Grant[];
  readonly drop: (id: string) => void;
  /** The text with every granted path in it replaced by the file's name: windows see no paths. */
  readonly withoutPaths: (text: string) => string;
}

interface Granted {
  readonly grant: Grant;
  readonly path: string;
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw readFailure(error, path);
  });
  if (found.isFile()) return found.size;
  const message = found.isDirectory() ? 'This is a folder, not a file.' : 'This is not an ordinary file.';
  throw new CoreError({ tag: 'unreadable', message, where: path, hint: 'Open one file, or several files.' });
}

function unknownGrant(id: string): CoreError {
  return new CoreError({
    tag: 'usage',
    message: 'This file is not open any more.',
    where: `grant ${id}`,
    hint: 'Open it again.',
  });
}

/** A store without grants. */
export function makeGrantStore(): GrantStore {
  const granted = new Map<string, Granted>();
  const add: GrantStore['add'] = async (given, from) => {
    const path = resolve(given);
    const bytes = await sizeOf(path);
    const known = [...granted.values()].find((each) => each.path === path);
    const grant = { id: known?.grant.id ?? freshId(), name: basename(path), bytes, from };
    granted.set(grant.id, { grant, path });
    return grant;
  };
  const find = (id: string): Granted => {
    const found = granted.get(id);
    if (!found) throw unknownGrant(id);
    return found;
  };
  const withoutPaths: GrantStore['withoutPaths'] = (text) =>
    [...granted.values()].reduce((shown, each) => shown.replaceAll(each.path, each.grant.name), text);
  return {
    add,
    withoutPaths,
    path: (id) => find(id).path,
    grant: (id) => find(id).grant,
    ofPath: (path) => [...granted.values()].find((each) => each.path === resolve(path))?.grant,
    list: () => [...granted.values()].map(({ grant }) => grant),
    drop: (id) => {
      granted.delete(id);
    },
  };
}
