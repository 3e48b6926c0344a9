import { CoreError } from './errors.js';

/** How far a piece of work is: `fraction` in [0, 1] of the stage named by `stage`. */
export interface Progress {
  readonly stage: string;
  readonly fraction: number;
  /** How a training stands, where the work is one. */
  readonly training?: TrainingNews;
}

/** What is told of a training while it runs. */
export interface TrainingNews {
  /** Steps made, of how many at most. */
  readonly step: number;
  readonly steps: number;
  /** Parts of the loss; those of the channels are 1 at the truth. */
  readonly losses: readonly { readonly name: string; readonly value: number }[];
  /** Mean squared error on held-out cells, in variances of their noise. */
  readonly heldOut: number;
  /** Gradient alignment between the parts of the loss, and between successive steps, −1 to 1; null where not taken. */
  readonly within: number | null;
  readonly between: number | null;
  /** λ on the cells of the middle plane, NaN outside the nucleus, and its mean level; now and then. */
  readonly preview?: {
    readonly shape: readonly [number, number];
    readonly values: Float32Array;
    readonly level: number;
  };
}

/** The part of AbortSignal that the engine reads; an AbortSignal can be passed as it is. */
export interface CancelSignal {
  readonly aborted: boolean;
}

/** A kernel of a pass machine on the range up to `last`, of which a thread's part is a multiple of `grain`. */
export interface PassCall {
  readonly name: 'voxelPass' | 'clenshaw' | 'addTerm' | 'denseProduct';
  readonly args: readonly number[];
  readonly last: number;
  readonly grain: number;
}

/** Passes over the cells of a nucleus outside of this language, on a memory of their own: quicker, to the same bytes. */
export interface PassMachine {
  readonly threads: number;
  /** The memory, at least so many bytes of it; throws where there is no more. */
  readonly reserve: (bytes: number) => ArrayBufferLike;
  /** Bytes at the memory's start that are not to be used. */
  readonly first: number;
  /** Returns when it is done. */
  readonly run: (call: PassCall) => void;
}

/** The last argument of everything that may take over 50 ms: a way to cancel it and to hear how far it is. */
export interface Run {
  readonly signal: CancelSignal;
  readonly report: (progress: Progress) => void;
  /** Plain code does the passes where there is none. */
  readonly passes?: PassMachine | undefined;
}

/** A run that is never cancelled and reports to nobody. */
export const quietRun: Run = { signal: { aborted: false }, report: () => undefined };

declare const performance: { now: () => number };
declare const setTimeout: (callback: () => void, milliseconds: number) => unknown;
declare const setImmediate: ((callback: () => void) => unknown) | undefined;

const breathIntervalMs = 40;
let lastBreath = 0;

/** Throws the `cancelled` error if the run was cancelled. */
export function throwIfCancelled(run: Run): void {
  if (run.signal.aborted) throw new CoreError({ tag: 'cancelled', message: 'Cancelled.' });
}

/**
 * To be awaited in every loop that burns processor time: lets a cancel message in (a macrotask, at most every
 * 40 ms, otherwise it returns at once), then throws if the run was cancelled.
 */
export async function breathe(run: Run): Promise<void> {
  const now = performance.now();
  if (now - lastBreath > breathIntervalMs) {
    await new Promise<void>((resume) => {
      if (typeof setImmediate === 'function') setImmediate(resume);
      else setTimeout(resume, 0);
    });
    lastBreath = performance.now();
  }
  throwIfCancelled(run);
}
