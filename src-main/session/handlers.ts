import { copyFile, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
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
import { batchHandlers } from './batch-handlers.js';
import { safeName } from './files.js';
import { projectHandlers } from './project-handlers.js';
import { grantSample, hasSample } from './sample.js';
import { type ExportedPath, extensionOf, namedAs } from './exports.js';
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
      openFolder: window.chooseFolder !== undefined,
      reveal: window.reveal !== undefined,
      processors: availableParallelism(),
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
  const { grant, channel, z, frame, table = {}, around } = request;
  const spacing = request.spacingNm ?? defaultSpacing;
  const path = grants.path(grant);
  const { values, ...shown } = await reader.request('picture', {
    ...{ path, channel, z, frame, table, spacing },
    ...(around && { around: around.map((each) => ({ ...each, path: grants.path(each.grant) })) }),
  });
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

/** Saves a file where the user says, or offers it to a browser. */
async function giveFile({ exports, window }: Session, file: ExportedPath): Promise<ExportedFile> {
  const { name, bytes } = file;
  if (!window.chooseTarget) return { state: 'ready', name, bytes, url: `/file/${exports.offer(file)}` };
  const target = await window.chooseTarget(name);
  return target === undefined ? { state: 'given-up' } : saveCopy(file, target);
}

const exportFile: Handlers['exportFile'] = async (session, { job, kind, name }) => {
  const file = await session.exports.write(job, kind);
  return giveFile(session, name === undefined ? file : { ...file, name: namedAs(name, extensionOf(kind)) });
};

const exportPage: Handlers['exportPage'] = async (session, request) =>
  giveFile(session, await session.exports.writePage(request));

const exportMask: Handlers['exportMask'] = (session, { grant }) => {
  const path = session.grants.path(grant);
  const drawn = session.grants.list().find(({ id, from }) => id === grant && from === 'drawn');
  if (drawn) return giveFile(session, { name: drawn.name, path, bytes: drawn.bytes });
  throw new CoreError({
    tag: 'usage',
    message: 'This file is not a mask that was drawn here.',
    where: 'exportMask',
    hint: 'Copy the file from where it lies.',
  });
};

const points: Handlers['points'] = async ({ grants, reader, store }, { grant, table = {}, limit }) => {
  const path = grants.path(grant);
  const { values, ...cloud } = await reader.request('points', { path, table, limit });
  const shape = [1, cloud.columns.length, cloud.shown] as const;
  return { data: store.put({ points: { values, shape } }).points, ...cloud };
};

const startJob: Handlers['startJob'] = async (session, order) => {
  const { files, job, urgent, replaces, preview, resume } = order;
  const { jobs, checks } = session;
  if (replaces !== undefined) await jobs.cancel(replaces);
  checks.giveWay();
  return jobs.start({ files, spec: job, urgent, preview, resume });
};

/** What is done for each request; all that come here have passed the gate. */
export const handlers: Handlers = {
  ...projectHandlers,
  ...batchHandlers,
  hello,
  openDialog,
  openSample,
  planePreview,
  points,
  tablePreview: async ({ grants, reader }, { grant }) =>
    (await reader.request('tablePreview', { path: grants.path(grant) })).preview,
  saveMask,
  exportMask,
  exportFile,
  exportPage,
  drawPage: ({ pages }, request) => pages.draw(request),
  startJob,
  listGrants: ({ grants }) => grants.list(),
  dropGrant: ({ grants, emit }, { grant }) => {
    grants.drop(grant);
    emit({ type: 'grants', grants: grants.list() });
    return null;
  },
  describe: ({ grants, reader }, { grant, table = {} }) =>
    reader.request('describe', { path: grants.path(grant), table }),
  inspect: ({ grants, reader }, { files: { input, second }, job }) => {
    const beside = second === undefined ? {} : { second: grants.path(second) };
    return reader.request('inspect', { files: { input: grants.path(input), ...beside }, job });
  },
  defaults: (_, { channels }) => parseJob({ channels }),
  cancelJob: ({ jobs }, { job }) => jobs.cancel(job),
  endTraining: ({ jobs }, { job }) => jobs.endTraining(job),
  listJobs: ({ jobs }) => jobs.list(),
  jobResult: async ({ jobs }, { job }) => {
    const { document, grid, fields } = await jobs.result(job);
    return { document, grid, fields };
  },
  startCheck: ({ checks }, { job, kind }) => checks.start(job, kind),
  cancelCheck: ({ checks }, { check }) => checks.cancel(check),
  checkResult: ({ checks }, { check }) => checks.result(check),
  dropJob: async ({ jobs, checks, exports }, { job }) => {
    await checks.dropOf(job);
    await jobs.drop(job);
    await exports.drop(job);
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
