import { existsSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, truthFile } from '../models/truth-case.js';
import { type BrowserWindow, dropFile, openBrowserWindow, seriousFindings } from './browser-window.js';
import { gesturesIn } from './gestures.js';

const image = '12_shifted_bumps_n05/image.ome.tif';
const absent = !existsSync(truthFile(image));
const note = absent ? missing(image).note : '';

let shown: BrowserWindow;
let page: Page;
const { command, line, lookAway, ready } = gesturesIn(() => page);

const choice = () => page.locator('[data-setting="calibration.shiftNm"] select');
const trust = () => page.locator('section[aria-labelledby=trust-title]');
const strip = () => page.locator('.strip:not(.neutral)');

describe.skipIf(absent)(`channels that are displaced by two pixels of 15 nm${note}`, () => {
  beforeAll(async () => {
    shown = await openBrowserWindow();
    page = shown.page;
    page.setDefaultTimeout(120_000);
    await dropFile(page, 'shifted.ome.tif', new Uint8Array(readFileSync(truthFile(image))));
    await choice().waitFor();
    await lookAway();
    await page.keyboard.press('Space');
    await ready();
  }, 300_000);
  afterAll(async () => {
    await shown.close();
  });

  it('are said to be displaced, in amber, by how much and how surely', async () => {
    expect(await line('source')).toMatch(/^channels displaced · 15\.0 nm\/px$/);
    expect(await choice().inputValue()).toBe('none');
    expect(await strip().innerText()).toMatch(
      /displaced against the other by x \+(29|30|31)\.\d ± \d\.\d nm/,
    );
    expect(await trust().innerText()).toMatch(/channels displaced in x\s+\+(29|30|31)\.\d ± \d\.\d nm/);
    await shown.picture('80-channels-displaced');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('are registered by the keyboard from the offer, and the map is made again without the doubt', async () => {
    const offer = trust().getByRole('button', { name: 'Register the channels' });
    await offer.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => {
      const text = document.querySelector('[data-step=source] .step-line')?.textContent ?? '';
      return text.includes('registered');
    });
    await ready();
    expect(await choice().inputValue()).toBe('auto');
    expect(await line('source')).toMatch(/^channels registered · 15\.0 nm\/px$/);
    expect(await trust().innerText()).toMatch(/moved back in x\s+\+(29|30)\.\d ± 0\.\d nm/);
    expect(await offer.count()).toBe(0);
    expect(await page.locator('.view, main').first().innerText()).not.toContain('displaced against');
    await choice().scrollIntoViewIfNeeded();
    await shown.picture('81-channels-registered');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('can be moved by numbers, that start from what was found, and back by undo', async () => {
    await choice().selectOption({ label: 'moved back by …' });
    const x = page.getByLabel('Displaced x');
    expect(await x.inputValue()).toMatch(/^(29\.\d|30(\.\d)?) nm$/);
    await x.fill('0.028 um');
    await x.press('Enter');
    expect(await x.inputValue()).toBe('28 nm');
    await x.press('ArrowUp');
    expect(await x.inputValue()).toBe('29 nm');
    await x.fill('left');
    await x.press('Enter');
    await page.getByText('“left” is not a number.').waitFor();
    await x.press('Escape');
    expect(await page.getByLabel('Displaced z').count()).toBe(0);
    await shown.picture('82-channels-moved-by');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('are registered from the palette too', async () => {
    await lookAway();
    await command('Register the channels and infer');
    expect(await choice().inputValue()).toBe('auto');
    await page.waitForFunction(() => {
      const text = document.querySelector('[data-step=source] .step-line')?.textContent ?? '';
      return text.includes('registered');
    });
    expect(shown.complaints).toEqual([]);
  });
});
