import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDesktop } from '../../src-main/serve/app-command.js';
import { writeNucleus } from '../cli/nucleus.js';
import { runProgram, scratchFolder, startProcess } from '../cli/program.js';

/*
 * The desktop app itself, where Electron's program and a display are there; elsewhere every title says why it was
 * skipped. main-process.test.ts runs the same program without Electron.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const desktop = findDesktop();
const absent = 'absent' in desktop ? desktop.absent : null;
const title = (text: string): string => (absent === null ? text : `${text} (skipped: ${absent})`);
const when = describe.skipIf(absent !== null);

const folder = scratchFolder();
const userData = join(folder, 'user');
// Electron refuses its sandbox to the superuser.
const flags = [`--user-data-dir=${userData}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];

let program = '';
let app: ElectronApplication;
let page: Page;

async function start(): Promise<void> {
  app = await _electron.launch({ executablePath: program, args: [...flags, root], cwd: root });
  page = await app.firstWindow();
  page.setDefaultTimeout(30_000);
  await page.getByText('engine ready').waitFor();
  await page.evaluate(() => {
    localStorage.setItem('epiflux-tour', 'seen');
  });
  await page.reload();
  await page.getByText('engine ready').waitFor();
}

beforeAll(async () => {
  if (!('program' in desktop)) return;
  program = desktop.program;
  mkdirSync(userData);
  await start();
});

afterAll(async () => {
  if (absent === null) await app.close();
});

async function command(words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
}

const outcome = (code: string): Promise<string> =>
  page.evaluate(async (text) => {
    try {
      return String(await (0, eval)(text));
    } catch (error) {
      return `failed: ${String(error)}`;
    }
  }, code);

when('the page', () => {
  it(title('has no Node, no Electron, and an origin of its own'), async () => {
    const types = ['process', 'require', 'module', 'Buffer', 'global'].map((name) => `typeof ${name}`);
    for (const type of types) expect(await outcome(type)).toBe('undefined');
    expect(await outcome('location.origin')).toBe('epiflux://app');
    expect(await outcome('Object.keys(window.epiflux).sort().join()')).toBe('connect,grantFile');
  });

  it(title('opens no window and goes nowhere'), async () => {
    expect(await outcome("window.open('https://example.org/')")).toBe('null');
    await page.evaluate(() => {
      location.href = 'https://example.org/';
    });
    await page.waitForTimeout(500);
    expect(page.url()).toBe('epiflux://app/');
    const windows = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
    expect(windows).toBe(1);
  });

  it(title('loads nothing from elsewhere, in its own frame or another'), async () => {
    for (const address of ['https://example.org/', 'http://127.0.0.1:9/', 'file:///etc/hostname']) {
      expect(await outcome(`fetch('${address}').then(({ status }) => status)`)).toMatch(/^failed/);
    }
    expect((await fetchOfItself('/')).status).toBe(200);
    expect((await fetchOfItself('/data/unknown')).status).toBe(410);
  });

  it(title('is denied every permission but that of copying'), async () => {
    const state = (name: string): Promise<string> =>
      outcome(`navigator.permissions.query({ name: '${name}' }).then(({ state }) => state)`);
    for (const name of ['geolocation', 'notifications', 'camera', 'clipboard-read']) {
      expect(await state(name)).toMatch(/denied|failed/);
    }
  });
});

function fetchOfItself(path: string): Promise<{ status: number }> {
  return page.evaluate(async (address) => ({ status: (await fetch(address)).status }), path);
}

when('work', () => {
  it(title('the sample gives the λ of the command line'), async () => {
    await page.getByRole('button', { name: 'Open the sample nucleus' }).click();
    await page.locator('.pane-canvas[data-mode=plane]').nth(1).waitFor();
    await page.locator('.title-bar strong').click();
    await page.keyboard.press('Space');
    await page.getByText('1 job done').waitFor();
    const line = await page.locator('[data-step=solve] .step-line').innerText();
    const sample = join(root, 'assets', 'sample');
    const told = await runProgram([
      ...['infer', join(sample, 'image.ome.tif'), '--config', join(sample, 'truth.json')],
      ...['--mask', join(sample, 'mask.ome.tif'), '--out', join(folder, 'out'), '--json'],
    ]);
    const { lambda } = JSON.parse(told.stdout) as { lambda: { median: number } };
    expect(line).toContain(`λ ${lambda.median.toPrecision(3)} median`);
  });

  it(title('a second start hands its file over and ends'), async () => {
    const second = writeNucleus(join(folder, 'second.ome.tif'), { size: 512 });
    const { end } = startProcess(program, [...flags, root, second]);
    expect((await end).code).toBe(0);
    await page.locator('.title-file', { hasText: 'second.ome.tif' }).waitFor();
  });

  it(
    title(
      'the engine is a process of its own; when it is killed in the middle of a run, the next one is done',
    ),
    async () => {
      await page.locator('.title-bar strong').click();
      await page.keyboard.press('Space');
      await page
        .locator('.job-bar')
        .getByText(/solve · /)
        .waitFor();
      const killed = await app.evaluate(({ app: main }) => {
        const engines = main.getAppMetrics().filter(({ name }) => name === 'Epiflux engine');
        for (const { pid } of engines) process.kill(pid, 'SIGKILL');
        return engines.length;
      });
      expect(killed).toBeGreaterThan(0);
      await page.getByText('The engine stopped while working on second.ome.tif.').waitFor();
      await page.getByRole('button', { name: 'Run again' }).click();
      await page.getByText('2 jobs done').waitFor({ timeout: 90_000 });
      await command('restart the engine');
      await page.getByText('The engine was restarted.').waitFor();
    },
  );

  it(title('settings and recent files are there the next time'), async () => {
    await app.close();
    expect(existsSync(join(userData, 'settings.json'))).toBe(true);
    await start();
    const recent = await app.evaluate(({ Menu }) => {
      const items = Menu.getApplicationMenu()?.items ?? [];
      const file = items.find(({ label }) => label === 'File')?.submenu?.items ?? [];
      const menu = file.find(({ label }) => label === 'Open recent')?.submenu?.items ?? [];
      return menu.map(({ label }) => label);
    });
    expect(recent).toContain('second.ome.tif');
  });
});
