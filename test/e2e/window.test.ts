import { type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTiff } from '../io/tiff-builder.js';
import {
  type BrowserWindow,
  drawings,
  dropFile,
  openBrowserWindow,
  seriousFindings,
  stillness,
} from './browser-window.js';
import { gesturesIn, imageIn, sharedStack } from './gestures.js';

let shown: BrowserWindow;
let page: Page;

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
});
afterAll(() => shown.close());

const gestures = gesturesIn(() => page);
const { canvas, cursorValue, field, line } = gestures;
const { command, download, exportedMap, lookAway, opened, openSample, setField } = gestures;
const dot = (step: string): Promise<string | null> =>
  page.locator(`[data-step=${step}] .dot`).getAttribute('data-dot');

async function infer(): Promise<void> {
  await lookAway();
  const done = await page.getByText(/\d+ jobs? done/).count();
  await page.keyboard.press('Space');
  if (done === 0) await page.getByText('1 job done').waitFor();
  else await page.locator('.run-bar').getByRole('button', { name: 'Cancel' }).waitFor();
  await page.getByRole('button', { name: 'Infer λ' }).waitFor();
  await stillness(page);
}

/** λ of the file that the window exports, at a pixel. */
async function exportedRate(ix: number, iy: number): Promise<number> {
  const file = await exportedMap();
  expect(file.name).toMatch(/\.lambda\.ome\.tif$/);
  const { values, width } = await imageIn(file);
  return values[iy * width + ix];
}

describe('a first look', () => {
  it('says the one next step where nothing is open', async () => {
    await page.getByRole('heading', { name: 'Open a picture of a nucleus' }).waitFor();
    await page.getByText('engine ready').waitFor();
    await shown.picture('01-welcome');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('opens the sample with one click: channels, pixel size and where it came from', async () => {
    await openSample();
    await stillness(page);
    expect(await line('source')).toBe('2 channels · 256 × 256 · 15.0 nm/px');
    expect(await page.locator('[data-step=source]').innerText()).toContain('from OME-XML PhysicalSize');
    expect(await dot('source')).toBe('done');
    await shown.picture('02-sample');
  });
});

describe('inferring', () => {
  it('runs by the space bar, and shows density and λ side by side', async () => {
    await infer();
    expect(await line('solve')).toMatch(/^λ \d\.\d\d median · 100 % identifiable$/);
    expect(
      await page
        .locator('.pane')
        .evaluateAll((panes) => panes.map((pane) => (pane as HTMLElement).dataset.layer)),
    ).toEqual(['density', 'lambda']);
    expect(await page.locator('[data-readout=trust]').innerText()).toContain('100 %');
    await page.locator('.strip', { hasText: 'Geometry not given' }).waitFor();
  });

  it('reads every value under the cursor, the λ of the exported file', async () => {
    const box = await canvas(1).boundingBox();
    await page.mouse.move((box?.x ?? 0) + 170, (box?.y ?? 0) + 160);
    await page.locator('[data-readout=cursor]').waitFor();
    const text = await page.locator('[data-readout=cursor] tr').first().innerText();
    const [x, y] = (text.match(/\d[\d\u2009]*/g) ?? []).map((part) => Number(part.replace('\u2009', '')));
    const read = Number.parseFloat(await cursorValue('lambda'));
    await shown.picture('03-cursor');
    const rate = await exportedRate(Math.floor(x / 15), Math.floor(y / 15));
    expect(Math.abs(read - rate)).toBeLessThanOrEqual(0.0051);
    const [h, e, both] = await Promise.all(['phi-h', 'phi-e', 'density'].map(cursorValue));
    expect(Math.abs(Number(h) + Number(e) - Number(both))).toBeLessThanOrEqual(0.0021);
  });

  it('says what a map shows to those who do not see it', async () => {
    const summary = await page.locator('.pane-canvas p.hidden-text').nth(1).innerText();
    expect(summary).toMatch(/^λ, methylation \/ acetylation: 256 × 256 pixels, 3\.84 µm wide.*Median \d/);
  });

  it('moves the cursor by the arrow keys', async () => {
    await canvas(1).focus();
    const before = await page.locator('[data-readout=cursor] tr').first().innerText();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('[data-readout=cursor] tr').first().innerText()).not.toBe(before);
    await lookAway();
  });
});

describe('the view', () => {
  it('draws when something changes, and only then; nothing of it reaches the engine', async () => {
    await stillness(page);
    const asked = shown.sent.length;
    const before = await drawings(page);
    await page.waitForTimeout(500);
    expect(await drawings(page)).toEqual(before);
    await page.getByLabel('Layer of view 2').selectOption('residual');
    await page.getByLabel('Colour map').selectOption('grey');
    await page.getByRole('slider', { name: 'Upper contrast limit' }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.mouse.move(800, 300);
    await page.mouse.wheel(0, -300);
    await stillness(page);
    const after = await drawings(page);
    expect(after[1]).toBeGreaterThan(before[1]);
    await shown.picture('04-residual-zoomed');
    await lookAway();
    await page.keyboard.press('c');
    await page.keyboard.press('f');
    await page.getByLabel('Layer of view 2').selectOption('lambda');
    await stillness(page);
    expect(shown.sent.length).toBe(asked);
  });

  it('shows the map as height, turns it, and puts it back', async () => {
    await page.getByText('3-D', { exact: true }).click();
    await stillness(page);
    const box = await page.locator('.pane-canvas[data-mode=surface]').nth(1).boundingBox();
    const middle = [(box?.x ?? 0) + 150, (box?.y ?? 0) + 250] as const;
    await page.mouse.move(...middle);
    await page.mouse.down();
    await page.mouse.move(middle[0] + 90, middle[1] + 20, { steps: 4 });
    await page.mouse.up();
    await stillness(page);
    await shown.picture('05-surface');
    const labels = page.locator('.height-label');
    const turned = await labels.first().getAttribute('style');
    await lookAway();
    await page.keyboard.press('r');
    await stillness(page);
    expect(await labels.first().getAttribute('style')).not.toBe(turned);
    await page.getByText('1', { exact: true }).and(page.locator('.toolbar *')).first().click();
    await stillness(page);
    await shown.picture('06-surface-alone');
    await page.getByText('2-D', { exact: true }).click();
    await lookAway();
    await page.keyboard.press('f');
    await stillness(page);
    await shown.picture('07-map-alone');
    await page.getByText('2', { exact: true }).and(page.locator('.toolbar *')).first().click();
  });
});

describe('settings', () => {
  it('are followed by the map only when asked, once that is switched off', async () => {
    await lookAway();
    await command('update the map');
    expect(await page.getByLabel('Update the map as settings change').isChecked()).toBe(false);
  });

  it('take units, undo step by step, and are made again', async () => {
    const length = field('Length L0');
    const given = await field('Het. fraction').inputValue();
    await setField('Length L0', '0.2um');
    await setField('Het. fraction', '38 %');
    expect(await length.inputValue()).toBe('200 nm');
    expect(await line('solve')).toBe('settings changed since this map');
    await lookAway();
    await page.keyboard.press('Control+z');
    expect(await field('Het. fraction').inputValue()).toBe(given);
    await page.keyboard.press('Control+z');
    expect(await length.inputValue()).toBe('150 nm');
    expect(await line('solve')).toMatch(/^λ/);
    await page.keyboard.press('Control+y');
    await page.keyboard.press('Control+y');
    expect(await field('Het. fraction').inputValue()).toBe('38 %');
    await page.getByRole('button', { name: /^Undo/ }).click();
    await page.getByRole('button', { name: /^Undo/ }).click();
    expect(await length.inputValue()).toBe('150 nm');
  });

  it('take a drag for one step, of a contrast limit and of a label', async () => {
    const upper = page.getByRole('slider', { name: 'Upper contrast limit' });
    const drag = async (from: { x: number; y: number }, dx: number): Promise<void> => {
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(from.x + dx, from.y, { steps: 6 });
      await page.mouse.up();
    };
    const before = await upper.getAttribute('aria-valuenow');
    const handle = await upper.boundingBox();
    await drag({ x: (handle?.x ?? 0) + 6, y: (handle?.y ?? 0) + 20 }, -90);
    expect(Number(await upper.getAttribute('aria-valuenow'))).toBeLessThan(0.9 * Number(before));
    const label = await page.getByText('Length L0', { exact: true }).boundingBox();
    await drag({ x: (label?.x ?? 0) + 10, y: (label?.y ?? 0) + 6 }, 40);
    expect(await field('Length L0').inputValue()).toBe('200 nm');
    await lookAway();
    await page.keyboard.press('Control+z');
    expect(await field('Length L0').inputValue()).toBe('150 nm');
    await page.keyboard.press('Control+z');
    expect(await upper.getAttribute('aria-valuenow')).toBe(before);
  });

  it('say beside the field what is wrong, and stay as they were', async () => {
    const length = field('Length L0');
    await setField('Length L0', '12 parsec');
    await page.getByText('“parsec” is no unit of length; use nm, µm or mm.').waitFor();
    await shown.picture('08-wrong-unit');
    await length.press('Escape');
    expect(await length.inputValue()).toBe('150 nm');
  });
});

describe('what goes wrong', () => {
  // The picture is taken of a run of its own: a run may well be over by the time it is taken.
  it('a run is cancelled by Escape', async () => {
    const startWith = async (length: string): Promise<void> => {
      await setField('Length L0', length);
      await lookAway();
      await page.keyboard.press('Space');
      await page.locator('.job-bar progress').waitFor();
    };
    await startWith('165 nm');
    await shown.picture('09-running');
    await expect.poll(() => line('solve'), { timeout: 60_000 }).toMatch(/^λ/);
    await startWith('170 nm');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Infer λ' }).waitFor({ timeout: 500 });
    await page.getByText('1 cancelled').waitFor();
    expect(await line('solve')).toBe('settings changed since this map');
    await page.keyboard.press('Control+z');
    await expect.poll(() => line('solve')).toMatch(/^λ/);
    await page.keyboard.press('Control+z');
    await expect.poll(() => field('Length L0').inputValue()).toBe('150 nm');
  });

  it('a broken file is refused with a reason, and what is open stays', async () => {
    await dropFile(page, 'broken.tif', new Uint8Array([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 255, 255, 1, 2, 3]));
    const card = page.getByRole('alert').first();
    await card.getByText('broken.tif was not opened').waitFor();
    expect(await dot('source')).toBe('failed');
    await shown.picture('10-broken-file');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Close this message' }).click();
    expect(await line('source')).toBe('2 channels · 256 × 256 · 15.0 nm/px');
  });

  it('what cannot be known is hatched, not coloured', async () => {
    await page.keyboard.press('2');
    await page.getByText('More: offsets and gains').click();
    await setField('Offset φ_e', '340');
    await infer();
    const share = Number((await page.locator('[data-readout=trust] td').innerText()).replace(/ ?%/, ''));
    expect(share).toBeLessThan(97);
    await shown.picture('11-hatched');
    await page.keyboard.press('2');
    await page.keyboard.press('Control+z');
  });
});

describe('exports and the rest', () => {
  it('gives the figure and the report', async () => {
    await page.keyboard.press('6');
    await page.getByText('Standard files, one click each').click();
    for (const [button, name] of [
      ['Figure, PNG', /figure\.png$/],
      ['Figure, SVG', /figure\.svg$/],
      ['Report, JSON', /result\.json$/],
    ] as const) {
      const file = await download(() => page.getByRole('button', { name: button }).click());
      expect(file.name).toMatch(name);
      expect(file.bytes.length).toBeGreaterThan(1000);
    }
    expect(await line('export')).toMatch(/result\.json, \d/);
    await page.locator('[data-step=export]').scrollIntoViewIfNeeded();
    await shown.picture('12-exports');
  });

  it('finds commands by name', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('light');
    await page.getByRole('option', { name: 'Light or dark window' }).waitFor();
    await shown.picture('13-palette');
    await page.keyboard.press('Enter');
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('light');
  });

  it('is as readable in light, with every step open, and when it is large', async () => {
    for (const step of ['3', '5']) await page.keyboard.press(step);
    await page.getByText('Doubts').click();
    await page.getByRole('button', { name: 'Log' }).click();
    await stillness(page);
    await shown.picture('14-light');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Log' }).click();
    await page.setViewportSize({ width: 1920, height: 1080 });
    await stillness(page);
    await shown.picture('15-light-1920');
    await page.setViewportSize({ width: 1280, height: 720 });
    await lookAway();
  });
});

/** A plain TIFF of 64 × 48 bytes, a disc on black, that says nothing of its pixels. */
function plainTiff(): Uint8Array {
  const [width, height] = [64, 48];
  const pixels = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.hypot((i % width) - 32, Math.floor(i / width) - 24) < 18 ? 120 + (i % 7) : 4 + (i % 3),
  );
  const short = (code: number, value: number) => ({ code, type: 3 as const, values: [value] });
  const tags = [short(256, width), short(257, height), short(258, 8), short(259, 1), short(262, 1)];
  return buildTiff({
    pages: [{ tags: [...tags, short(277, 1), short(278, height), short(339, 1)], blocks: [pixels] }],
  });
}

describe('a file that does not say enough', () => {
  it('is shown, and asks for its pixel size, then for the fraction that one density needs', async () => {
    await dropFile(page, 'plain.tif', plainTiff());
    await opened('plain.tif');
    await page.locator('.pane-canvas[data-mode=plane]').waitFor();
    await stillness(page);
    await page.getByText('give the pixel size').first().waitFor();
    await page.locator('.scale-bar', { hasText: 'pixel size missing' }).waitFor();
    await shown.picture('20-pixel-size-missing');
    expect(await seriousFindings(page)).toEqual([]);
    await setField('Pixel size', '20');
    expect(await line('source')).toContain('20.0 nm/px');
    await page.getByText('needs the heterochromatin fraction').first().waitFor();
    await setField('Het. fraction', '0.6');
    expect(await page.locator('.run-bar .doubtful').count()).toBe(0);
    await shown.picture('21-ready');
  });
});

describe.skipIf(sharedStack.isMissing)(sharedStack.titled('a stack'), () => {
  it('is stepped through by slider and keys', async () => {
    await dropFile(page, 'stack.ome.tif', sharedStack.bytes());
    await page.getByText('12 of 24').waitFor();
    await stillness(page);
    const asked = shown.sent.length;
    await lookAway();
    await page.keyboard.press(']');
    await page.getByText('13 of 24').waitFor();
    await page.getByRole('slider', { name: 'z' }).fill('3');
    await page.getByText('4 of 24').waitFor();
    await stillness(page);
    expect(shown.sent.length).toBe(asked);
    await shown.picture('22-stack');
  });
});

describe('the window', () => {
  it('has been content with itself all along', () => {
    expect(shown.complaints).toEqual([]);
  });
});
