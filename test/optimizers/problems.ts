import type { Evaluation } from '../../src-core/optimizers/lbfgs.js';
import type { ParameterBlock } from '../../src-core/data/parameter-block.js';
import { randomStream } from '../../src-core/random.js';

/** A loss to be minimised, where to start, and its least value. */
export interface Problem {
  readonly start: readonly ParameterBlock[];
  readonly evaluate: (parameters: readonly ParameterBlock[]) => Evaluation;
  readonly least: number;
}

/** A block of given shape and values. */
export function block(name: string, shape: readonly number[], values: ArrayLike<number>): ParameterBlock {
  return { name, shape, values: Float32Array.from(values) };
}

function vectorProblem(
  start: ArrayLike<number>,
  least: number,
  lossAt: (x: Float32Array) => { loss: number; slopes: ArrayLike<number> },
): Problem {
  return {
    start: [block('x', [start.length], start)],
    least,
    evaluate: ([{ values }]) => {
      const { loss, slopes } = lossAt(values);
      return { loss, gradient: [block('x', [values.length], slopes)] };
    },
  };
}

/** ½ Σ hᵢ(xᵢ − 1)², h from 1 to `condition` in equal ratios, from 0. */
export function quadratic(size: number, condition: number): Problem {
  const h = Float64Array.from({ length: size }, (_, i) => condition ** (i / (size - 1)));
  return vectorProblem(new Float64Array(size), 0, (x) => ({
    loss: h.reduce((sum, value, i) => sum + 0.5 * value * (x[i] - 1) ** 2, 0),
    slopes: h.map((value, i) => value * (x[i] - 1)),
  }));
}

/** Rosenbrock's valley in two dimensions, from (−1.2, 1); minimum 0 at (1, 1). */
export const rosenbrock: Problem = vectorProblem([-1.2, 1], 0, ([x, y]) => ({
  loss: 100 * (y - x * x) ** 2 + (1 - x) ** 2,
  slopes: [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)],
}));

/** Random numbers, standard normal. */
export function normals(length: number, seed: number): Float64Array {
  const stream = randomStream(seed);
  return Float64Array.from({ length }, () => stream.normal());
}

/** Logistic regression with a small ridge: 60 points of two overlapping classes in 5 dimensions and a constant. */
export function logistic(): Problem {
  const [count, width] = [60, 6];
  const points = normals(count * width, 21);
  const isFirst = (i: number): number => (i % 2 === 0 ? 1 : -1);
  for (let i = 0; i < count; i++) {
    points[i * width] = 1;
    points[i * width + 1] += isFirst(i);
    points[i * width + 2] *= 10;
  }
  return vectorProblem(new Float64Array(width), NaN, (x) => {
    const slopes = Float64Array.from(x, (value) => 1e-3 * value);
    let loss = x.reduce((sum, value) => sum + 0.5e-3 * value * value, 0);
    for (let i = 0; i < count; i++) {
      let score = 0;
      for (let j = 0; j < width; j++) score += points[i * width + j] * x[j];
      loss += Math.log1p(Math.exp(-isFirst(i) * score)) / count;
      const pull = -isFirst(i) / (1 + Math.exp(isFirst(i) * score)) / count;
      for (let j = 0; j < width; j++) slopes[j] += pull * points[i * width + j];
    }
    return { loss, slopes };
  });
}

/** Orthonormal rows from random numbers, by Gram and Schmidt. */
export function randomRotation(n: number, seed: number): number[][] {
  const raw = normals(n * n, seed);
  const rows: number[][] = [];
  for (let k = 0; k < n; k++) {
    let row = Array.from(raw.subarray(k * n, (k + 1) * n));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of rows) {
        const along = row.reduce((sum, value, i) => sum + value * other[i], 0);
        row = row.map((value, i) => value - along * other[i]);
      }
    }
    const size = Math.hypot(...row);
    rows.push(row.map((value) => value / size));
  }
  return rows;
}

function spread(n: number, condition: number, seed: number): number[][] {
  const axes = randomRotation(n, seed);
  return axes[0].map((_, i) =>
    axes[0].map((__, j) =>
      axes.reduce((sum, axis, k) => sum + condition ** (-k / (n - 1)) * axis[i] * axis[j], 0),
    ),
  );
}

/**
 * ½ tr (W − W*)ᵀA(W − W*)B over n × m matrices: A, B symmetric with eigenvalues from 1 down to 1/condition along axes turned at
 * random, W* random, from 0. Condition of the whole: the square of `condition`.
 */
export function turnedMatrix(n: number, m: number, condition: number, seed = 31): Problem {
  const [a, b] = [spread(n, condition, seed), spread(m, condition, seed + 1)];
  const goal = normals(n * m, seed + 2);
  return {
    start: [block('w', [n, m], new Float64Array(n * m))],
    least: 0,
    evaluate: ([{ values }]) => {
      const gap = Float64Array.from(values, (value, i) => value - goal[i]);
      const half = gap.map((_, place) => {
        const [i, j] = [Math.floor(place / m), place % m];
        return a[i].reduce((sum, value, k) => sum + value * gap[k * m + j], 0);
      });
      const gradient = half.map((_, place) => {
        const [i, j] = [Math.floor(place / m), place % m];
        return b[j].reduce((sum, value, k) => sum + half[i * m + k] * value, 0);
      });
      const loss = gap.reduce((sum, value, i) => sum + 0.5 * value * gradient[i], 0);
      return { loss, gradient: [block('w', [n, m], gradient)] };
    },
  };
}

/** Linear least squares ½‖A x − b‖² with a random 40 × 10 matrix, and A and b. */
export function leastSquares(): { problem: Problem; matrix: Float64Array; right: Float64Array } {
  const [rows, columns] = [40, 10];
  const matrix = normals(rows * columns, 41);
  const right = normals(rows, 42);
  const residual = (x: ArrayLike<number>): Float64Array =>
    right.map((value, i) => {
      let sum = -value;
      for (let j = 0; j < columns; j++) sum += matrix[i * columns + j] * x[j];
      return sum;
    });
  const problem = vectorProblem(new Float64Array(columns), NaN, (x) => {
    const gap = residual(x);
    const slopes = Float64Array.from({ length: columns }, (_, j) =>
      gap.reduce((sum, value, i) => sum + matrix[i * columns + j] * value, 0),
    );
    return { loss: gap.reduce((sum, value) => sum + 0.5 * value * value, 0), slopes };
  });
  return { problem, matrix, right };
}
