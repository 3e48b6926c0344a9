import { activeAxes } from '../data/grid.js';
import { mollifyTogether } from '../kernels/convolve.js';
import type { MollifierFamily } from '../kernels/mollifier-family.js';
import { pack, unpack } from '../kernels/no-flux.js';
import { type FieldPair, filterPair } from '../kernels/no-flux-filter.js';
import type { Run } from '../run.js';
import { interiorVoxels } from './interior.js';
import { identifiableVoxels, judgeResidual, mollifyProblem } from './judgement.js';
import { type NoFluxMollifier, noFluxMollifier } from './no-flux-mollifier.js';
import type { MollifierChoice, RateProblem, RateSolution } from './solver.js';

interface Tools {
  readonly mollifier: NoFluxMollifier;
  readonly family: MollifierFamily;
  readonly width: number;
}

function isStack({ domain }: RateProblem): boolean {
  return activeAxes(domain.grid).includes(0);
}

/** φ_h and φ_e averaged over the kernel, packed. */
export async function averageFractions(problem: RateProblem, tools: Tools, run: Run): Promise<FieldPair> {
  const { domain, phiH, phiE } = problem;
  if (isStack(problem) || domain.isPeriodic === true) {
    const [pair] = await filterPair([phiH, phiE], domain, [tools.mollifier.series(tools.width)], run);
    return pair;
  }
  const mask = Uint8Array.from(unpack(new Uint8Array(domain.count).fill(1), domain));
  const [h, e] = await mollifyTogether(
    [unpack(phiH, domain), unpack(phiE, domain)],
    { grid: domain.grid, mask },
    { family: tools.family, rmsWidth: tools.width },
    run,
  );
  return [pack(h, domain), pack(e, domain)];
}

/** rms width in nm of the averages where none is given: L0, in a stack L0/√2. */
export function balanceWidth(problem: RateProblem): number {
  return isStack(problem) ? problem.length / Math.SQRT2 : problem.length;
}

/** φ_h over φ_e at every voxel, 0 where there is no φ_e. */
export function balanceRate([phiH, phiE]: FieldPair): Float64Array {
  return phiH.map((value, i) => (phiE[i] === 0 ? 0 : value / phiE[i]));
}

/**
 * λ ≈ (K∗φ_h)/(K∗φ_e): the flux-balance equation averaged over a kernel wide enough for the derivatives to drop out.
 * In a plane the kernel is normalised to
 * the mask and its rms width is L0 unless given. In a stack, often a few kernel widths thick, it is carried over
 * without flux through the edge and is L0/√2 wide: a kernel cut at the faces, or one of width L0, errs more there. The floor that every other solver must beat.
 */
export async function solveBalance(
  problem: RateProblem,
  choice: MollifierChoice,
  run: Run,
): Promise<RateSolution> {
  const { domain, length } = problem;
  const width = choice.width ?? balanceWidth(problem);
  const mollifier = noFluxMollifier(choice.family, domain, length);
  const tools = { mollifier, width, family: choice.family };
  run.report({ stage: 'solve', fraction: 0 });
  const [phiH, phiE] = await averageFractions(problem, tools, run);
  run.report({ stage: 'solve', fraction: 0.5 });
  const mollified = await mollifyProblem(problem, tools, run);
  const rate = balanceRate([phiH, phiE]);
  return {
    rate,
    identifiable: await identifiableVoxels([phiE, mollified.noise[1]], tools, run),
    ...(await judgeResidual(problem, rate, mollified, interiorVoxels(domain))),
    width,
    risks: [],
    iterations: 1,
  };
}
