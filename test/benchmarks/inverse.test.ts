import { describe, expect, it } from 'vitest';
import { chosenProblems } from '../../src-core/benchmarks/benchmark-spec.js';
import { inverseData } from '../../src-core/benchmarks/inverse-data.js';
import { derivativeKinds, inverseLayer, inverseLoss } from '../../src-core/benchmarks/inverse-loss.js';
import {
  inverseNames,
  inverseProblems,
  type InverseOperator,
} from '../../src-core/benchmarks/inverse-problem.js';
import { type InverseSettings, trainInverse } from '../../src-core/benchmarks/inverse-training.js';
import { plainEngine } from '../../src-core/compute/plain-engine.js';
import { startTape } from '../../src-core/compute/tape.js';
import { startNetwork } from '../../src-core/networks/network.js';
import { quietRun } from '../../src-core/run.js';

const engine = plainEngine();

/** Central differences of the first field at a place. */
const differences: { readonly [K in InverseOperator]: (f: (x: number, y: number) => number) => number } = {
  slope: (f) => (f(1e-4, 0) - f(-1e-4, 0)) / 2e-4,
  laplacian: (f) => (f(1e-3, 0) + f(-1e-3, 0) + f(0, 1e-3) + f(0, -1e-3) - 4 * f(0, 0)) / 1e-6,
  bilaplacian: (f) => {
    const h = 0.02;
    const ring = f(h, 0) + f(-h, 0) + f(0, h) + f(0, -h);
    const corners = f(h, h) + f(h, -h) + f(-h, h) + f(-h, -h);
    const far = f(2 * h, 0) + f(-2 * h, 0) + f(0, 2 * h) + f(0, -2 * h);
    return (20 * f(0, 0) - 8 * ring + 2 * corners + far) / h ** 4;
  },
};

describe('the problems with an unknown rate', () => {
  it.each(inverseNames)('%s: its truth solves its equation, and no other rate does', (name) => {
    const problem = inverseProblems[name];
    for (const share of [0.2, 0.55, 0.9]) {
      const place = [share * problem.side, problem.dimensions === 1 ? 0 : 0.4 * problem.side] as const;
      const { fields, rate, known } = problem.truth(place);
      const around = (x: number, y: number): number => problem.truth([place[0] + x, place[1] + y]).fields[0];
      const tape = startTape(engine);
      const one = (value: number) => tape.constant(Float32Array.of(value), 1, 1);
      const derivatives = Object.fromEntries(
        problem.operators.map((operator) => [operator, one(differences[operator](around))]),
      );
      const residualAt = (lambda: number): number => {
        const terms = { fields: fields.map(one), derivatives, rate: one(lambda), known: one(known) };
        return Math.abs(engine.read(problem.residual(tape, terms).tensor)[0]);
      };
      expect(residualAt(rate)).toBeLessThan(1e-3);
      expect(residualAt(1.2 * rate)).toBeGreaterThan(0.02);
    }
  });

  it('have noise of the sd that was asked for, over the root mean square', () => {
    const problem = inverseProblems.chromatin;
    const [clean, noisy] = [0, 0.1].map((noise) => inverseData(problem, 48, noise, 7));
    clean.fields.forEach((field, k) => {
      const size = Math.sqrt(field.reduce((sum, value) => sum + value * value, 0) / field.length);
      const off = Math.sqrt(
        field.reduce((sum, value, i) => sum + (noisy.fields[k][i] - value) ** 2, 0) / field.length,
      );
      expect(off / size).toBeCloseTo(0.1, 2);
    });
  });
});

describe('both kinds of derivatives', () => {
  it.each(inverseNames)('%s: come to the same loss and gradient as the mollifiers get narrow', (name) => {
    const problem = inverseProblems[name];
    const network = startNetwork({
      ...{ architecture: 'mlp', inputs: problem.dimensions, outputs: name === 'chromatin' ? 3 : 2 },
      ...{ width: 10, depth: 2, waves: null, seed: 2 },
    });
    const apart = (voxels: number): number => {
      const data = inverseData(problem, voxels, 0, 1);
      const [auto, mollifier] = [null, inverseLayer(problem, data)].map((layer) =>
        inverseLoss({ engine, problem, data, network, layer }, network.parameters),
      );
      const flat = (of: typeof auto): number[] => of.gradient.flatMap(({ values }) => [...values]);
      const [a, b] = [flat(auto), flat(mollifier)];
      const length = Math.hypot(...a);
      expect(mollifier.rate.length).toBe(auto.rate.length);
      return Math.hypot(...a.map((value, i) => value - b[i])) / length;
    };
    const [wide, narrow] = [apart(16), apart(32)];
    expect(narrow).toBeLessThan(0.5 * wide);
    expect(narrow).toBeLessThan(0.1);
  });
});

describe('a training for a rate', () => {
  const settings: InverseSettings = {
    ...{ voxels: { 1: 64, 2: 12 }, width: 12, depth: 2, steps: 120, mostSeconds: 1e9 },
    ...{ optimizer: 'soap', learningRate: 1e-2, seed: 1 },
  };
  const clock = (): number => performance.now() / 1000;
  const langevin = { problem: inverseProblems.langevin, architecture: 'mlp', noise: 0.02 } as const;

  it.each(derivativeKinds)('finds λ of the Langevin equation by %s', async (derivatives) => {
    const found = await trainInverse(
      { ...langevin, derivatives },
      settings,
      { engine: plainEngine(), clock },
      quietRun,
    );
    expect(found).toMatchObject({ outcome: 'done', steps: 120, note: '' });
    expect(found.correlation).toBeGreaterThan(0.8);
    expect(found.peakBytes).toBeGreaterThan(1000);
    expect(found.trace).toHaveLength(120);
    expect(found.trace[119].dataLoss).toBeLessThan(0.2 * found.trace[0].dataLoss);
  });

  it('says that it diverged, ran out of memory or of time', async () => {
    const one = { ...langevin, derivatives: 'autodiff' } as const;
    const means = { engine: plainEngine(), clock };
    const wild = await trainInverse(
      one,
      { ...settings, optimizer: 'adam', learningRate: 1e38 },
      means,
      quietRun,
    );
    expect(wild.outcome).toBe('diverged');
    expect(wild.note).toMatch(/not a finite number/);
    const late = await trainInverse(one, { ...settings, mostSeconds: 0 }, means, quietRun);
    expect(late).toMatchObject({ outcome: 'time', steps: 1 });
  });
});

describe('the problems that are asked for', () => {
  it('are those of the suite, in its order, and no others', () => {
    expect(chosenProblems(inverseNames, undefined)).toEqual(inverseNames);
    expect(chosenProblems(inverseNames, ['heat', 'langevin'])).toEqual(['langevin', 'heat']);
    expect(() => chosenProblems(inverseNames, ['heat', 'ising'])).toThrow(/no problem "ising"/);
  });
});
