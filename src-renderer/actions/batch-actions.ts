import type { BatchEvent, BatchState } from '../../src-main/api-batch.js';
import { type Client, failureOf } from '../engine/client.js';
import { batchObstacle, countsOf, isShownRun, sortedRows } from '../state/batch.js';
import { settingsOf } from '../state/session.js';
import { showSeconds } from '../state/wording.js';
import { type App, log } from './app.js';
import { listFolder, patchBatch, takeFolder } from './batch-folder-actions.js';
import { saveFrom } from './export-actions.js';
import { runJob } from './job-actions.js';
import { openWithJob } from './source-actions.js';

const pageKey = 'epiflux-batch-page';

/** Shows or leaves the batch page; nothing else changes. */
export function showBatch(app: App, open: boolean): void {
  patchBatch(app, { open });
  try {
    sessionStorage.setItem(pageKey, open ? 'open' : '');
  } catch {
    // Without storage a reload comes back to the nucleus.
  }
}

function wasOpen(): boolean {
  try {
    return sessionStorage.getItem(pageKey) === 'open';
  } catch {
    return false;
  }
}

function fail(app: App, what: string, error: unknown): void {
  const failure = failureOf(error);
  patchBatch(app, { starting: false, trouble: { what, failure } });
  log(app, 'error', `${what}: ${failure.message}`);
}

/** Starts the batch by the settings of the open nucleus; `only` names inputs that are to be run again. */
export async function startBatch(app: App, only?: readonly string[]): Promise<void> {
  const client = app.client();
  const session = app.session.get();
  const { folder, selection, jobs, resume, starting } = session.batch;
  const settings = settingsOf(session);
  if (client === null || folder === null || settings === null || starting) return;
  if (batchObstacle(session) !== null) return;
  patchBatch(app, { starting: true, trouble: null });
  try {
    const run = await client.request('startBatch', {
      folder: folder.id,
      selection,
      job: settings.job,
      jobs,
      resume: only !== undefined || resume,
      ...(only !== undefined && { only: [...only] }),
    });
    patchBatch(app, { starting: false });
    receiveBatch(app, run);
  } catch (error) {
    fail(app, 'The batch was not started', error);
  }
}

/** Runs the inputs that failed once more, by the settings of now. */
export async function retryFailed(app: App): Promise<void> {
  const { run } = app.session.get().batch;
  const failed = run?.files.filter(({ state }) => state === 'failed').map(({ name }) => name) ?? [];
  if (failed.length > 0) await startBatch(app, failed);
}

/** Cancels the batch; what is finished stays. */
export async function cancelBatch(app: App): Promise<void> {
  const { run } = app.session.get().batch;
  if (run?.state !== 'running') return;
  try {
    const ended = await app.client()?.request('cancelBatch', { batch: run.id });
    if (ended !== undefined) receiveBatch(app, ended);
  } catch (error) {
    fail(app, 'The batch was not cancelled', error);
  }
}

const endWords = { done: 'Batch done', cancelled: 'Batch cancelled', failed: 'Batch ended early' } as const;

function logEnd(app: App, run: BatchState): void {
  if (run.state === 'running') return;
  const { total, done, failed } = countsOf(run);
  const text = `${endWords[run.state]}: ${done} of ${total} done, ${failed} failed, ${showSeconds(run.seconds)}.`;
  log(app, failed > 0 || run.state === 'failed' ? 'warning' : 'info', text);
}

/** Takes note of a batch that was started or has ended. */
function receiveBatch(app: App, run: BatchState): void {
  const { batch } = app.session.get();
  const before = batch.run;
  if (before?.id === run.id && before.state !== 'running') return;
  patchBatch(app, { run, ...(batch.folder?.id === run.folder.id && { folder: run.folder }) });
  if (run.state === 'running') return;
  logEnd(app, run);
  if (run.failure !== null) {
    patchBatch(app, { trouble: { what: 'The batch ended early', failure: run.failure } });
  }
  void listFolder(app);
}

/** Takes note of what the main side tells of batches. */
export function receiveBatchEvent(app: App, event: BatchEvent): void {
  if (event.type === 'folders') return;
  if (event.type === 'batch') {
    receiveBatch(app, event.batch);
    return;
  }
  const { run } = app.session.get().batch;
  if (run?.id !== event.batch || run.state !== 'running') return;
  const files = [...run.files];
  for (const { index, file } of event.changed) files[index] = file;
  patchBatch(app, { run: { ...run, files, seconds: event.seconds, phase: event.phase } });
}

/** Shows the batch that the main side knows of, after the window was opened or loaded again. */
export async function restoreBatch(app: App, client: Client): Promise<void> {
  const [run, folders] = [await client.request('batchState', {}), await client.request('listFolders', {})];
  const named = folders.find(({ from }) => from === 'command-line');
  const folder = folders.find(({ id }) => id === run?.folder.id) ?? named ?? folders.at(-1);
  const { processors = 2 } = app.session.get().hello?.capabilities ?? {};
  const resting = { jobs: Math.max(1, Math.min(4, processors - 1)) };
  if (run !== null) patchBatch(app, { run, selection: run.selection, jobs: run.jobs });
  else patchBatch(app, resting);
  if (folder === undefined) return;
  const isFirst = run === null && named !== undefined && app.session.get().project === null;
  await takeFolder(app, run?.folder.id === folder.id ? { ...folder, output: run.folder.output } : folder);
  showBatch(app, isFirst || wasOpen());
}

/** Looks at one input: its result is fetched where it has one. */
export async function chooseInput(app: App, input: string | null): Promise<void> {
  patchBatch(app, { chosen: input, detail: null, detailTrouble: null });
  const client = app.client();
  const { batch } = app.session.get();
  const file = isShownRun(batch) ? batch.run?.files.find(({ name }) => name === input) : undefined;
  if (client === null || batch.run === null || input === null) return;
  if (file?.state !== 'done' && file?.state !== 'skipped') return;
  try {
    const result = await client.request('batchResult', { batch: batch.run.id, input });
    if (app.session.get().batch.chosen === input) patchBatch(app, { detail: { input, result } });
  } catch (error) {
    if (app.session.get().batch.chosen === input) {
      patchBatch(app, { detailTrouble: { what: input, failure: failureOf(error) } });
    }
  }
}

/** Opens an input as the open nucleus: with the job of its result, which is then run, or by first settings. */
export async function openInput(app: App, input: string): Promise<void> {
  const client = app.client();
  const { folder, selection } = app.session.get().batch;
  if (client === null || folder === null) return;
  try {
    const grants = await client.request('openBatchInput', { folder: folder.id, selection, input });
    showBatch(app, false);
    const isOpen = await openWithJob(app, grants);
    if (isOpen && grants.job !== null) await runJob(app);
  } catch (error) {
    showBatch(app, true);
    fail(app, `${input} was not opened`, error);
  }
}

/** Opens the first input that can be read, for its settings to be found. */
export async function openFirstInput(app: App): Promise<void> {
  const rows = sortedRows({ ...app.session.get().batch, sort: { by: 'name', down: false } });
  const first = rows.find(({ doubt }) => doubt === null);
  if (first !== undefined) await openInput(app, first.name);
}

/** Lets the browser save a file of the batch (`input` null) or of one result. */
export async function downloadFile(app: App, input: string | null, name: string): Promise<void> {
  const client = app.client();
  const { run } = app.session.get().batch;
  if (client === null || run === null) return;
  try {
    const file = await client.request('batchFile', { batch: run.id, input, name });
    if (file.state === 'ready') saveFrom(file.url, file.name);
  } catch (error) {
    fail(app, name, error);
  }
}

/** Shows the results in the system's file manager. */
export async function revealOutput(app: App, input: string | null): Promise<void> {
  const { run } = app.session.get().batch;
  if (run === null) return;
  try {
    await app.client()?.request('revealBatch', { batch: run.id, input });
  } catch (error) {
    fail(app, 'The folder was not shown', error);
  }
}
