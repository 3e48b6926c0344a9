import type { Grid } from '../../src-core/data/grid.js';
import type { Vector } from './gaze.js';
import type { PaneSize, PlaneCamera } from './plane-camera.js';
import type { PaneRect } from './scene.js';

/** Where the three slices look: the position at their middles in nm, and the scale that they share. */
export interface SlicesCamera {
  readonly center: Vector;
  readonly nmPerPixel: number;
}

/** The point that the slices go through; its z is the plane in view. */
export interface SlicesView {
  /** x and y in nm; null: the middle of the nucleus. */
  readonly crosshair: readonly [x: number, y: number] | null;
  /** null: fitted to the pane. */
  readonly camera: SlicesCamera | null;
}

/** The middle of the nucleus, fitted. */
export const restingSlices: SlicesView = { crosshair: null, camera: null };

/** Which planes: across z, across y, across x. */
export const sliceNames = ['xy', 'xz', 'yz'] as const;

/** One of the three slices. */
export type SliceName = (typeof sliceNames)[number];

/** The axes (0 = x, 1 = y, 2 = z) that run to the right and down in a slice. */
export const sliceAxes: Readonly<Record<SliceName, readonly [0 | 1 | 2, 0 | 1 | 2]>> = {
  xy: [0, 1],
  xz: [0, 2],
  yz: [2, 1],
};

/** CSS pixels between the slices, and the least that the z direction gets. */
const gap = 8;
const leastDepth = 48;

/** The rectangles of the slices: xy upper left, xz under it, yz beside it, as Fiji lays them out. */
export function sliceRects(span: Vector, pane: PaneSize): Readonly<Record<SliceName, PaneRect>> {
  const share = (plane: number, room: number): number =>
    Math.round(
      Math.max(leastDepth, Math.min(room / 2, ((room - gap) * span[2]) / Math.max(1e-9, plane + span[2]))),
    );
  const [right, bottom] = [share(span[0], pane.width), share(span[1], pane.height)];
  const depth = Math.min(right, bottom);
  const width = pane.width - gap - depth;
  const height = pane.height - gap - depth;
  return {
    xy: { left: 0, top: 0, width, height },
    xz: { left: 0, top: height + gap, width, height: depth },
    yz: { left: width + gap, top: 0, width: depth, height },
  };
}

/** Room around the box. */
const margin = 1.06;

/** The camera that shows a box (its middle and lengths in nm) in all three slices as large as they allow. */
export function fitSlices(center: Vector, span: Vector, pane: PaneSize): SlicesCamera {
  const rects = sliceRects(span, pane);
  const scales = sliceNames.map((name) => {
    const [across, down] = sliceAxes[name];
    return Math.max(span[across] / rects[name].width, span[down] / rects[name].height);
  });
  return { center, nmPerPixel: margin * Math.max(...scales) };
}

/** The camera of one slice. */
export function sliceCamera(name: SliceName, { center, nmPerPixel }: SlicesCamera): PlaneCamera {
  const [across, down] = sliceAxes[name];
  return { x: center[across], y: center[down], nmPerPixel };
}

/** The slice under a point of the pane; undefined between them. */
export function sliceAt(
  rects: Readonly<Record<SliceName, PaneRect>>,
  [px, py]: readonly [number, number],
): SliceName | undefined {
  return sliceNames.find((name) => {
    const { left, top, width, height } = rects[name];
    return px >= left && py >= top && px < left + width && py < top + height;
  });
}

function withAxes(position: Vector, name: SliceName, across: number, down: number): Vector {
  const next: [number, number, number] = [...position];
  next[sliceAxes[name][0]] = across;
  next[sliceAxes[name][1]] = down;
  return next;
}

/** The position (nm) under a point of a slice: two coordinates from the point, the third from the crosshair. */
export function positionInSlice(
  name: SliceName,
  rect: PaneRect,
  camera: SlicesCamera,
  { point, crosshair }: { readonly point: readonly [number, number]; readonly crosshair: Vector },
): Vector {
  const { x, y, nmPerPixel } = sliceCamera(name, camera);
  const across = x + (point[0] - rect.left - rect.width / 2) * nmPerPixel;
  const down = y + (point[1] - rect.top - rect.height / 2) * nmPerPixel;
  return withAxes(crosshair, name, across, down);
}

/** The camera moved so that a slice follows a drag by (dx, dy) CSS pixels; the other two move with it. */
export function panSlices(
  name: SliceName,
  camera: SlicesCamera,
  [dx, dy]: readonly [number, number],
): SlicesCamera {
  const { x, y, nmPerPixel } = sliceCamera(name, camera);
  return { ...camera, center: withAxes(camera.center, name, x - dx * nmPerPixel, y - dy * nmPerPixel) };
}

/** The camera zoomed by `factor` with what lies under a position kept in place, in all three slices. */
export function zoomSlices({ center, nmPerPixel }: SlicesCamera, at: Vector, factor: number): SlicesCamera {
  const next = Math.min(1e6, Math.max(1e-2, nmPerPixel / factor));
  const gain = next / nmPerPixel;
  const [x, y, z] = center.map((middle, axis) => at[axis] + (middle - at[axis]) * gain);
  return { center: [x, y, z], nmPerPixel: next };
}

/** The voxel of a grid that a position (nm from its corner) lies in, the nearest where it lies outside. */
export function nearestVoxel({ shape, spacing }: Grid, position: Vector): Vector {
  const [x, y, z] = position.map((nm, axis) => {
    const index = Math.floor(nm / spacing[2 - axis]);
    return Math.min(shape[2 - axis] - 1, Math.max(0, index));
  });
  return [x, y, z];
}

/** The entries of a stack in a slice through a voxel, row by row; see `sliceAxes` for its directions. */
export function cutSlice<T extends Float32Array | Uint8Array>(
  entries: T,
  { shape: [nz, ny, nx] }: Grid,
  name: SliceName,
  index: number,
): T {
  if (name === 'xy') return entries.subarray(index * nx * ny, (index + 1) * nx * ny) as T;
  const [columns, rows] = name === 'xz' ? [nx, nz] : [nz, ny];
  const slice = new (entries.constructor as new (length: number) => T)(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y, z] = name === 'xz' ? [column, index, row] : [index, row, column];
      slice[row * columns + column] = entries[(z * ny + y) * nx + x];
    }
  }
  return slice;
}
