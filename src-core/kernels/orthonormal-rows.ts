import { breathe, type Run } from '../run.js';
import { columnsOf, dense, type DenseView, flipped, rowsOf } from './dense-product.js';
import { multiply } from './matrix-product.js';

/** Vectors whose reflections are gathered into one, so that most of the work is products of matrices. */
const panelRows = 16;
/** Sums of squares below this have lost digits to underflow, and are taken for 0. */
const leastSquare = 1e-280;

/**
 * Reflections 1 − τ v vᵀ of one panel of vectors, v row after row (0 before place `first` + k, 1 there), and the triangle T
 * with their product H₁H₂… = 1 − Vᵀ T V.
 */
interface Panel {
  readonly first: number;
  readonly rows: number;
  readonly reflectors: Float64Array;
  readonly triangle: Float64Array;
}

/**
 * The reflector that turns x from place `at` on into a multiple of the unit vector there: written into v, with v 1 at that
 * place. Returns τ, 0 where x is 0 beyond the place already (Golub and Van Loan, Matrix Computations, 5.1.2).
 */
export function reflectorOf(v: Float64Array, x: Float64Array, at: number): number {
  let tail = 0;
  for (let i = at + 1; i < x.length; i++) tail += x[i] * x[i];
  v.fill(0);
  v[at] = 1;
  if (tail < leastSquare) return 0;
  const length = Math.sqrt(x[at] * x[at] + tail);
  // Away from 0: without cancellation, and without squares that underflow.
  const pivot = x[at] < 0 ? x[at] - length : x[at] + length;
  for (let i = at + 1; i < x.length; i++) v[i] = x[i] / pivot;
  return 2 / (1 + tail / (pivot * pivot));
}

/** Σ v[i]x[i] over `count` places, from places `atV` and `atX` on. */
function overlap(
  v: Float64Array,
  x: Float64Array,
  [atV, atX]: readonly [number, number],
  count: number,
): number {
  // Four sums at once: one alone would wait for each of its additions.
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < count; i += 4) {
    a += v[atV + i] * x[atX + i];
    b += v[atV + i + 1] * x[atX + i + 1];
    c += v[atV + i + 2] * x[atX + i + 2];
    d += v[atV + i + 3] * x[atX + i + 3];
  }
  for (; i < count; i++) a += v[atV + i] * x[atX + i];
  return a + b + (c + d);
}

/** x ← (1 − τ v vᵀ)x from place `at` on, before which v is 0. */
export function reflect(x: Float64Array, v: Float64Array, factor: number, at: number): void {
  const along = factor * overlap(v, x, [at, at], x.length - at);
  for (let i = at; i < x.length; i++) x[i] -= along * v[i];
}

/** Column k of the triangle T: τ on the diagonal, and above it −τ T V vₖ. */
function extendTriangle({ reflectors, triangle, rows, first }: Panel, k: number, factor: number): void {
  const n = reflectors.length / rows;
  const along = new Float64Array(k);
  for (let j = 0; j < k; j++) {
    const start = first + k;
    along[j] = overlap(reflectors, reflectors, [j * n + start, k * n + start], n - start);
  }
  for (let i = 0; i < k; i++) {
    let sum = 0;
    for (let j = i; j < k; j++) sum += triangle[i * rows + j] * along[j];
    triangle[i * rows + k] = -factor * sum;
  }
  triangle[k * rows + k] = factor;
}

/** The reflections that make the rows of `vectors` from `first` on triangular; those rows themselves are used up. */
function panelOf({ values, columns: n }: DenseView, first: number): Panel {
  const rows = Math.min(panelRows, n - first);
  const panel = {
    ...{ first, rows },
    ...{ reflectors: new Float64Array(rows * n), triangle: new Float64Array(rows * rows) },
  };
  const factors: number[] = [];
  for (let k = 0; k < rows; k++) {
    const row = values.subarray((first + k) * n, (first + k + 1) * n);
    factors.forEach((factor, j) => {
      reflect(row, panel.reflectors.subarray(j * n, (j + 1) * n), factor, first + j);
    });
    const factor = reflectorOf(panel.reflectors.subarray(k * n, (k + 1) * n), row, first + k);
    extendTriangle(panel, k, factor);
    factors.push(factor);
  }
  return panel;
}

/** Room for what the reflection of n rows passes through. */
interface Scratch {
  readonly along: Float64Array;
  readonly turned: Float64Array;
  readonly change: Float64Array;
}

/** Reflects every row x of `rows`: by the product of the panel's reflections, or by its inverse. */
function reflectRows(rows: DenseView, panel: Panel, isInverse: boolean, scratch: Scratch): void {
  const { rows: count, columns: n } = rows;
  const width = n - panel.first;
  const reflectors = columnsOf(dense(panel.reflectors, panel.rows, n), panel.first, n);
  const triangle = dense(panel.triangle, panel.rows, panel.rows);
  const touched = columnsOf(rows, panel.first, n);
  const along = dense(scratch.along, count, panel.rows);
  const turned = dense(scratch.turned, count, panel.rows);
  const change = dense(scratch.change, count, width);
  multiply(along, [touched, flipped(reflectors)], [count, width, panel.rows]);
  multiply(turned, [along, isInverse ? triangle : flipped(triangle)], [count, panel.rows, panel.rows]);
  multiply(change, [turned, reflectors], [count, panel.rows, width]);
  for (let i = 0; i < count; i++) {
    const start = touched.start + i * n;
    for (let j = 0; j < width; j++) rows.values[start + j] -= scratch.change[i * width + j];
  }
}

/**
 * n orthonormal vectors, as rows, of which the first k span what the first k of the n given vectors (rows of `vectors`, n
 * numbers each) span: Q of the QR decomposition of the matrix with the given vectors as columns, signs as they come. Where
 * vectors depend on those before them the basis is filled up with directions beyond them. Householder reflections, gathered
 * by panels (Golub and Van Loan, Matrix Computations, 5.2.3). The argument is not changed.
 */
export async function orthonormalRows(vectors: Float64Array, n: number, run: Run): Promise<Float64Array> {
  const left = dense(vectors.slice(), n, n);
  const scratch = {
    along: new Float64Array(n * panelRows),
    turned: new Float64Array(n * panelRows),
    change: new Float64Array(n * n),
  };
  const panels: Panel[] = [];
  for (let first = 0; first < n; first += panelRows) {
    const panel = panelOf(left, first);
    panels.push(panel);
    await breathe(run);
    const end = first + panel.rows;
    if (end < n) reflectRows(rowsOf(left, end, n), panel, true, scratch);
  }
  const basis = dense(new Float64Array(n * n), n, n);
  for (let i = 0; i < n; i++) basis.values[i * n + i] = 1;
  for (const panel of panels.reverse()) {
    reflectRows(rowsOf(basis, panel.first, n), panel, false, scratch);
    await breathe(run);
  }
  return basis.values;
}
