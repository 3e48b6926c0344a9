import type { Run } from '../../src-core/index.js';
import type { InferRequest } from './messages.js';

/** What each stage of a job is expected to take, in the order of the stages: seconds, or any other common unit. */
export type StageCosts = Readonly<Record<string, number>>;

/**
 * Milliseconds on a plane of 256 × 256: only their ratios matter, until a job of about this size was run. An image has
 * no tables to read and a table no `read`; what a job does not have it passes over.
 */
const usualCosts = {
  'reading the table': 200,
  density: 100,
  read: 20,
  register: 3000,
  nucleus: 600,
  calibrate: 170,
  split: 60,
  'mollifier width': 110,
  solve: 60,
  level: 120,
  report: 15,
  draw: 500,
  write: 100,
};

type StageName = keyof typeof usualCosts;

/** Which stages a job does not have. */
function isAbsent(stage: string, { job, staging }: InferRequest): boolean {
  const { name, mollifierNm } = job.solver;
  const absent: Partial<Record<string, boolean>> = {
    'mollifier width': name !== 'direct' || mollifierNm !== null,
    register: job.calibration.shiftNm !== 'auto',
    split: job.channels.kind !== 'density',
    level: job.channels.kind !== 'density' || job.calibration.hetFractionSd === null,
    draw: staging === undefined,
    write: staging === undefined,
  };
  return absent[stage] ?? false;
}

/** Costs that were measured, by what they depend on. */
const measured = new Map<string, Record<string, number>>();

/** Jobs of the same kind on files of about the same size share their costs. */
function kindOf({ job, staging, preview = false }: InferRequest, bytes: number): string {
  const size = Math.round(2 * Math.log2(Math.max(1, bytes)));
  const { channels, mask, solver, z, frame } = job;
  return JSON.stringify([size, channels.kind, mask, solver.name, z, frame, staging !== undefined, preview]);
}

/** As `solve` and `level` above, by the solver that searches its prior. */
const fieldCosts = { solve: 3000, level: 2000 };

function expectedCosts(request: InferRequest, known: StageCosts): StageCosts {
  const usual = { ...usualCosts, ...(request.job.solver.name === 'field' && fieldCosts) };
  const stages = (Object.keys(usualCosts) as StageName[]).filter((stage) => !isAbsent(stage, request));
  return Object.fromEntries(stages.map((stage) => [stage, known[stage] ?? usual[stage]]));
}

/**
 * A run whose reports are of the whole job instead of one stage: every stage counts by its cost, the fraction never
 * falls, and a stage that was passed over (its result was remembered) is taken out of the whole. `measure` gets the
 * milliseconds of every stage that ended. A report of a stage without a cost keeps the fraction that was reached.
 */
export function wholeRun(run: Run, costs: StageCosts, measure: (stage: string, ms: number) => void): Run {
  const order = Object.keys(costs);
  let total = order.reduce((sum, stage) => sum + costs[stage], 0);
  let [current, done, reached, since] = [-1, 0, 0, performance.now()];
  const enter = (at: number): void => {
    const now = performance.now();
    if (current >= 0) {
      done += costs[order[current]];
      measure(order[current], now - since);
    }
    for (const passed of order.slice(current + 1, at)) total -= costs[passed];
    [current, since] = [at, now];
  };
  const report: Run['report'] = ({ stage, fraction }) => {
    const at = order.indexOf(stage);
    if (at > current) enter(at);
    if (at === current && at >= 0) {
      reached = Math.max(reached, Math.min(1, (done + costs[stage] * fraction) / total));
    }
    run.report({ stage, fraction: reached });
  };
  return { ...run, report };
}

/** The run of a job as a whole, by the costs of the last job of its kind and size, else by usual ones. */
export function jobRun(request: InferRequest, bytes: number, run: Run): Run {
  const kind = kindOf(request, bytes);
  const known = measured.get(kind) ?? {};
  measured.set(kind, known);
  return wholeRun(run, expectedCosts(request, known), (stage, ms) => {
    known[stage] = ms;
  });
}
