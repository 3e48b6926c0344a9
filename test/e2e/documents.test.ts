import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeNucleus } from '../cli/nucleus.js';
import { dropFile, seriousFindings, stillness } from './browser-window.js';
import { dropPath, dropSeveral, makeDesk, sampleImage } from './documents-window.js';

const desk = makeDesk();
const { change, field, folder, lambdaBytes, lookAway, opened, openSample } = desk;
const { page, ready, shown, start, tab, tabs } = desk;

beforeAll(() => start());

let secondLambda: Buffer;

describe('two images', () => {
  it('each have a tab, settings, undo and a view of their own', async () => {
    await openSample();
    await page().getByText('direct', { exact: true }).click();
    await change('Length L0', '200');
    await dropFile(page(), 'other.ome.tif', new Uint8Array(readFileSync(sampleImage)));
    await tab('other.ome.tif').waitFor();
    expect(await tabs()).toEqual(['image.ome.tif', 'other.ome.tif']);
    await page().getByText('Settings of image.ome.tif are used here too').waitFor();
    expect(await field('Length L0').inputValue()).toBe('200 nm');
    await page().getByRole('button', { name: 'Use the defaults' }).click();
    expect(await field('Length L0').inputValue()).toBe('150 nm');
    await change('Het. fraction', '0.4');
    await change('Length L0', '120');
    await shown().picture('docs-01-two-tabs');
    await page().keyboard.press('Alt+PageUp');
    expect(await field('Length L0').inputValue()).toBe('200 nm');
    await page().keyboard.press('Control+z');
    expect(await field('Length L0').inputValue()).toBe('150 nm');
    await page().keyboard.press('Control+y');
    await page().keyboard.press('Alt+PageDown');
    expect(await field('Length L0').inputValue()).toBe('120 nm');
    expect(await seriousFindings(page())).toEqual([]);
  });

  it('run one after the other while another is shown, each to its own result', async () => {
    await lookAway();
    await page().keyboard.press('Space');
    await page().keyboard.press('Alt+PageUp');
    await page().keyboard.press('Space');
    await page().getByRole('button', { name: '1 other run' }).click();
    await page().locator('.job-queue li').nth(1).waitFor();
    await shown().picture('docs-02-queue');
    await page().getByText('2 jobs done').waitFor();
    await ready();
    const firstLambda = await lambdaBytes();
    await tab('other.ome.tif').click();
    await ready();
    secondLambda = await lambdaBytes();
    expect(secondLambda.equals(firstLambda)).toBe(false);
    expect(
      await page()
        .locator('.tab .dot')
        .evaluateAll((dots) => dots.map((dot) => dot.getAttribute('data-dot'))),
    ).toEqual(['done', 'done']);
    await shown().picture('docs-03-both-done');
  });

  it('a run of an image that is not shown can be cancelled in the list', async () => {
    const large = writeNucleus(join(folder, 'large.ome.tif'), { size: 700 });
    await dropFile(page(), 'large.ome.tif', new Uint8Array(readFileSync(large)));
    await tab('large.ome.tif').waitFor();
    await lookAway();
    await page().keyboard.press('Space');
    await tab('image.ome.tif').click();
    await page().getByRole('button', { name: 'Cancel large.ome.tif' }).click();
    await page().getByText('2 jobs done · 1 cancelled').waitFor();
    await page().getByRole('button', { name: 'Close large.ome.tif' }).click();
    expect(await tabs()).toEqual(['image.ome.tif', 'other.ome.tif']);
  });
});

describe('a reload of the page', () => {
  it('finds images, settings, undo, results and a run at work again', async () => {
    await tab('image.ome.tif').click();
    await change('Length L0', '180');
    await page().keyboard.press('Space');
    await page().locator('.job-bar progress').waitFor();
    await page().reload();
    await expect.poll(tabs, { timeout: 60_000 }).toEqual(['image.ome.tif', 'other.ome.tif']);
    await opened('image.ome.tif');
    await ready();
    expect(await field('Length L0').inputValue()).toBe('180 nm');
    await lookAway();
    await page().keyboard.press('Control+z');
    expect(await field('Length L0').inputValue()).toBe('200 nm');
    await tab('other.ome.tif').click();
    await ready();
    expect(await field('Length L0').inputValue()).toBe('120 nm');
    expect((await lambdaBytes()).equals(secondLambda)).toBe(true);
    await shown().picture('docs-04-reloaded');
  });
});

describe('several files at once', () => {
  it('open, and those that cannot be opened each say why', async () => {
    const good = new Uint8Array(readFileSync(sampleImage));
    const before = (await tabs()).length;
    await dropSeveral(page(), [
      ['a.tif', good],
      ['broken.tif', new Uint8Array([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 255, 255])],
      ['notes.docx', new Uint8Array([80, 75, 3, 4])],
      ['b.tif', good],
    ]);
    await tab('b.tif').waitFor();
    expect((await tabs()).length).toBe(before + 2);
    await page().locator('.trouble-over').getByText('broken.tif was not opened').waitFor();
    await page().locator('.trouble-over').getByText('notes.docx was not opened').waitFor();
    await shown().picture('docs-09-troubles');
    expect(await seriousFindings(page())).toEqual([]);
    await page().getByRole('button', { name: 'Close this message' }).click();
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
    await dropPath(page(), dropped);
    await tab('n10.ome.tif').waitFor();
    const opened = (await tabs()).filter((name) => !before.includes(name));
    expect(opened).toEqual(['m.ome.tif', 'n9.ome.tif', 'n10.ome.tif']);
    expect(await page().locator('.trouble-over').count()).toBe(0);
    await page()
      .getByRole('button', { name: /^Light or dark/ })
      .click();
    await stillness(page());
    await shown().picture('docs-12-many-tabs-light');
    expect((await page().locator('.steps').boundingBox())?.x).toBe(0);
    expect(await page().evaluate('document.documentElement.scrollWidth')).toBe(1280);
    expect(await seriousFindings(page())).toEqual([]);
    await page()
      .getByRole('button', { name: /^Light or dark/ })
      .click();
  });

  it('an empty folder says what would be opened', async () => {
    mkdirSync(join(folder, 'empty'));
    await dropPath(page(), join(folder, 'empty'));
    await page().getByText('There is no image, table or project in it.').waitFor();
    await page().getByRole('button', { name: 'Close this message' }).click();
  });

  it('more than a few are asked about', async () => {
    const many = Array.from({ length: 9 }, (_, k) => [`n${k}.tif`, new Uint8Array(10)] as const);
    await dropSeveral(page(), many);
    await page().getByRole('heading', { name: '9 files' }).waitFor();
    await shown().picture('docs-10-many');
    await page().keyboard.press('Escape');
    expect(await page().getByRole('heading', { name: '9 files' }).count()).toBe(0);
  });
});

describe('maps that follow their settings', () => {
  const following = makeDesk({ follows: true });

  it('are brought up to date though another image was looked at meanwhile', async () => {
    const small = new Uint8Array(readFileSync(writeNucleus(join(following.folder, 'small.ome.tif'))));
    await following.start();
    await dropFile(following.page(), 'a.ome.tif', small);
    await following.tab('a.ome.tif').waitFor();
    await following.infer();
    await dropFile(following.page(), 'b.ome.tif', small);
    await following.tab('b.ome.tif').waitFor();
    await following.tab('a.ome.tif').click();
    await following.ready();
    await following.setField('Length L0', '170');
    await following.tab('b.ome.tif').click();
    expect(await following.line('solve')).toMatch(/^ready/);
    await following.page().waitForTimeout(1000);
    expect(await following.line('solve')).toMatch(/^ready/);
    await following.tab('a.ome.tif').click();
    await following.ready();
    expect(await following.field('Length L0').inputValue()).toBe('170 nm');
    expect(following.shown().complaints).toEqual([]);
  });
});

describe('the window', () => {
  it('has been content with itself all along', () => {
    expect(shown().complaints).toEqual([]);
  });
});
