import { type ReactNode, useEffect, useRef } from 'react';
import type { Grid } from '../../src-core/data/grid.js';
import { colorIndex, colorTable, type Limits } from '../../src-core/figure/colormap.js';

/** The middle plane as pixels, transparent where there is no value. */
function pixelsOf(values: Float32Array, { shape }: Grid, limits: Limits): ImageData {
  const [nz, ny, nx] = shape;
  const plane = values.subarray(Math.floor(nz / 2) * ny * nx, (Math.floor(nz / 2) + 1) * ny * nx);
  const table = colorTable('viridis');
  const image = new ImageData(nx, ny);
  plane.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const at = 3 * colorIndex(value, limits);
    image.data.set([table[at], table[at + 1], table[at + 2], 255], 4 * i);
  });
  return image;
}

/** A small map without scale, to be seen beside another of the same limits. */
export function MapThumbnail({
  values,
  grid,
  limits,
  label,
}: {
  readonly values: Float32Array;
  readonly grid: Grid;
  readonly limits: Limits;
  readonly label: string;
}): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [low, high] = limits;
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(pixelsOf(values, grid, [low, high]), 0, 0);
  }, [values, grid, low, high]);
  return (
    <canvas
      ref={canvas}
      className="thumbnail"
      width={grid.shape[2]}
      height={grid.shape[1]}
      role="img"
      aria-label={label}
    />
  );
}
