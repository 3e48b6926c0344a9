import type { Engine } from '../compute/engine.js';
import { CoreError } from '../errors.js';
import { evolutionNames, type EvolutionName } from './evolution-problem.js';
import { inverseNames, type InverseName } from './inverse-problem.js';

/** The suites that are run here. */
export const benchmarkSuites = ['mollifier', 'optimizers'] as const;

/** One of them. */
export type BenchmarkSuite = (typeof benchmarkSuites)[number];

/** What is to be measured. */
export interface BenchmarkSpec {
  readonly suite: BenchmarkSuite;
  /** Fewer points, steps and levels of noise: to see that everything runs, not to compare. */
  readonly quick: boolean;
  readonly seed: number;
  /** Seconds that one training may take at most; the suite's own if left out. */
  readonly seconds?: number;
  /** Problems by name; all of the suite if left out. */
  readonly problems?: readonly string[];
}

/** Where it is measured: new engines on the same threads, and a clock of seconds. */
export interface BenchmarkMeans {
  readonly openEngine: () => Engine;
  readonly clock: () => number;
}

/** The names of a suite's problems. */
export const benchmarkProblems: {
  readonly mollifier: readonly InverseName[];
  readonly optimizers: readonly EvolutionName[];
} = { mollifier: inverseNames, optimizers: evolutionNames };

/** Those of a suite's problems that were asked for; throws `usage` for names it has not. */
export function chosenProblems<Name extends string>(
  known: readonly Name[],
  asked: readonly string[] | undefined,
): readonly Name[] {
  const names: readonly string[] = known;
  const unknown = asked?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length === 0 && asked?.length !== 0)
    return known.filter((name) => asked?.includes(name) ?? true);
  throw new CoreError({
    tag: 'usage',
    message: `The suite has no problem "${unknown.join('", "')}".`,
    hint: `Its problems are ${known.join(', ')}.`,
  });
}
