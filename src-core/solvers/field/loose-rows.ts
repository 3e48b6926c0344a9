import type { DomainLevel } from '../../kernels/domain-levels.js';
import { filterOnLevel } from '../../kernels/level-filter.js';
import type { ChebyshevSeries } from '../../kernels/no-flux-filter.js';
import { breathe, type Run } from '../../run.js';

/**
 * Cells of a level where the equation's right side is free, because the frame cuts the nucleus there and nobody knows
 * what flows through. With what the other cells say taken as it is, the weight of the data is no longer G but
 * K = G − GP(PᵀGP)⁻¹PᵀG, P picking the free cells: exactly what is left when those rows are unknown. The rows of a
 * domain with walls and of one that goes on differ nowhere else, so that no wall is felt.
 */
export interface LooseRows {
  readonly cells: Int32Array;
  /** G of one unit in each of the cells. */
  readonly columns: readonly Float64Array[];
  /** Lower Cholesky factor of PᵀGP in the sum weighted by the cells' volumes, row after row. */
  readonly factor: Float64Array;
}

/** So many cells from the frame on, rows are free: the wall's error is a spike there, and its place is not resolved. */
const depth = 2;
/** More free cells than this are too many for a dense system, and the frame is a wall then. */
const most = 1200;
/** Share of the largest diagonal: what is free is not known better than this. */
const ridge = 1e-7;

/** Cells within `depth` of a side of the frame that cuts the domain. */
function freeCells({ shape, voxel, axes }: DomainLevel): Int32Array {
  const [, ny, nx] = shape;
  const position = (at: number): readonly number[] => [
    Math.floor(at / (ny * nx)),
    Math.floor(at / nx) % ny,
    at % nx,
  ];
  const isCut = (axis: number, place: number): boolean => voxel.some((at) => position(at)[axis] === place);
  const sides = axes.map((axis) => [isCut(axis, 0), isCut(axis, shape[axis] - 1)]);
  const isFree = (at: number): boolean =>
    axes.some((axis, k) => {
      const place = position(at)[axis];
      return (sides[k][0] && place < depth) || (sides[k][1] && place >= shape[axis] - depth);
    });
  const found: number[] = [];
  voxel.forEach((at, cell) => {
    if (isFree(at)) found.push(cell);
  });
  return Int32Array.from(found);
}

/** Whether the frame cuts the nucleus, and what was made of it. */
export function cutOf(level: DomainLevel, rows: LooseRows | null): 'none' | 'open' | 'wall' {
  if (rows !== null) return 'open';
  return freeCells(level).length > 0 ? 'wall' : 'none';
}

async function cholesky(matrix: Float64Array, n: number, run: Run): Promise<Float64Array> {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k] * matrix[j * n + k];
      matrix[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / matrix[j * n + j];
    }
    await breathe(run);
  }
  return matrix;
}

/** Solves L Lᵀ x = b in place of b. */
function backSolve(factor: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i] -= factor[i * n + k] * b[k];
    b[i] /= factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    b[i] /= factor[i * n + i];
    for (let k = 0; k < i; k++) b[k] -= factor[i * n + k] * b[i];
  }
}

/** The free rows of a level under a filter G; null where the frame cuts nothing, or through too many cells. */
export async function looseRows(
  level: DomainLevel,
  filter: { readonly series: ChebyshevSeries; readonly bound: number },
  run: Run,
): Promise<LooseRows | null> {
  const cells = freeCells(level);
  const n = cells.length;
  if (n === 0 || n > most || n === level.count) return null;
  const columns: Float64Array[] = [];
  for (const cell of cells) {
    const unit = new Float64Array(level.count);
    unit[cell] = 1;
    columns.push(await filterOnLevel(unit, level, filter, run));
  }
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const [a, b] = [cells[i], cells[j]];
      matrix[i * n + j] = 0.5 * (level.volume[a] * columns[j][a] + level.volume[b] * columns[i][b]);
    }
  }
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, matrix[i * n + i]);
  for (let i = 0; i < n; i++) matrix[i * n + i] += ridge * largest;
  return { cells, columns, factor: await cholesky(matrix, n, run) };
}

/** What the free rows have to be, from G of the equation's error. */
export function freeValues(
  filtered: Float64Array,
  { cells, factor }: LooseRows,
  { volume }: DomainLevel,
): Float64Array {
  const values = Float64Array.from(cells, (cell) => volume[cell] * filtered[cell]);
  backSolve(factor, values);
  return values;
}

/** K of a field whose G is given, in place of it. */
export function projectOut(filtered: Float64Array, rows: LooseRows, level: DomainLevel): Float64Array {
  const values = freeValues(filtered, rows, level);
  rows.columns.forEach((column, k) => {
    const value = values[k];
    for (let i = 0; i < filtered.length; i++) filtered[i] -= value * column[i];
  });
  return filtered;
}
