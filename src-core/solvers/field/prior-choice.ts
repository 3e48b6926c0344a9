import type { FieldPair } from '../../kernels/no-flux-filter.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import { displacedShare } from './edge-displacement.js';
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
 * The residual is looked at on cells at most this wide (L0), so that its shortest waves are several cells long; a period
 * may end in a part of a cell, which small cells mind less.
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

/** φ_h and φ_e as both channels, the equation and a λ of a first prior tell them, and what they were made with. */
async function expectedFields(
  fields: FieldPair,
  { domain }: RateProblem,
  { frame, start }: { frame: FieldFrame; start: number },
  run: Run,
): Promise<{ expected: FieldPair; data: EquationData; best: Candidate }> {
  const data = await equationData(fields, domain, frame, run);
  const best = await candidateAt(priorSearch(data, 'rough'), start, run);
  const delta = await posteriorMean(best.scale, best.relative, frame, run);
  return { expected: await jointFields(data, domain, delta, run), data, best };
}

/**
 * The problem's data after the edge of a stack was put where the equation wants it, and the rim repaired in rounds, each
 * from the λ of the round before.
 */
export async function repairedData(
  problem: RateProblem,
  frame: FieldFrame,
  start: number,
  run: Run,
): Promise<Repaired> {
  const { domain, rim, phiH, phiE } = problem;
  let fields: FieldPair = [phiH, phiE];
  if (rim === null) return { data: await equationData(fields, domain, frame, run), fields };
  let { share } = rim;
  // Of a flat nucleus the edge is known well enough: asking the equation for it was found to gain nothing. Beside a cut
  // the equation is not known.
  if (domain.grid.shape[0] > 1 && frame.loose === null) {
    const known = await expectedFields(fields, problem, { frame, start }, run);
    run.report({ stage: 'solve', fraction: 0.07 });
    share = await displacedShare(problem, rim.share, { measured: fields, ...known }, run);
    const divided = (phi: Float64Array): Float64Array => phi.map((v, i) => (v * rim.share[i]) / share[i]);
    fields = [divided(phiH), divided(phiE)];
  }
  const measured = fields;
  for (let round = 0; round < rounds; round++) {
    run.report({ stage: 'solve', fraction: 0.15 + (0.2 * round) / rounds });
    const { expected } = await expectedFields(fields, problem, { frame, start }, run);
    fields = repairRim(measured, expected, { ...rim, share }, frame.noise);
  }
  return { data: await equationData(fields, domain, frame, run), fields };
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
