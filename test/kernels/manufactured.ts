import { type Grid, makeGrid, type Triple, voxelCount } from '../../src-core/data/grid.js';
import type { Stencil } from '../../src-core/kernels/mollifier.js';

/** A product of cosines with a whole number of periods per axis, and the square of its angular wavenumber (1/nm²). */
export interface Wave {
  readonly values: Float64Array;
  readonly squaredWavenumber: number;
}

/** The wave on a periodic grid; a phase per axis keeps it from being even about any voxel. */
export function wave(grid: Grid, periods: Triple): Wave {
  const [nz, ny, nx] = grid.shape;
  const along = (axis: number, i: number): number =>
    grid.shape[axis] === 1
      ? 1
      : Math.cos((2 * Math.PI * periods[axis] * (i + 0.5)) / grid.shape[axis] + 0.3 * (axis + 1));
  const values = new Float64Array(voxelCount(grid));
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) values[i++] = along(0, z) * along(1, y) * along(2, x);
    }
  }
  const squaredWavenumber = grid.shape.reduce(
    (sum, n, axis) => (n === 1 ? sum : sum + ((2 * Math.PI * periods[axis]) / (n * grid.spacing[axis])) ** 2),
    0,
  );
  return { values, squaredWavenumber };
}

/** Grids of one, two and three dimensions, the last two with unequal spacing. */
export const sampleGrids: readonly Grid[] = [
  makeGrid([1, 1, 64], [1, 1, 12]),
  makeGrid([1, 48, 64], [1, 15, 11]),
  makeGrid([24, 32, 40], [30, 15, 11]),
];

/** Σ values·zᵃyᵇxᶜ with offsets in nm. */
export function stencilMoment(stencil: Stencil, grid: Grid, [a, b, c]: Triple): number {
  const { shape, radius, values } = stencil;
  let sum = 0;
  for (let z = 0, i = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++) {
        const offset = [z - radius[0], y - radius[1], x - radius[2]].map((o, axis) => o * grid.spacing[axis]);
        sum += values[i++] * offset[0] ** a * offset[1] ** b * offset[2] ** c;
      }
    }
  }
  return sum;
}

/** Root of the sum of squares: how much a stencil amplifies white noise. */
export function noiseGain(stencil: Stencil): number {
  return Math.sqrt(stencil.values.reduce((sum, value) => sum + value * value, 0));
}

/** Largest |a − b| over largest |b|. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
    size = Math.max(size, Math.abs(b[i]));
  }
  return difference / size;
}
