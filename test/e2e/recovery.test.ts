import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nucleusImage } from '../cli/nucleus.js';
import { runProgram, scratchFolder } from '../cli/program.js';
import {
  type BrowserWindow,
  dropFile,
  openBrowserWindow,
  seriousFindings,
  stillness,
} from './browser-window.js';
import { gesturesIn } from './gestures.js';

const folder = scratchFolder();
let shown: BrowserWindow;
let page: Page;

beforeAll(async () => {
  shown = await openBrowserWindow('dark', { tour: true });
  page = shown.page;
});
afterAll(() => shown.close());

const { command, exportedMap, lookAway, opened, setField } = gesturesIn(() => page);
const card = () => page.getByRole('complementary', { name: 'Tour of the window' });
const strip = () => page.locator('.engine-notice .strip');
const focused = (): Promise<string> =>
  page.evaluate(() => document.activeElement?.closest('[data-setting]')?.getAttribute('data-setting') ?? '');

/** Whether two elements of the window lie on each other. */
async function overlap(first: string, second: string): Promise<boolean> {
  const [a, b] = [await page.locator(first).boundingBox(), await page.locator(second).boundingBox()];
  if (a === null || b === null) throw new Error('One of them is not there.');
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe('the tour of a first start', () => {
  it('begins by itself, points at the buttons that open something, and takes no focus', async () => {
    await card().waitFor();
    expect(await card().innerText()).toContain('1 of 4');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
    await page.locator('.tour-frame').waitFor();
    expect(await overlap('.tour-frame', '.welcome .buttons')).toBe(true);
    expect(await overlap('.tour-card', '.welcome .buttons')).toBe(false);
    await shown.picture('30-tour-open');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('follows what the user does, and the window can be used meanwhile', async () => {
    await page.getByRole('button', { name: 'Open the sample', exact: true }).click();
    await card().getByText('2 of 4').waitFor();
    await stillness(page);
    expect(await overlap('.tour-frame', '.run-bar')).toBe(true);
    expect(await overlap('.tour-card', '.run-bar')).toBe(false);
    await shown.picture('31-tour-run');
    await lookAway();
    await page.keyboard.press('Space');
    await card().getByText('3 of 4').waitFor();
    await page.locator('[data-readout=trust]').first().waitFor();
    await stillness(page);
    expect(await overlap('.tour-card', 'section[aria-labelledby=trust-title]')).toBe(false);
    expect(await overlap('.tour-card', '.pane[data-layer=lambda]')).toBe(false);
    await shown.picture('32-tour-trust');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('is gone through by the keyboard, back and forth', async () => {
    await card().getByRole('button', { name: 'Next' }).focus();
    await page.keyboard.press('Enter');
    await card().getByText('4 of 4').waitFor();
    await shown.picture('33-tour-export');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await card().getByText('3 of 4').waitFor();
  });

  it('is left by Escape, remembered, and begun again by its name', async () => {
    await lookAway();
    await page.keyboard.press('Escape');
    await card().waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('engine ready').waitFor();
    expect(await card().count()).toBe(0);
    await command('tour of the window');
    // With a file open the tour goes on where there is something to do.
    await card()
      .getByText(/[12] of 4/)
      .waitFor();
    await card().getByRole('button', { name: 'Leave the tour' }).click();
    await card().waitFor({ state: 'detached' });
  });

  it('is remembered under another port too', async () => {
    const cookies = await page.context().cookies('http://127.0.0.1:1/');
    expect(cookies.find(({ name }) => name === 'epiflux-tour')?.value).toBe('seen');
  });
});

describe('an engine that is ended in the middle of a run', () => {
  const path = join(folder, 'large.ome.tif');

  it('is told, with what it worked on, and nothing that is open is lost', async () => {
    writeFileSync(path, nucleusImage({ size: 512 }));
    await dropFile(page, 'large.ome.tif', readFileSync(path));
    await opened('large.ome.tif');
    await stillness(page);
    await page.getByText('direct', { exact: true }).click();
    await lookAway();
    await page.keyboard.press('Space');
    // In the middle: files are read, and there is some way to go.
    await page
      .locator('.job-bar')
      .getByText(/ · [1-9]\d* %/)
      .waitFor({ timeout: 60_000 });
    await command('restart the engine');
    await strip().getByText('The engine stopped while working on large.ome.tif.').waitFor();
    await page.getByRole('button', { name: 'Infer λ' }).waitFor();
    expect(await page.locator('.title-file').innerText()).toContain('large.ome.tif');
    expect(await page.locator('.pane-canvas[data-mode=plane]').count()).toBe(2);
    await shown.picture('34-engine-died');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('runs again by one button, to the bytes of the command line', async () => {
    await page.getByRole('button', { name: 'Run again' }).click();
    const line = page.locator('[data-step=solve] .step-line');
    await line.getByText(/^λ \d/).waitFor({ timeout: 90_000 });
    expect(await strip().count()).toBe(0);
    const exported = (await exportedMap()).bytes;
    const out = join(folder, 'out');
    const marks = ['--heterochromatin', '0', '--euchromatin', '1', '--solver', 'direct'];
    expect(await runProgram(['infer', path, ...marks, '--out', out])).toMatchObject({ code: 0 });
    expect(exported.equals(readFileSync(join(out, 'large.lambda.ome.tif')))).toBe(true);
  });

  it('is told as done where nothing ran', async () => {
    await command('restart the engine');
    await strip().getByText('The engine was restarted.').waitFor();
    await strip().getByRole('button', { name: 'Close' }).click();
    expect(await strip().count()).toBe(0);
  });
});

describe('what would help', () => {
  it('is a button that leads to the field, where something is missing', async () => {
    const bytes = nucleusImage({ size: 64, channels: 1, pixelSizeNm: null });
    await dropFile(page, 'silent.ome.tif', bytes);
    await opened('silent.ome.tif');
    await page.getByRole('button', { name: 'Go to “Pixel size”' }).click();
    await expect.poll(focused).toBe('calibration.pixelSizeNm');
    await page.keyboard.type('20 nm');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await lookAway();
    await page.keyboard.press('4');
    await page.getByRole('button', { name: 'Go to “Het. fraction”' }).click();
    await expect.poll(focused).toBe('calibration.hetFraction');
    await shown.picture('35-remedy-focus');
    await page.keyboard.type('60 %');
    await page.keyboard.press('Enter');
    expect(await page.locator('.run-bar .doubtful').count()).toBe(0);
  });

  it('names panels and fields, never options of the command line', async () => {
    await lookAway();
    await page.getByText('More: diffusivity, free energy').click();
    await setField('Well height W', '40');
    await lookAway();
    await page.keyboard.press('Space');
    const failure = page.locator('[data-step=solve] .failure');
    await failure.getByText('One density cannot be split uniquely').waitFor();
    expect(await failure.innerText()).not.toMatch(/--[a-z]/);
    await page.getByText('More: diffusivity, free energy').click();
    await failure.getByRole('button', { name: 'Go to “Well height W”' }).click();
    await expect.poll(focused).toBe('model.wellHeight');
    await shown.picture('36-remedy-failure');
  });
});

describe('the window', () => {
  it('has been content with itself all along', () => {
    expect(shown.complaints).toEqual([]);
  });
});
