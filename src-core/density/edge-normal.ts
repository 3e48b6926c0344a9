import type { Grid } from '../data/grid.js';

/**
 * How much the edge of a nucleus faces along z at every voxel: the axial part of its unit normal, squared, 0 at a side
 * wall and 1 at the top. From how a covered share (blurred, so that it is smooth) rises; 0 where it does not.
 */
export function axialPart(share: ArrayLike<number>, { shape, spacing }: Grid): Float32Array {
  const [nz, ny, nx] = shape;
  const axial = new Float32Array(share.length);
  if (nz === 1) return axial;
  const rise = (i: number, place: number, step: number, n: number): number =>
    share[place < n - 1 ? i + step : i] - share[place > 0 ? i - step : i];
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        const along = (rise(i, z, ny * nx, nz) / spacing[0]) ** 2;
        const across = (rise(i, y, nx, ny) / spacing[1]) ** 2 + (rise(i, x, 1, nx) / spacing[2]) ** 2;
        axial[i] = along + across > 0 ? along / (along + across) : 0;
      }
    }
  }
  return axial;
}
