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

/** What a recurrence of three terms makes of a field u: laplacian·∇²u + current·u + previous·(the field before). */
export interface Recurrence {
  readonly laplacian: number;
  readonly current: number;
  readonly previous: number;
}

/** out ← the recurrence of u and `before`, for one packed field. `out` is neither of them. */
export function advanceField(
  out: Float64Array,
  [u, before]: readonly [Float64Array, Float64Array],
  domain: NoFluxDomain,
  { laplacian, current, previous }: Recurrence,
): void {
  applyLaplacian(out, u, domain);
  for (let i = 0; i < out.length; i++) out[i] = laplacian * out[i] + current * u[i] + previous * before[i];
}

/**
 * The same for two fields stored alternately (a₀ b₀ a₁ b₁ …): one look-up of every neighbour serves both, and the
 * recurrence is done in the same pass.
 */
export function advancePair(
  out: Float64Array,
  [u, before]: readonly [Float64Array, Float64Array],
  domain: NoFluxDomain,
  recurrence: Recurrence,
): void {
  if (domain.rates.length === 2) advancePlanarPair(out, [u, before], domain, recurrence);
  else advanceAnyPair(out, [u, before], domain, recurrence);
}

function advancePlanarPair(
  out: Float64Array,
  [u, before]: readonly [Float64Array, Float64Array],
  { count, neighbour: n, rates }: NoFluxDomain,
  { laplacian, current, previous }: Recurrence,
): void {
  const ry = laplacian * rates[0];
  const rx = laplacian * rates[1];
  const centre = current - 2 * (ry + rx);
  for (let i = 0, k = 0, j = 0; i < count; i++, k += 4, j += 2) {
    const a = n[k] << 1;
    const b = n[k + 1] << 1;
    const c = n[k + 2] << 1;
    const d = n[k + 3] << 1;
    out[j] = ry * (u[a] + u[b]) + rx * (u[c] + u[d]) + centre * u[j] + previous * before[j];
    out[j + 1] =
      ry * (u[a + 1] + u[b + 1]) + rx * (u[c + 1] + u[d + 1]) + centre * u[j + 1] + previous * before[j + 1];
  }
}

function advanceAnyPair(
  out: Float64Array,
  [u, before]: readonly [Float64Array, Float64Array],
  { count, neighbour: n, rates }: NoFluxDomain,
  { laplacian, current, previous }: Recurrence,
): void {
  const axes = rates.length;
  const centre = current - 2 * laplacian * rates.reduce((sum, rate) => sum + rate, 0);
  for (let i = 0; i < count; i++) {
    let first = centre * u[2 * i] + previous * before[2 * i];
    let second = centre * u[2 * i + 1] + previous * before[2 * i + 1];
    for (let axis = 0, k = 2 * axes * i; axis < axes; axis++, k += 2) {
      const rate = laplacian * rates[axis];
      const a = 2 * n[k];
      const b = 2 * n[k + 1];
      first += rate * (u[a] + u[b]);
      second += rate * (u[a + 1] + u[b + 1]);
    }
    out[2 * i] = first;
    out[2 * i + 1] = second;
  }
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
