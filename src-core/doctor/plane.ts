import { makeGrid, type Grid } from '../data/grid.js';

/** One plane of values, row by row. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** A plane with lengths in its own pixels. */
export function pixelGrid({ width, height }: Pick<Plane, 'width' | 'height'>): Grid {
  return makeGrid([1, height, width], [1, 1, 1]);
}

/** Pixels of a block along each side, so that a plane has at most `most` blocks along its longer side. */
export function blockSize({ width, height }: Plane, most: number): number {
  return Math.max(1, Math.ceil(Math.max(width, height) / most));
}

/** Means of square blocks of pixels; what is left over at the right and the bottom is left out, NaN counts as 0. */
export function blockMeans({ width, height, values }: Plane, size: number): Plane {
  const [nx, ny] = [Math.max(1, Math.floor(width / size)), Math.max(1, Math.floor(height / size))];
  const [bx, by] = [Math.min(size, width), Math.min(size, height)];
  const sums = new Float64Array(nx * ny);
  for (let y = 0; y < ny * by; y++) {
    const row = Math.floor(y / by) * nx;
    for (let block = 0, x = y * width; block < nx; block++) {
      let sum = 0;
      for (const end = x + bx; x < end; x++) {
        const value = values[x];
        if (value - value === 0) sum += value;
      }
      sums[row + block] += sum;
    }
  }
  return { width: nx, height: ny, values: Float32Array.from(sums, (sum) => sum / (bx * by)) };
}

/** The part of a plane that starts at a pixel; beyond the plane it is filled with `outside`. */
export function cutOut(
  plane: Plane,
  from: { readonly x: number; readonly y: number },
  size: { readonly width: number; readonly height: number },
  outside = 0,
): Plane {
  const values = new Float32Array(size.width * size.height).fill(outside);
  const last = Math.min(size.width, plane.width - from.x);
  for (let y = 0; y < Math.min(size.height, plane.height - from.y); y++) {
    const start = (from.y + y) * plane.width + from.x;
    values.set(plane.values.subarray(start, start + last), y * size.width);
  }
  return { ...size, values };
}
