import { depthInside } from '../../kernels/depth.js';
import { gaussianBlurred } from '../../kernels/gaussian-blur.js';
import { type FieldPair } from '../../kernels/no-flux-filter.js';
import { pack, unpack } from '../../kernels/no-flux.js';
import { squaredDistance } from '../../kernels/vectors.js';
import { randomStream } from '../../random.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import { edgeEstimate, type EdgeSchedule } from './edge-estimate.js';
import { atCells, atVoxels, type EdgeProblem, edgeProblem, exchange } from './edge-problem.js';
import { equationData, type EquationData } from './equation-data.js';
import { levelRoot, whitenedError, whitenedOnLevel } from './error-root.js';
import { type FieldFrame, restrictTo } from './frame.js';
import { posteriorMean, type ScaleView, viewAtScale } from './scale-view.js';

/** The solution under the smooth prior that sharp borders have to beat, and the data that it was made from. */
export interface SmoothCandidate {
  /** The repaired fields, and the equation's data made of them. */
  readonly fields: FieldPair;
  readonly data: EquationData;
  /** λ − λ₀ and φ_e at the voxels of the image, from the second pass. */
  readonly delta: Float64Array;
  readonly phiE: Float64Array;
  readonly scale: ScaleView;
  /** Amplitude of the prior over the noise inflation. */
  readonly relative: number;
}

/** λ − λ₀ under the prior of sharp borders, and how much better than the smooth prior it foretells held-out noise. */
export interface EdgeSolution {
  /** Packed, at the voxels of the image. */
  readonly delta: Float64Array;
  /** sd of λ likewise. */
  readonly sd: Float64Array;
  /** How much smaller, in squared sd of the noise, the held-out error of the equation is than under the smooth prior. */
  readonly gain: number;
  /** sd of `gain` that the noise causes. */
  readonly gainSd: number;
  /** Steps of conjugate gradients of the estimate. */
  readonly steps: number;
}

/** β over √information: the smallest weight at which noise does not draw borders of its own (measured on phantoms). */
const schedule: EdgeSchedule = { weight: 0.08, rounds: 12, stop: { limit: 60, tolerance: 1e-3 } };
/** The halves are judged and compared, which takes less: gain over its sd is the same to 2 % (measured on phantoms). */
const halfStop: EdgeSchedule['stop'] = { limit: 60, tolerance: 3e-3 };
/** Noise added to the half that is fitted, over that of the image; the other half gets its inverse. */
const split = 0.5;
const seed = 11;
/** To this relative residual the smooth prior's answer to the added noise is known. */
const tolerance = 1e-2;
/** Sharp borders make the smooth prior want a shorter length scale than this, in L0. */
const longestScale = 0.9;
/** Sharp borders have to beat the smooth prior by this many sd of the gain. */
const clearBy = 2.5;
/** The sd of λ is a local mean over this many cells. */
const spreadCells = 2;
/** What misplaced borders add to the noise's part of the sd is of its size or more: on phantoms it comes to this factor. */
const spreadFactor = 2;

/** Predictions are judged this far (L0) inside the nucleus: the rim was repaired by what λ was thought to be. */
const judgedDepth = 0.8;

/** Where predictions are judged: per cell of the data's level its volume, or 0 within `judgedDepth` of the edge. */
function judgedCells({ domain }: RateProblem, frame: FieldFrame): Float64Array {
  const inside = restrictTo(
    depthInside(domain).map((depth) => (depth >= judgedDepth ? 1 : 0)),
    frame,
  );
  return inside.map((share, i) => (share > 0.99 ? frame.level.volume[i] : 0));
}

/** What all estimates of one problem share, and the noise that is added to one half and taken from the other. */
interface Split {
  readonly problem: EdgeProblem;
  readonly smooth: SmoothCandidate;
  readonly cells: Float64Array;
  readonly white: Float64Array;
  readonly noise: {
    readonly weighted: Float64Array;
    readonly white: Float64Array;
    readonly smooth: Float64Array;
  };
}

/** δ under the smooth prior of given data, at the voxels of the image. */
async function smoothDelta(
  { data, scale, relative, phiE }: SmoothCandidate,
  weighted: Float64Array,
  run: Run,
): Promise<Float64Array> {
  const known = { ...data, weighted, phiE: restrictTo(phiE, data.frame) };
  const view = await viewAtScale(known, scale, { tolerance, amplitude: relative }, run);
  return posteriorMean(view, relative, data.frame, run);
}

async function splitNoise(
  problem: RateProblem,
  edges: EdgeProblem,
  smooth: SmoothCandidate,
  run: Run,
): Promise<Split> {
  const { frame } = smooth.data;
  const { sdH, sdE } = frame.noise;
  const stream = randomStream(seed);
  const draw = (sd: number): Float64Array =>
    Float64Array.from({ length: problem.domain.count }, () => sd * stream.normal());
  const noise: FieldPair = [draw(sdH), draw(sdE)];
  const { weighted } = await equationData(noise, problem.domain, frame, run);
  return {
    ...{ problem: edges, smooth },
    cells: judgedCells(problem, frame),
    white: await whitenedError(smooth.fields, problem, frame, run),
    noise: {
      weighted,
      white: await whitenedError(noise, problem, frame, run),
      smooth: await smoothDelta(smooth, weighted, run),
    },
  };
}

interface Half {
  readonly delta: Float64Array;
  readonly gain: number;
  /** Squared whitened distance of the two predictions. */
  readonly apart: number;
}

/** Both priors fitted to the image with the noise added (`sign` ±1), and judged by the image with its inverse taken. */
async function judgeHalf(
  { problem, smooth, cells, white, noise }: Split,
  sign: number,
  run: Run,
): Promise<Half> {
  const weighted = smooth.data.weighted.map((v, i) => v + sign * split * noise.weighted[i]);
  const held = white.map((v, i) => v - (sign / split) * noise.white[i]);
  const start = atCells(
    smooth.delta.map((v, i) => v + sign * split * noise.smooth[i]),
    problem,
  );
  const weight = schedule.weight / Math.sqrt(1 + split * split);
  const { delta } = await edgeEstimate(
    problem,
    [weighted, start],
    { ...schedule, weight, stop: halfStop },
    run,
  );
  const predict = (field: Float64Array): Promise<Float64Array> =>
    whitenedOnLevel(exchange(field, problem), levelRoot(problem.data.frame), run);
  const [even, sharp] = [await predict(start), await predict(delta)];
  return {
    delta,
    gain: squaredDistance(held, even, cells) - squaredDistance(held, sharp, cells),
    apart: squaredDistance(even, sharp, cells),
  };
}

/** sd of λ from how far the estimates of the two halves lie apart, as a local mean, at the voxels of the image. */
async function spreadOf(
  halves: readonly Half[],
  edges: EdgeProblem,
  { domain }: RateProblem,
  run: Run,
): Promise<Float64Array> {
  const [plus, minus] = halves;
  const square = plus.delta.map((v, i) => ((v - minus.delta[i]) / (2 * split)) ** 2);
  const [level] = edges.levels;
  const reach = spreadCells * domain.grid.spacing[2] * (level.spacing[2] / edges.above[0].spacing[2]);
  const width = [reach, reach, reach] as const;
  const mean = async (values: Float64Array): Promise<Float64Array> =>
    pack(await gaussianBlurred(unpack(values, domain), [domain.grid, width], domain.isPeriodic, run), domain);
  const inside = await mean(new Float64Array(domain.count).fill(1));
  return (await mean(atVoxels(square, edges))).map((v, i) => spreadFactor * Math.sqrt(v / inside[i]));
}

/** How many times stronger than measured the noise has to be, at least 1, for a δ to explain the equation. */
async function noiseFactor(delta: Float64Array, { problem, cells, white }: Split, run: Run): Promise<number> {
  const left = await whitenedOnLevel(exchange(delta, problem), levelRoot(problem.data.frame), run);
  const count = cells.reduce((sum, v) => sum + v, 0);
  return Math.sqrt(Math.max(1, squaredDistance(white, left, cells) / Math.max(count, 1)));
}

/**
 * λ − λ₀ under the prior of sharp borders, its sd, and its gain over the smooth prior in foretelling held-out noise: the
 * image is split into two of independent noise by adding a seeded draw to one and taking its inverse from the other
 * (data fission, Rasines and Young 2023), twice with opposite signs so that the draw itself cancels. Null where the gain
 * is not clear, as soon as that is known.
 */
async function solveEdges(
  problem: RateProblem,
  smooth: SmoothCandidate,
  run: Run,
): Promise<EdgeSolution | null> {
  const edges = edgeProblem(problem, smooth.data, smooth.phiE);
  const shared = await splitNoise(problem, edges, smooth, run);
  const halves = [await judgeHalf(shared, 1, run), await judgeHalf(shared, -1, run)];
  const gain = (halves[0].gain + halves[1].gain) / 2;
  const leastSd = 2 * Math.sqrt((halves[0].apart + halves[1].apart) / 2);
  if (gain <= clearBy * leastSd) return null;
  const first = atCells(smooth.delta, edges);
  const { delta, steps } = await edgeEstimate(edges, [smooth.data.weighted, first], schedule, run);
  const gainSd = leastSd * (await noiseFactor(delta, shared, run));
  if (gain <= clearBy * gainSd) return null;
  const sd = await spreadOf(halves, edges, problem, run);
  return { delta: atVoxels(delta, edges), sd, gain, gainSd, steps };
}

/**
 * The solution with sharp borders where it foretells held-out noise clearly better than the smooth one, otherwise null.
 * Not tried where the smooth prior found more evidence in a length scale that no sharp border would leave it.
 */
export async function preferredEdges(
  problem: RateProblem,
  smooth: SmoothCandidate,
  run: Run,
): Promise<EdgeSolution | null> {
  if (smooth.scale.length > longestScale) return null;
  return solveEdges(problem, smooth, run);
}
