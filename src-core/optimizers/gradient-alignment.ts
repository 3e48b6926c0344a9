import { CoreError } from '../errors.js';
import { dot } from '../kernels/vectors.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import { checkSetting, divergence, flattened, isFiniteThroughout } from './parameters.js';

/** The vector scaled to length 1; null where it has no direction. */
function directionOf(gradient: readonly ParameterBlock[]): Float64Array | null {
  const vector = flattened(gradient);
  if (!isFiniteThroughout(vector)) throw divergence('a gradient to be aligned');
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 ? vector.map((value) => value / length) : null;
}

/** 2‖mean of the unit vectors‖² − 1; NaN for none. Rounding is kept inside [−1, 1]. */
function alignmentOf(directions: readonly Float64Array[]): number {
  if (directions.length === 0) return NaN;
  const size = directions[0].length;
  const other = directions.find(({ length }) => length !== size);
  if (other) {
    throw new CoreError({
      tag: 'usage',
      message: `Gradients of ${size} and of ${other.length} numbers cannot be aligned.`,
      hint: 'Give gradients with regard to the same parameters.',
    });
  }
  const mean = new Float64Array(size);
  for (const direction of directions) {
    for (let i = 0; i < mean.length; i++) mean[i] += direction[i] / directions.length;
  }
  return Math.max(-1, Math.min(1, 2 * dot(mean, mean) - 1));
}

/**
 * How far gradients point the same way: A = 2‖(1/n) Σ vᵢ/‖vᵢ‖‖² − 1 in [−1, 1]; 1 where all agree, the cosine for two, 2/n − 1
 * where all are at right angles. Of the loss terms of one step it is the intra-step alignment. A gradient of 0 has no
 * direction and is left out, also of n: a loss term that is at its minimum is in nobody's way. NaN where none is left. Throws
 * `model` for a gradient that is not finite and `usage` for gradients of different lengths (arXiv 2502.00604).
 */
export function gradientAlignment(gradients: readonly (readonly ParameterBlock[])[]): number {
  return alignmentOf(gradients.map(directionOf).filter((direction) => direction !== null));
}

/** Directions of the last total gradients, oldest first, each of length 1. */
export interface GradientHistory {
  readonly length: number;
  readonly directions: readonly Float64Array[];
}

/** Before the first gradient: remembers the last `length` of them; 2 for the cosine between neighbouring steps. Throws `usage` below 1. */
export function startHistory(length: number): GradientHistory {
  checkSetting('history', length, [1, Infinity]);
  return { length, directions: [] };
}

/** The history with one more total gradient (one of 0 is not remembered), and the oldest forgotten once it is full. */
export function recordGradient(
  { length, directions }: GradientHistory,
  gradient: readonly ParameterBlock[],
): GradientHistory {
  const direction = directionOf(gradient);
  return direction
    ? { length, directions: [...directions, direction].slice(-length) }
    : { length, directions };
}

/** Inter-step alignment: the score of the total gradients remembered; 1 for one alone, NaN for none. */
export function interStepAlignment({ directions }: GradientHistory): number {
  return alignmentOf(directions);
}
