import type {
  ApiEvent,
  ApiFailure,
  ApiRequests,
  DataHandle,
  Grant,
  RequestName,
  WindowMessage,
} from '../../src-main/api.js';
import { connectTransport, RefusedFetch, type Transport } from './transport.js';

/** A request that failed, with the main side's account of it. */
class RequestFailure extends Error {
  readonly failure: ApiFailure;

  constructor(failure: ApiFailure) {
    super(failure.message);
    this.name = 'RequestFailure';
    this.failure = failure;
  }
}

/** The main side as the window sees it. */
export interface Client {
  /** Asks; rejects with a RequestFailure. */
  readonly request: <K extends RequestName>(
    name: K,
    request: ApiRequests[K]['request'],
  ) => Promise<ApiRequests[K]['response']>;
  readonly fetchArray: (handle: DataHandle) => Promise<Float32Array | Uint8Array>;
  /** Sends bytes that a request will speak of. */
  readonly sendArray: (values: Uint8Array) => Promise<DataHandle>;
  readonly handOver: (file: File) => Promise<Grant>;
}

/** What a client tells unasked. */
export interface ClientListener {
  readonly onEvent: (event: ApiEvent) => void;
  readonly onLost: () => void;
}

interface Waiting {
  readonly resolve: (response: never) => void;
  readonly reject: (error: Error) => void;
}

const lost: ApiFailure = {
  tag: 'bug',
  message: 'The connection to the program was lost.',
  stack: '',
  hint: 'Start Epiflux again and reload this window.',
} as ApiFailure;

function isFailure(value: unknown): value is ApiFailure {
  return typeof value === 'object' && value !== null && 'tag' in value && 'message' in value;
}

/** Any error as the failure that the window shows. */
export function failureOf(error: unknown): ApiFailure {
  if (error instanceof RequestFailure) return error.failure;
  if (error instanceof RefusedFetch && isFailure(error.answer)) return error.answer;
  const bug = error instanceof Error ? error : new Error(String(error));
  return { tag: 'bug', message: bug.message, stack: bug.stack ?? '' };
}

/** Turns little-endian bytes into numbers; every machine that runs a browser is little-endian. */
function numbersOf(bytes: ArrayBuffer, { type }: DataHandle): Float32Array | Uint8Array {
  return type === 'float32' ? new Float32Array(bytes) : new Uint8Array(bytes);
}

async function fetchArray(handle: DataHandle): Promise<Float32Array | Uint8Array> {
  const response = await fetch(`/data/${handle.id}`);
  if (!response.ok) throw new RefusedFetch(await response.json());
  return numbersOf(await response.arrayBuffer(), handle);
}

async function sendArray(values: Uint8Array): Promise<DataHandle> {
  const response = await fetch('/data', { method: 'POST', body: new Uint8Array(values) });
  const handle: unknown = await response.json();
  if (!response.ok) throw new RefusedFetch(handle);
  return handle as DataHandle;
}

function answer(waiting: Map<number, Waiting>, message: WindowMessage): void {
  if (message.type === 'event' || message.id === null) return;
  const asked = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.type === 'response') asked?.resolve(message.response as never);
  else asked?.reject(new RequestFailure(message.failure));
}

function makeRequest(transport: Transport, waiting: Map<number, Waiting>): Client['request'] {
  let next = 1;
  return (name, request) =>
    new Promise<never>((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject });
      transport.send({ type: 'request', id, name, request });
    });
}

/** Connects to the main side; rejects where nobody answers. */
export async function connectClient(listener: ClientListener): Promise<Client> {
  const waiting = new Map<number, Waiting>();
  const transport = await connectTransport({
    onMessage: (message) => {
      if (message.type === 'event') listener.onEvent(message.event);
      else answer(waiting, message);
    },
    onLost: () => {
      for (const { reject } of waiting.values()) reject(new RequestFailure(lost));
      waiting.clear();
      listener.onLost();
    },
  });
  const { handOver } = transport;
  return { request: makeRequest(transport, waiting), fetchArray, sendArray, handOver };
}
