import type { Engine } from '../../compute/engine.js';
import type { CancelSignal, Run } from '../../run.js';
import type { TrainingState } from './training-state.js';

/** A run that trains: what it may compute with, and how it may be ended early or taken up again. */
export interface TrainingRun extends Run {
  /** Opens the engine to compute with; the plain one where it is left out, or where what it gave was lost. */
  readonly engine?: (() => Engine) | undefined;
  /** Once set, training ends and λ is taken from what was reached. */
  readonly enough?: CancelSignal | undefined;
  readonly checkpoints?:
    | {
        /** Whether it was asked to go on from an earlier state. */
        readonly isResuming: boolean;
        /** Where to go on from, by what is trained; null for a new start. */
        readonly resume: (signature: string) => TrainingState | null;
        /** Is handed the state of the training now and then, and at its end. */
        readonly save: (state: TrainingState) => void;
      }
    | undefined;
}
