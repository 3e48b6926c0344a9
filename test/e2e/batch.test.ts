import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram, scratchFolder } from '../cli/program.js';
import { contentOf } from '../cli/results-on-disk.js';
import { nucleusImage } from '../cli/nucleus.js';
import { type BrowserWindow, openBrowserWindow, seriousFindings, stillness } from './browser-window.js';
import { gesturesIn } from './gestures.js';

const folder = scratchFolder();
const at = (...names: string[]): string => join(folder, ...names);

let shown: BrowserWindow;
let page: Page;

const good = [1, 2, 3, 4, 5, 6].map((k) => `wt_${k}.ome.tif`);

beforeAll(async () => {
  mkdirSync(at('cells'));
  for (const [k, name] of good.entries()) {
    writeFileSync(at('cells', name), nucleusImage({ seed: k, size: 144 }));
  }
  writeFileSync(at('cells', 'wt_7.tif'), '');
  writeFileSync(at('cells', 'wt_8.ome.tif'), readFileSync(at('cells', 'wt_1.ome.tif')).subarray(0, 5000));
  shown = await openBrowserWindow('dark', { args: [at('cells')] });
  page = shown.page;
});
afterAll(() => shown.close());

const { command, download, field, lookAway, opened, setField } = gesturesIn(() => page);
const row = (name: string) => page.locator('.batch-rows tbody tr', { hasText: name });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const progress = () => page.locator('.batch-progress');
const ended = (words: string): Promise<void> =>
  progress().getByText(words, { exact: true }).waitFor({ timeout: 110_000 });

/** Opens the first image, sets its fraction, and goes back to the batch page. */
async function openFirst(): Promise<void> {
  await button('Open the first image').first().click();
  await opened('wt_1.ome.tif');
  await stillness(page);
  await setField('Het. fraction', '0.6');
  await page.getByText('direct', { exact: true }).click();
  await lookAway();
  await page.keyboard.press('Control+b');
}

describe('a folder named at the start', () => {
  it('is listed on the batch page, with what each file is and why some will fail', async () => {
    await row('wt_6.ome.tif').waitFor();
    expect(await page.locator('.batch-rows tbody tr').count()).toBe(8);
    expect(await row('wt_7.tif').innerText()).toContain('The file is empty (0 bytes).');
    expect(await page.locator('.batch-setup').innerText()).toContain('cells-epiflux, beside the folder');
    await page.getByText('A batch runs every image by the settings of one that is open').waitFor();
    expect(await button(/^Run/).isDisabled()).toBe(true);
    await shown.picture('batch-01-listed');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('opens its first image for the settings, and comes back with mod-B and Escape', async () => {
    await openFirst();
    await page.getByRole('heading', { name: 'Settings of wt_1.ome.tif' }).waitFor();
    const settings = await page.locator('.batch-job').innerText();
    expect(settings).toContain('Heterochromatin fraction: 60 % (default: not given)');
    await page.keyboard.press('Escape');
    await page.locator('.pane-canvas').first().waitFor();
    expect(await field('Het. fraction').inputValue()).toBe('60 %');
    await button('Batch').click();
    await row('wt_6.ome.tif').waitFor();
  });

  it('says what a wrong pattern comes to, and lists again when it is put right', async () => {
    const names = page.getByLabel('Names', { exact: true });
    await names.fill('*.png');
    await names.press('Enter');
    await page.getByText('No file matches *.png (8 files seen).').waitFor();
    await shown.picture('batch-02-no-match');
    await names.fill('wt_*');
    await names.press('Enter');
    await row('wt_6.ome.tif').waitFor();
    expect(await page.getByText('No file matches').count()).toBe(0);
  });
});

describe('a run', () => {
  it('is cancelled at once, keeps what is finished, and survives a reload in the middle', async () => {
    await button('Run 8 images').click();
    await page.locator('.batch-rows tr[data-state=done]').first().waitFor({ timeout: 60_000 });
    await page.reload();
    await page.locator('.batch-rows tr[data-state=done]').first().waitFor();
    await button('Cancel').click();
    await ended('cancelled');
    const done = await page.locator('.batch-rows tr[data-state=done]').count();
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(6);
    await shown.picture('batch-03-cancelled');
  });

  it('is resumed after the settings were found again, with progress, to the bytes of the command line', async () => {
    const settings = await openAgain();
    expect(settings).toContain('60 %');
    await button(/^Run \d/).click();
    await page.locator('.batch-rows tr[data-state=running]').first().waitFor();
    await shown.picture('batch-04-running');
    await ended('done');
    expect(await progress().innerText()).toMatch(/6 of 8 done · \d of them before · 2 failed/);
    const args = [
      '--heterochromatin',
      '0',
      '--euchromatin',
      '1',
      '--het-fraction',
      '0.6',
      '--solver',
      'direct',
    ];
    await runProgram(['batch', 'cells', '--out', 'whole', '--pattern', 'wt_*', ...args, '--quiet'], folder);
    expect(contentOf(at('cells-epiflux'))).toEqual(contentOf(at('whole')));
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('says why an image failed, and what would do', async () => {
    await row('wt_8.ome.tif').click();
    const card = page.locator('.readouts').getByRole('alert');
    await card.getByText('The file is cut short').waitFor();
    await card.getByText('Copy or export the file again').waitFor();
    await shown.picture('batch-05-failed');
    writeFileSync(at('cells', 'wt_8.ome.tif'), readFileSync(at('cells', 'wt_2.ome.tif')));
    await button('Run it again').click();
    await page.locator('tr[data-state=done]', { hasText: 'wt_8.ome.tif' }).waitFor({ timeout: 60_000 });
    await ended('done');
    expect(await row('wt_7.tif').getAttribute('data-state')).toBe('failed');
  });

  it('is sorted by any column, and walked through by the keys', async () => {
    await button('λ median').click();
    const medians = async (): Promise<number[]> =>
      (await page.locator('.batch-rows td[data-column=lambda]').allInnerTexts()).map(Number);
    await page.locator('th[data-column=lambda][aria-sort=ascending]').waitFor();
    const up = await medians();
    expect(up).toEqual([...up].sort((a, b) => a - b));
    await button('λ median').click();
    await page.locator('th[data-column=lambda][aria-sort=descending]').waitFor();
    expect(await medians()).toEqual([...up].reverse());
    await page.locator('.batch-rows').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.locator('.batch-map').waitFor();
    expect(await page.locator('.batch-rows tr[aria-selected=true]').getAttribute('aria-rowindex')).toBe('3');
    await shown.picture('batch-06-result');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Image', exact: true }).click();
  });

  it('gives summary and report', async () => {
    for (const [name, begins] of [
      ['summary.csv', 'input,sha256,'],
      ['report.html', '<!doctype html>'],
    ] as const) {
      const file = await download(() => button(name).click());
      expect(file.name).toBe(name);
      expect(file.bytes.toString('utf8').startsWith(begins)).toBe(true);
    }
  });

  it('opens a result as the open nucleus, by the job of the batch, to the same λ', async () => {
    await row('wt_3.ome.tif').click();
    const median = await row('wt_3.ome.tif').locator('td[data-column=lambda]').innerText();
    await button('Open this result').click();
    await opened('wt_3.ome.tif');
    await page.locator('[data-readout=rate]').waitFor();
    await stillness(page);
    expect(await page.locator('[data-readout=rate] td').first().innerText()).toBe(median);
    expect(await field('Het. fraction').inputValue()).toBe('60 %');
    await shown.picture('batch-07-opened');
  });
});

/** Sets the fraction again, which a reload forgets, and tells what the batch page says of the settings. */
async function openAgain(): Promise<string> {
  if ((await page.locator('.title-file').innerText()) === 'no file open') await openFirst();
  return page.locator('.batch-job').innerText();
}

describe('a folder that is picked in the browser', () => {
  it('is sent with its paths, its masks found, and run', async () => {
    mkdirSync(at('sent', 'deep'), { recursive: true });
    for (const [k, name] of ['a', 'b'].entries()) {
      writeFileSync(at('sent', `${name}.tif`), nucleusImage({ seed: k, size: 96 }));
      writeFileSync(
        at('sent', `${name}_mask.tif`),
        nucleusImage({ seed: k, size: 96, channels: 1, paint: disc }),
      );
    }
    writeFileSync(at('sent', 'notes.md'), 'not sent');
    await page.keyboard.press('Control+b');
    const choosing = page.waitForEvent('filechooser');
    await button('Another folder …').click();
    await (await choosing).setFiles(at('sent'));
    await page.getByText('No file matches wt_*').waitFor();
    await setField('Names', '');
    await page.getByText('2 files look like masks and are left out.').waitFor();
    expect(await page.locator('.batch-setup').innerText()).toContain('kept until Epiflux is stopped');
    await button('Use them').click();
    await page.getByText('nucleus: from mask files').waitFor();
    await row('b.tif').waitFor();
    await shown.picture('batch-08-sent');
    await button('Run 2 images').click();
    await ended('done');
    await row('b.tif').click();
    await page.locator('.batch-map').waitFor();
    rmSync(at('sent'), { recursive: true });
  });

  it('of hundreds of files is sent with its progress, and only the rows in sight are drawn', async () => {
    mkdirSync(at('large'));
    for (let k = 0; k < 300; k++)
      writeFileSync(at('large', `n${String(k).padStart(3, '0')}.csv`), 'x,y\n1,2\n');
    const choosing = page.waitForEvent('filechooser');
    await button('Another folder …').click();
    await (await choosing).setFiles(at('large'));
    await page.getByText(/^Sending large: \d+ of 300 files/).waitFor();
    await row('n000.csv').waitFor({ timeout: 60_000 });
    const rows = page.locator('.batch-rows tbody tr:not(.batch-filler)');
    expect(await rows.count()).toBeLessThan(60);
    await page.locator('.batch-rows').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('End');
    await row('n299.csv').waitFor();
    expect(await row('n299.csv').getAttribute('aria-rowindex')).toBe('301');
    expect(await rows.count()).toBeLessThan(60);
  });

  it('is as readable in light', async () => {
    await command('light or dark');
    await shown.picture('batch-09-light');
    expect(await seriousFindings(page)).toEqual([]);
    expect(shown.complaints).toEqual([]);
  });
});

/** A disc of ones: the middle half of a 96 × 96 picture. */
function disc(_: number, i: number): number {
  return Math.hypot((i % 96) - 47.5, Math.floor(i / 96) - 47.5) < 34 ? 1 : 0;
}
