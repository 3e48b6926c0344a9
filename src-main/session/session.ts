import { tmpdir, totalmem } from 'node:os';
import type { ApiEvent, Grant } from '../api.js';
import { type Engine, isDeath, makeEngine } from '../engine/host.js';
import type { OpenPort } from '../engine/port.js';
import { type Batches, makeBatches } from './batches.js';
import { type Checks, makeChecks } from './checks.js';
import { type DataStore, makeDataStore } from './data-store.js';
import { foldersInUse, passingFolder, readLeftovers } from '../project/leftovers.js';
import { makeProjects, type Projects } from '../project/projects.js';
import { type Exports, makeExports } from './exports.js';
import { makeSessionFiles, type SessionFiles } from './files.js';
import { type FolderLimits, type FolderStore, makeFolderStore } from './folder-store.js';
import { type GrantStore, makeGrantStore } from './grant-store.js';
import { type Jobs, makeJobs } from './jobs.js';
import { failureOf } from './failure.js';
import { makePages, type Pages } from './pages.js';
import { makeReader, type Reader } from './reader.js';
import type { WindowKind } from './window-kind.js';

export interface SessionOptions {
  readonly window: WindowKind;
  /** Bytes that arrays for windows may take; a quarter of the machine's memory, at most 1 GiB, if not given. */
  readonly dataBudget?: number;
  /** Folder where what is open is kept for the next start, with files that were sent; nothing is kept if not given. */
  readonly stateFolder?: string;
  /** What a folder that is sent by a browser may hold. */
  readonly folderLimits?: FolderLimits;
  /** How the engine and the reader are started: in threads if not given. */
  readonly open?: OpenPort;
  /** The modules that the two run. */
  readonly threads?: { readonly engine?: URL; readonly reader?: URL };
}

/** Everything behind the gate: one engine, the files granted, the jobs and the arrays that windows may fetch. */
export interface Session {
  readonly window: WindowKind;
  readonly engine: Engine;
  readonly reader: Reader;
  readonly store: DataStore;
  readonly grants: GrantStore;
  readonly jobs: Jobs;
  readonly checks: Checks;
  readonly pages: Pages;
  readonly exports: Exports;
  readonly folders: FolderStore;
  readonly batches: Batches;
  readonly files: SessionFiles;
  readonly projects: Projects;
  /** Tells every window. */
  readonly emit: (event: ApiEvent) => void;
  /** Hears what every window is told, until the function that comes back is called. */
  readonly subscribe: (listener: (event: ApiEvent) => void) => () => void;
  /** Grants a file by its path, and tells the windows. */
  readonly grantPath: (path: string, from: Grant['from']) => Promise<Grant>;
  /** Stops engine and reader and removes the session's files. */
  readonly close: () => Promise<void>;
}

/** The reader, whose death in the middle of a request is told as well. */
function tellingDeaths(reader: Reader, tell: (error: unknown) => void): Reader {
  const request: Reader['request'] = (kind, content, options) =>
    reader.request(kind, content, options).catch((error: unknown) => {
      if (isDeath(error)) tell(error);
      throw error;
    });
  return { ...reader, request };
}

const defaultBudget = (): number => Math.min(2 ** 30, Math.floor(totalmem() / 4));

/** Windows that hear what they are told, none yet. */
function makeAudience(): Pick<Session, 'emit' | 'subscribe'> {
  const listeners = new Set<(event: ApiEvent) => void>();
  return {
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The session's files, with what earlier sessions left behind where their state is kept. */
async function openFiles(stateFolder: string | undefined) {
  const leftovers = stateFolder === undefined ? [] : await readLeftovers(stateFolder);
  const parent = stateFolder === undefined ? tmpdir() : passingFolder(stateFolder);
  return { leftovers, files: await makeSessionFiles(parent, foldersInUse(leftovers, parent)) };
}

/** A session without files or jobs; engine and reader start when they are first needed. */
export async function makeSession(options: SessionOptions): Promise<Session> {
  const { window, threads = {}, open, dataBudget = defaultBudget(), stateFolder } = options;
  const { emit, subscribe } = makeAudience();
  const { files, leftovers } = await openFiles(stateFolder);
  const newEngine = (): Engine =>
    makeEngine({ ...(threads.engine && { entry: threads.engine }), ...(open && { open }) });
  const engine = newEngine();
  const grants = makeGrantStore();
  const reader = tellingDeaths(makeReader(threads.reader, open), (error) => {
    emit({ type: 'engine-died', job: null, what: 'a file', failure: failureOf(error, grants) });
  });
  const store = makeDataStore(dataBudget);
  const ground = { engine, store, grants, emit };
  const jobs = makeJobs(ground);
  const checks = makeChecks(jobs, ground);
  const pages = makePages({ jobs, reader, store, grants });
  const exports = makeExports({ jobs, reader, files, pages });
  const projects = makeProjects({ grants, jobs, store, files, exports, window, stateFolder, leftovers });
  const folders = makeFolderStore(files, options.folderLimits);
  const batches = makeBatches({ folders, emit, engines: newEngine });
  const grantPath: Session['grantPath'] = async (path, from) => {
    const grant = await grants.add(path, from);
    emit({ type: 'grants', grants: grants.list() });
    return grant;
  };
  const close: Session['close'] = async () => {
    await Promise.all([batches.close(), engine.close(), reader.close()]);
    await projects.close();
    await files.close();
  };
  const work = { jobs, checks, pages, exports, projects, folders, batches };
  return { ...work, window, engine, reader, store, grants, files, emit, subscribe, grantPath, close };
}
