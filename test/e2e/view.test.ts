import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BrowserWindow,
  drawings,
  dropFile,
  openBrowserWindow,
  seriousFindings,
  stillness,
} from './browser-window.js';
import { gesturesIn, imageIn, sharedStack } from './gestures.js';
import { clipboardShot, coloredPixels, isColored, shareInMap, shotOf } from './view-pixels.js';

const { isMissing, titled } = sharedStack;

let shown: BrowserWindow;
let page: Page;

const { canvas, command, cursorValue, exportedMap, lookAway } = gesturesIn(() => page);

/** Presses a button of the view's toolbars. */
async function press(name: string): Promise<void> {
  await page.locator('.toolbar').getByText(name, { exact: true }).first().click();
  await rest();
}

/** Waits for the fine picture after a movement. */
async function rest(): Promise<void> {
  await page.waitForTimeout(350);
  await stillness(page);
}

beforeAll(async () => {
  if (isMissing) return;
  shown = await openBrowserWindow();
  page = shown.page;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await dropFile(page, 'stack.ome.tif', sharedStack.bytes());
  await page.getByText('12 of 24').waitFor();
  await rest();
  await lookAway();
  await page.keyboard.press('Space');
  await page.getByText('1 job done').waitFor({ timeout: 90_000 });
  await page.getByRole('button', { name: 'Infer λ' }).waitFor();
  await rest();
}, 90_000);
afterAll(async () => {
  if (!isMissing) await shown.close();
});

/** Presses that only change the view; nothing of them may reach the main side. */
let askedBefore = 0;

describe.skipIf(isMissing)(titled('a stack in 3-D'), () => {
  it('is drawn as the surface of its density, in the colours of the map', async () => {
    askedBefore = shown.sent.length;
    await press('3-D');
    expect(await canvas(1).getAttribute('data-mode')).toBe('volume');
    await shown.picture('30-stack-surface');
    const [density, lambda] = [await shotOf(canvas(0)), await shotOf(canvas(1))];
    const painted = coloredPixels(lambda);
    expect(painted.length).toBeGreaterThan(5000);
    expect(shareInMap(painted, 'viridis', 0.5)).toBeGreaterThan(0.95);
    expect(shareInMap(coloredPixels(density), 'magma', 0.5)).toBeGreaterThan(0.9);
    expect(shareInMap(coloredPixels(density), 'viridis', 0.5)).toBeLessThan(0.5);
    expect(await page.locator('.axis-labels').first().innerText()).toMatch(/x 1\.\d+ µm[\s\S]*z \d+ nm/);
  });

  it('has the same pixels for the same view, and is drawn only when something changes', async () => {
    const before = await shotOf(canvas(1));
    const drawn = await drawings(page);
    await page.waitForTimeout(600);
    expect(await drawings(page)).toEqual(drawn);
    const box = await canvas(1).boundingBox();
    await page.mouse.move((box?.x ?? 0) + 150, (box?.y ?? 0) + 200);
    await page.mouse.wheel(0, -300);
    await rest();
    expect((await shotOf(canvas(1))).bytes.equals(before.bytes)).toBe(false);
    await lookAway();
    await page.keyboard.press('f');
    await rest();
    expect((await shotOf(canvas(1))).bytes.equals(before.bytes)).toBe(true);
  });

  it('is turned by drag and by arrow keys, coarsely while it moves', async () => {
    const before = await shotOf(canvas(1));
    const box = await canvas(1).boundingBox();
    const [x, y] = [(box?.x ?? 0) + 170, (box?.y ?? 0) + 250];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 20, { steps: 3 });
    await page.waitForTimeout(100);
    const width = (): Promise<number> =>
      canvas(1)
        .locator('canvas')
        .evaluate((element) => (element as HTMLCanvasElement).width);
    const moving = await width();
    await page.mouse.up();
    await rest();
    expect(moving).toBeLessThan(0.6 * (await width()));
    expect((await shotOf(canvas(1))).bytes.equals(before.bytes)).toBe(false);
    await canvas(1).focus();
    await page.keyboard.press('ArrowLeft');
    await rest();
    await lookAway();
    await page.keyboard.press('r');
    await page.keyboard.press('f');
    await rest();
    expect((await shotOf(canvas(1))).bytes.equals(before.bytes)).toBe(true);
  });

  it('is cut open where the plane says, the cut in the very colours of the map', async () => {
    const whole = coloredPixels(await shotOf(canvas(1))).length;
    await page.getByLabel('Cut', { exact: true }).selectOption('y');
    await rest();
    await shown.picture('31-stack-cut');
    const half = await shotOf(canvas(1));
    expect(coloredPixels(half).length).toBeLessThan(0.9 * whole);
    expect(shareInMap(coloredPixels(half), 'viridis', 1)).toBeGreaterThan(0.4);
    await page.getByRole('button', { name: 'flip' }).click();
    await rest();
    expect((await shotOf(canvas(1))).bytes.equals(half.bytes)).toBe(false);
    await page.getByLabel('Depth of the cut').fill('1');
    await rest();
    expect(coloredPixels(await shotOf(canvas(1))).length).toBeLessThan(0.02 * whole);
    await page.getByLabel('Cut', { exact: true }).selectOption('view');
    await page.getByLabel('Depth of the cut').fill('0.5');
    await rest();
    await shown.picture('32-stack-cut-across-view');
    expect(shareInMap(coloredPixels(await shotOf(canvas(1))), 'viridis', 1)).toBeGreaterThan(0.7);
    await page.getByLabel('Cut', { exact: true }).selectOption('none');
    await rest();
    expect(coloredPixels(await shotOf(canvas(1))).length).toBe(whole);
  });

  it('has a surface at the level that is chosen on the histogram', async () => {
    const before = coloredPixels(await shotOf(canvas(1))).length;
    const level = page.getByRole('slider', { name: 'Level of the surface' });
    await level.focus();
    for (let k = 0; k < 2; k++) await page.keyboard.press('Shift+ArrowRight');
    await rest();
    await shown.picture('33-stack-level');
    expect(coloredPixels(await shotOf(canvas(1))).length).toBeLessThan(0.95 * before);
    await page.locator('section[aria-label=Surface]').getByRole('button', { name: 'auto' }).click();
    await rest();
    expect(coloredPixels(await shotOf(canvas(1))).length).toBe(before);
  });

  it('is drawn as a volume, and as its maximum; opacity comes from the limits', async () => {
    await press('Volume');
    await shown.picture('34-stack-volume');
    const cloud = coloredPixels(await shotOf(canvas(1))).length;
    expect(cloud).toBeGreaterThan(5000);
    await page.getByLabel('opacity').fill('0.1');
    await rest();
    expect(coloredPixels(await shotOf(canvas(1))).length).toBeLessThan(0.8 * cloud);
    await page.getByLabel('opacity').fill('0.5');
    await press('Maximum');
    await shown.picture('35-stack-maximum');
    expect(shareInMap(coloredPixels(await shotOf(canvas(1))), 'viridis', 1)).toBeGreaterThan(0.95);
    await press('Height');
    await shown.picture('36-stack-height');
    expect(await canvas(1).getAttribute('data-mode')).toBe('surface');
    await press('Surface');
  });

  it('frees the textures that it no longer needs', async () => {
    const textures = (): Promise<number> =>
      canvas(1)
        .locator('canvas')
        .evaluate((element) => Number((element as HTMLCanvasElement).dataset.textures));
    const before = await textures();
    await press('2-D');
    await press('Slices');
    await press('3-D');
    expect(await textures()).toBe(before);
    expect(before).toBeLessThanOrEqual(4);
  });
});

describe.skipIf(isMissing)(titled('orthogonal slices'), () => {
  it('share one crosshair: a click in one moves the others, and the plane of the stack', async () => {
    await press('Slices');
    await shown.picture('37-slices');
    const xz = await page.locator('[data-slice=xz] .slice-name').nth(1).boundingBox();
    const line = page.locator('[data-slice=yz] .slice-line').nth(2);
    const before = await line.getAttribute('style');
    await page.mouse.click((xz?.x ?? 0) + 60, (xz?.y ?? 0) + 40);
    await rest();
    expect(await line.getAttribute('style')).not.toBe(before);
    expect(await page.locator('.z-slider output').innerText()).not.toBe('12 of 24');
    await shown.picture('38-slices-moved');
  });

  it('read x, y, z and every value under the cursor, λ as in the exported file', async () => {
    const text = await page.locator('[data-readout=cursor] tr').first().innerText();
    const [x, y, z] = (text.match(/\d[\d\u2009]*/g) ?? []).map((part) => Number(part.replace('\u2009', '')));
    const read = await cursorValue('lambda');
    const { values, width, height } = await imageIn(await exportedMap());
    const row = Math.floor(z / 40) * height + Math.floor(y / 15);
    const rate = values[row * width + Math.floor(x / 15)];
    expect(text).toContain('x, y, z');
    expect(read).toMatch(/^\d\.\d+ ± 0\.\d+$/);
    expect(Math.abs(Number.parseFloat(read) - rate)).toBeLessThanOrEqual(0.0051);
    expect(await page.locator('[data-readout=cursor] tr').count()).toBe(9);
    askedBefore = shown.sent.length;
  });

  it('are moved by the keys: arrows in the plane, brackets along z', async () => {
    const before = await page.locator('.z-slider output').innerText();
    await lookAway();
    await page.keyboard.press(']');
    await rest();
    expect(await page.locator('.z-slider output').innerText()).not.toBe(before);
    const drawn = await shotOf(canvas(1));
    await canvas(1).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await rest();
    expect((await shotOf(canvas(1))).bytes.equals(drawn.bytes)).toBe(false);
    await lookAway();
  });
});

describe.skipIf(isMissing)(titled('a copy of the view'), () => {
  let copies = 0;
  beforeAll(async () => {
    // A copy is on white: what fades on the dark screen looks otherwise there.
    await page.getByRole('button', { name: 'Overlays' }).click();
    await page.getByLabel('fade λ where its sd is large').click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Log' }).click();
  });
  afterAll(() => page.getByRole('button', { name: 'Log' }).click());

  it.each(['2-D', 'Slices', '3-D'])('shows in %s what the screen shows, twice as fine', async (mode) => {
    await press(mode);
    await press('1');
    const screen = await shotOf(canvas(0));
    await lookAway();
    await page.keyboard.press('Control+Shift+C');
    await page
      .getByText(/Copied λ, \d+ ×/)
      .nth(copies++)
      .waitFor({ timeout: 60_000 });
    const copy = await clipboardShot(page);
    expect([copy.width, copy.height]).toEqual([2 * screen.width, 2 * screen.height]);
    let [colored, same] = [0, 0];
    for (let y = 2; y < screen.height - 2; y += 3) {
      for (let x = 2; x < screen.width - 2; x += 3) {
        const here = screen.at(x, y);
        if (!isColored(here)) continue;
        colored++;
        const near = [0, 1, 2, 3].some((k) => {
          const there = copy.at(2 * x + (k & 1), 2 * y + (k >> 1));
          return here.every((level, channel) => Math.abs(level - there[channel]) < 24);
        });
        if (near) same++;
      }
    }
    expect(colored).toBeGreaterThan(1000);
    expect(same / colored).toBeGreaterThan(0.97);
    await press('2');
  });
});

describe.skipIf(isMissing)(titled('four views'), () => {
  it('show density, λ, both fractions and the residual', async () => {
    await press('4');
    const layers = page
      .locator('.pane')
      .evaluateAll((panes) => panes.map((pane) => (pane as HTMLElement).dataset.layer));
    expect(await layers).toEqual(['density', 'lambda', 'composite-phi', 'residual']);
  });

  it.each(['dark', 'light'])('are readable in %s, in every mode', async (theme) => {
    await press('4');
    for (const mode of ['2-D', 'Slices', '3-D']) {
      await press(mode);
      await shown.picture(`44-four-${mode}-${theme}`);
      expect(await seriousFindings(page)).toEqual([]);
    }
    await press('2');
    for (const style of ['Volume', 'Maximum', 'Height', 'Surface']) {
      await press(style);
      await shown.picture(`45-${style}-${theme}`);
    }
    await command('Light or dark');
    await rest();
  });

  it('asked the main side for nothing, and nothing was amiss', () => {
    expect(shown.sent.length).toBe(askedBefore);
    expect(shown.complaints).toEqual([]);
  });
});
