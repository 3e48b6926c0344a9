import type { PaneSize } from './plane-camera.js';

/** x, y, z in nm, or a direction in these axes. */
export type Vector = readonly [x: number, y: number, z: number];

/**
 * How a stack is looked at, without perspective, so that a scale bar holds everywhere: angles in degrees, nm per CSS
 * pixel (null: the whole box fits), and how far the middle of the box is moved from that of the pane, in nm (right, up).
 */
export interface Gaze {
  readonly azimuth: number;
  readonly elevation: number;
  readonly nmPerPixel: number | null;
  readonly shift: readonly [right: number, up: number];
}

/** From the front, a little from the left and from above. */
export const restingGaze: Gaze = { azimuth: -28, elevation: 38, nmPerPixel: null, shift: [0, 0] };

/** The gaze after a drag by (dx, dy) CSS pixels: half a degree a pixel, never beyond straight above and below. */
export function turnGaze(gaze: Gaze, dx: number, dy: number): Gaze {
  const azimuth = ((gaze.azimuth - 0.5 * dx + 540) % 360) - 180;
  return { ...gaze, azimuth, elevation: Math.min(90, Math.max(-90, gaze.elevation + 0.5 * dy)) };
}

/** The scale of a gaze: its own, or that at which a box of this size fits however it is turned. */
export function gazeScale({ nmPerPixel }: Gaze, [x, y, z]: Vector, { width, height }: PaneSize): number {
  return nmPerPixel ?? Math.hypot(x, y, z) / Math.min(width, height);
}

/** The gaze moved so that the box follows a drag by (dx, dy) CSS pixels. */
export function shiftGaze(gaze: Gaze, [dx, dy]: readonly [number, number], nmPerPixel: number): Gaze {
  const [right, up] = gaze.shift;
  return { ...gaze, shift: [right + dx * nmPerPixel, up - dy * nmPerPixel] };
}

/** The gaze `factor` times nearer, with what lies under `point` (CSS pixels from the pane's middle) kept in place. */
export function nearGaze(
  gaze: Gaze,
  nmPerPixel: number,
  [px, py]: readonly [number, number],
  factor: number,
): Gaze {
  const next = Math.min(1e6, Math.max(1e-2, nmPerPixel / factor));
  const [right, up] = gaze.shift;
  const gain = next - nmPerPixel;
  return { ...gaze, nmPerPixel: next, shift: [right + px * gain, up - py * gain] };
}

/** The directions of the screen in the axes of the stack, each of length 1. */
export interface GazeAxes {
  readonly right: Vector;
  readonly up: Vector;
  /** Into the screen. */
  readonly forward: Vector;
}

const radians = Math.PI / 180;

/**
 * The directions of the screen. Seen from straight above (elevation 90°, azimuth 0) a stack lies as its planes do in
 * 2-D, x to the right and y down, the first plane nearest: x, y, z are right-handed, and nothing is mirrored.
 */
export function gazeAxes({ azimuth, elevation }: Pick<Gaze, 'azimuth' | 'elevation'>): GazeAxes {
  const [sa, ca] = [Math.sin(azimuth * radians), Math.cos(azimuth * radians)];
  const [se, ce] = [Math.sin(elevation * radians), Math.cos(elevation * radians)];
  return { right: [ca, -sa, 0], up: [-sa * se, -ca * se, -ce], forward: [-sa * ce, -ca * ce, se] };
}

/** The product of two directions or positions. */
export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Where a position (nm from the middle of the box) appears, in CSS pixels from the pane's upper left corner. */
export function projectPosition(
  position: Vector,
  gaze: Gaze & { readonly nmPerPixel: number },
  pane: PaneSize,
): readonly [number, number] {
  const { right, up } = gazeAxes(gaze);
  const x = (dot(position, right) + gaze.shift[0]) / gaze.nmPerPixel;
  const y = (dot(position, up) + gaze.shift[1]) / gaze.nmPerPixel;
  return [pane.width / 2 + x, pane.height / 2 - y];
}
