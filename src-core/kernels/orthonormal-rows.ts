import { breathe, type Run } from '../run.js';

/** Sums of squares below this have lost digits to underflow, and are taken for 0. */
const leastSquare = 1e-280;

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

/** x ← (1 − τ v vᵀ)x from place `at` on, before which v is 0. */
export function reflect(x: Float64Array, v: Float64Array, factor: number, at: number): void {
  let along = 0;
  for (let i = at; i < x.length; i++) along += v[i] * x[i];
  along *= factor;
  for (let i = at; i < x.length; i++) x[i] -= along * v[i];
}

/** Reflections 1 − τ v vᵀ, v row after row, of which two neighbours are to be made one after the other. */
interface ReflectionPair {
  readonly vectors: Float64Array;
  /** Where the two v begin. */
  readonly starts: readonly [number, number];
  readonly factors: readonly [number, number];
  /** The product of the two v. */
  readonly overlap: number;
  /** Both v are 0 before this place. */
  readonly at: number;
}

/** The same reflections the other way round. */
const reversed = (pair: ReflectionPair): ReflectionPair => ({
  ...pair,
  starts: [pair.starts[1], pair.starts[0]],
  factors: [pair.factors[1], pair.factors[0]],
});

/** Reflects rows k and k + 1 of n numbers. Two reflections and two rows at a time: less to fetch per product. */
function reflectTwoRows(rows: Float64Array, k: number, n: number, pair: ReflectionPair): void {
  const { vectors, starts, factors, overlap, at } = pair;
  const [v, w] = starts;
  const upper = k * n;
  const lower = upper + n;
  let [upperV, upperW, lowerV, lowerW] = [0, 0, 0, 0];
  for (let i = at; i < n; i++) {
    const first = vectors[v + i];
    const second = vectors[w + i];
    const above = rows[upper + i];
    const below = rows[lower + i];
    upperV += first * above;
    upperW += second * above;
    lowerV += first * below;
    lowerW += second * below;
  }
  upperV *= factors[0];
  lowerV *= factors[0];
  upperW = factors[1] * (upperW - overlap * upperV);
  lowerW = factors[1] * (lowerW - overlap * lowerV);
  for (let i = at; i < n; i++) {
    const first = vectors[v + i];
    const second = vectors[w + i];
    rows[upper + i] -= upperV * first + upperW * second;
    rows[lower + i] -= lowerV * first + lowerW * second;
  }
}

/** Reflects every row of n numbers from row `first` on. */
function reflectRows(rows: Float64Array, first: number, n: number, pair: ReflectionPair): void {
  let k = first;
  for (; k + 1 < n; k += 2) reflectTwoRows(rows, k, n, pair);
  if (k === n) return;
  const last = rows.subarray(k * n);
  pair.starts.forEach((start, i) => {
    reflect(last, pair.vectors.subarray(start, start + n), pair.factors[i], pair.at);
  });
}

/** The reflections that make rows k and k + 1 of `left` triangular, written into the same rows of `vectors`. */
function nextPair(vectors: Float64Array, left: Float64Array, k: number, n: number): ReflectionPair {
  const rowOf = (values: Float64Array, i: number): Float64Array => values.subarray(i * n, (i + 1) * n);
  const [v, w] = [rowOf(vectors, k), rowOf(vectors, k + 1)];
  const first = reflectorOf(v, rowOf(left, k), k);
  reflect(rowOf(left, k + 1), v, first, k);
  const second = reflectorOf(w, rowOf(left, k + 1), k + 1);
  let overlap = 0;
  for (let i = k; i < n; i++) overlap += v[i] * w[i];
  return { vectors, starts: [k * n, (k + 1) * n], factors: [first, second], overlap, at: k };
}

/**
 * n orthonormal vectors, as rows, of which the first k span what the first k of the n given vectors (rows of `vectors`, n
 * numbers each) span: Q of the QR decomposition of the matrix with the given vectors as columns, signs as they come. Where
 * vectors depend on those before them the basis is filled up with directions beyond them. Householder reflections (Golub and
 * Van Loan, Matrix Computations, 5.2.2). The argument is not changed.
 */
export async function orthonormalRows(vectors: Float64Array, n: number, run: Run): Promise<Float64Array> {
  const left = vectors.slice();
  const reflectors = new Float64Array(n * n);
  const pairs: ReflectionPair[] = [];
  // The last reflection of all would be of one number, and is none: an odd one out is not missed.
  for (let k = 0; k + 1 < n; k += 2) {
    const pair = nextPair(reflectors, left, k, n);
    pairs.push(pair);
    reflectRows(left, k + 2, n, pair);
    await breathe(run);
  }
  const basis = new Float64Array(n * n);
  for (let i = 0; i < n; i++) basis[i * n + i] = 1;
  for (const pair of pairs.reverse()) {
    reflectRows(basis, pair.at, n, reversed(pair));
    await breathe(run);
  }
  return basis;
}
