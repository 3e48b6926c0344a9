import type { Triple } from '../../data/grid.js';
import type { DomainLevel } from '../../kernels/domain-levels.js';
import { filterOnLevel } from '../../kernels/level-filter.js';
import type { ChebyshevSeries } from '../../kernels/no-flux-filter.js';
import { factorColumn, solveFactored } from '../../kernels/cholesky.js';
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
  /** Cholesky factor of PᵀGP in the sum weighted by the cells' volumes. */
  readonly factor: readonly Float64Array[];
}

/** Per axis of a level whether the frame cuts the domain at its first and at its last place. */
type CutSides = readonly (readonly [boolean, boolean])[];

/** So many cells from the frame on, rows are free: the wall's error is a spike there, and its place is not resolved. */
const depth = 2;
/** More free cells than this are too many for a dense system, and the frame is a wall then. */
const most = 1200;
/** Share of the largest diagonal: what is free is not known better than this. */
const ridge = 1e-7;

const positionOf = (at: number, [, ny, nx]: Triple): Triple => [
  Math.floor(at / (ny * nx)),
  Math.floor(at / nx) % ny,
  at % nx,
];

/**
 * For each axis of a level whether a cell lies at its first and at its last place: there the frame cuts the domain. A
 * periodic one goes on at the other side.
 */
export function cutSides({ shape, voxel, axes, period }: DomainLevel): CutSides {
  if (period !== null) return axes.map(() => [false, false]);
  const [nz, ny, nx] = shape;
  const least = [nz, ny, nx];
  const most = [-1, -1, -1];
  const reach = (axis: number, place: number): void => {
    if (place < least[axis]) least[axis] = place;
    if (place > most[axis]) most[axis] = place;
  };
  for (const at of voxel) {
    const row = Math.floor(at / nx);
    reach(2, at - row * nx);
    reach(1, row % ny);
    reach(0, Math.floor(row / ny));
  }
  return axes.map((axis) => [least[axis] === 0, most[axis] === shape[axis] - 1]);
}

/** Cells within `depth` of a side of the frame that cuts the domain. */
function freeCells({ shape, voxel, axes }: DomainLevel, sides: CutSides): Int32Array {
  const isFree = (at: number): boolean => {
    const position = positionOf(at, shape);
    return axes.some((axis, k) => {
      const place = position[axis];
      return (sides[k][0] && place < depth) || (sides[k][1] && place >= shape[axis] - depth);
    });
  };
  const found: number[] = [];
  if (sides.some(([first, last]) => first || last)) {
    voxel.forEach((at, cell) => {
      if (isFree(at)) found.push(cell);
    });
  }
  return Int32Array.from(found);
}

/** PᵀGP from its columns, with a ridge, as its Cholesky factor. */
async function weightFactor(
  cells: Int32Array,
  columns: readonly Float64Array[],
  { volume }: DomainLevel,
  run: Run,
): Promise<Float64Array[]> {
  const weights = columns.map((column, j) =>
    Float64Array.from(
      columns,
      (other, i) => 0.5 * (volume[cells[i]] * column[cells[i]] + volume[cells[j]] * other[cells[j]]),
    ),
  );
  const largest = weights.reduce((high, row, i) => Math.max(high, row[i]), 0);
  for (let j = 0; j < weights.length; j++) weights[j][j] += ridge * largest;
  for (let j = 0; j < weights.length; j++) {
    factorColumn(weights, j);
    await breathe(run);
  }
  return weights;
}

/**
 * The free rows of a level under a filter G, beside the given sides of its frame; null where none is cut, or through too
 * many cells. The sides are those of the finest level: a coarse cell reaches the frame before the nucleus does.
 */
export async function looseRows(
  level: DomainLevel,
  filter: { readonly series: ChebyshevSeries; readonly bound: number },
  sides: CutSides,
  run: Run,
): Promise<LooseRows | null> {
  const cells = freeCells(level, sides);
  const n = cells.length;
  if (n === 0 || n > most || n === level.count) return null;
  const columns: Float64Array[] = [];
  for (const cell of cells) {
    const unit = new Float64Array(level.count);
    unit[cell] = 1;
    columns.push(await filterOnLevel(unit, level, filter, run));
  }
  return { cells, columns, factor: await weightFactor(cells, columns, level, run) };
}

/** What the free rows have to be, from G of the equation's error. */
export function freeValues(
  filtered: Float64Array,
  { cells, factor }: LooseRows,
  { volume }: DomainLevel,
): Float64Array {
  const values = Float64Array.from(cells, (cell) => volume[cell] * filtered[cell]);
  solveFactored(factor, values);
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
