import type { Engine } from '../../compute/engine.js';
import type { Tape } from '../../compute/tape.js';
import type { Variable } from '../../compute/variable.js';
import { activeAxes, type Grid, voxelCount } from '../../data/grid.js';
import type { ParameterBlock } from '../../data/parameter-block.js';
import { mollified, type MollifierLayer } from '../../networks/mollifier-layer.js';
import { type Network, startNetwork } from '../../networks/network.js';
import { randomStream } from '../../random.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import type { Collocation } from './collocation.js';
import { type LossData, lossData, type LossEquation, lossTerms, type TrainedRows } from './equation-loss.js';
import { type FieldSource, freeSource, type Made, networkSource } from './field-source.js';
import { nestedRows } from './network-derivatives.js';
import type { NetworkChoice } from './network-choice.js';

/** What is trained for a problem, and what the loss is made on. */
export interface TrainedProblem {
  readonly cells: Collocation;
  readonly choice: NetworkChoice;
  readonly by: LossEquation;
  /** null where the network itself is differentiated. */
  readonly layer: MollifierLayer | null;
  /** φ_e and, where it is trained as well, φ_h: mean and sd, which what is trained is scaled by. */
  readonly scales: readonly { readonly mean: number; readonly sd: number }[];
  readonly meanRate: number;
  /** L0, nm. */
  readonly unit: number;
  readonly signal: FieldSource | Network;
  /** Indices in the layer's field of the signal source's points. */
  readonly signalAt: Int32Array;
  readonly rate: Network | null;
  /** Places of the signal's points and of the cells inside, which every step asks for; null where each step has its own. */
  readonly places: { readonly signal: Float32Array; readonly rate: Float32Array } | null;
  /** Grid indices of the cells inside. */
  readonly inside: Int32Array;
  /** 1 for cells that are trained on, and for cells that are held out. */
  readonly trained: Uint8Array;
  readonly held: Uint8Array;
}

/** Points of a network that are worked on at a time, for an MLP 128 wide and 4 deep; derivatives of it take more. */
const chunkWork = 4096 * 4 * 128 * 128;
const nestedWork = 48;
const heldShare = 0.05;

const isSource = (signal: FieldSource | Network): signal is FieldSource => 'make' in signal;

/** Places of grid points in L0, counted from the middle of the cells; one number per extended axis. */
export function placesOf(
  grid: Grid,
  at: ArrayLike<number>,
  { cells, unit }: Pick<TrainedProblem, 'cells' | 'unit'>,
): Float32Array {
  const axes = activeAxes(cells.grid);
  const [ny, nx] = [grid.shape[1], grid.shape[2]];
  const out = new Float32Array(at.length * axes.length);
  for (let k = 0; k < at.length; k++) {
    const place = [Math.floor(at[k] / (ny * nx)), Math.floor(at[k] / nx) % ny, at[k] % nx];
    axes.forEach((axis, a) => {
      const middle = cells.grid.origin[axis] + ((cells.grid.shape[axis] - 1) * cells.grid.spacing[axis]) / 2;
      out[k * axes.length + a] = (grid.origin[axis] + place[axis] * grid.spacing[axis] - middle) / unit;
    });
  }
  return out;
}

/** How many points of a network are worked on at a time. */
function chunkPoints({ spec }: Network, nested: boolean): number {
  const tokens = spec.architecture === 'mlp' ? 1 : spec.architecture === 'piratenet' ? 4 : 12;
  const work = Math.max(spec.width, 16) ** 2 * spec.depth * tokens * (nested ? nestedWork : 1);
  return Math.max(32, Math.floor(chunkWork / work));
}

function spread(values: Float32Array, inside: Int32Array): { mean: number; sd: number } {
  let [sum, square] = [0, 0];
  for (const cell of inside) {
    sum += values[cell];
    square += values[cell] ** 2;
  }
  const mean = sum / inside.length;
  return {
    mean,
    sd: Math.max(Math.sqrt(Math.max(0, square / inside.length - mean ** 2)), 1e-3 * Math.abs(mean)),
  };
}

/** The points of the layer's field that the cells inside see. */
function seenPoints(inside: Int32Array, { grid, field, kernels }: MollifierLayer): Int32Array {
  const [nz, ny, nx] = field.shape;
  let seen = new Uint8Array(nz * ny * nx);
  for (const cell of inside) {
    const z = Math.floor(cell / (grid.shape[1] * grid.shape[2]));
    const y = Math.floor(cell / grid.shape[2]) % grid.shape[1];
    seen[(z * ny + y) * nx + (cell % grid.shape[2])] = 1;
  }
  // A box is dilated along one axis after the other: from the corner of the taps to their far end.
  [ny * nx, nx, 1].forEach((stride, axis) => {
    const wider = new Uint8Array(seen);
    for (let step = 1; step < kernels.taps[axis]; step++) {
      for (let i = seen.length - 1; i >= step * stride; i--) if (seen[i - step * stride] === 1) wider[i] = 1;
    }
    seen = wider;
  });
  return Int32Array.from([...seen.keys()].filter((i) => seen[i] === 1));
}

/** A field that is free on the layer's grid, starting from the measured one and its mean where there is none. */
function freeFields(
  measured: readonly Float32Array[],
  { layer, cells, scales }: { layer: MollifierLayer; cells: Collocation; scales: TrainedProblem['scales'] },
): FieldSource {
  const { grid, field } = layer;
  const radius = field.shape.map((n, axis) => (n - grid.shape[axis]) / 2);
  const blocks = measured.map((values, k): ParameterBlock => {
    const out = new Float32Array(voxelCount(field));
    cells.inside.forEach((value, cell) => {
      if (value === 0) return;
      const z = Math.floor(cell / (grid.shape[1] * grid.shape[2])) + radius[0];
      const y = (Math.floor(cell / grid.shape[2]) % grid.shape[1]) + radius[1];
      const x = (cell % grid.shape[2]) + radius[2];
      out[(z * field.shape[1] + y) * field.shape[2] + x] = (values[cell] - scales[k].mean) / scales[k].sd;
    });
    return { name: `field ${k + 1}`, shape: [out.length], values: out };
  });
  return freeSource(blocks);
}

const named = (prefix: string, blocks: readonly ParameterBlock[]): ParameterBlock[] =>
  blocks.map((block) => ({ ...block, name: `${prefix}: ${block.name}` }));

/** Whether φ_h is trained beside φ_e, not given by the equation. */
function trainsBoth({ rateFrom }: NetworkChoice, { equation }: LossEquation): boolean {
  return equation === 'phase-field' || rateFrom === 'pointwise';
}

function networkOf(
  choice: NetworkChoice,
  { inputs, outputs, wave, seed }: { inputs: number; outputs: number; wave: number; seed: number },
): Network {
  const { architecture, width, depth } = choice;
  const waves = architecture === 'pinnsformer' ? null : Array.from({ length: inputs }, () => wave);
  return startNetwork({ architecture, inputs, outputs, width, depth, waves, step: 0.02, seed });
}

/** Held-out cells, chosen by a seeded stream; at the rim a cell's derivatives need its own value, and none is held out. */
function holdOut(
  inside: Int32Array,
  { inside: { length: cells }, rim }: Collocation,
  seed: number,
): Pick<TrainedProblem, 'trained' | 'held'> {
  const stream = randomStream(seed);
  const trained = new Uint8Array(cells);
  const held = new Uint8Array(cells);
  const atRim = new Set(rim);
  for (const cell of inside) (stream.uniform() < heldShare && !atRim.has(cell) ? held : trained)[cell] = 1;
  return { trained, held };
}

/** Wave numbers (sd, per L0) that signals need and that λ needs: chromatin's domains, and slow changes across a nucleus. */
const waves = { signal: 2, rate: 0.25 } as const;

/** Everything that is trained for a problem. */
export function trainedProblem(
  problem: RateProblem,
  cells: Collocation,
  { choice, layer }: { choice: NetworkChoice; layer: MollifierLayer | null },
): TrainedProblem {
  const by = { equation: problem.equation, parameters: problem.parameters };
  const inside = Int32Array.from([...cells.inside.keys()].filter((cell) => cells.inside[cell] === 1));
  const both = trainsBoth(choice, by);
  const measured = both ? [cells.phiE, cells.phiH] : [cells.phiE];
  const scales = measured.map((values) => spread(values, inside));
  const inputs = activeAxes(cells.grid).length;
  const seed = choice.seed;
  const signal =
    choice.under === 'grid' && layer !== null
      ? freeFields(measured, { layer, cells, scales })
      : networkOf(choice, { inputs, outputs: measured.length, wave: choice.waves ?? waves.signal, seed });
  const rate =
    choice.rateFrom === 'pointwise'
      ? null
      : networkOf(choice, { inputs, outputs: 1, wave: choice.waves ?? waves.rate, seed: seed + 1 });
  const own = { cells, unit: problem.length };
  const signalAt = layer === null ? inside : isSource(signal) ? new Int32Array(0) : seenPoints(inside, layer);
  return {
    ...{ cells, choice, by, layer, scales, signal, signalAt, rate, inside },
    places: layer && {
      signal: placesOf(layer.field, signalAt, own),
      rate: placesOf(cells.grid, inside, own),
    },
    meanRate: spread(cells.phiH, inside).mean / spread(cells.phiE, inside).mean,
    unit: problem.length,
    ...holdOut(inside, cells, seed + 2),
  };
}

/** All trainable blocks at their start. */
export function startBlocks({ signal, rate }: TrainedProblem): ParameterBlock[] {
  const signals = isSource(signal) ? signal.start : signal.parameters;
  return [...named('signal', signals), ...(rate === null ? [] : named('rate', rate.parameters))];
}

const prefixes = { signal: 'signal: ', rate: 'rate: ' } as const;

const blocksOf = (blocks: readonly ParameterBlock[], part: keyof typeof prefixes): ParameterBlock[] =>
  blocks
    .filter(({ name }) => name.startsWith(prefixes[part]))
    .map((block) => ({ ...block, name: block.name.slice(prefixes[part].length) }));

/** The source of λ at some places (points × inputs). */
export function rateSource({ rate }: TrainedProblem, places: Float32Array): FieldSource | null {
  return rate === null ? null : networkSource({ network: rate, places, chunk: chunkPoints(rate, false) }, 1);
}

/** The blocks of λ's network among all. */
export const rateBlocks = (blocks: readonly ParameterBlock[]): ParameterBlock[] => blocksOf(blocks, 'rate');

/** What the loss is made of on some cells: rows that were made, and how to carry gradients back. */
export interface MadeRows {
  readonly signal: Made;
  readonly rate: Made | null;
  /** Cells that the loss is taken on, grid indices. */
  readonly cells: Int32Array;
}

function signalSource(posed: TrainedProblem, cells: Int32Array): FieldSource {
  const { signal, scales } = posed;
  if (isSource(signal)) return signal;
  if (posed.places !== null) {
    const { signal: places } = posed.places;
    return networkSource({ network: signal, places, chunk: chunkPoints(signal, false) }, scales.length);
  }
  const places = placesOf(posed.cells.grid, cells, posed);
  const rows = scales.length * (3 + activeAxes(posed.cells.grid).length);
  return networkSource({ network: signal, places, chunk: chunkPoints(signal, true) }, rows, nestedRows);
}

/** Signals and λ made from the blocks, for a loss on some cells. */
export async function makeRows(
  posed: TrainedProblem,
  blocks: readonly ParameterBlock[],
  { cells, engine }: { cells: Int32Array; engine: Engine },
  run: Run,
): Promise<MadeRows> {
  const rates = rateSource(posed, posed.places?.rate ?? placesOf(posed.cells.grid, cells, posed));
  const signal = await signalSource(posed, cells).make(blocksOf(blocks, 'signal'), engine, run);
  const rate = rates === null ? null : await rates.make(rateBlocks(blocks), engine, run);
  return { signal, rate, cells };
}

/** The rows on a tape, and the leaves that gradients are taken with respect to. */
export interface HeldRows {
  readonly rows: TrainedRows;
  readonly signalLeaf: Variable;
  readonly rateLeaf: Variable | null;
}

/** Puts points of a row where they belong on a wider grid, row after row. */
function scattered(values: Float32Array, at: Int32Array, size: number): Float32Array {
  const rows = at.length === 0 ? 1 : values.length / at.length;
  const out = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < at.length; k++) out[row * size + at[k]] = values[row * at.length + k];
  }
  return out;
}

const gathered = (values: Float32Array, at: Int32Array, size: number): Float32Array => {
  const rows = values.length / size;
  const out = new Float32Array(rows * at.length);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < at.length; k++) out[row * at.length + k] = values[row * size + at[k]];
  }
  return out;
};

const isWhole = (at: Int32Array): boolean => at.length === 0;

/** What was made, on a tape: signals with their derivatives on the grid of cells (or on the cells looked at), and λ. */
export function holdRows(tape: Tape, posed: TrainedProblem, made: MadeRows): HeldRows {
  const { layer, scales, signalAt, meanRate } = posed;
  const size = layer === null ? made.cells.length : voxelCount(layer.field);
  const values =
    layer === null || isWhole(signalAt) ? made.signal.values : scattered(made.signal.values, signalAt, size);
  const signalLeaf = tape.constant(values, values.length / size, size);
  const per = values.length / size / scales.length;
  const signals = scales.map(({ mean, sd }, k) => {
    const own = Array.from({ length: per }, (_, j) => tape.slice(signalLeaf, k * per + j, k * per + j + 1));
    if (layer !== null) return mollified(tape, tape.affine(own[0], sd, mean), layer);
    return own.map((each, j) => tape.affine(each, sd, j === 0 ? mean : 0));
  });
  const count = layer === null ? made.cells.length : voxelCount(posed.cells.grid);
  const rateValues =
    made.rate === null || layer === null ? made.rate?.values : scattered(made.rate.values, made.cells, count);
  const rateLeaf = rateValues === undefined ? null : tape.constant(rateValues, 1, count);
  return {
    rows: {
      e: signals[0],
      h: signals.length > 1 ? signals[1] : null,
      rate: rateLeaf === null ? null : tape.affine(rateLeaf, meanRate / 2, meanRate),
    },
    signalLeaf,
    rateLeaf,
  };
}

/** Gradients with respect to all blocks, from those with respect to the leaves. */
export async function pullRows(
  posed: TrainedProblem,
  made: MadeRows,
  { signal, rate }: { signal: Float32Array; rate: Float32Array | null },
  run: Run,
): Promise<ParameterBlock[]> {
  const { layer, signalAt } = posed;
  const size = layer === null ? made.cells.length : voxelCount(layer.field);
  const own = layer === null || isWhole(signalAt) ? signal : gathered(signal, signalAt, size);
  const signals = named('signal', await made.signal.pull(own, run));
  if (made.rate === null || rate === null) return signals;
  const rates = layer === null ? rate : gathered(rate, made.cells, rate.length);
  return [...signals, ...named('rate', await made.rate.pull(rates, run))];
}

/** Loss data on the cells that rows are laid out on. */
export function dataOf(posed: TrainedProblem, trained: Uint8Array, cells: Int32Array): LossData {
  const { layer, unit } = posed;
  const all = layer === null ? cells : Int32Array.from(trained.keys());
  return lossData(all, posed.cells, { trained, axes: activeAxes(posed.cells.grid), unit });
}

/** The parts of the loss on a tape. */
export function termsOn(tape: Tape, { rows }: HeldRows, posed: TrainedProblem, data: LossData) {
  return lossTerms(tape, rows, data, posed.by);
}
