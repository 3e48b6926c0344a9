import { CoreError } from '../errors.js';
import type { JobSpec } from '../job.js';
import { domainInUnit } from '../kernels/no-flux.js';
import type { Run } from '../run.js';
import { fieldRate } from '../solvers/field/field.js';
import { estimateLength, type LengthEstimate } from '../solvers/field/length-search.js';
import type { RateProblem, RateSolution } from '../solvers/solver.js';
import { isRemembered, stage, type StagedRun, type StageKey } from './stage-memory.js';

/** Throws `usage` where the job asks for an L0 from the image that its channels or equation cannot give. */
export function requireLengthSource({ model, channels }: JobSpec): void {
  if (model.lengthFrom === 'given') return;
  if (channels.kind === 'density') {
    throw new CoreError({
      tag: 'usage',
      message:
        'L0 cannot be estimated from a single channel: splitting it into hetero- and euchromatin already takes an L0.',
      hint: 'Give L0 in nm, or two channels.',
      remedies: [{ setting: 'model.lengthNm' }],
    });
  }
  if (model.equation === 'flux-balance') return;
  throw new CoreError({
    tag: 'usage',
    message: 'L0 is estimated by the flux balance, and the job asks for the phase-field equation.',
    hint: 'Give L0 in nm, or use the flux balance.',
    remedies: [{ setting: 'model.lengthNm' }, { setting: 'model.equation', value: 'flux-balance' }],
  });
}

/** The same problem with another L0 (nm). */
function problemAt(problem: RateProblem, lengthNm: number): RateProblem {
  return { ...problem, length: lengthNm, domain: domainInUnit(problem.domain, lengthNm) };
}

/** What the image says of L0, the problem with it, and the key of its fractions. */
export interface LengthOfProblem {
  readonly problem: RateProblem;
  /** null where the job gives L0, or a preview goes ahead without asking the image. */
  readonly estimate: LengthEstimate | null;
}

/**
 * The problem with the L0 that the job asks for: its own, or that of most evidence. Where the image does not determine
 * it the job's own stays. Stage `length`. A preview only takes what is remembered.
 */
export async function settleLength(
  { problem, key }: { problem: RateProblem; key: StageKey },
  { model }: JobSpec,
  run: StagedRun,
  preview: boolean,
): Promise<LengthOfProblem> {
  if (model.lengthFrom === 'given') return { problem, estimate: null };
  const source = {
    name: 'length',
    from: [key],
    part: { length: problem.length, parameters: problem.parameters },
  };
  if (preview && !isRemembered(source, run)) return { problem, estimate: null };
  const { value } = await stage(source, run, () => estimateLength(problem, run));
  return {
    problem: value.found === null ? problem : problemAt(problem, value.found.lengthNm),
    estimate: value,
  };
}

/**
 * The solution with the doubt of an estimated L0 in its sd: half of what λ differs by between L0 an sd longer and an sd
 * shorter, under the smooth prior of the chosen length scale, added in quadrature.
 */
export async function withLengthDoubt(
  solution: RateSolution,
  problem: RateProblem,
  estimate: LengthEstimate | null,
  run: Run,
): Promise<RateSolution> {
  const { uncertainty } = solution;
  const found = estimate?.found ?? null;
  if (found === null || uncertainty === undefined) return solution;
  const rateAt = (sds: number): Promise<Float64Array> =>
    fieldRate(problemAt(problem, found.lengthNm + sds * found.sdNm), uncertainty.prior.lengthNm, run);
  const [longer, shorter] = [await rateAt(1), await rateAt(-1)];
  const sd = uncertainty.sd.map((v, i) => Math.hypot(v, (longer[i] - shorter[i]) / 2));
  return { ...solution, uncertainty: { ...uncertainty, sd } };
}
