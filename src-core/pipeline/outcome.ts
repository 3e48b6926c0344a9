import type { RateSolution } from '../solvers/solver.js';
import type { Measured } from './measurement.js';
import type { PosedProblem } from './problem.js';

/** Everything the report of a job is made of. */
export interface Outcome {
  readonly measured: Measured;
  readonly posed: PosedProblem;
  readonly solution: RateSolution;
  readonly seconds: number;
}
