import { breathe, type Run } from '../run.js';
import { applyLaplacian, type NoFluxDomain } from './no-flux.js';

/**
 * A function of −∇² as a Chebyshev series on [0, bound]. Applying it to a field inside a nucleus is the mollifier
 * of the plane carried over to a domain with no-flux walls: away from the walls it equals the convolution with the
 * radial kernel whose Fourier transform is the function, at a straight wall it equals the mirrored convolution.
 */
export type ChebyshevSeries = Float64Array;

/** One output of a sweep: `out` += series(−∇²) u. */
export interface FilterTarget {
  readonly series: ChebyshevSeries;
  readonly out: Float64Array;
}

/** Values of f at M Chebyshev nodes, transformed by a table of cosines (the discrete cosine transform, type 2). */
function chebyshevCoefficients(f: (x: number) => number, bound: number, nodes: number): Float64Array {
  const cosine = Float64Array.from({ length: 4 * nodes }, (_, m) => Math.cos((Math.PI * m) / (2 * nodes)));
  const values = Float64Array.from({ length: nodes }, (_, k) => f(((cosine[2 * k + 1] + 1) * bound) / 2));
  const half = nodes >> 1;
  const coefficients = new Float64Array(half);
  for (let n = 0; n < half; n++) {
    let sum = 0;
    for (let k = 0, m = n; k < nodes; k++, m = (m + 2 * n) % (4 * nodes)) sum += values[k] * cosine[m];
    coefficients[n] = (sum * (n === 0 ? 1 : 2)) / nodes;
  }
  return coefficients;
}

/** Number of leading coefficients beyond which the absolute sum stays below `tolerance`. */
function significantLength(coefficients: Float64Array, tolerance: number): number {
  let tail = 0;
  for (let n = coefficients.length - 1; n > 0; n--) {
    tail += Math.abs(coefficients[n]);
    if (tail > tolerance) return n + 1;
  }
  return 1;
}

/**
 * The Chebyshev series of f(x), x the eigenvalue of −∇² in [0, bound], truncated where the neglected tail sums to
 * less than `tolerance`. The number of nodes doubles until the series ends in its first half.
 */
export function chebyshevSeries(f: (x: number) => number, bound: number, tolerance = 1e-8): ChebyshevSeries {
  for (let nodes = 64; ; nodes *= 2) {
    const coefficients = chebyshevCoefficients(f, bound, nodes);
    const length = significantLength(coefficients, tolerance);
    if (length < 0.8 * coefficients.length || nodes >= 4096) return coefficients.slice(0, length);
  }
}

/** next ← 2·(−(2/bound)∇² − 1) current − previous, in one pass over the Laplacian already in `next`. */
function advance(next: Float64Array, current: Float64Array, previous: Float64Array, bound: number): void {
  const scale = -4 / bound;
  for (let i = 0; i < next.length; i++) next[i] = scale * next[i] - 2 * current[i] - previous[i];
}

function accumulate(targets: readonly FilterTarget[], degree: number, term: Float64Array): void {
  for (const { series, out } of targets) {
    if (degree >= series.length) continue;
    const c = series[degree];
    for (let i = 0; i < term.length; i++) out[i] += c * term[i];
  }
}

/**
 * Adds series(−∇²) u to every target in one sweep: the powers of the Laplacian are shared by all of them.
 * Packed fields; `u` is left as it is. Cost: one Laplacian per degree of the longest series.
 */
export async function applyFilters(
  u: Float64Array,
  domain: NoFluxDomain,
  targets: readonly FilterTarget[],
  run: Run,
): Promise<void> {
  const degrees = Math.max(...targets.map((target) => target.series.length));
  let previous = Float64Array.from(u);
  accumulate(targets, 0, previous);
  if (degrees < 2 || domain.bound === 0) {
    // On a single voxel every Chebyshev polynomial is ±1 at x = 0.
    for (let n = 1; n < degrees; n++)
      accumulate(targets, n, n % 2 === 0 ? previous : previous.map((v) => -v));
    return;
  }
  let current = new Float64Array(u.length);
  applyLaplacian(current, previous, domain);
  for (let i = 0; i < current.length; i++) current[i] = (-2 / domain.bound) * current[i] - previous[i];
  accumulate(targets, 1, current);
  let next = new Float64Array(u.length);
  for (let n = 2; n < degrees; n++) {
    applyLaplacian(next, current, domain);
    advance(next, current, previous, domain.bound);
    accumulate(targets, n, next);
    [previous, current, next] = [current, next, previous];
    await breathe(run);
  }
}

/** series(−∇²) u as a new packed field. */
export async function applyFilter(
  u: Float64Array,
  domain: NoFluxDomain,
  series: ChebyshevSeries,
  run: Run,
): Promise<Float64Array> {
  const out = new Float64Array(u.length);
  await applyFilters(u, domain, [{ series, out }], run);
  return out;
}
