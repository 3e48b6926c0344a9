import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNucleus } from '../cli/nucleus.js';
import {
  type BrowserWindow,
  dropFile,
  openBrowserWindow,
  root,
  seriousFindings,
  stillness,
} from './browser-window.js';

const folder = mkdtempSync(join(tmpdir(), 'epiflux-documents-'));
const stateHome = join(folder, 'state');
const sample = join(root, 'assets', 'sample', 'image.ome.tif');

let shown: BrowserWindow;
let page: Page;

async function start(args: readonly string[] = []): Promise<void> {
  shown = await openBrowserWindow('dark', { args, stateHome });
  page = shown.page;
  page.setDefaultTimeout(60_000);
  await page.getByText('engine ready').waitFor();
}

const tabs = (): Promise<string[]> => page.locator('.tab-text').allInnerTexts();
const tab = (name: string) => page.locator('.tab-name', { hasText: name });
const field = (label: string) => page.getByLabel(label, { exact: true });
const line = (step: string): Promise<string> => page.locator(`[data-step=${step}] .step-line`).innerText();
const lookAway = (): Promise<void> => page.locator('.title-bar strong').click();

async function change(label: string, value: string): Promise<void> {
  await field(label).fill(value);
  await field(label).press('Enter');
  await lookAway();
}

async function ready(): Promise<void> {
  await page.locator('[data-step=solve] .step-line', { hasText: /^λ/ }).waitFor();
  await stillness(page);
}

async function infer(): Promise<void> {
  await lookAway();
  await page.keyboard.press('Space');
  await ready();
}

async function download(start: () => Promise<void>): Promise<Buffer> {
  const coming = page.waitForEvent('download');
  await start();
  return readFile(await (await coming).path());
}

async function command(typed: string): Promise<void> {
  await lookAway();
  await page.keyboard.press('Control+k');
  await page.keyboard.type(typed);
  await page.keyboard.press('Enter');
}

const lambdaBytes = (): Promise<Buffer> => download(() => command('export λ map'));

/** Waits until the record of what is open, on the disk, says this. */
async function untilKept(text: string): Promise<void> {
  const state = join(stateHome, 'epiflux');
  const records = (): string[] => readdirSync(state).filter((name) => name.startsWith('open-'));
  const said = (): string =>
    records()
      .map((name) => readFileSync(join(state, name), 'utf8'))
      .join();
  await expect.poll(said, { timeout: 60_000 }).toContain(text);
}

beforeAll(async () => {
  mkdirSync(join(folder, 'plate'));
  writeNucleus(join(folder, 'plate', 'nucleus.ome.tif'));
  await start();
});
afterAll(async () => {
  await shown.close();
  rmSync(folder, { recursive: true, force: true });
});

let firstLambda: Buffer;
let secondLambda: Buffer;
let project: Buffer;

describe('two images', () => {
  it('each have a tab, settings, undo and a view of their own', async () => {
    await page.getByRole('button', { name: 'Open the sample nucleus' }).click();
    await page.locator('.pane-canvas[data-mode=plane]').nth(1).waitFor();
    await change('Length L0', '200');
    await dropFile(page, 'other.ome.tif', new Uint8Array(readFileSync(sample)));
    await tab('other.ome.tif').waitFor();
    expect(await tabs()).toEqual(['image.ome.tif', 'other.ome.tif']);
    await page.getByText('Settings of image.ome.tif are used here too').waitFor();
    expect(await field('Length L0').inputValue()).toBe('200 nm');
    await page.getByRole('button', { name: 'Use the defaults' }).click();
    expect(await field('Length L0').inputValue()).toBe('150 nm');
    await change('Het. fraction', '0.4');
    await change('Length L0', '120');
    await shown.picture('docs-01-two-tabs');
    await page.keyboard.press('Alt+PageUp');
    expect(await field('Length L0').inputValue()).toBe('200 nm');
    await page.keyboard.press('Control+z');
    expect(await field('Length L0').inputValue()).toBe('150 nm');
    await page.keyboard.press('Control+y');
    await page.keyboard.press('Alt+PageDown');
    expect(await field('Length L0').inputValue()).toBe('120 nm');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('run one after the other while another is shown, each to its own result', async () => {
    await lookAway();
    await page.keyboard.press('Space');
    await page.keyboard.press('Alt+PageUp');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: '1 other run' }).click();
    await page.locator('.job-queue li').nth(1).waitFor();
    await shown.picture('docs-02-queue');
    await page.getByText('2 jobs done').waitFor();
    await ready();
    firstLambda = await lambdaBytes();
    await tab('other.ome.tif').click();
    await ready();
    secondLambda = await lambdaBytes();
    expect(secondLambda.equals(firstLambda)).toBe(false);
    expect(
      await page.locator('.tab .dot').evaluateAll((dots) => dots.map((dot) => dot.getAttribute('data-dot'))),
    ).toEqual(['done', 'done']);
    await shown.picture('docs-03-both-done');
  });

  it('a run of an image that is not shown can be cancelled in the list', async () => {
    await tab('image.ome.tif').click();
    await lookAway();
    await page.keyboard.press('Space');
    await page.keyboard.press('Alt+PageDown');
    await page.keyboard.press('Space');
    await page.keyboard.press('Alt+PageUp');
    await page.getByRole('button', { name: 'Cancel other.ome.tif' }).click();
    await page.getByText('3 jobs done · 1 cancelled').waitFor();
    await tab('other.ome.tif').click();
    expect(await line('solve')).toMatch(/^λ/);
  });
});

describe('a reload of the page', () => {
  it('finds images, settings, undo, results and a run at work again', async () => {
    await tab('image.ome.tif').click();
    await change('Length L0', '180');
    await page.keyboard.press('Space');
    await page.locator('.job-bar progress').waitFor();
    await page.reload();
    await tab('image.ome.tif').waitFor();
    expect(await tabs()).toEqual(['image.ome.tif', 'other.ome.tif']);
    await ready();
    expect(await field('Length L0').inputValue()).toBe('180 nm');
    await lookAway();
    await page.keyboard.press('Control+z');
    expect(await field('Length L0').inputValue()).toBe('200 nm');
    await tab('other.ome.tif').click();
    await ready();
    expect(await field('Length L0').inputValue()).toBe('120 nm');
    expect((await lambdaBytes()).equals(secondLambda)).toBe(true);
    await shown.picture('docs-04-reloaded');
  });
});

describe('a project', () => {
  it('is saved by Ctrl-S, and the marks of unsaved changes go', async () => {
    expect(await page.locator('.tab-mark').count()).toBeGreaterThan(0);
    project = await download(async () => {
      await lookAway();
      await page.keyboard.press('Control+s');
    });
    await page.locator('.project-name', { hasText: 'image and 1 more.epiflux' }).waitFor();
    expect(await page.locator('.tab-mark').count()).toBe(0);
    const text = project.toString('utf8');
    expect(text).toContain('"lambdaMedian"');
    expect(text).not.toContain(tmpdir());
  });

  it('asks before a tab with unsaved work is closed, and not before any other', async () => {
    await page.getByRole('button', { name: 'Close other.ome.tif' }).click();
    expect(await tabs()).toEqual(['image.ome.tif']);
    await change('Length L0', '210');
    await page.getByRole('button', { name: 'Close image.ome.tif' }).click();
    await page.getByRole('heading', { name: 'Close image.ome.tif?' }).waitFor();
    await shown.picture('docs-05-close');
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await tabs()).toEqual(['image.ome.tif']);
    await page.getByRole('button', { name: 'Close image.ome.tif' }).click();
    await page.getByRole('button', { name: 'Close without saving' }).click();
    await page.getByRole('heading', { name: 'Open a picture of a nucleus' }).waitFor();
  });

  it('opened by another program, asks for the file that was sent, takes it by its content, and gives the same λ', async () => {
    await shown.close();
    await start();
    await dropFile(page, 'mine.epiflux', new Uint8Array(project));
    await page.getByRole('heading', { name: 'mine.epiflux needs one file' }).waitFor();
    await page.getByText('was sent by a browser').waitFor();
    await shown.picture('docs-06-relink');
    expect(await seriousFindings(page)).toEqual([]);
    await dropFile(page, 'other.ome.tif', new Uint8Array([1, 2, 3]));
    await page.getByText('but not as it was when the project was saved').waitFor();
    await dropFile(page, 'renamed.tif', new Uint8Array(readFileSync(sample)));
    await tab('renamed.tif').waitFor();
    expect(await tabs()).toEqual(['image.ome.tif', 'renamed.tif']);
    await tab('image.ome.tif').click();
    expect(await field('Length L0').inputValue()).toBe('200 nm');
    await page.getByText(/^Saved with the project: λ \d\.\d\d median/).waitFor();
    await shown.picture('docs-07-saved-result');
    await infer();
    expect((await lambdaBytes()).equals(firstLambda)).toBe(true);
    await tab('renamed.tif').click();
    expect(await field('Length L0').inputValue()).toBe('120 nm');
    await infer();
    await page.getByRole('button', { name: 'Log' }).click();
    await page.getByText('λ is the saved one, byte for byte.').first().waitFor();
    await page.getByRole('button', { name: 'Log' }).click();
  });

  it('of a later version is refused with the version', async () => {
    const later = project.toString('utf8').replace('"epifluxProject": 1', '"epifluxProject": 7');
    await dropFile(page, 'later.epiflux', Buffer.from(later));
    await page.getByRole('alert').getByText('project version 7').waitFor();
    await page.getByRole('button', { name: 'Close this message' }).click();
  });
});

describe('a program that is killed', () => {
  it('offers at its next start what was open', async () => {
    await tab('image.ome.tif').click();
    await change('Length L0', '170');
    await untilKept('"lengthNm":170');
    await shown.kill();
    await start();
    const offer = page.getByRole('region', { name: 'Reopen' });
    await offer.getByText('image.ome.tif, renamed.tif').waitFor();
    await shown.picture('docs-08-offer');
    expect(await seriousFindings(page)).toEqual([]);
    await offer.getByRole('button', { name: 'Reopen' }).click();
    await tab('renamed.tif').waitFor();
    expect(await field('Length L0').inputValue()).toBe('170 nm');
    expect(await page.locator('.tab-mark').count()).toBe(1);
    await lookAway();
    await page.keyboard.press('Control+z');
    expect(await field('Length L0').inputValue()).toBe('200 nm');
    await infer();
    expect((await lambdaBytes()).equals(firstLambda)).toBe(true);
  });
});

/** Drops several files at once. */
async function dropSeveral(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Promise<void> {
  const encoded = files.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')] as const);
  const transfer = await page.evaluateHandle((given) => {
    const dropped = new DataTransfer();
    for (const [name, text] of given) {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      dropped.items.add(new File([bytes], name));
    }
    return dropped;
  }, encoded);
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** Drops a file or a folder of the disk, as the system does. */
async function dropPath(path: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 300, data });
}

describe('several files at once', () => {
  it('open, and those that cannot be opened each say why', async () => {
    const good = new Uint8Array(readFileSync(sample));
    const before = (await tabs()).length;
    await dropSeveral([
      ['a.tif', good],
      ['broken.tif', new Uint8Array([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 255, 255])],
      ['notes.docx', new Uint8Array([80, 75, 3, 4])],
      ['b.tif', good],
    ]);
    await tab('b.tif').waitFor();
    expect((await tabs()).length).toBe(before + 2);
    await page.locator('.trouble-over').getByText('broken.tif was not opened').waitFor();
    await page.locator('.trouble-over').getByText('notes.docx was not opened').waitFor();
    await shown.picture('docs-09-troubles');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close this message' }).click();
  });

  it('of a folder that is dropped, with those below it, open in the order of their names', async () => {
    const dropped = join(folder, 'dropped');
    mkdirSync(join(dropped, 'deeper'), { recursive: true });
    writeNucleus(join(dropped, 'n10.ome.tif'));
    writeNucleus(join(dropped, 'n9.ome.tif'));
    writeNucleus(join(dropped, 'deeper', 'm.ome.tif'));
    writeFileSync(join(dropped, 'readme.md'), 'no image');
    writeFileSync(join(dropped, '.hidden.tif'), 'no image');
    const before = await tabs();
    await dropPath(dropped);
    await tab('n10.ome.tif').waitFor();
    const opened = (await tabs()).filter((name) => !before.includes(name));
    expect(opened).toEqual(['m.ome.tif', 'n9.ome.tif', 'n10.ome.tif']);
    expect(await page.locator('.trouble-over').count()).toBe(0);
    await page.getByRole('button', { name: /^Light or dark/ }).click();
    await stillness(page);
    await shown.picture('docs-12-many-tabs-light');
    expect((await page.locator('.steps').boundingBox())?.x).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: /^Light or dark/ }).click();
  });

  it('an empty folder says what would be opened', async () => {
    mkdirSync(join(folder, 'empty'));
    await dropPath(join(folder, 'empty'));
    await page.getByText('There is no image, table or project in it.').waitFor();
    await page.getByRole('button', { name: 'Close this message' }).click();
  });

  it('a project beside unsaved work asks, and opens beside it', async () => {
    const before = (await tabs()).length;
    await change('Length L0', '133');
    await dropFile(page, 'mine.epiflux', new Uint8Array(project));
    await page.getByRole('heading', { name: 'Open mine.epiflux?' }).waitFor();
    await shown.picture('docs-13-replace');
    await page.getByRole('button', { name: 'Keep them open as well' }).click();
    await page.getByRole('button', { name: 'Open what is there' }).click();
    await expect.poll(async () => (await tabs()).length).toBe(before + 1);
  });

  it('more than a few are asked about', async () => {
    const many = Array.from({ length: 9 }, (_, k) => [`n${k}.tif`, new Uint8Array(10)] as const);
    await dropSeveral(many);
    await page.getByRole('heading', { name: '9 files' }).waitFor();
    await shown.picture('docs-10-many');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('heading', { name: '9 files' }).count()).toBe(0);
  });
});

describe('files and projects by their place', () => {
  const path = join(folder, 'plate', 'nucleus.ome.tif');

  it('several are opened from the command line', async () => {
    await shown.close();
    rmSync(stateHome, { recursive: true, force: true });
    await start([path, sample]);
    await tab('image.ome.tif').waitFor();
    expect(await tabs()).toEqual(['nucleus.ome.tif', 'image.ome.tif']);
  });

  it('a project that is moved with its folder still opens, and is saved where it lies', async () => {
    await tab('nucleus.ome.tif').click();
    await change('Length L0', '140');
    const saved = await download(async () => {
      await page.keyboard.press('Control+s');
    });
    const placed = join(folder, 'plate', 'plate.epiflux');
    writeFileSync(placed, saved);
    await shown.close();
    await start([placed]);
    await tab('nucleus.ome.tif').waitFor();
    await tab('nucleus.ome.tif').click();
    await change('Length L0', '145');
    await page.keyboard.press('Control+s');
    await page.locator('.tab-mark').waitFor({ state: 'detached' });
    expect(readFileSync(placed, 'utf8')).toContain('"relative": "nucleus.ome.tif"');
    await shown.close();
    renameSync(join(folder, 'plate'), join(folder, 'moved'));
    expect(existsSync(path)).toBe(false);
    await start([join(folder, 'moved', 'plate.epiflux')]);
    await tab('nucleus.ome.tif').waitFor();
    await tab('nucleus.ome.tif').click();
    expect(await field('Length L0').inputValue()).toBe('145 nm');
    await shown.picture('docs-11-moved');
  });
});

describe('the window', () => {
  it('has been content with itself all along', () => {
    expect(shown.complaints).toEqual([]);
  });
});
