import http from 'node:http';
import net from 'node:net';
import { afterAll } from 'vitest';
import { WebSocket } from 'ws';
import type {
  ApiEvent,
  ApiFailure,
  ApiRequests,
  DataHandle,
  Grant,
  JobState,
  RequestName,
  WindowMessage,
} from '../../src-main/api.js';
import type { ErrorData } from '../../src-core/errors.js';
import { type AppServer, startServer } from '../../src-main/serve/server.js';
import type { RouteGround } from '../../src-main/serve/routes.js';
import { makeSession, type Session, type SessionOptions } from '../../src-main/session/session.js';
import { scratchFolder } from '../cli/program.js';

/** The threads as they were built: a thread cannot run the sources. */
const builtThreads = {
  engine: new URL('../../dist/src-main/engine/thread.js', import.meta.url),
  reader: new URL('../../dist/src-main/session/reader-thread.js', import.meta.url),
};

/** A failure that was told on purpose. */
type Refusal = ErrorData & Pick<ApiFailure, 'fields'>;

class Refused extends Error {
  readonly failure: ApiFailure;

  constructor(failure: ApiFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A connected window, as a test drives it. */
export interface TestWindow {
  /** Resolves with the response; rejects with Refused. */
  readonly ask: <K extends RequestName>(
    name: K,
    request: ApiRequests[K]['request'],
  ) => Promise<ApiRequests[K]['response']>;
  /** Sends as it is and resolves with the next message that is no event. */
  readonly say: (message: string | Uint8Array) => Promise<WindowMessage>;
  readonly events: ApiEvent[];
  /** Resolves with the next event, or one that came before, that fits. */
  readonly event: <E extends ApiEvent>(fits: (event: ApiEvent) => event is E) => Promise<E>;
  readonly socket: WebSocket;
}

export interface Served {
  readonly session: Session;
  readonly server: AppServer;
  readonly base: string;
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  readonly upload: (name: string, bytes: Uint8Array) => Promise<Grant>;
  readonly numbers: (handle: DataHandle) => Promise<Float32Array | Uint8Array>;
  readonly connect: () => Promise<TestWindow>;
}

function openSocket(server: AppServer): Promise<WebSocket> {
  const headers = { authorization: `Bearer ${server.token}` };
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket`, { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

async function connectTo(server: AppServer): Promise<TestWindow> {
  const socket = await openSocket(server);
  const events: ApiEvent[] = [];
  const hears = new Set<(event: ApiEvent) => void>();
  const waiting = new Map<number | null, (message: WindowMessage) => void>();
  let nextId = 1;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as WindowMessage;
    if (message.type === 'event') {
      events.push(message.event);
      for (const hear of [...hears]) hear(message.event);
      return;
    }
    const known = waiting.has(message.id) ? message.id : null;
    waiting.get(known)?.(message);
    waiting.delete(known);
  });
  const say: TestWindow['say'] = (text) =>
    new Promise((resolve) => {
      waiting.set(null, resolve);
      socket.send(text);
    });
  const ask: TestWindow['ask'] = (name, request) =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, (message) => {
        if (message.type === 'response') resolve(message.response as never);
        else if (message.type === 'failure') reject(new Refused(message.failure));
      });
      socket.send(JSON.stringify({ type: 'request', id, name, request }));
    });
  const event: TestWindow['event'] = (fits) =>
    new Promise((resolve) => {
      const known = events.find(fits);
      if (known) {
        resolve(known);
        return;
      }
      const hear = (each: ApiEvent): void => {
        if (!fits(each)) return;
        hears.delete(hear);
        resolve(each);
      };
      hears.add(hear);
    });
  return { ask, say, events, event, socket };
}

/** Starts a session and a server on a free port; both are closed after the test file. */
export async function startServed(
  options: Partial<SessionOptions> & Partial<RouteGround> = {},
): Promise<Served> {
  const session = await makeSession({
    window: { name: 'serve', theme: () => null },
    ...options,
    threads: { ...builtThreads, ...options.threads },
  });
  const windowFolder = options.windowFolder ?? scratchFolder();
  const limits = options.limits;
  const server = await startServer({ session, windowFolder, ...(limits && { limits }) }, 0);
  afterAll(async () => {
    await server.close();
    await session.close();
  });
  const base = `http://127.0.0.1:${server.port}`;
  const headers = { authorization: `Bearer ${server.token}` };
  const get: Served['fetch'] = (path, init = {}) => fetch(base + path, { ...init, headers });
  const upload: Served['upload'] = async (name, bytes) => {
    const body = new Uint8Array(bytes);
    const answer = await get(`/upload?name=${encodeURIComponent(name)}`, { method: 'POST', body });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as Grant;
  };
  const numbers: Served['numbers'] = async ({ id, type }) => {
    const bytes = await (await get(`/data/${id}`)).arrayBuffer();
    return type === 'float32' ? new Float32Array(bytes) : new Uint8Array(bytes);
  };
  return { session, server, base, fetch: get, upload, numbers, connect: () => connectTo(server) };
}

/** Whether the event says that this job has ended. */
export function isEnd(job: JobState): (event: ApiEvent) => event is ApiEvent & { type: 'job' } {
  const ended = ['done', 'failed', 'cancelled'];
  return (event): event is ApiEvent & { type: 'job' } =>
    event.type === 'job' && event.job.id === job.id && ended.includes(event.job.state);
}

/** What a plain HTTP request is answered with; `headers` are sent as they are, Host and Origin too. */
export function rawRequest(
  port: number,
  options: { path?: string; method?: string; headers?: Record<string, string>; body?: string },
): Promise<{ status: number; headers: http.IncomingHttpHeaders; text: string }> {
  const { path = '/', method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The first line of the answer to bytes sent as they are. */
export function rawBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.once('data', (chunk: Buffer) => {
      resolve(chunk.toString().split('\r\n')[0]);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

/** The failure that a request is answered with. */
export async function failureFrom(answer: Promise<unknown>): Promise<Refusal> {
  return answer.then(
    () => {
      throw new Error('It was answered.');
    },
    (error: unknown) => {
      if (error instanceof Refused) return error.failure as Refusal;
      throw error;
    },
  );
}
