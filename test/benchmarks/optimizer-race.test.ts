import { describe, expect, it } from 'vitest';
import { optimizerNames } from '../../src-core/benchmarks/descent.js';
import { evolutionProblems } from '../../src-core/benchmarks/evolution-equations.js';
import { type RaceSettings, runRace } from '../../src-core/benchmarks/optimizer-race.js';
import { plainEngine } from '../../src-core/compute/plain-engine.js';
import { quietRun } from '../../src-core/run.js';

const problem = evolutionProblems['allen-cahn'];
const settings: RaceSettings = {
  sizes: { features: 12, width: 12, depth: 2 },
  ...{ points: 64, places: 32, seconds: 1e9, mostGradients: 40, every: 20, learningRate: 3e-3, seed: 3 },
};

/** A clock that goes on by a second at every look. */
function countingClock(): () => number {
  let looks = 0;
  return () => looks++;
}

describe('a race', () => {
  it.each(optimizerNames)('of %s descends, and is the same again', async (optimizer) => {
    const reference = await problem.solve(32, quietRun);
    const race = () =>
      runRace(
        { engine: plainEngine(), problem, reference, clock: countingClock() },
        optimizer,
        settings,
        quietRun,
      );
    const [first, again] = [await race(), await race()];
    expect(again).toEqual(first);
    expect(first.outcome).toBe('done');
    const [start, ...rest] = first.points;
    const last = rest[rest.length - 1];
    expect(last.gradients).toBeGreaterThanOrEqual(40);
    expect(last.error).toBeLessThan(start.error);
    for (const { within, between } of rest) {
      expect(Math.abs(within)).toBeLessThanOrEqual(1);
      expect(Math.abs(between)).toBeLessThanOrEqual(1);
    }
  });

  it('that diverges ends there and says so', async () => {
    const reference = await problem.solve(32, quietRun);
    const entry = { engine: plainEngine(), problem, reference, clock: countingClock() };
    const race = await runRace(entry, 'adam', { ...settings, learningRate: 1e38 }, quietRun);
    expect(race.outcome).toBe('diverged');
    expect(race.note).toMatch(/^after \d+ gradients: The optimisation diverged/);
    expect(race.points[0].error).toBeGreaterThan(0);
  });

  it('ends when its time is over, and hears a cancel', async () => {
    const reference = await problem.solve(32, quietRun);
    const entry = { engine: plainEngine(), problem, reference, clock: countingClock() };
    const race = await runRace(entry, 'soap', { ...settings, seconds: 12, mostGradients: 1e6 }, quietRun);
    expect(race.points.at(-1)?.gradients).toBeLessThan(30);
    const run = { ...quietRun, signal: { aborted: true } };
    await expect(runRace(entry, 'soap', settings, run)).rejects.toMatchObject({ tag: 'cancelled' });
  });
});
