import type { ResourceLimits } from 'node:worker_threads';
import type { FromThread, ToThread } from './messages.js';

/** The module that an engine runs, and the limits of its heap (arrays of numbers lie outside it). */
export interface EngineStart {
  readonly entry: URL;
  readonly resourceLimits?: ResourceLimits;
}

/** How an engine came to its end without being asked to. */
export interface EngineEnd {
  /** In words that follow a colon: "it stopped with code 3 before it answered". */
  readonly reason: string;
  readonly outOfMemory: boolean;
  /** What developers need to see: a stack, or the last words on stderr. */
  readonly report: string;
}

/** Who listens to an engine. */
export interface PortListener {
  readonly onMessage: (message: FromThread) => void;
  /** Called once or more when the engine is gone, whatever ended it. */
  readonly onEnd: (end: EngineEnd) => void;
}

/** A running engine as its host sees it, wherever it runs. */
export interface EnginePort {
  /** A thread shares this process; a process can crash or be killed without taking the host with it. */
  readonly kind: 'thread' | 'process';
  readonly post: (message: ToThread) => void;
  /** Ends the engine at once, whatever it is doing; resolves when it is gone. */
  readonly terminate: () => Promise<void>;
}

/** Starts an engine. Messages posted before it is ready wait for it. */
export type OpenPort = (start: EngineStart, listener: PortListener) => EnginePort;
