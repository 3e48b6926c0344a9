import { analyse, synthesise } from '../../kernels/cosine-basis.js';
import { factorPositive, solveFactored } from '../../kernels/cholesky.js';
import { conjugateGradients } from '../../kernels/conjugate-gradients.js';
import { depthInside } from '../../kernels/depth.js';
import { type NoFluxDomain, unpack } from '../../kernels/no-flux.js';
import { dot } from '../../kernels/vectors.js';
import type { Triple } from '../../data/grid.js';
import type { Run } from '../../run.js';
import type { ChannelShift, RateProblem } from '../solver.js';
import { dataOnFrame, equationData, type EquationData, jointEuchromatin } from './equation-data.js';
import { levelRoot, whitenedError, whitenedEuchromatin, whitenedOnLevel } from './error-root.js';
import { cellWidth, fieldFrame, type FieldFrame, frameOnCells, restrictTo, voxelsPerCell } from './frame.js';
import { searchRange } from './prior-choice.js';
import { type Candidate, candidateAt, priorSearch } from './prior-search.js';
import { posteriorMean, type ScalePrior } from './scale-view.js';

/** The shift is told from the equation this far (L0) inside: nearer, the edge of the mask would speak. */
const judgedDepth = 1;
const stop = { limit: 300, tolerance: 3e-3 };

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
  readonly precondition: (z: Float64Array) => Promise<Float64Array>;
  readonly variance: number;
}

/** About the diagonal of the posterior's precision in the prior's coordinates: φ_e² as if it were even. */
function roughPrecision(
  { frame: { level }, phiE }: EquationData,
  { modes }: ScalePrior,
  { weight, variance }: { weight: Float64Array; variance: number },
): Float64Array {
  const square = phiE.reduce((sum, v, i) => sum + v * v * weight[i], 0);
  const each = (variance * square * modes.perCell) / voxelsPerCell(level);
  return modes.prior.map((v, k) => 1 + each * v * modes.information[k]);
}

function whiteSystem(
  data: EquationData,
  prior: ScalePrior,
  { weight, variance }: { weight: Float64Array; variance: number },
): WhiteSystem {
  const { frame, phiE } = data;
  const { level } = frame;
  const { basis, root } = prior;
  const precision = roughPrecision(data, prior, { weight, variance });
  const precondition = (z: Float64Array): Promise<Float64Array> =>
    Promise.resolve(z.map((v, k) => v / precision[k]));
  const ofError = levelRoot(frame);
  const back = async (white: Float64Array, run: Run): Promise<Float64Array> => {
    const judged = white.map((v, i) => (v * weight[i]) / level.volume[i]);
    const carried = await whitenedOnLevel(judged, ofError, run);
    const exchanged = carried.map((v, i) => v * phiE[i] * level.volume[i]);
    return (await analyse(exchanged, basis, run)).map((v, k) => v * root[k]);
  };
  const apply = async (z: Float64Array, run: Run): Promise<Float64Array> => {
    const delta = await synthesise(
      z.map((v, k) => v * root[k]),
      basis,
      run,
    );
    const white = await whitenedOnLevel(
      delta.map((v, i) => v * phiE[i]),
      ofError,
      run,
    );
    const information = await back(white, run);
    return z.map((v, k) => v + variance * information[k]);
  };
  return { weight, back, apply, precondition, variance };
}

/** What a whitened field says of δ: the right side b, a nearly solved x, and what b − Ax is left. */
interface Explained {
  readonly right: Float64Array;
  readonly x: Float64Array;
  readonly left: Float64Array;
}

async function explain(field: Float64Array, system: WhiteSystem, run: Run): Promise<Explained> {
  const { back, apply } = system;
  const right = await back(field, run);
  const { x } = await conjugateGradients(system, [right, new Float64Array(right.length)], stop, run);
  const image = await apply(x, run);
  return { right, x, left: right.map((v, k) => v - image[k]) };
}

/**
 * uᵀKv for all pairs of whitened fields, K the precision of the data once δ is unknown under its prior. bᵀA⁻¹c is taken
 * as xᵀc + (b − Ax)ᵀy with x and y near A⁻¹b and A⁻¹c: its error is the product of theirs.
 */
async function reducedProducts(
  fields: readonly Float64Array[],
  system: WhiteSystem,
  run: Run,
): Promise<number[][]> {
  const { weight, variance } = system;
  const known: Explained[] = [];
  for (const field of fields) known.push(await explain(field, system, run));
  const weighted = fields.map((field) => field.map((v, i) => v * weight[i]));
  const explained = (a: Explained, b: Explained): number => dot(a.x, b.right) + dot(a.left, b.x);
  return fields.map((u, i) =>
    fields.map((_, j) => dot(u, weighted[j]) - variance * explained(known[i], known[j])),
  );
}

/** Least squares and its variances from the products of the columns and, last, the data; NaN where none stands alone. */
function leastSquares(products: readonly (readonly number[])[]): {
  best: Float64Array;
  variance: Float64Array;
} {
  const n = products.length - 1;
  const matrix = products.slice(0, n).map((row) => Float64Array.from(row.slice(0, n)));
  const best = Float64Array.from({ length: n }, (_, i) => products[i][n]);
  const variance = new Float64Array(n).fill(NaN);
  if (!factorPositive(matrix)) return { best: new Float64Array(n).fill(NaN), variance };
  solveFactored(matrix, best);
  for (let k = 0; k < n; k++) {
    const unit = new Float64Array(n);
    unit[k] = 1;
    solveFactored(matrix, unit);
    variance[k] = unit[k];
  }
  return { best, variance };
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
  const { frame } = data;
  const columns: Float64Array[] = [];
  for (const axis of frame.level.axes) {
    const gradient = gradientAlong(phiE, problem, axis as 0 | 1 | 2);
    columns.push(await whitenedEuchromatin(gradient, problem, frame, run));
  }
  return [...columns, await whitenedError([problem.phiH, problem.phiE], problem, frame, run)];
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
  const phiE = await jointEuchromatin(data, problem.domain, delta, run);
  const fields = await whitenedColumns(problem, { data, phiE }, run);
  const weights = { weight: judgedWeight(problem, frame), variance: best.relative ** 2 };
  const products = await reducedProducts(fields, whiteSystem(data, best.scale, weights), run);
  const { best: shift, variance } = leastSquares(products);
  const triple = (value: (k: number) => number): Triple => {
    const along = (axis: number): number => {
      const k = frame.level.axes.indexOf(axis);
      return k < 0 ? 0 : problem.length * value(k);
    };
    return [along(0), along(1), along(2)];
  };
  return {
    shiftNm: triple((k) => shift[k]),
    sdNm: triple((k) => Math.sqrt(variance[k])),
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
  const rough = dataOnFrame(data, await frameOnCells(data.frame, cellWidth.rough, run));
  const search = priorSearch(rough, 'rough');
  const best = await candidateAt(search, searchRange(problem).start, run);
  return channelShift(problem, { data: rough, best }, run);
}

/** `shiftOf` a problem that is not solved yet. */
export async function estimateShift(problem: RateProblem, run: Run): Promise<ChannelShift> {
  const frame = await fieldFrame(problem, cellWidth.rough, run);
  const fields = [problem.phiH, problem.phiE] as const;
  return shiftOf(problem, await equationData(fields, problem.domain, frame, run), run);
}
