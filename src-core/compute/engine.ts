import type { Triple } from '../data/grid.js';

/** A float32 matrix that an engine holds; what else it is, is the engine's business. */
export interface Tensor {
  readonly rows: number;
  readonly columns: number;
}

/** One argument, element by element. */
export type UnaryKind = 'tanh' | 'sine' | 'cosine' | 'exponential' | 'reciprocal';

/** Two arguments of the same shape, or the second a row, a column or one number that is repeated; `slope` is a·(1 − b²). */
export type BinaryKind = 'add' | 'subtract' | 'times' | 'slope';

/** What is summed: everything to one number, each column to a row, each row to a column. */
export type SumKind = 'all' | 'columns' | 'rows';

/** C = op(A)·op(B), with a bias row added, and then tanh, or times 1 − y², where they are asked for. */
export interface Product {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** One row. */
  readonly bias?: Tensor;
  readonly tanh?: boolean;
}

/**
 * Kernels that a field on a grid is correlated with where they fit whole: value(i) = Σ taps(o)·u(i + o), o from 0 to
 * `taps` − 1 along z, y, x. The outcome lies on a grid smaller by taps − 1.
 */
export interface Correlation {
  /** Of the field. */
  readonly shape: Triple;
  /** Of every kernel. */
  readonly taps: Triple;
  /** Kernel after kernel, each in z, y, x order. */
  readonly values: Float32Array;
  readonly kernels: number;
}

/**
 * The few operations that networks are made of, on matrices of one place (this process's memory, WebAssembly's, a GPU).
 * Every operation gives a new tensor; `free` gives it back. Shapes must fit: a mismatch is a bug and throws.
 */
export interface Engine {
  readonly name: string;
  readonly threads: number;
  readonly upload: (values: Float32Array, rows: number, columns: number) => Tensor;
  /** A copy. */
  readonly read: (tensor: Tensor) => Float32Array;
  readonly free: (tensor: Tensor) => void;
  readonly multiply: (product: Product) => Tensor;
  readonly unary: (kind: UnaryKind, a: Tensor) => Tensor;
  readonly binary: (kind: BinaryKind, a: Tensor, b: Tensor) => Tensor;
  /** scale·a + shift. */
  readonly affine: (a: Tensor, scale: number, shift: number) => Tensor;
  readonly sum: (kind: SumKind, a: Tensor) => Tensor;
  /** One row, column or number repeated to a shape. */
  readonly repeat: (a: Tensor, rows: number, columns: number) => Tensor;
  readonly transpose: (a: Tensor) => Tensor;
  /** Rows `first` to `last`. */
  readonly slice: (a: Tensor, first: number, last: number) => Tensor;
  /** Zeros with a at row `first`: what goes back through a slice. */
  readonly place: (a: Tensor, first: number, rows: number) => Tensor;
  /** One row of a field's values on the grid → a row per kernel. */
  readonly correlate: (u: Tensor, kernels: Correlation) => Tensor;
  /** The adjoint: a row per kernel → one row on the grid. */
  readonly scatter: (g: Tensor, kernels: Correlation) => Tensor;
  /** Bytes that tensors take now, and took at most. */
  readonly memory: () => { now: number; most: number };
}
