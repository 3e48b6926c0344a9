import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src-core/compute/engine.js';
import { plainEngine } from '../../src-core/compute/plain-engine.js';
import { makeGrid } from '../../src-core/data/grid.js';
import { noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun, type TrainingNews } from '../../src-core/run.js';
import type { NetworkChoice } from '../../src-core/solvers/network/network-choice.js';
import { solveNetwork } from '../../src-core/solvers/network/network.js';
import type { TrainingRun } from '../../src-core/solvers/network/training-run.js';
import type { TrainingState } from '../../src-core/solvers/network/training-state.js';
import type { RateProblem } from '../../src-core/solvers/solver.js';

const n = 64;
const mask = Uint8Array.from({ length: n * n }, (_, i) =>
  Math.hypot(((i % n) - 31.5) / 29, (Math.floor(i / n) - 31.5) / 25) < 1 ? 1 : 0,
);
const domain = noFluxDomain(makeGrid([1, n, n], [20, 20, 20]), mask, 150);
const parameters = { a: 1, wellHeight: 1.2, phiMax: 0.8, kappa: 0.012 };

type Plane = (y: number, x: number) => number;

/** ∇² of a function of the place (in L0), by differences so fine that the rest is rounding. */
function laplacian(f: Plane): Plane {
  const h = 0.02;
  return (y, x) => (f(y + h, x) + f(y - h, x) + f(y, x + h) + f(y, x - h) - 4 * f(y, x)) / (h * h);
}

/** φ_e in rings, level at the edge of the nucleus, so that nothing flows through it. */
const ringed: Plane = (y, x) =>
  0.18 + 0.04 * Math.cos(Math.PI * Math.hypot((7.5 * x) / 29, (7.5 * y) / 25) ** 2);

/** A steady nucleus whose λ falls from left to right. */
function nucleus(noise: number): RateProblem & { truth: Float64Array } {
  const stream = randomStream(8);
  const draw = (): Float64Array => Float64Array.from({ length: domain.count }, () => noise * stream.normal());
  const inside = (f: Plane): Float64Array =>
    Float64Array.from(domain.voxel, (at) => f((Math.floor(at / n) - 31.5) / 7.5, ((at % n) - 31.5) / 7.5));
  const rate: Plane = (_, x) => 1.4 - 0.15 * x;
  const first = laplacian(ringed);
  const second = laplacian(first);
  const add = (u: Float64Array, v: Float64Array): Float64Array => u.map((value, i) => value + v[i]);
  const phiH = inside((y, x) => rate(y, x) * ringed(y, x) - first(y, x) + parameters.kappa * second(y, x));
  return {
    ...{
      domain,
      parameters,
      truth: inside(rate),
      length: 150,
      finest: 0,
      rim: null,
      equation: 'flux-balance',
    },
    phiH: add(phiH, draw()),
    phiE: add(inside(ringed), draw()),
    noiseH: draw(),
    noiseE: draw(),
  };
}

const choice: NetworkChoice = {
  ...{ family: 'poly8', mollifierWidth: null, architecture: 'mlp', width: 16, depth: 2, waves: null },
  ...{ under: 'grid', derivatives: 'mollifier', rateFrom: 'network', optimizer: 'adam', learningRate: null },
  ...{ steps: 60, patience: 0, warmStart: false, points: 1024, seed: 4 },
};

const problem = nucleus(0.004);

const error = (rate: Float64Array): number => {
  const inside = domain.voxel.map((at) =>
    Math.hypot(((at % n) - 31.5) / 29, (Math.floor(at / n) - 31.5) / 25) < 0.8 ? 1 : 0,
  );
  let [off, all] = [0, 0];
  rate.forEach((v, i) => {
    off += inside[i] * (v - problem.truth[i]) ** 2;
    all += inside[i] * problem.truth[i] ** 2;
  });
  return Math.sqrt(off / all);
};

/** Runs a training and keeps what it told. */
async function trained(change: Partial<NetworkChoice>, run: Partial<TrainingRun> = {}) {
  const news: TrainingNews[] = [];
  const heard: TrainingRun = {
    ...quietRun,
    ...run,
    report: ({ training }) => {
      if (training !== undefined) news.push(training);
    },
  };
  const solution = await solveNetwork(problem, { ...choice, ...change }, heard);
  const { training } = solution;
  if (training === undefined) throw new Error('It did not say how it was trained.');
  return { solution, training, news };
}

const total = ({ losses }: TrainingNews): number => losses.reduce((sum, { value }) => sum + value, 0);

describe('solver network', () => {
  it('finds λ better than a constant, and the error on held-out cells comes down', async () => {
    const mean = problem.truth.reduce((sum, v) => sum + v, 0) / problem.truth.length;
    const { solution, training, news } = await trained({ steps: 400 });
    expect(error(solution.rate)).toBeLessThan(0.4 * error(problem.truth.map(() => mean)));
    expect(training.heldOut).toBeLessThan(0.01 * news[0].heldOut);
    expect(news[0].losses.map(({ name }) => name)).toEqual(['euchromatin', 'heterochromatin', 'rim']);
    expect(training).toMatchObject({ stopped: 'steps', steps: 400, derivatives: 'mollifier' });
  }, 60_000);

  it('gives the same λ again, and leaves the problem as it was', async () => {
    const before = Float64Array.from(problem.phiE);
    const [first, second] = [await trained({ steps: 15 }), await trained({ steps: 15 })];
    expect(second.solution.rate).toEqual(first.solution.rate);
    expect(problem.phiE).toEqual(before);
  });

  it.each([
    { architecture: 'piratenet' },
    { architecture: 'pinnsformer', width: 8 },
    { optimizer: 'soap' },
    { optimizer: 'lbfgs' },
    { under: 'network' },
    { under: 'network', derivatives: 'autodiff', width: 8, depth: 1, points: 100 },
    { rateFrom: 'pointwise' },
    { warmStart: true },
  ] as const)(
    'trains with %o',
    async (change) => {
      const { solution, news } = await trained({ ...change, steps: 12 });
      expect(total(news[news.length - 1])).toBeLessThan(total(news[0]));
      expect(solution.rate.every((v) => Number.isFinite(v))).toBe(true);
    },
    60_000,
  );

  it('trains both channels with the equation between them for the phase-field form', async () => {
    const phase: RateProblem = { ...problem, equation: 'phase-field' };
    const names = new Set<string>();
    const solution = await solveNetwork(
      phase,
      { ...choice, steps: 12 },
      { ...quietRun, report: ({ training }) => training?.losses.forEach(({ name }) => names.add(name)) },
    );
    expect([...names]).toEqual(['euchromatin', 'heterochromatin', 'equation', 'rim']);
    expect(solution.rate.every((v) => Number.isFinite(v))).toBe(true);
  });

  it('logs the alignment of gradients between parts and between steps', async () => {
    const { news } = await trained({ steps: 12 });
    expect(news[0].within).toBeGreaterThanOrEqual(-1);
    expect(news[1].within).toBeNull();
    expect(Math.abs(news[5].between ?? NaN)).toBeLessThanOrEqual(1);
    expect(news[0].preview?.shape).toEqual([25, 29]);
  });

  it('goes on from a checkpoint to the same bytes as without a break', async () => {
    const states: TrainingState[] = [];
    const keeping = {
      isResuming: false,
      resume: () => null,
      save: (state: TrainingState) => states.push(state),
    };
    const whole = await trained({ steps: 40 }, { checkpoints: keeping });
    expect(states[0].step).toBe(20);
    const resuming = { isResuming: true, resume: () => structuredClone(states[0]), save: () => undefined };
    const resumed = await trained({ steps: 40 }, { checkpoints: resuming });
    expect(resumed.news[0].step).toBe(21);
    expect(resumed.solution.rate).toEqual(whole.solution.rate);
    await expect(trained({ steps: 40, width: 8 }, { checkpoints: resuming })).rejects.toMatchObject({
      tag: 'usage',
      hint: expect.stringContaining('start again') as string,
    });
  });

  it('is cancelled, or ended with what it has', async () => {
    const signal = { aborted: false };
    const cancelled = solveNetwork(problem, choice, {
      signal,
      report: ({ training }) => {
        if (training?.step === 3) signal.aborted = true;
      },
    });
    await expect(cancelled).rejects.toMatchObject({ tag: 'cancelled' });
    const enough = { aborted: false };
    const ended = await solveNetwork(problem, choice, {
      ...quietRun,
      enough,
      report: ({ training }) => {
        if (training?.step === 3) enough.aborted = true;
      },
    });
    expect(ended.training).toMatchObject({ stopped: 'user', steps: 3 });
  });

  it('ends early where the held-out error falls no more', async () => {
    const { training } = await trained({ steps: 2000, patience: 3, learningRate: 0.3 });
    expect(training.stopped).toBe('held-out');
    expect(training.steps).toBe(training.bestStep + 4);
  }, 60_000);

  it('falls back from a step that ran away, and says so where that does not help', async () => {
    await expect(trained({ learningRate: 1e30, steps: 100 })).rejects.toMatchObject({
      tag: 'model',
      message: expect.stringMatching(/ran away 4 times/) as string,
      hint: expect.stringContaining('lower learning rate') as string,
    });
  });

  it('does without an engine that is lost on the way', async () => {
    let calls = 0;
    const failing = (): Engine => {
      const engine = plainEngine();
      return {
        ...engine,
        correlate: (...args) => {
          if (calls++ === 5) throw new Error('The device was lost.');
          return engine.correlate(...args);
        },
      };
    };
    const { solution, training } = await trained({ steps: 15 }, { engine: failing });
    expect(training.lostEngine).toBe(true);
    expect(solution.rate).toEqual((await trained({ steps: 15 })).solution.rate);
  });

  it.each([
    [{ width: 0 }, /0 wide/, /1 to/],
    [{ mollifierWidth: 200 }, /200 nm.*nucleus is/, /at most/],
    [{ derivatives: 'autodiff' }, /free grid/, /network under/],
    [{ rateFrom: 'pointwise', warmStart: true }, /point by point/, /leave the warm start out/],
  ] as const)('refuses %o', async (change, message, hint) => {
    await expect(trained({ steps: 3, ...change })).rejects.toMatchObject({
      tag: 'usage',
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  });

  it.each([
    [5, /too small.*at least/],
    [900, /too large.*at most/],
  ])('refuses a mollifier of %d nm with what would do', async (mollifierWidth, message) => {
    await expect(trained({ steps: 3, mollifierWidth })).rejects.toMatchObject({
      tag: 'usage',
      message: expect.stringMatching(message) as string,
    });
  });
});
