import { CoreError } from '../errors.js';

/** A learning rate that rises in a line and then falls by a factor per so many steps. */
export interface LearningRateSchedule {
  /** The highest learning rate, reached at step `warmUpSteps`. */
  readonly peak: number;
  /** Length of the rise; 0 starts at the peak. */
  readonly warmUpSteps: number;
  /** What the rate is multiplied by per `decaySteps` steps after the rise; 1 keeps it at the peak. */
  readonly decayFactor: number;
  readonly decaySteps: number;
  /** Whether the rate falls a little at every step, or at once at the end of every `decaySteps` steps. */
  readonly decay: 'continuous' | 'stair';
}

/** A schedule for physics-informed networks (arXiv 2502.00604): to 1e-3 in 2000 steps, then × 0.9 per 2000, at every step a little. */
export const networkSchedule: LearningRateSchedule = {
  ...{ peak: 1e-3, warmUpSteps: 2000 },
  ...{ decayFactor: 0.9, decaySteps: 2000, decay: 'continuous' },
};

function checkSchedule({ peak, warmUpSteps, decayFactor, decaySteps }: LearningRateSchedule): void {
  const isSound =
    peak > 0 &&
    Number.isFinite(peak) &&
    warmUpSteps >= 0 &&
    decayFactor > 0 &&
    decayFactor <= 1 &&
    decaySteps > 0;
  if (isSound) return;
  throw new CoreError({
    tag: 'usage',
    message: `The learning rate cannot rise to ${peak} in ${warmUpSteps} steps and then fall by × ${decayFactor} per ${decaySteps} steps.`,
    hint: 'Use a positive rate, no fewer than 0 steps of warm-up, and a factor above 0 and at most 1 per positive number of steps.',
  });
}

/**
 * The learning rate of a step, counted from 1: peak·step/warmUpSteps up to step warmUpSteps, then peak·factor^d with
 * d = (step − warmUpSteps)/decaySteps (`stair`: d rounded down). Throws `usage` for a schedule that makes no sense.
 */
export function learningRateAt(schedule: LearningRateSchedule, step: number): number {
  checkSchedule(schedule);
  const { peak, warmUpSteps, decayFactor, decaySteps, decay } = schedule;
  if (step < warmUpSteps) return (peak * step) / warmUpSteps;
  const decays = (step - warmUpSteps) / decaySteps;
  return peak * decayFactor ** (decay === 'stair' ? Math.floor(decays) : decays);
}
