import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import { type EngineProcess, heapFlags, processPort, type StartProcess } from '../engine/process-port.js';
import type { FromThread } from '../engine/messages.js';
import type { OpenPort } from '../engine/port.js';

const startUtility: StartProcess = (start): EngineProcess => {
  const child = utilityProcess.fork(fileURLToPath(start.entry), [], {
    serviceName: 'Epiflux engine',
    stdio: ['ignore', 'inherit', 'pipe'],
    execArgv: heapFlags(start),
  });
  // A process that was not spawned yet has no id and cannot be killed: it is as soon as it has.
  const kill = (): void => {
    if (child.pid === undefined) child.once('spawn', kill);
    else process.kill(child.pid, 'SIGKILL');
  };
  return {
    kill,
    post: (message) => {
      child.postMessage(message);
    },
    onMessage: (hear) => {
      child.on('message', (message: FromThread) => {
        hear(message);
      });
    },
    onWords: (hear) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        process.stderr.write(chunk);
        hear(chunk.toString());
      });
      child.on('error', (type, location, report) => {
        hear(`${type} at ${location}\n${report}`);
      });
    },
    onExit: (hear) => {
      child.once('exit', hear);
    },
  };
};

/** An engine in Electron's utility process. To be called once the app is ready. */
export const openUtility: OpenPort = (start, listener) => processPort(startUtility(start), listener);
