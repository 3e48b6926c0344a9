import type { Settings } from '../state/session.js';

/** The solver's settings as a part of the panel edits them. */
export interface SolverPart {
  readonly solver: Settings['job']['solver'];
  readonly change: (part: Partial<Settings['job']['solver']>, gesture: string | null) => void;
}
