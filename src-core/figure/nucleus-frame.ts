import { makeGrid } from '../data/grid.js';
import type { FigureContent } from './figure-content.js';

/** First and last index (inclusive) along y and x of what a figure shows. */
interface Box {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

function maskBox({ mask, grid }: FigureContent): Box | undefined {
  const [, ny, nx] = grid.shape;
  let [top, bottom, left, right] = [ny, -1, nx, -1];
  mask.forEach((value, i) => {
    if (value === 0) return;
    const [iy, ix] = [Math.floor(i / nx) % ny, i % nx];
    top = Math.min(top, iy);
    bottom = Math.max(bottom, iy);
    left = Math.min(left, ix);
    right = Math.max(right, ix);
  });
  return bottom < 0 ? undefined : { rows: [top, bottom], columns: [left, right] };
}

/** The box widened by a sixth of its longer side, inside the frame. */
function widened({ rows, columns }: Box, ny: number, nx: number): Box {
  const margin = Math.ceil(Math.max(rows[1] - rows[0], columns[1] - columns[0]) / 6);
  const widen = ([low, high]: readonly [number, number], n: number): [number, number] => [
    Math.max(0, low - margin),
    Math.min(n - 1, high + margin),
  ];
  return { rows: widen(rows, ny), columns: widen(columns, nx) };
}

function cut<T extends Float32Array | Uint8Array>(
  values: T,
  out: T,
  content: FigureContent,
  { rows, columns }: Box,
): T {
  const [nz, ny, nx] = content.grid.shape;
  let at = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = rows[0]; y <= rows[1]; y++) {
      const start = (z * ny + y) * nx;
      out.set(values.subarray(start + columns[0], start + columns[1] + 1), at);
      at += columns[1] - columns[0] + 1;
    }
  }
  return out;
}

/**
 * The content cut to the nucleus and its surroundings where these fill less than half of the field, so that a small
 * nucleus in a large field can be seen; otherwise the content as it is. The whole field's size is kept in `field`.
 */
export function aroundNucleus(content: FigureContent): FigureContent {
  const { grid } = content;
  const [nz, ny, nx] = grid.shape;
  const [dz, dy, dx] = grid.spacing;
  const found = maskBox(content);
  if (found === undefined) return content;
  const box = widened(found, ny, nx);
  const [height, width] = [box.rows[1] - box.rows[0] + 1, box.columns[1] - box.columns[0] + 1];
  if (height * width >= 0.5 * ny * nx) return content;
  const origin = [
    grid.origin[0],
    grid.origin[1] + box.rows[0] * dy,
    grid.origin[2] + box.columns[0] * dx,
  ] as const;
  const size = nz * height * width;
  return {
    ...content,
    grid: makeGrid([nz, height, width], [dz, dy, dx], origin),
    field: { widthNm: nx * dx, heightNm: ny * dy },
    mask: cut(content.mask, new Uint8Array(size), content, box),
    identifiable: cut(content.identifiable, new Uint8Array(size), content, box),
    density: cut(content.density, new Float32Array(size), content, box),
    rate: cut(content.rate, new Float32Array(size), content, box),
  };
}
