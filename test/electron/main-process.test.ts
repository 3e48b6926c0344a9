import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiEvent, ApiRequests, RequestName, WindowMessage } from '../../src-main/api.js';
import { pageAddress, pageOrigin } from '../../src-main/desktop/page-rules.js';
import { nucleusChannels, writeNucleus } from '../cli/nucleus.js';
import { runProgram, scratchFolder } from '../cli/program.js';
import { isEnd } from '../serve/served.js';
import { mainPort, standIn } from './stand-in.js';

const folder = scratchFolder();
const root = fileURLToPath(new URL('../..', import.meta.url));
const early = writeNucleus(join(folder, 'early.ome.tif'));
const { electron, given } = standIn(folder);
vi.mock('electron', () => electron);

const events: ApiEvent[] = [];
const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
const hearing = new Set<() => void>();
const { port1, port2 } = new MessageChannel();

function ask<K extends RequestName>(
  name: K,
  request: ApiRequests[K]['request'],
): Promise<ApiRequests[K]['response']> {
  const id = waiting.size + 1;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    port1.postMessage({ type: 'request', id, name, request });
  });
}

/** The first event so far, or to come, that fits. */
function event<E extends ApiEvent>(fits: (each: ApiEvent) => each is E): Promise<E> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = events.find(fits);
      if (found === undefined) return;
      hearing.delete(look);
      resolve(found);
    };
    hearing.add(look);
    look();
  });
}

function hear(message: WindowMessage): void {
  if (message.type === 'event') {
    events.push(message.event);
    for (const look of hearing) look();
  } else if (message.type === 'response') waiting.get(message.id)?.resolve(message.response as never);
  else waiting.get(message.id ?? 0)?.reject(new Error(message.failure.message));
}

const page = { parent: null, origin: pageOrigin };
const connect = (senderFrame: unknown): void => {
  electron.ipcMain.emit('connect', { senderFrame, ports: [mainPort(port2)] });
};

beforeAll(async () => {
  process.argv = ['Epiflux', '--no-sandbox', early];
  await import('../../src-main/main.js');
  await vi.waitFor(() => {
    expect(given.windows.length).toBe(1);
  });
  port1.on('message', hear);
});

afterAll(() => {
  port1.close();
});

describe('the window', () => {
  it('shows the page, which has no Node', () => {
    expect(given.windows[0].address).toBe(pageAddress);
    expect(given.windows[0].options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      devTools: false,
    });
  });

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
    'is stopped at %s to elsewhere',
    (name) => {
      const preventDefault = vi.fn();
      given.windows[0].webContents.emit(name, { url: 'https://example.org/', preventDefault });
      expect(preventDefault).toHaveBeenCalledOnce();
    },
  );

  it('opens no other window', () => {
    expect(given.windows[0].webContents.openHandler?.()).toEqual({ action: 'deny' });
  });

  it('loads only what is its own, and gets one permission', () => {
    const cancelled = (url: string): boolean => {
      let answer = false;
      given.beforeRequest?.({ url }, ({ cancel }) => {
        answer = cancel;
      });
      return answer;
    };
    expect(cancelled('https://example.org/')).toBe(true);
    expect(cancelled(`${pageOrigin}/assets/index.js`)).toBe(false);
    const check = (permission: string) => given.check?.(null, permission, pageOrigin, { isMainFrame: true });
    expect([check('geolocation'), check('clipboard-sanitized-write')]).toEqual([false, true]);
  });

  it('is served by the routes of `epiflux serve`, under the same policy, and no other host is', async () => {
    const answer = await given.handle?.(new Request(pageAddress));
    expect(answer?.status).toBe(200);
    expect(await answer?.text()).toContain('<div id="root">');
    expect(answer?.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await given.handle?.(new Request('epiflux://other/')))?.status).toBe(403);
    expect((await given.handle?.(new Request(`${pageOrigin}/../package.json`)))?.status).toBe(404);
  });
});

describe('the port', () => {
  it('is refused to a frame, a foreign page and nobody; the page gets it, and the file of the start', async () => {
    for (const frame of [
      null,
      { parent: page, origin: pageOrigin },
      { parent: null, origin: 'https://example.org' },
    ]) {
      connect(frame);
    }
    port1.postMessage({ type: 'request', id: 0, name: 'hello', request: {} });
    await new Promise((resume) => setTimeout(resume, 50));
    expect(events).toEqual([]);
    connect(page);
    expect(await ask('hello', {})).toMatchObject({ capabilities: { window: 'electron', saveDialog: true } });
    const opened = await event((each) => each.type === 'open-file');
    expect(opened).toMatchObject({ grant: { name: 'early.ome.tif' } });
    expect(given.lockData).toEqual({ files: [early] });
  });

  it('grants dropped files to the page alone', async () => {
    const drop = (senderFrame: unknown): Promise<unknown> =>
      new Promise((told) => electron.ipcMain.emit('grant-file', { senderFrame }, told, early));
    expect(await drop({ parent: null, origin: 'https://example.org' })).toEqual({
      message: 'This page may not open files.',
    });
    expect(await drop(page)).toMatchObject({ grant: { name: 'early.ome.tif', from: 'dialog' } });
  });
});

describe('a second start', () => {
  it('hands its file over, and one that is not there is told', async () => {
    const second = writeNucleus(join(folder, 'second.ome.tif'));
    const focused = vi.fn();
    given.windows[0].on('focused', focused);
    electron.app.emit('second-instance', {}, ['Epiflux'], folder, { files: [second] });
    const isSecond = (each: ApiEvent): each is ApiEvent & { type: 'open-file' } =>
      each.type === 'open-file' && each.grant.name === 'second.ome.tif';
    await event(isSecond);
    expect(focused).toHaveBeenCalled();
    expect(given.recent.at(-1)).toBe(second);
    electron.app.emit('second-instance', {}, ['Epiflux', 'none.tif'], folder, null);
    const failed = await event((each) => each.type === 'open-failed');
    expect(failed.failure.message).toBe('There is no such file.');
    await vi.waitFor(() => {
      const kept = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8')) as { recent: string[] };
      expect(kept.recent).toEqual([second, early]);
    });
  });
});

describe('the engine in a process of its own', () => {
  it('infers the sample to the λ of the command line', async () => {
    const { input, mask, job } = await ask('openSample', {});
    const started = await ask('startJob', { files: { input: input.id, mask: mask.id }, job });
    expect((await event(isEnd(started))).job.state).toBe('done');
    const { document } = await ask('jobResult', { job: started.id });
    const sample = join(root, 'assets', 'sample');
    const args = [join(sample, 'image.ome.tif'), '--config', join(sample, 'truth.json')];
    const told = await runProgram([
      ...['infer', ...args, '--mask', join(sample, 'mask.ome.tif')],
      ...['--out', join(folder, 'out'), '--json'],
    ]);
    const { lambda } = JSON.parse(told.stdout) as { lambda: { median: number } };
    expect(document.lambda.median).toBe(lambda.median);
  });

  it('is ended in the middle of a run, which is told; the next run is done', async () => {
    const large = writeNucleus(join(folder, 'large.ome.tif'), { size: 384 });
    electron.app.emit('second-instance', {}, [], folder, { files: [large] });
    const isLarge = (each: ApiEvent): each is ApiEvent & { type: 'open-file' } =>
      each.type === 'open-file' && each.grant.name === 'large.ome.tif';
    const { grant } = await event(isLarge);
    const job = { channels: nucleusChannels, solver: { name: 'direct' as const } };
    const order = { files: { input: grant.id }, job };
    const fatal = await ask('startJob', order);
    const isSolving = (each: ApiEvent): each is ApiEvent & { type: 'progress' } =>
      each.type === 'progress' && each.job === fatal.id && each.progress.stage === 'solve';
    await event(isSolving);
    await ask('restartEngine', {});
    expect((await event(isEnd(fatal))).job.state).toBe('failed');
    expect(await event((each) => each.type === 'engine-died')).toMatchObject({
      job: fatal.id,
      what: 'large.ome.tif',
    });
    const next = await ask('startJob', order);
    expect((await event(isEnd(next))).job.state).toBe('done');
  });
});

describe('the end', () => {
  it('waits until the engine is stopped and passing files are removed', async () => {
    const preventDefault = vi.fn();
    const quit = vi.spyOn(electron.app, 'quit');
    electron.app.emit('will-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
    await vi.waitFor(() => {
      expect(quit).toHaveBeenCalledOnce();
    });
    electron.app.emit('will-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`.epiflux-${process.pid}-`))).toEqual([]);
  });
});
