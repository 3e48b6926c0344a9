import { depthInside } from '../../kernels/depth.js';
import type { NoFluxDomain } from '../../kernels/no-flux.js';
import type { Triple } from '../../data/grid.js';
import type { Run } from '../../run.js';
import type { ChannelShift, RateProblem } from '../solver.js';
import { dataOnFrame, equationData, type EquationData, jointEuchromatin } from './equation-data.js';
import { whitenedError, whitenedEuchromatin } from './error-root.js';
import { cellWidth, fieldFrame, type FieldFrame, frameOnCells, restrictTo } from './frame.js';
import { leastSquares } from './least-squares.js';
import { searchRange } from './prior-choice.js';
import { type Candidate, candidateAt, priorSearch } from './prior-search.js';
import { reducedProducts } from './reduced-products.js';
import { posteriorMean } from './scale-view.js';
import { gradientAlong } from './voxel-gradient.js';

/** The shift is told from the equation this far (L0) inside: nearer, the edge of the mask would speak. */
const judgedDepth = 1;

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
  const products = await reducedProducts(fields, data, { best, weight: judgedWeight(problem, frame) }, run);
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
