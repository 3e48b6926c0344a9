import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bodyLimits } from '../../src-main/serve/routes.js';
import { rawBytes, type Served, startServed } from './served.js';

let served: Served;

beforeAll(async () => {
  served = await startServed({ limits: { upload: 1000, data: 100 } });
});

/** Sends a body of unknown length, in chunks of 64 bytes. */
function stream(path: string, chunks: number): Promise<Response> {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (sent++ < chunks) controller.enqueue(new Uint8Array(64).fill(7));
      else controller.close();
    },
  });
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
  return served.fetch(path, init);
}

/** What lies in the folders of this process's sessions. */
function leavings(): string[] {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(`.epiflux-${process.pid}-`));
  return folders.flatMap((name) => readdirSync(join(tmpdir(), name)));
}

describe('a body that is too large', () => {
  it.each(['/upload?name=a.tif', '/data'])(
    'is refused at %s before it is read, by its length',
    async (path) => {
      const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${served.server.port}\r\nAuthorization: Bearer ${served.server.token}\r\nContent-Length: 4000000000\r\n\r\n`;
      expect(await rawBytes(served.server.port, head)).toBe('HTTP/1.1 413 Payload Too Large');
    },
  );

  it.each(['/upload?name=a.tif', '/data'])(
    'is refused at %s while it comes, where no length is told',
    async (path) => {
      const answer = await stream(path, 100);
      expect(answer.status).toBe(413);
      expect(await answer.json()).toMatchObject({
        tag: 'usage',
        hint: expect.stringContaining('--open') as string,
      });
      expect(served.session.grants.list()).toEqual([]);
      expect(leavings()).toEqual([]);
    },
  );

  it('is not one at the limit', async () => {
    const answer = await served.fetch('/data', { method: 'POST', body: new Uint8Array(100) });
    expect(await answer.json()).toMatchObject({ type: 'uint8', shape: [1, 1, 100] });
  });

  it('is one over 2 GiB for a file, 256 MiB for an array, if nothing else is said', () => {
    expect(bodyLimits).toEqual({ upload: 2 ** 31, data: 2 ** 28 });
  });
});

describe('bodies', () => {
  it('of unknown length arrive whole', async () => {
    const answer = await stream('/upload?name=whole.bin', 10);
    expect(await answer.json()).toMatchObject({ name: 'whole.bin', bytes: 640 });
  });

  it.each([
    ['/upload', 400],
    ['/upload?name=', 400],
    ['/elsewhere', 404],
    ['/data/x', 404],
  ])('sent to %s: %i', async (path, status) => {
    expect((await served.fetch(path, { method: 'POST', body: 'bytes' })).status).toBe(status);
  });

  it('that are empty are no array', async () => {
    expect((await served.fetch('/data', { method: 'POST', body: '' })).status).toBe(400);
  });

  it('of arrays come with their type, shape and length', async () => {
    const values = new Float32Array([1, 2, 3, 4, 5, 6]);
    const { plane } = served.session.store.put({ plane: { values, shape: [1, 2, 3] } });
    const answer = await served.fetch(`/data/${plane.id}`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-epiflux-type': 'float32',
      'x-epiflux-shape': '1,2,3',
      'x-epiflux-byte-order': 'LE',
      'cache-control': 'no-store',
    });
    expect([...new Float32Array(await answer.arrayBuffer())]).toEqual([...values]);
  });

  it('are left out of the answer to HEAD, not their length', async () => {
    const { plane } = served.session.store.put({ plane: { values: new Uint8Array(7), shape: [1, 1, 7] } });
    const answer = await served.fetch(`/data/${plane.id}`, { method: 'HEAD' });
    expect(answer.headers.get('content-length')).toBe('7');
    expect((await answer.arrayBuffer()).byteLength).toBe(0);
  });

  it('that are not held any more, or never were: 410 with what to do', async () => {
    for (const path of ['/data/nothing', '/file/nothing']) {
      const answer = await served.fetch(path);
      expect(answer.status).toBe(410);
      expect(await answer.json()).toHaveProperty('hint');
    }
  });
});

describe('a window that was not built', () => {
  it('is told at the address', async () => {
    const answer = await served.fetch('/');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('npm run build');
  });
});
