import type { Page } from 'playwright-core';

/** A picture as it lies in a pane after "R", the whole of it fitted: width and height in pixels. */
export interface MapFrame {
  readonly page: Page;
  readonly pane: number;
  readonly nx: number;
  readonly ny: number;
}

/** Where a position of the picture (in its pixels) lies in the window. */
export async function screenAt(
  { page, pane, nx, ny }: MapFrame,
  ix: number,
  iy: number,
): Promise<[number, number]> {
  const box = await page.locator('.pane-canvas').nth(pane).boundingBox();
  if (box === null) throw new Error('The pane is not shown.');
  const perPixel = Math.min(box.width / nx, box.height / ny);
  return [
    box.x + box.width / 2 + (ix - nx / 2) * perPixel,
    box.y + box.height / 2 + (iy - ny / 2) * perPixel,
  ];
}

/** Draws with the left button along positions of the picture. */
export async function dragAlong(
  map: MapFrame,
  way: readonly (readonly [number, number])[],
  alt = false,
): Promise<void> {
  const points = await Promise.all(way.map(([ix, iy]) => screenAt(map, ix, iy)));
  if (alt) await map.page.keyboard.down('Alt');
  await map.page.mouse.move(...points[0]);
  await map.page.mouse.down();
  for (const point of points.slice(1)) await map.page.mouse.move(...point, { steps: 4 });
  await map.page.mouse.up();
  if (alt) await map.page.keyboard.up('Alt');
}

/** Clicks at positions of the picture, one after the other. */
export async function clickAt(map: MapFrame, places: readonly (readonly [number, number])[]): Promise<void> {
  for (const [ix, iy] of places) await map.page.mouse.click(...(await screenAt(map, ix, iy)));
}
