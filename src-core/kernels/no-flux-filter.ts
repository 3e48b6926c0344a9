import { breathe, type Run } from '../run.js';
import { sumByMachine, sweepByMachine } from './machine-series.js';
import { advanceField, type NoFluxDomain } from './no-flux.js';
import type { StencilOwner } from './pass-memory.js';
import { type RegularRuns, regularRuns } from './regular-runs.js';

/**
 * A function of −∇² as a Chebyshev series on [0, bound]. Applying it to a field inside a nucleus is the mollifier
 * of the plane carried over to a domain with no-flux walls: away from the walls it equals the convolution with the
 * radial kernel whose Fourier transform is the function, at a straight wall it equals the mirrored convolution.
 */
export type ChebyshevSeries = Float64Array;

/** Two packed fields on the same domain. */
export type FieldPair = readonly [Float64Array, Float64Array];

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
export function chebyshevSeries(f: (x: number) => number, bound: number, tolerance = 1e-7): ChebyshevSeries {
  for (let nodes = 128; ; nodes *= 2) {
    const coefficients = chebyshevCoefficients(f, bound, nodes);
    const length = significantLength(coefficients, tolerance);
    if (length < 0.9 * coefficients.length || nodes >= 4096) return coefficients.slice(0, length);
  }
}

/** The runs of the domains seen so far, which stand for as long as a domain does. */
const known = new WeakMap<NoFluxDomain, RegularRuns>();

function runsOf(domain: NoFluxDomain): RegularRuns {
  const runs = known.get(domain) ?? regularRuns({ ...domain, weights: domain.rates });
  known.set(domain, runs);
  return runs;
}

/** What a machine needs to know of a domain. */
function ownerOf(domain: NoFluxDomain, runs: RegularRuns): StencilOwner {
  return { owner: domain, stencil: () => ({ runs, neighbour: domain.neighbour, weights: domain.rates }) };
}

/** Fields of three degrees that follow one another; where a series ends before, the rest does not count. */
type Terms = readonly [Float64Array, Float64Array, Float64Array];

/** out += c₀a + c₁b + c₂d, the terms added in this order, in one pass over memory. */
function addTerms(out: Float64Array, coefficients: Float64Array, [a, b, d]: Terms): void {
  const [c0, c1, c2] = coefficients;
  const n = out.length;
  if (coefficients.length === 1) for (let i = 0; i < n; i++) out[i] += c0 * a[i];
  else if (coefficients.length === 2) for (let i = 0; i < n; i++) out[i] = out[i] + c0 * a[i] + c1 * b[i];
  else for (let i = 0; i < n; i++) out[i] = out[i] + c0 * a[i] + c1 * b[i] + c2 * d[i];
}

/** Adds the terms of up to three degrees from `first` on to the sum of every series that goes so far. */
function accumulate(
  sums: readonly Float64Array[],
  series: readonly ChebyshevSeries[],
  { first, last }: { first: number; last: number },
  terms: Terms,
): void {
  for (let j = 0; j < sums.length; j++) {
    const end = Math.min(series[j].length, last + 1);
    if (end > first) addTerms(sums[j], series[j].subarray(first, end), terms);
  }
}

/**
 * series(−∇²) u for several series in one sweep, as new packed fields: sums of the Chebyshev polynomials of −∇², mapped to
 * [−1, 1], applied to u, T₁ = −(2/bound)∇² − 1 and Tₙ₊₁ = 2T₁Tₙ − Tₙ₋₁. u is left as it is. Cost: one Laplacian per
 * degree of the longest series.
 */
async function filterSeries(
  u: Float64Array,
  domain: NoFluxDomain,
  series: readonly ChebyshevSeries[],
  run: Run,
): Promise<Float64Array[]> {
  const runs = runsOf(domain);
  // Without neighbours (bound 0) the only eigenvalue is 0, where T₁ = −1.
  const scale = domain.bound === 0 ? 0 : -2 / domain.bound;
  const done = await sweepByMachine(u, ownerOf(domain, runs), { series, scale }, run);
  if (done !== null) return done;
  const sums = series.map(() => new Float64Array(u.length));
  const degrees = Math.max(...series.map((each) => each.length));
  // Degree n stands in terms[n % 3]: three degrees are there at a time, and are added to the sums together.
  const terms: Terms = [Float64Array.from(u), new Float64Array(u.length), new Float64Array(u.length)];
  for (let n = 0; n < degrees; n++) {
    const [out, now, before] = [terms[n % 3], terms[(n + 2) % 3], terms[(n + 1) % 3]];
    const times = n === 1 ? 1 : 2;
    const pass = { laplacian: times * scale, current: -times, source: n === 1 ? 0 : -1, kept: 0 };
    if (n > 0) advanceField(out, [now, before], [domain, runs], pass);
    if (n % 3 === 2 || n === degrees - 1) accumulate(sums, series, { first: n - (n % 3), last: n }, terms);
    await breathe(run);
  }
  return sums;
}

/** series(−∇²) of two packed fields, for several series; one pair per series, the same bytes whatever the others are. */
export async function filterPair(
  [a, b]: FieldPair,
  domain: NoFluxDomain,
  series: readonly ChebyshevSeries[],
  run: Run,
): Promise<FieldPair[]> {
  const first = await filterSeries(a, domain, series, run);
  const second = await filterSeries(b, domain, series, run);
  return first.map((each, k) => [each, second[k]]);
}

/**
 * series(−∇²) u as a new packed field, summed by the recurrence of Clenshaw (1955): bₙ = cₙu + 2T₁bₙ₊₁ − bₙ₊₂, and at
 * last c₀u + T₁b₁ − b₂.
 */
export async function filterField(
  u: Float64Array,
  domain: NoFluxDomain,
  series: ChebyshevSeries,
  run: Run,
): Promise<Float64Array> {
  const runs = runsOf(domain);
  const scale = domain.bound === 0 ? 0 : -2 / domain.bound;
  const done = await sumByMachine(u, ownerOf(domain, runs), { series, scale }, run);
  if (done !== null) return done;
  let [now, next] = [new Float64Array(u.length), new Float64Array(u.length)];
  for (let degree = series.length - 1; degree >= 0; degree--) {
    const times = degree === 0 ? 1 : 2;
    const pass = { laplacian: times * scale, current: -times, source: series[degree], kept: -1 };
    advanceField(next, [now, u], [domain, runs], pass);
    [now, next] = [next, now];
    await breathe(run);
  }
  return now;
}
