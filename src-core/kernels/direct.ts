import type { Grid } from '../data/grid.js';
import { breathe, type Run } from '../run.js';
import { type AxisMap, axisMap, type Extension, positions } from './edges.js';
import type { Stencil } from './mollifier.js';

/** Values on a grid, in either precision. */
export type Values = Float32Array | Float64Array;

/** A plane of a field extended past its frame by the stencil's radius in y and x. */
interface Plane {
  readonly values: Float64Array;
  readonly width: number;
}

/** The extended plane that starts at index `from` of the field, times `sign`. */
function extendPlane(values: Values, from: number, sign: number, maps: readonly [AxisMap, AxisMap]): Plane {
  const [rows, columns] = maps;
  const width = columns.source.length;
  const extended = new Float64Array(rows.source.length * width);
  for (let y = 0; y < rows.source.length; y++) {
    if (rows.sign[y] === 0) continue;
    const row = from + rows.source[y] * columns.count;
    for (let x = 0; x < width; x++) {
      extended[y * width + x] = sign * rows.sign[y] * columns.sign[x] * values[row + columns.source[x]];
    }
  }
  return { values: extended, width };
}

/** Adds to one output row (nx values from `at`) what plane oz of the stencil takes from an extended plane. */
function addRow(
  out: Float64Array,
  at: { from: number; y: number; nx: number },
  plane: Plane,
  tap: PlaneTaps,
): void {
  const { stencil, oz } = tap;
  const [, ky, kx] = stencil.shape;
  for (let j = 0; j < ky; j++) {
    const source = (at.y + ky - 1 - j) * plane.width + kx - 1;
    for (let k = 0; k < kx; k++) {
      const weight = stencil.values[(oz * ky + j) * kx + k];
      if (weight === 0) continue;
      for (let x = 0; x < at.nx; x++) out[at.from + x] += weight * plane.values[source - k + x];
    }
  }
}

/** The plane of a stencil with index oz, from 0. */
interface PlaneTaps {
  readonly stencil: Stencil;
  readonly oz: number;
}

/**
 * The field convolved with a stencil, tap by tap. Every extended plane is made once and added to each output plane
 * that the stencil reaches from it. Cost: voxels times taps.
 */
export async function convolveDirect(
  values: Values,
  grid: Grid,
  { stencil, extension }: { stencil: Stencil; extension: Extension },
  run: Run,
): Promise<Float64Array> {
  const [nz, ny, nx] = grid.shape;
  const out = new Float64Array(nz * ny * nx);
  const [planes, rows, columns] = [0, 1, 2].map((axis) => {
    const [n, r] = [grid.shape[axis], stencil.radius[axis]];
    return axisMap(positions(-r, n + r), n, extension);
  });
  for (let p = 0; p < planes.source.length; p++) {
    if (planes.sign[p] === 0) continue;
    const plane = extendPlane(values, planes.source[p] * ny * nx, planes.sign[p], [rows, columns]);
    for (let oz = 0; oz < stencil.shape[0]; oz++) {
      const z = p - 2 * stencil.radius[0] + oz;
      if (z < 0 || z >= nz) continue;
      for (let y = 0; y < ny; y++) {
        addRow(out, { from: (z * ny + y) * nx, y, nx }, plane, { stencil, oz });
        if (y % 16 === 0) await breathe(run);
      }
    }
  }
  return out;
}
