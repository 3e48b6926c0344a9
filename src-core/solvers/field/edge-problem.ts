import {
  addInterpolated,
  type CoarseLevel,
  type DomainLevel,
  restrictMean,
} from '../../kernels/domain-levels.js';
import type { ChebyshevSeries } from '../../kernels/no-flux-filter.js';
import { advanceLevel, filterOnLevel } from '../../kernels/level-filter.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import type { EquationData } from './equation-data.js';
import { voxelsPerCell } from './frame.js';
import { gridSpacings } from './whitening.js';

/**
 * The linear inverse problem for δ = λ − λ₀ where λ has sharp borders: δ stands on a level one finer than the data's (if
 * there is one), and δφ_e is blurred by the microscope before it is compared with the data.
 */
export interface EdgeProblem {
  readonly data: EquationData;
  /** Levels from the voxels of the image down to the one of δ. */
  readonly above: readonly DomainLevel[];
  /** The level of δ and all coarser ones. */
  readonly levels: readonly [DomainLevel, ...CoarseLevel[]];
  /** The level of the data, if it is not that of δ. */
  readonly coarse: CoarseLevel | null;
  /** φ_e at the level of δ. */
  readonly phiE: Float64Array;
  /** The blur as steps of diffusion: u ← u + step·∇²u. */
  readonly blur: { readonly steps: number; readonly step: number };
  /** What the data know of δ per cell where it is uniform, as 1/sd. */
  readonly strength: number;
  /** G at the level of the data, cut where what follows does not count beside the prior. */
  readonly filter: EquationData['frame']['filter'];
}

/** A step of diffusion is stable, and close to a Gaussian, up to this share of 1/diagonal. */
const stableShare = 0.8;

function blurSteps(variance: number, { diagonal }: DomainLevel): EdgeProblem['blur'] {
  const most = diagonal.reduce((high, v) => Math.max(high, v), 0);
  const steps = most === 0 ? 0 : Math.ceil((Math.max(0, variance) * most) / (2 * stableShare));
  return { steps, step: steps === 0 ? 0 : variance / (2 * steps) };
}

function restrictThrough(values: Float64Array, levels: readonly DomainLevel[]): Float64Array {
  return levels.slice(1).reduce((current, level) => {
    const next = new Float64Array(level.count);
    restrictMean(next, current, level as CoarseLevel);
    return next;
  }, values);
}

/** Variance (L0²) that the mean over a cell of the data's level adds to a finer one: a quarter of the finer cell's square. */
function meanVariance(finer: DomainLevel, coarse: CoarseLevel | null): number {
  if (coarse === null) return 0;
  const widths = finer.axes.filter((_, k) => coarse.halved[k]).map((axis) => finer.spacing[axis]);
  return widths.length === 0 ? 0 : widths.reduce((sum, h) => sum + h * h, 0) / (4 * widths.length);
}

/** Share of G at k = 0 that may be left out. */
const negligible = 3e-5;

function shortened(series: ChebyshevSeries, tolerance: number): ChebyshevSeries {
  let tail = 0;
  let length = series.length;
  for (; length > 1; length--) {
    tail += Math.abs(series[length - 1]);
    if (tail > tolerance) break;
  }
  return series.slice(0, length);
}

/** The problem of a nucleus; `phiE` is φ_e on the voxels of the image. */
export function edgeProblem(problem: RateProblem, data: EquationData, phiE: Float64Array): EdgeProblem {
  const { frame } = data;
  const all = [frame.levels.finest, ...frame.levels.coarser];
  const place = Math.max(0, frame.hierarchy.length - 2);
  const [level, ...below] = all.slice(place);
  const coarse = frame.hierarchy.length > 1 ? (below[0] as CoarseLevel) : null;
  const spacings = gridSpacings(problem.domain.grid, problem.length);
  const blurred = (problem.rim?.blur ?? 0) * Math.min(...spacings, Infinity);
  const own = restrictThrough(phiE, all.slice(0, place + 1));
  const square = own.reduce((sum, v) => sum + v * v, 0) / own.length;
  return {
    data,
    above: all.slice(0, place + 1),
    levels: [level, ...(below as CoarseLevel[])],
    coarse,
    phiE: own,
    blur: blurSteps(blurred ** 2 - meanVariance(level, coarse), level),
    strength: Math.sqrt(square * frame.scale * voxelsPerCell(level)),
    filter: { ...frame.filter, series: shortened(frame.filter.series, negligible * frame.scale) },
  };
}

/** The microscope's blur of `u`, which is overwritten. */
function blurred(u: Float64Array, { levels: [level], blur }: EdgeProblem): Float64Array {
  let current = u;
  let next: Float64Array = new Float64Array(u.length);
  const pass = { laplacian: blur.step, current: 1, source: 0, kept: 0 };
  for (let step = 0; step < blur.steps; step++) {
    advanceLevel(next, [current, current], level, pass);
    [current, next] = [next, current];
  }
  return current;
}

/** What δ adds to the equation's right side, δφ_e seen by the microscope, at the level of δ. */
function seenExchange(delta: Float64Array, problem: EdgeProblem): Float64Array {
  return blurred(
    delta.map((v, i) => v * problem.phiE[i]),
    problem,
  );
}

/** The same at the level of the data. */
export function exchange(delta: Float64Array, problem: EdgeProblem): Float64Array {
  const { coarse } = problem;
  const seen = seenExchange(delta, problem);
  if (coarse === null) return seen;
  const mean = new Float64Array(coarse.count);
  restrictMean(mean, seen, coarse);
  return mean;
}

/** The transpose of `exchange`, both sides weighted by the volumes of their cells. */
export function backExchange(field: Float64Array, problem: EdgeProblem): Float64Array {
  const { coarse, levels, phiE } = problem;
  const [{ volume }] = levels;
  const spread = new Float64Array(volume.length);
  for (let i = 0; i < spread.length; i++) spread[i] = field[coarse === null ? i : coarse.parent[i]];
  const out = blurred(spread, problem);
  for (let i = 0; i < out.length; i++) out[i] *= volume[i] * phiE[i];
  return out;
}

/** G of a field at the level of the data. */
export function weigh(field: Float64Array, { data, filter }: EdgeProblem, run: Run): Promise<Float64Array> {
  return filterOnLevel(field, data.frame.level, filter, run);
}

/** δ at the voxels of the image, interpolated where its own level is coarser. */
export function atVoxels(delta: Float64Array, { above }: EdgeProblem): Float64Array {
  return above.slice(1).reduceRight((current, level) => {
    const coarse = level as CoarseLevel;
    const next = new Float64Array(coarse.finer.count);
    addInterpolated(next, current, coarse);
    return next;
  }, delta);
}

/** A field at the voxels of the image as means over the cells of δ. */
export function atCells(values: Float64Array, { above }: EdgeProblem): Float64Array {
  return restrictThrough(values, above);
}
