import type { FromThread, ToThread } from './messages.js';
import type { EngineEnd, EnginePort, EngineStart, PortListener } from './port.js';

/** A child process as the port needs it; Electron's utility process and Node's forked one are both made into this. */
export interface EngineProcess {
  readonly post: (message: ToThread) => void;
  /** Ends the process without asking it. */
  readonly kill: () => void;
  readonly onMessage: (hear: (message: FromThread) => void) => void;
  /** What it writes to stderr. */
  readonly onWords: (hear: (text: string) => void) => void;
  /** `code` null where a signal ended it. */
  readonly onExit: (hear: (code: number | null, signal?: string | null) => void) => void;
}

/** Starts a process that runs an engine's module. */
export type StartProcess = (start: EngineStart) => EngineProcess;

const keptWords = 8000;

/** The flags of V8 for the limits that a thread takes as an object. */
export function heapFlags({ resourceLimits }: EngineStart): string[] {
  const megabytes = resourceLimits?.maxOldGenerationSizeMb;
  return megabytes === undefined ? [] : [`--max-old-space-size=${String(megabytes)}`];
}

/** How a process ended: its exit, its last words, and whether its host killed it. */
interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly words: string;
  readonly killed: boolean;
}

function reasonOf({ code, signal, killed }: ProcessEnd): string {
  if (killed) return 'it was stopped because it did not let itself be cancelled';
  if (signal === 'SIGKILL') return 'the system ended it (SIGKILL), most often for lack of memory';
  if (signal !== null) return `it was ended by ${signal} before it answered`;
  return `it stopped with code ${String(code)} before it answered`;
}

/** V8 says on stderr when the heap is full; the system says nothing when it takes the memory back. */
function endOf(end: ProcessEnd): EngineEnd {
  const outOfMemory =
    !end.killed && (end.signal === 'SIGKILL' || /heap out of memory|out of memory/i.test(end.words));
  return { reason: reasonOf(end), outOfMemory, report: end.words };
}

/** An engine in a process of its own: nothing that it does, not even a crash in native code, ends its host. */
export function processPort(child: EngineProcess, { onMessage, onEnd }: PortListener): EnginePort {
  let words = '';
  let killed = false;
  child.onMessage(onMessage);
  child.onWords((text) => {
    words = (words + text).slice(-keptWords);
  });
  const gone = new Promise<void>((resolve) => {
    child.onExit((code, signal = null) => {
      onEnd(endOf({ code, signal, words, killed }));
      resolve();
    });
  });
  return {
    kind: 'process',
    post: child.post,
    terminate: async () => {
      killed = true;
      child.kill();
      await gone;
    },
  };
}
