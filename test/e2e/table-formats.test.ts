import { existsSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedPath } from '../io/shared-files.js';
import { tableFolder } from '../io/table-reading.js';
import { type BrowserWindow, dropFile, openBrowserWindow, seriousFindings } from './browser-window.js';
import { gesturesIn } from './gestures.js';

let shown: BrowserWindow;
let page: Page;

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
});
afterAll(() => shown.close());

const { opened } = gesturesIn(() => page);
const source = () => page.locator('[data-step=source]');
const dialog = () => page.getByRole('dialog', { name: 'Columns and unit of the table' });
const field = (label: string) => dialog().getByLabel(label, { exact: true });

/** A test with a file of the shared data, skipped where it is absent. */
function itWith(name: string, title: string, test: (bytes: Uint8Array) => Promise<void>): void {
  const path = sharedPath(`${tableFolder}/${name}`);
  if (existsSync(path)) it(title, () => test(new Uint8Array(readFileSync(path))));
  else it.skip(`${title} (missing ${name})`, () => undefined);
}

async function givePixelSize(nm: string): Promise<void> {
  await field('Pixel size').fill(nm);
  await field('Pixel size').press('Enter');
  await page.getByRole('button', { name: 'Open the table' }).click();
}

describe('tables that localisation programs write', () => {
  itWith('test_olist.bin', 'in camera pixels ask for their size', async (bytes) => {
    await dropFile(page, 'test_olist.bin', bytes);
    await dialog().waitFor();
    expect(await dialog().innerText()).toContain('Read as Insight3 molecule list');
    expect(await dialog().innerText()).toContain('Positions in pixels need the size of a camera pixel.');
    expect(await field('x').inputValue()).toBe('2');
    await shown.picture('table-formats-01-asks');
    expect(await seriousFindings(page)).toEqual([]);
    await givePixelSize('160');
    await opened('test_olist.bin');
    const text = await source().innerText();
    expect(text).toContain('Insight3 molecule list');
    expect(text).toContain('000 localisations · camera pixels, as the header says');
    expect(text).toContain('x: xc [px] · y: yc [px] · z: zc [nm] · frame: fr · channel: c');
    await shown.picture('table-formats-02-opened');
  });

  itWith(
    'testdata_locs.hdf5',
    'of Picasso ask for it where the sidecar was not sent along',
    async (bytes) => {
      await dropFile(page, 'testdata_locs.hdf5', bytes);
      await dialog().waitFor();
      expect(await dialog().innerText()).toContain('size of a pixel is not known');
      await givePixelSize('130');
      await opened('testdata_locs.hdf5');
      expect(await source().innerText()).toContain('Picasso hdf5 · 564 localisations · camera pixels');
    },
  );

  const minflux = 'Fig2_U2OS_Tom70-Dreiklang_ATP5B_AB_Minflux3D.csv';
  itWith(minflux, 'of MINFLUX open as molecules, and as rows where that is wanted', async (bytes) => {
    await dropFile(page, 'minflux.csv', bytes);
    await opened('minflux.csv');
    expect(await source().innerText()).toContain('MINFLUX csv · 651 localisations · nm');
    expect(await source().innerText()).toContain('molecule: tid');
    await page.getByRole('button', { name: 'Change …' }).click();
    await dialog().waitFor();
    await shown.picture('table-formats-03-molecules');
    await field('Molecule').selectOption('');
    await page.getByRole('button', { name: 'Read it like that' }).click();
    await source()
      .getByText(/12.422 localisations/)
      .waitFor();
  });
});
