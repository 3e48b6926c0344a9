import { breathe, type Run } from '../run.js';
import type { DomainLevel } from './domain-levels.js';
import type { ChebyshevSeries } from './no-flux-filter.js';

/** Upper bound of the eigenvalues of −∇² on a level (Gershgorin). */
export function levelBound({ diagonal }: DomainLevel): number {
  return 2 * diagonal.reduce((most, value) => Math.max(most, value), 0);
}

/** What one pass makes of the fields u and `before`: laplacian·∇²u + current·u + previous·before. */
interface Pass {
  readonly laplacian: number;
  readonly current: number;
  readonly previous: number;
}

type Fields = readonly [Float64Array, Float64Array];

function advancePlane(out: Float64Array, [u, before]: Fields, level: DomainLevel, pass: Pass): void {
  const { count, neighbour: n, weight: w, diagonal } = level;
  const { laplacian, current, previous } = pass;
  for (let i = 0, k = 0; i < count; i++, k += 4) {
    const around = w[k] * u[n[k]] + w[k + 1] * u[n[k + 1]] + w[k + 2] * u[n[k + 2]] + w[k + 3] * u[n[k + 3]];
    out[i] = laplacian * around + (current - laplacian * diagonal[i]) * u[i] + previous * before[i];
  }
}

function advanceStack(out: Float64Array, [u, before]: Fields, level: DomainLevel, pass: Pass): void {
  const { count, neighbour: n, weight: w, diagonal } = level;
  const { laplacian, current, previous } = pass;
  for (let i = 0, k = 0; i < count; i++, k += 6) {
    const across = w[k] * u[n[k]] + w[k + 1] * u[n[k + 1]];
    const along = w[k + 2] * u[n[k + 2]] + w[k + 3] * u[n[k + 3]];
    const around = across + along + w[k + 4] * u[n[k + 4]] + w[k + 5] * u[n[k + 5]];
    out[i] = laplacian * around + (current - laplacian * diagonal[i]) * u[i] + previous * before[i];
  }
}

function advanceAny(out: Float64Array, [u, before]: Fields, level: DomainLevel, pass: Pass): void {
  const { count, neighbour: n, weight: w, diagonal, axes } = level;
  const { laplacian, current, previous } = pass;
  const slots = 2 * axes.length;
  for (let i = 0, k = 0; i < count; i++) {
    let around = 0;
    for (const end = k + slots; k < end; k++) around += w[k] * u[n[k]];
    out[i] = laplacian * around + (current - laplacian * diagonal[i]) * u[i] + previous * before[i];
  }
}

/** T₁ = −(2/bound)∇² − 1, and Tₙ₊₁ = 2T₁Tₙ − Tₙ₋₁. */
const first: Pass = { laplacian: 1, current: -1, previous: 0 };
const later: Pass = { laplacian: 2, current: -2, previous: -1 };

/**
 * series(−∇²) u on a level of a domain, as a new field of one value per cell; the series is one on [0, `bound`], not
 * less than the level's own bound. Self-adjoint in the sum weighted by the cells' volumes.
 */
export async function filterOnLevel(
  u: Float64Array,
  level: DomainLevel,
  { series, bound }: { series: ChebyshevSeries; bound: number },
  run: Run,
): Promise<Float64Array> {
  const advance = [advanceAny, advanceAny, advancePlane, advanceStack][level.axes.length];
  const scale = bound === 0 ? 0 : -2 / bound;
  const sum = u.map((v) => series[0] * v);
  const terms = [Float64Array.from(u), new Float64Array(u.length), new Float64Array(u.length)];
  for (let degree = 1; degree < series.length; degree++) {
    const [next, now, before] = [terms[degree % 3], terms[(degree + 2) % 3], terms[(degree + 1) % 3]];
    const pass = degree === 1 ? first : later;
    const laplacian = pass.laplacian * scale;
    advance(next, [now, before], level, { ...pass, laplacian });
    const c = series[degree];
    for (let i = 0; i < sum.length; i++) sum[i] += c * next[i];
    await breathe(run);
  }
  return sum;
}
