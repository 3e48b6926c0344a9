import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import type { Run } from '../run.js';
import { evolveSpectrally, type SpectralEquation } from './spectral-evolution.js';

/** The names of the equations that the optimisers are compared on. */
export const evolutionNames = ['wave', 'burgers', 'allen-cahn', 'kdv', 'kuramoto', 'gray-scott'] as const;

/** One of them. */
export type EvolutionName = (typeof evolutionNames)[number];

/** Where a network is asked: columns of places and times, and what it says there, a column per field. */
export interface Standpoint {
  readonly x: Variable;
  readonly t: Variable;
  readonly fields: readonly Variable[];
}

/** Solutions at equal times on equal places: time after time, field after field, place after place. */
export interface Reference {
  readonly places: Float64Array;
  readonly times: Float64Array;
  readonly values: readonly Float64Array[];
}

/** An initial value problem of one coordinate, as a network is trained on it. */
export interface EvolutionProblem {
  readonly name: EvolutionName;
  readonly title: string;
  readonly equation: string;
  /** What is known of the solution: exact, or how the reference was computed. */
  readonly reference: string;
  readonly left: number;
  readonly right: number;
  readonly duration: number;
  readonly fields: number;
  /** Period in x of what the network is given. */
  readonly period: number;
  /** Highest multiple of 2π/period and sd of the wave numbers in t (rad per unit) of the network's features. */
  readonly waves: { readonly highest: number; readonly time: number };
  /** Held at 0 at both ends by a factor sin(π(x − left)/(right − left)). */
  readonly isHeld: boolean;
  /** How strongly residuals at earlier times come first (causal weights); 0 for not. */
  readonly causality: number;
  /** The fields at time 0. */
  readonly start: (x: number) => readonly number[];
  /** The same on a tape: built into what the network says, which is only asked for the change since then. */
  readonly startOn: (tape: Tape, x: Variable) => readonly Variable[];
  /** Whether the equation is of second order in time, the fields being at rest at time 0. */
  readonly startsAtRest: boolean;
  /** Residuals, a column per equation, that are 0 for a solution. */
  readonly residuals: (tape: Tape, at: Standpoint) => Variable[];
  readonly solve: (places: number, run: Run) => Promise<Reference>;
  /** How the reference is computed; null where it is exact. */
  readonly recipe: SpectralRecipe | null;
}

/** What a problem is solved by. */
export interface SpectralRecipe {
  readonly equation: SpectralEquation;
  readonly cells: number;
  readonly steps: number;
}

/** Times at which solutions are compared. */
const snapshots = 20;

/** Equally spaced times from 0 to the end. */
export function timesTo(duration: number): Float64Array {
  return Float64Array.from({ length: snapshots + 1 }, (_, k) => (k * duration) / snapshots);
}

/** A reference by our own spectral solver, kept at every so many cells. */
export function spectralReference(
  { left, right, duration, start }: Pick<EvolutionProblem, 'left' | 'right' | 'duration' | 'start'>,
  { equation, cells, steps }: SpectralRecipe,
): EvolutionProblem['solve'] {
  return async (places, run) => {
    const period = right - left;
    const job = { left, period, cells, duration, steps, snapshots, start };
    const every = Math.max(1, Math.floor(cells / places));
    const kept = Math.floor(cells / every);
    const thinned = (values: Float64Array): Float64Array =>
      Float64Array.from(
        { length: equation.fields * kept },
        (_, i) => values[Math.floor(i / kept) * cells + (i % kept) * every],
      );
    const made = await evolveSpectrally(equation, job, run);
    return {
      places: Float64Array.from({ length: kept }, (_, i) => left + (i * every * period) / cells),
      times: timesTo(duration),
      values: made.map(thinned),
    };
  };
}

/** ∂y/∂x of a column that depends on x point by point. */
export function slopeOf(tape: Tape, y: Variable, x: Variable): Variable {
  return tape.gradients(y, [x])[0];
}
