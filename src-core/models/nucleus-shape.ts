import { type Grid, voxelCount } from '../data/grid.js';
import type { RandomStream } from '../random.js';
import { breathe, type Run } from '../run.js';

/** An elliptical hole (an empty nucleolus), as fractions of half the frame: centre and semi-axes. */
interface Nucleolus {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
}

/**
 * The outline of a nucleus, in fractions of half the frame: an ellipse (ellipsoid where the grid has planes) with
 * the given semi-axes, turned by `degrees`, with an optional dent and optional holes. `periodic` has no outline: a box
 * that repeats itself, whose semi-axes only say where a radial λ changes.
 */
export interface NucleusShape {
  readonly kind: 'ellipse' | 'bean' | 'nucleoli' | 'periodic';
  readonly semiAxes: readonly [x: number, y: number, z: number];
  readonly degrees: number;
  /** Radius × (1 − depth·exp(−½(angle/width)²)) about the direction `at`, in degrees and radians of `width`. */
  readonly dent: { readonly at: number; readonly depth: number; readonly width: number } | null;
  readonly holes: readonly Nucleolus[];
}

/** A random nucleus of the given kind, well inside its frame. */
export function randomShape(kind: NucleusShape['kind'], { uniform }: RandomStream): NucleusShape {
  if (kind === 'periodic') return { kind, semiAxes: [0.85, 0.85, 0.85], degrees: 0, dent: null, holes: [] };
  const between = (low: number, high: number): number => low + (high - low) * uniform();
  const semiAxes = [between(0.84, 0.9), between(0.68, 0.76), between(0.82, 0.9)] as const;
  const degrees = between(0, 180);
  const dent =
    kind === 'bean' ? { at: between(60, 120), depth: between(0.3, 0.38), width: between(0.55, 0.65) } : null;
  const holes = kind === 'nucleoli' ? randomHoles(semiAxes, between) : [];
  return { kind, semiAxes, degrees, dent, holes };
}

/** Two or three holes spread around the centre, so far apart that they neither touch nor reach the edge. */
function randomHoles(
  [halfX, halfY]: NucleusShape['semiAxes'],
  between: (low: number, high: number) => number,
): Nucleolus[] {
  const count = between(0, 1) < 0.5 ? 2 : 3;
  const first = between(0, 2 * Math.PI);
  return Array.from({ length: count }, (_, k) => {
    const angle = first + (2 * Math.PI * k) / count + between(-0.2, 0.2);
    const away = between(0.42, 0.52);
    return {
      x: halfX * away * Math.cos(angle),
      y: halfY * away * Math.sin(angle),
      radiusX: between(0.11, 0.16),
      radiusY: between(0.11, 0.16),
    };
  });
}

/**
 * Distance from the centre of the nucleus relative to its outline: 0 at the centre, 1 on the outline, holes
 * ignored; in a periodic box it is smooth across the faces too. x, y, z in fractions of half the frame from its centre.
 */
export function relativeRadius(shape: NucleusShape, x: number, y: number, z: number): number {
  if (shape.kind === 'periodic') return periodicRadius(shape, [x, y, z]);
  const [along, across] = turned(shape, x, y);
  const [halfX, halfY, halfZ] = shape.semiAxes;
  const radius = Math.hypot(along / halfX, across / halfY, z / halfZ);
  if (shape.dent === null) return radius;
  const turn = Math.atan2(across / halfY, along / halfX) - (shape.dent.at * Math.PI) / 180;
  const angle = Math.atan2(Math.sin(turn), Math.cos(turn));
  return radius / (1 - shape.dent.depth * Math.exp(-0.5 * (angle / shape.dent.width) ** 2));
}

/** As far from the centre as x, y, z near it, and level at the faces, so that it goes on beyond them. */
function periodicRadius({ semiAxes }: NucleusShape, place: readonly [number, number, number]): number {
  return Math.hypot(...place.map((u, axis) => Math.sin((Math.PI * u) / 2) / semiAxes[axis]));
}

function turned({ degrees }: NucleusShape, x: number, y: number): [number, number] {
  const angle = (degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return [cosine * x + sine * y, cosine * y - sine * x];
}

function isInside(shape: NucleusShape, x: number, y: number, z: number): boolean {
  if (shape.kind === 'periodic') return true;
  if (relativeRadius(shape, x, y, z) >= 1) return false;
  const [along, across] = turned(shape, x, y);
  return shape.holes.every(
    (hole) => Math.hypot((along - hole.x) / hole.radiusX, (across - hole.y) / hole.radiusY) >= 1,
  );
}

/** Centre of voxel `i` in fractions of half the frame from its centre, x, y, z; z is 0 on a planar grid. */
export function framePosition(grid: Grid, i: number): [x: number, y: number, z: number] {
  const [nz, ny, nx] = grid.shape;
  const iz = Math.floor(i / (ny * nx));
  const iy = Math.floor(i / nx) % ny;
  return [(2 * (i % nx) + 1) / nx - 1, (2 * iy + 1) / ny - 1, (2 * iz + 1) / nz - 1];
}

/** 1 in the voxels whose centre is inside the nucleus and outside its holes. */
export async function shapeMask(shape: NucleusShape, grid: Grid, run: Run): Promise<Uint8Array> {
  const mask = new Uint8Array(voxelCount(grid));
  for (let i = 0; i < mask.length; i++) {
    if (i % 16384 === 0) await breathe(run);
    mask[i] = isInside(shape, ...framePosition(grid, i)) ? 1 : 0;
  }
  return mask;
}
