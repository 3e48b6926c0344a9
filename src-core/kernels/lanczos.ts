import { breathe, type Run } from '../run.js';
import { addScaled, dot, scaled } from './vectors.js';

/** A symmetric positive semi-definite operator on vectors: a new vector, the product. */
export type SymmetricOperator = (x: Float64Array, run: Run) => Promise<Float64Array>;

/**
 * A symmetric operator M as seen from a start vector b: M ≈ V T Vᵀ with b along the first column of V and T
 * tridiagonal. Functions of M applied to b, for any number of shifts and scales, come from it without touching M.
 */
export interface LanczosView {
  /** Orthonormal vectors, one per step. */
  readonly basis: readonly Float64Array[];
  readonly diagonal: readonly number[];
  readonly offDiagonal: readonly number[];
  /** ‖b‖. */
  readonly size: number;
}

/**
 * When to stop: after `limit` steps, or once (1 + strongest·M)⁻¹b is known to a relative residual of `tolerance`. The
 * strongest may depend on what the view has shown so far.
 */
export interface LanczosStop {
  readonly limit: number;
  readonly strongest: number | ((view: LanczosView) => number);
  readonly tolerance: number;
}

/** Solves (1 + s·T) y = ‖b‖e₁ of a view; y holds the coefficients of (1 + s·M)⁻¹b in its basis. */
export function shiftedSolution({ diagonal, offDiagonal, size }: LanczosView, s: number): Float64Array {
  const n = diagonal.length;
  const pivot = new Float64Array(n);
  const right = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const factor = i === 0 ? 0 : (s * offDiagonal[i - 1]) / pivot[i - 1];
    pivot[i] = 1 + s * diagonal[i] - (i === 0 ? 0 : factor * s * offDiagonal[i - 1]);
    right[i] = i === 0 ? size : -factor * right[i - 1];
  }
  for (let i = n - 1; i >= 0; i--) {
    const above = i === n - 1 ? 0 : s * offDiagonal[i] * right[i + 1];
    right[i] = (right[i] - above) / pivot[i];
  }
  return right;
}

/** (1 + s·M)⁻¹b from a view. */
export function shiftedInverse(view: LanczosView, s: number): Float64Array {
  const weights = shiftedSolution(view, s);
  const out = new Float64Array(view.basis[0]?.length ?? 0);
  view.basis.forEach((vector, k) => {
    addScaled(out, vector, weights[k]);
  });
  return out;
}

/** Relative residual of (1 + s·M)⁻¹b as the view knows it. */
function shiftedResidual(view: LanczosView, s: number): number {
  const weights = shiftedSolution(view, s);
  return (
    (s * Math.abs(view.offDiagonal[weights.length - 1]) * Math.abs(weights[weights.length - 1])) / view.size
  );
}

/** Takes out of x what it has along four vectors that are orthonormal but for rounding. */
function takeFour(x: Float64Array, [a, b, c, d]: readonly Float64Array[]): void {
  let [p, q, r, s] = [0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    p += v * a[i];
    q += v * b[i];
    r += v * c[i];
    s += v * d[i];
  }
  for (let i = 0; i < x.length; i++) x[i] -= p * a[i] + q * b[i] + r * c[i] + s * d[i];
}

/** One pass of reorthogonalisation: enough, as next to nothing is left along the basis after the three terms. */
function orthogonalise(x: Float64Array, basis: readonly Float64Array[]): void {
  const whole = basis.length - (basis.length % 4);
  for (let k = 0; k < whole; k += 4) takeFour(x, basis.slice(k, k + 4));
  for (let k = whole; k < basis.length; k++) addScaled(x, basis[k], -dot(x, basis[k]));
}

/**
 * The Lanczos process from `b` with full reorthogonalisation (Golub and Van Loan, Matrix Computations, ch. 10). A zero
 * `b` gives an empty view.
 */
export async function lanczos(
  apply: SymmetricOperator,
  b: Float64Array,
  { limit, strongest, tolerance }: LanczosStop,
  run: Run,
): Promise<LanczosView> {
  const size = Math.sqrt(dot(b, b));
  const view = { basis: [] as Float64Array[], diagonal: [] as number[], offDiagonal: [] as number[], size };
  let [vector, length] = [scaled(b, 1 / size), 0];
  while (size > 0 && view.basis.length < limit) {
    view.basis.push(vector);
    const next = await apply(vector, run);
    view.diagonal.push(dot(next, vector));
    addScaled(next, vector, -view.diagonal[view.diagonal.length - 1]);
    if (view.basis.length > 1) addScaled(next, view.basis[view.basis.length - 2], -length);
    orthogonalise(next, view.basis);
    await breathe(run);
    length = Math.sqrt(dot(next, next));
    view.offDiagonal.push(length);
    const s = typeof strongest === 'number' ? strongest : strongest(view);
    if (!(length > 1e-13 * view.diagonal[0]) || shiftedResidual(view, s) < tolerance) break;
    vector = scaled(next, 1 / length);
  }
  return view;
}
