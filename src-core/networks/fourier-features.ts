import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { RandomStream } from '../random.js';

/**
 * Random Fourier features (Tancik et al. 2020): sin and cos of inputs in random directions, not trained. The spread of
 * their wave numbers says how fast what the network makes may vary without effort.
 */
export interface FourierFeatures {
  readonly inputs: number;
  /** Directions, of which each gives a sine and a cosine. */
  readonly count: number;
  /** inputs × 2·count: the wave numbers, twice. */
  readonly waves: Float32Array;
  /** 2·count: a quarter turn for the cosines. */
  readonly phase: Float32Array;
}

/** Features whose wave numbers are normally distributed with sd `spread`, one per input, in 1/unit of the input. */
export function startFeatures(
  spread: readonly number[],
  count: number,
  stream: RandomStream,
): FourierFeatures {
  const inputs = spread.length;
  const waves = new Float32Array(inputs * 2 * count);
  spread.forEach((sd, row) => {
    for (let k = 0; k < count; k++) {
      const wave = sd * stream.normal();
      waves[row * 2 * count + k] = wave;
      waves[row * 2 * count + count + k] = wave;
    }
  });
  const phase = new Float32Array(2 * count);
  phase.fill(Math.PI / 2, count);
  return { inputs, count, waves, phase };
}

/** The features (points × 2·count) of inputs (points × inputs). */
export function featuresOf(tape: Tape, inputs: Variable, features: FourierFeatures): Variable {
  const { count, waves, phase } = features;
  const weights = tape.constant(waves, features.inputs, 2 * count);
  const bias = tape.constant(phase, 1, 2 * count);
  return tape.unary('sine', tape.dense(inputs, { weights, bias }, false));
}
