import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { WindowMessage } from '../api.js';
import { answer } from '../session/gate.js';
import type { Session } from '../session/session.js';

/** The windows that are connected. */
export interface Sockets {
  /** Takes over a connection that was let in. */
  readonly accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Tells every window that the server goes away. */
  readonly close: () => void;
}

const largestMessage = 4 * 2 ** 20;
const goingAway = 1001;

function parse(data: RawData, isBinary: boolean): unknown {
  if (isBinary) return undefined;
  try {
    return JSON.parse((data as Buffer).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function serveWindow(session: Session, socket: WebSocket): void {
  const send = (message: WindowMessage): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };
  const unsubscribe = session.subscribe((event) => {
    send({ type: 'event', event });
  });
  socket.on('message', (data, isBinary) => {
    void answer(session, parse(data, isBinary)).then(send);
  });
  socket.on('close', unsubscribe);
  // A broken frame closes the socket; the window connects again.
  socket.on('error', () => undefined);
}

/** Speaks the request table over WebSockets; messages are JSON text, at most 4 MiB. */
export function makeSockets(session: Session): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: largestMessage,
    perMessageDeflate: false,
  });
  return {
    accept: (request, socket, head) => {
      server.handleUpgrade(request, socket, head, (window) => {
        serveWindow(session, window);
      });
    },
    close: () => {
      for (const window of server.clients) window.close(goingAway);
      server.close();
    },
  };
}
