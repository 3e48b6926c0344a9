import type { ParameterBlock } from '../data/parameter-block.js';
import {
  checkBlocks,
  checkGradient,
  checkSetting,
  checkState,
  type Standing,
  stepped,
  type StepSettings,
} from './parameters.js';

/** How Adam follows a gradient. */
export interface AdamSettings extends StepSettings {
  /** Decay per step of the mean gradient. */
  readonly beta1: number;
  /** Decay per step of the mean squared gradient. */
  readonly beta2: number;
  /** Added to the root of the mean squared gradient. */
  readonly epsilon: number;
}

/** Moving averages of the gradient of one block and of its square, entry by entry, not yet corrected for their start at 0. */
export interface AdamMoments {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Steps made, and the moments of every block. */
export interface AdamState {
  readonly steps: number;
  readonly blocks: readonly AdamMoments[];
}

/** The settings of Kingma and Ba (2015), without weight decay. */
export const adamDefaults: AdamSettings = {
  ...{ learningRate: 1e-3, weightDecay: 0 },
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

/** Throws `usage` for settings outside their ranges. */
export function checkAdamSettings(settings: AdamSettings): void {
  checkSetting('beta1', settings.beta1, [0, 1]);
  checkSetting('beta2', settings.beta2, [0, 1]);
  checkSetting('epsilon', settings.epsilon, [0, Infinity]);
  checkSetting('learning rate', settings.learningRate, [0, Infinity]);
  checkSetting('weight decay', settings.weightDecay, [0, Infinity]);
}

/** The moments of a block after one more gradient, and the direction in which to go against. */
export interface AdamAdvance {
  readonly moments: AdamMoments;
  readonly direction: Float64Array;
}

/**
 * Both moments averaged with a gradient, first ← β₁·first + (1 − β₁)g and second ← β₂·second + (1 − β₂)g², and the direction
 * m̂/(√v̂ + ε) of the two corrected for their start at 0 in step number `step`; 0 where m̂, v̂ and ε are all 0 (Kingma and Ba 2015,
 * algorithm 1).
 */
export function advanced(
  { first, second }: AdamMoments,
  gradient: Float32Array | Float64Array,
  { beta1, beta2, epsilon }: AdamSettings,
  step: number,
): AdamAdvance {
  const meanScale = 1 / (1 - beta1 ** step);
  const squareScale = 1 / (1 - beta2 ** step);
  const [share1, share2] = [1 - beta1, 1 - beta2];
  const means = new Float64Array(first.length);
  const squares = new Float64Array(first.length);
  const direction = new Float64Array(first.length);
  // One loop and not four: a pass over memory costs as much as the arithmetic.
  for (let i = 0; i < first.length; i++) {
    const slope = gradient[i];
    const mean = beta1 * first[i] + share1 * slope;
    const square = beta2 * second[i] + share2 * (slope * slope);
    means[i] = mean;
    squares[i] = square;
    const size = Math.sqrt(squareScale * square) + epsilon;
    direction[i] = size > 0 ? (meanScale * mean) / size : 0;
  }
  return { moments: { first: means, second: squares }, direction };
}

/** Adam before its first step: all moments 0. Throws `usage` for blocks whose shapes do not fit their values. */
export function startAdam(parameters: readonly ParameterBlock[]): AdamState {
  checkBlocks(parameters);
  const moments = ({ values }: ParameterBlock): AdamMoments => ({
    first: new Float64Array(values.length),
    second: new Float64Array(values.length),
  });
  return { steps: 0, blocks: parameters.map(moments) };
}

/**
 * One step of Adam, with the weights decayed beside it and not through the gradient (AdamW): new parameters and state.
 * Throws `usage` for gradients of other shapes and `model` for ones that are not finite (Kingma and Ba 2015; Loshchilov and
 * Hutter 2019).
 */
export function stepAdam(
  { parameters, state }: Standing<AdamState>,
  gradient: readonly ParameterBlock[],
  settings: AdamSettings,
): Standing<AdamState> {
  checkAdamSettings(settings);
  checkGradient(parameters, gradient);
  checkState(
    parameters,
    state.blocks.map(({ first }) => first.length),
  );
  const steps = state.steps + 1;
  const advances = state.blocks.map((block, i) => advanced(block, gradient[i].values, settings, steps));
  const next = parameters.map((block, i) => ({
    ...block,
    values: stepped(block.values, advances[i].direction, settings),
  }));
  return { parameters: next, state: { steps, blocks: advances.map(({ moments }) => moments) } };
}
