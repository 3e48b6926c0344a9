import type { Grid, Triple } from '../data/grid.js';
import { breathe, type Run } from '../run.js';

/** The faces between inside and outside voxels of a mask, in grid order. */
export interface MaskFaces {
  /** First face of each voxel towards the next along an axis, one entry per voxel and one for the end. */
  readonly start: Int32Array;
  /** Centre of each face, nm from the centre of the grid's first voxel: z, y, x. */
  readonly centre: Float64Array;
  /** Axis (0 = z, 1 = y, 2 = x) that each face lies across. */
  readonly axis: Uint8Array;
  /** 1 where the outside lies further along the axis, −1 where it lies before the face. */
  readonly outward: Int8Array;
  /** Grid index of each inside voxel that has a face; rising. */
  readonly inside: Int32Array;
}

/** Faces as they are found. */
interface FoundFaces {
  readonly start: Int32Array;
  readonly touched: Uint8Array;
  readonly centre: number[];
  readonly axis: number[];
  readonly outward: number[];
}

/** Notes the face between two voxels, of which one lies inside. */
function addFace(
  found: FoundFaces,
  [voxel, next, axis]: readonly number[],
  isOutside: boolean,
  [z, y, x]: Triple,
): void {
  found.centre.push(z, y, x);
  found.axis.push(axis);
  found.outward.push(isOutside ? -1 : 1);
  found.touched[isOutside ? next : voxel] = 1;
}

/** The faces of a plane of the grid, and between it and the next. */
function findPlane(found: FoundFaces, mask: Uint8Array, { shape, spacing }: Grid, z: number): void {
  const [nz, ny, nx] = shape;
  const [dz, dy, dx] = spacing;
  const plane = ny * nx;
  for (let y = 0, i = z * plane; y < ny; y++) {
    for (let x = 0; x < nx; x++, i++) {
      found.start[i] = found.axis.length;
      const isOutside = mask[i] === 0;
      if (z < nz - 1 && (mask[i + plane] === 0) !== isOutside)
        addFace(found, [i, i + plane, 0], isOutside, [(z + 0.5) * dz, y * dy, x * dx]);
      if (y < ny - 1 && (mask[i + nx] === 0) !== isOutside)
        addFace(found, [i, i + nx, 1], isOutside, [z * dz, (y + 0.5) * dy, x * dx]);
      if (x < nx - 1 && (mask[i + 1] === 0) !== isOutside)
        addFace(found, [i, i + 1, 2], isOutside, [z * dz, y * dy, (x + 0.5) * dx]);
    }
  }
}

/** The faces of a mask (0 outside). The frame of the grid is no face: the nucleus is taken to go on there. */
export async function maskFaces(mask: Uint8Array, grid: Grid, run: Run): Promise<MaskFaces> {
  const start = new Int32Array(mask.length + 1);
  const touched = new Uint8Array(mask.length);
  const found: FoundFaces = { start, touched, centre: [], axis: [], outward: [] };
  for (let z = 0; z < grid.shape[0]; z++) {
    await breathe(run);
    findPlane(found, mask, grid, z);
  }
  start[mask.length] = found.axis.length;
  const inside: number[] = [];
  for (let i = 0; i < mask.length; i++) if (touched[i] !== 0) inside.push(i);
  return {
    start,
    centre: new Float64Array(found.centre),
    axis: new Uint8Array(found.axis),
    outward: new Int8Array(found.outward),
    inside: new Int32Array(inside),
  };
}
