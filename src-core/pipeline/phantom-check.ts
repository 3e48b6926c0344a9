import { CoreError } from '../errors.js';
import type { JobFiles } from '../inference.js';
import type { JobSpec } from '../job.js';
import { depthInside } from '../kernels/depth.js';
import { unpack } from '../kernels/no-flux.js';
import { formingStage } from '../models/forward.js';
import { type Likeness, type LikenessPattern, likenessRate, simulateLikeness } from '../models/likeness.js';
import { solveJob, solveMeasured } from '../pipeline.js';
import type { Run } from '../run.js';
import { correlationOf, relativeError } from '../statistics/agreement.js';
import { distribution } from '../statistics/distribution.js';
import { jointHistogram } from '../statistics/joint-histogram.js';
import type { PhantomCheck, PhantomMaps, PhantomReport, PhantomScore } from './check-report.js';
import { regionOf } from './find-region.js';
import { mismatchReasons } from './mismatch.js';
import type { Outcome } from './outcome.js';
import { type MeasuredLikeness, measureLikeness } from './phantom-likeness.js';
import { recordPhantom } from './phantom-recording.js';
import type { StageMemory } from './stage-memory.js';

const patterns: readonly LikenessPattern[] = ['bumps', 'patches', 'constant'];

/** Progress of one of several phantoms as a share of all; nine tenths of it is forming the domains. */
function within(run: Run, index: number, name: string): Run {
  const stage = `phantom ${String(index + 1)} of ${String(patterns.length)}: ${name}`;
  let reached = 0;
  const report: Run['report'] = (progress) => {
    const forming = progress.stage === formingStage;
    reached = Math.max(reached, forming ? 0.9 * progress.fraction : 0.9);
    run.report({ stage, fraction: (index + reached) / patterns.length });
  };
  return { ...run, report };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The job as it was, told the phantom's own heterochromatin fraction, exactly, where it was told the nucleus's. */
function jobFor({ steady }: Likeness, job: JobSpec): JobSpec {
  const { hetFraction } = job.calibration;
  if (hetFraction === null) return job;
  const [h, e] = [sum(steady.phiH), sum(steady.phiE)];
  return { ...job, calibration: { ...job.calibration, hetFraction: h / (h + e), hetFractionSd: null } };
}

/** Infers the phantom by the same job, its nucleus found the same way. */
async function inferPhantom(
  nucleus: Likeness,
  likeness: MeasuredLikeness,
  job: JobSpec,
  run: Run,
): Promise<Outcome> {
  const measurement = await recordPhantom(nucleus, likeness, job, run);
  const region =
    job.mask === 'file'
      ? { mask: likeness.mask, nuclei: 1, method: 'mask file', warnings: [] }
      : await regionOf(measurement, job.mask, run);
  const measured = { measurement, region, key: null };
  return solveMeasured(measured, jobFor(nucleus, job), { ...run, memory: undefined });
}

/** λ as inferred on the phantom's grid, NaN where it is not known, and the truth, NaN outside the true outline. */
function mapsOf(outcome: Outcome, nucleus: Likeness): { inferred: Float32Array; truth: Float32Array } {
  const { solution, posed } = outcome;
  const known = solution.rate.map((value, i) => (solution.identifiable[i] === 0 ? Number.NaN : value));
  return {
    inferred: unpack(known, posed.problem.domain, Number.NaN),
    truth: unpack(likenessRate(nucleus), nucleus.cells.voxels, Number.NaN),
  };
}

interface Pairs {
  readonly inferred: Float64Array;
  readonly truth: Float64Array;
  /** Depth under the edge in L0. */
  readonly depth: Float64Array;
}

/** The pixels where λ is both known and true, in the order of the outline. */
function pairsOf(maps: { inferred: Float32Array; truth: Float32Array }, { cells }: Likeness): Pairs {
  const { voxel } = cells.voxels;
  const depth = depthInside(cells.voxels);
  const at = Array.from(voxel.keys()).filter(
    (i) => Number.isFinite(maps.inferred[voxel[i]]) && Number.isFinite(maps.truth[voxel[i]]),
  );
  return {
    inferred: Float64Array.from(at, (i) => maps.inferred[voxel[i]]),
    truth: Float64Array.from(at, (i) => maps.truth[voxel[i]]),
    depth: Float64Array.from(at, (i) => depth[i]),
  };
}

const fewestPixels = 50;

function errorWhere({ inferred, truth, depth }: Pairs, keep: (depth: number) => boolean): number | null {
  const kept = (values: Float64Array): Float64Array => values.filter((_, i) => keep(depth[i]));
  return kept(truth).length < fewestPixels ? null : relativeError(kept(inferred), kept(truth));
}

function scoreOf(
  pattern: LikenessPattern,
  pairs: Pairs,
  { outcome, nucleus, job }: { outcome: Outcome; nucleus: Likeness; job: JobSpec },
): PhantomScore {
  const [truth, inferred] = [distribution(pairs.truth), distribution(pairs.inferred)];
  return {
    pattern,
    relativeL2: relativeError(pairs.inferred, pairs.truth),
    rim: errorWhere(pairs, (depth) => depth < 1),
    interior: errorWhere(pairs, (depth) => depth >= 1),
    medianBias: inferred.median / truth.median - 1,
    meanBias: inferred.mean / truth.mean - 1,
    correlation: correlationOf(pairs.inferred, pairs.truth),
    coverage: pairs.truth.length / nucleus.cells.voxels.count,
    mismatch: mismatchReasons(outcome, job).length > 0,
    mollifierNm: outcome.solution.uncertainty === undefined ? outcome.solution.width : null,
    lengthScaleNm: outcome.solution.uncertainty?.prior.lengthNm ?? null,
    trueMedian: truth.median,
    trueSpread: (truth.p95 - truth.p05) / 3.29,
    residual: nucleus.steady.residual,
  };
}

async function tryPattern(
  pattern: LikenessPattern,
  likeness: MeasuredLikeness,
  job: JobSpec,
  run: Run,
): Promise<{ score: PhantomScore; maps: PhantomMaps }> {
  const { voxels, scale, meanChromatin, lambda } = likeness;
  const spec = { ...scale, voxels, meanChromatin, lambda, pattern, seed: job.seed };
  const nucleus = await simulateLikeness(spec, run);
  const outcome = await inferPhantom(nucleus, likeness, job, run);
  const maps = mapsOf(outcome, nucleus);
  const pairs = pairsOf(maps, nucleus);
  if (pairs.truth.length < fewestPixels) {
    throw new CoreError({
      tag: 'model',
      message: `λ is identifiable in ${String(pairs.truth.length)} pixels of it.`,
    });
  }
  return {
    score: scoreOf(pattern, pairs, { outcome, nucleus, job }),
    maps: { pattern, ...maps, plot: jointHistogram(pairs.truth, pairs.inferred) },
  };
}

const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;

function summaryOf(scores: readonly PhantomScore[]): string {
  const errors = scores.map(({ relativeL2 }) => relativeL2);
  const [least, most] = [Math.min(...errors), Math.max(...errors)];
  return scores.length === 1
    ? `On a simulated nucleus like this one λ came out ${percent(most)} off the truth (relative L2).`
    : `On simulated nuclei like this one λ came out ${percent(least)} to ${percent(most)} off the truth (relative L2), by pattern.`;
}

function notesOf({ binning, blur, voxels, detectors }: MeasuredLikeness): string[] {
  const pixel = voxels.grid.spacing[2].toPrecision(3);
  return [
    'Outline, pixels, blur, noise, density and L0 of the measured nucleus; λ of its median and spread in invented patterns; the same job.',
    'The error to expect if the model holds: a wrong model, wrong channels or a wrong L0 do not show here.',
    ...(binning > 1
      ? [
          `The nucleus is too large to simulate on its own pixels: phantoms have pixels of ${pixel} nm, ${String(binning)} × ${String(binning)} of the image, with its noise averaged.`,
        ]
      : []),
    ...(blur.from === 'assumed'
      ? [`No blur could be measured at an edge; ${blur.sdNm[2].toFixed(0)} nm (sd) were assumed.`]
      : []),
    ...(detectors.some((detector) => detector.kind === 'camera' && detector.noise.meanSd === 0)
      ? ['The noise could not be estimated: the phantoms are free of noise, the error is a lower bound.']
      : []),
  ];
}

function likenessReport({
  voxels,
  binning,
  meanChromatin,
  relativeNoise,
  blur,
  lambda,
}: MeasuredLikeness): PhantomReport['likeness'] {
  const { shape, spacing } = voxels.grid;
  return { shape, pixelSizeNm: spacing[2], binning, meanChromatin, relativeNoise, blur, lambda };
}

interface Attempts {
  readonly scores: PhantomScore[];
  readonly maps: PhantomMaps[];
  readonly failed: { pattern: LikenessPattern; reason: string }[];
}

/** Every pattern in turn; one that the model cannot make is recorded, the others go on. */
async function tryPatterns(likeness: MeasuredLikeness, job: JobSpec, run: Run): Promise<Attempts> {
  const attempts: Attempts = { scores: [], maps: [], failed: [] };
  for (const [index, pattern] of patterns.entries()) {
    try {
      const { score, maps } = await tryPattern(pattern, likeness, job, within(run, index, pattern));
      attempts.scores.push(score);
      attempts.maps.push(maps);
    } catch (error) {
      if (!(error instanceof CoreError) || error.tag !== 'model') throw error;
      attempts.failed.push({ pattern, reason: error.message });
    }
  }
  return attempts;
}

/**
 * The error to expect on a nucleus like the measured one: nuclei of its outline, pixels, blur, noise and density are
 * simulated under known λ of its median and spread (bumps, patches, constant) and inferred by the very same job. The
 * same files and job give the same values. Throws what `infer` throws, `model` where nothing like it can be simulated,
 * `memory` for a nucleus too large.
 */
export async function checkPhantoms(
  files: JobFiles,
  job: JobSpec,
  run: Run,
  memory?: StageMemory,
): Promise<PhantomCheck> {
  const likeness = await measureLikeness(await solveJob(files, job, run, memory), run);
  const { scores, maps, failed } = await tryPatterns(likeness, job, run);
  if (scores.length === 0) {
    throw new CoreError({
      tag: 'model',
      message: `No nucleus like this one could be simulated and inferred: ${failed[0].reason}`,
      hint: 'Check L0, the mean density and the mask.',
    });
  }
  const errors = scores.map(({ relativeL2 }) => relativeL2);
  return {
    report: {
      summary: summaryOf(scores),
      expected: [Math.min(...errors), Math.max(...errors)],
      scores,
      failed,
      likeness: likenessReport(likeness),
      notes: notesOf(likeness),
    },
    grid: likeness.voxels.grid,
    mask: likeness.mask,
    maps,
  };
}
