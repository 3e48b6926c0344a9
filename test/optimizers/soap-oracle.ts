import type { SoapSettings } from '../../src-core/optimizers/soap.js';
import { matrixOf, symmetricEigen } from '../kernels/dense-matrix.js';

/**
 * SOAP on one matrix, written out slowly from algorithms 3 and 4 of arXiv 2409.11321 (their lines quoted by number), with what
 * the paper leaves to the implementation: the first gradient only fills L and R, Adam's bias correction, and the sorting of the
 * eigenvectors before the power iteration, for which V is permuted.
 */
type Rows = number[][];

/** The variables of algorithm 3. */
export interface OracleState {
  w: Rows;
  m: Rows;
  v: Rows;
  l: Rows;
  r: Rows;
  ql: Rows;
  qr: Rows;
  t: number;
}

const zeros = (n: number, m: number): Rows =>
  Array.from({ length: n }, () => Array.from({ length: m }, () => 0));
/** Rows and columns exchanged. */
export const transpose = (a: Rows): Rows => a[0].map((_, j) => a.map((row) => row[j]));
const times = (a: Rows, b: Rows): Rows =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));
const combine = (a: Rows, b: Rows, f: (x: number, y: number) => number): Rows =>
  a.map((row, i) => row.map((value, j) => f(value, b[i][j])));
const mix = (a: Rows, b: Rows, beta: number): Rows => combine(a, b, (x, y) => beta * x + (1 - beta) * y);

/** Eigenvectors as columns, from the largest eigenvalue down, by Jacobi's rotations. */
function eigenvectors(p: Rows): Rows {
  const { values, vectors } = symmetricEigen(matrixOf(p.length, (i, j) => p[i][j]));
  const order = Array.from(values.keys()).sort((i, j) => values[j] - values[i]);
  return transpose(order.map((k) => Array.from(vectors[k])));
}

/** Q of the QR decomposition, by Gram and Schmidt done twice. */
function qrBasis(s: Rows): Rows {
  const columns: Rows = [];
  for (let column of transpose(s)) {
    for (let pass = 0; pass < 2; pass++) {
      for (const other of columns) {
        const along = column.reduce((sum, value, i) => sum + value * other[i], 0);
        column = column.map((value, i) => value - along * other[i]);
      }
    }
    const size = Math.hypot(...column);
    columns.push(column.map((value) => value / size));
  }
  return transpose(columns);
}

/** The order of the columns of Q by diag(QᵀPQ), largest first. */
function orderOf(p: Rows, q: Rows): number[] {
  const estimates = times(times(transpose(q), p), q).map((row, k) => row[k]);
  return estimates.map((_, k) => k).sort((i, j) => estimates[j] - estimates[i]);
}

/** The largest entry off the diagonal of QᵀPQ, and of QᵀQ − 1: both 0 for eigenvectors. */
export function eigenGap(p: Rows, q: Rows): number {
  const seen = times(times(transpose(q), p), q).flatMap((row, i) => row.filter((_, j) => j !== i));
  const skew = times(transpose(q), q).flatMap((row, i) => row.map((value, j) => value - (i === j ? 1 : 0)));
  return Math.max(...[...seen, ...skew].map(Math.abs));
}

const columnsInOrder = (a: Rows, order: number[]): Rows => a.map((row) => order.map((k) => row[k]));

/** Two bases, their vectors as columns. */
export interface Bases {
  readonly ql: Rows;
  readonly qr: Rows;
}

/** Before the first gradient. */
export function startOracle(w: Rows): OracleState {
  const [n, m] = [w.length, w[0].length];
  return {
    ...{ w, m: zeros(n, m), v: zeros(n, m), l: zeros(n, n), r: zeros(m, m) },
    ...{ ql: zeros(n, n), qr: zeros(m, m), t: 0 },
  };
}

/**
 * One gradient. After the first, whose L or R may lack rank, the eigenvectors of eigenvalue 0 are anybody's choice: `chosen`
 * gives another's, to be checked to be eigenbases.
 */
export function stepOracle(state: OracleState, g: Rows, settings: SoapSettings, chosen?: Bases): OracleState {
  const { beta1, beta2, epsilon, learningRate, weightDecay, frequency } = settings;
  const covariances = {
    l: mix(state.l, times(g, transpose(g)), beta2), // line 13
    r: mix(state.r, times(transpose(g), g), beta2), // line 14
  };
  if (state.t === 0) {
    return {
      ...{ ...state, ...covariances, t: 1 },
      ...(chosen ?? { ql: eigenvectors(covariances.l), qr: eigenvectors(covariances.r) }),
    };
  }
  const { ql, qr, t } = state;
  const turned = times(times(transpose(ql), g), qr); // line 3
  const m = mix(state.m, g, beta1); // line 4
  const turnedMean = times(times(transpose(ql), m), qr); // line 5
  const v = mix(
    state.v,
    turned.map((row) => row.map((x) => x * x)),
    beta2,
  ); // line 7
  const step = combine(
    turnedMean,
    v,
    (x, y) => x / (1 - beta1 ** t) / (Math.sqrt(y / (1 - beta2 ** t)) + epsilon),
  ); // line 8
  const back = times(times(ql, step), transpose(qr)); // line 10
  const w = combine(state.w, back, (x, y) => x - learningRate * (y + weightDecay * x)); // line 11
  const next = { ...state, ...covariances, m, v, w, t: t + 1 };
  if (t % frequency !== 0) return next; // line 15
  const [rows, columns] = [orderOf(next.l, ql), orderOf(next.r, qr)];
  return {
    ...next,
    v: columnsInOrder(
      rows.map((k) => v[k]),
      columns,
    ),
    ql: qrBasis(times(next.l, columnsInOrder(ql, rows))), // line 16
    qr: qrBasis(times(next.r, columnsInOrder(qr, columns))), // line 17
  };
}
