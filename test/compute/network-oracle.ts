import type { Correlation } from '../../src-core/compute/engine.js';
import type { RandomStream } from '../../src-core/random.js';

/** A small tanh network with one output under a correlation, and what its loss is compared with. */
export interface SmallProblem {
  readonly points: Float64Array;
  readonly layers: readonly {
    readonly weights: Float64Array;
    readonly bias: Float64Array;
    readonly from: number;
    readonly to: number;
  }[];
  readonly kernels: Correlation;
  readonly target: Float64Array;
}

/** Weights, points and targets that float32 holds exactly. */
export function smallProblem(
  stream: RandomStream,
  sizes: readonly number[],
  kernels: Correlation,
): SmallProblem {
  const draw = (count: number, scale: number): Float64Array =>
    Float64Array.from({ length: count }, () => Math.fround(scale * stream.normal()));
  const [nz, ny, nx] = kernels.shape;
  const outcome = kernels.shape.reduce(
    (size, n, axis) => size * (n - kernels.taps[axis] + 1),
    kernels.kernels,
  );
  return {
    points: draw(nz * ny * nx * sizes[0], 1),
    layers: sizes.slice(1).map((to, k) => ({
      ...{ from: sizes[k], to },
      weights: draw(sizes[k] * to, 1 / Math.sqrt(sizes[k])),
      bias: draw(to, 0.3),
    })),
    kernels,
    target: draw(outcome, 1),
  };
}

function outputsOf({ points, layers }: SmallProblem): Float64Array {
  return layers.reduce((values, { weights, bias, from, to }, k) => {
    const rows = values.length / from;
    return Float64Array.from({ length: rows * to }, (_, at) => {
      const [r, c] = [Math.floor(at / to), at % to];
      let sum = bias[c];
      for (let i = 0; i < from; i++) sum += values[r * from + i] * weights[i * to + c];
      return k < layers.length - 1 ? Math.tanh(sum) : sum;
    });
  }, points);
}

/** The correlation of a field, entry by entry. */
function correlated(u: Float64Array, { shape, taps, values, kernels }: Correlation): Float64Array {
  const [oz, oy, ox] = shape.map((n, axis) => n - taps[axis] + 1);
  return Float64Array.from({ length: kernels * oz * oy * ox }, (_, at) => {
    const [k, z, y, x] = [
      Math.floor(at / (oz * oy * ox)),
      Math.floor(at / (oy * ox)) % oz,
      Math.floor(at / ox) % oy,
      at % ox,
    ];
    let sum = 0;
    for (let c = 0; c < taps[0]; c++) {
      for (let b = 0; b < taps[1]; b++) {
        for (let a = 0; a < taps[2]; a++) {
          const tap = values[((k * taps[0] + c) * taps[1] + b) * taps[2] + a];
          sum += tap * u[((z + c) * shape[1] + y + b) * shape[2] + x + a];
        }
      }
    }
    return sum;
  });
}

/** Sum of squared differences of the network's correlation from the target, all in float64. */
export function lossOf(problem: SmallProblem): number {
  const made = correlated(outputsOf(problem), problem.kernels);
  return made.reduce((sum, v, i) => sum + (v - problem.target[i]) ** 2, 0);
}
