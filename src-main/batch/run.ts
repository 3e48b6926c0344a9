import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CoreError, errorData, parseJob, type Progress } from '../../src-core/index.js';
import { type JobDraft, withChannels } from '../engine/channels.js';
import { fileSha256 } from '../engine/file-source.js';
import { type Engine, makeEngine } from '../engine/host.js';
import type { DescribeRequest, InferResponse } from '../engine/messages.js';
import { inStaging, makeFolder, sweepStaging } from '../engine/staging.js';
import { stemOf } from '../engine/stem.js';
import { version } from '../engine/version.js';
import { type BatchInput, findInputs, type InputSelection } from './inputs.js';
import { appendEntry, type LedgerEntry, readLedger, writeLedger } from './ledger.js';
import { summaryName, writeSummary } from './summary.js';

/** What a batch is to do. */
export interface BatchPlan extends InputSelection {
  readonly draft: JobDraft;
  /** How many inputs are worked on at a time, each in a thread of its own. */
  readonly jobs: number;
  /** Whether inputs that an earlier run finished with the same job and bytes are skipped. */
  readonly resume: boolean;
}

/** Who listens to a batch and may stop it. */
export interface BatchWatch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onEntry: (entry: LedgerEntry, skipped: boolean) => void;
}

/** What became of a batch, in file order. */
export interface BatchResult {
  readonly entries: readonly LedgerEntry[];
  readonly skipped: number;
}

/** The job as the batch was given it, with its defaults and the program's version: what a resumed run must share. */
function hashJob(draft: JobDraft): string {
  const open = { kind: 'density', density: { file: 0, channel: 0 } } as const;
  const job = parseJob({ ...draft, channels: draft.channels ?? open });
  const text = JSON.stringify({ version, job, channels: draft.channels ? 'given' : 'open' });
  return createHash('sha256').update(text).digest('hex');
}

/** SHA-256 of a file, null where it cannot be read; throws `cancelled`. */
async function hashOrNull(path: string, { signal }: BatchWatch): Promise<string | null> {
  return fileSha256(path, { signal, report: () => undefined }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return null;
  });
}

async function isIntact(entry: LedgerEntry, out: string, watch: BatchWatch): Promise<boolean> {
  for (const { name, sha256 } of entry.files ?? []) {
    if ((await hashOrNull(join(out, entry.folder, name), watch)) !== sha256) return false;
  }
  return entry.files !== undefined;
}

function couldStand(entry: LedgerEntry, input: BatchInput, plan: BatchPlan): boolean {
  return entry.state === 'done' && entry.folder === input.folder && entry.jobHash === hashJob(plan.draft);
}

/** Whether an earlier result still holds: the input and every result file have the bytes they had. */
async function stands(
  entry: LedgerEntry,
  input: BatchInput,
  out: string,
  watch: BatchWatch,
): Promise<boolean> {
  return (await hashOrNull(input.path, watch)) === entry.sha256 && (await isIntact(entry, out, watch));
}

async function inferInput(
  engine: Engine,
  input: BatchInput,
  plan: BatchPlan,
  watch: BatchWatch,
): Promise<InferResponse> {
  const options = { signal: watch.signal, onProgress: watch.onProgress };
  const describe = (request: DescribeRequest) => engine.request('describe', request, options);
  const job = parseJob(await withChannels(plan.draft, { input: input.path }, describe));
  return inStaging(join(plan.out, input.folder), (folder) =>
    engine.request(
      'infer',
      { files: { input: input.path }, job, staging: { folder, stem: stemOf(input.name) } },
      options,
    ),
  );
}

function recordOf(error: unknown): NonNullable<LedgerEntry['error']> {
  if (error instanceof CoreError) return errorData(error);
  return { tag: 'bug', message: error instanceof Error ? error.message : String(error) };
}

/** Works on one input; everything but a cancel ends in an entry of the ledger. */
async function workOn(
  engine: Engine,
  input: BatchInput,
  plan: BatchPlan,
  watch: BatchWatch,
): Promise<LedgerEntry> {
  const start = performance.now();
  const jobHash = hashJob(plan.draft);
  const seconds = (): number => Number(((performance.now() - start) / 1000).toFixed(3));
  const { name, folder, path } = input;
  try {
    const { document, files } = await inferInput(engine, input, plan, watch);
    const written = files.map((file) => ({ name: file.name, sha256: file.sha256 }));
    const sha256 = document.input.sha256;
    return { input: name, sha256, jobHash, state: 'done', seconds: seconds(), folder, files: written };
  } catch (error) {
    if (error instanceof CoreError && error.tag === 'cancelled') throw error;
    const sha256 = await hashOrNull(path, watch);
    return {
      input: name,
      sha256,
      jobHash,
      state: 'failed',
      seconds: seconds(),
      folder,
      error: recordOf(error),
    };
  }
}

/** Runs `lanes` workers over the items, each taking the next free one; throws a failure once all have ended. */
async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T, engine: Engine) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    const engine = makeEngine();
    try {
      for (const item of queue) await work(item, engine);
    } finally {
      await engine.close();
    }
  };
  const count = Math.min(lanes, items.length);
  const ends = await Promise.allSettled(Array.from({ length: count }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function doneBefore(
  plan: BatchPlan,
  inputs: readonly BatchInput[],
  watch: BatchWatch,
): Promise<Map<string, LedgerEntry>> {
  if (!plan.resume) return new Map();
  const ledger = await readLedger(join(plan.out, 'ledger.jsonl'));
  const done = new Map<string, LedgerEntry>();
  for (const input of inputs) {
    const entry = ledger.get(input.name);
    if (entry && couldStand(entry, input, plan) && (await stands(entry, input, plan.out, watch)))
      done.set(input.name, entry);
  }
  return done;
}

/** Takes away what an earlier run left unfinished, and its summary, which no longer holds. */
async function sweepLeftovers(out: string, inputs: readonly BatchInput[]): Promise<void> {
  await rm(join(out, summaryName), { force: true });
  await sweepStaging(out);
  for (const { folder } of inputs) await sweepStaging(join(out, folder)).catch(() => undefined);
}

/**
 * Infers every matching file of a folder by one job, each into a folder of its own, and writes `ledger.jsonl` (a
 * line as each input ends, in file order at the end) and `summary.csv`. An input that fails is recorded and the rest
 * goes on. The results do not depend on the number of jobs, nor on being killed and resumed. Throws `cancelled`,
 * and what findInputs throws.
 */
export async function runBatch(plan: BatchPlan, watch: BatchWatch): Promise<BatchResult> {
  const inputs = await findInputs(plan);
  const ledger = join(plan.out, 'ledger.jsonl');
  await makeFolder(plan.out);
  const entries = await doneBefore(plan, inputs, watch);
  const skipped = entries.size;
  for (const entry of entries.values()) watch.onEntry(entry, true);
  await sweepLeftovers(plan.out, inputs);
  await writeLedger(ledger, [...entries.values()]);
  const open = inputs.filter(({ name }) => !entries.has(name));
  await inLanes(open, plan.jobs, async (input, engine) => {
    const entry = await workOn(engine, input, plan, watch);
    await appendEntry(ledger, entry);
    entries.set(input.name, entry);
    watch.onEntry(entry, false);
  });
  const ordered = inputs.flatMap(({ name }) => entries.get(name) ?? []);
  await writeLedger(ledger, ordered);
  await writeSummary(plan.out, ordered);
  return { entries: ordered, skipped };
}
