import { join } from 'node:path';
import type { ExportKind } from '../api.js';
import type { WrittenFile } from '../engine/messages.js';
import { inStaging } from '../engine/staging.js';
import { stemOf } from '../engine/stem.js';
import { freshId } from './data-store.js';
import type { SessionFiles } from './files.js';
import type { Jobs } from './jobs.js';
import type { Reader } from './reader.js';

/** A file that was written for export. */
export interface ExportedPath {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** The files of results, written when they are first asked for: the bytes that `epiflux infer` writes. */
export interface Exports {
  readonly write: (job: string, kind: ExportKind) => Promise<ExportedPath>;
  /** An id under which a window may fetch the file. */
  readonly offer: (file: ExportedPath) => string;
  readonly offered: (id: string) => ExportedPath | undefined;
}

interface WrittenSet {
  readonly folder: string;
  readonly stem: string;
  readonly files: readonly WrittenFile[];
}

/** No exports yet. */
export function makeExports(jobs: Jobs, reader: Reader, files: SessionFiles): Exports {
  const sets = new Map<string, Promise<WrittenSet>>();
  const offers = new Map<string, ExportedPath>();

  const writeSet = async (job: string): Promise<WrittenSet> => {
    const { finished, inference } = await jobs.inference(job);
    const { document } = finished;
    const [out, stem] = [await files.newFolder(), stemOf(document.input.name)];
    const written = await inStaging(out, (folder) =>
      reader.request('write', { inference, document, staging: { folder, stem } }),
    );
    return { folder: out, stem, files: written.files };
  };
  const setOf = (job: string): Promise<WrittenSet> => {
    const known = sets.get(job);
    if (known) return known;
    const fresh = writeSet(job);
    sets.set(job, fresh);
    fresh.catch(() => sets.delete(job));
    return fresh;
  };
  const write: Exports['write'] = async (job, kind) => {
    const set = await setOf(job);
    const name = `${set.stem}.${kind}`;
    const file = set.files.find((each) => each.name === name);
    if (!file) throw new Error(`${name} was not written.`);
    return { name, path: join(set.folder, name), bytes: file.bytes };
  };
  const offer: Exports['offer'] = (file) => {
    const id = freshId();
    offers.set(id, file);
    return id;
  };
  return { write, offer, offered: (id) => offers.get(id) };
}
