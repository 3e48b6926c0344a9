import { conjugateGradients, type GradientStop } from '../../kernels/conjugate-gradients.js';
import {
  applyDiffusion,
  diffusionCycle,
  diffusionHierarchy,
  diffusionOn,
} from '../../kernels/weighted-diffusion.js';
import type { SymmetricOperator } from '../../kernels/lanczos.js';
import type { Run } from '../../run.js';
import { faceConductance, squaredSlope } from './edge-prior.js';
import { backExchange, type EdgeProblem, exchange, weigh } from './edge-problem.js';

/** How λ with sharp borders is estimated. */
export interface EdgeSchedule {
  /** β of the prior over `strength` of the problem. */
  readonly weight: number;
  readonly rounds: number;
  readonly stop: GradientStop;
}

/** ε falls from the first to the last value (λ per cell) by a constant factor: large steps first, small ones last. */
const firstEpsilon = 0.2;
const lastEpsilon = 0.02;
const falling = 0.7;
/** Share of the data's information that the preconditioner counts as known at every wave. */
const known = 0.2;

/** The posterior's precision: information of the data plus the quadratic that stands for the prior. */
async function edgeSystem(
  problem: EdgeProblem,
  conductance: Float64Array,
  run: Run,
): Promise<{ apply: SymmetricOperator; precondition: SymmetricOperator }> {
  const mass = known * problem.strength ** 2;
  const prior = diffusionOn(problem.levels[0], conductance, 0);
  const damped = await diffusionHierarchy(problem.levels, conductance, mass, run);
  return {
    apply: async (u, r) => {
      const data = backExchange(await weigh(exchange(u, problem), problem, r), problem);
      const smooth = applyDiffusion(u, prior);
      for (let i = 0; i < data.length; i++) data[i] += smooth[i];
      return data;
    },
    precondition: (u, r) => diffusionCycle(u, damped, r),
  };
}

/**
 * δ of most posterior under the prior of sharp borders, from a first δ, by reweighting: each round solves the linear
 * problem of the quadratic that touches the prior at the δ of the round before. `weighted` is G of the right side.
 */
export async function edgeEstimate(
  problem: EdgeProblem,
  [weighted, first]: readonly [Float64Array, Float64Array],
  { weight, rounds, stop }: EdgeSchedule,
  run: Run,
): Promise<{ delta: Float64Array; conductance: Float64Array; steps: number }> {
  const [level] = problem.levels;
  const right = backExchange(weighted, problem);
  const beta = weight * problem.strength;
  let [delta, epsilon, steps] = [first, firstEpsilon, 0];
  let conductance: Float64Array = new Float64Array(0);
  for (let round = 0; round < rounds; round++) {
    conductance = faceConductance(squaredSlope(delta, level), level, { beta, epsilon });
    const system = await edgeSystem(problem, conductance, run);
    const solved = await conjugateGradients(system, [right, delta], stop, run);
    delta = solved.x;
    steps += solved.steps;
    // The rounds that are left would be this one again.
    if (solved.steps === 0 && epsilon === lastEpsilon) break;
    epsilon = Math.max(lastEpsilon, epsilon * falling);
  }
  return { delta, conductance, steps };
}
