import { block, normals, type Problem } from './problems.js';

const width = 24;
const points = 48;

/** Rows of a layer's input, its weights (inputs × outputs) and biases: the sums that go into its activation. */
function sums(input: Float64Array[], weights: Float32Array, biases: Float32Array): Float64Array[] {
  const outputs = biases.length;
  return input.map((row) =>
    Float64Array.from(biases, (bias, j) =>
      row.reduce((sum, value, i) => sum + value * weights[i * outputs + j], bias),
    ),
  );
}

const tanhOf = (rows: Float64Array[]): Float64Array[] => rows.map((row) => row.map(Math.tanh));

/** Slopes of a layer's weights and biases, from its input and the slopes of its sums. */
function layerSlopes(
  input: Float64Array[],
  slopes: Float64Array[],
): [weights: Float64Array, biases: Float64Array] {
  const outputs = slopes[0].length;
  const weights = new Float64Array(input[0].length * outputs);
  const biases = new Float64Array(outputs);
  slopes.forEach((row, k) => {
    row.forEach((slope, j) => {
      biases[j] += slope;
      for (let i = 0; i < input[k].length; i++) weights[i * outputs + j] += input[k][i] * slope;
    });
  });
  return [weights, biases];
}

/** Slopes of the sums of the layer below, through its activations `output` and the weights above it. */
function slopesBelow(slopes: Float64Array[], weights: Float32Array, output: Float64Array[]): Float64Array[] {
  const outputs = slopes[0].length;
  return output.map((row, k) =>
    row.map((value, i) => {
      const sum = slopes[k].reduce((part, slope, j) => part + slope * weights[i * outputs + j], 0);
      return sum * (1 - value * value);
    }),
  );
}

/** Half the mean squared error of a tanh network 1 – 24 – 24 – 1 that is to follow sin 2πx + ½ sin 6πx on 48 points. */
export function smallNetwork(): Problem {
  const x = Array.from({ length: points }, (_, k) => Float64Array.of((2 * (k + 0.5)) / points - 1));
  const goal = x.map(([at]) => Math.sin(2 * Math.PI * at) + 0.5 * Math.sin(6 * Math.PI * at));
  const layer = (name: string, [inputs, outputs]: readonly [number, number], seed: number) => [
    block(
      `${name} weights`,
      [inputs, outputs],
      normals(inputs * outputs, seed).map((v) => v * Math.sqrt(2 / (inputs + outputs))),
    ),
    block(
      `${name} biases`,
      [outputs],
      normals(outputs, seed + 1).map((v) => 0.5 * v),
    ),
  ];
  return {
    start: [
      ...layer('first', [1, width], 61),
      ...layer('second', [width, width], 63),
      ...layer('last', [width, 1], 65),
    ],
    least: 0,
    evaluate: (parameters) => {
      const [w1, b1, w2, b2, w3, b3] = parameters.map(({ values }) => values);
      const first = tanhOf(sums(x, w1, b1));
      const second = tanhOf(sums(first, w2, b2));
      const error = sums(second, w3, b3).map((row, k) => row.map((value) => (value - goal[k]) / points));
      const loss = error.reduce((sum, [value]) => sum + 0.5 * points * value * value, 0);
      const above = slopesBelow(error, w3, second);
      const slopes = [
        ...layerSlopes(x, slopesBelow(above, w2, first)),
        ...layerSlopes(first, above),
        ...layerSlopes(second, error),
      ];
      return { loss, gradient: parameters.map(({ name, shape }, i) => block(name, shape, slopes[i])) };
    },
  };
}
