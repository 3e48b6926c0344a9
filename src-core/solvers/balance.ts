import { pack, unpack } from '../kernels/no-flux.js';
import { filterField } from '../kernels/no-flux-filter.js';
import { mollifyTogether } from '../kernels/convolve.js';
import type { Run } from '../run.js';
import { identifiableVoxels, judgeResidual } from './judgement.js';
import { noFluxMollifier } from './no-flux-mollifier.js';
import type { MollifierChoice, RateProblem, RateSolution } from './solver.js';

/**
 * λ ≈ (K∗φ_h)/(K∗φ_e): the flux-balance equation averaged over a kernel wide enough for the derivatives to drop out.
 * The kernel is normalised to the mask; its rms width is L0 unless given. The floor that every other solver must beat.
 */
export async function solveBalance(
  problem: RateProblem,
  choice: MollifierChoice,
  run: Run,
): Promise<RateSolution> {
  const { domain, length } = problem;
  const width = choice.width ?? length;
  const mask = Uint8Array.from(unpack(new Uint8Array(domain.count).fill(1), domain));
  const smooth = await mollifyTogether(
    [unpack(problem.phiH, domain), unpack(problem.phiE, domain)],
    { grid: domain.grid, mask },
    { family: choice.family, rmsWidth: width },
    run,
  );
  const [phiH, phiE] = smooth.map((values) => pack(values, domain));
  run.report({ stage: 'solve', fraction: 0.5 });
  const mollifier = noFluxMollifier(choice.family, domain, length);
  const noiseE = await filterField(problem.noiseE, domain, mollifier.series(width), run);
  const tools = { mollifier, width };
  const rate = phiH.map((value, i) => (phiE[i] === 0 ? 0 : value / phiE[i]));
  return {
    rate,
    identifiable: await identifiableVoxels(phiE, noiseE, tools, run),
    ...(await judgeResidual(problem, rate, tools, run)),
    width,
    risks: [],
    iterations: 1,
  };
}
