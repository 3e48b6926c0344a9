import { copyFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CoreError, jobSchema, parseJob, voxelCount } from '../../src-core/index.js';
import {
  type ApiRequests,
  apiVersion,
  type CheckedRequest,
  type ExportedFile,
  type RequestName,
} from '../api.js';
import { writeFailure } from '../engine/staging.js';
import { version } from '../engine/version.js';
import { safeName } from './files.js';
import { grantSample, hasSample } from './sample.js';
import type { ExportedPath } from './exports.js';
import type { Session } from './session.js';

type Handlers = {
  readonly [K in RequestName]: (
    session: Session,
    request: CheckedRequest<K>,
  ) => ApiRequests[K]['response'] | Promise<ApiRequests[K]['response']>;
};

const solvers = [...jobSchema.shape.solver.unwrap().shape.name.unwrap().options];

function hello({ window }: Session): ApiRequests['hello']['response'] {
  return {
    version,
    apiVersion,
    platform: process.platform,
    theme: window.theme(),
    capabilities: {
      window: window.name,
      openDialog: window.chooseFiles !== undefined,
      saveDialog: window.chooseTarget !== undefined,
      sample: hasSample(),
      solvers,
    },
  };
}

function noDialog(): CoreError {
  const message = 'A window in a browser cannot show a dialog of the system.';
  return new CoreError({
    tag: 'usage',
    message,
    where: 'openDialog',
    hint: 'Send the file by POST /upload.',
  });
}

const openDialog: Handlers['openDialog'] = async (session, { several }) => {
  if (!session.window.chooseFiles) throw noDialog();
  const paths = await session.window.chooseFiles(several);
  return Promise.all(paths.map((path) => session.grantPath(path, 'dialog')));
};

const openSample: Handlers['openSample'] = async ({ grants, emit }) => {
  const sample = await grantSample(grants);
  emit({ type: 'grants', grants: grants.list() });
  return sample;
};

const planePreview: Handlers['planePreview'] = async ({ grants, reader, store }, request) => {
  const { grant, channel, z, frame, table = {} } = request;
  const spacing = request.spacingNm ?? defaultSpacing;
  const path = grants.path(grant);
  const { values, ...shown } = await reader.request('picture', { path, channel, z, frame, table, spacing });
  return { data: store.put({ plane: { values, shape: shown.grid.shape } }).plane, ...shown };
};

const defaultSpacing = parseJob({ channels: { kind: 'density', density: { file: 0, channel: 0 } } }).table
  .spacingNm;

const saveMask: Handlers['saveMask'] = async (session, { data, grid, name }) => {
  const values = session.store.read(data)?.values;
  const wanted = voxelCount(grid);
  if (!(values instanceof Uint8Array) || values.length !== wanted) {
    const message = `The mask has ${values?.length ?? 0} bytes; its grid has ${wanted} voxels.`;
    throw new CoreError({
      tag: 'usage',
      message,
      where: 'saveMask',
      hint: 'Send one byte a voxel by POST /data.',
    });
  }
  const file = `${safeName(name)}.ome.tif`;
  const folder = await session.files.newFolder();
  await session.reader.request('mask', { grid, values, folder, name: file });
  session.store.drop(data);
  return session.grantPath(join(folder, file), 'drawn');
};

/** Copies beside and renames, so that the target is the old file or the new one. */
async function saveCopy({ name, path, bytes }: ExportedPath, target: string): Promise<ExportedFile> {
  const passing = join(dirname(target), `.epiflux-${process.pid}-${basename(target)}`);
  try {
    await copyFile(path, passing);
    await rename(passing, target);
  } catch (error) {
    await rm(passing, { force: true });
    throw writeFailure(target, error);
  }
  return { state: 'saved', name, bytes };
}

const exportFile: Handlers['exportFile'] = async ({ exports, window }, { job, kind }) => {
  const file = await exports.write(job, kind);
  const { name, bytes } = file;
  if (!window.chooseTarget) return { state: 'ready', name, bytes, url: `/file/${exports.offer(file)}` };
  const target = await window.chooseTarget(name);
  return target === undefined ? { state: 'given-up' } : saveCopy(file, target);
};

const startJob: Handlers['startJob'] = async ({ jobs }, { files, job, urgent, replaces, preview }) => {
  if (replaces !== undefined) await jobs.cancel(replaces);
  return jobs.start({ files, spec: job, urgent, preview });
};

/** What is done for each request; all that come here have passed the gate. */
export const handlers: Handlers = {
  hello,
  openDialog,
  openSample,
  planePreview,
  saveMask,
  exportFile,
  startJob,
  listGrants: ({ grants }) => grants.list(),
  dropGrant: ({ grants, emit }, { grant }) => {
    grants.drop(grant);
    emit({ type: 'grants', grants: grants.list() });
    return null;
  },
  describe: ({ grants, reader }, { grant, table = {} }) =>
    reader.request('describe', { path: grants.path(grant), table }),
  defaults: (_, { channels }) => parseJob({ channels }),
  cancelJob: ({ jobs }, { job }) => jobs.cancel(job),
  listJobs: ({ jobs }) => jobs.list(),
  jobResult: async ({ jobs }, { job }) => {
    const { document, grid, fields } = await jobs.result(job);
    return { document, grid, fields };
  },
  dropJob: async ({ jobs }, { job }) => {
    await jobs.drop(job);
    return null;
  },
  dropData: ({ store }, { data }) => {
    for (const id of data) store.drop(id);
    return null;
  },
  restartEngine: async ({ engine, reader }) => {
    await Promise.all([engine.restart(), reader.restart()]);
    return null;
  },
};
