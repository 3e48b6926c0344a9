import { type Grid, makeGrid, type Triple, voxelCount } from '../../src-core/data/grid.js';
import type { PictureSize } from '../view/plane-camera.js';
import {
  emptyPlane,
  type MaskPlane,
  pixelCount,
  planeOfValues,
  resamplePlane,
  samePlane,
  writePlane,
} from './mask-plane.js';
import { unite } from './spans.js';
import { countHoles, countParts } from './topology.js';

/** A nucleus mask as drawn: a plane for each of the grid's. Never changed once made; planes are shared by edits. */
export interface DrawnMask {
  readonly grid: Grid;
  readonly planes: readonly MaskPlane[];
}

/** What is said of a plane of a mask while it is drawn, and of the whole stack. */
export interface MaskFacts {
  readonly pixels: number;
  readonly areaUm2: number;
  /** Parts that hang together by the sides of pixels. */
  readonly parts: number;
  readonly holes: number;
  /** Voxels of all planes, and their volume; the same pixels and null where there is one plane. */
  readonly voxels: number;
  readonly volumeUm3: number | null;
}

/** Columns, rows and pixel sizes of a grid's planes. */
export function planeSize({ shape, spacing }: Grid): PictureSize {
  return { nx: shape[2], ny: shape[1], pixelX: spacing[2], pixelY: spacing[1] };
}

/** A mask without a pixel. */
export function emptyMask(grid: Grid): DrawnMask {
  const plane = emptyPlane(grid.shape[2], grid.shape[1]);
  return { grid, planes: Array.from({ length: grid.shape[0] }, () => plane) };
}

/** A mask from one value a voxel; inside is what is over zero. */
export function maskOfValues(values: ArrayLike<number>, grid: Grid): DrawnMask {
  const size = planeSize(grid);
  const planes = Array.from({ length: grid.shape[0] }, (_, z) =>
    planeOfValues(values, size, z * size.nx * size.ny),
  );
  return { grid, planes };
}

/** One byte a voxel: `ink` inside, 0 outside. */
export function maskBytes({ grid, planes }: DrawnMask, ink = 1): Uint8Array {
  const bytes = new Uint8Array(voxelCount(grid));
  const count = grid.shape[1] * grid.shape[2];
  planes.forEach((plane, z) => {
    writePlane(bytes, plane, { ink, start: z * count });
  });
  return bytes;
}

/** The plane of a mask that plane `z` of a picture shows: its only one, else the nearest there is. */
export function nearestPlane({ planes }: DrawnMask, z: number): number {
  return Math.min(planes.length - 1, Math.max(0, z));
}

/** The mask with some planes replaced by what `change` makes of them; the same mask where nothing changes. */
export function changePlanes(
  mask: DrawnMask,
  which: number | 'all',
  change: (plane: MaskPlane) => MaskPlane,
): DrawnMask {
  const planes = mask.planes.map((plane, z) => {
    if (which !== 'all' && which !== z) return plane;
    const next = change(plane);
    return samePlane(next, plane) ? plane : next;
  });
  return planes.some((plane, z) => plane !== mask.planes[z]) ? { ...mask, planes } : mask;
}

/** Numbers about plane `z` of a mask and about all of it. */
export function maskFacts({ grid, planes }: DrawnMask, z: number): MaskFacts {
  const [dz, dy, dx] = grid.spacing;
  const counts = planes.map(pixelCount);
  const voxels = counts.reduce((sum, count) => sum + count, 0);
  return {
    pixels: counts[z],
    areaUm2: (counts[z] * dy * dx) / 1e6,
    parts: countParts(planes[z]),
    holes: countHoles(planes[z]),
    voxels,
    volumeUm3: planes.length > 1 ? (voxels * dz * dy * dx) / 1e9 : null,
  };
}

/** The mask of one plane that is set where any plane is. */
function projectedPlane({ planes }: DrawnMask): MaskPlane {
  return planes.reduce((sum, plane) => ({
    ...sum,
    rows: sum.rows.map((row, iy) => unite(row, plane.rows[iy])),
  }));
}

/**
 * The mask on another grid, by the nearest pixel. A single plane serves all planes; several become one by plane
 * `z`, or by their union where `z` is 'max'.
 */
export function fitMask(mask: DrawnMask, grid: Grid, z: number | 'max'): DrawnMask {
  const from = mask.grid;
  const index = (axis: 1 | 2) => (i: number) => {
    const position = grid.origin[axis] + (i + 0.5) * grid.spacing[axis] - from.origin[axis];
    return Math.floor(position / from.spacing[axis]);
  };
  const nearest = { x: index(2), y: index(1) };
  const wanted = (plane: number): MaskPlane => {
    if (grid.shape[0] > 1 || mask.planes.length === 1) return mask.planes[nearestPlane(mask, plane)];
    return z === 'max' ? projectedPlane(mask) : mask.planes[nearestPlane(mask, z)];
  };
  const size = planeSize(grid);
  const planes = Array.from({ length: grid.shape[0] }, (_, plane) =>
    resamplePlane(wanted(plane), size, nearest),
  );
  return { grid, planes };
}

/** The mask with its pixels said to be of another size, as where the user corrects an image's pixel size. */
export function withSpacing(mask: DrawnMask, spacing: Triple): DrawnMask {
  return { ...mask, grid: makeGrid(mask.grid.shape, spacing, mask.grid.origin) };
}
