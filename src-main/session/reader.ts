import { makeEngine, type RequestOptions } from '../engine/host.js';
import type { ReaderExchanges } from './reader-messages.js';

/** A thread beside the engine that reads pictures and writes exports, so that neither waits for a long job. */
export interface Reader {
  /** As Engine.request, of the reader's own table. */
  readonly request: <K extends keyof ReaderExchanges>(
    kind: K,
    request: ReaderExchanges[K]['request'],
    options?: RequestOptions,
  ) => Promise<ReaderExchanges[K]['response']>;
  readonly close: () => Promise<void>;
}

const ownThread = new URL('./reader-thread.js', import.meta.url);

/** A reader whose thread is yet to be started. */
export function makeReader(entry: URL = ownThread): Reader {
  // The host passes requests on without looking into them: only its types are tied to the engine's table.
  return makeEngine({ entry }) as unknown as Reader;
}
