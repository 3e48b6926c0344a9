import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BrowserWindow,
  dropFile,
  openBrowserWindow,
  seriousFindings,
  stillness,
} from './browser-window.js';
import { gesturesIn, imageIn, type SavedImage, sharedStack } from './gestures.js';
import { clickAt, dragAlong, type MapFrame, screenAt } from './map-screen.js';

let shown: BrowserWindow;
let page: Page;
let map: MapFrame;

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
  map = { page, pane: 0, nx: 256, ny: 256 };
});
afterAll(() => shown.close());

const { command, download, line, lookAway, openSample, ready } = gesturesIn(() => page);
const facts = () => page.locator('.mask-bar [data-mask-facts]');
const pixels = async (): Promise<number> => Number(await facts().getAttribute('data-pixels'));
const words = (): Promise<string> => facts().innerText();
const press = (key: string): Promise<void> => page.keyboard.press(key);
const button = (name: string) => page.getByRole('button', { name, exact: true });

async function wholePicture(): Promise<void> {
  await lookAway();
  await press('r');
  await stillness(page);
}

/** Waits until the pixels are as many as said, and no stroke is on its way to the main side. */
async function settled(): Promise<void> {
  await page.waitForFunction(() => !document.body.innerText.includes('being stored'));
}

/** The image that the browser saves, under this name, once `act` is done. */
async function savedImage(name: string, act: () => Promise<void>): Promise<SavedImage> {
  const file = await download(act);
  expect(file.name).toBe(name);
  return imageIn(file);
}

describe('drawing before any map was made', () => {
  it('begins from the mask file that came with the sample', async () => {
    await openSample();
    await wholePicture();
    await press('d');
    await page.getByRole('toolbar', { name: 'Drawing the mask' }).waitFor();
    await wholePicture();
    expect(await words()).toMatch(/^6\.76 µm² · 1 part · 2 holes$/);
    await shown.picture('mask-01-from-file');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('can begin from nothing, which cannot be run', async () => {
    await button('nothing').click();
    expect(await pixels()).toBe(0);
    expect(await page.locator('.run-bar').innerText()).toContain('The drawn mask is empty.');
  });
});

describe('tools', () => {
  const history: number[] = [];
  const note = async (): Promise<number> => {
    history.push(await pixels());
    return history[history.length - 1];
  };

  it('brush: paints a stroke as wide as it says, live, before the button is let go', async () => {
    history.push(0);
    await page.getByLabel('Size', { exact: true }).fill('300 nm');
    await press('Enter');
    await lookAway();
    await page.mouse.move(...(await screenAt(map, 60, 60)));
    await page.mouse.down();
    await page.mouse.move(...(await screenAt(map, 120, 60)), { steps: 6 });
    const half = await pixels();
    expect(Math.abs(half - (Math.PI * 100 + 20 * 60))).toBeLessThan(80);
    await page.mouse.move(...(await screenAt(map, 180, 60)), { steps: 6 });
    await shown.picture('mask-02-brush');
    await page.mouse.up();
    expect(Math.abs((await note()) - (Math.PI * 100 + 20 * 120))).toBeLessThan(120);
    expect(await words()).toMatch(/1 part · 0 holes/);
  });

  it('Alt takes away what it would add, and the eraser takes away', async () => {
    const before = await pixels();
    await dragAlong(
      map,
      [
        [120, 40],
        [120, 80],
      ],
      true,
    );
    expect(Math.abs(before - (await note()) - 400)).toBeLessThan(60);
    expect(await words()).toMatch(/2 parts/);
    await press('e');
    await dragAlong(map, [
      [60, 40],
      [60, 80],
    ]);
    expect(await note()).toBeLessThan(before - 700);
  });

  it('Shift and the wheel change the size of the brush', async () => {
    const size = page.getByLabel('Size', { exact: true });
    await page.mouse.move(...(await screenAt(map, 128, 128)));
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Shift');
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('.brush-size input')?.value !== '300 nm',
    );
    expect(Number.parseFloat(await size.inputValue())).toBeGreaterThan(400);
  });

  it('polygon: corners by clicks, Backspace takes one back, Esc gives up, Enter closes', async () => {
    await press('p');
    await clickAt(map, [
      [60, 110],
      [100, 110],
    ]);
    await press('Escape');
    expect(await page.locator('[data-shape=polygon]').count()).toBe(0);
    await clickAt(map, [
      [60, 110],
      [200, 110],
      [240, 240],
      [200, 200],
    ]);
    await press('Backspace');
    await press('Backspace');
    await clickAt(map, [
      [200, 200],
      [60, 200],
    ]);
    await page.mouse.move(...(await screenAt(map, 80, 150)));
    await shown.picture('mask-03-polygon');
    const before = await pixels();
    await press('Enter');
    expect(Math.abs((await note()) - before - 140 * 90)).toBeLessThan(240);
  });

  it('polygon: closes by a double-click, and by a click on its first corner', async () => {
    const before = await pixels();
    await clickAt(map, [
      [10, 220],
      [50, 220],
    ]);
    await page.mouse.dblclick(...(await screenAt(map, 50, 250)));
    expect(Math.abs((await note()) - before - 600)).toBeLessThan(60);
    const again = await pixels();
    await clickAt(map, [
      [210, 220],
      [250, 220],
      [250, 250],
      [210, 220],
    ]);
    expect(Math.abs((await note()) - again - 600)).toBeLessThan(60);
  });

  it('lasso: what it goes around is taken away when that is chosen', async () => {
    await press('l');
    await press('x');
    const before = await pixels();
    await dragAlong(map, [
      [110, 140],
      [150, 140],
      [150, 170],
      [110, 170],
    ]);
    expect(Math.abs(before - (await note()) - 1200)).toBeLessThan(110);
    expect(await words()).toMatch(/1 hole$/);
    await press('x');
  });

  it('edits of the whole: each does what it says', async () => {
    const before = await pixels();
    await button('Fill holes').click();
    expect(await words()).toMatch(/0 holes/);
    expect(Math.abs((await note()) - before - 1200)).toBeLessThan(110);
    await button('Largest part').click();
    await note();
    expect(await words()).toMatch(/1 part · 0 holes/);
    const one = await pixels();
    await button('Grow 1 px').click();
    expect((await note()) - one).toBe(2 * (140 + 90) + 4 + (await growthError(one)));
    await button('Shrink 1 px').click();
    expect(await note()).toBe(one);
    await button('Invert').click();
    expect(await note()).toBe(256 * 256 - one);
    await button('Fill all').click();
    expect(await note()).toBe(256 * 256);
    await button('Clear').click();
    expect(await note()).toBe(0);
  });

  /** How far the rectangle that was clicked is from 140 × 90 pixels, in pixels of its edge. */
  async function growthError(count: number): Promise<number> {
    const sides = [138, 139, 140, 141, 142].flatMap((w) => [88, 89, 90, 91, 92].map((h) => [w, h] as const));
    const fit = sides.find(([w, h]) => w * h === count) ?? [140, 90];
    return Promise.resolve(2 * (fit[0] + fit[1] - 230));
  }

  it('every stroke is one step back, and one forward', async () => {
    for (const count of history.slice(0, -1).reverse()) {
      await press('Control+z');
      expect(await pixels()).toBe(count);
    }
    for (const count of history.slice(1)) {
      await press('Control+y');
      expect(await pixels()).toBe(count);
    }
  });

  it('have an alternative by keys: arrows and Enter draw a polygon, and dab the brush', async () => {
    await press('p');
    await page.mouse.move(...(await screenAt(map, 100.5, 100.5)));
    await page.locator('.pane-canvas').first().focus();
    const walk = async (key: string, times: number): Promise<void> => {
      for (let k = 0; k < times; k++) await press(`Shift+${key}`);
    };
    await walk('ArrowLeft', 3);
    await press('Enter');
    await walk('ArrowRight', 6);
    await press('Enter');
    await walk('ArrowDown', 4);
    await press('Enter');
    await walk('ArrowLeft', 6);
    await press('Enter');
    await press('Enter');
    expect(await pixels()).toBe(60 * 40);
    await press('b');
    await press('Enter');
    expect(await pixels()).toBeGreaterThan(60 * 40);
  });
});

describe('a map of a drawn mask', () => {
  it('covers exactly the pixels that were drawn, and so does the file that is exported', async () => {
    await button('Fill all').click();
    await button('Clear').click();
    await press('p');
    await clickAt(map, [
      [60, 70],
      [190, 80],
      [185, 190],
      [80, 180],
    ]);
    await press('Enter');
    const count = await pixels();
    await settled();
    const drawn = await savedImage('image.drawn-mask.ome.tif', () => button('Save mask …').click());
    expect(drawn.values.filter((value) => value > 0).length).toBe(count);
    // The quick solver is its own preview: what a stroke makes of the map is then told by one job.
    await page.getByText('direct', { exact: true }).click();
    await lookAway();
    await press('Space');
    await page.getByText('1 job done').waitFor();
    await stillness(page);
    expect(await line('nucleus')).toContain(`${((count * 225) / 1e6).toFixed(2)} µm²`);
    const exported = await savedImage('image.mask.ome.tif', () => command('export nucleus mask'));
    expect([...exported.values]).toEqual([...drawn.values]);
    await shown.picture('mask-04-map');
  });

  it('is of earlier strokes as soon as another one is drawn, and of now again when it is undone', async () => {
    await wholePicture();
    await press('b');
    await dragAlong(map, [
      [100, 60],
      [120, 60],
    ]);
    await page.getByText('Settings changed since this map was made.').waitFor();
    await lookAway();
    await press('Control+z');
    await page.getByText('Settings changed since this map was made.').waitFor({ state: 'detached' });
    await ready();
  });

  it('gives its mask to begin from', async () => {
    const count = await pixels();
    await button('nothing').click();
    expect(await pixels()).toBe(0);
    await button('the map’s mask').click();
    expect(await pixels()).toBe(count);
    await settled();
    await button('Done').click();
    expect(await page.locator('.mask-bar').count()).toBe(0);
  });

  it('can be found in the image instead, and drawn on again', async () => {
    await page.getByLabel('Mask', { exact: true }).selectOption('auto');
    expect(await page.locator('.run-bar').innerText()).not.toContain('mask');
    await page.getByLabel('Mask', { exact: true }).selectOption('drawn');
    await page.getByRole('toolbar', { name: 'Drawing the mask' }).waitFor();
    expect(await pixels()).toBeGreaterThan(0);
    await press('Escape');
    expect(
      await page.getByRole('button', { name: 'Move the map', exact: true }).getAttribute('aria-pressed'),
    ).toBe('true');
  });

  it('is as readable in light', async () => {
    await command('light or dark');
    await stillness(page);
    await shown.picture('mask-05-light');
    expect(await seriousFindings(page)).toEqual([]);
    await command('light or dark');
  });
});

describe.skipIf(sharedStack.isMissing)(sharedStack.titled('a stack'), () => {
  it('is drawn on plane by plane, or all at once', async () => {
    await dropFile(page, 'stack.ome.tif', sharedStack.bytes());
    await page.getByText('12 of 24').waitFor();
    await wholePicture();
    await press('d');
    await page.getByRole('toolbar', { name: 'Drawing the mask' }).waitFor();
    await stillness(page);
    const size = await line('source');
    const [ny, nx] = (/(\d+) × (\d+) ·/.exec(size) ?? []).slice(1).map(Number);
    map = { page, pane: 0, nx, ny };
    await wholePicture();
    await press('p');
    const corners = [
      [20, 20],
      [40, 20],
      [40, 40],
      [20, 40],
    ] as const;
    await clickAt(map, corners);
    await press('Enter');
    const one = await pixels();
    expect(Math.abs(one - 400)).toBeLessThan(60);
    await press(']');
    expect(await pixels()).toBe(0);
    await press('[');
    await button('To next plane').click();
    await page.getByText('13 of 24').waitFor();
    expect(await pixels()).toBe(one);
    await page.getByText('all 24', { exact: true }).click();
    await lookAway();
    await button('Clear').click();
    await clickAt(map, corners);
    await press('Enter');
    await press(']');
    expect(await pixels()).toBe(one);
    expect(await words()).toMatch(/µm³ in all planes$/);
    await shown.picture('mask-06-stack');
    await settled();
    const saved = await savedImage('stack.drawn-mask.ome.tif', () => button('Save mask …').click());
    expect([saved.planes, saved.values.filter((value) => value > 0).length]).toEqual([24, 24 * one]);
  });

  it('asks what to do where the job takes one plane only', async () => {
    await page.getByLabel('Planes used').selectOption('max');
    await page.getByText('The mask was drawn on 24 planes; the job now uses 1.').first().waitFor();
    await button('Put the mask on the pixels of now').click();
    expect(await page.locator('.run-bar').innerText()).not.toContain('24 planes');
    expect(await pixels()).toBeGreaterThan(0);
  });
});

describe('the window', () => {
  it('has been content with itself all along', () => {
    expect(shown.complaints).toEqual([]);
  });
});
