/** A picture in its own units: columns and rows of pixels, and the size of a pixel in nm. */
export interface PictureSize {
  readonly nx: number;
  readonly ny: number;
  readonly pixelX: number;
  readonly pixelY: number;
}

/** Where a pane looks: the position at its middle in nm, and how many nm one screen pixel covers. */
export interface PlaneCamera {
  readonly x: number;
  readonly y: number;
  readonly nmPerPixel: number;
}

/** Size of a pane in CSS pixels. */
export interface PaneSize {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in nm. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The whole picture. */
export function pictureExtent({ nx, ny, pixelX, pixelY }: PictureSize): Extent {
  return { left: 0, top: 0, right: nx * pixelX, bottom: ny * pixelY };
}

/**
 * The box around a mask (one plane or several) with a margin of a twelfth of its size, within the picture; undefined
 * for an empty mask.
 */
export function maskExtent(mask: Uint8Array, picture: PictureSize): Extent | undefined {
  const { nx, ny, pixelX, pixelY } = picture;
  let [left, right, top, bottom] = [nx, -1, ny, -1];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const [ix, iy] = [i % nx, Math.floor(i / nx) % ny];
    left = Math.min(left, ix);
    right = Math.max(right, ix + 1);
    top = Math.min(top, iy);
    bottom = Math.max(bottom, iy + 1);
  }
  if (right < 0) return undefined;
  const [mx, my] = [(right - left) / 12, (bottom - top) / 12];
  return {
    left: Math.max(0, left - mx) * pixelX,
    right: Math.min(nx, right + mx) * pixelX,
    top: Math.max(0, top - my) * pixelY,
    bottom: Math.min(ny, bottom + my) * pixelY,
  };
}

/** The camera that shows an extent as large as the pane allows. */
export function fitCamera({ left, top, right, bottom }: Extent, pane: PaneSize): PlaneCamera {
  const nmPerPixel = Math.max((right - left) / pane.width, (bottom - top) / pane.height);
  return { x: (left + right) / 2, y: (top + bottom) / 2, nmPerPixel };
}

/** The position in nm under a point of the pane (CSS pixels from its upper left corner). */
export function positionAt(
  camera: PlaneCamera,
  pane: PaneSize,
  point: readonly [number, number],
): [number, number] {
  return [
    camera.x + (point[0] - pane.width / 2) * camera.nmPerPixel,
    camera.y + (point[1] - pane.height / 2) * camera.nmPerPixel,
  ];
}

/** The camera moved so that the picture follows a drag by (dx, dy) CSS pixels. */
export function panCamera(camera: PlaneCamera, dx: number, dy: number): PlaneCamera {
  return { ...camera, x: camera.x - dx * camera.nmPerPixel, y: camera.y - dy * camera.nmPerPixel };
}

/** The camera zoomed by `factor` (over 1: closer) with the position under `point` kept in place. */
export function zoomCamera(
  camera: PlaneCamera,
  pane: PaneSize,
  point: readonly [number, number],
  factor: number,
): PlaneCamera {
  const nmPerPixel = Math.min(1e7, Math.max(1e-3, camera.nmPerPixel / factor));
  const [x, y] = positionAt(camera, pane, point);
  return {
    x: x - (point[0] - pane.width / 2) * nmPerPixel,
    y: y - (point[1] - pane.height / 2) * nmPerPixel,
    nmPerPixel,
  };
}

/** Index of the pixel that covers a position in nm, or undefined outside the picture. */
export function pixelAt(picture: PictureSize, x: number, y: number): { ix: number; iy: number } | undefined {
  const [ix, iy] = [Math.floor(x / picture.pixelX), Math.floor(y / picture.pixelY)];
  return ix >= 0 && iy >= 0 && ix < picture.nx && iy < picture.ny ? { ix, iy } : undefined;
}
