import { describe, expect, it } from 'vitest';
import {
  type Evaluate,
  lbfgsDefaults,
  type LbfgsSettings,
  type LbfgsStep,
  startLbfgs,
  stepLbfgs,
} from '../../src-core/optimizers/lbfgs.js';
import { quietRun } from '../../src-core/run.js';
import {
  block,
  leastSquares,
  logistic,
  type Problem,
  quadratic,
  rosenbrock,
  turnedMatrix,
} from './problems.js';

const evaluateOf =
  ({ evaluate }: Problem): Evaluate =>
  (parameters) =>
    Promise.resolve(evaluate(parameters));

interface Descent {
  readonly last: LbfgsStep;
  readonly steps: number;
  readonly evaluations: number;
  readonly losses: readonly number[];
}

async function descend(
  problem: Problem,
  most: number,
  settings: LbfgsSettings = lbfgsDefaults,
): Promise<Descent> {
  const evaluate = evaluateOf(problem);
  let last = await stepLbfgs(
    { parameters: problem.start, state: startLbfgs() },
    evaluate,
    settings,
    quietRun,
  );
  let evaluations = last.evaluations;
  const losses = [last.loss];
  let steps = 1;
  for (; steps < most && last.outcome === 'descended'; steps++) {
    last = await stepLbfgs(last, evaluate, settings, quietRun);
    evaluations += last.evaluations;
    losses.push(last.loss);
  }
  return { last, steps, evaluations, losses };
}

describe('stepLbfgs', () => {
  it('finds the minimum of Rosenbrock in a few dozen evaluations', async () => {
    const { last, evaluations } = await descend(rosenbrock, 60);
    expect(last.loss).toBeLessThan(1e-10);
    expect(last.parameters[0].values[0]).toBeCloseTo(1, 5);
    expect(last.parameters[0].values[1]).toBeCloseTo(1, 5);
    expect(evaluations).toBeLessThan(150);
  });

  it('solves a quadratic of condition 10⁴ in 20 dimensions, with pairs for every direction', async () => {
    const { last, losses } = await descend(quadratic(20, 1e4), 120);
    expect(last.loss).toBeLessThan(1e-8);
    losses.slice(1).forEach((loss, k) => {
      expect(loss).toBeLessThanOrEqual(losses[k]);
    });
  });

  it('solves a turned matrix problem of condition 10⁴ that Adam is slow on', async () => {
    const { last } = await descend(turnedMatrix(12, 8, 100), 300);
    expect(last.loss).toBeLessThan(1e-7);
  });

  it('brings the slopes of least squares and of a logistic regression to 0', async () => {
    for (const problem of [leastSquares().problem, logistic()]) {
      const { last } = await descend(problem, 100);
      const { gradient } = problem.evaluate(last.parameters);
      expect(Math.hypot(...gradient[0].values)).toBeLessThan(1e-4);
    }
  });

  it('does not evaluate a point twice', async () => {
    let calls = 0;
    const counted: Problem = {
      ...rosenbrock,
      evaluate: (parameters) => {
        calls++;
        return rosenbrock.evaluate(parameters);
      },
    };
    const { evaluations } = await descend(counted, 12);
    expect(calls).toBe(evaluations);
  });

  it('remembers as many pairs as it may, the newest ones', async () => {
    const settings = { ...lbfgsDefaults, history: 3 };
    const { last } = await descend(quadratic(20, 100), 8, settings);
    expect(last.state.pairs.length).toBe(3);
    const { last: none } = await descend(quadratic(20, 100), 8, { ...lbfgsDefaults, history: 0 });
    expect(none.state.pairs).toEqual([]);
    expect(none.outcome).toBe('descended');
  });

  it('keeps no pair of negative curvature, and still descends', async () => {
    const bent: Problem = {
      start: [block('x', [1], [0.1])],
      least: -1,
      evaluate: ([{ values }]) => ({
        loss: Math.cos(values[0]),
        gradient: [block('x', [1], [-Math.sin(values[0])])],
      }),
    };
    // With a single look the step ends where the loss still bends down: no pair, however low it is.
    const once = { ...lbfgsDefaults, mostEvaluations: 1 };
    const first = await descend(bent, 1, once);
    expect(first.last).toMatchObject({ outcome: 'descended', state: { pairs: [] } });
    const { last } = await descend(bent, 30);
    expect(last.loss).toBeCloseTo(-1, 6);
    last.state.pairs.forEach(({ step, change }) => {
      expect(step[0] * change[0]).toBeGreaterThan(0);
    });
  });

  it('finds its way back from a wall of infinity or NaN', async () => {
    for (const beyond of [Infinity, NaN]) {
      const walled: Problem = {
        start: [block('x', [1], [1])],
        least: 0.5,
        evaluate: ([
          {
            values: [x],
          },
        ]) => ({
          loss: x > 0 ? 0.5 * x * x - Math.log(x) : beyond,
          gradient: [block('x', [1], [x > 0 ? x - 1 / x : NaN])],
        }),
      };
      const { last } = await descend({ ...walled, start: [block('x', [1], [30])] }, 60);
      expect(last.parameters[0].values[0]).toBeCloseTo(1, 3);
    }
  });
});

describe('the direction', () => {
  it('meets the secant equation of the last pair', async () => {
    const problem = quadratic(12, 200);
    const { last } = await descend(problem, 8);
    const newest = last.state.pairs.at(-1);
    if (!newest) throw new Error('no pairs');
    // H y = s: where the gradient is y, the first point looked at is one step −s away.
    const state = { ...last.state, known: { loss: 1, gradient: newest.change } };
    const looked: Float32Array[] = [];
    const evaluate: Evaluate = (parameters) => {
      looked.push(parameters[0].values);
      return Promise.resolve({ loss: 0, gradient: [block('x', [12], new Float64Array(12))] });
    };
    await stepLbfgs({ ...last, state }, evaluate, lbfgsDefaults, quietRun);
    const from = last.parameters[0].values;
    const size = Math.hypot(...newest.step);
    newest.step.forEach((value, i) => {
      expect(Math.abs(from[i] - looked[0][i] - value)).toBeLessThan(1e-4 * size + 1e-7);
    });
  });
});

describe('a step that cannot descend', () => {
  it('is stationary at a gradient of 0', async () => {
    const problem = quadratic(4, 10);
    const there = [block('x', [4], [1, 1, 1, 1])];
    const step = await stepLbfgs(
      { parameters: there, state: startLbfgs() },
      evaluateOf(problem),
      lbfgsDefaults,
      quietRun,
    );
    expect(step).toMatchObject({ outcome: 'stationary', loss: 0, evaluations: 1, parameters: there });
  });

  it('is stuck where the gradient is wrong, leaves the parameters, and comes to an end', async () => {
    const problem = quadratic(4, 10);
    const uphill: Evaluate = (parameters) => {
      const { loss, gradient } = problem.evaluate(parameters);
      return Promise.resolve({
        loss,
        gradient: gradient.map((g) => ({ ...g, values: g.values.map((v) => -v) })),
      });
    };
    const step = await stepLbfgs(
      { parameters: problem.start, state: startLbfgs() },
      uphill,
      lbfgsDefaults,
      quietRun,
    );
    expect(step.outcome).toBe('stuck');
    expect(step.parameters).toEqual(problem.start);
    expect(step.evaluations).toBeLessThanOrEqual(1 + lbfgsDefaults.mostEvaluations);
  });

  it('is stuck where the loss is known no better than it stands', async () => {
    const flat: Evaluate = () => Promise.resolve({ loss: 1, gradient: [block('x', [4], [1e-9, 0, 0, 0])] });
    const { start } = quadratic(4, 10);
    const step = await stepLbfgs({ parameters: start, state: startLbfgs() }, flat, lbfgsDefaults, quietRun);
    expect(step).toMatchObject({ outcome: 'stuck', parameters: start });
  });

  it('ends stuck or stationary where float32 has no lower point', async () => {
    for (const problem of [rosenbrock, quadratic(10, 1000), leastSquares().problem]) {
      const { last, steps } = await descend(problem, 1000);
      expect(['stuck', 'stationary']).toContain(last.outcome);
      expect(steps).toBeLessThan(300);
    }
  });

  it('forgets pairs that lead nowhere and goes down the gradient', async () => {
    const problem = quadratic(6, 50);
    const { last } = await descend(problem, 5);
    const { known, pairs } = last.state;
    // Pairs as another loss, bent the other way, would have left them.
    const misled = { known, pairs: pairs.map((pair) => ({ ...pair, weight: -pair.weight })) };
    const step = await stepLbfgs({ ...last, state: misled }, evaluateOf(problem), lbfgsDefaults, quietRun);
    expect(step.outcome).toBe('descended');
    expect(step.loss).toBeLessThan(last.loss);
    expect(step.state.pairs.length).toBeLessThanOrEqual(1);
  });
});

describe('as a start and step pair', () => {
  it('goes on from a copy of its state as if it had never stopped', async () => {
    const problem = turnedMatrix(6, 5, 30);
    const through = await descend(problem, 20);
    const half = structuredClone((await descend(problem, 9)).last);
    let step = half;
    for (let k = 9; k < 20; k++) step = await stepLbfgs(step, evaluateOf(problem), lbfgsDefaults, quietRun);
    expect(step).toEqual(through.last);
  });

  it('leaves its arguments as they were', async () => {
    const problem = quadratic(6, 50);
    const { last } = await descend(problem, 4);
    const before = structuredClone(last);
    await stepLbfgs(last, evaluateOf(problem), lbfgsDefaults, quietRun);
    expect(last).toEqual(before);
  });

  it('obeys a cancel within 200 ms while it searches', async () => {
    const problem = turnedMatrix(24, 24, 1000);
    const signal = { aborted: false };
    let at = 0;
    setTimeout(() => {
      signal.aborted = true;
      at = performance.now();
    }, 60);
    const run = { ...quietRun, signal };
    const forever = async (): Promise<void> => {
      let standing = { parameters: problem.start, state: startLbfgs() };
      for (;;) {
        const step = await stepLbfgs(standing, evaluateOf(problem), lbfgsDefaults, run);
        standing = step.outcome === 'descended' ? step : { parameters: problem.start, state: startLbfgs() };
      }
    };
    await expect(forever()).rejects.toMatchObject({ tag: 'cancelled' });
    expect(performance.now() - at).toBeLessThan(200);
  });

  it('refuses a lost start, gradients of other shapes, settings out of range and the state of another network', async () => {
    const problem = quadratic(3, 10);
    const standing = { parameters: problem.start, state: startLbfgs() };
    const lost: Evaluate = () => Promise.resolve({ loss: NaN, gradient: problem.start });
    await expect(stepLbfgs(standing, lost, lbfgsDefaults, quietRun)).rejects.toMatchObject({ tag: 'model' });
    const other: Evaluate = () => Promise.resolve({ loss: 1, gradient: [] });
    await expect(stepLbfgs(standing, other, lbfgsDefaults, quietRun)).rejects.toMatchObject({ tag: 'usage' });
    for (const changes of [{ history: -1 }, { curvature: 1 }, { sufficient: 0.95 }, { mostEvaluations: 0 }]) {
      const settings = { ...lbfgsDefaults, ...changes };
      const step = stepLbfgs(standing, evaluateOf(problem), settings, quietRun);
      await expect(step).rejects.toMatchObject({ tag: 'usage' });
    }
    const { state } = (await descend(quadratic(5, 10), 2)).last;
    const step = stepLbfgs({ ...standing, state }, evaluateOf(problem), lbfgsDefaults, quietRun);
    await expect(step).rejects.toMatchObject({ tag: 'usage' });
  });
});
