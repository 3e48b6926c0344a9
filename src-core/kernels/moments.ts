import type { Triple } from '../data/grid.js';
import {
  derivativeOrder,
  fallingFactorial,
  highestOrder,
  parityOf,
  type PartialDerivative,
} from './differential-operator.js';
import { solvePositive } from './cholesky.js';

/**
 * The taps of a stencil inside the kernel's ball with no negative offset; the others are their mirror images.
 * Coordinates are in units of the kernel's radius.
 */
export interface Taps {
  readonly count: number;
  /** Position of each tap in the array of non-negative offsets up to the stencil's radius. */
  readonly place: Int32Array;
  readonly z: Float64Array;
  readonly y: Float64Array;
  readonly x: Float64Array;
  /** How many mirror images each tap stands for, itself included: 1, 2, 4 or 8. */
  readonly copies: Uint8Array;
}

/** Discrete moments Σ w·zᵃyᵇxᶜ of a kernel that is even along every axis; the odd ones are 0. */
export type MomentTable = (index: Triple) => number;

/** Every [a, b, c] of total degree up to `degree` with the given parity per axis. */
function exponents(degree: number, parity: Triple, axes: readonly number[]): Triple[] {
  const range = (axis: number): number[] =>
    [...Array(degree + 1).keys()].filter((n) => n % 2 === parity[axis] && (n === 0 || axes.includes(axis)));
  const all: Triple[] = [];
  for (const a of range(0)) {
    for (const b of range(1)) {
      for (const c of range(2)) if (a + b + c <= degree) all.push([a, b, c]);
    }
  }
  return all;
}

/** The monomial zᵃyᵇxᶜ at every tap. */
export function monomial(taps: Taps, powers: Triple): Float64Array {
  const product = new Float64Array(taps.count).fill(1);
  [taps.z, taps.y, taps.x].forEach((coordinate, axis) => {
    for (let n = 0; n < powers[axis]; n++) {
      for (let i = 0; i < product.length; i++) product[i] *= coordinate[i];
    }
  });
  return product;
}

/** Σ values·zᵃyᵇxᶜ over the taps and their images, for values as odd or even along each axis as the monomial. */
function momentOf(values: Float64Array, taps: Taps, index: Triple): number {
  const powers = monomial(taps, index);
  let sum = 0;
  for (let i = 0; i < powers.length; i++) sum += taps.copies[i] * values[i] * powers[i];
  return sum;
}

/** The moments of the kernel `weights` up to degree 8, all that corrections of degree 4 need. */
export function momentTable(weights: Float64Array, taps: Taps, axes: readonly number[]): MomentTable {
  const indices = exponents(2 * highestOrder, [0, 0, 0], axes);
  const table = new Map(indices.map((index) => [index.join(), momentOf(weights, taps, index)]));
  return (index) => table.get(index.join()) ?? 0;
}

/**
 * The moment about xᵝ that makes a stencil the derivative of the smoothed monomial: convolving xᵝ with a kernel of
 * moments m gives Σ C(β, γ) x^γ (−1)^|β−γ| m_(β−γ), and ∂^α of that at 0 is α! C(β, α) (−1)^|β−α| m_(β−α).
 */
function targetMoment(operator: readonly PartialDerivative[], beta: Triple, smoothing: MomentTable): number {
  let sum = 0;
  for (const { coefficient, index } of operator) {
    const left: Triple = [beta[0] - index[0], beta[1] - index[1], beta[2] - index[2]];
    if (left.some((n) => n < 0)) continue;
    const factor = beta.reduce((product, n, axis) => product * fallingFactorial(n, index[axis]), 1);
    sum += (derivativeOrder(index) % 2 === 0 ? 1 : -1) * coefficient * factor * smoothing(left);
  }
  return sum;
}

/** What a correction works with: the kernel, its taps and active axes, and the moments derivatives are to obey. */
export interface MomentSystem {
  readonly taps: Taps;
  readonly weights: Float64Array;
  readonly table: MomentTable;
  readonly axes: readonly number[];
  /** Moments of the smoothing whose derivatives are wanted. */
  readonly smoothing: MomentTable;
}

/**
 * Adds to `values` the smallest multiple of the kernel by a polynomial of degree 4 (least Σ correction²/weight)
 * after which its moments up to degree 4 are those of the derivative. False where the taps do not carry them.
 */
export function correctMoments(
  values: Float64Array,
  operator: readonly PartialDerivative[],
  system: MomentSystem,
): boolean {
  const { taps, weights, table } = system;
  const indices = exponents(highestOrder, parityOf(operator), system.axes);
  const target = indices.map((beta) => targetMoment(operator, beta, system.smoothing));
  // The second pass removes the rounding of the first.
  for (let pass = 0; pass < 2; pass++) {
    const c = Float64Array.from(indices, (beta, k) => target[k] - momentOf(values, taps, beta));
    const gram = indices.map((p) =>
      Float64Array.from(indices, (q) => table([p[0] + q[0], p[1] + q[1], p[2] + q[2]])),
    );
    if (!solvePositive(gram, c)) return false;
    indices.forEach((beta, k) => {
      const powers = monomial(taps, beta);
      for (let i = 0; i < powers.length; i++) values[i] += c[k] * weights[i] * powers[i];
    });
  }
  return true;
}
