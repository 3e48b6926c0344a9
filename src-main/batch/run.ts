import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CoreError, errorData, type ErrorData, parseJob, type Progress } from '../../src-core/index.js';
import { type JobDraft, withChannels } from '../engine/channels.js';
import { type Engine, makeEngine } from '../engine/host.js';
import type { DescribeRequest, InferResponse, InputPaths } from '../engine/messages.js';
import type { OutputChoices } from '../engine/output-choices.js';
import { inStaging, makeFolder, sweepStaging } from '../engine/staging.js';
import { stemOf } from '../engine/stem.js';
import { type BatchInput, findInputs, type InputSelection, type SelectedInputs } from './inputs.js';
import { appendEntry, type LedgerEntry, readLedger, writeLedger } from './ledger.js';
import { withLock } from './lock.js';
import { type BatchReading, readingOf, readResult } from './readings.js';
import { reportName, writeReport } from './report.js';
import { hashJob, hashOrNull, isOfSameJob, stands } from './standing.js';
import { summaryName, writeSummary } from './summary.js';

/** What a batch is to do. */
export interface BatchPlan extends InputSelection {
  readonly draft: JobDraft;
  /** What the files look like; the standard ones if not given. */
  readonly output?: OutputChoices;
  /** How many inputs are worked on at a time, each in a thread of its own. */
  readonly jobs: number;
  /** Whether inputs that an earlier run finished with the same job and bytes are skipped. */
  readonly resume: boolean;
  /** With `resume`: only these inputs are run, the entries of the others stay as they are. */
  readonly only?: readonly string[];
}

/** Who listens to a batch and may stop it. */
export interface BatchWatch {
  readonly signal: AbortSignal;
  /** `input` is the name of the one at work; none while something is done for all of them. */
  readonly onProgress: (progress: Progress, input?: string) => void;
  readonly onEntry: (entry: LedgerEntry, skipped: boolean, reading: BatchReading | null) => void;
  /** The inputs are known. */
  readonly onInputs?: (selected: SelectedInputs) => void;
  /** An input is begun. */
  readonly onStart?: (name: string) => void;
}

/** What became of a batch, in file order. */
export interface BatchResult {
  readonly entries: readonly LedgerEntry[];
  readonly skipped: number;
}

/** Makes the engines that a batch works with. */
export type EngineMaker = () => Engine;

interface Worked {
  readonly entry: LedgerEntry;
  readonly reading: BatchReading | null;
}

function pathsOf(input: BatchInput, folder: string): InputPaths {
  return {
    input: input.path,
    ...(input.second !== undefined && { second: join(folder, input.second) }),
    ...(input.mask !== undefined && { mask: join(folder, input.mask) }),
  };
}

async function inferInput(
  engine: Engine,
  input: BatchInput,
  plan: BatchPlan,
  watch: BatchWatch,
): Promise<InferResponse> {
  const onProgress = (progress: Progress): void => {
    watch.onProgress(progress, input.name);
  };
  const options = { signal: watch.signal, onProgress };
  const files = pathsOf(input, plan.folder);
  const describe = (request: DescribeRequest) => engine.request('describe', request, options);
  const job = parseJob(await withChannels(plan.draft, files, describe));
  return inStaging(join(plan.out, input.folder), (folder) =>
    engine.request(
      'infer',
      {
        files,
        job,
        staging: { folder, stem: stemOf(input.name), ...(plan.output && { output: plan.output }) },
      },
      options,
    ),
  );
}

/** The failure for the ledger, with files named by their paths below the batch's folder. */
function recordOf(error: unknown, { folder }: BatchPlan): NonNullable<LedgerEntry['error']> {
  if (!(error instanceof CoreError)) {
    return { tag: 'bug', message: error instanceof Error ? error.message : String(error) };
  }
  const { where, ...rest }: ErrorData = errorData(error);
  if (where === undefined) return rest;
  const top = join(folder, 'x').slice(0, -1);
  return { ...rest, where: where.startsWith(top) ? where.slice(top.length) : where };
}

/** Whether the error is the disk's and would befall every input: a full disk, a quota, a disk made read-only. */
export function isOfTheDisk(error: unknown): boolean {
  return (
    error instanceof CoreError &&
    /^The output cannot be written \((?:ENOSPC|EDQUOT|EROFS)\)/.test(error.message)
  );
}

function companionsIn({ document }: InferResponse, { mask, second }: BatchInput): Partial<LedgerEntry> {
  return {
    ...(mask !== undefined && document.mask && { mask: { name: mask, sha256: document.mask.sha256 } }),
    ...(second !== undefined &&
      document.second && { second: { name: second, sha256: document.second.sha256 } }),
  };
}

/** Works on one input; everything but a cancel and a full disk ends in an entry of the ledger. */
async function workOn(
  engine: Engine,
  input: BatchInput,
  plan: BatchPlan,
  watch: BatchWatch,
): Promise<Worked> {
  const start = performance.now();
  const seconds = (): number => Number(((performance.now() - start) / 1000).toFixed(3));
  const known = { input: input.name, jobHash: hashJob(plan), folder: input.folder };
  try {
    if (input.problem) throw new CoreError(input.problem);
    const response = await inferInput(engine, input, plan, watch);
    const files = response.files.map(({ name, sha256 }) => ({ name, sha256 }));
    const { sha256 } = response.document.input;
    const more = companionsIn(response, input);
    const entry = { ...known, sha256, ...more, state: 'done' as const, seconds: seconds(), files };
    return { entry, reading: readingOf(response.document) };
  } catch (error) {
    if ((error instanceof CoreError && error.tag === 'cancelled') || isOfTheDisk(error)) throw error;
    const sha256 = await hashOrNull(input.path, watch.signal);
    const failed = { state: 'failed' as const, seconds: seconds(), error: recordOf(error, plan) };
    return { entry: { ...known, sha256, ...failed }, reading: null };
  }
}

/** Runs `lanes` workers over the items, each taking the next free one; throws a failure once all have ended. */
async function inLanes<T>(
  items: readonly T[],
  { lanes, engines, signal }: { lanes: number; engines: EngineMaker; signal: AbortSignal },
  work: (item: T, engine: Engine) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    const engine = engines();
    try {
      for (const item of queue) await work(item, engine);
    } finally {
      const closed = engine.close();
      // A thread that was cancelled has nothing to finish: nobody need wait for its end.
      if (!signal.aborted) await closed;
    }
  };
  const count = Math.min(lanes, items.length);
  const ends = await Promise.allSettled(Array.from({ length: count }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function kept(entry: LedgerEntry, input: BatchInput, plan: BatchPlan, signal: AbortSignal) {
  const ground = { folder: plan.folder, out: plan.out, jobHash: hashJob(plan), signal };
  if (plan.only === undefined) return stands(entry, input, ground);
  return !plan.only.includes(input.name) && isOfSameJob(entry, input, ground);
}

async function doneBefore(
  plan: BatchPlan,
  inputs: readonly BatchInput[],
  watch: BatchWatch,
): Promise<Map<string, LedgerEntry>> {
  if (!plan.resume) return new Map();
  const ledger = await readLedger(join(plan.out, 'ledger.jsonl'));
  const done = new Map<string, LedgerEntry>();
  for (const [index, input] of inputs.entries()) {
    watch.onProgress({ stage: 'check', fraction: index / inputs.length });
    const entry = ledger.get(input.name);
    if (entry && (await kept(entry, input, plan, watch.signal))) done.set(input.name, entry);
  }
  return done;
}

/** Takes away what an earlier run left unfinished, and its summary and report, which no longer hold. */
async function sweepLeftovers(out: string, inputs: readonly BatchInput[]): Promise<void> {
  for (const name of [summaryName, reportName]) await rm(join(out, name), { force: true });
  await sweepStaging(out);
  for (const { folder } of inputs) await sweepStaging(join(out, folder)).catch(() => undefined);
}

async function tellSkipped(entries: Iterable<LedgerEntry>, out: string, watch: BatchWatch): Promise<void> {
  for (const entry of entries) {
    const document = entry.state === 'done' ? await readResult(out, entry).catch(() => null) : null;
    watch.onEntry(entry, true, document && readingOf(document));
  }
}

async function writeEnd(
  plan: BatchPlan,
  entries: readonly LedgerEntry[],
  watch: BatchWatch,
  engines: EngineMaker,
): Promise<void> {
  await writeSummary(plan.out, entries);
  const engine = engines();
  try {
    await writeReport({ plan, entries, engine }, watch);
  } finally {
    await engine.close();
  }
}

async function runInputs(
  plan: BatchPlan,
  inputs: readonly BatchInput[],
  watch: BatchWatch,
  engines: EngineMaker,
): Promise<BatchResult> {
  const ledger = join(plan.out, 'ledger.jsonl');
  const entries = await doneBefore(plan, inputs, watch);
  const skipped = entries.size;
  await tellSkipped(entries.values(), plan.out, watch);
  await sweepLeftovers(plan.out, inputs);
  await writeLedger(ledger, [...entries.values()]);
  const wanted = ({ name }: BatchInput): boolean => !entries.has(name) && (plan.only?.includes(name) ?? true);
  const how = { lanes: plan.jobs, engines, signal: watch.signal };
  await inLanes(inputs.filter(wanted), how, async (input, engine) => {
    watch.onStart?.(input.name);
    const { entry, reading } = await workOn(engine, input, plan, watch);
    await appendEntry(ledger, entry);
    entries.set(input.name, entry);
    watch.onEntry(entry, false, reading);
  });
  const ordered = inputs.flatMap(({ name }) => entries.get(name) ?? []);
  await writeLedger(ledger, ordered);
  if (ordered.length === inputs.length) await writeEnd(plan, ordered, watch, engines);
  return { entries: ordered, skipped };
}

/**
 * Infers every matching file of a folder by one job, each into a folder of its own, and writes `ledger.jsonl` (a
 * line as each input ends, in file order at the end), `summary.csv` and `report.html`. An input that fails is
 * recorded and the rest goes on; a full disk ends the batch. The results do not depend on the number of jobs, nor on
 * being killed and resumed. Throws `cancelled`, `usage` while another batch writes to the same folder, and what
 * findInputs throws.
 */
export async function runBatch(
  plan: BatchPlan,
  watch: BatchWatch,
  engines: EngineMaker = makeEngine,
): Promise<BatchResult> {
  const selected = await findInputs(plan);
  watch.onInputs?.(selected);
  await makeFolder(plan.out);
  return withLock(plan.out, () => runInputs(plan, selected.inputs, watch, engines));
}
