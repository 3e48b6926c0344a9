import type { FieldPair } from '../../kernels/no-flux-filter.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import { dataOnFrame, equationData, type EquationData, jointFields } from './equation-data.js';
import { cellWidth, type FieldFrame, frameOnCells } from './frame.js';
import {
  type Candidate,
  candidateAt,
  type PriorSearch,
  priorSearch,
  type SearchRange,
  searchPrior,
} from './prior-search.js';
import { residualExcess } from './residual-excess.js';
import { repairRim } from './rim-repair.js';
import { posteriorMean } from './scale-view.js';
import { gridSpacings, levelSpacings } from './whitening.js';

/** Rounds of making the rim as good as the interior. */
const rounds = 3;
/** A length scale under this many cells is looked at on fine cells. */
const fewestCells = 2.5;
/**
 * The residual is looked at on cells at most this wide (L0), so that its shortest waves are several cells long; of a
 * periodic field on smaller ones, since merged cells at its seam are uneven.
 */
const judgedWidth = { nucleus: 0.21, periodic: 0.13 } as const;
/** From this inflation on the second search begins where the first began. */
const changing = 1.3;
/** Noise is taken as this many times stronger at most, whatever the residual. */
const mostInflation = 10;

/** The length scales that a prior may have, from what the image resolves, and its fields are good for, to a fifth of its extent. */
export function searchRange({ domain, length, finest }: RateProblem): SearchRange {
  const spacings = gridSpacings(domain.grid, length);
  const spacing = spacings.length === 0 ? 1 : Math.min(...spacings);
  const extent = domain.grid.shape.reduce(
    (most, n, axis) => Math.max(most, (n * domain.grid.spacing[axis]) / length),
    0,
  );
  const shortest = Math.max(4 * spacing, finest / length);
  const longest = Math.max(shortest, extent / 5);
  return { shortest, longest, start: Math.min(Math.max(1.2, 6 * spacing), longest) };
}

/** Both channels with their rim made as good as the rest, and the equation's data made of them. */
export interface Repaired {
  readonly data: EquationData;
  readonly fields: FieldPair;
}

/** The problem's data after the rim was repaired in rounds, each from the λ of the round before. */
export async function repairedData(
  { domain, rim, phiH, phiE }: RateProblem,
  frame: FieldFrame,
  start: number,
  run: Run,
): Promise<Repaired> {
  const measured: FieldPair = [phiH, phiE];
  let fields = measured;
  let data = await equationData(fields, domain, frame, run);
  for (let round = 0; rim !== null && round < rounds; round++) {
    run.report({ stage: 'solve', fraction: (0.35 * round) / rounds });
    const { scale, relative } = await candidateAt(priorSearch(data, 'rough'), start, run);
    const delta = await posteriorMean(scale, relative, frame, run);
    const joint = await jointFields(data, domain, delta, run);
    fields = repairRim(measured, joint, rim, frame.noise);
    data = await equationData(fields, domain, frame, run);
  }
  return { data, fields };
}

/** The prior of most evidence, the data that it was chosen on, and all that were tried. */
export interface Chosen extends Repaired {
  readonly search: PriorSearch;
  readonly best: Candidate;
}

/** Whether λ changes over so few cells of the data's level that it has to be solved on finer ones. */
function wantsFineCells(length: number, { level }: FieldFrame): boolean {
  return length < fewestCells * Math.max(0, ...levelSpacings(level));
}

/**
 * The prior of most evidence in two rounds: the residual of the first tells how much stronger than measured the noise
 * has to be taken for the equation to hold, and the second chooses with that. The search begins on coarse cells, and is
 * done again on fine ones where it ends at a length scale of few cells; evidence is compared on the same cells only.
 */
export async function choosePrior(
  problem: RateProblem,
  { data, fields }: Repaired,
  fixed: number | null,
  run: Run,
): Promise<Chosen> {
  const range = searchRange(problem);
  const choose = (search: PriorSearch, start: number): Promise<Candidate> =>
    fixed === null ? searchPrior(search, { ...range, start }, run) : candidateAt(search, fixed, run);
  let first = priorSearch(data, 'final');
  let best = await choose(first, range.start);
  const fine = await frameOnCells(data.frame, cellWidth.fine, run);
  if (fine !== data.frame && wantsFineCells(best.scale.length, data.frame)) {
    first = priorSearch(dataOnFrame(data, fine), 'final');
    best = await choose(first, best.scale.length);
  }
  const { frame, smoothE } = first.data;
  const delta = await posteriorMean(best.scale, best.relative, frame, run);
  const widest = problem.domain.isPeriodic === true ? judgedWidth.periodic : judgedWidth.nucleus;
  // Free rows on finer cells would be too many.
  const judged = frame.loose === null ? await frameOnCells(frame, widest, run) : fine;
  const excess = await residualExcess(problem, { fields, delta, smoothE, frame: judged }, run);
  const inflation = Math.min(mostInflation, Math.sqrt(Math.max(1, ...excess)));
  const search = { ...first, inflation };
  // A noise that is much stronger may make another top the highest.
  const again = inflation > changing ? range.start : best.scale.length;
  return { search, best: await choose(search, again), data: first.data, fields };
}
