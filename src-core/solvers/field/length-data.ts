import { depthInside } from '../../kernels/depth.js';
import { domainHierarchy, type DomainLevel } from '../../kernels/domain-levels.js';
import { filterOnLevel, levelBound } from '../../kernels/level-filter.js';
import { chebyshevSeries } from '../../kernels/no-flux-filter.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import { euchromatinSpectrum, type EuchromatinSpectrum } from './euchromatin-spectrum.js';
import { problemNoise, restrictTo, usableLevels, voxelsPerCell } from './frame.js';
import { signalClasses, type SignalClasses } from './prior.js';
import { continuumWave, type EquationNoise, levelSpacings } from './whitening.js';

/** Both channels on cells coarse enough to be quick and fine enough for every wave that counts; the unit is that L0. */
export interface LengthData {
  readonly level: DomainLevel;
  readonly phiH: Float64Array;
  /** What of the measured φ_e is euchromatin: its waves by their share of it. */
  readonly phiE: Float64Array;
  /** Noise per cell, and λ₀, a and κ. */
  readonly noise: EquationNoise;
  readonly spectrum: EuchromatinSpectrum;
  /** 1 for the cells that are judged, whole ones away from the rim; 0 for the others; and how many are 1. */
  readonly judged: Float64Array;
  readonly count: number;
  readonly classes: SignalClasses;
  /** k² of the waves of an endless grid of such cells, evenly over them all. */
  readonly lattice: Float64Array;
}

/** The rim is left out to this depth (L0): blur, mask and no-flux wall are uncertain there. */
const rimDepth = 0.8;
/** Cells are at most this wide, times 1/k of the shortest waves that count. */
const widestCell = 1.5;
const accuracy = 1e-5;

/** 0 at half the rim's depth, 1 at one and a half, smooth between. */
function taperAt(depth: number): number {
  const u = Math.min(1, Math.max(0, depth / rimDepth - 0.5));
  return u * u * (3 - 2 * u);
}

/** k² over the Brillouin zone of a level's cells, as the finite-volume Laplacian has them in the continuum. */
function latticeWaves(spacings: readonly number[]): Float64Array {
  const points = spacings.length === 3 ? 24 : 96;
  const wave = continuumWave(spacings);
  let waves = [0];
  for (const h of spacings) {
    const along = Array.from(
      { length: points },
      (_, j) => (2 / h) ** 2 * Math.sin((Math.PI * (j + 0.5)) / (2 * points)) ** 2,
    );
    waves = waves.flatMap((sum) => along.map((v) => sum + v));
  }
  return Float64Array.from(waves, wave);
}

function compact(values: Float64Array, judged: Float64Array): Float64Array {
  return values.filter((_, i) => judged[i] !== 0);
}

/** f(−∇²) u on a level, f a function of k². `accuracy` is absolute, so f should be of order one at most. */
export function filterWaves(
  u: Float64Array,
  level: DomainLevel,
  f: (k2: number) => number,
  run: Run,
): Promise<Float64Array> {
  const wave = continuumWave(levelSpacings(level));
  const bound = levelBound(level);
  return filterOnLevel(u, level, { series: chebyshevSeries((x) => f(wave(x)), bound, accuracy), bound }, run);
}

/** The mean of φ_e, which is known, and of the waves around it their share of euchromatin. */
async function trustedPart(
  phiE: Float64Array,
  level: DomainLevel,
  { trust }: EuchromatinSpectrum,
  run: Run,
): Promise<Float64Array> {
  const mean = phiE.reduce((sum, v) => sum + v, 0) / phiE.length;
  const around = phiE.map((v) => v - mean);
  return (await filterWaves(around, level, trust, run)).map((v) => mean + v);
}

/** The data that tell one L0 from another; null where nothing stands out of the noise or nothing is away from the rim. */
export async function lengthData(problem: RateProblem, run: Run): Promise<LengthData | null> {
  const { domain, phiH, phiE, noiseH, noiseE } = problem;
  const levels = await domainHierarchy(domain, run);
  const equationNoise = await problemNoise(problem, run);
  const depth = depthInside(domain);
  const taper = depth.map(taperAt);
  const { sdH, sdE } = equationNoise;
  const noise = { draws: [noiseH, noiseE], sd: [sdH, sdE] } as const;
  const spectrum = taper.some((v) => v > 0)
    ? await euchromatinSpectrum({ phiE, taper }, noise, levels.finest, run)
    : null;
  if (spectrum === null) return null;
  const hierarchy = usableLevels(levels, widestCell / Math.max(spectrum.edge, 1e-9));
  const level = hierarchy[hierarchy.length - 1];
  const judged = restrictTo(
    depth.map((d) => (d >= rimDepth ? 1 : 0)),
    { hierarchy },
  ).map((v) => (v > 0.99 ? 1 : 0));
  const count = judged.reduce((sum, v) => sum + v, 0);
  if (count === 0) return null;
  const known = await trustedPart(restrictTo(phiE, { hierarchy }), level, spectrum, run);
  const share = Math.sqrt(voxelsPerCell(level));
  const inside = compact(known, judged);
  return {
    ...{ level, spectrum, judged, count },
    phiH: restrictTo(phiH, { hierarchy }),
    phiE: known,
    noise: { ...equationNoise, sdH: sdH / share, sdE: sdE / share },
    classes: signalClasses(inside, new Float64Array(inside.length).fill(1)),
    lattice: latticeWaves(levelSpacings(level)),
  };
}
