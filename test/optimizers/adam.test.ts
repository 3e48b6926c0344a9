import { describe, expect, it } from 'vitest';
import {
  adamDefaults,
  type AdamSettings,
  type AdamState,
  startAdam,
  stepAdam,
} from '../../src-core/optimizers/adam.js';
import { learningRateAt } from '../../src-core/optimizers/learning-rate.js';
import type { Standing } from '../../src-core/optimizers/parameters.js';
import { eliminate, matrixOf } from '../kernels/dense-matrix.js';
import { block, leastSquares, logistic, normals, type Problem, quadratic, rosenbrock } from './problems.js';

const startAt = ({ start }: Problem): Standing<AdamState> => ({ parameters: start, state: startAdam(start) });

function descend(problem: Problem, settings: AdamSettings, steps: number): Standing<AdamState> {
  let standing = startAt(problem);
  for (let k = 0; k < steps; k++) {
    standing = stepAdam(standing, problem.evaluate(standing.parameters).gradient, settings);
  }
  return standing;
}

describe('stepAdam', () => {
  it('is the formula of the paper, step by step', () => {
    const settings = {
      ...adamDefaults,
      learningRate: 0.1,
      weightDecay: 0.5,
      beta1: 0.8,
      beta2: 0.9,
      epsilon: 0.01,
    };
    let standing = startAt({ ...quadratic(2, 1), start: [block('x', [1], [2])] });
    let [x, m, v] = [2, 0, 0];
    [3, -1, 0.5, 0, 4].forEach((g, i) => {
      standing = stepAdam(standing, [block('x', [1], [g])], settings);
      m = 0.8 * m + 0.2 * g;
      v = 0.9 * v + 0.1 * g * g;
      const mHat = m / (1 - 0.8 ** (i + 1));
      const vHat = v / (1 - 0.9 ** (i + 1));
      x = Math.fround(x - 0.1 * (mHat / (Math.sqrt(vHat) + 0.01) + 0.5 * x));
      expect(standing.parameters[0].values[0]).toBeCloseTo(x, 6);
    });
    expect(standing.state.steps).toBe(5);
  });

  it('first moves every parameter by the learning rate, whatever the gradient', () => {
    const start = [block('w', [2, 2], [1, 1, 1, 1])];
    const gradient = [block('w', [2, 2], [1e-3, -5, 1e4, 0])];
    const { parameters } = stepAdam({ parameters: start, state: startAdam(start) }, gradient, adamDefaults);
    [0.999, 1.001, 0.999, 1].forEach((value, i) => {
      expect(parameters[0].values[i]).toBeCloseTo(value, 6);
    });
  });

  it('takes weights away beside the gradient', () => {
    const start = [block('x', [2], [4, -4])];
    const settings = { ...adamDefaults, learningRate: 0.1, weightDecay: 0.25 };
    const { parameters } = stepAdam(
      { parameters: start, state: startAdam(start) },
      [block('x', [2], [0, 0])],
      settings,
    );
    expect(Array.from(parameters[0].values)).toEqual([Math.fround(3.9), Math.fround(-3.9)]);
  });

  it('stays where moment and epsilon are 0', () => {
    const start = [block('x', [1], [1])];
    const settings = { ...adamDefaults, epsilon: 0 };
    const { parameters } = stepAdam(
      { parameters: start, state: startAdam(start) },
      [block('x', [1], [0])],
      settings,
    );
    expect(parameters).toEqual(start);
  });

  it('finds the minimum of a quadratic of condition 1000', () => {
    const problem = quadratic(20, 1000);
    const { parameters } = descend(problem, { ...adamDefaults, learningRate: 0.01 }, 1500);
    expect(problem.evaluate(parameters).loss).toBeLessThan(1e-8);
  });

  it('finds the minimum of Rosenbrock with a rate that falls', () => {
    let standing = startAt(rosenbrock);
    for (let step = 1; step <= 6000; step++) {
      const learningRate = learningRateAt(
        { peak: 0.05, warmUpSteps: 50, decayFactor: 0.5, decaySteps: 1500, decay: 'continuous' },
        step,
      );
      const { gradient } = rosenbrock.evaluate(standing.parameters);
      standing = stepAdam(standing, gradient, { ...adamDefaults, learningRate });
    }
    expect(standing.parameters[0].values[0]).toBeCloseTo(1, 3);
    expect(standing.parameters[0].values[1]).toBeCloseTo(1, 3);
  });

  it('finds the solution of the normal equations', () => {
    const { problem, matrix, right } = leastSquares();
    const normal = matrixOf(10, (i, j) => {
      let sum = 0;
      for (let k = 0; k < 40; k++) sum += matrix[k * 10 + i] * matrix[k * 10 + j];
      return sum;
    });
    const moments = Array.from({ length: 10 }, (_, j) =>
      right.reduce((sum, b, i) => sum + b * matrix[i * 10 + j], 0),
    );
    const { x } = eliminate(normal, moments);
    const { parameters } = descend(problem, { ...adamDefaults, learningRate: 0.01 }, 1500);
    x.forEach((value, i) => {
      expect(parameters[0].values[i]).toBeCloseTo(value, 4);
    });
  });

  it('brings the slopes of a logistic regression to 0', () => {
    const problem = logistic();
    const { parameters } = descend(problem, { ...adamDefaults, learningRate: 0.02 }, 3000);
    const { gradient, loss } = problem.evaluate(parameters);
    expect(Math.hypot(...gradient[0].values)).toBeLessThan(1e-4);
    expect(loss).toBeLessThan(Math.LN2);
  });

  it('goes on from a copy of its state as if it had never stopped', () => {
    const problem = quadratic(9, 100);
    const through = descend(problem, adamDefaults, 40);
    let standing = structuredClone(descend(problem, adamDefaults, 17));
    for (let k = 17; k < 40; k++) {
      standing = stepAdam(standing, problem.evaluate(standing.parameters).gradient, adamDefaults);
    }
    expect(standing).toEqual(through);
  });

  it('leaves its arguments as they were', () => {
    const problem = quadratic(5, 10);
    const standing = descend(problem, adamDefaults, 3);
    const gradient = [block('x', [5], normals(5, 1))];
    const before = structuredClone({ standing, gradient });
    stepAdam(standing, gradient, adamDefaults);
    expect({ standing, gradient }).toEqual(before);
  });

  it('refuses lost gradients, settings out of range and the state of another network', () => {
    const problem = quadratic(5, 10);
    const standing = startAt(problem);
    const { gradient } = problem.evaluate(problem.start);
    const lost = [block('x', [5], [0, 0, NaN, 0, 0])];
    expect(() => stepAdam(standing, lost, adamDefaults)).toThrow(expect.objectContaining({ tag: 'model' }));
    for (const changes of [
      { beta1: 1 },
      { beta2: -0.1 },
      { epsilon: NaN },
      { weightDecay: -1 },
      { learningRate: Infinity },
    ]) {
      const settings = { ...adamDefaults, ...changes };
      expect(() => stepAdam(standing, gradient, settings)).toThrow(expect.objectContaining({ tag: 'usage' }));
    }
    const other = { ...standing, state: startAdam([block('y', [4], [0, 0, 0, 0])]) };
    expect(() => stepAdam(other, gradient, adamDefaults)).toThrow(expect.objectContaining({ tag: 'usage' }));
  });
});
