import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserWindow, openBrowserWindow, seriousFindings, stillness } from './browser-window.js';
import { gesturesIn } from './gestures.js';

let shown: BrowserWindow;
let page: Page;
const { lookAway, openSample } = gesturesIn(() => page);

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
  page.setDefaultTimeout(240_000);
  await openSample();
  await lookAway();
}, 300_000);
afterAll(async () => {
  await shown.close();
});

describe('L0 from the image', () => {
  it('is a choice of the model, and says what it does', async () => {
    if (!(await page.getByLabel('L0 is', { exact: true }).isVisible())) await page.keyboard.press('4');
    await page.getByLabel('L0 is', { exact: true }).selectOption('image');
    await page.getByLabel('Begin at', { exact: true }).waitFor();
    expect(await page.locator('[data-readout=length]').count()).toBe(0);
    await lookAway();
  });

  it('is found with its sd, its evidence plotted beside it', { timeout: 300_000 }, async () => {
    await page.keyboard.press('Space');
    await page.getByText('1 job done').waitFor();
    await stillness(page);
    const found = page.locator('[data-readout=length]');
    const [, length, sd] = /L0 ([\d.]+) ± ([\d.]+) nm by evidence/.exec(await found.innerText()) ?? [];
    expect(Math.abs(Number(length) - 150)).toBeLessThan(5);
    expect(Number(sd)).toBeGreaterThan(0);
    expect(Number(sd)).toBeLessThan(5);
    const plot = found.locator('.evidence-plot');
    expect(await plot.getAttribute('aria-label')).toMatch(/^Evidence by L0\. Most at \d+/);
    expect(await plot.locator('circle').count()).toBeGreaterThan(3);
    expect(await plot.locator('circle[data-chosen]').count()).toBe(1);
    await plot.scrollIntoViewIfNeeded();
    await shown.picture('90-length-evidence');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('looks as good in light', async () => {
    await gesturesIn(() => page).command('light');
    await stillness(page);
    await shown.picture('91-length-light');
    expect(await seriousFindings(page)).toEqual([]);
  });
});
