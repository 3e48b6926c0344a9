import { CoreError, type Progress } from '../../src-core/index.js';
import type { BugData, Exchanges, Failure, FromThread, RequestKind } from './messages.js';
import type { EngineEnd, EnginePort, EngineStart, OpenPort } from './port.js';
import { openThread } from './thread-port.js';

/** How long a cancelled request may take to stop by itself before its engine is terminated. */
const graceMs = 100;

/** What a request may be watched and stopped by. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends a training with what it has reached. */
  readonly enough?: AbortSignal;
}

/** The engine in a thread or process of its own, started by the first request and again after it died. */
export interface Engine {
  /**
   * Asks the engine. Rejects with the CoreError that the engine threw, with an EngineBug for anything else and for
   * an engine that died, and with `cancelled` within 200 ms of the signal (once native code lets go).
   */
  readonly request: <K extends RequestKind>(
    kind: K,
    request: Exchanges[K]['request'],
    options?: RequestOptions,
  ) => Promise<Exchanges[K]['response']>;
  /** Kills the engine as a crash would: pending requests are rejected as its death, and the next one starts it anew. */
  readonly restart: () => Promise<void>;
  /** Stops the engine for good; pending requests, and any that come later, are rejected as cancelled. */
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

interface Running {
  readonly port: EnginePort;
  readonly pending: Map<number, Pending>;
}

const ownEntry = new URL('./thread.js', import.meta.url);

const cancelled = (): CoreError => new CoreError({ tag: 'cancelled', message: 'Cancelled.' });

function errorOf(failure: Failure): Error {
  return failure.tag === 'bug' ? new EngineBug(failure) : new CoreError(failure);
}

const deaths = new WeakSet<Error>();

/** Whether the error says that the engine itself is gone, and not only that a request failed. */
export function isDeath(error: unknown): boolean {
  return error instanceof Error && deaths.has(error);
}

function deathOf(port: EnginePort, end: EngineEnd): Error {
  const death = causeOfDeath(port, end);
  deaths.add(death);
  return death;
}

function causeOfDeath({ kind }: EnginePort, { reason, outOfMemory, report }: EngineEnd): Error {
  if (outOfMemory) {
    return new CoreError({
      tag: 'memory',
      message: 'The engine ran out of memory.',
      hint: 'Use a coarser spacing, fewer planes or a smaller image.',
    });
  }
  return new EngineBug({ tag: 'bug', message: `The engine ${kind} died: ${reason}`, stack: report });
}

function rejectAll({ pending }: Running, error: Error): void {
  for (const waiting of pending.values()) waiting.reject(error);
  pending.clear();
}

function receive({ pending }: Running, message: FromThread): void {
  const waiting = pending.get(message.id);
  if (!waiting) return;
  if (message.type === 'progress') {
    waiting.onProgress?.(message.progress);
    return;
  }
  pending.delete(message.id);
  if (message.type === 'done') waiting.resolve(message.response as never);
  else waiting.reject(errorOf(message.failure));
}

function startEngine(open: OpenPort, start: EngineStart, onEnd: (engine: Running) => void): Running {
  const pending = new Map<number, Pending>();
  const running: Running = {
    pending,
    port: open(start, {
      onMessage: (message) => {
        receive(running, message);
      },
      onEnd: (end) => {
        onEnd(running);
        rejectAll(running, deathOf(running.port, end));
      },
    }),
  };
  return running;
}

/** Runs `stop` when the signal fires (at once if it has); gives back what detaches it. */
function onAbort(signal: AbortSignal | undefined, stop: () => void): () => void {
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  return () => signal?.removeEventListener('abort', stop);
}

/**
 * Asks an engine politely to cancel; terminates it if the answer does not come in time. Its other requests are then
 * rejected as a death of the engine.
 */
function cancelRequest(running: Running, id: number): void {
  running.port.post({ type: 'cancel', id });
  setTimeout(() => {
    const waiting = running.pending.get(id);
    if (!waiting) return;
    running.pending.delete(id);
    void running.port.terminate().then(() => {
      waiting.reject(cancelled());
    });
  }, graceMs);
}

const restarted: EngineEnd = {
  reason: 'it was ended by “Restart the engine”',
  outOfMemory: false,
  report: '',
};

/** How an engine is started: by default the engine's own module in a thread. */
export type EngineOptions = Partial<EngineStart> & { readonly open?: OpenPort };

/** An engine that is yet to be started: nothing starts before the first request. */
export function makeEngine({ open = openThread, ...start }: EngineOptions = {}): Engine {
  let current: Running | undefined;
  let nextId = 1;
  let closed = false;

  const begin = (): Running =>
    startEngine(open, { entry: ownEntry, ...start }, (ended) => {
      if (current === ended) current = undefined;
    });
  const request: Engine['request'] = async (kind, content, options = {}) => {
    if (closed || options.signal?.aborted === true) throw cancelled();
    const running = (current ??= begin());
    const id = nextId++;
    const answer = new Promise<never>((resolve, reject) => {
      running.pending.set(id, { resolve, reject, onProgress: options.onProgress });
    });
    running.port.post({ type: 'call', id, kind, request: content });
    const detach = onAbort(options.signal, () => {
      cancelRequest(running, id);
    });
    const leave = onAbort(options.enough, () => {
      running.port.post({ type: 'enough', id });
    });
    return answer.finally(() => {
      detach();
      leave();
    });
  };
  const end = async (reasonOf: (running: Running) => Error): Promise<void> => {
    const running = current;
    current = undefined;
    if (!running) return;
    rejectAll(running, reasonOf(running));
    await running.port.terminate();
  };
  return {
    request,
    restart: () => end(({ port }) => deathOf(port, restarted)),
    close: () => {
      closed = true;
      return end(cancelled);
    },
  };
}
