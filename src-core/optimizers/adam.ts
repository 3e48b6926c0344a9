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

/** A new array: β·average + (1 − β)·value, entry by entry. */
export function averaged(
  average: Float64Array,
  values: Float32Array | Float64Array,
  beta: number,
): Float64Array {
  const rest = 1 - beta;
  const out = new Float64Array(average.length);
  for (let i = 0; i < out.length; i++) out[i] = beta * average[i] + rest * values[i];
  return out;
}

/** A new array: β·average + (1 − β)·value², entry by entry. */
export function averagedSquares(
  average: Float64Array,
  values: Float32Array | Float64Array,
  beta: number,
): Float64Array {
  const rest = 1 - beta;
  const out = new Float64Array(average.length);
  for (let i = 0; i < out.length; i++) out[i] = beta * average[i] + rest * (values[i] * values[i]);
  return out;
}

/**
 * Adam's direction m̂/(√v̂ + ε), with both moments corrected for their start at 0 after `steps` steps; 0 where a moment and
 * ε are both 0 (Kingma and Ba 2015, algorithm 1).
 */
export function adamDirection(
  { first, second }: AdamMoments,
  { beta1, beta2, epsilon }: AdamSettings,
  steps: number,
): Float64Array {
  const meanScale = 1 / (1 - beta1 ** steps);
  const squareScale = 1 / (1 - beta2 ** steps);
  const out = new Float64Array(first.length);
  for (let i = 0; i < out.length; i++) {
    const size = Math.sqrt(squareScale * second[i]) + epsilon;
    out[i] = size > 0 ? (meanScale * first[i]) / size : 0;
  }
  return out;
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
  const blocks = state.blocks.map(({ first, second }, i) => ({
    first: averaged(first, gradient[i].values, settings.beta1),
    second: averagedSquares(second, gradient[i].values, settings.beta2),
  }));
  const next = parameters.map((block, i) => ({
    ...block,
    values: stepped(block.values, adamDirection(blocks[i], settings, steps), settings),
  }));
  return { parameters: next, state: { steps, blocks } };
}
