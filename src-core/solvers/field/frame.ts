import {
  domainHierarchy,
  type DomainHierarchy,
  type DomainLevel,
  restrictMean,
  type CoarseLevel,
} from '../../kernels/domain-levels.js';
import { levelBound } from '../../kernels/level-filter.js';
import { chebyshevSeries, type ChebyshevSeries, filterField } from '../../kernels/no-flux-filter.js';
import { randomStream } from '../../random.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import { cutSides, looseRows, type LooseRows } from './loose-rows.js';
import {
  continuumWave,
  type EquationNoise,
  errorWeight,
  gridSpacings,
  levelSpacings,
  rateSymbol,
} from './whitening.js';

/** φ_e is smoothed by a Gaussian of this many voxels (of the finest spacing) until both channels are used for it. */
const smoothingVoxels = 3;
/**
 * λ is solved for on the coarsest level whose cells are at most this wide (L0), or no wider than the voxels: on coarse
 * cells unless λ changes over a few of them. What is asked of λ's errors only is looked at on rough ones.
 */
export const cellWidth = { coarse: 0.52, fine: 0.26, rough: 0.54 } as const;
const accuracy = 2e-6;
/** G is applied to fields that A₀ has amplified; of a voxel's noise less than this share is to be left in error. */
const leftOfNoise = 0.01;
/** Noise-free input is whitened as if it had this share of the signal as noise: the rounding of what wrote it. */
const leastNoise = 1e-3;
/** The noise is measured in the band that the solution is made of: after a Gaussian of this sd, in L0. */
const bandWidth = 0.25;

/** What is fixed for a problem whatever the values of its fields: resolutions, whitening, smoothing. */
export interface FieldFrame {
  readonly noise: EquationNoise;
  readonly levels: DomainHierarchy;
  /** The finest level and those below it down to `level`, which λ is solved on. */
  readonly hierarchy: readonly DomainLevel[];
  readonly level: DomainLevel;
  /** G as a series on `level`, and the bound that it is one on. */
  readonly filter: { readonly series: ChebyshevSeries; readonly bound: number };
  /** On the finest level: G in units of `scale`, A₀, and the Gaussian that smooths φ_e. */
  readonly white: ChebyshevSeries;
  readonly rate: ChebyshevSeries;
  readonly smooth: ChebyshevSeries;
  readonly scale: number;
  /** Where the frame cuts the nucleus; null where it does not. */
  readonly loose: LooseRows | null;
}

const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const rms = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

/**
 * The white noise (sd per voxel) that is as strong as each of the given draws where the solution looks: the draw's rms
 * after a Gaussian of a quarter L0, over that of white noise after the same. A rendered table or a split channel has
 * noise that is correlated between voxels, and so is far stronger there than its rms per voxel says.
 */
async function bandNoise(
  draws: readonly Float64Array[],
  { domain }: RateProblem,
  run: Run,
): Promise<number[]> {
  const series = chebyshevSeries((x) => Math.exp((-bandWidth * bandWidth * x) / 2), domain.bound, accuracy);
  const stream = randomStream(7);
  const white = Float64Array.from({ length: domain.count }, () => stream.normal());
  const reference = rms(await filterField(white, domain, series, run));
  const strengths: number[] = [];
  for (const draw of draws) strengths.push(rms(await filterField(draw, domain, series, run)) / reference);
  return strengths;
}

/** Linearisation and noise: λ₀ is the ratio of the means, which the equation gives where λ is constant. */
export async function problemNoise(problem: RateProblem, run: Run): Promise<EquationNoise> {
  const { phiH, phiE, noiseH, noiseE, parameters } = problem;
  const [h, e] = [mean(phiH), mean(phiE)];
  const [strengthH, strengthE] = await bandNoise([noiseH, noiseE], problem, run);
  return {
    level: h / e,
    a: parameters.a,
    kappa: parameters.kappa,
    sdH: Math.max(strengthH, leastNoise * h),
    sdE: Math.max(strengthE, leastNoise * e),
  };
}

/** The levels from the finest down to the coarsest whose cells are at most `widest` (L0) or no wider than the voxels. */
export function usableLevels({ finest, coarser }: DomainHierarchy, widest: number): DomainLevel[] {
  const most = levelSpacings(finest).map((h) => Math.max(h, widest));
  return [finest, ...coarser.filter((level) => levelSpacings(level).every((h, k) => h <= most[k]))];
}

function levelFilter(level: DomainLevel, noise: EquationNoise): FieldFrame['filter'] {
  const bound = levelBound(level);
  const wave = continuumWave(levelSpacings(level));
  const scale = errorWeight(noise, 0);
  const unit = chebyshevSeries((x) => errorWeight(noise, wave(x)) / scale, bound, accuracy);
  return { series: unit.map((v) => v * scale), bound };
}

/** Free rows found so far, by level and by the noise that they were weighed by: several frames share a level. */
const knownLoose = new WeakMap<DomainLevel, { noise: EquationNoise; loose: LooseRows | null }>();

async function looseOnLevel(
  level: DomainLevel,
  { noise, levels, filter }: Pick<FieldFrame, 'noise' | 'levels' | 'filter'>,
  run: Run,
): Promise<LooseRows | null> {
  const known = knownLoose.get(level);
  if (known?.noise === noise) return known.loose;
  const loose = await looseRows(level, filter, cutSides(levels.finest), run);
  knownLoose.set(level, { noise, loose });
  return loose;
}

/** The frame of a problem on cells at most `widest` (L0) wide. */
export async function fieldFrame(problem: RateProblem, widest: number, run: Run): Promise<FieldFrame> {
  const noise = await problemNoise(problem, run);
  const levels = await domainHierarchy(problem.domain, run);
  return frameWithNoise(problem, noise, { levels, widest }, run);
}

/** The same frame on cells at most `widest` (L0) wide; the frame itself where it has those already. */
export async function frameOnCells(frame: FieldFrame, widest: number, run: Run): Promise<FieldFrame> {
  const hierarchy = usableLevels(frame.levels, widest);
  const level = hierarchy[hierarchy.length - 1];
  if (level === frame.level) return frame;
  const filter = levelFilter(level, frame.noise);
  const loose = await looseOnLevel(level, { ...frame, filter }, run);
  return { ...frame, hierarchy, level, filter, loose };
}

/** The frame of a problem whose noise is given. */
export async function frameWithNoise(
  { domain, length }: RateProblem,
  noise: EquationNoise,
  { levels, widest }: { levels: DomainHierarchy; widest: number },
  run: Run,
): Promise<FieldFrame> {
  const hierarchy = usableLevels(levels, widest);
  const level = hierarchy[hierarchy.length - 1];
  const filter = levelFilter(level, noise);
  const spacings = gridSpacings(domain.grid, length);
  const wave = continuumWave(spacings);
  const scale = errorWeight(noise, 0);
  const variance = (smoothingVoxels * Math.min(...spacings, 1)) ** 2;
  const of = (f: (k2: number) => number, tolerance: number): ChebyshevSeries =>
    chebyshevSeries((x) => f(wave(x)), domain.bound, tolerance);
  const highest = rateSymbol(noise, wave(domain.bound));
  return {
    ...{ noise, levels, hierarchy, level, scale, filter },
    loose: await looseOnLevel(level, { noise, levels, filter }, run),
    white: of((k2) => errorWeight(noise, k2) / scale, Math.min(accuracy, leftOfNoise / highest)),
    // A polynomial, so that its series ends by itself.
    rate: of((k2) => rateSymbol(noise, k2), 1e-12 * highest),
    smooth: of((k2) => Math.exp((-variance * k2) / 2), accuracy),
  };
}

/** Means over the cells of a frame's level of a field on the finest. */
export function restrictTo(values: Float64Array, { hierarchy }: Pick<FieldFrame, 'hierarchy'>): Float64Array {
  let current = values;
  for (const level of hierarchy.slice(1)) {
    const next = new Float64Array(level.count);
    restrictMean(next, current, level as CoarseLevel);
    current = next;
  }
  return current;
}

/** A value of each cell of a frame's level at all of its voxels. */
export function onVoxels(cells: Float64Array, { hierarchy }: FieldFrame): Float64Array {
  return hierarchy.slice(1).reduceRight<Float64Array>((current, level) => {
    const { parent } = level as CoarseLevel;
    return Float64Array.from(parent, (cell) => current[cell]);
  }, cells);
}

/** Voxels in a cell of a level that lies wholly inside. */
export function voxelsPerCell({ volume }: DomainLevel): number {
  return volume.reduce((most, v) => Math.max(most, v), 1);
}
