import { decode } from 'fast-png';
import { type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unescapeXml } from '../figure/svg-reading.js';
import {
  type BrowserWindow,
  keepPicture,
  openBrowserWindow,
  seriousFindings,
  stillness,
} from './browser-window.js';
import { gesturesIn, imageIn } from './gestures.js';

let shown: BrowserWindow;
let page: Page;

const { download, lookAway, openSample } = gesturesIn(() => page);
const step = () => page.locator('[data-step=export]');
const field = (label: string) => step().getByLabel(label, { exact: true });
const preview = () => step().locator('.page-thumbnail img');

/** Folds a step if it is open. */
async function fold(name: string): Promise<void> {
  const head = page.locator(`[data-step=${name}] h2 button`);
  if ((await head.getAttribute('aria-expanded')) === 'true') await head.click();
}

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
  listen();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openSample();
  await stillness(page);
  await lookAway();
  await page.getByText('direct', { exact: true }).click();
  await page.locator('.title-bar strong').click();
  await page.keyboard.press('Space');
  await page.getByText('1 job done').waitFor();
  await stillness(page);
  await page.keyboard.press('6');
  for (const other of ['source', 'density', 'nucleus', 'model', 'solve']) await fold(other);
  await preview().waitFor();
});
afterAll(() => shown.close());

/** Waits until the page that is shown is another one than `before`. */
async function otherPage(before: string | null): Promise<void> {
  await page.waitForFunction(
    (old) => document.querySelector('.page-thumbnail img')?.getAttribute('src') !== old,
    before,
  );
  await page.locator('.page-preview:not([data-drawing])').waitFor();
}

/** Changes something, and waits until the page was drawn again. */
async function redrawn(change: () => Promise<unknown>): Promise<void> {
  const before = await preview().getAttribute('src');
  await change();
  await otherPage(before);
}

const exportIt = () => download(() => step().getByRole('button', { name: 'Export', exact: true }).click());

async function setField(label: string, text: string): Promise<void> {
  await field(label).fill(text);
  await field(label).press('Enter');
}

/** Every page that the window has fetched, as SVG; the policy does not let a script read the picture's address. */
const pages: string[] = [];

function listen(): void {
  page.on('response', (response) => {
    if (!new URL(response.url()).pathname.startsWith('/data/') || response.request().method() !== 'GET')
      return;
    void response.text().then((text) => {
      if (text.startsWith('<?xml')) pages.push(text);
    });
  });
}

/** The SVG that is shown. */
async function shownSvg(): Promise<string> {
  await page.waitForTimeout(100);
  return pages.at(-1) ?? '';
}

const natural = () =>
  preview().evaluate((image) => {
    const { naturalWidth, naturalHeight } = image as HTMLImageElement;
    return naturalWidth / naturalHeight;
  });

describe('the page', () => {
  it('is previewed at its aspect, and says its size on paper and in pixels', async () => {
    const size = await step().locator('.page-preview .field-note').innerText();
    expect(size).toMatch(/^180 × [\d.]+ mm · 2\u2009126 × [\d\u2009]+ px · [\d.]+ megapixels$/);
    const height = Number(/^180 × ([\d.]+) mm/.exec(size)?.[1]);
    expect(await natural()).toBeCloseTo(180 / height, 1);
    await shown.picture('export-01-figure');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('follows what is chosen: width, text, what it shows, drawn from the picture in the view', async () => {
    await redrawn(() => step().getByRole('button', { name: '85', exact: true }).click());
    expect(await shownSvg()).toContain('width="85mm"');
    await redrawn(() => step().getByText('caption', { exact: true }).click());
    await redrawn(() => field('Export').selectOption('view'));
    const svg = await shownSvg();
    expect(svg).toContain('λ = Γ');
    expect(svg).not.toContain('What was assumed');
    await shown.picture('export-02-view');
    await redrawn(() => page.getByLabel('Colour map').selectOption('magma'));
    const colored = await shownSvg();
    expect(colored).not.toBe(svg);
    await redrawn(() => page.getByLabel('Colour map').selectOption('viridis'));
    expect(await shownSvg()).toBe(svg);
  });

  it('shows what was zoomed to, and the field again', async () => {
    const whole = await shownSvg();
    const box = await page.locator('.pane-canvas').nth(1).boundingBox();
    await redrawn(async () => {
      await page.mouse.move((box?.x ?? 0) + 150, (box?.y ?? 0) + 200);
      await page.mouse.wheel(0, -400);
    });
    expect(await shownSvg()).toMatch(/>\d{3} nm × |>1\.\d+ µm × /);
    await shown.picture('export-03-zoomed');
    await lookAway();
    await redrawn(() => page.keyboard.press('f'));
    expect(await shownSvg()).toBe(whole);
  });

  it('puts all views side by side', async () => {
    await redrawn(() => field('Export').selectOption('panes'));
    expect((await shownSvg()).match(/<image /g)).toHaveLength(4);
    await shown.picture('export-04-panes');
  });

  it('is looked at large, and at its size on paper', async () => {
    await step().getByRole('button', { name: 'Look at the page large' }).click();
    const dialog = page.getByRole('dialog', { name: 'Page' });
    const image = dialog.locator('img');
    await image.waitFor();
    await shown.picture('export-05-large');
    await dialog.getByText('1 : 1', { exact: true }).click();
    const width = await image.evaluate((element) => element.getBoundingClientRect().width);
    expect(width).toBeCloseTo((85 / 25.4) * 96, 0);
    await dialog.getByText('4 : 1', { exact: true }).click();
    await shown.picture('export-06-four-to-one');
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('says beside the field what a width cannot be', async () => {
    await setField('Width', '12');
    await page.getByText('12 mm is out of range; it must lie between 30 mm and 1000 mm.').waitFor();
    await field('Width').press('Escape');
  });

  it('that is too narrow for its text is refused with what would do', async () => {
    await setField('Text', '16 pt');
    await step().getByText('too narrow for text of 16 pt').waitFor();
    await shown.picture('export-07-too-narrow');
    await setField('Text', '7');
    await preview().waitFor();
  });
});

describe('exports', () => {
  it('a PNG has the pixels that were promised, its resolution and the job inside', async () => {
    await redrawn(() => field('Export').selectOption('view'));
    await setField('Resolution', '200');
    const promised = await step().locator('.page-preview .field-note').innerText();
    const [, width, height] = /· ([\d\u2009]+) × ([\d\u2009]+) px/.exec(promised) ?? [];
    const { name, bytes } = await exportIt();
    expect(name).toBe('image.lambda.png');
    const png = decode(bytes, { checkCrc: true });
    const number = (text: string): number => Number(text.replace(/\u2009/g, ''));
    expect([png.width, png.height]).toEqual([number(width), number(height)]);
    expect(png.resolution).toEqual({ x: 7874, y: 7874, unit: 1 });
    const job = JSON.parse(png.text['epiflux-job']) as { page: { content: { layer: string }[] } };
    expect(job.page.content[0]).toMatchObject({ layer: 'lambda', colormap: 'viridis' });
    expect(await step().locator('.exported li').first().innerText()).toMatch(/^image\.lambda\.png, \d/);
  });

  it('the same again by its key, to the same bytes', async () => {
    const first = await exportIt();
    await lookAway();
    const again = await download(() => page.keyboard.press('Control+e'));
    expect(again.name).toBe(first.name);
    expect(again.bytes.equals(first.bytes)).toBe(true);
  });

  it('an SVG is the page that was shown, under the name that was typed', async () => {
    await step().getByText('SVG', { exact: true }).click();
    await setField('File name', 'figure 3 b');
    const { name, bytes } = await exportIt();
    expect(name).toBe('figure 3 b.svg');
    const withoutRecord = (svg: string): string => svg.replace(/<metadata.*?<\/metadata>/s, '');
    expect(withoutRecord(bytes.toString())).toBe(withoutRecord(await shownSvg()));
    const opened = await page.evaluate(async (text) => {
      const image = new Image();
      image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
      await image.decode();
      return image.naturalWidth;
    }, bytes.toString());
    expect(opened).toBeCloseTo((85 / 25.4) * 96, -1);
    const job = /<metadata id="epiflux-job">(.*?)<\/metadata>/.exec(bytes.toString())?.[1] ?? '';
    expect(JSON.parse(unescapeXml(job))).toHaveProperty('job.model.lengthNm', 150);
    await step().getByText('PNG', { exact: true }).click();
  });

  it('a view in 3-D is captured at the resolution of the page', async () => {
    await page.getByText('3-D', { exact: true }).click();
    await stillness(page);
    await expect.poll(shownSvg, { timeout: 15_000 }).toContain('Height and colour');
    await shown.picture('export-08-height');
    await step().getByText('caption', { exact: true }).click();
    const { bytes } = await exportIt();
    const png = decode(bytes, { checkCrc: true });
    const colors = new Set<number>();
    for (let i = 0; i < png.data.length; i += png.channels * 7) {
      const [r, g, b] = png.data.subarray(i, i + 3);
      if (Math.max(r, g, b) - Math.min(r, g, b) > 60) colors.add((r << 16) | (g << 8) | b);
    }
    expect(colors.size).toBeGreaterThan(200);
    keepPicture('export-height-page', bytes);
    await step().getByText('caption', { exact: true }).click();
    await page.getByText('2-D', { exact: true }).click();
    await stillness(page);
  });

  it('a table of pixels has the values of the OME-TIFF', async () => {
    await field('Export').selectOption('table');
    const table = await exportIt();
    expect(table.name).toBe('image.pixels.csv');
    await field('Export').selectOption('image');
    await shown.picture('export-09-numbers');
    const file = await exportIt();
    expect(file.name).toBe('image.lambda.ome.tif');
    const image = await imageIn(file);
    const rows = table.bytes
      .toString()
      .split('\r\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const header = rows[0].split(',');
    expect(header).toEqual(['x_nm', 'y_nm', 'phi_h', 'phi_e', 'lambda', 'residual', 'identifiable']);
    for (const row of rows.slice(1)) {
      const [x, y, , , lambda, , identifiable] = row.split(',').map(Number);
      const value = image.values[Math.floor(y / 15) * image.width + Math.floor(x / 15)];
      expect(identifiable === 1 ? Math.fround(lambda) : NaN).toEqual(value);
    }
    expect(rows.length - 1).toBeGreaterThan(20_000);
  });

  it('a layer that is not there is not offered', async () => {
    const offered = await field('Values').locator('option').allInnerTexts();
    expect(offered).toContain('residual');
    expect(offered).not.toContain('standard deviation of λ');
  });

  it('a page of too many pixels is refused before it is drawn, with a resolution that would do', async () => {
    await field('Export').selectOption('view');
    await setField('Width', '900');
    await setField('Resolution', '2400');
    await step().getByText('more than the 100 that are drawn').waitFor();
    await step().getByRole('button', { name: 'Export', exact: true }).click();
    await step()
      .getByText(/Use \d+ dpi or less at this width/)
      .waitFor();
    await shown.picture('export-10-too-large');
    await setField('Resolution', '300');
    await setField('Width', '85');
  });

  it('the page is copied as PNG', async () => {
    await lookAway();
    await step().getByRole('button', { name: 'Copy', exact: true }).click();
    await step()
      .locator('.exported li', { hasText: /^copied: image\.lambda, / })
      .waitFor();
    const width = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      return (await createImageBitmap(await item.getType('image/png'))).width;
    });
    expect(width).toBe(Math.round((85 / 25.4) * 300));
  });
});

describe('in light', () => {
  it('is as readable, and large', async () => {
    await page.getByRole('button', { name: /Light or dark/ }).click();
    await shown.picture('export-11-light');
    expect(await seriousFindings(page)).toEqual([]);
    expect(shown.complaints).toEqual([]);
  });
});
