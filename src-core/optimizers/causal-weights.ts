import { CoreError } from '../errors.js';
import { divergence } from './parameters.js';

/**
 * Weights of successive slabs of time that hold a slab back until those before it are solved: w_k = exp(−ε Σ_{j<k} loss_j),
 * 1 for the first. `losses` are the mean squared residuals of the slabs without weights, in order of time; none may be
 * negative. Throws `usage` for a negative ε or loss and `model` for one that is not finite (Wang, Sankaran and Perdikaris
 * 2024, causal training).
 */
export function causalWeights(losses: readonly number[], epsilon: number): readonly number[] {
  if (!(epsilon >= 0 && epsilon < Infinity) || losses.some((loss) => loss < 0)) {
    throw new CoreError({
      tag: 'usage',
      message: `Causal weights need losses and a strength of 0 or more, not a strength of ${epsilon} and a least loss of ${Math.min(...losses)}.`,
      hint: 'Use a strength between 0.01 and 100.',
    });
  }
  if (losses.some((loss) => !Number.isFinite(loss))) throw divergence('the loss of a slab of time');
  let sum = 0;
  return losses.map((loss) => {
    const weight = Math.exp(-epsilon * sum);
    sum += loss;
    return weight;
  });
}
