import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { parsePhantomSpec } from '../../src-core/models/phantom-spec.js';
import { type Engine, EngineBug, makeEngine } from '../../src-main/engine/host.js';

const built = new URL('../../dist/src-main/engine/thread.js', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'epiflux-host-'));
let engine: Engine | undefined;

function start(entry: URL = built): Engine {
  engine = makeEngine({ entry, resourceLimits: { maxOldGenerationSizeMb: 256 } });
  return engine;
}

/** A thread that runs `code` when it is asked something. */
function threadOf(code: string): URL {
  const listen = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { ${code} });`;
  return new URL(`data:text/javascript,${encodeURIComponent(listen)}`);
}

afterEach(async () => {
  await engine?.close();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('errors', () => {
  it('come back with tag, message, place and hint', async () => {
    const path = join(folder, 'none.tif');
    await expect(start().request('describe', { path })).rejects.toMatchObject({
      name: 'CoreError',
      tag: 'unreadable',
      message: 'There is no such file.',
      where: path,
      hint: 'Check the path.',
    });
  });

  it('name the path that was given, not the bare file name', async () => {
    const path = join(folder, 'prose.csv');
    writeFileSync(path, 'Dear colleague,\nplease find the table below.\n');
    await expect(start().request('describe', { path })).rejects.toMatchObject({
      tag: 'unreadable',
      where: path,
    });
  });

  it('answer to the right one of many requests', async () => {
    const paths = Array.from({ length: 20 }, (_, index) => join(folder, `none${String(index)}.tif`));
    const asked = start();
    const answers = await Promise.allSettled(paths.map((path) => asked.request('describe', { path })));
    const places = answers.map((answer) =>
      answer.status === 'rejected' ? (answer.reason as { where: string }).where : '',
    );
    expect(places).toEqual(paths);
  });

  it('say that a failure is a bug, with its stack', async () => {
    const broken = { path: 5 } as unknown as { path: string };
    const failure = await start()
      .request('describe', broken)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EngineBug);
    expect((failure as EngineBug).report).toContain('TypeError');
  });
});

describe('a thread that dies', () => {
  it.each([
    ['throws', 'throw new Error("broken inside");', /died: broken inside/],
    ['exits', 'process.exit(3);', /stopped with code 3/],
  ])('rejects every pending request when it %s, and the next one starts anew', async (_, code, message) => {
    const asked = start(threadOf(code));
    const all = [1, 2, 3].map(() => asked.request('describe', { path: '' }));
    for (const end of await Promise.allSettled(all)) {
      expect(end).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringMatching(message) as string },
      });
    }
    await expect(asked.request('describe', { path: '' })).rejects.toThrow(message);
  });

  it('cannot be started: that is told too', async () => {
    const asked = start(new URL('file:///nowhere/thread.js'));
    await expect(asked.request('describe', { path: '' })).rejects.toThrow(/died/);
  });

  it('ran out of memory: a memory error, not a bug', async () => {
    const hungry = threadOf(
      'const kept = []; for (;;) kept.push(Array.from({ length: 1e6 }, (_, i) => ({ i })));',
    );
    await expect(start(hungry).request('describe', { path: '' })).rejects.toMatchObject({ tag: 'memory' });
  });
});

describe('cancel', () => {
  it('is obeyed at once when it came before the request', async () => {
    const signal = AbortSignal.abort();
    await expect(start().request('describe', { path: '' }, { signal })).rejects.toMatchObject({
      tag: 'cancelled',
    });
  });

  it('is obeyed within 200 ms in the middle of a long simulation, which answers others meanwhile', async () => {
    const asked = start();
    const controller = new AbortController();
    const spec = parsePhantomSpec({ sizePx: 400 });
    let request = Promise.resolve();
    await new Promise<unknown>((onProgress) => {
      const options = { signal: controller.signal, onProgress };
      const answer = asked.request('simulate', { spec, folder }, options);
      request = expect(answer).rejects.toMatchObject({ tag: 'cancelled' });
    });
    const path = join(folder, 'none.tif');
    await expect(asked.request('describe', { path })).rejects.toMatchObject({ tag: 'unreadable' });
    const cancelledAt = performance.now();
    controller.abort();
    await request;
    expect(performance.now() - cancelledAt).toBeLessThan(200);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tif'))).toEqual([]);
  });

  it('ends a thread that never breathes, and the engine lives on', async () => {
    const asked = start(threadOf('for (;;);'));
    const controller = new AbortController();
    const request = asked.request('describe', { path: '' }, { signal: controller.signal });
    await new Promise((resume) => setTimeout(resume, 300));
    const cancelledAt = performance.now();
    controller.abort();
    await expect(request).rejects.toMatchObject({ tag: 'cancelled' });
    expect(performance.now() - cancelledAt).toBeLessThan(400);
  });

  it('rejects what is pending when the engine is closed', async () => {
    const asked = start(threadOf(''));
    const request = expect(asked.request('describe', { path: '' })).rejects.toMatchObject({
      tag: 'cancelled',
    });
    await asked.close();
    await request;
  });
});
