import type { Transferable } from 'node:worker_threads';
import {
  aroundNucleus,
  CoreError,
  errorData,
  type Run,
  summarizeFigure,
  writeOmeTiff,
} from '../../src-core/index.js';
import { describeFile } from '../engine/description.js';
import { hostDoor } from '../engine/door.js';
import { inspectFiles } from '../engine/inspection-request.js';
import type { Failure } from '../engine/messages.js';
import { drawPageFile } from '../engine/page-drawing.js';
import { resultData } from '../engine/result-layers.js';
import { drawResultThumbnail } from '../engine/thumbnail-request.js';
import { writeResults } from '../engine/results.js';
import { writeStaged } from '../engine/staging.js';
import { readPicture } from './picture.js';
import { readPoints } from './points.js';
import { makeTableCache } from './table-cache.js';
import { readTablePreview } from './table-preview.js';
import { recogniseFiles } from './recognition.js';
import type {
  DataRequest,
  MaskRequest,
  PageAnswer,
  PageRequest,
  ReaderCall,
  ReaderExchanges,
  WriteRequest,
  Written,
} from './reader-messages.js';

type Handlers = {
  readonly [K in keyof ReaderExchanges]: (
    request: ReaderExchanges[K]['request'],
    run: Run,
  ) => Promise<ReaderExchanges[K]['response']>;
};

async function writeFiles({ inference, document, staging }: WriteRequest, run: Run): Promise<Written> {
  return { files: await writeResults(inference, document, staging, run) };
}

async function writeMask({ grid, values, folder, name }: MaskRequest): Promise<Written> {
  const channels = [{ name: 'nucleus', values: values.map((inside) => (inside === 0 ? 0 : 255)) }];
  return { files: [await writeStaged(folder, name, writeOmeTiff({ grid, channels }))] };
}

const tables = makeTableCache();

async function writeData({ folder, name, ...order }: DataRequest, run: Run): Promise<Written> {
  return { files: [await writeStaged(folder, name, await resultData(order, run))] };
}

async function drawPage({ target, ...order }: PageRequest, run: Run): Promise<PageAnswer> {
  const { bytes, ...drawn } = await drawPageFile(order, run);
  if (!target) return { ...drawn, files: [], values: bytes };
  const file = await writeStaged(target.folder, target.name, [bytes]);
  return { ...drawn, files: [file], values: new Uint8Array(0) };
}

const handlers: Handlers = {
  describe: async (request, run) => describeFile(request, run, await tables.readerOf(request.path)),
  inspect: async (request, run) => inspectFiles(request, run, await tables.readerOf(request.files.input)),
  picture: (request, run) => readPicture(request, tables, run),
  points: (request, run) => readPoints(request, tables, run),
  tablePreview: readTablePreview,
  write: writeFiles,
  mask: writeMask,
  recognise: recogniseFiles,
  thumbnail: drawResultThumbnail,
  data: writeData,
  summary: (content) => Promise.resolve(summarizeFigure(aroundNucleus(content))),
  page: drawPage,
};

const door = hostDoor();
const running = new Map<number, AbortController>();

function failureOf(error: unknown): Failure {
  if (error instanceof CoreError) return errorData(error);
  const bug = error instanceof Error ? error : new Error(String(error));
  return { tag: 'bug', message: `${bug.name}: ${bug.message}`, stack: bug.stack ?? '' };
}

function handle<K extends keyof ReaderExchanges>(
  call: ReaderCall<K>,
  run: Run,
): Promise<ReaderExchanges[K]['response']> {
  return handlers[call.kind](call.request, run);
}

function transferOf(response: ReaderExchanges[keyof ReaderExchanges]['response']): Transferable[] {
  return 'values' in response && response.values.buffer instanceof ArrayBuffer
    ? [response.values.buffer]
    : [];
}

async function answer(call: ReaderCall): Promise<void> {
  const controller = new AbortController();
  running.set(call.id, controller);
  try {
    const run: Run = { signal: controller.signal, report: () => undefined };
    const response = await handle(call, run);
    door.send({ type: 'done', id: call.id, response }, transferOf(response));
  } catch (error) {
    door.send({ type: 'failed', id: call.id, failure: failureOf(error) });
  } finally {
    running.delete(call.id);
  }
}

door.listen((heard) => {
  const message = heard as ReaderCall | { readonly type: 'cancel'; readonly id: number };
  if (message.type === 'cancel') running.get(message.id)?.abort();
  else void answer(message);
});
