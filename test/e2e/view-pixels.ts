import { decode } from 'fast-png';
import type { Locator, Page } from 'playwright-core';
import { colorTable, type ColormapName } from '../../src-core/figure/colormap.js';

/** Pixels of a part of the window as seen on the screen. */
export interface Shot {
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
  readonly at: (x: number, y: number) => readonly [number, number, number];
}

/** Shows or hides what lies over the canvas of a pane. */
function showOverlays(pane: Locator, visible: boolean): Promise<void> {
  return pane.evaluate((element, shown) => {
    for (const child of element.children) {
      const part = child as HTMLElement;
      if (part.tagName !== 'CANVAS') part.style.visibility = shown ? '' : 'hidden';
    }
  }, visible);
}

/** A picture of a pane without what lies over its canvas. */
export async function shotOf(element: Locator): Promise<Shot> {
  await showOverlays(element, false);
  const bytes = await element.screenshot();
  await showOverlays(element, true);
  const { width, height, data, channels } = decode(bytes);
  return {
    width,
    height,
    bytes,
    at: (x, y) => {
      const i = channels * (y * width + x);
      return [data[i], data[i + 1], data[i + 2]];
    },
  };
}

type Rgb = readonly [number, number, number];

/** Whether a pixel has a colour of its own rather than a grey of the window. */
export function isColored([r, g, b]: Rgb): boolean {
  return Math.max(r, g, b) - Math.min(r, g, b) > 30;
}

/** All pixels that have a colour of their own. */
export function coloredPixels(shot: Shot): Rgb[] {
  const found: Rgb[] = [];
  for (let y = 0; y < shot.height; y++) {
    for (let x = 0; x < shot.width; x++) if (isColored(shot.at(x, y))) found.push(shot.at(x, y));
  }
  return found;
}

const distance = (a: Rgb, b: Rgb): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

function entries(name: ColormapName): Rgb[] {
  const table = colorTable(name);
  return Array.from({ length: 256 }, (_, i) => [table[3 * i], table[3 * i + 1], table[3 * i + 2]] as const);
}

/** How far a colour is from the nearest of a map, if shade may darken it down to `darkest`. */
function distanceTo(map: readonly Rgb[], color: Rgb, darkest: number): number {
  return Math.min(
    ...map.map((entry) => {
      const size = entry[0] ** 2 + entry[1] ** 2 + entry[2] ** 2;
      const along = (color[0] * entry[0] + color[1] * entry[1] + color[2] * entry[2]) / size;
      const shade = Math.min(1, Math.max(darkest, along));
      return distance(color, [entry[0] * shade, entry[1] * shade, entry[2] * shade]);
    }),
  );
}

/** Share of colours that are those of a map, darkened by shade down to `darkest` (1: not at all). */
export function shareInMap(colors: readonly Rgb[], name: ColormapName, darkest = 1): number {
  const map = entries(name);
  const step = Math.max(1, Math.floor(colors.length / 3000));
  const some = colors.filter((_, i) => i % step === 0);
  return some.filter((color) => distanceTo(map, color, darkest) < 7).length / Math.max(1, some.length);
}

/** The picture in the clipboard, as the browser decodes it. */
export async function clipboardShot(page: Page): Promise<Omit<Shot, 'bytes'>> {
  const [width, height, text] = await page.evaluate(async () => {
    const items = await navigator.clipboard.read();
    const bitmap = await createImageBitmap(await items[0].getType('image/png'));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const { data } = context?.getImageData(0, 0, bitmap.width, bitmap.height) ?? { data: new Uint8Array() };
    let letters = '';
    for (let i = 0; i < data.length; i += 8192) letters += String.fromCharCode(...data.subarray(i, i + 8192));
    return [bitmap.width, bitmap.height, btoa(letters)] as const;
  });
  const data = Buffer.from(text, 'base64');
  return {
    width,
    height,
    at: (x, y) => {
      const i = 4 * (y * width + x);
      return [data[i], data[i + 1], data[i + 2]];
    },
  };
}
