import { plainEngine } from '../../compute/plain-engine.js';
import { startTape } from '../../compute/tape.js';
import type { ParameterBlock } from '../../data/parameter-block.js';
import { gradientBlocks, holdBlocks } from '../../networks/held-blocks.js';
import { networkOutputs } from '../../networks/network.js';
import { adamDefaults, startAdam, stepAdam } from '../../optimizers/adam.js';
import { randomStream } from '../../random.js';
import { breathe } from '../../run.js';
import { solveDirect } from '../direct.js';
import type { RateProblem } from '../solver.js';
import { placesOf, startBlocks, type TrainedProblem } from './trained-problem.js';
import type { TrainingRun } from './training-run.js';

const steps = 300;
const batch = 512;
const learningRate = 5e-3;
const noSource = { checkpoints: undefined } as const;

/** λ of `direct` in units of the network's output, and the voxels where it is identifiable. */
async function directTarget(
  { meanRate }: TrainedProblem,
  problem: RateProblem,
  choice: TrainedProblem['choice'],
  run: TrainingRun,
): Promise<{ target: Float64Array; voxels: number[] }> {
  const { rate, identifiable } = await solveDirect(problem, { family: choice.family, width: null }, run);
  const voxels = [...identifiable.keys()].filter((i) => identifiable[i] === 1);
  return { target: rate.map((v) => 2 * (v / meanRate - 1)), voxels };
}

/** The blocks to begin with, λ's network trained to the λ of `direct` where that is identifiable. */
export async function warmBlocks(
  posed: TrainedProblem,
  problem: RateProblem,
  run: TrainingRun,
): Promise<ParameterBlock[]> {
  const { rate: network } = posed;
  const start = startBlocks(posed);
  const { target, voxels } = await directTarget(posed, problem, posed.choice, { ...run, ...noSource });
  if (network === null || voxels.length === 0) return start;
  let { parameters } = network;
  let state = startAdam(parameters);
  const engine = plainEngine();
  const stream = randomStream(posed.choice.seed + 3);
  for (let step = 0; step < steps; step++) {
    await breathe(run);
    const picked = Array.from({ length: batch }, () => voxels[Math.floor(stream.uniform() * voxels.length)]);
    const places = placesOf(
      problem.domain.grid,
      picked.map((i) => problem.domain.voxel[i]),
      posed,
    );
    const tape = startTape(engine);
    const { of, variables } = holdBlocks(tape, parameters);
    const inputs = tape.constant(places, batch, network.spec.inputs);
    const wanted = tape.constant(
      Float32Array.from(picked, (i) => target[i]),
      batch,
      1,
    );
    const off = tape.binary('subtract', networkOutputs(tape, inputs, network, of), wanted);
    const loss = tape.affine(tape.sum('all', tape.binary('times', off, off)), 1 / batch);
    const gradient = gradientBlocks(tape, loss, { parameters, variables });
    tape.clear();
    const rate = learningRate * (1 - step / steps);
    ({ parameters, state } = stepAdam({ parameters, state }, gradient, {
      ...adamDefaults,
      learningRate: rate,
    }));
  }
  const found = new Map(parameters.map((block) => [`rate: ${block.name}`, block]));
  return start.map((block) => ({ ...block, values: found.get(block.name)?.values ?? block.values }));
}
