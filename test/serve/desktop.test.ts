import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSettings, readSettings, withRecent } from '../../src-main/desktop/settings.js';
import { findDesktop, runDesktop } from '../../src-main/serve/app-command.js';
import { scratchFolder } from '../cli/program.js';
import { sourceText } from '../source-files.js';

const folder = scratchFolder();
const first = { bounds: null, maximized: false, recent: [] };

describe('settings', () => {
  it('are those of the first run where there are none or they cannot be read', () => {
    expect(readSettings(join(folder, 'none.json'))).toEqual(first);
    const path = join(folder, 'broken.json');
    for (const text of ['', '{', '[]', 'null', '{"bounds":{"x":"left"},"recent":5,"maximized":"yes"}']) {
      writeFileSync(path, text);
      expect(readSettings(path)).toEqual(first);
    }
  });

  it('keep what is sound beside what is broken', () => {
    const path = join(folder, 'half.json');
    writeFileSync(path, '{"bounds":{"x":1},"recent":["a.tif"],"unknown":1}');
    expect(readSettings(path)).toEqual({ ...first, recent: ['a.tif'] });
  });

  it('are written whole, the last change last, with nothing left beside', async () => {
    const path = join(folder, 'new', 'settings.json');
    const store = openSettings(path);
    const bounds = { x: 10, y: -20, width: 1440, height: 860 };
    const writes = Array.from({ length: 20 }, (_, k) => store.change({ bounds: { ...bounds, x: k } }));
    await Promise.all([...writes, store.change({ maximized: true })]);
    expect(readSettings(path)).toEqual({ ...first, bounds: { ...bounds, x: 19 }, maximized: true });
    expect(readdirSync(join(folder, 'new'))).toEqual(['settings.json']);
  });

  it('stay as they are in memory where the disk cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const store = openSettings(join(folder, 'file', 'settings.json'));
    await store.change({ recent: ['a.tif'] });
    expect(store.current().recent).toEqual(['a.tif']);
  });

  it('hold the ten newest files, each once', () => {
    const names = Array.from({ length: 12 }, (_, k) => `${k}.tif`);
    const recent = names.reduce<string[]>(withRecent, []);
    expect(recent).toEqual(names.slice(2).reverse());
    expect(withRecent(recent, '5.tif').slice(0, 2)).toEqual(['5.tif', '11.tif']);
    expect(withRecent(recent, '5.tif').length).toBe(10);
  });
});

describe('the desktop program', () => {
  const display = { DISPLAY: ':0' };

  it('is absent without path.txt or without the file that it names, and nothing is downloaded', () => {
    const electron = join(folder, 'electron');
    mkdirSync(electron);
    expect(findDesktop(electron, display, 'linux')).toMatchObject({
      absent: expect.stringContaining('downloaded') as string,
    });
    writeFileSync(join(electron, 'path.txt'), 'electron');
    expect(findDesktop(electron, display, 'linux')).toHaveProperty('absent');
    mkdirSync(join(electron, 'dist'));
    writeFileSync(join(electron, 'dist', 'electron'), '');
    expect(findDesktop(electron, display, 'linux')).toEqual({
      program: resolve(electron, 'dist', 'electron'),
    });
    expect(readdirSync(electron).sort()).toEqual(['dist', 'path.txt']);
  });

  it('cannot run on Linux without a display, and can elsewhere', () => {
    const electron = join(folder, 'electron');
    expect(findDesktop(electron, {}, 'linux')).toMatchObject({
      absent: expect.stringContaining('no display') as string,
    });
    expect(findDesktop(electron, { WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toHaveProperty('program');
    expect(findDesktop(electron, {}, 'win32')).toHaveProperty('program');
  });
});

describe('running it', () => {
  const node = (code: string) => runDesktop(process.execPath, ['-e', code], 10_000);

  it('ends with its exit code, unless it failed before it can have opened: then it says why', async () => {
    expect(await node('')).toEqual({ code: 0 });
    expect(await node('process.exit(127)')).toEqual({ absent: 'Electron ended at once (code 127)' });
    expect(await node("process.kill(process.pid, 'SIGTRAP')")).toEqual({
      absent: 'Electron ended at once (SIGTRAP)',
    });
    expect(await node("process.kill(process.pid, 'SIGTERM')")).toEqual({ code: 1 });
    expect(await runDesktop(process.execPath, ['-e', 'process.exit(3)'], 0)).toEqual({ code: 3 });
    expect(await runDesktop(join(folder, 'nothing'), [])).toMatchObject({
      absent: expect.stringContaining('cannot be started') as string,
    });
  });
});

describe('the Electron window', () => {
  const window = sourceText('src-main/window.ts');

  it.each([
    'contextIsolation: true',
    'sandbox: true',
    'nodeIntegration: false',
    'webSecurity: true',
    'webviewTag: false',
    "setWindowOpenHandler(() => ({ action: 'deny' }))",
    'setDevicePermissionHandler(() => false)',
  ])('is made with %s', (rule) => {
    expect(window).toContain(rule);
  });

  it('gets two functions from the preload script and no part of Electron', () => {
    const built = readFileSync(new URL('../../dist/src-main/preload/preload.cjs', import.meta.url), 'utf8');
    expect(built.match(/require\(([^)]*)\)/g)).toEqual(['require("electron")']);
    expect(built.match(/exposeInMainWorld\([^)]*\)/g)).toEqual(["exposeInMainWorld('epiflux', bridge)"]);
    expect(built).not.toMatch(/ipcRenderer(,|\s*[;}])/);
  });
});
