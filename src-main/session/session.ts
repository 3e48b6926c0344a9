import { tmpdir, totalmem } from 'node:os';
import type { ApiEvent, Grant, Hello } from '../api.js';
import { type Engine, makeEngine } from '../engine/host.js';
import { type Batches, makeBatches } from './batches.js';
import { type DataStore, makeDataStore } from './data-store.js';
import { foldersInUse, passingFolder, readLeftovers } from '../project/leftovers.js';
import { makeProjects, type Projects } from '../project/projects.js';
import { type Exports, makeExports } from './exports.js';
import { makeSessionFiles, type SessionFiles } from './files.js';
import { type FolderLimits, type FolderStore, makeFolderStore } from './folder-store.js';
import { type GrantStore, makeGrantStore } from './grant-store.js';
import { type Jobs, makeJobs } from './jobs.js';
import { makePages, type Pages } from './pages.js';
import { makeReader, type Reader } from './reader.js';

/** What only the kind of window can do. */
export interface WindowKind {
  readonly name: Hello['capabilities']['window'];
  readonly theme: () => Hello['theme'];
  /** Paths that the user chose, none where nothing was; absent where there is no dialog. */
  readonly chooseFiles?: (several: boolean) => Promise<readonly string[]>;
  /** A folder to open, or to save results in; undefined where the user gave up; absent where there is no dialog. */
  readonly chooseFolder?: (purpose: 'open' | 'save') => Promise<string | undefined>;
  /** Shows a file in the system's file manager; absent where that cannot be done. */
  readonly reveal?: (path: string) => void;
  /** Where the user wants a file of this name; undefined where it was given up. */
  readonly chooseTarget?: (name: string) => Promise<string | undefined>;
}

export interface SessionOptions {
  readonly window: WindowKind;
  /** Bytes that arrays for windows may take; a quarter of the machine's memory, at most 1 GiB, if not given. */
  readonly dataBudget?: number;
  /** Folder where what is open is kept for the next start, with files that were sent; nothing is kept if not given. */
  readonly stateFolder?: string;
  /** What a folder that is sent by a browser may hold. */
  readonly folderLimits?: FolderLimits;
  /** The modules that the two threads run. */
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
  /** Stops the threads and removes the session's files. */
  readonly close: () => Promise<void>;
}

const defaultBudget = (): number => Math.min(2 ** 30, Math.floor(totalmem() / 4));

/** A session without files or jobs; its threads start when they are first needed. */
export async function makeSession(options: SessionOptions): Promise<Session> {
  const { window, threads = {}, dataBudget = defaultBudget(), stateFolder } = options;
  const listeners = new Set<(event: ApiEvent) => void>();
  const emit = (event: ApiEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const leftovers = stateFolder === undefined ? [] : await readLeftovers(stateFolder);
  const parent = stateFolder === undefined ? tmpdir() : passingFolder(stateFolder);
  const files = await makeSessionFiles(parent, foldersInUse(leftovers, parent));
  const newEngine = (): Engine => makeEngine(threads.engine && { entry: threads.engine });
  const engine = newEngine();
  const reader = makeReader(threads.reader);
  const store = makeDataStore(dataBudget);
  const grants = makeGrantStore();
  const jobs = makeJobs({ engine, store, grants, emit });
  const pages = makePages({ jobs, reader, store, grants });
  const exports = makeExports({ jobs, reader, files, pages });
  const projects = makeProjects({ grants, jobs, store, files, exports, window, stateFolder, leftovers });
  const folders = makeFolderStore(files, options.folderLimits);
  const batches = makeBatches({ folders, emit, engines: newEngine });
  return {
    ...{
      window,
      engine,
      reader,
      store,
      grants,
      jobs,
      files,
      pages,
      exports,
      projects,
      folders,
      batches,
      emit,
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    grantPath: async (path, from) => {
      const grant = await grants.add(path, from);
      emit({ type: 'grants', grants: grants.list() });
      return grant;
    },
    close: async () => {
      await Promise.all([batches.close(), engine.close(), reader.close()]);
      await projects.close();
      await files.close();
    },
  };
}
