import { parentPort, type Transferable } from 'node:worker_threads';

/** The way from an engine to its host, the same in a thread and in a process. */
export interface HostDoor {
  /** `transfer`: buffers that a thread hands over; a process sends a copy. */
  readonly send: (message: unknown, transfer?: readonly Transferable[]) => void;
  readonly listen: (hear: (message: unknown) => void) => void;
}

/** Electron's port to the process that started a utility process. */
interface ProcessPort {
  readonly postMessage: (message: unknown) => void;
  readonly on: (event: 'message', hear: (event: { readonly data: unknown }) => void) => void;
}

function threadDoor(port: NonNullable<typeof parentPort>): HostDoor {
  return {
    send: (message, transfer = []) => {
      port.postMessage(message, transfer);
    },
    listen: (hear) => {
      port.on('message', hear);
    },
  };
}

function processDoor(port: ProcessPort): HostDoor {
  return {
    send: (message) => {
      port.postMessage(message);
    },
    listen: (hear) => {
      port.on('message', ({ data }) => {
        hear(data);
      });
    },
  };
}

/** The door of this thread or utility process; throws where there is no host behind it. */
export function hostDoor(): HostDoor {
  if (parentPort) return threadDoor(parentPort);
  if ('parentPort' in process) return processDoor(process.parentPort);
  throw new Error('The engine runs in a thread or a utility process, not by itself.');
}
