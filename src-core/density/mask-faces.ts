import { activeAxes, type Grid, voxelCount } from '../data/grid.js';

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

/** The faces of a mask (0 outside). The frame of the grid is no face: the nucleus is taken to go on there. */
export function maskFaces(mask: Uint8Array, grid: Grid): MaskFaces {
  const [nz, ny, nx] = grid.shape;
  const step = [ny * nx, nx, 1];
  const axes = activeAxes(grid);
  const start = new Int32Array(voxelCount(grid) + 1);
  const touched = new Uint8Array(mask.length);
  const [centre, axis, outward]: number[][] = [[], [], []];
  for (let i = 0; i < mask.length; i++) {
    start[i] = axis.length;
    const place = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    for (const a of axes) {
      const next = i + step[a];
      const last = place[a] === [nz, ny, nx][a] - 1;
      if (last || (mask[i] === 0) === (mask[next] === 0)) continue;
      centre.push(...place.map((p, b) => (p + (a === b ? 0.5 : 0)) * grid.spacing[b]));
      axis.push(a);
      outward.push(mask[i] === 0 ? -1 : 1);
      touched[mask[i] === 0 ? next : i] = 1;
    }
  }
  start[mask.length] = axis.length;
  const inside: number[] = [];
  touched.forEach((v, i) => {
    if (v !== 0) inside.push(i);
  });
  return {
    start,
    centre: Float64Array.from(centre),
    axis: Uint8Array.from(axis),
    outward: Int8Array.from(outward),
    inside: Int32Array.from(inside),
  };
}
