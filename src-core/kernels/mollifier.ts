import { activeAxes, type Grid, type Triple } from '../data/grid.js';
import { CoreError } from '../errors.js';
import {
  derivativeOrder,
  highestOrder,
  type MollifierDerivative,
  type PartialDerivative,
  parityOf,
  partialDerivatives,
  profileTerms,
} from './differential-operator.js';
import {
  type MollifierFamily,
  profileDerivatives,
  profileIntegral,
  radiusPerWidth,
} from './mollifier-family.js';
import {
  correctMoments,
  monomial,
  type MomentSystem,
  momentTable,
  type MomentTable,
  type Taps,
} from './moments.js';

/**
 * How the discrete moments up to degree 4 are treated. consistent: those of every derivative equal the derivatives
 * of the smoothed monomials · exact: those of the monomials themselves · naive: samples of the continuous kernel.
 */
export type MollifierMoments = 'consistent' | 'exact' | 'naive';

/** A smoothing kernel and how it is differentiated. */
export interface MollifierOptions {
  readonly family: MollifierFamily;
  /** Root mean square width of the kernel along each axis, nm. */
  readonly rmsWidth: number;
  /** Length that derivatives are measured in, nm; 1 if left out. */
  readonly unit?: number;
  /** One stencil each, in this order; the identity alone if left out. */
  readonly derivatives?: readonly MollifierDerivative[];
  /** 'consistent' if left out. */
  readonly moments?: MollifierMoments;
  /** Leaves out taps that no two voxels of the grid are apart: enough for a normalised convolution. */
  readonly clipped?: boolean;
}

/**
 * A convolution kernel on a grid: result(i) = Σ values(o)·u(i − o) over offsets o from −radius to radius voxels.
 * `values` has shape [2·radius + 1] in z, y, x order.
 */
export interface Stencil {
  readonly shape: Triple;
  readonly radius: Triple;
  readonly values: Float64Array;
}

/** Least radius in grid spacings for derivatives of order 0, up to 2, and up to 4: below it moments are ill posed. */
const leastRadius = (order: number): number => (order === 0 ? 1.05 : order <= 2 ? 2.5 : 3);

/**
 * The widths (rms per axis, nm) that a grid can carry for derivatives up to `order`. From below: taps on both sides
 * along the finest axis for smoothing, and along the coarsest for derivatives. From above: the radius ends with the
 * grid's shortest extent.
 */
export function mollifierLimits(
  grid: Grid,
  family: MollifierFamily,
  order: number,
): { least: number; most: number } {
  const axes = activeAxes(grid);
  if (axes.length === 0) return { least: 0, most: Infinity };
  const spacings = axes.map((axis) => grid.spacing[axis]);
  const spacing = order === 0 ? Math.min(...spacings) : Math.max(...spacings);
  const extent = Math.min(...axes.map((axis) => grid.shape[axis] * grid.spacing[axis]));
  const factor = radiusPerWidth(family, axes.length);
  return { least: (leastRadius(order) * spacing) / factor, most: extent / factor };
}

/** A length for a message, rounded to three digits towards what is allowed. */
function rounded(value: number, round: (value: number) => number): string {
  const step = 10 ** (Math.floor(Math.log10(value)) - 2);
  return String(Number((round(value / step) * step).toPrecision(4)));
}

function usage(message: string): CoreError {
  return new CoreError({ tag: 'usage', message, where: 'mollifier' });
}

function requireLengths({ rmsWidth, unit = 1 }: MollifierOptions): void {
  for (const [name, value] of Object.entries({
    'Mollifier width': rmsWidth,
    'Length of derivatives': unit,
  })) {
    if (!(value > 0 && Number.isFinite(value)))
      throw usage(`${name} is ${value} nm; it must be a positive length.`);
  }
}

function requireWidth(grid: Grid, options: MollifierOptions, order: number): void {
  const { rmsWidth, family, clipped = false } = options;
  const axes = activeAxes(grid);
  const { least, most } = mollifierLimits(grid, family, order);
  const factor = radiusPerWidth(family, Math.max(1, axes.length));
  const radius = (width: number, round: (value: number) => number): string =>
    `${rounded(width * factor, round)} nm (rms width ${rounded(width, round)} nm)`;
  const given = radius(rmsWidth, Math.round);
  if (rmsWidth < least) {
    const spacing = (least * factor) / leastRadius(order);
    throw usage(
      `Mollifier radius is too small: ${given} at ${rounded(spacing, Math.round)} nm spacing; use at least ${radius(least, Math.ceil)}.`,
    );
  }
  if (rmsWidth > most && !(clipped && order === 0)) {
    const extent = rounded(most * factor, Math.floor);
    throw usage(
      `Mollifier radius is too large: ${given} on a grid of ${extent} nm; use at most ${radius(most, Math.floor)}.`,
    );
  }
}

/** How far the ball of `radius` nm reaches along each axis, in voxels. */
function ballReach(grid: Grid, radius: number, clipped: boolean): Triple {
  const along = (axis: number): number => {
    if (grid.shape[axis] === 1) return 0;
    const reach = Math.ceil(radius / grid.spacing[axis]) - 1;
    return clipped ? Math.min(reach, grid.shape[axis] - 1) : reach;
  };
  return [along(0), along(1), along(2)];
}

/** The taps of the ball of `radius` nm with no negative offset. */
function ballTaps(grid: Grid, radius: number, reach: Triple): Taps {
  const step = [0, 1, 2].map((axis) => grid.spacing[axis] / radius);
  const [place, copies, zs, ys, xs]: number[][] = [[], [], [], [], []];
  let i = -1;
  for (let z = 0; z <= reach[0]; z++) {
    for (let y = 0; y <= reach[1]; y++) {
      for (let x = 0; x <= reach[2]; x++) {
        i++;
        if ((z * step[0]) ** 2 + (y * step[1]) ** 2 + (x * step[2]) ** 2 >= 1) continue;
        place.push(i);
        copies.push((z > 0 ? 2 : 1) * (y > 0 ? 2 : 1) * (x > 0 ? 2 : 1));
        zs.push(z * step[0]);
        ys.push(y * step[1]);
        xs.push(x * step[2]);
      }
    }
  }
  const [z, y, x] = [zs, ys, xs].map((offsets) => Float64Array.from(offsets));
  return { count: place.length, place: Int32Array.from(place), copies: Uint8Array.from(copies), z, y, x };
}

/** The profile's derivatives of each order at every tap. */
function sampleProfile(family: MollifierFamily, taps: Taps, order: number): Float64Array[] {
  const samples = Array.from({ length: order + 1 }, () => new Float64Array(taps.count));
  const f = new Float64Array(order + 1);
  for (let i = 0; i < taps.count; i++) {
    profileDerivatives(f, family, taps.z[i] ** 2 + taps.y[i] ** 2 + taps.x[i] ** 2);
    samples.forEach((sample, k) => (sample[i] = f[k]));
  }
  return samples;
}

/** The derivative of the profile at every tap, by the chain rule in s = r². */
function differentiate(
  operator: readonly PartialDerivative[],
  profile: readonly Float64Array[],
  taps: Taps,
): Float64Array {
  const values = new Float64Array(taps.count);
  for (const { coefficient, powers, order } of profileTerms(operator)) {
    const f = profile[order];
    const factor = monomial(taps, powers);
    for (let i = 0; i < taps.count; i++) values[i] += coefficient * factor[i] * f[i];
  }
  return values;
}

const unsmoothed: MomentTable = (index) => (index.every((n) => n === 0) ? 1 : 0);

/**
 * The stencils of a mollifier and its derivatives on a grid, one per entry of `derivatives`.
 * The kernel is isotropic in nm whatever the spacing; taps lie at the grid spacing; an axis of one voxel takes no
 * part. Derivatives are those of the kernel, analytically, then corrected by a polynomial of degree 4 times the
 * kernel so that their discrete moments are right (see `MollifierMoments`). Throws a `usage` CoreError, with the
 * width that would do, where the kernel is too narrow for the spacing or too wide for the grid.
 */
export function mollifierKernel(grid: Grid, options: MollifierOptions): Stencil[] {
  const { family, unit = 1, derivatives = ['identity'], moments = 'consistent', clipped = false } = options;
  const order = Math.max(0, ...derivatives.map(derivativeOrder));
  const axes = activeAxes(grid);
  const operators = derivatives.map((derivative) => partialDerivatives(derivative, axes));
  requireLengths(options);
  requireWidth(grid, options, order);
  const radius = options.rmsWidth * radiusPerWidth(family, Math.max(1, axes.length));
  const reach = ballReach(grid, radius, clipped);
  const taps = ballTaps(grid, radius, reach);
  const profile = sampleProfile(family, taps, Math.min(order, highestOrder));
  const total = moments === 'naive' ? profileVolume(grid, radius, family) : profileSum(profile[0], taps);
  for (const sample of profile) sample.forEach((value, i) => (sample[i] = value / total));
  const plain = (degree: number): boolean =>
    moments === 'naive' || (moments === 'consistent' && degree === 0);
  const system = plain(order) ? undefined : momentSystem(profile[0], taps, { axes, moments });
  return operators.map((operator, k) => {
    const values = differentiate(operator, profile, taps);
    const degree = derivativeOrder(derivatives[k]);
    if (system !== undefined && !plain(degree) && !correctMoments(values, operator, system)) {
      throw illConditioned(options);
    }
    const scale = (unit / radius) ** degree;
    return mirrored(
      values.map((value) => value * scale),
      taps,
      reach,
      parityOf(operator),
    );
  });
}

/** The sum of an even profile over all taps. */
function profileSum(samples: Float64Array, taps: Taps): number {
  return samples.reduce((sum, value, i) => sum + value * taps.copies[i], 0);
}

/** The integral of the profile in voxels. */
function profileVolume(grid: Grid, radius: number, family: MollifierFamily): number {
  const axes = activeAxes(grid);
  const voxel = axes.reduce((product, axis) => (product * grid.spacing[axis]) / radius, 1);
  return axes.length === 0
    ? Math.exp(family === 'bump' ? -1 : 0)
    : profileIntegral(family, axes.length) / voxel;
}

function momentSystem(
  weights: Float64Array,
  taps: Taps,
  { axes, moments }: { axes: readonly number[]; moments: MollifierMoments },
): MomentSystem {
  const table = momentTable(weights, taps, axes);
  return { taps, weights, table, axes, smoothing: moments === 'exact' ? unsmoothed : table };
}

function illConditioned({ rmsWidth }: MollifierOptions): CoreError {
  return usage(`Mollifier width ${rmsWidth} nm leaves too few taps for its derivatives; use a wider one.`);
}

/** The taps and their mirror images, odd along the axes with an odd derivative, laid out in an array. */
function mirrored(values: Float64Array, taps: Taps, reach: Triple, parity: Triple): Stencil {
  const octant = new Float64Array((reach[0] + 1) * (reach[1] + 1) * (reach[2] + 1));
  for (let i = 0; i < values.length; i++) octant[taps.place[i]] = values[i];
  const shape: Triple = [2 * reach[0] + 1, 2 * reach[1] + 1, 2 * reach[2] + 1];
  const laid = new Float64Array(shape[0] * shape[1] * shape[2]);
  const sign = (offset: number, axis: number): number => (offset < 0 && parity[axis] === 1 ? -1 : 1);
  let i = 0;
  for (let z = -reach[0]; z <= reach[0]; z++) {
    for (let y = -reach[1]; y <= reach[1]; y++) {
      const row = (Math.abs(z) * (reach[1] + 1) + Math.abs(y)) * (reach[2] + 1);
      const side = sign(z, 0) * sign(y, 1);
      for (let x = -reach[2]; x <= reach[2]; x++) laid[i++] = side * sign(x, 2) * octant[row + Math.abs(x)];
    }
  }
  return { shape, radius: reach, values: laid };
}
