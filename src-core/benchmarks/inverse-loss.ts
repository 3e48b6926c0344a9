import type { Correlation, Engine } from '../compute/engine.js';
import { startTape, type Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import type { MollifierDerivative } from '../kernels/differential-operator.js';
import { gradientBlocks, holdBlocks, type HeldBlocks } from '../networks/held-blocks.js';
import { type MollifierLayer, mollifierLayer } from '../networks/mollifier-layer.js';
import { columnOf, nestedLaplacian, nestedSlopes } from '../networks/nested-derivatives.js';
import { type Network, networkOutputs } from '../networks/network.js';
import { meanSquare } from './mean-square.js';
import { centresOf, type InverseData } from './inverse-data.js';
import type { InverseOperator, InverseProblem, InverseTerms } from './inverse-problem.js';

/** How derivatives of the network are taken: by nested differentiation, or by the mollifier layer. */
export const derivativeKinds = ['autodiff', 'mollifier'] as const;

/** One of them. */
export type DerivativeKind = (typeof derivativeKinds)[number];

/** What is trained: fields and rate by one network, the rate as its last output. */
export interface InverseTask {
  readonly engine: Engine;
  readonly problem: InverseProblem;
  readonly data: InverseData;
  readonly network: Network;
  /** The mollifier layer, of the identity, the problem's operators and the middle voxel; null: autodiff. */
  readonly layer: MollifierLayer | null;
}

/** Radius of the mollifiers in voxels. */
const radius = 6;
/** Radius over rms width of (1 − r²)⁸ in one and two dimensions. */
const radiusPerWidth = { 1: 4.36, 2: 4.36 } as const;

const stencilOf: { readonly [K in InverseOperator]: MollifierDerivative } = {
  slope: [0, 0, 1],
  laplacian: 'laplacian',
  bilaplacian: 'bilaplacian',
};

/** The layer for a problem's operators, after the identity. */
export function inverseLayer(problem: InverseProblem, { grid }: InverseData): MollifierLayer {
  const rmsWidth = (radius * grid.spacing[2]) / radiusPerWidth[problem.dimensions];
  const derivatives = ['identity' as const, ...problem.operators.map((operator) => stencilOf[operator])];
  return mollifierLayer(grid, derivatives, { family: 'poly8', rmsWidth });
}

/** The kernel of a layer that is its first one, and the one that takes the voxel itself. */
function simpleKernels({ kernels }: MollifierLayer): { smooth: Correlation; middle: Correlation } {
  const size = kernels.taps[0] * kernels.taps[1] * kernels.taps[2];
  const middle = new Float32Array(size);
  middle[(size - 1) / 2] = 1;
  const one = { ...kernels, kernels: 1 };
  return { smooth: { ...one, values: kernels.values.slice(0, size) }, middle: { ...one, values: middle } };
}

/** Fields in the units of the data, and the rate, from a network's outputs: columns of places. */
interface Asked {
  readonly places: Variable;
  readonly fields: readonly Variable[];
  readonly rate: Variable;
}

function askAt(
  tape: Tape,
  { problem, network, data }: InverseTask,
  values: Float32Array,
  of: HeldBlocks,
): Asked {
  const { dimensions, side } = problem;
  const places = tape.constant(values, values.length / dimensions, dimensions);
  const outputs = networkOutputs(tape, tape.affine(places, 2 / side, -1), network, of);
  const fields = data.sds.map((sd, k) => tape.affine(columnOf(tape, outputs, k), sd, data.means[k]));
  return { places, fields, rate: tape.affine(columnOf(tape, outputs, data.sds.length), 1, 1) };
}

function nestedTerms(tape: Tape, task: InverseTask, of: HeldBlocks): Omit<InverseTerms, 'known'> {
  const { places, fields, rate } = askAt(tape, task, task.data.places, of);
  const { operators } = task.problem;
  const laplacianOf = (y: Variable): Variable => nestedLaplacian(tape, nestedSlopes(tape, y, places), places);
  if (operators.includes('slope')) {
    const [slope] = nestedSlopes(tape, fields[0], places);
    return { fields, rate, derivatives: { slope } };
  }
  const laplacian = laplacianOf(fields[0]);
  if (!operators.includes('bilaplacian')) return { fields, rate, derivatives: { laplacian } };
  const bilaplacian = laplacianOf(laplacian);
  return { fields, rate, derivatives: { laplacian, bilaplacian } };
}

function mollifiedTerms(
  tape: Tape,
  task: InverseTask,
  layer: MollifierLayer,
  of: HeldBlocks,
): Omit<InverseTerms, 'known'> {
  const wide = centresOf(layer.field, task.problem.dimensions);
  const { fields, rate } = askAt(tape, task, wide, of);
  const through = (column: Variable, kernels: Correlation): Variable =>
    tape.transpose(tape.correlate(tape.transpose(column), kernels));
  const { smooth, middle } = simpleKernels(layer);
  const all = through(fields[0], layer.kernels);
  const made = task.problem.operators.map((name, k) => [name, columnOf(tape, all, k + 1)] as const);
  return {
    fields: [columnOf(tape, all, 0), ...fields.slice(1).map((field) => through(field, smooth))],
    rate: through(rate, middle),
    derivatives: Object.fromEntries(made),
  };
}

/** A loss with its gradient, the part of the data alone (mean square over the fields' variance), and the rate. */
export interface InverseLoss {
  readonly loss: number;
  readonly dataLoss: number;
  readonly gradient: readonly ParameterBlock[];
  readonly rate: Float32Array;
}

function termsOf(tape: Tape, task: InverseTask, of: HeldBlocks): Omit<InverseTerms, 'known'> {
  return task.layer === null ? nestedTerms(tape, task, of) : mollifiedTerms(tape, task, task.layer, of);
}

/** The loss of a network: data and equation, each in units of its own size. */
export function inverseLoss(task: InverseTask, parameters: readonly ParameterBlock[]): InverseLoss {
  const { engine, problem, data } = task;
  const tape = startTape(engine);
  try {
    const { of, variables } = holdBlocks(tape, parameters);
    const column = (values: Float32Array): Variable => tape.constant(values, values.length, 1);
    const terms = termsOf(tape, task, of);
    const off = terms.fields.map((field, k) =>
      meanSquare(tape, tape.affine(tape.binary('subtract', field, column(data.fields[k])), 1 / data.sds[k])),
    );
    const dataLoss = off.reduce((a, b) => tape.binary('add', a, b));
    const residual = problem.residual(tape, { ...terms, known: column(data.known) });
    const loss = tape.binary('add', dataLoss, meanSquare(tape, tape.affine(residual, 1 / data.scale)));
    const gradient = gradientBlocks(tape, loss, { parameters, variables });
    return {
      loss: engine.read(loss.tensor)[0],
      dataLoss: engine.read(dataLoss.tensor)[0],
      gradient,
      rate: engine.read(terms.rate.tensor),
    };
  } finally {
    tape.clear();
  }
}
