import { type Grid, makeGrid, type Triple, voxelCount } from '../data/grid.js';
import { type NoFluxDomain, noFluxDomain } from './no-flux.js';
import { periodicDomain } from './periodic-domain.js';

/** Along z, y, x: into how many parts a voxel is cut, and how many of these parts make a cell. */
export interface CellSize {
  readonly cut: Triple;
  readonly merge: Triple;
}

/**
 * A nucleus on cells finer or coarser than its voxels, as a simulation needs it. A cell is inside if at least half of
 * it is. Link k says that part of packed voxel `voxel[k]` lies in packed cell `cell[k]`; all parts are equal.
 */
export interface Cells {
  readonly voxels: NoFluxDomain;
  readonly domain: NoFluxDomain;
  readonly voxel: Int32Array;
  readonly cell: Int32Array;
}

function packedIndex({ grid, voxel }: NoFluxDomain): Int32Array {
  const packed = new Int32Array(voxelCount(grid)).fill(-1);
  voxel.forEach((at, i) => (packed[at] = i));
  return packed;
}

function cellGrid({ shape, spacing, origin }: Grid, { cut, merge }: CellSize): Grid {
  const count = (axis: number): number => Math.ceil((shape[axis] * cut[axis]) / merge[axis]);
  const size = (axis: number): number => (spacing[axis] * merge[axis]) / cut[axis];
  return makeGrid([count(0), count(1), count(2)], [size(0), size(1), size(2)], origin);
}

/** Calls `visit` with the grid indices of voxel and cell for every part of every inside voxel. */
function visitParts(
  { grid, voxel }: NoFluxDomain,
  cells: Grid,
  { cut, merge }: CellSize,
  visit: (packed: number, cell: number) => void,
): void {
  const [, ny, nx] = grid.shape;
  const [, cy, cx] = cells.shape;
  voxel.forEach((at, packed) => {
    const z0 = Math.floor(at / (ny * nx)) * cut[0];
    const y0 = (Math.floor(at / nx) % ny) * cut[1];
    const x0 = (at % nx) * cut[2];
    for (let z = z0; z < z0 + cut[0]; z++) {
      for (let y = y0; y < y0 + cut[1]; y++) {
        const row = (Math.floor(z / merge[0]) * cy + Math.floor(y / merge[1])) * cx;
        for (let x = x0; x < x0 + cut[2]; x++) visit(packed, row + Math.floor(x / merge[2]));
      }
    }
  });
}

/** The nucleus of `voxels` on cells of the given size; `unit` is the length in nm that derivatives are measured in. */
export function cellsOf(voxels: NoFluxDomain, size: CellSize, unit: number): Cells {
  const grid = cellGrid(voxels.grid, size);
  const parts = new Float64Array(voxelCount(grid));
  visitParts(voxels, grid, size, (_, cell) => parts[cell]++);
  const half = (size.merge[0] * size.merge[1] * size.merge[2]) / 2;
  const inside = Uint8Array.from(parts, (count) => (count >= half ? 1 : 0));
  const domain = voxels.isPeriodic === true ? periodicDomain(grid, unit) : noFluxDomain(grid, inside, unit);
  const packed = packedIndex(domain);
  const [voxel, cell]: [number[], number[]] = [[], []];
  visitParts(voxels, grid, size, (from, to) => {
    if (packed[to] < 0) return;
    voxel.push(from);
    cell.push(packed[to]);
  });
  return { voxels, domain, voxel: Int32Array.from(voxel), cell: Int32Array.from(cell) };
}

function linkedMean(
  values: Float64Array,
  [from, to]: readonly [Int32Array, Int32Array],
  count: number,
): Float64Array {
  const [sums, links] = [new Float64Array(count), new Float64Array(count)];
  from.forEach((source, k) => {
    sums[to[k]] += values[source];
    links[to[k]]++;
  });
  return sums.map((sum, i) => (links[i] === 0 ? Number.NaN : sum / links[i]));
}

/** A packed field of voxels averaged over the inside part of each cell. */
export function toCells(values: Float64Array, { voxel, cell, domain }: Cells): Float64Array {
  return linkedMean(values, [voxel, cell], domain.count);
}

/** A packed field of cells averaged over each voxel; NaN in voxels that no inside cell reaches. */
export function toVoxels(values: Float64Array, { voxel, cell, voxels }: Cells): Float64Array {
  return linkedMean(values, [cell, voxel], voxels.count);
}
