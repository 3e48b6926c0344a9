import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CoreError, errorData, type JobSpec } from '../../src-core/index.js';
import type { ApiEvent } from '../api.js';
import type { BatchSelection, BatchState } from '../api-batch.js';
import type { InputSelection } from '../batch/inputs.js';
import type { LedgerEntry } from '../batch/ledger.js';
import { readablePatterns } from '../batch/readable-patterns.js';
import { reportName } from '../batch/report.js';
import { type BatchPlan, type BatchWatch, type EngineMaker, runBatch } from '../batch/run.js';
import { summaryName } from '../batch/summary.js';
import { EngineBug } from '../engine/host.js';
import { type BatchFiles, fileOfEntry, makeBatchFiles } from './batch-files.js';
import { freshId } from './data-store.js';
import type { FolderStore, GrantedFolder } from './folder-store.js';

/** What batches stand on. */
export interface BatchGround {
  readonly folders: FolderStore;
  readonly engines: EngineMaker;
  readonly emit: (event: ApiEvent) => void;
}

export interface BatchOrder {
  readonly folder: string;
  readonly selection: BatchSelection;
  readonly job: JobSpec;
  readonly jobs: number;
  readonly resume: boolean;
  readonly only?: readonly string[];
}

/** A batch that runs or has run: where its results lie, and what the ledger says of each input. */
export interface Batch {
  readonly plan: BatchPlan;
  readonly state: () => BatchState;
  readonly entries: ReadonlyMap<string, LedgerEntry>;
}

/** The batches of a session: one at a time, beside its other jobs. */
export interface Batches {
  /** Starts a batch; settles once its inputs are known. Throws `usage` while one runs, and what findInputs throws. */
  readonly start: (order: BatchOrder) => Promise<BatchState>;
  /** Cancels and waits until it stands still; one that has ended stays as it is. */
  readonly cancel: (id: string) => Promise<BatchState>;
  /** The one that runs or ran last. */
  readonly current: () => Batch | null;
  /** Throws `usage` unless it is the one that runs or ran last. */
  readonly get: (id: string) => Batch;
  readonly close: () => Promise<void>;
}

const now = (): number => performance.now() / 1000;

function usage(message: string, hint: string): CoreError {
  return new CoreError({ tag: 'usage', message, where: 'batch', hint });
}

/** A window's selection as the batch takes it. */
export function inputSelection(
  { path, out }: GrantedFolder,
  { pattern, recursive, maskPattern, secondPattern }: BatchSelection,
): InputSelection {
  return {
    folder: path,
    out,
    recursive,
    patterns: pattern === null ? readablePatterns : [pattern],
    ...(maskPattern !== null && { maskPattern }),
    ...(secondPattern !== null && { secondPattern }),
  };
}

function takesSecondFile({ channels }: JobSpec): boolean {
  if (channels.kind === 'density') return channels.density.file === 1;
  return channels.heterochromatin.file === 1 || channels.euchromatin.file === 1;
}

function checkOrder({ job, selection }: BatchOrder): void {
  if (takesSecondFile(job) && selection.secondPattern === null) {
    throw usage('The job takes one mark from a second file.', 'Say by a pattern which file that is.');
  }
  if (!takesSecondFile(job) && selection.secondPattern !== null) {
    throw usage('The job takes nothing from a second file.', 'Leave its pattern empty.');
  }
  if (job.mask === 'file' && selection.maskPattern === null) {
    throw usage('The job takes the nucleus from a mask file.', 'Say by a pattern which file that is.');
  }
}

function planOf(order: BatchOrder, folders: FolderStore): BatchPlan {
  const { selection, jobs, resume, only } = order;
  const job = selection.maskPattern === null ? order.job : { ...order.job, mask: 'file' as const };
  return {
    ...inputSelection(folders.get(order.folder), selection),
    draft: job,
    ...{ jobs, resume },
    ...(only && { only }),
  };
}

/** What a window can do about an output that cannot be written; the command line has an option for it. */
const outputHint = 'Choose another place for the results, that you may write to and with space left.';

function failureOf(error: unknown, folders: FolderStore): BatchState['failure'] {
  const message = folders.withoutPaths(error instanceof Error ? error.message : String(error));
  if (!(error instanceof CoreError)) {
    return { tag: 'bug', message, stack: error instanceof EngineBug ? error.report : '' };
  }
  const isOutput = message.startsWith('The output cannot be written');
  return { ...errorData(error), message, ...(isOutput && { hint: outputHint }) };
}

interface Running extends Batch {
  readonly cancel: () => void;
  /** Resolves when the inputs are known or it has ended; rejects where it ended before they were. */
  readonly begun: Promise<void>;
  readonly ended: Promise<void>;
}

/** What is known of a batch, told to the windows as it changes. */
interface BatchRecord extends Batch {
  readonly entries: Map<string, LedgerEntry>;
  readonly files: BatchFiles;
  readonly settle: (state: 'done' | 'cancelled' | 'failed', failure: BatchState['failure']) => void;
}

const batchWideFiles = [summaryName, reportName, 'ledger.jsonl'];

function makeRecord(order: BatchOrder, plan: BatchPlan, { folders, emit }: BatchGround): BatchRecord {
  const { selection, job, jobs } = order;
  const id = freshId();
  const startedAt = now();
  let [standing, failure, endedAt]: [BatchState['state'], BatchState['failure'], number?] = ['running', null];
  const seconds = (): number => (endedAt ?? now()) - startedAt;
  const files = makeBatchFiles((told) => {
    emit({ type: 'batch-files', batch: id, seconds: seconds(), ...told });
  });
  const { grant: folder } = folders.get(order.folder);
  const state = (): BatchState => ({
    ...{ id, folder, selection, job, jobs, failure },
    state: standing,
    phase: files.phase(),
    seconds: seconds(),
    files: files.list(),
    written: batchWideFiles.filter((name) => existsSync(join(plan.out, name))),
  });
  const settle: BatchRecord['settle'] = (next, why) => {
    [standing, failure, endedAt] = [next, why, now()];
    for (const { name, state: each } of files.list()) {
      if (each === 'running') files.change(name, { state: 'queued', progress: null });
    }
    files.setPhase(null);
    files.flush();
    // One that was refused before its inputs were known is answered by a failure alone.
    if (files.list().length > 0) emit({ type: 'batch', batch: state() });
  };
  return { plan, state, entries: new Map(), files, settle };
}

function watchOf(
  { files, entries }: BatchRecord,
  signal: AbortSignal,
  onInputs: BatchWatch['onInputs'],
): BatchWatch {
  return {
    signal,
    ...(onInputs && { onInputs }),
    onStart: (name) => {
      if (files.phase() !== null) files.setPhase(null);
      files.change(name, { state: 'running', progress: null });
    },
    onProgress: (progress, name) => {
      if (name === undefined) files.setPhase(progress);
      else files.change(name, { progress });
    },
    onEntry: (entry, skipped, reading) => {
      entries.set(entry.input, entry);
      files.change(entry.input, fileOfEntry(entry, skipped, reading));
    },
  };
}

function runOrder(order: BatchOrder, ground: BatchGround): Running {
  const { folders, emit, engines } = ground;
  const plan = planOf(order, folders);
  const record = makeRecord(order, plan, ground);
  const controller = new AbortController();
  let work = Promise.resolve<unknown>(undefined);
  const known = new Promise<void>((resolve) => {
    const onInputs: BatchWatch['onInputs'] = ({ inputs }) => {
      record.files.set(inputs.map(({ name }) => name));
      emit({ type: 'batch', batch: record.state() });
      resolve();
    };
    work = runBatch(plan, watchOf(record, controller.signal, onInputs), engines);
  });
  const ended = work.then(
    () => {
      record.settle('done', null);
    },
    (error: unknown) => {
      const cancelled = error instanceof CoreError && error.tag === 'cancelled';
      record.settle(cancelled ? 'cancelled' : 'failed', cancelled ? null : failureOf(error, folders));
    },
  );
  const begun = Promise.race([known, work.then(() => undefined)]);
  const cancel = (): void => {
    controller.abort();
  };
  return { ...record, begun, ended, cancel };
}

/** A session's batches, none so far. */
export function makeBatches(ground: BatchGround): Batches {
  let current: Running | null = null;
  const get = (id: string): Running => {
    if (current?.state().id === id) return current;
    throw usage('There is no such batch any more.', 'Start it again.');
  };
  return {
    get,
    current: () => current,
    start: async (order) => {
      if (current?.state().state === 'running') {
        throw usage('A batch is running already.', 'Wait until it has ended, or cancel it.');
      }
      checkOrder(order);
      const before = current;
      const batch = runOrder(order, ground);
      current = batch;
      await batch.begun.catch((error: unknown) => {
        // Nothing was begun: what ran before stays to be seen.
        if (batch.state().files.length === 0) {
          current = before;
          throw error;
        }
      });
      return batch.state();
    },
    cancel: async (id) => {
      const batch = get(id);
      batch.cancel();
      await batch.ended;
      return batch.state();
    },
    close: async () => {
      current?.cancel();
      await current?.ended;
    },
  };
}
