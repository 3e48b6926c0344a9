import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeNucleus } from '../cli/nucleus.js';
import { dropFile, seriousFindings } from './browser-window.js';
import { makeDesk, sampleImage } from './documents-window.js';

const desk = makeDesk();
const { change, download, field, folder, forgetState, infer } = desk;
const { lambdaBytes, lookAway, page, shown, start, tab, tabs, untilKept } = desk;

let firstLambda: Buffer;
let project: Buffer;

/** The sample with a length of 200 nm, and the same image as another file with one of 120 nm, each with its map. */
beforeAll(async () => {
  mkdirSync(join(folder, 'plate'));
  writeNucleus(join(folder, 'plate', 'nucleus.ome.tif'));
  await start();
  await page().getByRole('button', { name: 'Open the sample nucleus' }).click();
  await tab('image.ome.tif').waitFor();
  await change('Length L0', '200');
  await infer();
  firstLambda = await lambdaBytes();
  await dropFile(page(), 'other.ome.tif', new Uint8Array(readFileSync(sampleImage)));
  await tab('other.ome.tif').waitFor();
  await change('Length L0', '120');
  await infer();
}, 300_000);

describe('a project', () => {
  it('is saved by Ctrl-S, and the marks of unsaved changes go', async () => {
    expect(await page().locator('.tab-mark').count()).toBeGreaterThan(0);
    await lookAway();
    project = (await download(() => page().keyboard.press('Control+s'))).bytes;
    await page().locator('.project-name', { hasText: 'image and 1 more.epiflux' }).waitFor();
    expect(await page().locator('.tab-mark').count()).toBe(0);
    const text = project.toString('utf8');
    expect(text).toContain('"lambdaMedian"');
    expect(text).not.toContain(tmpdir());
  });

  it('asks before a tab with unsaved work is closed, and not before any other', async () => {
    await page().getByRole('button', { name: 'Close other.ome.tif' }).click();
    expect(await tabs()).toEqual(['image.ome.tif']);
    await change('Length L0', '210');
    await page().getByRole('button', { name: 'Close image.ome.tif' }).click();
    await page().getByRole('heading', { name: 'Close image.ome.tif?' }).waitFor();
    await shown().picture('docs-05-close');
    expect(await seriousFindings(page())).toEqual([]);
    await page().keyboard.press('Escape');
    expect(await tabs()).toEqual(['image.ome.tif']);
    await page().getByRole('button', { name: 'Close image.ome.tif' }).click();
    await page().getByRole('button', { name: 'Close without saving' }).click();
    await page().getByRole('heading', { name: 'Open a picture of a nucleus' }).waitFor();
  });

  it('opened by another program, asks for the file that was sent, takes it by its content, and gives the same λ', async () => {
    await shown().close();
    await start();
    await dropFile(page(), 'mine.epiflux', new Uint8Array(project));
    await page().getByRole('heading', { name: 'mine.epiflux needs one file' }).waitFor();
    await page().getByText('was sent by a browser').waitFor();
    await shown().picture('docs-06-relink');
    expect(await seriousFindings(page())).toEqual([]);
    await dropFile(page(), 'other.ome.tif', new Uint8Array([1, 2, 3]));
    await page().getByText('but not as it was when the project was saved').waitFor();
    await dropFile(page(), 'renamed.tif', new Uint8Array(readFileSync(sampleImage)));
    await tab('renamed.tif').waitFor();
    expect(await tabs()).toEqual(['image.ome.tif', 'renamed.tif']);
    await tab('image.ome.tif').click();
    expect(await field('Length L0').inputValue()).toBe('200 nm');
    await page()
      .getByText(/^Saved with the project: λ \d\.\d\d median/)
      .waitFor();
    await shown().picture('docs-07-saved-result');
    await infer();
    expect((await lambdaBytes()).equals(firstLambda)).toBe(true);
    await tab('renamed.tif').click();
    expect(await field('Length L0').inputValue()).toBe('120 nm');
    await infer();
    await page().getByRole('button', { name: 'Log' }).click();
    await page().getByText('λ is the saved one, byte for byte.').first().waitFor();
    await page().getByRole('button', { name: 'Log' }).click();
  });

  it('of a later version is refused with the version', async () => {
    const later = project.toString('utf8').replace('"epifluxProject": 1', '"epifluxProject": 7');
    await dropFile(page(), 'later.epiflux', Buffer.from(later));
    await page().getByRole('alert').getByText('project version 7').waitFor();
    await page().getByRole('button', { name: 'Close this message' }).click();
  });
});

describe('a program that is killed', () => {
  it('offers at its next start what was open', async () => {
    await tab('image.ome.tif').click();
    await change('Length L0', '170');
    await untilKept('"lengthNm":170');
    await shown().kill();
    await start();
    const offer = page().getByRole('region', { name: 'Reopen' });
    await offer.getByText('image.ome.tif, renamed.tif').waitFor();
    await shown().picture('docs-08-offer');
    expect(await seriousFindings(page())).toEqual([]);
    await offer.getByRole('button', { name: 'Reopen' }).click();
    await tab('renamed.tif').waitFor();
    expect(await field('Length L0').inputValue()).toBe('170 nm');
    expect(await page().locator('.tab-mark').count()).toBe(1);
    await lookAway();
    await page().keyboard.press('Control+z');
    expect(await field('Length L0').inputValue()).toBe('200 nm');
    await infer();
    expect((await lambdaBytes()).equals(firstLambda)).toBe(true);
  });
});

describe('a project that is opened', () => {
  it('beside unsaved work asks, and opens beside it', async () => {
    const before = (await tabs()).length;
    await change('Length L0', '133');
    await dropFile(page(), 'mine.epiflux', new Uint8Array(project));
    await page().getByRole('heading', { name: 'Open mine.epiflux?' }).waitFor();
    await shown().picture('docs-13-replace');
    await page().getByRole('button', { name: 'Keep them open as well' }).click();
    await page().getByRole('button', { name: 'Open what is there' }).click();
    await expect.poll(async () => (await tabs()).length).toBe(before + 1);
  });
});

describe('files and projects by their place', () => {
  const path = join(folder, 'plate', 'nucleus.ome.tif');

  it('several are opened from the command line', async () => {
    await shown().close();
    forgetState();
    await start([path, sampleImage]);
    await tab('image.ome.tif').waitFor();
    expect(await tabs()).toEqual(['nucleus.ome.tif', 'image.ome.tif']);
  });

  it('a project that is moved with its folder still opens, and is saved where it lies', async () => {
    await tab('nucleus.ome.tif').click();
    await change('Length L0', '140');
    const saved = await download(() => page().keyboard.press('Control+s'));
    const placed = join(folder, 'plate', 'plate.epiflux');
    writeFileSync(placed, saved.bytes);
    await shown().close();
    await start([placed]);
    await tab('nucleus.ome.tif').waitFor();
    await tab('nucleus.ome.tif').click();
    await change('Length L0', '145');
    await page().keyboard.press('Control+s');
    await page().locator('.tab-mark').waitFor({ state: 'detached' });
    expect(readFileSync(placed, 'utf8')).toContain('"relative": "nucleus.ome.tif"');
    await shown().close();
    renameSync(join(folder, 'plate'), join(folder, 'moved'));
    expect(existsSync(path)).toBe(false);
    await start([join(folder, 'moved', 'plate.epiflux')]);
    await tab('nucleus.ome.tif').waitFor();
    await tab('nucleus.ome.tif').click();
    expect(await field('Length L0').inputValue()).toBe('145 nm');
    await shown().picture('docs-11-moved');
  });
});

describe('the window', () => {
  it('has been content with itself all along', () => {
    expect(shown().complaints).toEqual([]);
  });
});
