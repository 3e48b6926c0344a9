import { activeAxes, type Grid, voxelCount } from '../data/grid.js';

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
  const rates = axes.map((axis) => (unit / grid.spacing[axis]) ** 2);
  return { grid, count, voxel, neighbour, rates, bound: 4 * rates.reduce((sum, rate) => sum + rate, 0) };
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

/**
 * out ← ∇²u for two fields stored alternately (a₀ b₀ a₁ b₁ …): the same as `applyLaplacian` on each, with one
 * look-up of every neighbour. `out` is not `u`.
 */
export function laplacianOfPair(out: Float64Array, u: Float64Array, domain: NoFluxDomain): void {
  const { count, neighbour: n, rates } = domain;
  if (rates.length === 2) {
    const [ry, rx] = rates;
    for (let i = 0, k = 0; i < count; i++, k += 4) {
      const [a, b] = [2 * n[k], 2 * n[k + 1]];
      const [c, d] = [2 * n[k + 2], 2 * n[k + 3]];
      const first = 2 * u[2 * i];
      const second = 2 * u[2 * i + 1];
      out[2 * i] = ry * (u[a] + u[b] - first) + rx * (u[c] + u[d] - first);
      out[2 * i + 1] = ry * (u[a + 1] + u[b + 1] - second) + rx * (u[c + 1] + u[d + 1] - second);
    }
    return;
  }
  const axes = rates.length;
  for (let i = 0; i < count; i++) {
    let first = 0;
    let second = 0;
    for (let axis = 0, k = 2 * axes * i; axis < axes; axis++, k += 2) {
      const before = 2 * n[k];
      const after = 2 * n[k + 1];
      first += rates[axis] * (u[before] + u[after] - 2 * u[2 * i]);
      second += rates[axis] * (u[before + 1] + u[after + 1] - 2 * u[2 * i + 1]);
    }
    out[2 * i] = first;
    out[2 * i + 1] = second;
  }
}

/** The inside values of a field on the grid, packed. */
export function pack(values: ArrayLike<number>, domain: NoFluxDomain): Float64Array {
  return Float64Array.from(domain.voxel, (i) => values[i]);
}

/** A packed field laid out on the grid, `outside` where the mask is not. */
export function unpack(packed: ArrayLike<number>, domain: NoFluxDomain, outside = 0): Float32Array {
  const values = new Float32Array(voxelCount(domain.grid)).fill(outside);
  for (let i = 0; i < domain.count; i++) values[domain.voxel[i]] = packed[i];
  return values;
}
