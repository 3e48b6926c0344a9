import { type Grid, type Triple, voxelCount } from '../data/grid.js';
import { type Cells, toVoxels } from '../kernels/cells.js';
import type { NoFluxDomain } from '../kernels/no-flux.js';
import { randomStream } from '../random.js';
import type { Run } from '../run.js';
import { type SteadyState, steadyState } from './forward.js';
import { blurByPsf, blurPeriod } from './microscope.js';
import { laidOut } from './phantom.js';
import { patternValues, randomPattern, type RatePattern } from './rate-pattern.js';
import { cellsForMaking, type SimulationScale } from './simulation-cells.js';

/** Patterns of λ that a measured outline is filled with. */
export type LikenessPattern = Extract<RatePattern['kind'], 'constant' | 'bumps' | 'patches'>;

/** A nucleus to be simulated inside a measured outline. */
export interface LikenessSpec extends SimulationScale {
  /** The outline, on the pixels that it is to be imaged on; its unit is L0. */
  readonly voxels: NoFluxDomain;
  /** Mean φ_h + φ_e. */
  readonly meanChromatin: number;
  readonly pattern: LikenessPattern;
  /** Median of λ and its spread: (95th − 5th percentile)/3.29, the sd of a normal distribution. */
  readonly lambda: { readonly median: number; readonly spread: number };
  readonly seed: number;
}

/** A steady nucleus with known λ, packed on cells finer than the pixels. */
export interface Likeness {
  readonly cells: Cells;
  readonly lambda: Float64Array;
  readonly steady: SteadyState;
}

/** Flux balance to 5e-4: it shifts λ by as little, far below what imaging does to it. */
const tolerance = 5e-4;
const longestTime = 200;

function percentiles(values: Float64Array): { low: number; median: number; high: number } {
  const ascending = Float64Array.from(values).sort();
  const at = (share: number): number => ascending[Math.round(share * (ascending.length - 1))];
  return { low: at(0.05), median: at(0.5), high: at(0.95) };
}

/** The field moved and stretched to the given median and spread; not below a tenth of the median. */
function rescaled(values: Float64Array, { median, spread }: LikenessSpec['lambda']): Float64Array {
  const own = percentiles(values);
  const stretch = own.high > own.low ? (3.29 * spread) / (own.high - own.low) : 0;
  return values.map((value) => Math.max(0.1 * median, median + stretch * (value - own.median)));
}

async function makePattern(spec: LikenessSpec, domain: NoFluxDomain, run: Run): Promise<Float64Array> {
  const { pattern: kind, lambda, lengthNm, seed } = spec;
  if (kind === 'constant') return new Float64Array(domain.count).fill(lambda.median);
  const frame = { domain, lengthNm, lambdaValue: lambda.median };
  const pattern = randomPattern(kind, frame, randomStream(seed));
  return rescaled(await patternValues(pattern, unusedShape, domain, run), lambda);
}

/** Bumps and patches lie in the frame; only a radial pattern would ask for the outline. */
const unusedShape = {
  kind: 'ellipse',
  semiAxes: [1, 1, 1],
  degrees: 0,
  dent: null,
  holes: [],
} as const;

/**
 * A nucleus of the measured outline in steady state under a λ of the given pattern, median and spread, from a random
 * start. The same spec gives the same bytes. Throws `model` if the model does not settle.
 */
export async function simulateLikeness(spec: LikenessSpec, run: Run): Promise<Likeness> {
  const { parameters, meanChromatin, seed } = spec;
  const cells = cellsForMaking(spec.voxels, spec);
  const lambda = await makePattern(spec, cells.domain, run);
  const forward = { ...parameters, meanChromatin, seed: (seed ^ 0x6d2b79f5) >>> 0, tolerance, longestTime };
  return { cells, lambda, steady: await steadyState(lambda, cells.domain, forward, run) };
}

/** Values on a fine grid averaged over each voxel of a grid that it divides evenly. */
function blockMeans(values: Float64Array, fine: Grid, coarse: Grid): Float64Array {
  const [, ny, nx] = fine.shape;
  const factor = fine.shape.map((count, axis) => count / coarse.shape[axis]);
  const means = new Float64Array(voxelCount(coarse));
  const share = means.length / values.length;
  values.forEach((value, i) => {
    const z = Math.floor(Math.floor(i / (ny * nx)) / factor[0]);
    const y = Math.floor((Math.floor(i / nx) % ny) / factor[1]);
    means[(z * coarse.shape[1] + y) * coarse.shape[2] + Math.floor((i % nx) / factor[2])] += share * value;
  });
  return means;
}

/** A field of the nucleus as a microscope of the given blur (sd in nm, z, y, x) shows it on the pixels, free of noise. */
export async function likenessImage(
  packed: Float64Array,
  { domain, voxels }: Cells,
  psfNm: Triple,
  run: Run,
): Promise<Float64Array> {
  const blur = domain.isPeriodic === true ? blurPeriod : blurByPsf;
  const blurred = await blur(laidOut(packed, domain), domain.grid, psfNm, run);
  return blockMeans(blurred, domain.grid, voxels.grid);
}

/** True λ of the nucleus averaged over each pixel of its outline, packed. */
export function likenessRate({ lambda, cells }: Likeness): Float64Array {
  return toVoxels(lambda, cells);
}
