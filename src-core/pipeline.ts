import { CoreError } from './errors.js';
import type { Inference, JobFiles } from './inference.js';
import type { JobSpec } from './job.js';
import { unpack } from './kernels/no-flux.js';
import { measure } from './pipeline/measure.js';
import { type PosedProblem, poseProblem } from './pipeline/problem.js';
import { writeReport } from './pipeline/report.js';
import type { Run } from './run.js';
import { solveBalance } from './solvers/balance.js';
import { solveDirect } from './solvers/direct.js';
import type { RateSolution } from './solvers/solver.js';

declare const performance: { now: () => number };

const solvers = { balance: solveBalance, direct: solveDirect };

function requireIdentifiable(solution: RateSolution, where: string): void {
  if (solution.identifiable.some((v) => v !== 0)) return;
  throw new CoreError({
    tag: 'model',
    where,
    message:
      'λ is not identifiable anywhere: euchromatin does not stand out of its noise at any voxel of the nucleus.',
    hint: 'Check the channels, the offset and the mask; or use a wider --mollifier-nm.',
  });
}

async function solve({ problem }: PosedProblem, job: JobSpec, run: Run): Promise<RateSolution> {
  run.report({ stage: 'solve', fraction: 0 });
  const { name, mollifier, mollifierNm } = job.solver;
  return solvers[name](problem, { family: mollifier, width: mollifierNm }, run);
}

/**
 * From files to a rate map: reads the channels, finds the nucleus, calibrates, solves for λ and reports. The same
 * files and job give the same values again (the seconds in the report aside). Throws CoreError: `unreadable`,
 * `missing`, `usage`, `model`, `memory` or `cancelled`.
 */
export async function infer(files: JobFiles, job: JobSpec, run: Run): Promise<Inference> {
  const measured = await measure(files, job, run);
  const posed = await poseProblem(measured, job, run);
  const start = performance.now();
  const solution = await solve(posed, job, run);
  const seconds = (performance.now() - start) / 1000;
  requireIdentifiable(solution, files.input.name);
  const { domain, phiH, phiE } = posed.problem;
  run.report({ stage: 'report', fraction: 1 });
  return {
    grid: domain.grid,
    heterochromatin: unpack(phiH, domain),
    euchromatin: unpack(phiE, domain),
    mask: measured.region.mask,
    rate: {
      grid: domain.grid,
      estimate: unpack(solution.rate, domain),
      identifiable: Uint8Array.from(unpack(solution.identifiable, domain)),
      residual: unpack(solution.residual, domain),
    },
    report: writeReport({ measured, posed, solution, seconds }, job),
  };
}
