import { dense, type DenseView, flipped, outerSquare, product } from '../kernels/dense-product.js';
import { orthonormalRows } from '../kernels/orthonormal-rows.js';
import { rowsInOrder, symmetricEigen } from '../kernels/symmetric-eigen.js';
import type { Run } from '../run.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import { adamDefaults, type AdamSettings, advanced, checkAdamSettings } from './adam.js';
import {
  checkBlocks,
  checkGradient,
  checkSetting,
  checkState,
  type Standing,
  stepped,
} from './parameters.js';

/** How SOAP follows a gradient: Adam's settings, of which beta2 also holds for the covariances. */
export interface SoapSettings extends AdamSettings {
  /** Steps from one renewal of the eigenbases to the next. */
  readonly frequency: number;
  /** Rows or columns above which a side of a matrix is not turned; 0 leaves plain Adam. */
  readonly largestSide: number;
}

/** One side of a matrix block of n rows or columns. */
export interface SoapSide {
  /** n × n moving average of GGᵀ (the rows' side) or GᵀG (the columns'). */
  readonly covariance: Float64Array;
  /** n × n, its eigenvectors as rows, from the largest eigenvalue to the smallest as last estimated. */
  readonly basis: Float64Array;
}

/** What SOAP knows of a block; a side that is not turned (both, of a vector) is null. */
export interface SoapBlock {
  readonly left: SoapSide | null;
  readonly right: SoapSide | null;
  /** Moving average of the gradient, as the parameters lie. */
  readonly mean: Float64Array;
  /** The same in the eigenbases. */
  readonly first: Float64Array;
  /** Moving average of the squared gradient in the eigenbases. */
  readonly second: Float64Array;
}

/** Gradients seen, the first of which moved nothing, and what is known of every block. */
export interface SoapState {
  readonly steps: number;
  readonly blocks: readonly SoapBlock[];
}

/** The settings for physics-informed networks (arXiv 2502.00604): a renewal every second step, no weight decay; beta1 0.9 to 0.99. */
export const soapDefaults: SoapSettings = { ...adamDefaults, frequency: 2, largestSide: 1024 };

const rowsAndColumns = ({ shape }: ParameterBlock): readonly [number, number] =>
  shape.length === 2 ? [shape[0], shape[1]] : [shape[0], 1];

function blockView(block: ParameterBlock, values: Float64Array): DenseView {
  const [rows, columns] = rowsAndColumns(block);
  return dense(values, rows, columns);
}

/** SOAP before its first gradient. Throws `usage` for blocks whose shapes do not fit their values. */
export function startSoap(parameters: readonly ParameterBlock[]): SoapState {
  checkBlocks(parameters);
  const blocks = parameters.map(({ values }) => ({
    ...{ left: null, right: null, mean: new Float64Array(values.length) },
    ...{ first: new Float64Array(values.length), second: new Float64Array(values.length) },
  }));
  return { steps: 0, blocks };
}

/** The side of a block after its first gradient, whose rows (the columns for the other side) are those of `gradient`. */
async function startSide(
  gradient: DenseView,
  { beta2, largestSide }: SoapSettings,
  run: Run,
): Promise<SoapSide | null> {
  if (gradient.rows > largestSide) return null;
  const covariance = (await outerSquare(gradient, run)).map((value) => (1 - beta2) * value);
  return { covariance, basis: (await symmetricEigen(covariance, gradient.rows, run)).vectors };
}

async function startBlock(
  block: SoapBlock,
  gradient: ParameterBlock,
  settings: SoapSettings,
  run: Run,
): Promise<SoapBlock> {
  if (gradient.shape.length < 2) return block;
  const view = blockView(gradient, new Float64Array(gradient.values));
  const left = await startSide(view, settings, run);
  return { ...block, left, right: await startSide(flipped(view), settings, run) };
}

/** Q_Lᵀ·m·Q_R, row after row; sides that are not turned are left out. */
async function turnedIn(m: DenseView, { left, right }: SoapBlock, run: Run): Promise<Float64Array> {
  const { rows, columns } = m;
  const half = left ? await product(dense(left.basis, rows, rows), m, run) : m.values;
  if (!right) return half;
  return product(dense(half, rows, columns), flipped(dense(right.basis, columns, columns)), run);
}

/** Q_L·m·Q_Rᵀ: undoes `turnedIn`. */
async function turnedOut(m: DenseView, { left, right }: SoapBlock, run: Run): Promise<Float64Array> {
  const { rows, columns } = m;
  const half = left ? await product(flipped(dense(left.basis, rows, rows)), m, run) : m.values;
  if (!right) return half;
  return product(dense(half, rows, columns), dense(right.basis, columns, columns), run);
}

async function averagedSide(
  side: SoapSide | null,
  gradient: DenseView,
  beta2: number,
  run: Run,
): Promise<SoapSide | null> {
  if (!side) return null;
  const covariance = await outerSquare(gradient, run);
  for (let i = 0; i < covariance.length; i++) {
    covariance[i] = beta2 * side.covariance[i] + (1 - beta2) * covariance[i];
  }
  return { covariance, basis: side.basis };
}

/** A side with its eigenbasis renewed, and the order its old eigenvectors were put into before. */
interface Renewal {
  readonly side: SoapSide | null;
  readonly order: readonly number[];
}

/**
 * The eigenbasis after one more power iteration: its vectors sorted by their estimated eigenvalues diag(QᵀLQ), multiplied by
 * L, and made orthonormal again.
 */
async function renewed(side: SoapSide | null, n: number, run: Run): Promise<Renewal> {
  if (!side) return { side, order: Array.from({ length: n }, (_, k) => k) };
  const { covariance, basis } = side;
  const images = await product(dense(basis, n, n), dense(covariance, n, n), run);
  const sizes = Float64Array.from({ length: n }, (_, k) => {
    let sum = 0;
    for (let i = k * n; i < (k + 1) * n; i++) sum += basis[i] * images[i];
    return sum;
  });
  const order = Array.from(sizes.keys()).sort((i, j) => sizes[j] - sizes[i]);
  return { side: { covariance, basis: await orthonormalRows(rowsInOrder(images, order), n, run) }, order };
}

/** m with its rows and columns in another order. */
function reordered(m: DenseView, rowOrder: readonly number[], columnOrder: readonly number[]): Float64Array {
  const out = new Float64Array(m.values.length);
  const n = m.columns;
  rowOrder.forEach((row, i) => {
    for (let j = 0; j < n; j++) out[i * n + j] = m.values[row * n + columnOrder[j]];
  });
  return out;
}

async function withRenewedBases(shape: ParameterBlock, block: SoapBlock, run: Run): Promise<SoapBlock> {
  const [rows, columns] = rowsAndColumns(shape);
  const left = await renewed(block.left, rows, run);
  const right = await renewed(block.right, columns, run);
  const second = reordered(blockView(shape, block.second), left.order, right.order);
  const next = { ...block, left: left.side, right: right.side, second };
  return { ...next, first: await turnedIn(blockView(shape, block.mean), next, run) };
}

/** The covariances of a block and its mean gradient after one more gradient. */
async function averagedBlock(
  block: SoapBlock,
  gradient: DenseView,
  { beta1, beta2 }: SoapSettings,
  run: Run,
): Promise<SoapBlock> {
  return {
    ...block,
    left: await averagedSide(block.left, gradient, beta2, run),
    right: await averagedSide(block.right, flipped(gradient), beta2, run),
    mean: block.mean.map((mean, i) => beta1 * mean + (1 - beta1) * gradient.values[i]),
  };
}

/** A block of parameters with what SOAP knows of it. */
interface BlockStanding {
  readonly parameters: ParameterBlock;
  readonly block: SoapBlock;
}

/** One block after step number `moves` that moves it. */
async function stepBlock(
  { parameters, block }: BlockStanding,
  gradient: ParameterBlock,
  { settings, moves }: { readonly settings: SoapSettings; readonly moves: number },
  run: Run,
): Promise<BlockStanding> {
  const view = blockView(gradient, new Float64Array(gradient.values));
  const turned = await turnedIn(view, block, run);
  const { moments, direction: turnedDirection } = advanced(block, turned, settings, moves);
  const direction = await turnedOut(blockView(parameters, turnedDirection), block, run);
  const values = stepped(parameters.values, direction, settings);
  const next = { ...(await averagedBlock(block, view, settings, run)), ...moments };
  const isDue = (block.left ?? block.right) !== null && moves % settings.frequency === 0;
  return {
    parameters: { ...parameters, values },
    block: isDue ? await withRenewedBases(parameters, next, run) : next,
  };
}

/**
 * One step of SOAP: new parameters and state. The first gradient only fills the covariances L, R of every matrix and their
 * eigenbases Q, and moves nothing. After that Adam is run on Q_LᵀGQ_R, its step is turned back, L ← βL + (1−β)GGᵀ and
 * R ← βR + (1−β)GᵀG with β = beta2, and after every `frequency` steps the eigenbases are renewed by a power iteration and QR,
 * with the moments brought along. Vectors get plain Adam on the same clock, weights decay as in AdamW, and the bias correction is
 * Adam's. A matrix side above `largestSide` is not turned. Throws `usage` for gradients of other shapes and `model` for ones that
 * are not finite (Vyas et al. 2024, arXiv 2409.11321, algorithms 3 and 4).
 */
export async function stepSoap(
  { parameters, state }: Standing<SoapState>,
  gradient: readonly ParameterBlock[],
  settings: SoapSettings,
  run: Run,
): Promise<Standing<SoapState>> {
  checkAdamSettings(settings);
  checkSetting('frequency', settings.frequency, [1, Infinity]);
  checkGradient(parameters, gradient);
  checkState(
    parameters,
    state.blocks.map(({ first }) => first.length),
  );
  const next: BlockStanding[] = [];
  for (const [i, block] of state.blocks.entries()) {
    const standing = { parameters: parameters[i], block };
    next.push(
      state.steps === 0
        ? { ...standing, block: await startBlock(block, gradient[i], settings, run) }
        : await stepBlock(standing, gradient[i], { settings, moves: state.steps }, run),
    );
  }
  const blocks = next.map(({ block }) => block);
  return { parameters: next.map((one) => one.parameters), state: { steps: state.steps + 1, blocks } };
}
