import type { PaneRect } from './scene.js';
import type { PaneSize } from './plane-camera.js';

/**
 * Where what is drawn comes to lie in what is kept: clip coordinates are multiplied by the scale and moved by the
 * offset; `dots` are the device pixels left of and under it.
 */
export interface Frame {
  readonly scale: readonly [number, number];
  readonly offset: readonly [number, number];
  readonly dots: readonly [number, number];
}

/** All of a pane. */
export const wholeFrame: Frame = { scale: [1, 1], offset: [0, 0], dots: [0, 0] };

/** The scale and offset that put clip coordinates of a rectangle of the pane into those of the frame. */
export function rectFrame(
  { left, top, width, height }: PaneRect,
  pane: PaneSize,
  { scale, offset }: Frame,
): readonly [number, number, number, number] {
  const [sx, sy] = [width / pane.width, height / pane.height];
  const [x, y] = [(2 * left + width) / pane.width - 1, 1 - (2 * top + height) / pane.height];
  return [sx * scale[0], sy * scale[1], x * scale[0] + offset[0], y * scale[1] + offset[1]];
}

/** A tile of a picture that is drawn in parts: its place and size in device pixels, from the upper left corner. */
export type Tile = PaneRect;

/** The frame that shows one tile of a picture of this size (device pixels), as large as the tile. */
export function tileFrame(tile: Tile, picture: PaneSize): Frame {
  const scale = [picture.width / tile.width, picture.height / tile.height] as const;
  const middleX = (2 * tile.left + tile.width) / picture.width - 1;
  const middleY = 1 - (2 * tile.top + tile.height) / picture.height;
  return {
    scale,
    offset: [-middleX * scale[0], -middleY * scale[1]],
    dots: [tile.left, picture.height - tile.top - tile.height],
  };
}

/** The tiles of a picture, none wider or higher than `side`, row by row from the upper left. */
export function tilesOf({ width, height }: PaneSize, side: number): Tile[] {
  const tiles: Tile[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      tiles.push({ left, top, width: Math.min(side, width - left), height: Math.min(side, height - top) });
    }
  }
  return tiles;
}
