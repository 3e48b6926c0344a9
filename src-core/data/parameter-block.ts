/**
 * One named array of trainable numbers: a vector (shape of one number) or a matrix (two; row after row). Gradients are
 * blocks of the same names and shapes.
 */
export interface ParameterBlock {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
