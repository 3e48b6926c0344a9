import { CoreError } from '../errors.js';
import type { JobSpec } from '../job.js';
import type { RateSolution } from '../solvers/solver.js';

/** Throws `usage` where the job's solver cannot solve its equation, before any file is read. */
export function requireSolver({ solver, model }: JobSpec): void {
  if (solver.name !== 'field' || model.equation === 'flux-balance') return;
  throw new CoreError({
    tag: 'usage',
    message:
      'The solver "field" solves the flux balance only, and the job asks for the phase-field equation.',
    hint: 'Use the solver "direct" for the phase-field equation, or keep "field" with the flux balance.',
    remedies: [
      { setting: 'solver.name', value: 'direct' },
      { setting: 'model.equation', value: 'flux-balance' },
    ],
  });
}

/** Where the width of the mollifier came from. */
export function widthOrigin({ risks }: RateSolution, { solver }: JobSpec): 'user' | 'data' | 'default' {
  if (solver.mollifierNm !== null) return 'user';
  return risks.length > 0 ? 'data' : 'default';
}

/** What the job sets that its solver does not use, in sentences for users. */
export function unusedSettings({ solver }: JobSpec): string[] {
  const unused = (what: string, nm: number): string =>
    `The ${what} of ${nm} nm was given, and the solver "${solver.name}" does not use it.`;
  const isField = solver.name === 'field';
  return [
    ...(isField && solver.mollifierNm !== null ? [unused('mollifier width', solver.mollifierNm)] : []),
    ...(!isField && solver.lengthScaleNm !== null ? [unused('length scale', solver.lengthScaleNm)] : []),
  ];
}
