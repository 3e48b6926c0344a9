import { type ResourceLimits, Worker } from 'node:worker_threads';
import { CoreError, type Progress } from '../../src-core/index.js';
import type { BugData, Exchanges, Failure, FromThread, RequestKind } from './messages.js';

/** How long a cancelled request may take to stop by itself before its thread is terminated. */
const graceMs = 100;

/** What a request may be watched and stopped by. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** The engine in a thread of its own, started by the first request and again after it died. */
export interface Engine {
  /**
   * Asks the engine. Rejects with the CoreError that the engine threw, with an EngineBug for anything else and for
   * a thread that died, and with `cancelled` within 200 ms of the signal (once native code lets go).
   */
  readonly request: <K extends RequestKind>(
    kind: K,
    request: Exchanges[K]['request'],
    options?: RequestOptions,
  ) => Promise<Exchanges[K]['response']>;
  /** Stops the thread for good; pending requests, and any that come later, are rejected as cancelled. */
  readonly close: () => Promise<void>;
}

/** A failure that is the program's own fault; `report` is what a user should send to the developers. */
export class EngineBug extends Error {
  readonly report: string;

  constructor(bug: BugData) {
    super(bug.message);
    this.name = 'EngineBug';
    this.report = bug.stack;
  }
}

interface Pending {
  readonly resolve: (response: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
}

/** The module that the thread runs, and the limits of its heap (arrays of numbers lie outside it). */
export interface ThreadStart {
  readonly entry: URL;
  readonly resourceLimits?: ResourceLimits;
}

const ownThread = new URL('./thread.js', import.meta.url);

const cancelled = (): CoreError => new CoreError({ tag: 'cancelled', message: 'Cancelled.' });

function errorOf(failure: Failure): Error {
  return failure.tag === 'bug' ? new EngineBug(failure) : new CoreError(failure);
}

const deaths = new WeakSet<Error>();

/** Whether the error says that the engine itself is gone, and not only that a request failed. */
export function isDeath(error: unknown): boolean {
  return error instanceof Error && deaths.has(error);
}

function deathOf(error: unknown): Error {
  const death = causeOfDeath(error);
  deaths.add(death);
  return death;
}

function causeOfDeath(error: unknown): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  if ('code' in known && known.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new CoreError({
      tag: 'memory',
      message: 'The engine ran out of memory.',
      hint: 'Use a coarser spacing, fewer planes or a smaller image.',
    });
  }
  const message = `The engine thread died: ${known.message}`;
  return new EngineBug({ tag: 'bug', message, stack: known.stack ?? '' });
}

function rejectAll(thread: Thread, error: Error): void {
  for (const waiting of thread.pending.values()) waiting.reject(error);
  thread.pending.clear();
}

function receive(thread: Thread, message: FromThread): void {
  const waiting = thread.pending.get(message.id);
  if (!waiting) return;
  if (message.type === 'progress') {
    waiting.onProgress?.(message.progress);
    return;
  }
  thread.pending.delete(message.id);
  if (message.type === 'done') waiting.resolve(message.response as never);
  else waiting.reject(errorOf(message.failure));
}

function startThread(start: ThreadStart, onEnd: (thread: Thread) => void): Thread {
  // geotiff loads web-worker, which inside a thread takes workerData to be an object.
  const thread: Thread = {
    worker: new Worker(start.entry, { workerData: {}, resourceLimits: start.resourceLimits ?? {} }),
    pending: new Map(),
  };
  const end = (error: Error): void => {
    onEnd(thread);
    rejectAll(thread, error);
  };
  thread.worker.on('message', (message: FromThread) => {
    receive(thread, message);
  });
  thread.worker.on('error', (error) => {
    end(deathOf(error));
  });
  thread.worker.on('exit', (code) => {
    end(deathOf(new Error(`it stopped with code ${String(code)} before it answered`)));
  });
  return thread;
}

/** Runs `stop` when the signal fires (at once if it has); gives back what detaches it. */
function onAbort(signal: AbortSignal | undefined, stop: () => void): () => void {
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  return () => signal?.removeEventListener('abort', stop);
}

/**
 * Asks a thread politely to cancel; terminates it if the answer does not come in time. Its other requests are then
 * rejected as a death of the thread.
 */
function cancelRequest(thread: Thread, id: number): void {
  thread.worker.postMessage({ type: 'cancel', id });
  setTimeout(() => {
    const waiting = thread.pending.get(id);
    if (!waiting) return;
    thread.pending.delete(id);
    void thread.worker.terminate().then(() => {
      waiting.reject(cancelled());
    });
  }, graceMs);
}

/** An engine in a thread that is yet to be started: nothing starts before the first request. */
export function makeEngine(start: Partial<ThreadStart> = {}): Engine {
  let current: Thread | undefined;
  let nextId = 1;
  let closed = false;

  const request: Engine['request'] = async (kind, content, options = {}) => {
    if (closed || options.signal?.aborted === true) throw cancelled();
    current ??= startThread({ entry: ownThread, ...start }, (ended) => {
      if (current === ended) current = undefined;
    });
    const thread = current;
    const id = nextId++;
    const answer = new Promise<never>((resolve, reject) => {
      thread.pending.set(id, { resolve, reject, onProgress: options.onProgress });
    });
    thread.worker.postMessage({ type: 'call', id, kind, request: content });
    const detach = onAbort(options.signal, () => {
      cancelRequest(thread, id);
    });
    return answer.finally(detach);
  };

  const close = async (): Promise<void> => {
    closed = true;
    const thread = current;
    current = undefined;
    if (!thread) return;
    rejectAll(thread, cancelled());
    await thread.worker.terminate();
  };

  return { request, close };
}
