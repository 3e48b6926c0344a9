import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BrowserWindow,
  dropFile,
  openBrowserWindow,
  root,
  seriousFindings,
  stillness,
} from './browser-window.js';
import { gesturesIn, imageIn } from './gestures.js';
import { clickAt, type MapFrame, screenAt } from './map-screen.js';

let shown: BrowserWindow;
let page: Page;

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
});
afterAll(() => shown.close());

const text = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'));
const { command, download, line, lookAway, opened, setField } = gesturesIn(() => page);
const source = () => page.locator('[data-step=source]');
const dialog = () => page.getByRole('dialog', { name: 'Columns and unit of the table' });
const field = (label: string) => dialog().getByLabel(label, { exact: true });

/** Rows of points scattered evenly over a rectangle. */
function scattered(count: number, width: number, height: number): [number, number][] {
  return Array.from({ length: count }, (_, k) => [
    ((k * 0.754877666) % 1) * width,
    ((k * 0.569840291) % 1) * height,
  ]);
}

const unsaid = [
  'a,b,c',
  ...scattered(400, 3000, 2000).map(([x, y], k) => `${k},${x.toFixed(1)},${y.toFixed(1)}`),
];

describe('a table that does not say what it holds', () => {
  it('is shown row by row, and asks for columns and unit', async () => {
    await dropFile(page, 'unsaid.csv', text(unsaid));
    await dialog().waitFor();
    expect(await dialog().locator('tbody tr').count()).toBe(20);
    expect(await dialog().innerText()).toContain('does not say which column is x');
    expect(await dialog().innerText()).toContain('Choose the columns of x and y.');
    expect(await page.getByRole('button', { name: 'Open the table' }).isDisabled()).toBe(true);
    await shown.picture('table-01-asks');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('says what the answer comes to, and opens by it', async () => {
    await field('x').selectOption({ label: 'b' });
    await field('y').selectOption({ label: 'b' });
    await field('Unit').selectOption('um');
    expect(await dialog().innerText()).toContain('b is chosen twice.');
    await field('y').selectOption({ label: 'c' });
    expect(await dialog().innerText()).toMatch(/span 2\.99 mm × 2\.0\d? mm|check the unit/);
    await field('Unit').selectOption('nm');
    expect(await dialog().innerText()).toMatch(
      /The points of the first 400 rows span 2\.99 µm × (1\.99|2) µm\./,
    );
    await shown.picture('table-02-answered');
    await page.getByRole('button', { name: 'Open the table' }).click();
    await opened('unsaid.csv');
    expect(await source().innerText()).toContain('400 localisations · nm, as you said');
    expect(await source().innerText()).toContain('x: b · y: c');
    await stillness(page);
  });

  it('is not asked again for the next one with the same header', async () => {
    await dropFile(page, 'next.csv', text([...unsaid.slice(0, 200)]));
    await opened('next.csv');
    expect(await dialog().count()).toBe(0);
    expect(await source().innerText()).toContain('199 localisations · nm, as you said');
  });

  it('can be read otherwise later, as one step that can be undone', async () => {
    await page.getByRole('button', { name: 'Change …' }).click();
    await dialog().waitFor();
    expect(await field('x').inputValue()).toBe('1');
    await field('Unit').selectOption('px');
    expect(await dialog().innerText()).toContain('Positions in pixels need the size of a camera pixel.');
    await field('Pixel size').fill('2');
    await field('Pixel size').press('Enter');
    await page.getByRole('button', { name: 'Read it like that' }).click();
    await source().getByText('camera pixels, as you said').waitFor();
    await stillness(page);
    await lookAway();
    await page.keyboard.press('Control+z');
    await source().getByText('nm, as you said').waitFor();
  });

  it('may be a table without a header: columns go by their place', async () => {
    await dropFile(
      page,
      'bare.txt',
      text(scattered(50, 4, 4).map(([x, y]) => `${x.toFixed(4)} ${y.toFixed(4)}`)),
    );
    await dialog().waitFor();
    expect(await dialog().innerText()).toContain('without a header');
    expect(await dialog().innerText()).toContain('by its place, there is no header');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    const card = page.getByRole('alert').first();
    await card.getByText('bare.txt was not opened').waitFor();
    await card.getByRole('button', { name: 'Say what is in it …' }).click();
    await field('Unit').selectOption('um');
    await page.getByRole('button', { name: 'Open the table' }).click();
    await opened('bare.txt');
    expect(await source().innerText()).toContain('50 localisations · µm, as you said');
  });

  it('names the first row that is broken', async () => {
    const rows = [
      'x [nm],y [nm]',
      ...scattered(30, 900, 900).map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`),
    ];
    rows[12] = 'not,measured';
    await dropFile(page, 'broken-row.csv', text(rows));
    await opened('broken-row.csv');
    expect(await source().innerText()).toContain(
      '1 of 30 rows hold no finite position and are left out; the first is row 12: "not,measured".',
    );
    await dropFile(
      page,
      'words.csv',
      text(['x,y', '1,2', '3,4', ...Array.from({ length: 20 }, () => 'so,it goes')]),
    );
    await dialog().waitFor();
    await field('Unit').selectOption('nm');
    await page.getByRole('button', { name: 'Open the table' }).click();
    await dialog()
      .getByText(/the first is row 3: "so,it goes"/)
      .waitFor();
    await shown.picture('table-03-broken');
    await page.getByRole('button', { name: 'Cancel' }).click();
  });
});

const spacing = 15;
/** The table's corner: far from 0, negative in y, on no multiple of the pixel. */
const corner = [31_234, -8765] as const;
/** A lone point, well away from the round nucleus of the others (radius 900 nm about 1200, 1100). */
const lone = [2500, 300] as const;

function nucleusTable(mark: 'het' | 'eu'): string[] {
  const rows = scattered(mark === 'het' ? 60_000 : 50_000, 2600, 2200).flatMap(([x, y], k) => {
    const r = Math.hypot(x - 1200, y - 1100);
    const dense = Math.sin(x / 130) * Math.sin(y / 150) > 0;
    const keep = r < 900 && (mark === 'het' ? dense || k % 3 === 0 : !dense || k % 2 === 0);
    return keep ? [[x, y] as const] : [];
  });
  const at = ([x, y]: readonly [number, number], z: number) =>
    `${(corner[0] + x).toFixed(2)},${(corner[1] + y).toFixed(2)},${z},9,${mark}`;
  return [...rows.map((row, k) => at(row, (k % 400) - 200)), at(lone, mark === 'het' ? -150 : 150)];
}

/** Red, green and blue of the window at a point. */
async function colourAt([x, y]: readonly [number, number]): Promise<number[]> {
  const { data, width, channels } = decode(await page.screenshot());
  const at = (Math.round(y) * width + Math.round(x)) * channels;
  return [...data.slice(at, at + 3)];
}

const orange = [0xff, 0x9d, 0x2e];
const blue = [0x5c, 0xcb, 0xff];
const differs = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((v, i) => Math.abs(v - b[i])));

describe('the points themselves', () => {
  let map: MapFrame;
  /** Where the lone point lies in the picture, in pixels: the job's grid begins on a multiple of the pixel, less 12. */
  const place = (): [number, number] => {
    const low = (axis: 0 | 1, first: number): number =>
      (Math.floor((corner[axis] + first) / spacing) - 12) * spacing;
    const all = [...nucleusTable('het'), ...nucleusTable('eu')].map((row) => row.split(',').map(Number));
    const x0 = low(0, Math.min(...all.map(([x]) => x)) - corner[0]);
    const y0 = low(1, Math.min(...all.map(([, y]) => y)) - corner[1]);
    return [(corner[0] + lone[0] - x0) / spacing, (corner[1] + lone[1] - y0) / spacing];
  };

  const show = async (): Promise<void> => {
    await lookAway();
    await page.keyboard.press('r');
    await stillness(page);
  };

  it('lie over the picture where they are, to the pixel, in the colour of their channel', async () => {
    const header = 'x [nm],y [nm],z [nm],uncertainty [nm],channel';
    await dropFile(page, 'nucleus.csv', text([header, ...nucleusTable('het'), ...nucleusTable('eu')]));
    await opened('nucleus.csv');
    await page.getByLabel('points', { exact: true }).check();
    await page.getByText(/^[\d\u2009]+ localisations · precision 9\.00 nm \(median\)$/).waitFor();
    await page.getByText('fixed', { exact: true }).click();
    await page.getByLabel('Diameter of the points').fill('8');
    await page.getByLabel('opacity').fill('1');
    const size = await page.locator('.pane-canvas p.hidden-text').first().innerText();
    const [ny, nx] = (/(\d+) × (\d+) pixels/.exec(size) ?? []).slice(1).map(Number);
    map = { page, pane: 0, nx, ny };
    await show();
    await shown.picture('table-04-points');
    const at = await screenAt(map, ...place());
    expect(differs(await colourAt(at), blue)).toBeLessThanOrEqual(2);
    await page.locator('.points-channel').nth(1).getByRole('checkbox').uncheck();
    await stillness(page);
    expect(differs(await colourAt(at), orange)).toBeLessThanOrEqual(2);
    for (const [dx, dy] of [
      [6, 0],
      [-6, 0],
      [0, 6],
      [0, -6],
    ]) {
      expect(differs(await colourAt([at[0] + dx, at[1] + dy]), orange)).toBeGreaterThan(40);
    }
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('of one stretch of z alone', async () => {
    const at = await screenAt(map, ...place());
    await setField('z from', '0 nm');
    await stillness(page);
    expect(differs(await colourAt(at), orange)).toBeGreaterThan(40);
    await page.locator('.points-channel').nth(1).getByRole('checkbox').check();
    await stillness(page);
    expect(differs(await colourAt(at), blue)).toBeLessThanOrEqual(2);
    await setField('z from', '');
  });

  it('never reach the main side when they are drawn otherwise', async () => {
    await stillness(page);
    const asked = shown.sent.length;
    await page.getByText('by precision', { exact: true }).click();
    await page.getByLabel('opacity').fill('0.4');
    await page
      .getByLabel(/^Colour of the points of/)
      .first()
      .fill('#00ff00');
    await page.mouse.move(...(await screenAt(map, 80, 80)));
    await page.mouse.wheel(0, -600);
    await stillness(page);
    await shown.picture('table-05-close');
    expect(shown.sent.length).toBe(asked);
  });

  it('lie as exactly over the maps that were made from a mask drawn on the picture', async () => {
    await show();
    await page.getByLabel('points', { exact: true }).uncheck();
    await page.getByLabel('Layer of view 1').selectOption('channel-a');
    await page.keyboard.press('d');
    await page.getByRole('toolbar', { name: 'Drawing the mask' }).waitFor();
    await show();
    await page.keyboard.press('p');
    const [cx, cy] = place();
    const middle = [cx - (lone[0] - 1200) / spacing, cy - (lone[1] - 1100) / spacing];
    const ring = Array.from({ length: 16 }, (_, k): [number, number] => [
      middle[0] + (820 / spacing) * Math.cos((k * Math.PI) / 8),
      middle[1] + (820 / spacing) * Math.sin((k * Math.PI) / 8),
    ]);
    await clickAt(map, ring);
    await page.keyboard.press('Enter');
    const drawn = page.locator('.mask-bar [data-mask-facts]');
    const count = Number(await drawn.getAttribute('data-pixels'));
    const exact = 8 * (820 / spacing) ** 2 * Math.sin(Math.PI / 8);
    expect(Math.abs(count / exact - 1)).toBeLessThan(0.01);
    await page.keyboard.press('Space');
    await page.getByText('1 job done').waitFor();
    await stillness(page);
    expect(await line('nucleus')).toContain(`${((count * spacing * spacing) / 1e6).toFixed(2)} µm²`);
    const exported = await imageIn(await download(() => command('export nucleus mask')));
    expect(exported.values.filter((value) => value > 0).length).toBe(count);
    expect(exported.width).toBe(map.nx);
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    await page.getByLabel('points', { exact: true }).check();
    await page.getByText('fixed', { exact: true }).click();
    await page.getByLabel('opacity').fill('1');
    await page.getByLabel('Layer of view 1').selectOption('density');
    await page.locator('.points-channel').nth(0).getByRole('checkbox').uncheck();
    await show();
    await shown.picture('table-06-over-density');
    const at = await screenAt(map, ...place());
    expect(differs(await colourAt(at), blue)).toBeLessThanOrEqual(2);
  });

  it('are as readable in light', async () => {
    await command('light or dark');
    await stillness(page);
    await shown.picture('table-07-light');
    expect(await seriousFindings(page)).toEqual([]);
  });
});

const blobs = join(root, '..', 'shared', 'data', 'localizations', 'five_blobs_3D.txt');
const title = existsSync(blobs) ? 'asks for its unit alone' : `is skipped: ${blobs} is not there`;

describe('a table of another program', () => {
  it.skipIf(!existsSync(blobs))(title, async () => {
    await dropFile(page, 'five_blobs_3D.txt', new Uint8Array(readFileSync(blobs)));
    await dialog().waitFor();
    expect(await field('x').inputValue()).toBe('1');
    expect(await field('z').inputValue()).toBe('3');
    await field('Unit').selectOption('nm');
    await page.getByRole('button', { name: 'Open the table' }).click();
    await opened('five_blobs_3D.txt');
    expect(await source().innerText()).toContain('50 localisations · nm, as you said');
  });
});

describe('the window', () => {
  it('has been content with itself all along', () => {
    expect(shown.complaints).toEqual([]);
  });
});
