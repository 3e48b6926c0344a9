import { describe, expect, it } from 'vitest';
import { plainEngine } from '../../src-core/compute/plain-engine.js';
import { startTape, type Tape } from '../../src-core/compute/tape.js';
import type { Variable } from '../../src-core/compute/variable.js';
import { randomStream } from '../../src-core/random.js';
import { lossOf, smallProblem, type SmallProblem } from './network-oracle.js';

const engine = plainEngine();
const kernels = {
  shape: [2, 5, 6] as const,
  taps: [2, 3, 2] as const,
  values: Float32Array.from({ length: 24 }, (_, i) => Math.fround(Math.cos(i * 1.7))),
  kernels: 2,
};
const problem = smallProblem(randomStream(3), [2, 7, 5, 1], kernels);

function lossOn(
  tape: Tape,
  { points, layers, target }: SmallProblem,
): { loss: Variable; parameters: Variable[] } {
  const upload = (values: Float64Array, rows: number, columns: number): Variable =>
    tape.constant(Float32Array.from(values), rows, columns);
  const dense = layers.map(({ weights, bias, from, to }) => ({
    weights: upload(weights, from, to),
    bias: upload(bias, 1, to),
  }));
  const output = dense.reduce(
    (values, layer, k) => tape.dense(values, layer, k < dense.length - 1),
    upload(points, points.length / layers[0].from, layers[0].from),
  );
  const made = tape.correlate(tape.transpose(output), kernels);
  const off = tape.binary('subtract', made, upload(target, kernels.kernels, target.length / kernels.kernels));
  const loss = tape.sum('all', tape.binary('times', off, off));
  return { loss, parameters: dense.flatMap(({ weights, bias }) => [weights, bias]) };
}

/** d loss/d parameter by central differences in float64. */
function difference(change: (by: number) => SmallProblem): number {
  const h = 1e-5;
  return (lossOf(change(h)) - lossOf(change(-h))) / (2 * h);
}

describe('a tape', () => {
  it('has the gradients of a network under a correlation, as float64 differences have them', () => {
    const tape = startTape(engine);
    const { loss, parameters } = lossOn(tape, problem);
    expect(engine.read(loss.tensor)[0] / lossOf(problem)).toBeCloseTo(1, 5);
    const gradients = tape.gradients(loss, parameters).map(({ tensor }) => engine.read(tensor));
    problem.layers.forEach((layer, k) => {
      for (const [which, part] of [['weights', 2 * k] as const, ['bias', 2 * k + 1] as const]) {
        const size = Math.max(...gradients[part].map(Math.abs));
        layer[which].forEach((_, i) => {
          const expected = difference((by) => ({
            ...problem,
            layers: problem.layers.map((each, j) =>
              j === k ? { ...each, [which]: each[which].map((v, m) => (m === i ? v + by : v)) } : each,
            ),
          }));
          expect(Math.abs(gradients[part][i] - expected)).toBeLessThan(1e-4 * size);
        });
      }
    });
  });

  it('gives back all that it took', () => {
    const before = engine.memory().now;
    const tape = startTape(engine);
    const { loss, parameters } = lossOn(tape, problem);
    tape.gradients(loss, parameters);
    expect(engine.memory().now).toBeGreaterThan(before);
    tape.clear();
    expect(engine.memory().now).toBe(before);
  });

  it('nests: the first four derivatives of sin(x)·exp(x)/x with respect to x', () => {
    const tape = startTape(engine);
    const x = tape.constant(Float32Array.of(0.8, 1.3, 2.1), 3, 1);
    const of = (kind: 'sine' | 'exponential' | 'reciprocal'): Variable => tape.unary(kind, x);
    const derivatives = [
      tape.binary('times', tape.binary('times', of('sine'), of('exponential')), of('reciprocal')),
    ];
    for (let order = 0; order < 4; order++) derivatives.push(tape.gradients(derivatives[order], [x])[0]);
    // By Leibniz' rule from the derivatives of sin·exp (√2ᵏ eˣ sin(x + kπ/4)) and of 1/x.
    const choose = [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1]];
    const factorial = [1, 1, 2, 6, 24];
    [0.8, 1.3, 2.1].forEach((at, i) => {
      derivatives.forEach(({ tensor }, n) => {
        const expected = choose[n].reduce((sum, c, k) => {
          const wave = Math.SQRT2 ** k * Math.exp(at) * Math.sin(at + (k * Math.PI) / 4);
          const inverse = ((-1) ** (n - k) * factorial[n - k]) / at ** (n - k + 1);
          return sum + c * wave * inverse;
        }, 0);
        expect(Math.abs(engine.read(tensor)[i] - expected)).toBeLessThan(2e-5 * (1 + Math.abs(expected)));
      });
    });
  });

  it('differentiates through repeated rows, columns and numbers', () => {
    const tape = startTape(engine);
    const full = tape.constant(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3);
    const row = tape.constant(Float32Array.of(2, -1, 0.5), 1, 3);
    const column = tape.constant(Float32Array.of(3, -2), 2, 1);
    const one = tape.constant(Float32Array.of(0.25), 1, 1);
    const product = tape.binary('times', tape.binary('add', tape.binary('times', full, row), column), one);
    const gradients = tape
      .gradients(product, [full, row, column, one])
      .map(({ tensor }) => [...engine.read(tensor)]);
    expect(gradients[0]).toEqual([0.5, -0.25, 0.125, 0.5, -0.25, 0.125]);
    expect(gradients[1]).toEqual([1.25, 1.75, 2.25]);
    expect(gradients[2]).toEqual([0.75, 0.75]);
    expect(gradients[3]).toEqual([10.5]);
  });

  it('has no gradient of what does not matter: zeros', () => {
    const tape = startTape(engine);
    const [x, other] = [tape.constant(Float32Array.of(1, 2), 1, 2), tape.constant(Float32Array.of(3), 1, 1)];
    const [own, none] = tape.gradients(tape.unary('tanh', x), [x, other]);
    expect([...engine.read(none.tensor)]).toEqual([0]);
    expect(engine.read(own.tensor)[0]).toBeCloseTo(1 - Math.tanh(1) ** 2, 6);
  });
});
