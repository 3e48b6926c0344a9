import type { Engine, Tensor } from '../compute/engine.js';
import { startTape, type Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import { makeGrid, type Triple } from '../data/grid.js';
import { gradientBlocks, holdBlocks, type HeldBlocks } from '../networks/held-blocks.js';
import { type MollifierLayer, mollified, mollifierLayer } from '../networks/mollifier-layer.js';
import { type Network, networkOutputs, startNetwork } from '../networks/network.js';
import { adamDefaults, startAdam, stepAdam } from '../optimizers/adam.js';
import { breathe, type Run } from '../run.js';

/** One training step to measure: a network on a square, under the mollifier layer of an equation of the fourth order. */
export interface TrainingStep {
  /** Points along a side of the square, of which `inner` are in the middle, where the equation holds. */
  readonly side: number;
  readonly inner: number;
  readonly points: Float32Array;
  readonly target: Float32Array;
  readonly source: Float32Array;
  readonly layer: MollifierLayer;
  readonly network: Network;
}

/** What was measured; times in ms. */
export interface StepMeasurement {
  readonly medianMs: number;
  readonly backend: string;
  readonly threads: number;
  readonly peakBytes: number;
  readonly first: number;
  readonly last: number;
}

const [side, inner] = [128, 108] as const;
const pixel = 2 / (side - 1);
const position = (i: number): number => 2 * (i / (side - 1)) - 1;
const derivatives: readonly (Triple | 'bilaplacian')[] = [
  [0, 0, 0],
  [0, 0, 1],
  [0, 0, 2],
  [0, 2, 0],
  'bilaplacian',
];

function onInner(f: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: inner * inner }, (_, at) =>
    f(position((at % inner) + 10), position(Math.floor(at / inner) + 10)),
  );
}

/** MLP 4 × 128 on 128 × 128 points, five kernels (1 − r²)⁸ of a radius of 10.5 points. */
export function trainingStep(): TrainingStep {
  return {
    ...{ side, inner },
    points: Float32Array.from({ length: 2 * side * side }, (_, k) => {
      const at = k >> 1;
      return position(k % 2 === 0 ? at % side : Math.floor(at / side));
    }),
    target: onInner((x, y) => Math.sin(Math.PI * x) * Math.cos(2 * y)),
    source: onInner((x, y) => Math.sin(3 * x + y)),
    layer: mollifierLayer(makeGrid([1, inner, inner], [1, pixel, pixel]), derivatives, {
      family: 'poly8',
      rmsWidth: 2.41 * pixel,
    }),
    network: startNetwork({
      ...{ architecture: 'mlp', inputs: 2, outputs: 1, width: 128, depth: 4, waves: null, seed: 1 },
    }),
  };
}

function lossOn(
  tape: Tape,
  { network, layer }: TrainingStep,
  held: Readonly<Record<'points' | 'target' | 'source', Tensor>>,
  of: HeldBlocks,
): Variable {
  const g = tape.transpose(networkOutputs(tape, tape.hold(held.points), network, of));
  const [u, ux, uxx, uyy, bilaplacian] = mollified(tape, g, layer);
  const sum = (a: Variable, b: Variable): Variable => tape.binary('add', a, b);
  const known = sum(tape.affine(bilaplacian, 0.02), tape.affine(sum(uxx, uyy), -0.1));
  const off = tape.binary('subtract', u, tape.hold(held.target));
  const equation = sum(known, sum(tape.affine(ux, 0.3), u));
  const residual = tape.binary('subtract', equation, tape.hold(held.source));
  const square = (a: Variable): Variable => tape.sum('all', tape.binary('times', a, a));
  return tape.affine(sum(square(off), square(residual)), 1 / (inner * inner));
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Trains by Adam for `steps` steps after three to warm up; `clock` counts seconds. */
export async function measureStep(
  step: TrainingStep,
  { engine, clock }: { engine: Engine; clock: () => number },
  steps: number,
  run: Run,
): Promise<StepMeasurement> {
  const held = {
    points: engine.upload(step.points, side * side, 2),
    target: engine.upload(step.target, 1, inner * inner),
    source: engine.upload(step.source, 1, inner * inner),
  };
  let standing = { parameters: step.network.parameters, state: startAdam(step.network.parameters) };
  const [times, losses]: [number[], number[]] = [[], []];
  for (let k = 0; k < steps + 3; k++) {
    await breathe(run);
    const begun = clock();
    const tape = startTape(engine);
    const { of, variables } = holdBlocks(tape, standing.parameters);
    const loss = lossOn(tape, step, held, of);
    const gradient = gradientBlocks(tape, loss, { parameters: standing.parameters, variables });
    losses.push(engine.read(loss.tensor)[0]);
    tape.clear();
    standing = { ...standing, ...stepAdam(standing, gradient, adamDefaults) };
    if (k >= 3) times.push(1000 * (clock() - begun));
  }
  Object.values(held).forEach(engine.free);
  return {
    ...{ medianMs: median(times), backend: engine.name, threads: engine.threads },
    ...{ peakBytes: engine.memory().most, first: losses[0], last: losses[losses.length - 1] },
  };
}
