import { Worker } from 'node:worker_threads';
import type { EngineEnd, OpenPort } from './port.js';

function endOf(error: unknown): EngineEnd {
  const known = error instanceof Error ? error : new Error(String(error));
  const outOfMemory = 'code' in known && known.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return { reason: known.message, outOfMemory, report: known.stack ?? '' };
}

/** An engine in a worker thread of this process: arrays are passed on without a copy. */
export const openThread: OpenPort = ({ entry, resourceLimits = {} }, { onMessage, onEnd }) => {
  // geotiff loads web-worker, which inside a thread takes workerData to be an object.
  const worker = new Worker(entry, { workerData: {}, resourceLimits });
  worker.on('message', onMessage);
  worker.on('error', (error) => {
    onEnd(endOf(error));
  });
  worker.on('exit', (code) => {
    onEnd(endOf(new Error(`it stopped with code ${String(code)} before it answered`)));
  });
  return {
    kind: 'thread',
    post: (message) => {
      worker.postMessage(message);
    },
    terminate: async () => {
      await worker.terminate();
    },
  };
};
