import { startTape } from '../../compute/tape.js';
import { activeAxes, type Grid } from '../../data/grid.js';
import type { ParameterBlock } from '../../data/parameter-block.js';
import { CoreError } from '../../errors.js';
import { type MollifierLayer, mollifierLayer } from '../../networks/mollifier-layer.js';
import type { Run } from '../../run.js';
import { interiorVoxels } from '../interior.js';
import { identifiableVoxels, judgeResidual, mollifyProblem } from '../judgement.js';
import { noFluxMollifier } from '../no-flux-mollifier.js';
import type { RateProblem, RateSolution } from '../solver.js';
import { type Collocation, collocation } from './collocation.js';
import { betweenCells } from './cell-interpolation.js';
import { residualOf } from './equation-loss.js';
import type { NetworkChoice } from './network-choice.js';
import { mollifierRows } from './network-derivatives.js';
import {
  holdRows,
  makeRows,
  placesOf,
  rateBlocks,
  rateSource,
  startBlocks,
  type TrainedProblem,
  trainedProblem,
} from './trained-problem.js';
import { train, type Trained } from './training.js';
import type { TrainingRun } from './training-run.js';
import { warmBlocks } from './warm-start.js';

/** The mollifier is this many cells wide (rms) unless a width is given: fourth derivatives need three cells on each side. */
const cellsWide = 1.67;
/** The residual is judged after mollifiers of this and half this rms width, in L0. */
const judgedWidth = 0.6;

function usage(message: string, hint: string): CoreError {
  return new CoreError({ tag: 'usage', message, hint });
}

/** Throws `usage` for settings that do not go together. */
function requireChoice({ derivatives, under, rateFrom, warmStart, steps, points }: NetworkChoice): void {
  if (derivatives === 'autodiff' && under === 'grid') {
    throw usage(
      'Derivatives by automatic differentiation were asked for of a free grid, which is no function that could be differentiated.',
      'Put a network under the equation instead of the grid, or take the derivatives by mollifiers.',
    );
  }
  if (warmStart && rateFrom === 'pointwise') {
    throw usage(
      'λ was to start from that of "direct", and is taken point by point, so that nothing of it is trained.',
      'Let λ come from a network, or leave the warm start out.',
    );
  }
  if (!(steps >= 1) || !(points >= 64)) {
    throw usage(
      `A training of ${steps} steps on ${points} cells cannot be made.`,
      'Use at least 1 step and 64 cells; 600 steps on 16384 cells are usual.',
    );
  }
}

/** The layer on the cells, or null where the network is differentiated. Throws `usage` for a kernel as wide as the nucleus. */
function layerOf(
  problem: RateProblem,
  { grid }: Collocation,
  { family, rmsWidth }: { family: NetworkChoice['family']; rmsWidth: number },
): MollifierLayer {
  const axes = activeAxes(grid);
  const layer = mollifierLayer(grid, mollifierRows(axes), {
    ...{ family, rmsWidth, unit: problem.length },
  });
  const tooWide = axes.find((axis) => layer.kernels.taps[axis] > grid.shape[axis]);
  if (tooWide === undefined) return layer;
  const extent = grid.shape[tooWide] * grid.spacing[tooWide];
  throw usage(
    `A mollifier of ${Number(rmsWidth.toPrecision(3))} nm (rms) reaches over ${Math.round(layer.kernels.taps[tooWide] * grid.spacing[tooWide])} nm, and the nucleus is ${Math.round(extent)} nm wide.`,
    `Use a mollifier of at most ${Math.floor((rmsWidth * grid.shape[tooWide]) / layer.kernels.taps[tooWide])} nm, or leave the width out.`,
  );
}

/** rms width of the mollifier, nm; null where the network itself is differentiated. */
function mollifierWidth(
  { finest }: RateProblem,
  { grid }: Collocation,
  choice: NetworkChoice,
): number | null {
  if (choice.derivatives === 'autodiff') return null;
  const cell = Math.max(...activeAxes(grid).map((axis) => grid.spacing[axis]));
  return choice.mollifierWidth ?? Math.max(cellsWide * cell, finest);
}

/** λ at every packed voxel of the problem, from a network. */
async function networkRate(
  posed: TrainedProblem,
  { domain }: RateProblem,
  { blocks, engine }: { blocks: readonly ParameterBlock[]; engine: Trained['engine'] },
  run: Run,
): Promise<Float64Array | null> {
  const source = rateSource(posed, placesOf(domain.grid, domain.voxel, posed));
  if (source === null) return null;
  const made = await source.make(rateBlocks(blocks), engine, run);
  made.release();
  return Float64Array.from(made.values, (v) => posed.meanRate * (1 + v / 2));
}

/** λ = −known/column from the trained fields on the cells, then between them. */
async function pointwiseRate(
  posed: TrainedProblem,
  { domain }: RateProblem,
  { blocks, engine }: { blocks: readonly ParameterBlock[]; engine: Trained['engine'] },
  run: Run,
): Promise<Float64Array> {
  const made = await makeRows(posed, blocks, { cells: posed.inside, engine }, run);
  const tape = startTape(engine);
  try {
    const { rows } = holdRows(tape, posed, made);
    if (rows.h === null) throw new Error('A pointwise λ needs both channels.');
    const zero = tape.affine(rows.e[0], 0);
    const known = engine.read(residualOf(tape, { e: rows.e, h: rows.h, rate: zero }, posed.by).tensor);
    const column = engine.read(rows.e[0].tensor);
    const onCells = new Float64Array(posed.cells.inside.length).fill(NaN);
    posed.inside.forEach((cell, k) => {
      const at = posed.layer === null ? k : cell;
      onCells[cell] = column[at] > 0 ? -known[at] / column[at] : NaN;
    });
    return betweenCells(onCells, posed.cells.grid, domain);
  } finally {
    tape.clear();
    made.signal.release();
  }
}

const cellSize = ({ spacing, shape }: Grid): [number, number, number] => {
  const side = (axis: 0 | 1 | 2): number => (shape[axis] > 1 ? spacing[axis] : 0);
  return [side(0), side(1), side(2)];
};

function trainingReport(
  { cells, inside, layer }: TrainedProblem,
  { state, stopped, engine, lostEngine }: Trained,
  mollifierNm: number | null,
): NonNullable<RateSolution['training']> {
  return {
    cellNm: cellSize(cells.grid),
    cells: inside.length,
    parameters: state.blocks.reduce((sum, { values }) => sum + values.length, 0),
    derivatives: layer === null ? 'autodiff' : 'mollifier',
    mollifierNm,
    ...{ steps: state.step, bestStep: state.best.step, heldOut: state.best.heldOut, stopped },
    history: state.history,
    engine: `${engine.name}, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}`,
    lostEngine,
  };
}

/**
 * λ by training (Mollifier Layers, arXiv 2505.11682): fields under a mollifier layer (a free grid or a network of the
 * coordinates) and a network for λ, so that fields and their derivatives agree with both channels and the equation. With the
 * flux balance φ_h is what φ_e and λ make of it, so that no weight between data and equation is needed. Trained on cells of
 * voxels, held-out cells tell which step was best; λ is a function of the place, and is given at every voxel. Throws `usage`
 * for settings that do not go together and `model` where training runs away.
 */
export async function solveNetwork(
  problem: RateProblem,
  choice: NetworkChoice,
  run: TrainingRun,
): Promise<RateSolution> {
  requireChoice(choice);
  run.report({ stage: 'solve', fraction: 0 });
  const cells = collocation(problem, choice.points);
  const rmsWidth = mollifierWidth(problem, cells, choice);
  const layer = rmsWidth === null ? null : layerOf(problem, cells, { family: choice.family, rmsWidth });
  const posed = trainedProblem(problem, cells, { choice, layer });
  const start = choice.warmStart ? await warmBlocks(posed, problem, run) : startBlocks(posed);
  const trained = await train(posed, start, run);
  const { state, engine } = trained;
  const known = { blocks: state.best.blocks, engine };
  const rate =
    (await networkRate(posed, problem, known, run)) ?? (await pointwiseRate(posed, problem, known, run));
  const width = judgedWidth * problem.length;
  const tools = { mollifier: noFluxMollifier(choice.family, problem.domain, problem.length), width };
  const smooth = await mollifyProblem(problem, tools, run);
  return {
    rate,
    identifiable: await identifiableVoxels([smooth.signal[1], smooth.noise[1]], tools, run),
    ...(await judgeResidual(problem, rate, smooth, interiorVoxels(problem.domain))),
    ...{ width, risks: [], iterations: state.step },
    training: trainingReport(posed, trained, rmsWidth),
  };
}
