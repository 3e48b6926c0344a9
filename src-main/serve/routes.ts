import { createReadStream } from 'node:fs';
import { endianness } from 'node:os';
import type { Readable } from 'node:stream';
import { CoreError, type ErrorTag } from '../../src-core/index.js';
import type { ApiFailure } from '../api.js';
import { failureOf, namesOf } from '../session/failure.js';
import type { Session } from '../session/session.js';
import { everyAnswer } from './headers.js';
import { readStatic } from './static-files.js';

/** A request for bytes, from a browser or from an Electron window. */
export interface RouteRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: AsyncIterable<Uint8Array>;
  /** What the sender says of the length of the body. */
  readonly length: number | undefined;
}

export interface RouteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | Readable | null;
}

/** The most that may be sent. */
export interface BodyLimits {
  readonly upload: number;
  readonly data: number;
}

export const bodyLimits: BodyLimits = { upload: 2 * 2 ** 30, data: 256 * 2 ** 20 };

const statusOf: Readonly<Record<ErrorTag, number>> = {
  usage: 400,
  unreadable: 422,
  missing: 422,
  model: 422,
  memory: 413,
  cancelled: 499,
};

type Headers = Readonly<Record<string, string>>;

function answerWith(status: number, body: RouteAnswer['body'], headers: Headers = {}): RouteAnswer {
  const length = body instanceof Uint8Array ? { 'content-length': String(body.length) } : {};
  return { status, headers: { ...everyAnswer, ...length, ...headers }, body };
}

function json(status: number, value: unknown): RouteAnswer {
  const body = new TextEncoder().encode(JSON.stringify(value));
  return answerWith(status, body, { 'content-type': 'application/json' });
}

/** An answer that refuses, with an ApiFailure as JSON. */
export function refuse(status: number, message: string, hint: string): RouteAnswer {
  const failure: ApiFailure = { tag: 'usage', message, hint };
  return json(status, failure);
}

function sendData(session: Session, id: string): RouteAnswer {
  const held = session.store.read(id);
  if (!held)
    return refuse(410, 'These data are not held any more.', 'Ask for the picture or the result again.');
  const { values, shape } = held;
  return answerWith(200, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), {
    'content-type': 'application/octet-stream',
    'x-epiflux-type': values instanceof Float32Array ? 'float32' : 'uint8',
    'x-epiflux-shape': shape.join(','),
    'x-epiflux-byte-order': endianness(),
  });
}

function sendFile(session: Session, id: string): RouteAnswer {
  const file = session.exports.offered(id);
  if (!file) return refuse(410, 'This file is not offered any more.', 'Export it again.');
  return answerWith(200, createReadStream(file.path), {
    'content-type': 'application/octet-stream',
    'content-length': String(file.bytes),
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  });
}

const tooLarge = (limit: number): RouteAnswer =>
  refuse(
    413,
    `The body is larger than the ${limit} bytes that are allowed.`,
    'Open the file with `epiflux serve --open FILE`, which reads it where it lies.',
  );

class BodyTooLarge extends Error {}

async function* limited(body: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limit) throw new BodyTooLarge();
    yield chunk;
  }
}

async function takeData(session: Session, body: AsyncIterable<Uint8Array>): Promise<RouteAnswer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const values = new Uint8Array(Buffer.concat(chunks));
  if (values.length === 0) return refuse(400, 'The body is empty.', 'Send at least one byte.');
  const { array } = session.store.put({ array: { values, shape: [1, 1, values.length] } });
  return json(200, array);
}

async function takeUpload(
  session: Session,
  query: URLSearchParams,
  body: AsyncIterable<Uint8Array>,
): Promise<RouteAnswer> {
  const [name, folder] = [query.get('name'), query.get('folder')];
  if (name === null || name === '')
    return refuse(400, 'The file has no name.', 'Send POST /upload?name=NAME.');
  if (folder !== null) return json(200, await session.folders.receive(folder, name, body));
  return json(200, await session.grantPath(await session.files.receive(name, body), 'upload'));
}

async function take(session: Session, request: RouteRequest, limits: BodyLimits): Promise<RouteAnswer> {
  const { url, length = 0, body } = request;
  const isUpload = url.pathname === '/upload';
  if (!isUpload && url.pathname !== '/data') return refuse(404, 'There is nothing to send to here.', '');
  const limit = isUpload ? limits.upload : limits.data;
  if (length > limit) return tooLarge(limit);
  try {
    const bytes = limited(body, limit);
    return await (isUpload ? takeUpload(session, url.searchParams, bytes) : takeData(session, bytes));
  } catch (error) {
    if (error instanceof BodyTooLarge) return tooLarge(limit);
    throw error;
  }
}

async function give(session: Session, path: string, root: string): Promise<RouteAnswer> {
  const held = /^\/(data|file)\/([A-Za-z0-9_-]{1,64})$/.exec(path);
  if (held) return held[1] === 'data' ? sendData(session, held[2]) : sendFile(session, held[2]);
  const file = await readStatic(root, path);
  if (file) return answerWith(200, file.bytes, { 'content-type': file.type });
  if (path === '/')
    return refuse(503, 'The window is not built.', 'Run "npm run build" in the project folder.');
  return refuse(404, 'There is no such page.', 'Open the address that `epiflux serve` printed.');
}

/** What a window's bytes come from: the session, the folder of the built window, and how much may be sent. */
export interface RouteGround {
  readonly session: Session;
  readonly windowFolder: string;
  readonly limits?: BodyLimits;
}

/** Answers a request for bytes, once it was let in. Never rejects. */
export async function route(
  { session, windowFolder, limits = bodyLimits }: RouteGround,
  request: RouteRequest,
): Promise<RouteAnswer> {
  const { method, url } = request;
  try {
    if (method === 'POST') return await take(session, request, limits);
    if (method === 'GET' || method === 'HEAD') return await give(session, url.pathname, windowFolder);
    return refuse(405, `${method} is not answered here.`, 'Use GET or POST.');
  } catch (error) {
    const status = error instanceof CoreError ? statusOf[error.tag] : 500;
    return json(status, failureOf(error, namesOf(session)));
  }
}
