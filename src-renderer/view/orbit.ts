import { Matrix4, PerspectiveCamera, Vector3 } from 'three';
import type { PaneSize } from './plane-camera.js';

/** Where the eye is around the surface: angles in degrees, and its distance in widths of the surface. */
export interface Orbit {
  readonly azimuth: number;
  readonly elevation: number;
  readonly distance: number;
}

/** The view from the front, a little from the left and from above. */
export const restingOrbit: Orbit = { azimuth: -28, elevation: 38, distance: 2.25 };

/** The orbit after a drag by (dx, dy) CSS pixels: half a degree per pixel, never over the top or under the floor. */
export function turnOrbit(orbit: Orbit, dx: number, dy: number): Orbit {
  const azimuth = ((orbit.azimuth - 0.5 * dx + 540) % 360) - 180;
  return { ...orbit, azimuth, elevation: Math.min(89, Math.max(4, orbit.elevation + 0.5 * dy)) };
}

/** The orbit `factor` times nearer. */
export function nearOrbit(orbit: Orbit, factor: number): Orbit {
  return { ...orbit, distance: Math.min(8, Math.max(0.8, orbit.distance / factor)) };
}

const radians = Math.PI / 180;

/** Panes narrower than this are looked at from further away, so that the surface is not cut off at its sides. */
const roomyAspect = 1.36;

/** The matrix that takes positions on the surface (x right, y up, z towards the front) to the screen. */
export function orbitMatrix({ azimuth, elevation, distance }: Orbit, pane: PaneSize): Matrix4 {
  const aspect = pane.width / pane.height;
  const camera = new PerspectiveCamera(30, aspect, 0.05, 60);
  const away = distance * Math.max(1, roomyAspect / aspect);
  const level = Math.cos(elevation * radians) * away;
  camera.position.set(
    Math.sin(azimuth * radians) * level,
    Math.sin(elevation * radians) * away + 0.08,
    Math.cos(azimuth * radians) * level,
  );
  camera.lookAt(new Vector3(0, 0.08, 0));
  camera.updateMatrixWorld();
  return new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
}

/** Which way the corner that appears furthest left lies: −1 or 1 along x and z. */
export function leftCorner({ azimuth }: Orbit): readonly [number, number] {
  return [Math.cos(azimuth * radians) >= 0 ? -1 : 1, Math.sin(azimuth * radians) >= 0 ? 1 : -1];
}

/** The side of the surface that faces the eye: −1, 0 or 1 along x and z. */
export function frontEdge({ azimuth }: Orbit): readonly [number, number] {
  const [x, z] = [Math.sin(azimuth * radians), Math.cos(azimuth * radians)];
  return Math.abs(x) > Math.abs(z) ? [Math.sign(x), 0] : [0, Math.sign(z)];
}

/** Where a position appears in the pane, in CSS pixels. */
export function projectPoint(
  matrix: Matrix4,
  pane: PaneSize,
  [x, y, z]: readonly [number, number, number],
): [number, number] {
  const point = new Vector3(x, y, z).applyMatrix4(matrix);
  return [(0.5 + point.x / 2) * pane.width, (0.5 - point.y / 2) * pane.height];
}
