import type { RateSolution } from '../solvers/solver.js';
import type { LevelDoubt } from './level.js';
import type { Measured } from './measurement.js';
import type { PosedProblem } from './problem.js';

/** Everything the report of a job is made of. */
export interface Outcome {
  readonly measured: Measured;
  readonly posed: PosedProblem;
  readonly solution: RateSolution;
  /** How well the level is known; null where the job does not tell how well its fraction or gains are. */
  readonly level: LevelDoubt | null;
  readonly seconds: number;
}
