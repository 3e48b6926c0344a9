import type { Grid } from '../../data/grid.js';
import type { NoFluxDomain } from '../../kernels/no-flux.js';

/** The two cells beside a place along an axis, and how much each counts. */
function beside(place: number, n: number): [number, number][] {
  const at = Math.min(Math.max(place, 0), n - 1);
  const low = Math.min(Math.floor(at), Math.max(0, n - 2));
  return n === 1
    ? [[0, 1]]
    : [
        [low, 1 - (at - low)],
        [low + 1, at - low],
      ];
}

/** The value nearest to a cell that has one, in cells; NaN where none has. */
function nearest(
  values: Float64Array,
  [nz, ny, nx]: readonly number[],
  [z, y, x]: readonly number[],
): number {
  let [best, distance] = [NaN, Infinity];
  for (let reach = 1; Number.isNaN(best) && reach <= Math.max(nz, ny, nx); reach *= 2) {
    for (let k = Math.max(0, z - reach); k <= Math.min(nz - 1, z + reach); k++) {
      for (let j = Math.max(0, y - reach); j <= Math.min(ny - 1, y + reach); j++) {
        for (let i = Math.max(0, x - reach); i <= Math.min(nx - 1, x + reach); i++) {
          const value = values[(k * ny + j) * nx + i];
          const far = (k - z) ** 2 + (j - y) ** 2 + (i - x) ** 2;
          if (!Number.isNaN(value) && far < distance) [best, distance] = [value, far];
        }
      }
    }
  }
  return best;
}

/**
 * Values on cells (NaN where there is none) at the voxels of a domain, packed: linear between the cells that have one,
 * else that of the nearest cell.
 */
export function betweenCells(values: Float64Array, cells: Grid, domain: NoFluxDomain): Float64Array {
  const { grid, voxel } = domain;
  const [ny, nx] = [grid.shape[1], grid.shape[2]];
  return Float64Array.from(voxel, (at) => {
    const place = [Math.floor(at / (ny * nx)), Math.floor(at / nx) % ny, at % nx];
    const found = place.map(
      (k, axis) => (grid.origin[axis] + k * grid.spacing[axis] - cells.origin[axis]) / cells.spacing[axis],
    );
    const [zs, ys, xs] = found.map((each, axis) => beside(each, cells.shape[axis]));
    let [sum, weight] = [0, 0];
    for (const [z, wz] of zs) {
      for (const [y, wy] of ys) {
        for (const [x, wx] of xs) {
          const value = values[(z * cells.shape[1] + y) * cells.shape[2] + x];
          if (Number.isNaN(value)) continue;
          sum += wz * wy * wx * value;
          weight += wz * wy * wx;
        }
      }
    }
    if (weight > 0.1) return sum / weight;
    const middle = found.map((each, axis) => Math.min(cells.shape[axis] - 1, Math.max(0, Math.round(each))));
    return nearest(values, cells.shape, middle);
  });
}
