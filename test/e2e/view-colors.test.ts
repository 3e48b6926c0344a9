import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { type BrowserWindow, openBrowserWindow, seriousFindings, stillness } from './browser-window.js';
import { gesturesIn } from './gestures.js';
import { coloredPixels, shareInMap, shotOf } from './view-pixels.js';

let shown: BrowserWindow;
let page: Page;
let asked = 0;

const { canvas, command, lookAway, openSample } = gesturesIn(() => page);

async function rest(): Promise<void> {
  await page.waitForTimeout(250);
  await stillness(page);
}

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
  await openSample();
  await lookAway();
  await page.keyboard.press('Space');
  await page.getByText('1 job done').waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Infer λ' }).waitFor();
  await rest();
  asked = shown.sent.length;
});
afterAll(() => shown.close());

describe('colours', () => {
  it('centre at λ = 1 under vik, and stay around it when one limit is moved', async () => {
    await page.getByLabel('centre at λ = 1').check();
    await rest();
    const limit = (which: string): Promise<number> =>
      page
        .getByRole('slider', { name: `${which} contrast limit` })
        .getAttribute('aria-valuenow')
        .then(Number);
    expect(1 - (await limit('Lower'))).toBeCloseTo((await limit('Upper')) - 1, 6);
    await page.getByRole('slider', { name: 'Upper contrast limit' }).focus();
    for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowLeft');
    await rest();
    expect(1 - (await limit('Lower'))).toBeCloseTo((await limit('Upper')) - 1, 6);
    expect(shareInMap(coloredPixels(await shotOf(canvas(1))), 'vik', 1)).toBeGreaterThan(0.95);
    await shown.picture('39-centred');
    expect(await page.locator('.color-bar-end').count()).toBeGreaterThan(1);
    await page.getByLabel('invert').check();
    await rest();
    expect(await page.getByLabel('Colour map').inputValue()).toBe('vik');
    await page.getByLabel('centre at λ = 1').uncheck();
    await rest();
    expect(shareInMap(coloredPixels(await shotOf(canvas(1))), 'viridis', 1)).toBeGreaterThan(0.95);
  });

  it('include jet only after a warning, which stays', async () => {
    await page.getByLabel('Colour map').selectOption('jet');
    await page.getByRole('alert').getByText('not ordered by lightness').waitFor();
    expect(await page.getByLabel('Colour map').inputValue()).toBe('viridis');
    await shown.picture('40-jet-warning');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use it anyway' }).click();
    await rest();
    await page.locator('.color-bar-warning').waitFor();
    expect(shareInMap(coloredPixels(await shotOf(canvas(1))), 'jet', 1)).toBeGreaterThan(0.95);
    await page.getByLabel('Colour map').selectOption('batlow');
    await rest();
    expect(await page.locator('.color-bar-warning').count()).toBe(0);
    expect(shareInMap(coloredPixels(await shotOf(canvas(1))), 'batlow', 1)).toBeGreaterThan(0.9);
    await page.getByLabel('Colour map').selectOption('viridis');
  });

  it('overlay both channels, magenta and green, each with its limits', async () => {
    await page.getByLabel('Layer of view 2').selectOption('composite-phi');
    await rest();
    await shown.picture('41-composite');
    const colors = coloredPixels(await shotOf(canvas(1)));
    const green = colors.filter(([r, g, b]) => g > Math.max(r, b));
    const magenta = colors.filter(([r, g, b]) => g < Math.min(r, b));
    expect(Math.min(green.length, magenta.length)).toBeGreaterThan(100);
    for (const [r, , b] of colors) expect(Math.abs(r - b)).toBeLessThanOrEqual(4);
    expect(await page.locator('[data-contrast]').count()).toBe(2);
    await page.getByRole('slider', { name: 'Upper contrast limit' }).first().focus();
    for (let k = 0; k < 3; k++) await page.keyboard.press('Shift+ArrowLeft');
    await rest();
    const redder = coloredPixels(await shotOf(canvas(1))).filter(([r, g, b]) => g < Math.min(r, b));
    expect(redder.length).toBeGreaterThan(magenta.length);
    await page.keyboard.press('Control+z');
    await page.getByLabel('Layer of view 2').selectOption('lambda');
    await rest();
  });
});

describe('doubt', () => {
  /** Chooses in the menu of overlays and counts the pixels that have the very colours of the map. */
  async function pixelsInMap(label: string, choice: string): Promise<number> {
    await page.getByRole('button', { name: 'Overlays' }).click();
    await page.getByLabel(label).selectOption(choice);
    await page.keyboard.press('Escape');
    await page.locator('.overlay-menu').waitFor({ state: 'detached' });
    await rest();
    const colors = coloredPixels(await shotOf(canvas(1)));
    return colors.length * shareInMap(colors, 'viridis', 1);
  }

  it('shows where the residual is beyond the noise, by contours and by fading', async () => {
    const plain = await pixelsInMap('Large residuals over λ', 'none');
    const faded = await pixelsInMap('Large residuals over λ', 'fade');
    await shown.picture('42-residual-faded');
    const less = await pixelsInMap('Large means beyond', '5');
    const contoured = await pixelsInMap('Large residuals over λ', 'contour');
    await shown.picture('43-residual-contours');
    expect(faded).toBeLessThan(less);
    expect(less).toBeLessThan(plain);
    expect(contoured).toBeLessThan(plain);
    await command('contours around large');
    await rest();
    expect(coloredPixels(await shotOf(canvas(1))).length).toBeGreaterThan(contoured);
  });

  it('is switched in a menu that says what the noise is, and fades by the sd of λ unless told otherwise', async () => {
    await page.getByRole('button', { name: 'Overlays' }).click();
    await page.getByText(/Noise alone leaves 0\.0\d+ rms/).waitFor();
    expect(await page.getByLabel('fade λ where its sd is large').isChecked()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await shown.picture('42-overlays');
    await page.keyboard.press('Escape');
  });
});

it('asked the main side for nothing, and nothing was amiss', () => {
  expect(shown.sent.length).toBe(asked);
  expect(shown.complaints).toEqual([]);
});
