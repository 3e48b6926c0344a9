import type { FieldPair } from '../kernels/no-flux-filter.js';
import { chromatinFields, chromatinModel } from '../models/chromatin.js';
import { type PointwiseRate, pointwiseRate } from '../models/model.js';
import type { Run } from '../run.js';
import { interiorVoxels } from './interior.js';
import { identifiableVoxels, judgeResidual, mollifyProblem } from './judgement.js';
import { noFluxMollifier } from './no-flux-mollifier.js';
import type { MollifierChoice, RateProblem, RateSolution } from './solver.js';
import { chooseWidth } from './width-choice.js';

/** λ at every voxel from mollified φ_h and φ_e, and where the equation gives one. */
export async function directRate(problem: RateProblem, [phiH, phiE]: FieldPair): Promise<PointwiseRate> {
  const model = chromatinModel(problem.equation, problem.parameters);
  const fields = await chromatinFields(model, { phiH, phiE }, problem.domain, problem.parameters);
  return pointwiseRate(model.terms(fields));
}

/**
 * λ point by point: φ_h and φ_e are mollified inside the nucleus (no flux through its edge), put into the equation,
 * and the equation is solved for λ at every voxel. Without a given width the width is chosen from the data.
 */
export async function solveDirect(
  problem: RateProblem,
  choice: MollifierChoice,
  run: Run,
): Promise<RateSolution> {
  const mollifier = noFluxMollifier(choice.family, problem.domain, problem.length);
  const interior = interiorVoxels(problem.domain);
  const chosen =
    choice.width === null
      ? await chooseWidth(problem, { mollifier, samples: interior }, run)
      : { width: choice.width, risks: [], mollified: undefined };
  run.report({ stage: 'solve', fraction: 0 });
  const { width, risks } = chosen;
  const tools = { mollifier, width, mollified: chosen.mollified };
  const mollified = await mollifyProblem(problem, tools, run);
  run.report({ stage: 'solve', fraction: 0.5 });
  const [, phiE] = mollified.signal;
  const { rate, determined } = await directRate(problem, mollified.signal);
  const clear = await identifiableVoxels([phiE, mollified.noise[1]], tools, run);
  return {
    rate,
    identifiable: clear.map((value, i) => value & determined[i]),
    ...(await judgeResidual(problem, rate, mollified, interior)),
    ...{ width, risks },
    iterations: 1,
  };
}
