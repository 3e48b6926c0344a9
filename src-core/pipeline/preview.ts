import type { JobSpec } from '../job.js';
import { domainInUnit } from '../kernels/no-flux.js';
import { type FieldPair, filterPair } from '../kernels/no-flux-filter.js';
import type { Run } from '../run.js';
import { averageFractions } from '../solvers/balance.js';
import { noiseVariance } from '../solvers/judgement.js';
import { type NoFluxMollifier, noFluxMollifier } from '../solvers/no-flux-mollifier.js';
import { type MollifiedBank, previewBalance, previewDirect } from '../solvers/preview.js';
import type { RateProblem, RateSolution } from '../solvers/solver.js';
import { type MollifiedFields, widthsPerSweep } from '../solvers/width-choice.js';
import type { Fractions, PosedProblem, UnscaledFractions } from './problem.js';
import { isRemembered, stage, type StagedRun, type StageSource } from './stage-memory.js';

type Family = JobSpec['solver']['mollifier'];

/** What the stages of a bank are made of. The domain has 1 nm as its unit: nothing in it depends on L0. */
interface Tank {
  readonly unscaled: UnscaledFractions;
  readonly problem: RateProblem;
  readonly mollifier: NoFluxMollifier;
  readonly family: Family;
}

const source = (name: string, { unscaled, family }: Tank, width: number): StageSource => ({
  name,
  from: [unscaled.key],
  part: { family, width },
});

/** Fractions times gains, mollified to several widths in one sweep. */
async function sweep(
  { unscaled, mollifier }: Tank,
  widths: readonly number[],
  run: Run,
): Promise<MollifiedFields[]> {
  const { phiH, phiE, noiseH, noiseE } = unscaled.make();
  const series = widths.map(mollifier.series);
  const signal = await filterPair([phiH, phiE], mollifier.domain, series, run);
  const noise = await filterPair([noiseH, noiseE], mollifier.domain, series, run);
  return widths.map((_, j) => ({ signal: signal[j], noise: noise[j] }));
}

/** Stage `mollified`, one for each width; those that are not remembered are made together. */
async function mollified(
  tank: Tank,
  widths: readonly number[],
  run: StagedRun,
): Promise<readonly MollifiedFields[]> {
  const missing = widths.filter((width) => !isRemembered(source('mollified', tank, width), run));
  const made = new Map<number, MollifiedFields>();
  const perSweep = widthsPerSweep(tank.mollifier.domain);
  for (let first = 0; first < missing.length; first += perSweep) {
    run.report({ stage: 'mollifier width', fraction: first / missing.length });
    const group = missing.slice(first, first + perSweep);
    (await sweep(tank, group, run)).forEach((fields, j) => made.set(group[j], fields));
  }
  const found: MollifiedFields[] = [];
  for (const width of widths) {
    const make = async (): Promise<MollifiedFields> =>
      made.get(width) ?? (await sweep(tank, [width], run))[0];
    found.push((await stage(source('mollified', tank, width), run, make)).value);
  }
  return found;
}

// A plain loop: `map` calls a function for every voxel, and all fields pass here at every step of a slider.
function divided(values: Float64Array, by: number): Float64Array {
  const quotients = new Float64Array(values.length);
  for (let i = 0; i < quotients.length; i++) quotients[i] = values[i] / by;
  return quotients;
}

const scaled = ([first, second]: FieldPair, gains: readonly [number, number]): FieldPair => [
  divided(first, gains[0]),
  divided(second, gains[1]),
];

/** The mollified fields of two channels, remembered without their gains: a new gain costs one pass over them. */
function makeBank(tank: Tank, run: StagedRun): MollifiedBank {
  const { gains } = tank.unscaled;
  const fields: MollifiedBank['fields'] = async (widths) =>
    (await mollified(tank, widths, run)).map(({ signal, noise }) => ({
      signal: scaled(signal, gains),
      noise: scaled(noise, gains),
    }));
  const variance: MollifiedBank['variance'] = async (width) => {
    const { value } = await stage(source('noise variance', tank, width), run, async () => {
      const [{ noise }] = await mollified(tank, [width], run);
      return noiseVariance(noise[1], { mollifier: tank.mollifier, width }, run);
    });
    return divided(value, gains[1] ** 2);
  };
  const average: MollifiedBank['average'] = async (width) => {
    const { value } = await stage(source('average', tank, width), run, () => {
      const problem = { ...tank.problem, ...fractionsIn(tank) };
      return averageFractions(problem, { mollifier: tank.mollifier, family: tank.family, width }, run);
    });
    return scaled(value, gains);
  };
  return { fields, variance, average };
}

const fractionsIn = ({ unscaled, mollifier }: Tank): Fractions & Pick<RateProblem, 'domain'> => ({
  ...unscaled.make(),
  domain: mollifier.domain,
});

/**
 * λ as it is shown while a setting moves. Fields mollified to the widths of a fixed ladder are remembered by the image
 * alone, so that L0, the parameters of the model and the heterochromatin fraction move λ without mollifying anew.
 * null for a single channel, whose split depends on them, and for `field` and `network`, which the window previews by `direct`.
 */
export async function solvePreview(
  { problem, unscaled }: PosedProblem,
  { solver }: JobSpec,
  run: StagedRun,
): Promise<RateSolution | null> {
  const { name, mollifier: family, mollifierNm } = solver;
  if (unscaled === null || name === 'field' || name === 'network') return null;
  const mollifier = noFluxMollifier(family, domainInUnit(problem.domain, 1), 1);
  const bank = makeBank({ unscaled, problem, mollifier, family }, run);
  run.report({ stage: 'solve', fraction: 0 });
  return { balance: previewBalance, direct: previewDirect }[name](problem, mollifierNm, bank, run);
}
