import { CoreError } from '../errors.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import { divergence } from './parameters.js';

/** One weight per loss term. */
export type LossWeights = readonly number[];

/** Keeps a weight finite where the gradient of its term vanishes: relative to the mean norm. */
const floor = 1e-5;
/** What is kept of the weights so far at every update. */
const memory = 0.9;

/** Length of a gradient over all its blocks. */
export function gradientNorm(gradient: readonly ParameterBlock[]): number {
  let sum = 0;
  for (const { values } of gradient) for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum);
}

/** Before the first update: every term counts as it is. */
export function startWeights(terms: number): LossWeights {
  return new Array<number>(terms).fill(1);
}

/**
 * The weights after an update that draws every term towards the same pull on the parameters: moving average, 0.9 of it kept,
 * of mean‖g‖/(‖gᵢ‖ + 1e-5·mean‖g‖). `norms` are ‖gᵢ‖ of the terms without their weights. Where all are 0 the weights stay.
 * Throws `usage` for another number of norms and `model` for norms that are not finite (arXiv 2502.00604, loss balancing).
 */
export function balancedWeights(weights: LossWeights, norms: readonly number[]): LossWeights {
  if (weights.length !== norms.length) {
    throw new CoreError({
      tag: 'usage',
      message: `There are ${weights.length} loss weights but ${norms.length} gradient norms.`,
      hint: 'Give one norm per loss term, in the same order.',
    });
  }
  const mean = norms.reduce((sum, norm) => sum + norm, 0) / norms.length;
  if (!Number.isFinite(mean)) throw divergence('the gradient of a loss term');
  if (mean === 0) return weights;
  return weights.map((weight, i) => memory * weight + ((1 - memory) * mean) / (norms[i] + floor * mean));
}
