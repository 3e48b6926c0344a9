import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CoreError } from '../../src-core/index.js';
import { cookieOf, type Door, freshToken, hasTokenInAddress, refusal } from './guard.js';
import { refuse, route, type RouteAnswer, type RouteGround } from './routes.js';
import { makeSockets } from './socket.js';

/** A server that listens on 127.0.0.1 only. */
export interface AppServer {
  /** The address to open, with the token. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Stops at once: connections are ended, windows told. */
  readonly close: () => Promise<void>;
}

const loopback = '127.0.0.1';

function urlOf(request: IncomingMessage): URL | undefined {
  const address = `http://${loopback}${(request.url ?? '').replace(/^\/+/, '/')}`;
  return request.url?.startsWith('/') === true && URL.canParse(address) ? new URL(address) : undefined;
}

const strangers = (reason: string): RouteAnswer =>
  refuse(403, reason, 'Open the address that `epiflux serve` printed, token and all.');

async function send(response: ServerResponse, answer: RouteAnswer, withBody: boolean): Promise<void> {
  const { status, headers, body } = answer;
  response.writeHead(status, headers);
  if (body instanceof Readable) {
    if (withBody) {
      await pipeline(body, response);
      return;
    }
    body.destroy();
  }
  response.end(withBody ? body : undefined);
}

async function respond(ground: RouteGround, door: Door, request: IncomingMessage): Promise<RouteAnswer> {
  const url = urlOf(request);
  if (!url) return refuse(400, 'The address cannot be read.', '');
  const reason = refusal(request, url, door);
  if (reason !== undefined) return strangers(reason);
  const length = Number(request.headers['content-length'] ?? 0);
  // The connection must outlive a body that is not read to its end: the refusal is still to be sent on it.
  const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  const answer = await route(ground, { method: request.method ?? 'GET', url, body, length });
  if (url.pathname !== '/' || !hasTokenInAddress(url, door)) return answer;
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookieOf(door) } };
}

async function handle(
  ground: RouteGround,
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await respond(ground, door, request);
  // What was not read of the body is not waited for.
  const isCut = !request.complete;
  const headers = isCut ? { ...answer.headers, connection: 'close' } : answer.headers;
  await send(response, { ...answer, headers }, request.method !== 'HEAD').catch(() => {
    response.destroy();
  });
  if (isCut) request.resume();
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function listenFailure(port: number, error: Error): Error {
  const code = 'code' in error ? String(error.code) : '';
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  const message = code === 'EADDRINUSE' ? `Port ${port} is taken.` : `Port ${port} may not be used.`;
  return new CoreError(
    { tag: 'usage', message, where: '--port', hint: 'Give --port 0 for a free one.' },
    error,
  );
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(listenFailure(port, error));
    });
    server.listen({ host: loopback, port, exclusive: true }, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Serves the window on a port of 127.0.0.1 (0 takes a free one). Throws `usage` where the port is taken. */
export async function startServer(ground: RouteGround, port: number): Promise<AppServer> {
  const token = freshToken();
  const sockets = makeSockets(ground.session);
  const door = { token, port };
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    void handle(ground, door, request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const url = urlOf(request);
    if (!url || refusal(request, url, door) !== undefined) refuseUpgrade(socket, '403 Forbidden');
    else if (url.pathname !== '/socket') refuseUpgrade(socket, '404 Not Found');
    else sockets.accept(request, socket, head);
  });
  door.port = await listen(server, port);
  const close = async (): Promise<void> => {
    sockets.close();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    setTimeout(() => {
      server.closeAllConnections();
    }, 100).unref();
    await closed;
  };
  return { url: `http://${loopback}:${door.port}/?token=${token}`, port: door.port, token, close };
}
