import type { ParameterBlock } from '../../data/parameter-block.js';
import { CoreError } from '../../errors.js';
import type { AdamState } from '../../optimizers/adam.js';
import type { LbfgsState } from '../../optimizers/lbfgs.js';
import type { LossWeights } from '../../optimizers/loss-balance.js';
import type { SoapState } from '../../optimizers/soap.js';
import type { TrainingStep } from '../solver.js';

/** What an optimiser remembers from step to step. */
export type OptimizerState =
  | { readonly kind: 'adam'; readonly state: AdamState }
  | { readonly kind: 'soap'; readonly state: SoapState }
  | { readonly kind: 'lbfgs'; readonly state: LbfgsState };

/** All that training goes on from: numbers and arrays only. */
export interface TrainingState {
  readonly version: 1;
  /** What it was trained on, in short: it fits no other problem or network. */
  readonly signature: string;
  readonly step: number;
  readonly blocks: readonly ParameterBlock[];
  readonly optimizer: OptimizerState;
  readonly weights: LossWeights;
  /** What the learning rate is lowered by after training ran away. */
  readonly slower: number;
  readonly best: {
    readonly step: number;
    readonly heldOut: number;
    readonly blocks: readonly ParameterBlock[];
  };
  readonly history: readonly TrainingStep[];
}

/** The state to go on from. Throws `usage` for one of another problem, network or optimiser. */
export function resumable(state: TrainingState, signature: string): TrainingState {
  if (state.signature === signature) return state;
  throw new CoreError({
    tag: 'usage',
    message: 'The saved training is of another image, network or setting, and cannot go on with this job.',
    hint: 'Resume with the job that it was saved from (more steps are welcome), or start again.',
  });
}
