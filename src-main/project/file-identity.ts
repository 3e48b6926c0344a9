import { stat } from 'node:fs/promises';
import { quietRun } from '../../src-core/index.js';
import { fileSha256, readFailure } from '../engine/file-source.js';

/** Size and SHA-256 (hex) of a file's bytes. */
export interface FileHash {
  readonly bytes: number;
  readonly sha256: string;
}

/** Hashes files, each once as long as its size and time stay what they were. Throws `unreadable`. */
export type HashFile = (path: string) => Promise<FileHash>;

/** A hasher that remembers nothing yet. */
export function makeFileHasher(): HashFile {
  const known = new Map<string, { readonly stamp: string; readonly hash: Promise<FileHash> }>();
  return async (path) => {
    const found = await stat(path, { bigint: true }).catch((error: unknown) => {
      throw readFailure(error, path);
    });
    const stamp = [found.size, found.mtimeNs, found.ino].join(' ');
    const before = known.get(path);
    if (before?.stamp === stamp) return before.hash;
    const hash = fileSha256(path, quietRun).then((sha256) => ({ bytes: Number(found.size), sha256 }));
    known.set(path, { stamp, hash });
    hash.catch(() => known.delete(path));
    return hash;
  };
}
