import { describe, expect, it } from 'vitest';
import { evolutionProblems } from '../../src-core/benchmarks/evolution-equations.js';
import {
  evolutionNames,
  type EvolutionProblem,
  type Standpoint,
} from '../../src-core/benchmarks/evolution-problem.js';
import { evolveSpectrally } from '../../src-core/benchmarks/spectral-evolution.js';
import { plainEngine } from '../../src-core/compute/plain-engine.js';
import { startTape, type Tape } from '../../src-core/compute/tape.js';
import type { Variable } from '../../src-core/compute/variable.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';

const engine = plainEngine();

/** Columns of random places and times. */
function somewhere(
  tape: Tape,
  { left, right, duration }: EvolutionProblem,
  count: number,
): Omit<Standpoint, 'fields'> {
  const stream = randomStream(5);
  const draw = (from: number, to: number): Variable =>
    tape.constant(
      Float32Array.from({ length: count }, () => from + (to - from) * stream.uniform()),
      count,
      1,
    );
  return { x: draw(left, right), t: draw(0, duration) };
}

const largest = (variable: Variable): number => Math.max(...engine.read(variable.tensor).map(Math.abs));

describe('the wave equation', () => {
  const problem = evolutionProblems.wave;

  function residualOf(waveOfTime: number): number {
    const tape = startTape(engine);
    const at = somewhere(tape, problem, 40);
    const part = (scale: number, inX: number, inT: number): Variable => {
      const space = tape.unary('sine', tape.affine(at.x, inX * Math.PI));
      const time = tape.unary('cosine', tape.affine(at.t, inT * Math.PI));
      return tape.affine(tape.binary('times', space, time), scale);
    };
    const u = tape.binary('add', part(1, 1, waveOfTime), part(0.5, 4, 8));
    return largest(problem.residuals(tape, { ...at, fields: [u] })[0]);
  }

  it('has no residual at its exact solution, and one beside it', () => {
    expect(residualOf(2)).toBeLessThan(1e-4);
    expect(residualOf(2.1)).toBeGreaterThan(1e-2);
  });

  it('is compared with that solution', async () => {
    const { places, times, values } = await problem.solve(11, quietRun);
    expect([...places].at(-1)).toBe(1);
    expect(times[5]).toBeCloseTo(0.25, 12);
    expect(values[5][4]).toBeCloseTo(0.5 * Math.sin(1.6 * Math.PI), 12);
  });
});

/** A solution around one time as a trigonometric polynomial in x and a parabola in t, on a tape. */
function interpolated(
  tape: Tape,
  { left, right }: EvolutionProblem,
  around: { snapshots: readonly Float64Array[]; cells: number; time: number; step: number },
  at: Omit<Standpoint, 'fields'>,
): Variable[] {
  const { snapshots, cells, time, step } = around;
  const modes = 48;
  const waves = Float32Array.from(
    { length: 2 * modes },
    (_, k) => ((k % modes) * 2 * Math.PI) / (right - left),
  );
  const phase = Float32Array.from({ length: 2 * modes }, (_, k) => (k < modes ? Math.PI / 2 : 0));
  const row = (values: Float32Array): Variable => tape.constant(values, 1, values.length);
  const angles = tape.dense(tape.affine(at.x, 1, -left), { weights: row(waves), bias: row(phase) }, false);
  const harmonics = tape.unary('sine', angles);
  const coefficient = (snapshot: Float64Array, field: number, k: number): number => {
    const [mode, isSine] = [k % modes, k >= modes];
    let sum = 0;
    for (let i = 0; i < cells; i++) {
      const angle = (2 * Math.PI * mode * i) / cells;
      sum += snapshot[field * cells + i] * (isSine ? Math.sin(angle) : Math.cos(angle));
    }
    return ((mode === 0 ? 1 : 2) * sum) / cells;
  };
  const since = tape.affine(at.t, 1 / step, -time / step);
  const square = tape.binary('times', since, since);
  return Array.from({ length: snapshots[0].length / cells }, (_, field) => {
    const [a, b, c] = snapshots.map((snapshot) =>
      Float64Array.from({ length: 2 * modes }, (__, k) => coefficient(snapshot, field, k)),
    );
    const through = (of: (k: number) => number): Variable =>
      tape.multiply(
        harmonics,
        tape.constant(
          Float32Array.from({ length: 2 * modes }, (__, k) => of(k)),
          2 * modes,
          1,
        ),
      );
    const linear = tape.binary(
      'times',
      through((k) => (c[k] - a[k]) / 2),
      since,
    );
    const bent = tape.binary(
      'times',
      through((k) => (a[k] + c[k]) / 2 - b[k]),
      square,
    );
    return tape.binary(
      'add',
      tape.binary(
        'add',
        through((k) => b[k]),
        linear,
      ),
      bent,
    );
  });
}

describe('the problems that are solved by ourselves', () => {
  const solved = evolutionNames.filter((name) => evolutionProblems[name].recipe !== null);

  it.each(solved)('%s: the reference solves the equation that the network is trained on', async (name) => {
    const problem = evolutionProblems[name];
    if (problem.recipe === null) throw new Error('no recipe');
    const { equation } = problem.recipe;
    const [cells, share] = [256, 0.1];
    const duration = 2 * share * problem.duration;
    const { left, right, start } = problem;
    const snapshots = 400;
    const job = { left, period: right - left, cells, duration, steps: 800, snapshots, start };
    const made = await evolveSpectrally(equation, job, quietRun);
    const tape = startTape(engine);
    const time = duration / 2;
    const { x } = somewhere(tape, problem, 24);
    const t = tape.constant(new Float32Array(24).fill(time), 24, 1);
    const around = { snapshots: made.slice(199, 202), cells, time, step: duration / snapshots };
    const fields = interpolated(tape, problem, around, { x, t });
    const residuals = problem.residuals(tape, { x, t, fields });
    const still = problem.residuals(tape, { x, t, fields: fields.map((field) => tape.affine(field, 1.05)) });
    residuals.forEach((residual, k) => {
      expect(largest(residual)).toBeLessThan(0.1 * largest(still[k]));
    });
  });

  it.each(evolutionNames)('%s begins on the tape as it does in the reference', (name) => {
    const problem = evolutionProblems[name];
    const tape = startTape(engine);
    const { x } = somewhere(tape, problem, 30);
    const begin = problem.startOn(tape, x).map(({ tensor }) => engine.read(tensor));
    engine.read(x.tensor).forEach((at, i) => {
      problem.start(at).forEach((value, field) => {
        expect(begin[field][i]).toBeCloseTo(value, 5);
      });
    });
  });
});
