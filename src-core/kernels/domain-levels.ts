import { activeAxes, type Triple } from '../data/grid.js';
import { breathe, type Run } from '../run.js';
import type { NoFluxDomain } from './no-flux.js';

/**
 * A no-flux domain at one resolution, as finite volumes of unequal size: cell i has
 * (∇²u)ᵢ = Σₖ weightₖ·u(neighbourₖ) − diagonalᵢ·uᵢ.
 */
export interface DomainLevel {
  readonly count: number;
  /** Axes (0 = z, 1 = y, 2 = x) that the domain extends along; neighbours and weights come 2 per axis. */
  readonly axes: readonly number[];
  readonly shape: Triple;
  /** Edge of a whole cell along z, y, x, in the domain's unit. */
  readonly spacing: Triple;
  /** Grid index of each cell at this level's shape. */
  readonly voxel: Int32Array;
  /** Size of each cell in voxels of the finest level; their sum is the same on every level. */
  readonly volume: Float64Array;
  /** Packed index of each neighbour (before, after per axis); a closed face repeats the cell and has weight 0. */
  readonly neighbour: Int32Array;
  readonly weight: Float64Array;
  readonly diagonal: Float64Array;
  /** Length of the grid along z, y, x, in the domain's unit, where the domain is periodic; else null. */
  readonly period: Triple | null;
}

/** A level made by merging the cells of a finer one two by two along the `halved` axes. */
export interface CoarseLevel extends DomainLevel {
  readonly finer: DomainLevel;
  /** Which entries of `axes` were halved. */
  readonly halved: readonly boolean[];
  /** For each finer cell, the cell here that it belongs to. */
  readonly parent: Int32Array;
  /** For each finer cell, bit k set if it is the second of its pair along axes[k]. */
  readonly sides: Uint8Array;
}

/** A domain at falling resolution. */
export interface DomainHierarchy {
  readonly finest: DomainLevel;
  readonly coarser: readonly CoarseLevel[];
}

const fewestCells = 32;
const breathEvery = 32768;
/** An axis is halved only while its spacing is within this factor of the finest one, which evens out anisotropy. */
const spacingRatio = 1.5;

/** The domain as it is, and merged again and again until some 32 cells are left. Lengths in the domain's unit. */
export async function domainHierarchy(domain: NoFluxDomain, run: Run): Promise<DomainHierarchy> {
  await breathe(run);
  const finest = finestLevel(domain);
  const coarser: CoarseLevel[] = [];
  for (let level: DomainLevel = finest; level.count > fewestCells;) {
    await breathe(run);
    const next = await coarsen(level, run);
    if (next.count === level.count) break;
    coarser.push(next);
    level = next;
  }
  return { finest, coarser };
}

function finestLevel(domain: NoFluxDomain): DomainLevel {
  const { count, neighbour, rates, voxel, grid } = domain;
  const axes = activeAxes(grid);
  const slots = 2 * axes.length;
  const weight = new Float64Array(neighbour.length);
  for (let i = 0, k = 0; i < count; i++) {
    for (let slot = 0; slot < slots; slot++, k++) weight[k] = neighbour[k] === i ? 0 : rates[slot >> 1];
  }
  const unit = axes.length === 0 ? 1 : Math.sqrt(rates[0]) * grid.spacing[axes[0]];
  const spacing: Triple = [grid.spacing[0] / unit, grid.spacing[1] / unit, grid.spacing[2] / unit];
  const volume = new Float64Array(count).fill(1);
  const diagonal = weightSums(weight, count);
  const [nz, ny, nx] = grid.shape;
  const period: Triple = [nz * spacing[0], ny * spacing[1], nx * spacing[2]];
  return {
    ...{ count, axes, shape: grid.shape, spacing, voxel, volume, neighbour, weight, diagonal },
    period: domain.isPeriodic === true ? period : null,
  };
}

function weightSums(weight: Float64Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  const slots = count === 0 ? 0 : weight.length / count;
  for (let i = 0, k = 0; i < count; i++) for (let slot = 0; slot < slots; slot++) sums[i] += weight[k++];
  return sums;
}

async function coarsen(finer: DomainLevel, run: Run): Promise<CoarseLevel> {
  const { axes, shape, spacing } = finer;
  const open = axes.filter((axis) => shape[axis] > 1);
  const smallest = Math.min(...open.map((axis) => spacing[axis]));
  const isHalved = (axis: number): boolean => open.includes(axis) && spacing[axis] <= spacingRatio * smallest;
  const factors: Triple = [isHalved(0) ? 2 : 1, isHalved(1) ? 2 : 1, isHalved(2) ? 2 : 1];
  const cells = await mergedCells(finer, factors, run);
  const halved = axes.map((axis) => factors[axis] === 2);
  return {
    axes,
    finer,
    halved,
    period: finer.period,
    spacing: [spacing[0] * factors[0], spacing[1] * factors[1], spacing[2] * factors[2]],
    ...cells,
    ...(await mergedFaces(finer, cells, halved, run)),
  };
}

type MergedCells = Pick<CoarseLevel, 'count' | 'shape' | 'voxel' | 'volume' | 'parent' | 'sides'>;

async function mergedCells(finer: DomainLevel, factors: Triple, run: Run): Promise<MergedCells> {
  const [, ny, nx] = finer.shape;
  const [fz, fy, fx] = factors;
  const bits = [0, 1, 2].map((axis) => (finer.axes.includes(axis) ? 1 << finer.axes.indexOf(axis) : 0));
  const shape = finer.shape.map((n, axis) => Math.ceil(n / factors[axis])) as unknown as Triple;
  const packed = new Int32Array(shape[0] * shape[1] * shape[2]).fill(-1);
  const parent = new Int32Array(finer.count);
  const sides = new Uint8Array(finer.count);
  const voxel: number[] = [];
  const volume: number[] = [];
  for (let i = 0; i < finer.count; i++) {
    if (i % breathEvery === 0) await breathe(run);
    const row = Math.floor(finer.voxel[i] / nx);
    const [z, y, x] = [Math.floor(row / ny), row % ny, finer.voxel[i] - row * nx];
    const [tz, ty, tx] = [Math.floor(z / fz), Math.floor(y / fy), Math.floor(x / fx)];
    const target = (tz * shape[1] + ty) * shape[2] + tx;
    if (packed[target] < 0) {
      packed[target] = voxel.length;
      voxel.push(target);
      volume.push(0);
    }
    parent[i] = packed[target];
    volume[parent[i]] += finer.volume[i];
    sides[i] = (z - tz * fz) * bits[0] + (y - ty * fy) * bits[1] + (x - tx * fx) * bits[2];
  }
  const count = voxel.length;
  return { count, shape, voxel: Int32Array.from(voxel), volume: Float64Array.from(volume), parent, sides };
}

/**
 * Conductance between two merged cells: the sum over the fine faces that join them, halved where the distance
 * between centres has doubled.
 */
async function mergedFaces(
  finer: DomainLevel,
  { count, parent, volume }: MergedCells,
  halved: readonly boolean[],
  run: Run,
): Promise<Pick<CoarseLevel, 'neighbour' | 'weight' | 'diagonal'>> {
  const slots = 2 * halved.length;
  const neighbour = new Int32Array(count * slots);
  for (let i = 0; i < count; i++) neighbour.fill(i, i * slots, (i + 1) * slots);
  const weight = new Float64Array(count * slots);
  for (let i = 0; i < finer.count; i++) {
    if (i % breathEvery === 0) await breathe(run);
    const self = parent[i];
    for (let slot = 0; slot < slots; slot++) {
      const other = parent[finer.neighbour[i * slots + slot]];
      if (other === self) continue;
      const conductance = finer.weight[i * slots + slot] * finer.volume[i] * (halved[slot >> 1] ? 0.5 : 1);
      neighbour[self * slots + slot] = other;
      weight[self * slots + slot] += conductance / volume[self];
    }
  }
  return { neighbour, weight, diagonal: weightSums(weight, count) };
}

/** out ← the volume-weighted mean of the finer cells' values; `width` interleaved values per cell. */
export function restrictMean(out: Float64Array, values: Float64Array, coarse: CoarseLevel, width = 1): void {
  const { finer, parent, volume } = coarse;
  out.fill(0);
  for (let i = 0; i < finer.count; i++) {
    const share = finer.volume[i] / volume[parent[i]];
    const to = parent[i] * width;
    for (let k = 0; k < width; k++) out[to + k] += share * values[i * width + k];
  }
}

/**
 * out ← out + `values` of the coarse level interpolated linearly at the finer cells, constant across closed faces;
 * `width` interleaved values per cell.
 */
export function addInterpolated(
  out: Float64Array,
  values: Float64Array,
  coarse: CoarseLevel,
  width = 1,
): void {
  const { finer, parent, sides, neighbour, halved } = coarse;
  const slots = 2 * halved.length;
  const own = 1 - 0.25 * halved.filter(Boolean).length;
  for (let i = 0; i < finer.count; i++) {
    const from = parent[i];
    for (let k = 0; k < width; k++) out[i * width + k] += own * values[from * width + k];
    for (let axis = 0; axis < halved.length; axis++) {
      if (!halved[axis]) continue;
      const beside = neighbour[from * slots + 2 * axis + ((sides[i] >> axis) & 1)];
      for (let k = 0; k < width; k++) out[i * width + k] += 0.25 * values[beside * width + k];
    }
  }
}
