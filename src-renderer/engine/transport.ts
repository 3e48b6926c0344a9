import type { ElectronBridge, Grant, WindowMessage } from '../../src-main/api.js';

/** A way to the main side: a WebSocket in a browser, a message port in Electron. */
export interface Transport {
  readonly send: (message: unknown) => void;
  /** A file that the user picked or dropped, handed to the main side. */
  readonly handOver: (file: File) => Promise<Grant>;
}

/** Who listens to a transport. */
export interface Listener {
  readonly onMessage: (message: WindowMessage) => void;
  readonly onLost: () => void;
}

declare global {
  interface Window {
    readonly epiflux?: ElectronBridge;
  }
}

/** Hands a file over by HTTP; throws what the main side answered where it refused. */
async function uploadFile(file: File): Promise<Grant> {
  const response = await fetch(`/upload?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    body: file,
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new RefusedFetch(answer);
  return answer as Grant;
}

/** A fetch that the main side refused; `answer` is its ApiFailure. */
export class RefusedFetch extends Error {
  readonly answer: unknown;

  constructor(answer: unknown) {
    super('The main side refused the request.');
    this.name = 'RefusedFetch';
    this.answer = answer;
  }
}

function connectSocket({ onMessage, onLost }: Listener): Promise<Transport> {
  const address = new URL('/socket', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => {
      resolve({
        send: (message) => {
          socket.send(JSON.stringify(message));
        },
        handOver: uploadFile,
      });
    });
    socket.addEventListener('message', (event: MessageEvent<string>) => {
      onMessage(JSON.parse(event.data) as WindowMessage);
    });
    socket.addEventListener('close', () => {
      reject(new Error('The program does not answer.'));
      onLost();
    });
  });
}

function connectPort(bridge: ElectronBridge, { onMessage }: Listener): Promise<Transport> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent<unknown>): void => {
      if (event.source !== window || event.data !== 'epiflux-port' || event.ports.length === 0) return;
      window.removeEventListener('message', receive);
      const [port] = event.ports;
      port.onmessage = (message: MessageEvent<WindowMessage>) => {
        onMessage(message.data);
      };
      resolve({
        send: (message) => {
          port.postMessage(message);
        },
        handOver: (file) => bridge.grantFile(file),
      });
    };
    window.addEventListener('message', receive);
    bridge.connect();
  });
}

/** Connects to the main side by what this window has; rejects where nobody answers. */
export function connectTransport(listener: Listener): Promise<Transport> {
  return window.epiflux === undefined ? connectSocket(listener) : connectPort(window.epiflux, listener);
}
