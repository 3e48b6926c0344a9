import { makeEngine, type RequestOptions } from '../engine/host.js';
import type { OpenPort } from '../engine/port.js';
import type { ReaderExchanges } from './reader-messages.js';

/** A thread or process beside the engine that reads pictures and writes exports, so that neither waits for a long job. */
export interface Reader {
  /** As Engine.request, of the reader's own table. */
  readonly request: <K extends keyof ReaderExchanges>(
    kind: K,
    request: ReaderExchanges[K]['request'],
    options?: RequestOptions,
  ) => Promise<ReaderExchanges[K]['response']>;
  /** As Engine.restart. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const ownThread = new URL('./reader-thread.js', import.meta.url);

/** A reader that is yet to be started, by default in a thread. */
export function makeReader(entry: URL = ownThread, open?: OpenPort): Reader {
  // The host passes requests on without looking into them: only its types are tied to the engine's table.
  return makeEngine({ entry, ...(open && { open }) }) as unknown as Reader;
}
