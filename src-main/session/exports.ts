import { rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { CheckedRequest, ExportKind } from '../api.js';
import { type DataKind, dataKinds } from '../engine/data-kinds.js';
import type { WrittenFile } from '../engine/messages.js';
import { inStaging } from '../engine/staging.js';
import { stemOf } from '../engine/stem.js';
import { freshId } from './data-store.js';
import { safeName, type SessionFiles } from './files.js';
import type { Jobs } from './jobs.js';
import type { Pages } from './pages.js';
import type { Reader } from './reader.js';

/** A file that was written for export. */
export interface ExportedPath {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** The files of results, written when they are first asked for: the bytes that `epiflux infer` writes, and more. */
export interface Exports {
  readonly write: (job: string, kind: ExportKind) => Promise<ExportedPath>;
  /** Writes a page, under the name given with the extension of its format. */
  readonly writePage: (request: CheckedRequest<'exportPage'>) => Promise<ExportedPath>;
  /** An id under which a window may fetch the file. */
  readonly offer: (file: ExportedPath) => string;
  readonly offered: (id: string) => ExportedPath | undefined;
  /** Removes the files of a job; they are not offered any more. */
  readonly drop: (job: string) => Promise<void>;
}

interface WrittenSet {
  readonly folder: string;
  readonly stem: string;
  readonly files: readonly WrittenFile[];
}

/** What exports are written by. */
export interface ExportsGround {
  readonly jobs: Jobs;
  readonly reader: Reader;
  readonly files: SessionFiles;
  readonly pages: Pages;
}

function isData(kind: ExportKind): kind is DataKind {
  return (dataKinds as readonly string[]).includes(kind);
}

/** A name that was typed, safe and with the extension of the file that it is for ("map" and ".ome.tif"). */
export function namedAs(name: string, extension: string): string {
  const safe = safeName(name);
  return safe.toLowerCase().endsWith(extension) ? safe : `${safe}${extension}`;
}

/** The extension of an export: ".ome.tif" is one. */
export function extensionOf(kind: string): string {
  return kind.endsWith('.ome.tif') ? '.ome.tif' : extname(kind);
}

/** Writes the whole set of a job, or one file that is made on request. */
async function writeSet(
  { jobs, reader }: ExportsGround,
  job: string,
  kind: DataKind | 'set',
  out: string,
): Promise<WrittenSet> {
  const { finished, inference } = await jobs.inference(job);
  const { document } = finished;
  const stem = stemOf(document.input.name);
  const { files } = await inStaging(out, (folder) =>
    kind === 'set'
      ? reader.request('write', { inference, document, staging: { folder, stem } })
      : reader.request('data', { inference, document, kind, folder, name: `${stem}.${kind}` }),
  );
  return { folder: out, stem, files };
}

function fileOf({ folder, files }: WrittenSet, name: string): ExportedPath {
  const file = files.find((each) => each.name === name);
  if (!file) throw new Error(`${name} was not written.`);
  return { name, path: join(folder, name), bytes: file.bytes };
}

/** What was written for each job, and where. */
interface Sets {
  /** A new folder for files of the job. */
  readonly folderFor: (job: string) => Promise<string>;
  /** Writes a set once; again only where it failed. */
  readonly of: (job: string, kind: DataKind | 'set') => Promise<WrittenSet>;
  /** Forgets the sets of a job; the folders that it had. */
  readonly forget: (job: string) => readonly string[];
}

function makeSets(ground: ExportsGround): Sets {
  const sets = new Map<string, Promise<WrittenSet>>();
  const folders = new Map<string, string[]>();
  const folderFor: Sets['folderFor'] = async (job) => {
    const folder = await ground.files.newFolder();
    folders.set(job, [...(folders.get(job) ?? []), folder]);
    return folder;
  };
  const of: Sets['of'] = (job, kind) => {
    const key = `${job} ${kind}`;
    const known = sets.get(key);
    if (known) return known;
    const fresh = folderFor(job).then((out) => writeSet(ground, job, kind, out));
    sets.set(key, fresh);
    fresh.catch(() => sets.delete(key));
    return fresh;
  };
  const forget: Sets['forget'] = (job) => {
    const gone = folders.get(job) ?? [];
    folders.delete(job);
    for (const key of [...sets.keys()]) if (key.startsWith(`${job} `)) sets.delete(key);
    return gone;
  };
  return { folderFor, of, forget };
}

/** No exports yet. */
export function makeExports(ground: ExportsGround): Exports {
  const { reader, pages } = ground;
  const sets = makeSets(ground);
  const offers = new Map<string, ExportedPath>();
  const write: Exports['write'] = async (job, kind) => {
    ground.jobs.requireRun(job);
    const set = await sets.of(job, isData(kind) ? kind : 'set');
    return fileOf(set, `${set.stem}.${kind}`);
  };
  const writePage: Exports['writePage'] = async ({ name: given, ...request }) => {
    ground.jobs.requireRun(request.job);
    const order = await pages.order(request);
    const [folder, name] = [await sets.folderFor(request.job), namedAs(given, `.${request.format}`)];
    const written = await inStaging(folder, (staging) =>
      reader.request('page', { ...order, target: { folder: staging, name } }),
    );
    return fileOf({ folder, stem: '', files: written.files }, name);
  };
  const offer: Exports['offer'] = (file) => {
    const id = freshId();
    offers.set(id, file);
    return id;
  };
  const drop: Exports['drop'] = async (job) => {
    const gone = sets.forget(job);
    for (const [id, { path }] of offers) {
      if (gone.some((folder) => path.startsWith(join(folder, '/')))) offers.delete(id);
    }
    await Promise.all(gone.map((folder) => rm(folder, { recursive: true, force: true })));
    pages.drop(job);
  };
  return { write, writePage, offer, offered: (id) => offers.get(id), drop };
}
