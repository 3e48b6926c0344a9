import { breathe, type Run } from '../run.js';
import type { DomainLevel } from './domain-levels.js';
import { sumByMachine, sweepByMachine } from './machine-series.js';
import type { ChebyshevSeries } from './no-flux-filter.js';
import type { StencilOwner } from './pass-memory.js';
import { advanceRuns, type Pass, type PassFields, type RegularRuns, regularRuns } from './regular-runs.js';
import { addScaled } from './vectors.js';

/** Upper bound of the eigenvalues of −∇² on a level (Gershgorin). */
export function levelBound({ diagonal }: DomainLevel): number {
  return 2 * diagonal.reduce((most, value) => Math.max(most, value), 0);
}

/** The runs of the levels seen so far, which stand for as long as a level does. */
const known = new WeakMap<DomainLevel, RegularRuns>();

function runsOf(level: DomainLevel): RegularRuns {
  const { count, neighbour, weight, diagonal } = level;
  const runs = known.get(level) ?? regularRuns({ count, neighbour, weights: { weight, diagonal } });
  known.set(level, runs);
  return runs;
}

/** What a machine needs to know of a level. */
function ownerOf(level: DomainLevel): StencilOwner {
  const { neighbour, weight, diagonal, axes } = level;
  const weights = { weight, diagonal, inOrder: axes.length !== 3 };
  return { owner: level, stencil: () => ({ runs: runsOf(level), neighbour, weights }) };
}

type LevelRuns = readonly [DomainLevel, RegularRuns];

/** The pass at the cells between the runs. */
function advanceLoose(
  out: Float64Array,
  [u, other]: PassFields,
  [{ neighbour: n, weight: w, diagonal, axes }, { loose }]: LevelRuns,
  { laplacian, current, source, kept }: Pass,
): void {
  const slots = 2 * axes.length;
  for (let r = 0; r < loose.length; r += 2) {
    for (let i = loose[r], k = slots * i; i < loose[r + 1]; i++) {
      let around = 0;
      for (const end = k + slots; k < end; k++) around += w[k] * u[n[k]];
      const own = (current - laplacian * diagonal[i]) * u[i];
      out[i] = laplacian * around + own + source * other[i] + kept * out[i];
    }
  }
}

/** The same in a stack, where a good part of the cells lies at the edge. */
function advanceLooseStack(
  out: Float64Array,
  [u, other]: PassFields,
  [{ neighbour: n, weight: w, diagonal }, { loose }]: LevelRuns,
  { laplacian, current, source, kept }: Pass,
): void {
  for (let r = 0; r < loose.length; r += 2) {
    for (let i = loose[r], k = 6 * i; i < loose[r + 1]; i++, k += 6) {
      const across = w[k] * u[n[k]] + w[k + 1] * u[n[k + 1]];
      const along = w[k + 2] * u[n[k + 2]] + w[k + 3] * u[n[k + 3]];
      const around = across + along + w[k + 4] * u[n[k + 4]] + w[k + 5] * u[n[k + 5]];
      const own = (current - laplacian * diagonal[i]) * u[i];
      out[i] = laplacian * around + own + source * other[i] + kept * out[i];
    }
  }
}

/** out ← a pass of two fields on a level; `out` is neither of them. */
export function advanceLevel(out: Float64Array, fields: PassFields, level: DomainLevel, pass: Pass): void {
  const runs = runsOf(level);
  const advanceRest = level.axes.length === 3 ? advanceLooseStack : advanceLoose;
  advanceRest(out, fields, [level, runs], pass);
  advanceRuns(out, fields, runs, pass);
}

/**
 * series(−∇²) u on a level of a domain, as a new field of one value per cell; the series is one on [0, `bound`], not
 * less than the level's own bound. Self-adjoint in the sum weighted by the cells' volumes. Summed by the recurrence of
 * Clenshaw (1955): bₙ = cₙu + 2T₁bₙ₊₁ − bₙ₊₂ with T₁ = −(2/bound)∇² − 1, and at last c₀u + T₁b₁ − b₂.
 */
export async function filterOnLevel(
  u: Float64Array,
  level: DomainLevel,
  { series, bound }: { series: ChebyshevSeries; bound: number },
  run: Run,
): Promise<Float64Array> {
  const scale = bound === 0 ? 0 : -2 / bound;
  const done = await sumByMachine(u, ownerOf(level), { series, scale }, run);
  if (done !== null) return done;
  let [now, next] = [new Float64Array(u.length), new Float64Array(u.length)];
  for (let degree = series.length - 1; degree >= 0; degree--) {
    const times = degree === 0 ? 1 : 2;
    const pass = { laplacian: times * scale, current: -times, source: series[degree], kept: -1 };
    advanceLevel(next, [now, u], level, pass);
    [now, next] = [next, now];
    await breathe(run);
  }
  return now;
}

/**
 * series(−∇²) u for several series on one bound in one sweep of the Chebyshev polynomials, as new fields. Cost: one
 * Laplacian per degree of the longest series.
 */
export async function filterBandsOnLevel(
  u: Float64Array,
  level: DomainLevel,
  { series, bound }: { series: readonly ChebyshevSeries[]; bound: number },
  run: Run,
): Promise<Float64Array[]> {
  const scale = bound === 0 ? 0 : -2 / bound;
  const done = await sweepByMachine(u, ownerOf(level), { series, scale }, run);
  if (done !== null) return done;
  const sums = series.map(() => new Float64Array(u.length));
  const degrees = Math.max(...series.map((each) => each.length));
  const terms = [Float64Array.from(u), new Float64Array(u.length), new Float64Array(u.length)];
  for (let degree = 0; degree < degrees; degree++) {
    const [out, now, before] = [0, 2, 1].map((k) => terms[(degree + k) % 3]);
    const times = degree === 1 ? 1 : 2;
    const pass = { laplacian: times * scale, current: -times, source: degree === 1 ? 0 : -1, kept: 0 };
    if (degree > 0) advanceLevel(out, [now, before], level, pass);
    series.forEach((each, k) => {
      if (degree < each.length) addScaled(sums[k], out, each[degree]);
    });
    await breathe(run);
  }
  return sums;
}
