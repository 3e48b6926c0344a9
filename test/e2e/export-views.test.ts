import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserWindow, dropFile, keepPicture, openBrowserWindow, stillness } from './browser-window.js';
import { gesturesIn, sharedStack } from './gestures.js';

let shown: BrowserWindow;
let page: Page;

const { download, lookAway } = gesturesIn(() => page);
const step = () => page.locator('[data-step=export]');
const toolbar = (label: string) => page.locator('.toolbar').getByText(label, { exact: true });

beforeAll(async () => {
  if (sharedStack.isMissing) return;
  shown = await openBrowserWindow();
  page = shown.page;
  await dropFile(page, 'stack.ome.tif', sharedStack.bytes());
  await page.getByRole('button', { name: 'Infer λ' }).waitFor();
  await stillness(page);
  await lookAway();
  await page.keyboard.press('Space');
  await page.getByText(/\d+ jobs? done/).waitFor({ timeout: 200_000 });
  await stillness(page);
  await page.keyboard.press('6');
  await step().getByLabel('Export', { exact: true }).selectOption('view');
  await step().getByRole('button', { name: '85', exact: true }).click();
  await step().getByText('caption', { exact: true }).click();
}, 240_000);
afterAll(async () => {
  if (!sharedStack.isMissing) await shown.close();
});

/** The page as it is exported now, kept among the pictures. */
async function exportedPage(name: string) {
  await stillness(page);
  const { bytes } = await download(() => step().getByRole('button', { name: 'Export', exact: true }).click());
  keepPicture(`export-page-${name}`, bytes);
  return decode(bytes, { checkCrc: true });
}

/** How many pixels have a colour rather than a grey. */
function coloredShare({ data, channels, width, height }: ReturnType<typeof decode>): number {
  let colored = 0;
  for (let i = 0; i < data.length; i += channels) {
    const [r, g, b] = data.subarray(i, i + 3);
    if (Math.max(r, g, b) - Math.min(r, g, b) > 40) colored++;
  }
  return colored / (width * height);
}

describe.skipIf(sharedStack.isMissing)(sharedStack.titled('a stack on the page'), () => {
  it.each([
    ['volume', '3-D', /The (surface|stack|largest)/],
    ['slices', 'Slices', /Three planes through one point/],
    ['plane', '2-D', /plane \d+ of 24/],
  ] as const)('as %s', async (name, label, words) => {
    await toolbar(label).first().click();
    const png = await exportedPage(name);
    expect(png.width).toBe(Math.round((85 / 25.4) * 300));
    expect(coloredShare(png)).toBeGreaterThan(0.1);
    const record = JSON.parse(png.text['epiflux-job']) as {
      page: { content: readonly { note?: string; heading: string; pixelNm?: number }[] };
    };
    const [panel] = record.page.content;
    expect(name === 'plane' ? panel.heading : panel.note).toMatch(words);
    if (name !== 'plane') expect(panel.pixelNm).toBeGreaterThan(0.1);
  });

  it('as an overlay of both channels, without a colour bar', async () => {
    await page.getByLabel('Layer of view 2').selectOption('composite-phi');
    const png = await exportedPage('composite');
    const record = JSON.parse(png.text['epiflux-job']) as { page: { content: readonly { bar: boolean }[] } };
    expect(record.page.content).toMatchObject([{ kind: 'picture', bar: false }]);
    expect(shown.complaints).toEqual([]);
  });
});
