import { analyse, type CosineBasis, cosineBasis, cosineBox, synthesise } from '../../kernels/cosine-basis.js';
import { filterOnLevel, levelBound } from '../../kernels/level-filter.js';
import { lanczos, type LanczosView, shiftedSolution } from '../../kernels/lanczos.js';
import { chebyshevSeries } from '../../kernels/no-flux-filter.js';
import type { Run } from '../../run.js';
import { filterWaves, type LengthData } from './length-data.js';
import { voxelsPerCell } from './frame.js';
import { highestWave, localModes, logDeterminant, priorRoot } from './prior.js';
import { continuumWave, levelSpacings, rateSymbol } from './whitening.js';

/** A prior on λ and what it does to the evidence: ½·what it lets λ explain of the misfit, and ½·log det. */
export interface PriorTrial {
  /** Length scale in the data's unit. */
  readonly scale: number;
  readonly fit: number;
  readonly cost: number;
}

/** One L0 before the data: half the squared error of the equation at λ₀, ½·log det of its weights, and all priors tried. */
export interface LengthTrial {
  /** L0 over the data's unit. */
  readonly ratio: number;
  readonly misfit: number;
  readonly volume: number;
  readonly priors: readonly PriorTrial[];
}

/** Amplitudes of the prior on λ, as shares of λ₀: a factor √2 apart. */
const amplitudes = Array.from({ length: 14 }, (_, k) => 0.01 * Math.SQRT2 ** k);
const margin = 1.5;
const stopAt = { limit: 200, tolerance: 3e-4 };
/** Of the whitening filter, over its largest value. */
const accuracy = 1e-3;

/** Weights of the equation's error at one L0: G of the waves, with their share in what is asked (see EuchromatinSpectrum). */
interface Whitening {
  readonly symbol: (k2: number) => number;
  /** 1 over the variance of y_h given y_e, where λ is λ₀. */
  readonly precision: (k2: number) => number;
  readonly weighted: (k2: number) => number;
}

/**
 * y_h given y_e. With φ_e a Gaussian field of known spectrum S, y_e = φ_e + n_e leaves φ_e with mean W·y_e and variance
 * W·σ_e², W = S/(S + σ_e²); so y_h = A₀φ_e + δφ_e + n_h has mean A₀W·y_e + δφ_e and variance σ_h² + A₀²·W·σ_e².
 */
function whiteningAt({ noise, spectrum }: LengthData, ratio: number): Whitening {
  const [colourH, colourE] = spectrum.colour;
  const symbol = (k2: number): number => rateSymbol(noise, ratio * ratio * k2);
  const precision = (k2: number): number =>
    1 / (noise.sdH ** 2 * colourH(k2) + spectrum.trust(k2) * colourE(k2) * (noise.sdE * symbol(k2)) ** 2);
  return { symbol, precision, weighted: (k2) => spectrum.weight(k2) * precision(k2) };
}

/** The whitened error of the equation at the cells that are judged, and what carries a field to it. */
interface WhiteError {
  readonly error: Float64Array;
  readonly whiten: (u: Float64Array, run: Run) => Promise<Float64Array>;
  readonly weighted: (k2: number) => number;
}

async function whiteError(data: LengthData, white: Whitening, run: Run): Promise<WhiteError> {
  const { level, noise, phiH, phiE } = data;
  const wave = continuumWave(levelSpacings(level));
  const bound = levelBound(level);
  const root = (x: number): number => Math.sqrt(white.weighted(wave(x))) * noise.sdH;
  const filter = { bound, series: chebyshevSeries(root, bound, accuracy).map((v) => v / noise.sdH) };
  // The series of A₀ is exact (a polynomial), so that error and exchange pass the very same filter.
  const applied = await filterWaves(phiE, level, white.symbol, run);
  const difference = phiH.map((v, i) => v - applied[i]);
  return {
    error: await filterOnLevel(difference, level, filter, run),
    whiten: (u, r) => filterOnLevel(u, level, filter, r),
    weighted: white.weighted,
  };
}

/** The judged error through a prior of length `scale`, as in `viewAtScale`. */
async function viewOf(
  data: LengthData,
  { error, whiten }: WhiteError,
  { basis, root }: { basis: CosineBasis; root: Float64Array },
  run: Run,
): Promise<LanczosView> {
  const { level, judged, phiE, noise } = data;
  const whole = voxelsPerCell(level);
  const back = async (u: Float64Array, r: Run): Promise<Float64Array> => {
    const spread = await whiten(
      u.map((v, i) => v * judged[i]),
      r,
    );
    const field = spread.map((v, i) => (v * phiE[i] * level.volume[i]) / whole);
    return (await analyse(field, basis, r)).map((v, k) => v * root[k]);
  };
  const apply = async (z: Float64Array, r: Run): Promise<Float64Array> => {
    const delta = await synthesise(
      z.map((v, k) => v * root[k]),
      basis,
      r,
    );
    return back(
      await whiten(
        delta.map((v, i) => v * phiE[i]),
        r,
      ),
      r,
    );
  };
  const strongest = (amplitudes[amplitudes.length - 1] * noise.level) ** 2;
  return lanczos(apply, await back(error, run), { ...stopAt, strongest }, run);
}

/** Every amplitude of the prior of one length scale. */
async function priorsOf(data: LengthData, white: WhiteError, scale: number, run: Run): Promise<PriorTrial[]> {
  const { level, noise, classes, count } = data;
  const box = cosineBox(level, margin * scale);
  const basis = cosineBasis(level, box, highestWave(scale, level.axes.length));
  const root = priorRoot(basis, scale);
  const view = await viewOf(data, white, { basis, root }, run);
  const modes = { ...localModes(basis, root, noise, 1), information: basis.wave.map(white.weighted) };
  return amplitudes.map((share) => {
    const sd = share * noise.level;
    const fit = view.basis.length === 0 ? 0 : (sd * sd * view.size * shiftedSolution(view, sd * sd)[0]) / 2;
    return { scale, fit, cost: logDeterminant(modes, classes, sd, count) / 2 };
  });
}

/** The prior of most evidence where the noise is `inflation` times as strong as measured, and the evidence it brings. */
export function bestPrior(
  { priors }: Pick<LengthTrial, 'priors'>,
  inflation: number,
): PriorTrial & { gain: number } {
  const gain = ({ fit, cost }: PriorTrial): number => fit / inflation ** 2 - cost;
  const best = priors.reduce((most, next) => (gain(next) > gain(most) ? next : most));
  return { ...best, gain: gain(best) };
}

/** log p(y_h | y_e, L0) up to a constant that is the same for every L0, λ integrated out under its best prior. */
export function logEvidence(trial: LengthTrial, inflation: number): number {
  return trial.volume - trial.misfit / inflation ** 2 + bestPrior(trial, inflation).gain;
}

/** Squared error per wave asked that is left under the best prior: 1 where noise explains it. */
export function errorLeft(trial: LengthTrial, { lattice, spectrum, count }: LengthData): number {
  const waves = lattice.reduce((sum, k2) => sum + spectrum.weight(k2), 0) / lattice.length;
  return (2 * (trial.misfit - bestPrior(trial, 1).fit)) / (waves * count);
}

/** Length scales that λ may have, in the data's unit: the shortest, the longest, and where to begin. */
interface ScaleRange {
  readonly shortest: number;
  readonly longest: number;
  readonly start: number;
  /** Factor between one and the next. */
  readonly step: number;
}

/** Where the first is shorter than this, a prior of this length is tried too: evidence may have two tops. */
const longScale = 1.8;

/**
 * One L0, `ratio` times the data's unit, before the data: the whitened error of the equation and the priors on λ uphill
 * from `start`. `volume` is ½·Σ over the judged cells of (log G)ᵢᵢ as in an endless grid.
 */
export async function lengthTrial(
  data: LengthData,
  ratio: number,
  { shortest, longest, start, step: up }: ScaleRange,
  run: Run,
): Promise<LengthTrial> {
  const { noise, spectrum, lattice, judged, count } = data;
  const whitening = whiteningAt(data, ratio);
  const white = await whiteError(data, whitening, run);
  const misfit = white.error.reduce((sum, v, i) => sum + judged[i] * v * v, 0) / 2;
  const logs = lattice.reduce(
    (sum, k2) => sum + spectrum.weight(k2) * Math.log(whitening.precision(k2) * noise.sdH ** 2),
    0,
  );
  const volume = (count * logs) / (2 * lattice.length);
  let priors = await priorsOf(data, white, Math.min(Math.max(start, shortest), longest), run);
  let best = bestPrior({ priors }, 1);
  if (best.scale < longScale && longScale <= longest) {
    priors = [...priors, ...(await priorsOf(data, white, longScale, run))];
    best = bestPrior({ priors }, 1);
  }
  for (const step of [up, 1 / up]) {
    for (let climbs = true; climbs;) {
      const scale = best.scale * step;
      if (scale < 0.999 * shortest || scale > 1.001 * longest) break;
      const next = await priorsOf(data, white, scale, run);
      priors = [...priors, ...next];
      const after = bestPrior({ priors: next }, 1);
      climbs = after.gain > best.gain;
      if (climbs) best = after;
    }
  }
  return { ratio, misfit, volume, priors };
}
