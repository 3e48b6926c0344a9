import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { parseJob } from '../../src-core/job.js';
import { type Engine, makeEngine } from '../../src-main/engine/host.js';
import { heapFlags, processPort, type StartProcess } from '../../src-main/engine/process-port.js';
import type { FromThread } from '../../src-main/engine/messages.js';
import { nucleusChannels, writeNucleus } from '../cli/nucleus.js';

/*
 * Electron's utility process and Node's forked one differ in the name of the port alone: the engine that is built is
 * run here in a real process, with the port of a utility process laid over Node's own.
 */
const built = new URL('../../dist/src-main/engine/thread.js', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'epiflux-process-'));
const laidOver = join(folder, 'parent-port.mjs');
writeFileSync(
  laidOver,
  `import { EventEmitter } from 'node:events';
   const port = new EventEmitter();
   port.postMessage = (message) => process.send(message);
   process.parentPort = port;
   // As in Electron, messages wait until somebody listens.
   port.once('newListener', () =>
     process.on('message', (data) => port.emit('message', { data, ports: [] })));
   process.on('disconnect', () => process.exit());`,
);

const startForked: StartProcess = (start) => {
  const child = fork(fileURLToPath(start.entry), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [...heapFlags(start), '--import', pathToFileURL(laidOver).href],
  });
  return {
    kill: () => child.kill('SIGKILL'),
    post: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (hear) =>
      child.on('message', (message) => {
        hear(message as FromThread);
      }),
    onWords: (hear) =>
      child.stderr?.on('data', (chunk: Buffer) => {
        hear(chunk.toString());
      }),
    onExit: (hear) => child.once('exit', hear),
  };
};

let engine: Engine | undefined;
let engines = 0;

function start(entry = built, megabytes = 256): Engine {
  engine = makeEngine({
    entry,
    resourceLimits: { maxOldGenerationSizeMb: megabytes },
    open: (options, listener) => processPort(startForked(options), listener),
  });
  return engine;
}

/** An engine that runs `code` when it is asked something. */
function engineOf(code: string): URL {
  const path = join(folder, `engine${String(engines++)}.mjs`);
  writeFileSync(path, `process.parentPort.on('message', ({ data }) => { ${code} });`);
  return pathToFileURL(path);
}

afterEach(() => engine?.close());
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('an engine in a process', () => {
  it('infers to the values of one in a thread, and its arrays arrive whole', async () => {
    const input = writeNucleus(join(folder, 'nucleus.ome.tif'), { size: 96 });
    const request = { files: { input }, job: parseJob({ channels: nucleusChannels }), wantFields: true };
    const apart = await start().request('infer', request);
    const thread = makeEngine({ entry: built });
    const within = await thread.request('infer', request);
    await thread.close();
    const bytes = ({ inference }: typeof apart): Buffer =>
      Buffer.from(Float32Array.from(inference?.rate.estimate ?? []).buffer);
    expect(apart.inference?.rate.estimate.length).toBe(96 * 96);
    expect(bytes(apart).equals(bytes(within))).toBe(true);
    expect(apart.document.lambda).toEqual(within.document.lambda);
  });

  it('keeps the tag, place and hint of an error', async () => {
    const path = join(folder, 'none.tif');
    await expect(start().request('describe', { path })).rejects.toMatchObject({
      name: 'CoreError',
      tag: 'unreadable',
      where: path,
    });
  });

  it.each([
    ['exits', 'process.exit(3)', { tag: undefined, message: /process died: it stopped with code 3/ }],
    [
      'aborts in native code',
      'process.abort()',
      { tag: undefined, message: /process died: it was ended by SIG/ },
    ],
    ['is killed by the system', "process.kill(process.pid, 'SIGKILL')", { tag: 'memory', message: /memory/ }],
  ])('that %s rejects what is pending, and the next request starts it anew', async (_, code, told) => {
    const mortal = engineOf(`if (data.type !== 'call') return;
      if (data.request.path === 'fatal') ${code};
      else process.parentPort.postMessage({ type: 'done', id: data.id, response: data.request.path });`);
    const asked = start(mortal);
    await expect(asked.request('describe', { path: 'well' })).resolves.toBe('well');
    const all = ['fatal', 'waiting'].map((path) =>
      asked.request('describe', { path }).catch((e: unknown) => e),
    );
    const [fatal] = (await Promise.all(all)) as { tag?: string; message: string }[];
    expect(fatal.tag).toBe(told.tag);
    expect(fatal.message).toMatch(told.message);
    await expect(asked.request('describe', { path: 'again' })).resolves.toBe('again');
  });

  it('that runs out of memory is told as that, not as a bug', async () => {
    const hungry = engineOf(
      'const kept = []; for (;;) kept.push(Array.from({ length: 1e5 }, (_, i) => ({ i })));',
    );
    await expect(start(hungry, 64).request('describe', { path: '' })).rejects.toMatchObject({
      tag: 'memory',
    });
  });

  it('that never listens is ended by a cancel within 400 ms', async () => {
    const asked = start(engineOf('for (;;);'));
    const controller = new AbortController();
    const request = asked.request('describe', { path: '' }, { signal: controller.signal });
    const other = asked.request('describe', { path: '' }).catch((error: unknown) => error);
    await new Promise((resume) => setTimeout(resume, 500));
    const cancelledAt = performance.now();
    controller.abort();
    await expect(request).rejects.toMatchObject({ tag: 'cancelled' });
    expect(performance.now() - cancelledAt).toBeLessThan(400);
    expect(await other).toMatchObject({ message: expect.stringContaining('process died') as string });
  });
});

describe('restarting', () => {
  it('ends an engine in the middle of its work, and the next request is answered by another', async () => {
    const asked = start(
      engineOf(`if (data.request.path === 'long') for (;;);
        process.parentPort.postMessage({ type: 'done', id: data.id, response: process.pid });`),
    );
    const first = await asked.request('describe', { path: '' });
    const long = asked.request('describe', { path: 'long' }).catch((error: unknown) => error);
    await asked.restart();
    expect(await long).toMatchObject({ message: expect.stringContaining('Restart the engine') as string });
    const second = await asked.request('describe', { path: '' });
    expect(second).not.toBe(first);
    expect(() => process.kill(Number(first), 0)).toThrow();
  });

  it('is nothing where no engine runs', async () => {
    await expect(start().restart()).resolves.toBeUndefined();
  });
});
