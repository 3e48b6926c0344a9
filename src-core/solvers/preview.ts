import type { FieldPair } from '../kernels/no-flux-filter.js';
import type { Run } from '../run.js';
import { balanceRate, balanceWidth } from './balance.js';
import { directRate } from './direct.js';
import { interiorVoxels } from './interior.js';
import { aboveNoise, judgeResidual } from './judgement.js';
import type { RateProblem, RateSolution } from './solver.js';
import { finestWidth, judgeWidth, type MollifiedFields, weighWidths } from './width-choice.js';

/**
 * The mollified fields of a problem by width (nm), from wherever they are kept: a setting that leaves the image alone
 * leaves them alone too.
 */
export interface MollifiedBank {
  /** φ_h and φ_e, and one draw of their noise, at each width. */
  readonly fields: (widths: readonly number[]) => Promise<MollifiedFields[]>;
  /** Local variance of the noise of φ_e at a width; see noiseVariance. */
  readonly variance: (width: number) => Promise<Float64Array>;
  /** φ_h and φ_e averaged over the kernel of `balance`. */
  readonly average: (width: number) => Promise<FieldPair>;
}

/** Width k of the ladder, √2 from one to the next: a power of 2 times 1 or √2, so that its half is on it to the bit. */
const rung = (k: number): number => (k % 2 === 0 ? 1 : Math.SQRT2) * 2 ** Math.floor(k / 2);
const nearestRung = (width: number): number => Math.round(2 * Math.log2(width));

/**
 * The widths in nm that a preview weighs: of the ladder …, 32, 45, 64, 91, … nm, which is the same for every L0, those
 * between what the problem is good for, about 0.2 L0, and about 1.25 L0 (at least 3 times the smallest).
 */
export function ladderWidths(problem: RateProblem): number[] {
  const finest = Math.ceil(2 * Math.log2(finestWidth(problem)));
  const first = Math.max(finest, nearestRung(0.2 * problem.length));
  const last = nearestRung(Math.max(1.25 * problem.length, 3 * rung(first)));
  return Array.from({ length: last - first + 1 }, (_, j) => rung(first + j));
}

/** The parts of a solution that a preview judges as every solver does, at a width of the bank. */
async function judged(
  { problem, rate, interior }: { problem: RateProblem; rate: Float64Array; interior: Int32Array },
  width: number,
  bank: MollifiedBank,
): Promise<Pick<RateSolution, 'residual' | 'residualRms' | 'residualNoiseRms'>> {
  const [{ signal, noise }] = await bank.fields([width / 2]);
  return judgeResidual(problem, rate, { halfSignal: signal, halfNoise: noise }, interior);
}

/**
 * As solveDirect, from the fields of a bank: the width is chosen by the same rule among the widths of the ladder; a
 * given width (nm) is taken as it is.
 */
export async function previewDirect(
  problem: RateProblem,
  given: number | null,
  bank: MollifiedBank,
  run: Run,
): Promise<RateSolution> {
  const interior = interiorVoxels(problem.domain);
  const tried = given === null ? ladderWidths(problem) : [given];
  const fields = await bank.fields(tried);
  run.report({ stage: 'solve', fraction: 0.5 });
  const candidates = tried.map((width, j) => ({ width, mollified: fields[j] }));
  const weigh = async (): Promise<Pick<RateSolution, 'width' | 'risks'>> => {
    const judgements = [];
    for (const candidate of candidates) judgements.push(await judgeWidth(candidate, problem, interior));
    return weighWidths(judgements);
  };
  const { width, risks } = given === null ? await weigh() : { width: given, risks: [] };
  const { signal } = fields[tried.indexOf(width)];
  const { rate, determined } = await directRate(problem, signal);
  const clear = aboveNoise(signal[1], await bank.variance(width));
  return {
    rate,
    identifiable: clear.map((value, i) => value & determined[i]),
    ...(await judged({ problem, rate, interior }, width, bank)),
    ...{ width, risks, iterations: 1 },
  };
}

/**
 * As solveBalance, from the fields of a bank: λ itself is the same; where it is identifiable and the residual are
 * judged at the width of the ladder that is nearest, unless a width (nm) is given.
 */
export async function previewBalance(
  problem: RateProblem,
  given: number | null,
  bank: MollifiedBank,
  run: Run,
): Promise<RateSolution> {
  const width = given ?? balanceWidth(problem);
  const near = given ?? rung(nearestRung(width));
  const averages = await bank.average(width);
  run.report({ stage: 'solve', fraction: 0.5 });
  const rate = balanceRate(averages);
  const interior = interiorVoxels(problem.domain);
  return {
    rate,
    identifiable: aboveNoise(averages[1], await bank.variance(near)),
    ...(await judged({ problem, rate, interior }, near, bank)),
    ...{ width, risks: [], iterations: 1 },
  };
}
