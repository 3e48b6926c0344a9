import { activeAxes, type Grid, voxelCount } from '../data/grid.js';
import { advanceRuns, type Pass, type PassFields, type RegularRuns } from './regular-runs.js';

/**
 * The voxels inside a mask and the Laplacian between them, with no flux through any face that has an outside
 * voxel (or the frame of the grid) on its other side. Fields on a domain are packed: one value per inside voxel,
 * in grid order.
 */
export interface NoFluxDomain {
  readonly grid: Grid;
  /** Number of inside voxels. */
  readonly count: number;
  /** Grid index of each inside voxel. */
  readonly voxel: Int32Array;
  /** Packed index of each neighbour, 2 per active axis (before, after); a closed face repeats the voxel itself. */
  readonly neighbour: Int32Array;
  /** 1/spacing² per active axis, in 1/unit². */
  readonly rates: readonly number[];
  /** Upper bound of the eigenvalues of −∇², in 1/unit². */
  readonly bound: number;
  /** Whether it is one period of a field: opposite faces of the grid are neighbours, and none is closed. */
  readonly isPeriodic?: boolean;
}

/**
 * The finite-volume domain of a mask. `unit` is the length, in nm, that derivatives are measured in (L0 for the
 * chromatin equations). A grid with one voxel along an axis has no derivative along it.
 */
export function noFluxDomain(grid: Grid, mask: Uint8Array | undefined, unit: number): NoFluxDomain {
  const packed = new Int32Array(voxelCount(grid)).fill(-1);
  let count = 0;
  for (let i = 0; i < packed.length; i++) if (mask === undefined || mask[i] !== 0) packed[i] = count++;
  const axes = activeAxes(grid);
  const voxel = new Int32Array(count);
  const neighbour = new Int32Array(count * 2 * axes.length);
  const strides = [grid.shape[1] * grid.shape[2], grid.shape[2], 1];
  for (let i = 0; i < packed.length; i++) {
    const self = packed[i];
    if (self < 0) continue;
    voxel[self] = i;
    axes.forEach((axis, slot) => {
      const position = Math.floor(i / strides[axis]) % grid.shape[axis];
      const before = position > 0 ? packed[i - strides[axis]] : -1;
      const after = position < grid.shape[axis] - 1 ? packed[i + strides[axis]] : -1;
      neighbour[(self * axes.length + slot) * 2] = before < 0 ? self : before;
      neighbour[(self * axes.length + slot) * 2 + 1] = after < 0 ? self : after;
    });
  }
  return { grid, count, voxel, neighbour, ...ratesIn(grid, unit) };
}

function ratesIn(grid: Grid, unit: number): Pick<NoFluxDomain, 'rates' | 'bound'> {
  const rates = activeAxes(grid).map((axis) => (unit / grid.spacing[axis]) ** 2);
  return { rates, bound: 4 * rates.reduce((sum, rate) => sum + rate, 0) };
}

/** The same domain with derivatives measured in another unit (nm); voxels and neighbours are shared, not copied. */
export function domainInUnit(domain: NoFluxDomain, unit: number): NoFluxDomain {
  return { ...domain, ...ratesIn(domain.grid, unit) };
}

/** out ← ∇²u with no flux at the edge; packed fields, derivative per unit² of the domain. `out` is not `u`. */
export function applyLaplacian(out: Float64Array, u: Float64Array, domain: NoFluxDomain): void {
  const { count, neighbour: n, rates } = domain;
  if (rates.length === 2) {
    const [ry, rx] = rates;
    for (let i = 0, k = 0; i < count; i++, k += 4) {
      const twice = 2 * u[i];
      out[i] = ry * (u[n[k]] + u[n[k + 1]] - twice) + rx * (u[n[k + 2]] + u[n[k + 3]] - twice);
    }
  } else if (rates.length === 3) {
    const [rz, ry, rx] = rates;
    for (let i = 0, k = 0; i < count; i++, k += 6) {
      const twice = 2 * u[i];
      out[i] =
        rz * (u[n[k]] + u[n[k + 1]] - twice) +
        ry * (u[n[k + 2]] + u[n[k + 3]] - twice) +
        rx * (u[n[k + 4]] + u[n[k + 5]] - twice);
    }
  } else {
    const rate = rates[0] ?? 0;
    for (let i = 0; i < count; i++) {
      out[i] = rates.length === 0 ? 0 : rate * (u[n[2 * i]] + u[n[2 * i + 1]] - 2 * u[i]);
    }
  }
}

/** out ← a pass of u and another field, with no flux at the edge; `runs` are those of the domain. `out` is neither. */
export function advanceField(
  out: Float64Array,
  [u, other]: PassFields,
  [{ neighbour: n, rates }, runs]: readonly [NoFluxDomain, RegularRuns],
  pass: Pass,
): void {
  const { loose } = runs;
  const { laplacian, current, source, kept } = pass;
  const axes = rates.length;
  const own = current - 2 * laplacian * rates.reduce((sum, rate) => sum + rate, 0);
  for (let r = 0; r < loose.length; r += 2) {
    for (let i = loose[r], k = 2 * axes * i; i < loose[r + 1]; i++) {
      let around = 0;
      for (let axis = 0; axis < axes; axis++, k += 2) around += rates[axis] * (u[n[k]] + u[n[k + 1]]);
      out[i] = laplacian * around + own * u[i] + source * other[i] + kept * out[i];
    }
  }
  advanceRuns(out, [u, other], runs, pass);
}

/** The inside values of a field on the grid, packed. */
export function pack(values: ArrayLike<number>, domain: NoFluxDomain): Float64Array {
  const packed = new Float64Array(domain.count);
  for (let i = 0; i < packed.length; i++) packed[i] = values[domain.voxel[i]];
  return packed;
}

/** A packed field laid out on the grid, `outside` where the mask is not. */
export function unpack(packed: ArrayLike<number>, domain: NoFluxDomain, outside = 0): Float32Array {
  const values = new Float32Array(voxelCount(domain.grid)).fill(outside);
  for (let i = 0; i < domain.count; i++) values[domain.voxel[i]] = packed[i];
  return values;
}

/** Whether a domain reaches a side of its grid along an axis that it extends along. */
export function reachesFrame({ voxel, grid }: NoFluxDomain): boolean {
  const [nz, ny, nx] = grid.shape;
  const ends = (place: number, n: number): boolean => n > 1 && (place === 0 || place === n - 1);
  return voxel.some(
    (at) => ends(Math.floor(at / (ny * nx)), nz) || ends(Math.floor(at / nx) % ny, ny) || ends(at % nx, nx),
  );
}
