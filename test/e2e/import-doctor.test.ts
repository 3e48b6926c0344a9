import { existsSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descriptionTag, resolutionTags } from '../io/tiff-builder.js';
import { drawNucleus, tiffOf } from '../doctor/nucleus-images.js';
import { missing, truthFile } from '../models/truth-case.js';
import { type BrowserWindow, dropFile, openBrowserWindow, seriousFindings } from './browser-window.js';
import { gesturesIn } from './gestures.js';

let shown: BrowserWindow;
let page: Page;
const { command, lookAway, opened, field } = gesturesIn(() => page);

const finding = (code: string) => page.locator(`[data-finding="${code}"]`);
const focusOn = (code: string) =>
  page.waitForFunction((which) => document.activeElement?.getAttribute('data-finding') === which, code);
const dot = () => page.locator('[data-step=source] .dot').first().getAttribute('data-dot');

/** Two channels, displaced by three pixels, one of them saturated, and no word of the size of a pixel. */
function doubtfulFile(): Uint8Array {
  const het = drawNucleus({ side: 256, radius: 100, contrast: 0.6 }).map((v) => Math.min(v, 1100));
  const eu = drawNucleus({ side: 256, radius: 100, contrast: -0.5, shift: [3, 0], seed: 2 });
  const imageJ = descriptionTag('ImageJ=1.53t\nimages=2\nchannels=2\nhyperstack=true\n');
  return tiffOf([het, eu], 256, [imageJ, ...resolutionTags([72, 1], 2)]);
}

const table = (): Uint8Array => {
  const rows = Array.from({ length: 900 }, (_, k) => {
    const [x, y] = [3000 + 61 * (k % 30), 3000 + 61 * Math.floor(k / 30)];
    return `${k},${x},${y},${((k % 7) - 3) * 0.1},38`;
  });
  return new TextEncoder().encode(['id,x [nm],y [nm],z [nm],uncertainty [nm]', ...rows].join('\n'));
};

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
}, 300_000);
afterAll(async () => {
  await shown.close();
});

describe('the import doctor in the window', () => {
  it('says what is doubtful about a file, what stops a job first, with its remedies', async () => {
    await dropFile(page, 'cell_20nm-px.tif', doubtfulFile());
    await opened('cell_20nm-px.tif');
    await finding('pixel-size-missing').waitFor();
    const codes = await page
      .locator('[data-finding]')
      .evaluateAll((cards) => cards.map((card) => (card as HTMLElement).dataset.finding));
    expect(codes).toEqual(['pixel-size-missing', 'saturated', 'channels-displaced']);
    expect(await finding('pixel-size-missing').innerText()).toMatch(/72 dots per inch/);
    expect(await finding('saturated').innerText()).toMatch(/is saturated in the channel of heterochromatin/);
    expect(await finding('channels-displaced').innerText()).toMatch(/by (2\.9|3\.[01]) ± 0\.\d pixels/);
    expect(await dot()).toBe('doubtful');
    await shown.picture('90-import-doctor');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('makes a remedy by one key while the finding has the focus, as one step of undo', async () => {
    await lookAway();
    await page.keyboard.press('i');
    await focusOn('pixel-size-missing');
    await page.keyboard.press('a');
    await finding('pixel-size-missing').waitFor({ state: 'detached' });
    expect(await field('Pixel size').inputValue()).toBe('20 nm');
    await page
      .getByText(/x \+(59|60|61|62)(\.\d)? nm/)
      .first()
      .waitFor();
    await page.keyboard.press('Control+z');
    await finding('pixel-size-missing').waitFor();
    await page.keyboard.press('Control+y');
    await finding('pixel-size-missing').waitFor({ state: 'detached' });
  });

  it('goes on to the next finding by the same key, and Enter makes the first remedy', async () => {
    await lookAway();
    await page.keyboard.press('i');
    await focusOn('saturated');
    await page.keyboard.press('i');
    await focusOn('channels-displaced');
    await shown.picture('91-import-doctor-focus');
    await page.keyboard.press('Enter');
    await finding('channels-displaced').waitFor({ state: 'detached' });
    const choice = page.locator('[data-setting="calibration.shiftNm"] select');
    expect(await choice.inputValue()).toBe('auto');
    await page.keyboard.press('Control+z');
    await finding('channels-displaced').waitFor();
  });

  it('has every remedy in the palette too', async () => {
    await lookAway();
    await command('Import doctor move it back');
    await finding('channels-displaced').waitFor({ state: 'detached' });
    expect(await field('Displaced x').inputValue()).toMatch(/^(59|60|61)(\.\d)? nm$/);
  });

  it('judges a table, and its remedies change how it is read and drawn', async () => {
    await dropFile(page, 'sparse.csv', table());
    await opened('sparse.csv');
    await finding('table-sparse').waitFor();
    await finding('table-z').waitFor();
    await shown.picture('92-import-doctor-table');
    expect(await seriousFindings(page)).toEqual([]);
    await finding('table-z').focus();
    await page.keyboard.press('a');
    await finding('table-z').waitFor({ state: 'detached' });
    await finding('table-precision').focus();
    await page.keyboard.press('a');
    await finding('table-precision').waitFor({ state: 'detached' });
    expect(await field('Rendered at').inputValue()).toBe('40 nm');
  });

  it('finds nothing in the sample, and says so', async () => {
    await lookAway();
    await command('Open the sample nucleus');
    await page.getByText('Nothing is doubtful about this file.').waitFor();
    expect(await dot()).toBe('done');
    expect(shown.complaints).toEqual([]);
  });
});

const image = '12_shifted_bumps_n05/image.ome.tif';
const absent = !existsSync(truthFile(image));

describe.skipIf(absent)(`the import doctor in a light window${missing(image).note}`, () => {
  it('shows a displacement before anything is computed', async () => {
    const light = await openBrowserWindow('light');
    try {
      await dropFile(light.page, 'doubtful.tif', doubtfulFile());
      await light.page.locator('[data-finding="saturated"]').waitFor();
      await light.picture('93-import-doctor-light');
      expect(await seriousFindings(light.page)).toEqual([]);
      await dropFile(light.page, 'shifted.ome.tif', new Uint8Array(readFileSync(truthFile(image))));
      const found = light.page.locator('[data-finding="channels-displaced"]');
      await found.getByText(/x \+(29|30)\.\d nm/).waitFor();
      await light.picture('94-import-doctor-shifted');
    } finally {
      await light.close();
    }
  });
});
