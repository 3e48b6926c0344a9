import { CoreError } from '../../errors.js';
import type { Run } from '../../run.js';
import { interiorVoxels } from '../interior.js';
import { identifiableVoxels, judgeResidual, mollifyProblem } from '../judgement.js';
import { noFluxMollifier } from '../no-flux-mollifier.js';
import type { ChannelShift, ChosenPrior, PriorEvidence, RateProblem, RateSolution } from '../solver.js';
import type { MollifierFamily } from '../../kernels/mollifier-family.js';
import { isDisplaced, shiftOf } from './channel-shift.js';
import { jointEuchromatin } from './equation-data.js';
import { type EdgeSolution, preferredEdges } from './edge-solution.js';
import { cellWidth, fieldFrame, type FieldFrame, frameOnCells, onVoxels, restrictTo } from './frame.js';
import { type DrawnPosterior, drawnVariance } from './posterior-draws.js';
import { guidedSd, posteriorSpread, type PosteriorSpread, scaleDoubt } from './posterior-spread.js';
import { type Chosen, choosePrior, type Repaired, repairedData, searchRange } from './prior-choice.js';
import { candidateAt } from './prior-search.js';
import { posteriorMean, priorAtScale, type ScaleView, thoroughView } from './scale-view.js';

/** What a user may fix; null is chosen by evidence. */
export interface FieldChoice {
  readonly family: MollifierFamily;
  /** Length scale of the prior, nm. */
  readonly lengthScale: number | null;
}

/** The residual is judged after mollifiers of this and half this rms width, in L0. */
const judgedWidth = 0.6;
/** λ is not identifiable where its sd exceeds half of what the prior, or a prior of this share of λ₀, would leave. */
const leastPrior = 0.25;

function requireFluxBalance({ equation }: RateProblem): void {
  if (equation === 'flux-balance') return;
  throw new CoreError({
    tag: 'usage',
    message:
      'The field solver works with the flux-balance equation, and the job asks for the phase-field form.',
    hint: 'Choose the flux-balance equation, or the solver direct for the phase-field form.',
  });
}

/** λ − λ₀ as found, φ_e, and the view it was found from. */
interface Solved {
  readonly scale: ScaleView;
  readonly delta: Float64Array;
  readonly phiE: Float64Array;
}

/** The chosen prior solved once more with φ_e as both channels and the first λ tell it. */
async function secondPass(problem: RateProblem, { data, best }: Chosen, run: Run): Promise<Solved> {
  const { frame } = data;
  const { scale, relative } = best;
  const first = await posteriorMean(scale, relative, frame, run);
  const phiE = await jointEuchromatin(data, problem.domain, first, run);
  const known = { ...data, phiE: restrictTo(phiE, frame) };
  const second = await thoroughView(known, scale, run);
  const delta = await posteriorMean(second, relative, frame, run);
  return { scale: second, delta, phiE };
}

/** Draws of the posterior that its sd rests on. */
const draws = { count: 24, seed: 13 } as const;
/** They are made on cells of which a length scale has at least this many. */
const fewestDrawn = 1.4;
/** λ is looked at under a length scale shorter by this, to see what the chosen one may hide. */
const shorterBy = 1.5;

/** 1 at voxels where the equation tells of λ, 0 where its rows are free; null where none are. */
function judgedVoxels(frame: FieldFrame): Float64Array | null {
  const { loose, level } = frame;
  if (loose === null) return null;
  const share = new Float64Array(level.count).fill(1);
  for (const cell of loose.cells) share[cell] = 0;
  return onVoxels(share, frame);
}

/** Spread of the posterior by the local formula, the noise as strong as measured. */
function localSpread(
  { domain, length }: RateProblem,
  { best: { relative }, data }: Chosen,
  { scale, phiE }: Pick<Solved, 'scale' | 'phiE'>,
  run: Run,
): Promise<PosteriorSpread> {
  const judged = judgedVoxels(data.frame);
  const signal = judged === null ? phiE : phiE.map((v, i) => v * judged[i]);
  return posteriorSpread(signal, domain, { modes: scale.modes, sd: relative, length }, run);
}

/** The posterior on cells that its draws are smooth enough for. */
async function roughPosterior({ best, data }: Chosen, { phiE }: Solved, run: Run): Promise<DrawnPosterior> {
  const { length } = best.scale;
  const widest = Math.min(cellWidth.rough, Math.max(cellWidth.fine, length / fewestDrawn));
  const frame = await frameOnCells(data.frame, widest, run);
  const design = { frame, phiE: restrictTo(phiE, frame) };
  return { data: design, scale: priorAtScale(frame, length), relative: best.relative };
}

/** Posterior sd of λ, with the noise as strong as the residual wants it, and what a shorter length scale would add. */
async function rateSd(
  problem: RateProblem,
  chosen: Chosen,
  { solved, local }: { solved: Solved; local: Float64Array },
  run: Run,
): Promise<Float64Array> {
  const { domain, length } = problem;
  const { search, data } = chosen;
  const { scale, delta, phiE } = solved;
  // Among views of its own: it is no candidate for the prior.
  const beside = { ...search, views: new Map(search.views) };
  const shorter = await candidateAt(beside, scale.length / shorterBy, run);
  const other = await posteriorMean(shorter.scale, shorter.relative, data.frame, run);
  const seen = { scale: shorter.scale, phiE };
  const { sd: otherSd } = await localSpread(problem, { ...chosen, best: shorter }, seen, run);
  const inflated = (values: Float64Array): Float64Array => values.map((v) => search.inflation * v);
  const reach = 0.5 * length * scale.length;
  const sds = [inflated(local), inflated(otherSd)] as const;
  const doubt = await scaleDoubt([delta, other], sds, [domain, reach], run);
  const drawn = await drawnVariance(await roughPosterior(chosen, solved, run), draws, run);
  const guided = inflated(await guidedSd([local, drawn], domain, length, run));
  return guided.map((v, i) => Math.sqrt(v * v + doubt[i]));
}

async function chosenPrior(
  { search, best }: Chosen,
  length: number,
  from: 'user' | 'data',
  run: Run,
): Promise<ChosenPrior> {
  const candidates: PriorEvidence[] = [];
  const lengths = [...search.views.values()].map((view) => view.scale.length);
  for (const each of lengths.sort((p, q) => p - q)) {
    const { scale, sd, logEvidence } = await candidateAt(search, each, run);
    candidates.push({ lengthNm: scale.length * length, sd, logEvidence });
  }
  const { sd, logEvidence } = best;
  return { lengthNm: best.scale.length * length, sd, logEvidence, from, candidates };
}

/** Sharp borders instead of the smooth solution, where nothing forbids them and they clearly do better. */
async function sharpBorders(
  problem: RateProblem,
  { chosen, solved }: { chosen: Chosen; solved: Solved },
  shift: ChannelShift | null,
  run: Run,
): Promise<EdgeSolution | null> {
  const { search, best, data } = chosen;
  // The parts of a split density have one noise between them, and half of it does not foretell the other half.
  if (problem.finest > 0) return null;
  // Displaced channels look like borders, and no border explains them; a cut is not tried.
  if (shift !== null && isDisplaced(shift, problem.domain, search.inflation)) return null;
  if (data.frame.loose !== null) return null;
  return preferredEdges(problem, { ...solved, ...chosen, relative: best.relative }, run);
}

type Judged = Pick<RateSolution, 'identifiable' | 'residual' | 'residualRms' | 'residualNoiseRms' | 'width'>;

/** Where λ is identifiable, and whether it explains the equation. `widest` is the most that sd may be. */
async function judgeRate(
  problem: RateProblem,
  rate: Float64Array,
  known: { family: MollifierFamily; sd: Float64Array; widest: number; judged: Float64Array | null },
  run: Run,
): Promise<Judged> {
  const { domain, length } = problem;
  const width = judgedWidth * length;
  const tools = { mollifier: noFluxMollifier(known.family, domain, length), width };
  const mollified = await mollifyProblem(problem, tools, run);
  const clear = await identifiableVoxels([mollified.signal[1], mollified.noise[1]], tools, run);
  const { sd, widest, judged } = known;
  return {
    // Where the frame cuts the nucleus λ is carried on by its prior, and is not known.
    identifiable: clear.map((value, i) => (value !== 0 && judged?.[i] !== 0 && sd[i] <= widest ? 1 : 0)),
    ...(await judgeResidual(problem, rate, mollified, interiorVoxels(domain))),
    width,
  };
}

/** What the λ of a problem is found from: the prior, and the solution under it. */
async function solvedUnder(
  problem: RateProblem,
  coarse: FieldFrame,
  fixed: number | null,
  run: Run,
): Promise<{ repaired: Repaired; chosen: Chosen; solved: Solved }> {
  const repaired = await repairedData(problem, coarse, searchRange(problem).start, run);
  const chosen = await choosePrior(problem, repaired, fixed, run);
  return { repaired, chosen, solved: await secondPass(problem, chosen, run) };
}

/** λ by `solveField` under a prior of a given length scale (nm), packed, without its sd or any judgement of it. */
export async function fieldRate(problem: RateProblem, lengthScale: number, run: Run): Promise<Float64Array> {
  requireFluxBalance(problem);
  const coarse = await fieldFrame(problem, cellWidth.coarse, run);
  const { solved } = await solvedUnder(problem, coarse, lengthScale / problem.length, run);
  return solved.delta.map((v) => coarse.noise.level + v);
}

/**
 * λ as a field: the posterior mean of λ under the flux-balance equation, whitened by the noise of both channels, and a
 * Whittle-Matérn prior whose length scale and amplitude have the most evidence; with its posterior sd. Where a prior of
 * sharp borders foretells held-out noise clearly better, λ is its estimate (see preferredEdges). The rim is made as
 * good as the interior first (see repairRim). Throws `usage` for the phase-field form.
 */
export async function solveField(problem: RateProblem, choice: FieldChoice, run: Run): Promise<RateSolution> {
  requireFluxBalance(problem);
  const { length } = problem;
  run.report({ stage: 'solve', fraction: 0 });
  const coarse = await fieldFrame(problem, cellWidth.coarse, run);
  const fixed = choice.lengthScale === null ? null : choice.lengthScale / length;
  const { repaired, chosen, solved } = await solvedUnder(problem, coarse, fixed, run);
  // The two parts of a split density lie where they lie.
  const shift = problem.finest > 0 ? null : await shiftOf(problem, repaired.data, run);
  const edges = fixed === null ? await sharpBorders(problem, { chosen, solved }, shift, run) : null;
  const { level } = coarse.noise;
  const rate = (edges?.delta ?? solved.delta).map((v) => level + v);
  const local = await localSpread(problem, chosen, solved, run);
  const sd = edges?.sd ?? (await rateSd(problem, chosen, { solved, local: local.sd }, run));
  const widest = 0.5 * Math.max(chosen.best.sd, leastPrior * level);
  const judged = judgedVoxels(chosen.data.frame);
  // The sd of sharp borders tells where borders may lie, not what data and prior leave unknown.
  const unknown = edges === null ? sd : local.sd.map((v) => chosen.search.inflation * v);
  const known = { family: choice.family, sd: unknown, widest, judged };
  return {
    rate,
    ...(await judgeRate(problem, rate, known, run)),
    risks: [],
    iterations: solved.scale.view.basis.length,
    uncertainty: {
      sd,
      resolution: local.wave.map((k) => (k > 0 ? (Math.PI * length) / k : Infinity)),
      inflation: chosen.search.inflation,
      openCut: coarse.loose !== null,
      shift,
      prior: await chosenPrior(chosen, length, fixed === null ? 'data' : 'user', run),
      ...(edges === null ? {} : { borders: { gain: edges.gain, gainSd: edges.gainSd } }),
    },
  };
}
