import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import net from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { scratchFolder } from '../cli/program.js';
import { rawBytes, rawRequest, type Served, startServed } from './served.js';

const folder = scratchFolder();
let served: Served;

beforeAll(async () => {
  mkdirSync(join(folder, 'window', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'window', 'index.html'), '<!doctype html><title>Epiflux</title>');
  writeFileSync(join(folder, 'window', 'assets', 'app.js'), 'export {};');
  writeFileSync(join(folder, 'window', '.hidden.json'), '{}');
  writeFileSync(join(folder, 'window', 'note.txt'), 'not a type that the window loads');
  writeFileSync(join(folder, 'secret.json'), '{"secret":true}');
  symlinkSync(join(folder, 'secret.json'), join(folder, 'window', 'link.json'));
  served = await startServed({ windowFolder: join(folder, 'window') });
});

const bearer = () => ({ authorization: `Bearer ${served.server.token}` });
const ask = (options: Parameters<typeof rawRequest>[1]) => rawRequest(served.server.port, options);

describe('the token', () => {
  it.each([
    ['/'],
    ['/?token='],
    ['/?token=wrong'],
    ['/assets/app.js'],
    ['/data/x'],
    ['/file/x'],
    ['/nowhere'],
  ])('is asked for at %s: 403 without it', async (path) => {
    const answer = await ask({ path });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('does not have the token');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('is asked for by uploads, whose body is not taken', async () => {
    const answer = await ask({ path: '/upload?name=a.tif', method: 'POST', body: 'bytes' });
    expect(answer.status).toBe(403);
    expect(served.session.grants.list()).toEqual([]);
  });

  it('opens the page from the address, and a cookie that scripts cannot read opens the rest', async () => {
    const page = await ask({ path: `/?token=${served.server.token}` });
    expect(page.status).toBe(200);
    const cookie = page.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: cookie.split(';')[0] };
    expect((await ask({ path: '/assets/app.js', headers })).status).toBe(200);
    const forged = { cookie: `${cookie.split('=')[0]}=wrong` };
    expect((await ask({ path: '/assets/app.js', headers: forged })).status).toBe(403);
  });

  it('is another one for every server', async () => {
    const other = await startServed();
    expect(other.server.token).not.toBe(served.server.token);
    expect(other.server.token).toMatch(/^[\w-]{43}$/);
    const answer = await rawRequest(other.server.port, { headers: bearer() });
    expect(answer.status).toBe(403);
  });
});

describe('foreign names and pages', () => {
  it.each([
    ['another name for this computer', 'evil.example'],
    ['another port', '127.0.0.1:1'],
    ['no port', '127.0.0.1'],
    ['all interfaces', '0.0.0.0'],
  ])('Host with %s: 403, token or not', async (_, host) => {
    const answer = await ask({ headers: { ...bearer(), host } });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('foreign host');
  });

  it('Host localhost and 127.0.0.1 with the port: let in', async () => {
    for (const name of ['localhost', '127.0.0.1']) {
      const host = `${name}:${served.server.port}`;
      expect((await ask({ headers: { ...bearer(), host } })).status).toBe(200);
    }
  });

  it.each(['http://evil.example', 'null', 'https://127.0.0.1', 'http://127.0.0.1:1', 'file://'])(
    'Origin %s: 403, token or not',
    async (origin) => {
      const answer = await ask({ headers: { ...bearer(), origin } });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('foreign page');
    },
  );

  it.each(['cross-site', 'same-site'])(
    'a page of another site (%s) gets 403 with the cookie',
    async (site) => {
      const headers = {
        cookie: `epiflux-${served.server.port}=${served.server.token}`,
        'sec-fetch-site': site,
      };
      expect((await ask({ path: '/assets/app.js', headers })).status).toBe(403);
      const open = { path: `/?token=${served.server.token}`, headers: { 'sec-fetch-site': site } };
      expect((await ask(open)).status).toBe(200);
    },
  );
});

function openSocket(headers: Record<string, string>, path = '/socket'): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${served.server.port}${path}`, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      socket.terminate();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => undefined);
  });
}

describe('the WebSocket', () => {
  it('is opened with the token only', async () => {
    expect(await openSocket({})).toBe(403);
    expect(await openSocket({ authorization: 'Bearer wrong' })).toBe(403);
    expect(await openSocket(bearer())).toBe(101);
  });

  it('is refused to foreign pages and names, which the browser tells of', async () => {
    expect(await openSocket({ ...bearer(), origin: 'http://evil.example' })).toBe(403);
    expect(await openSocket({ ...bearer(), host: 'evil.example' })).toBe(403);
    const origin = `http://127.0.0.1:${served.server.port}`;
    expect(await openSocket({ ...bearer(), origin })).toBe(101);
  });

  it('is at one address', async () => {
    expect(await openSocket(bearer(), '/elsewhere')).toBe(404);
  });
});

describe('what is sent', () => {
  it.each(['/', '/assets/app.js', '/data/gone', '/nowhere'])(
    '%s carries the rules of the page',
    async (path) => {
      const { headers } = await ask({ path, headers: bearer() });
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("connect-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy.join(' ')).not.toMatch(/unsafe-eval|https?:|\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it('a refusal carries them too', async () => {
    const { headers } = await ask({});
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/%2e%2e%2fsecret.json',
    '/..%5csecret.json',
    '/assets/../../secret.json',
    '/assets/..%2f..%2fsecret.json',
    '//secret.json',
    '/%00/secret.json',
    '/index.html%00.js',
    '/%zz',
    '/.hidden.json',
    '/link.json',
    '/note.txt',
    '/C:/secret.json',
  ])('%s does not leave the folder of the window', async (path) => {
    const head = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${served.server.port}\r\nAuthorization: Bearer ${served.server.token}\r\n\r\n`;
    expect(await rawBytes(served.server.port, head)).toMatch(/^HTTP\/1\.1 (404|400) /);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not answered', async (method) => {
    expect((await ask({ method, headers: bearer() })).status).toBe(405);
  });

  it('an address that is none is refused', async () => {
    const head = `GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n`;
    expect(await rawBytes(served.server.port, head)).toMatch(/ (400|403) /);
  });
});

describe('listening', () => {
  const outside = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');

  it.skipIf(!outside)('is on 127.0.0.1 alone: other addresses of the machine refuse', async () => {
    const outcome = await new Promise<string>((resolve) => {
      const socket = net.connect({ host: outside?.address ?? '', port: served.server.port, timeout: 2000 });
      socket.once('connect', () => {
        resolve('connected');
        socket.destroy();
      });
      socket.once('timeout', () => {
        resolve('refused');
        socket.destroy();
      });
      socket.once('error', () => {
        resolve('refused');
      });
    });
    expect(outcome).toBe('refused');
  });
});
