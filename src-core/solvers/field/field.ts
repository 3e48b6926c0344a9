import { CoreError } from '../../errors.js';
import type { FieldPair } from '../../kernels/no-flux-filter.js';
import type { Run } from '../../run.js';
import { interiorVoxels } from '../interior.js';
import { identifiableVoxels, judgeResidual, mollifyProblem } from '../judgement.js';
import { noFluxMollifier } from '../no-flux-mollifier.js';
import type { ChosenPrior, RateProblem, RateSolution } from '../solver.js';
import type { MollifierFamily } from '../../kernels/mollifier-family.js';
import { equationData, type EquationData, jointFields } from './equation-data.js';
import { fieldFrame, type FieldFrame, restrictTo } from './frame.js';
import { posteriorSpread } from './posterior-spread.js';
import {
  type Candidate,
  candidateAt,
  type PriorSearch,
  type SearchRange,
  searchPrior,
} from './prior-search.js';
import { repairRim } from './rim-repair.js';
import { posteriorMean, type ScaleView } from './scale-view.js';
import { gridSpacings } from './whitening.js';

/** What a user may fix; null is chosen by evidence. */
export interface FieldChoice {
  readonly family: MollifierFamily;
  /** Length scale of the prior, nm. */
  readonly lengthScale: number | null;
}

/** Rounds of making the rim as good as the interior. */
const rounds = 3;
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

function searchRange({ domain, length }: RateProblem): SearchRange {
  const spacings = gridSpacings(domain.grid, length);
  const spacing = spacings.length === 0 ? 1 : Math.min(...spacings);
  const extent = domain.grid.shape.reduce(
    (most, n, axis) => Math.max(most, (n * domain.grid.spacing[axis]) / length),
    0,
  );
  const shortest = 4 * spacing;
  return { shortest, longest: Math.max(shortest, extent / 5), start: Math.max(1.2, 6 * spacing) };
}

interface Repaired {
  readonly data: EquationData;
  readonly fields: FieldPair;
}

/** The problem's data after the rim was repaired in rounds, each from the λ of the round before. */
async function repairedData(
  problem: RateProblem,
  frame: FieldFrame,
  start: number,
  run: Run,
): Promise<Repaired> {
  const { domain, rim, phiH, phiE } = problem;
  const measured: FieldPair = [phiH, phiE];
  let fields = measured;
  let data = await equationData(fields, domain, frame, run);
  for (let round = 0; rim !== null && round < rounds; round++) {
    run.report({ stage: 'solve', fraction: (0.35 * round) / rounds });
    const { scale, sd } = await candidateAt(data, start, run);
    const delta = await posteriorMean(scale, sd, frame, run);
    const joint = await jointFields(fields, domain, { frame, delta, smoothE: data.smoothE }, run);
    fields = repairRim(measured, joint, rim, frame.noise);
    data = await equationData(fields, domain, frame, run);
  }
  return { data, fields };
}

async function choosePrior(
  data: EquationData,
  range: SearchRange,
  fixed: number | null,
  run: Run,
): Promise<PriorSearch> {
  if (fixed === null) return searchPrior(data, range, run);
  const best = await candidateAt(data, fixed, run);
  return { best, candidates: [best], lengths: [fixed] };
}

/** The chosen prior solved once more with φ_e as both channels and the first λ tell it. */
async function secondPass(
  problem: RateProblem,
  { data, fields }: Repaired,
  { scale, sd }: Candidate,
  run: Run,
): Promise<{ scale: ScaleView; delta: Float64Array; phiE: Float64Array }> {
  const { frame, smoothE } = data;
  const first = await posteriorMean(scale, sd, frame, run);
  const [, phiE] = await jointFields(fields, problem.domain, { frame, delta: first, smoothE }, run);
  const { scale: second } = await candidateAt({ ...data, phiE: restrictTo(phiE, frame) }, scale.length, run);
  return { scale: second, delta: await posteriorMean(second, sd, frame, run), phiE };
}

function chosenPrior(
  { best, candidates, lengths }: PriorSearch,
  length: number,
  from: 'user' | 'data',
): ChosenPrior {
  return {
    lengthNm: best.scale.length * length,
    sd: best.sd,
    logEvidence: best.logEvidence,
    from,
    candidates: candidates.map(({ sd, logEvidence }, k) => ({
      lengthNm: lengths[k] * length,
      sd,
      logEvidence,
    })),
  };
}

/**
 * λ as a field: the posterior mean of λ under the flux-balance equation, whitened by the noise of both channels, and a
 * Whittle-Matérn prior whose length scale and amplitude have the most evidence; with its posterior sd. The rim is made
 * as good as the interior first (see repairRim). Throws `usage` for the phase-field form.
 */
export async function solveField(problem: RateProblem, choice: FieldChoice, run: Run): Promise<RateSolution> {
  requireFluxBalance(problem);
  const { domain, length } = problem;
  run.report({ stage: 'solve', fraction: 0 });
  const frame = await fieldFrame(problem, run);
  const range = searchRange(problem);
  const repaired = await repairedData(problem, frame, Math.min(range.start, range.longest), run);
  const fixed = choice.lengthScale === null ? null : choice.lengthScale / length;
  const search = await choosePrior(repaired.data, range, fixed, run);
  const { scale, delta, phiE } = await secondPass(problem, repaired, search.best, run);
  const { level } = frame.noise;
  const rate = delta.map((v) => level + v);
  const { sd, wave } = posteriorSpread(phiE, domain, { modes: scale.modes, sd: search.best.sd, length });
  const mollifier = noFluxMollifier(choice.family, domain, length);
  const tools = { mollifier, width: judgedWidth * length };
  const mollified = await mollifyProblem(problem, tools, run);
  const clear = await identifiableVoxels([mollified.signal[1], mollified.noise[1]], tools, run);
  const widest = 0.5 * Math.max(search.best.sd, leastPrior * level);
  return {
    rate,
    identifiable: clear.map((value, i) => (value !== 0 && sd[i] <= widest ? 1 : 0)),
    ...(await judgeResidual(problem, rate, mollified, interiorVoxels(domain))),
    width: tools.width,
    risks: [],
    iterations: scale.view.basis.length,
    uncertainty: {
      sd,
      resolution: wave.map((k) => (k > 0 ? (Math.PI * length) / k : Infinity)),
      prior: chosenPrior(search, length, fixed === null ? 'data' : 'user'),
    },
  };
}
