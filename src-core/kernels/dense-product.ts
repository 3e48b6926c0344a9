import { breathe, type Run } from '../run.js';
import { type MatrixPart, multiply } from './matrix-product.js';

/** A part of a flat array seen as a matrix of so many rows and columns. */
export interface DenseView extends MatrixPart {
  readonly rows: number;
  readonly columns: number;
}

/** Products are made in bands of about this many multiplications, with a breath after each: some 10 ms. */
const portion = 2 ** 24;
/** Rows of a symmetric product that are made together. */
const bandRows = 32;

/** The whole of an array as a matrix, row after row. */
export function dense(values: Float64Array, rows: number, columns: number): DenseView {
  return { values, start: 0, down: columns, across: 1, rows, columns };
}

/** The transpose, of the same numbers in place. */
export function flipped({ values, start, down, across, rows, columns }: DenseView): DenseView {
  return { values, start, down: across, across: down, rows: columns, columns: rows };
}

/** The rows from `first` up to and without `end`, in place. */
export function rowsOf(view: DenseView, first: number, end: number): DenseView {
  return { ...view, start: view.start + first * view.down, rows: end - first };
}

/** The columns from `first` up to and without `end`, in place. */
export function columnsOf(view: DenseView, first: number, end: number): DenseView {
  return { ...view, start: view.start + first * view.across, columns: end - first };
}

/** a·b in a new array, row after row. */
export async function product(a: DenseView, b: DenseView, run: Run): Promise<Float64Array> {
  const out = dense(new Float64Array(a.rows * b.columns), a.rows, b.columns);
  const band = Math.max(4, 4 * Math.floor(portion / (4 * a.columns * b.columns)));
  for (let first = 0; first < a.rows; first += band) {
    const end = Math.min(first + band, a.rows);
    multiply(rowsOf(out, first, end), [rowsOf(a, first, end), b], [end - first, a.columns, b.columns]);
    await breathe(run);
  }
  return out.values;
}

/** Copies the entries of rows first..end left of the diagonal to their mirror places. */
function mirror(values: Float64Array, n: number, [first, end]: readonly [number, number]): void {
  for (let i = first; i < end; i++) for (let j = 0; j < i; j++) values[j * n + i] = values[i * n + j];
}

/** a·aᵀ in a new array: as `product` of a and its transpose, at half the cost, and symmetric to the last bit. */
export async function outerSquare(a: DenseView, run: Run): Promise<Float64Array> {
  const n = a.rows;
  const out = dense(new Float64Array(n * n), n, n);
  for (let first = 0; first < n; first += bandRows) {
    const end = Math.min(first + bandRows, n);
    const others = flipped(rowsOf(a, 0, end));
    multiply(rowsOf(out, first, end), [rowsOf(a, first, end), others], [end - first, a.columns, end]);
    mirror(out.values, n, [first, end]);
    await breathe(run);
  }
  return out.values;
}
