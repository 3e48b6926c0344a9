import type { Tensor } from './engine.js';

/**
 * From the gradient with respect to a value, those with respect to what it was made of, where they are wanted; null
 * elsewhere.
 */
export type Back = (gradient: Variable, wanted: readonly boolean[]) => readonly (Variable | null)[];

/** A value in a computation: its tensor, and what it was made of. Later values have higher indices. */
export interface Variable {
  readonly tensor: Tensor;
  readonly index: number;
  readonly parents: readonly Variable[];
  /** null where it was given and not made. */
  readonly back: Back | null;
}
