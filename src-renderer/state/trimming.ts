/** A picture as pixels: red, green, blue, alpha, row by row from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A rectangle of whole pixels. */
export interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The box around everything that is not clear, with a margin of a fortieth of the longer side, inside the picture;
 * the whole picture where all of it is clear.
 */
export function drawnBox({ width, height, data }: Pixels): PixelBox {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let i = 0; i < width * height; i++) {
    if (data[4 * i + 3] === 0) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = y;
  }
  if (right < 0) return { x: 0, y: 0, width, height };
  const margin = Math.ceil(Math.max(right - left, bottom - top) / 40);
  const [x, y] = [Math.max(0, left - margin), Math.max(0, top - margin)];
  return {
    x,
    y,
    width: Math.min(width, right + margin + 1) - x,
    height: Math.min(height, bottom + margin + 1) - y,
  };
}

/** The pixels inside a box. */
export function cropPixels(
  { width, data }: Pixels,
  box: PixelBox,
): Pixels & { readonly data: Uint8Array<ArrayBuffer> } {
  const cropped = new Uint8Array(4 * box.width * box.height);
  for (let row = 0; row < box.height; row++) {
    const start = 4 * ((box.y + row) * width + box.x);
    cropped.set(data.subarray(start, start + 4 * box.width), 4 * row * box.width);
  }
  return { width: box.width, height: box.height, data: cropped };
}
