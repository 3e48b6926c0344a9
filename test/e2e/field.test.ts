import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserWindow, openBrowserWindow, root, seriousFindings, stillness } from './browser-window.js';
import { gesturesIn, imageIn, type SavedImage } from './gestures.js';

let shown: BrowserWindow;
let page: Page;
const folder = mkdtempSync(join(tmpdir(), 'epiflux-field-'));
const { canvas, command, cursorValue, line, lookAway, openSample, ready, setField } = gesturesIn(() => page);

/** Files that the command line makes of the sample by the job that the window opens it with. */
function inferSample(): void {
  const sample = (name: string): string => join(root, 'assets', 'sample', name);
  const from = ['--mask', sample('mask.ome.tif'), '--config', sample('truth.json')];
  const program = join(root, 'bin', 'epiflux.js');
  const args = [program, 'infer', sample('image.ome.tif'), ...from, '--out', folder, '--quiet'];
  execFileSync(process.execPath, args);
}

const written = (layer: string): Promise<SavedImage> => {
  const name = `image.${layer}.ome.tif`;
  return imageIn({ name, bytes: readFileSync(join(folder, name)) });
};

beforeAll(async () => {
  inferSample();
  shown = await openBrowserWindow();
  page = shown.page;
  page.setDefaultTimeout(90_000);
  await openSample();
  await lookAway();
  await page.keyboard.press('Space');
  await page.getByText('1 job done').waitFor();
  await stillness(page);
}, 300_000);
afterAll(async () => {
  await shown.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Puts the cursor on a pixel of the map of λ; which one is read from the readout. */
async function pointAt(dx: number, dy: number): Promise<number> {
  const box = await canvas(1).boundingBox();
  await page.mouse.move((box?.x ?? 0) + dx, (box?.y ?? 0) + dy);
  const place = page.locator('[data-readout=cursor] tr').first();
  await place.waitFor();
  const text = (await place.innerText()).replaceAll('\u2009', '');
  const [x, y] = (text.match(/\d+/g) ?? []).map(Number);
  return Math.floor(y / 15) * 256 + Math.floor(x / 15);
}

const layerOf = async (pane: number, name: string): Promise<void> => {
  await page.getByLabel(`Layer of view ${pane}`).selectOption({ label: name });
  await stillness(page);
};

describe('a map by the field solver', () => {
  it('shows λ with its sd and resolution under the cursor as the command line writes them', async () => {
    const [rate, sd, resolution] = [
      await written('lambda'),
      await written('lambda-sd'),
      await written('lambda-resolution'),
    ];
    for (const [dx, dy] of [
      [200, 160],
      [150, 190],
      [230, 120],
    ] as const) {
      const at = await pointAt(dx, dy);
      const [value, error] = (await cursorValue('lambda')).split(' ± ').map(Number);
      const half = 0.5 * 10 ** -((await cursorValue('lambda')).split('.')[2] ?? '').length + 1e-6;
      expect(Math.abs(value - rate.values[at])).toBeLessThanOrEqual(half);
      expect(error).toBeGreaterThan(0);
      expect(Math.abs(error - sd.values[at])).toBeLessThanOrEqual(half);
      const resolved = Number.parseFloat(await cursorValue('lambda-resolution'));
      expect(resolved).toBe(Number(resolution.values[at].toPrecision(2)));
    }
    await shown.picture('59-field-cursor');
  });

  it('says what it is known to, and why its length scale is what it is', async () => {
    const text = await page.locator('section[aria-labelledby=trust-title]').innerText();
    expect(text).toMatch(/sd, pattern \(median\)\s+0\.0\d+/);
    expect(text).toMatch(/resolved down to \(median\)\s+\d+ nm/);
    expect(text).toMatch(/length scale, by evidence\s+\d+(\.\d)? nm/);
    expect(text).not.toContain('smoothed over');
    const plot = page.locator('.evidence-plot');
    expect(await plot.getAttribute('aria-label')).toMatch(/Most at \d+(\.\d)? nm, which was chosen; .*−\d/);
    expect(await plot.locator('circle').count()).toBeGreaterThan(2);
    expect(await plot.locator('circle[data-chosen]').count()).toBe(1);
    await plot.scrollIntoViewIfNeeded();
    await shown.picture('60-field-trust');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('has sd and resolution as layers with colour bars of their own', async () => {
    await layerOf(1, 'sd of λ');
    await layerOf(2, 'Resolution of λ');
    const units = page.locator('.color-bar-unit');
    expect(await units.allInnerTexts()).toEqual(['sd of λ', 'resolution, nm']);
    await shown.picture('61-field-layers');
    expect(await seriousFindings(page)).toEqual([]);
    await layerOf(1, 'Density');
    await layerOf(2, 'λ');
  });

  it('fades where its sd is large, unless that is switched off', async () => {
    await page.getByRole('button', { name: 'Overlays' }).click();
    const box = page.getByLabel('fade λ where its sd is large');
    expect(await box.isChecked()).toBe(true);
    await box.click();
    expect(await box.isChecked()).toBe(false);
    await box.click();
    await page.keyboard.press('Escape');
  });

  it('looks as good in light', async () => {
    await command('light');
    await stillness(page);
    await layerOf(1, 'sd of λ');
    await shown.picture('62-field-light');
    expect(await seriousFindings(page)).toEqual([]);
    await layerOf(1, 'Density');
  });
});

describe('settings of the field solver', () => {
  it('take a length scale of their own, of which no evidence is plotted', async () => {
    if (!(await page.getByLabel('Length scale', { exact: true }).isVisible())) await page.keyboard.press('5');
    await setField('Length scale', '200 nm');
    await page.getByText('2 jobs done').waitFor();
    await ready();
    const text = await page.locator('section[aria-labelledby=trust-title]').innerText();
    expect(text).toMatch(/length scale, given\s+200 nm/);
    expect(await page.locator('.evidence-plot').count()).toBe(0);
    await shown.picture('63-field-length-given');
  });

  it('say that the phase field needs another solver, and lead to it', async () => {
    if (!(await page.getByLabel('Equation', { exact: true }).isVisible())) await page.keyboard.press('4');
    await page.getByLabel('Equation', { exact: true }).selectOption('phase-field');
    await page.getByText('the phase field needs “direct”').waitFor();
    await shown.picture('64-field-phase-field');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Solve by “direct”' }).click();
    await page.getByText('3 jobs done').waitFor();
    await ready();
    expect(await line('solve')).toMatch(/^λ/);
    const text = await page.locator('section[aria-labelledby=trust-title]').innerText();
    expect(text).toContain('smoothed over (rms)');
    expect(text).not.toContain('posterior');
  });
});

describe('the window', () => {
  it('has been content with itself all along', () => {
    expect(shown.complaints).toEqual([]);
  });
});
