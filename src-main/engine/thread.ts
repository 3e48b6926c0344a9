import type { Transferable } from 'node:worker_threads';
import { CoreError, errorData, type Progress, type TrainingRun } from '../../src-core/index.js';
import { openPassHost } from '../compute/pass-host.js';
import { benchmarkToFolder } from './benchmark-request.js';
import { checkFiles } from './check-request.js';
import { describeFile } from './description.js';
import { hostDoor } from './door.js';
import { inferFiles } from './inference-request.js';
import { inspectFiles } from './inspection-request.js';
import { drawResultThumbnail } from './thumbnail-request.js';
import type { Call, Exchanges, Failure, FromThread, RequestKind, ToThread } from './messages.js';
import { simulateToFolder } from './simulation-request.js';

type Handlers = {
  readonly [K in RequestKind]: (
    request: Exchanges[K]['request'],
    run: TrainingRun,
  ) => Promise<Exchanges[K]['response']>;
};

const handlers: Handlers = {
  describe: describeFile,
  inspect: inspectFiles,
  infer: inferFiles,
  simulate: simulateToFolder,
  thumbnail: drawResultThumbnail,
  check: checkFiles,
  benchmark: benchmarkToFolder,
};

const door = hostDoor();
const passes = openPassHost();
const reportIntervalMs = 40;
const running = new Map<number, { readonly cancel: AbortController; readonly enough: AbortController }>();

function send(message: FromThread, transfer: readonly Transferable[] = []): void {
  door.send(message, transfer);
}

function failureOf(error: unknown): Failure {
  if (error instanceof CoreError) return errorData(error);
  const bug = error instanceof Error ? error : new Error(String(error));
  return { tag: 'bug', message: `${bug.name}: ${bug.message}`, stack: bug.stack ?? '' };
}

/** Passes on the first report of a stage at once, then at most one every 40 ms, so that the port is never flooded. */
function throttledReport(id: number): (progress: Progress) => void {
  let stage = '';
  let last = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.stage === stage && progress.fraction < 1 && now - last < reportIntervalMs) return;
    stage = progress.stage;
    last = now;
    send({ type: 'progress', id, progress });
  };
}

/** The buffers of every typed array directly in `value` or one level of objects below it. */
function buffersIn(value: unknown, depth = 3): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.values(value).flatMap((part) => buffersIn(part, depth - 1));
}

function handle<K extends RequestKind>(call: Call<K>, run: TrainingRun): Promise<Exchanges[K]['response']> {
  return handlers[call.kind](call.request, run);
}

async function answer(call: Call): Promise<void> {
  const [cancel, enough] = [new AbortController(), new AbortController()];
  running.set(call.id, { cancel, enough });
  try {
    const signals = { signal: cancel.signal, enough: enough.signal };
    const run: TrainingRun = { ...signals, report: throttledReport(call.id), passes };
    const response = await handle(call, run);
    send({ type: 'done', id: call.id, response }, [...new Set(buffersIn(response))]);
  } catch (error) {
    send({ type: 'failed', id: call.id, failure: failureOf(error) });
  } finally {
    running.delete(call.id);
  }
}

door.listen((heard) => {
  const message = heard as ToThread;
  if (message.type === 'call') void answer(message);
  else running.get(message.id)?.[message.type].abort();
});
