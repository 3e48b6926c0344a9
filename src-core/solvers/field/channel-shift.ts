import { analyse, type CosineBasis, synthesise } from '../../kernels/cosine-basis.js';
import { conjugateGradients } from '../../kernels/conjugate-gradients.js';
import { depthInside } from '../../kernels/depth.js';
import { filterOnLevel, levelBound } from '../../kernels/level-filter.js';
import {
  type ChebyshevSeries,
  chebyshevSeries,
  filterPair,
  filterSeries,
} from '../../kernels/no-flux-filter.js';
import { type NoFluxDomain, unpack } from '../../kernels/no-flux.js';
import type { Triple } from '../../data/grid.js';
import type { Run } from '../../run.js';
import type { ChannelShift, RateProblem } from '../solver.js';
import { equationData, type EquationData, jointFields } from './equation-data.js';
import { cellWidth, fieldFrame, type FieldFrame, restrictTo } from './frame.js';
import { searchRange } from './prior-choice.js';
import { type Candidate, candidateAt } from './prior-search.js';
import { posteriorMean } from './scale-view.js';
import { continuumWave, errorWeight, gridSpacings, levelSpacings, rateSymbol } from './whitening.js';

/** The shift is told from the equation this far (L0) inside: nearer, the edge of the mask would speak. */
const judgedDepth = 1;
const accuracy = 1e-5;
const stop = { limit: 200, tolerance: 1e-4 };

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Gradient of a packed field along an axis, per L0: central differences, one-sided at the edge of the nucleus. */
function gradientAlong(u: Float64Array, { domain, length }: RateProblem, axis: 0 | 1 | 2): Float64Array {
  const [nz, ny, nx] = domain.grid.shape;
  const field = unpack(u, domain, NaN);
  const step = [ny * nx, nx, 1][axis];
  const spacing = domain.grid.spacing[axis] / length;
  const place = (at: number): number => [Math.floor(at / (ny * nx)), Math.floor(at / nx) % ny, at % nx][axis];
  const last = [nz, ny, nx][axis] - 1;
  return u.map((own, i) => {
    const at = domain.voxel[i];
    const before = place(at) > 0 ? field[at - step] : NaN;
    const after = place(at) < last ? field[at + step] : NaN;
    const [low, high] = [Number.isNaN(before) ? own : before, Number.isNaN(after) ? own : after];
    const width = Number(!Number.isNaN(before)) + Number(!Number.isNaN(after));
    return width === 0 ? 0 : (high - low) / (width * spacing);
  });
}

/** Data whitened by G^½ and the weight of each cell, with the posterior of δ under the chosen prior taken out. */
interface WhiteSystem {
  readonly weight: Float64Array;
  /** White data → coefficients of the prior's cosines. */
  readonly back: (white: Float64Array, run: Run) => Promise<Float64Array>;
  readonly apply: (z: Float64Array, run: Run) => Promise<Float64Array>;
  readonly variance: number;
}

function levelRoot({ level, noise, scale }: FieldFrame): { series: ChebyshevSeries; bound: number } {
  const wave = continuumWave(levelSpacings(level));
  const bound = levelBound(level);
  return {
    series: chebyshevSeries((x) => Math.sqrt(errorWeight(noise, wave(x)) / scale), bound, accuracy).map(
      (v) => v * Math.sqrt(scale),
    ),
    bound,
  };
}

function whiteSystem(
  { frame, phiE }: EquationData,
  { basis, root }: { basis: CosineBasis; root: Float64Array },
  { weight, variance }: { weight: Float64Array; variance: number },
): WhiteSystem {
  const { level } = frame;
  const filter = levelRoot(frame);
  const back = async (white: Float64Array, run: Run): Promise<Float64Array> => {
    const judged = white.map((v, i) => (v * weight[i]) / level.volume[i]);
    const carried = await filterOnLevel(judged, level, filter, run);
    const exchanged = carried.map((v, i) => v * phiE[i] * level.volume[i]);
    return (await analyse(exchanged, basis, run)).map((v, k) => v * root[k]);
  };
  const apply = async (z: Float64Array, run: Run): Promise<Float64Array> => {
    const delta = await synthesise(
      z.map((v, k) => v * root[k]),
      basis,
      run,
    );
    const white = await filterOnLevel(
      delta.map((v, i) => v * phiE[i]),
      level,
      filter,
      run,
    );
    const information = await back(white, run);
    return z.map((v, k) => v + variance * information[k]);
  };
  return { weight, back, apply, variance };
}

/** uᵀKv for all pairs of whitened fields, K the precision of the data once δ is unknown under its prior. */
async function reducedProducts(
  fields: readonly Float64Array[],
  { weight, back, apply, variance }: WhiteSystem,
  run: Run,
): Promise<number[][]> {
  const seen: Float64Array[] = [];
  const explained: Float64Array[] = [];
  const precondition = (x: Float64Array): Promise<Float64Array> => Promise.resolve(Float64Array.from(x));
  for (const field of fields) {
    const right = await back(field, run);
    const { x } = await conjugateGradients(
      { apply, precondition },
      [right, new Float64Array(right.length)],
      stop,
      run,
    );
    seen.push(right);
    explained.push(x);
  }
  const weighted = fields.map((field) => field.map((v, i) => v * weight[i]));
  return fields.map((u, i) =>
    fields.map((_, j) => dot(u, weighted[j]) - variance * dot(seen[i], explained[j])),
  );
}

/** Solves a small symmetric positive definite system for several right sides by elimination. */
function solveSmall(
  matrix: readonly (readonly number[])[],
  right: readonly (readonly number[])[],
): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row.slice(0, n), ...right[i]]);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i][k] / rows[k][k];
      rows[i] = rows[i].map((v, j) => v - factor * rows[k][j]);
    }
  }
  return rows.map((row, i) => row.slice(n).map((v) => v / row[i]));
}

function judgedWeight({ domain }: { domain: NoFluxDomain }, frame: FieldFrame): Float64Array {
  const depth = restrictTo(depthInside(domain), frame);
  const deep = depth.map((d, i) => (d >= judgedDepth ? frame.level.volume[i] : 0));
  // A nucleus so small that nothing lies deep inside is judged as a whole.
  return deep.some((v) => v > 0) ? deep : Float64Array.from(frame.level.volume);
}

/** The whitened equation's error, and what a shift of one L0 along each axis would add to it. */
async function whitenedColumns(
  problem: RateProblem,
  { data, phiE }: { data: EquationData; phiE: Float64Array },
  run: Run,
): Promise<Float64Array[]> {
  const { domain, length } = problem;
  const { frame } = data;
  const { noise, scale } = frame;
  const wave = continuumWave(gridSpacings(domain.grid, length));
  const root = (x: number): number => Math.sqrt(errorWeight(noise, wave(x)) / scale);
  const series = [
    chebyshevSeries(root, domain.bound, accuracy),
    chebyshevSeries((x) => root(x) * rateSymbol(noise, wave(x)), domain.bound, accuracy),
  ];
  const own = (values: Float64Array): Float64Array =>
    restrictTo(
      values.map((v) => Math.sqrt(scale) * v),
      frame,
    );
  const columns: Float64Array[] = [];
  for (const axis of frame.level.axes) {
    const gradient = gradientAlong(phiE, problem, axis as 0 | 1 | 2);
    const [applied] = await filterSeries(gradient, domain, series.slice(1), run);
    columns.push(own(applied));
  }
  const [white, applied] = await filterPair([problem.phiH, problem.phiE], domain, series, run);
  return [...columns, own(white[0].map((v, i) => v - applied[1][i]))];
}

/**
 * The displacement of φ_e against φ_h that the equation wants once λ is free to follow its prior: generalised least
 * squares of the whitened equation's error on A₀∂φ_e, with δ integrated out. Linear, so a large shift is found in a few
 * rounds with the channel moved back in between. Judged 1 L0 inside the nucleus, where the mask does not matter.
 */
async function channelShift(
  problem: RateProblem,
  { data, best }: { data: EquationData; best: Candidate },
  run: Run,
): Promise<ChannelShift> {
  const { frame } = data;
  const delta = await posteriorMean(best.scale, best.relative, frame, run);
  const [, phiE] = await jointFields(data, problem.domain, delta, run);
  const fields = await whitenedColumns(problem, { data, phiE }, run);
  const weights = { weight: judgedWeight(problem, frame), variance: best.relative ** 2 };
  const products = await reducedProducts(fields, whiteSystem(data, best.scale, weights), run);
  const n = fields.length - 1;
  const unit = Array.from({ length: n }, (_, i) => [
    products[i][n],
    ...Array.from({ length: n }, (__, j) => Number(i === j)),
  ]);
  const solved = solveSmall(products.slice(0, n), unit);
  const triple = (value: (k: number) => number): Triple => {
    const along = (axis: number): number => {
      const k = frame.level.axes.indexOf(axis);
      return k < 0 ? 0 : problem.length * value(k);
    };
    return [along(0), along(1), along(2)];
  };
  return {
    shiftNm: triple((k) => solved[k][0]),
    sdNm: triple((k) => Math.sqrt(Math.max(0, solved[k][k + 1]))),
  };
}

/** Channels are displaced from half a voxel on, if that is this many sd. */
const clearBy = 3;
const fewestVoxels = 0.5;

/** Whether a shift along some axis is more than half a voxel and more than three sd, with the noise inflated. */
export function isDisplaced(
  { shiftNm, sdNm }: ChannelShift,
  { grid }: NoFluxDomain,
  inflation: number,
): boolean {
  return shiftNm.some(
    (v, axis) =>
      Math.abs(v) > fewestVoxels * grid.spacing[axis] && Math.abs(v) > clearBy * inflation * sdNm[axis],
  );
}

/** `channelShift` under the prior that a search would start from, which has not begun to explain a shift by λ. */
export async function shiftOf(problem: RateProblem, data: EquationData, run: Run): Promise<ChannelShift> {
  const search = { data, views: new Map(), inflation: 1, accuracy: 'rough' as const };
  return channelShift(
    problem,
    { data, best: await candidateAt(search, searchRange(problem).start, run) },
    run,
  );
}

/** `shiftOf` a problem that is not solved yet. */
export async function estimateShift(problem: RateProblem, run: Run): Promise<ChannelShift> {
  const frame = await fieldFrame(problem, cellWidth.coarse, run);
  const fields = [problem.phiH, problem.phiE] as const;
  return shiftOf(problem, await equationData(fields, problem.domain, frame, run), run);
}
