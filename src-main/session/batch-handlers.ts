import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CoreError, type JobSpec } from '../../src-core/index.js';
import type { ApiRequests, CheckedRequest, Grant } from '../api.js';
import type { BatchInputGrants, batchRequestSchemas, BatchListing } from '../api-batch.js';
import { type BatchInput, findInputs, sizesOf } from '../batch/inputs.js';
import { type LedgerEntry, readLedger } from '../batch/ledger.js';
import { readablePatterns } from '../batch/readable-patterns.js';
import { readResult, resultPath } from '../batch/readings.js';
import { type Batch, inputSelection } from './batches.js';
import type { Session } from './session.js';

type BatchRequestName = keyof typeof batchRequestSchemas;

type Handlers = {
  readonly [K in BatchRequestName]: (
    session: Session,
    request: CheckedRequest<K>,
  ) => ApiRequests[K]['response'] | Promise<ApiRequests[K]['response']>;
};

function usage(message: string, where: string, hint: string): CoreError {
  return new CoreError({ tag: 'usage', message, where, hint });
}

function tellFolders({ folders, emit }: Session): void {
  emit({ type: 'folders', folders: folders.list() });
}

const openFolder: Handlers['openFolder'] = async (session) => {
  if (!session.window.chooseFolder) {
    throw usage(
      'A window in a browser cannot show a dialog of the system.',
      'openFolder',
      'Send the folder by newFolder and POST /upload.',
    );
  }
  const path = await session.window.chooseFolder('open');
  if (path === undefined) return null;
  const grant = await session.folders.add(path, 'dialog');
  tellFolders(session);
  return grant;
};

const setBatchOutput: Handlers['setBatchOutput'] = async (session, { folder, to }) => {
  const { folders, window } = session;
  if (to !== 'ask') return folders.setOutput(folder, to);
  if (!window.chooseFolder)
    throw usage('There is no dialog to ask with.', 'setBatchOutput', 'Use another place.');
  const chosen = await window.chooseFolder('save');
  return chosen === undefined ? folders.get(folder).grant : folders.setOutput(folder, { chosen });
};

/** What an earlier batch left, by its ledger. */
async function leftBefore(out: string): Promise<BatchListing['before']> {
  const entries = [...(await readLedger(join(out, 'ledger.jsonl'))).values()];
  if (entries.length === 0) return null;
  const done = entries.filter(({ state }) => state === 'done').length;
  return { done, failed: entries.length - done };
}

const listBatchInputs: Handlers['listBatchInputs'] = async (session, { folder, selection }) => {
  const granted = session.folders.get(folder);
  const { inputs, likeMasks } = await findInputs(inputSelection(granted, selection));
  const names = inputs.map(({ name }) => name);
  const sizes = await sizesOf(granted.path, names);
  const paths = inputs.map(({ path }) => path);
  const { files } = await session.reader.request('recognise', { paths });
  return {
    inputs: inputs.map(({ name, mask = null, second = null, problem }, k) => ({
      name,
      bytes: sizes[k],
      format: files[k].format,
      problem: problem?.message ?? files[k].problem,
      mask,
      second,
    })),
    likeMasks,
    before: await leftBefore(granted.out),
  };
};

function entryOf({ entries }: Batch, input: string): LedgerEntry {
  const entry = entries.get(input);
  if (entry?.state === 'done') return entry;
  throw usage('This input has no result.', input, 'Run it first.');
}

async function writtenFile(
  path: string,
  name: string,
): Promise<{ name: string; path: string; bytes: number }> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return { name, path, bytes: found.size };
  throw usage('This file is not there any more.', name, 'Run the batch again.');
}

const batchResult: Handlers['batchResult'] = async ({ batches, reader }, { batch, input }) => {
  const known = batches.get(batch);
  const { out } = known.plan;
  const entry = entryOf(known, input);
  const document = await readResult(out, entry);
  const limits = [document.lambda.p05, document.lambda.p95] as const;
  const { png } = await reader.request('thumbnail', {
    lambda: resultPath(out, entry, '.lambda.ome.tif'),
    mask: resultPath(out, entry, '.mask.ome.tif'),
    size: 260,
    limits,
  });
  const names = (entry.files ?? []).map(({ name }) => name);
  const sizes = await sizesOf(join(out, entry.folder), names);
  return {
    document,
    limits,
    thumbnail: `data:image/png;base64,${Buffer.from(png).toString('base64')}`,
    files: names.map((name, k) => ({ name, bytes: sizes[k] })),
  };
};

const batchFile: Handlers['batchFile'] = async ({ batches, exports }, { batch, input, name }) => {
  const known = batches.get(batch);
  const entry = input === null ? undefined : entryOf(known, input);
  const names = entry ? (entry.files ?? []).map((file) => file.name) : known.state().written;
  if (!names.includes(name)) throw usage('There is no such result file.', name, 'Choose one of the list.');
  const file = await writtenFile(join(known.plan.out, entry?.folder ?? '', name), name);
  return { state: 'ready', name, bytes: file.bytes, url: `/file/${exports.offer(file)}` };
};

const revealBatch: Handlers['revealBatch'] = ({ batches, window }, { batch, input }) => {
  const known = batches.get(batch);
  if (!window.reveal) throw usage('A browser cannot show folders.', 'revealBatch', 'Download the files.');
  const entry = input === null ? undefined : entryOf(known, input);
  const first = entry ? entry.files?.[0]?.name : known.state().written[0];
  window.reveal(join(known.plan.out, entry?.folder ?? '', first ?? ''));
  return null;
};

/** The job of the input's result, where the batch that ran last has one. */
async function jobOfResult(batch: Batch | null, folder: string, input: string): Promise<JobSpec | null> {
  const entry = batch?.plan.folder === folder ? batch.entries.get(input) : undefined;
  if (batch === null || entry?.state !== 'done') return null;
  return (await readResult(batch.plan.out, entry)).job;
}

async function grantInput(
  session: Session,
  folder: string,
  input: BatchInput,
): Promise<BatchInputGrants<Grant>> {
  const grant = (name: string | undefined) =>
    name === undefined ? null : session.grantPath(join(folder, name), 'batch');
  return {
    input: await session.grantPath(input.path, 'batch'),
    second: await grant(input.second),
    mask: await grant(input.mask),
    job: await jobOfResult(session.batches.current(), folder, input.name),
  };
}

const openBatchInput: Handlers['openBatchInput'] = async (session, { folder, selection, input }) => {
  const granted = session.folders.get(folder);
  const { inputs } = await findInputs(inputSelection(granted, selection));
  const found = inputs.find(({ name }) => name === input);
  if (!found) throw usage('This input is not in the folder any more.', input, 'List the folder again.');
  return grantInput(session, granted.path, found);
};

/** What is done for each request about batches; all that come here have passed the gate. */
export const batchHandlers: Handlers = {
  openFolder,
  setBatchOutput,
  listBatchInputs,
  batchResult,
  batchFile,
  revealBatch,
  openBatchInput,
  listFolders: ({ folders }) => folders.list(),
  newFolder: async (session, { name }) => {
    const folder = await session.folders.addEmpty(name);
    tellFolders(session);
    return { folder, patterns: readablePatterns };
  },
  dropFolder: (session, { folder }) => {
    session.folders.drop(folder);
    tellFolders(session);
    return null;
  },
  startBatch: ({ batches }, order) => batches.start(order),
  cancelBatch: ({ batches }, { batch }) => batches.cancel(batch),
  batchState: ({ batches }) => batches.current()?.state() ?? null,
};
