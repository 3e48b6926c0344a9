import { analyse, type CosineBasis, cosineBasis, cosineBox } from '../../kernels/cosine-basis.js';
import type { DomainLevel } from '../../kernels/domain-levels.js';
import type { FieldPair } from '../../kernels/no-flux-filter.js';
import type { Run } from '../../run.js';
import { levelSpacings } from './whitening.js';

/** What is known of φ_e before φ_h is looked at, wave by wave; k² in the domain's unit. */
export interface EuchromatinSpectrum {
  /** Power of φ_e over that of φ_e and its noise, at k²: the share of a measured wave that is euchromatin (Wiener). */
  readonly trust: (k2: number) => number;
  /** Weight, 0 to 1, of a wave in what is asked of the data: near 1 where φ_e stands well out of its noise. */
  readonly weight: (k2: number) => number;
  /** k where the weight is a half. */
  readonly edge: number;
  /** Power of the noise of φ_h and of φ_e at k², over that of white noise of their sd. */
  readonly colour: readonly [(k2: number) => number, (k2: number) => number];
}

/** The two channels' noise: a draw of each, and the sd per cell that white noise as strong would have. */
export interface ChannelNoise {
  readonly draws: FieldPair;
  readonly sd: readonly [number, number];
}

/** Waves count as far as the power of φ_e is this many times that of its noise. */
const clearPower = 3;
/** Bands that the spectrum is averaged over, and the shortest waves that may be looked at, per unit. */
const bandWidth = 0.25;
const shortest = 20;
/** Bands of the longest waves, which the taper smears. */
const smeared = 5;
/** Bands of k are averaged over by a Gaussian of this sd. */
const smoothing = 0.3;
/** Beyond the shortest clear wave the weight falls over this share of its k². */
const fading = 0.08;
/** and nothing is taken as known of φ_e beyond this many times that k². */
const reach = 2;
/** Power of φ_e over its noise is not told from none below this. */
const least = 0.05;
/** In fewer bands than this nothing is said. */
const fewestBands = 4;
/** The noise's colour is measured up to this k, where the draw has more than this share of white noise's power. */
const colouredTo = 10;
const faintest = 0.02;

interface Band {
  readonly k2: number;
  readonly ratio: number;
  readonly modes: number;
}

/** Power of a tapered field over that of white noise in bands of k. */
async function powerBands(
  tapered: Float64Array,
  basis: CosineBasis,
  noisePower: number,
  run: Run,
): Promise<Band[]> {
  const bands: { power: number; k2: number; modes: number }[] = [];
  const coefficients = await analyse(tapered, basis, run);
  coefficients.forEach((value, mode) => {
    const band = Math.floor(Math.sqrt(basis.wave[mode]) / bandWidth);
    while (bands.length <= band) bands.push({ power: 0, k2: 0, modes: 0 });
    bands[band].power += value * value;
    bands[band].k2 += basis.wave[mode];
    bands[band].modes++;
  });
  return bands
    .filter(({ modes }) => modes > 0)
    .map(({ power, k2, modes }) => ({ k2: k2 / modes, ratio: power / modes / noisePower, modes }));
}

/** Straight line of ln ratio over k², weighted by modes, of a slope of at most `steepest`. */
function logLine(bands: readonly Band[], steepest: number): { start: number; slope: number } {
  let [n, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const { k2, ratio, modes } of bands) {
    const value = Math.log(ratio);
    n += modes;
    x += modes * k2;
    y += modes * value;
    xx += modes * k2 * k2;
    xy += modes * k2 * value;
  }
  const spread = n * xx - x * x;
  const slope = Math.min(steepest, spread > 0 ? (n * xy - x * y) / spread : steepest);
  return { start: (y - slope * x) / n, slope };
}

/** Where a field is looked at: its taper, and the cosines that it is taken apart into. */
interface Window {
  readonly taper: Float64Array;
  readonly basis: CosineBasis;
}

/** Bands of a field without its mean, over white noise of the given sd. */
function fieldBands(field: Float64Array, { taper, basis }: Window, sd: number, run: Run): Promise<Band[]> {
  const sum = (f: (i: number) => number): number => taper.reduce((total, _, i) => total + f(i), 0);
  const mean = sum((i) => taper[i] * field[i]) / sum((i) => taper[i]);
  const white = (sd ** 2 * sum((i) => taper[i] ** 2)) / basis.cellsInBox;
  return powerBands(
    field.map((v, i) => (v - mean) * taper[i]),
    basis,
    white,
    run,
  );
}

/** Power of a noise draw over that of white noise, as a Gaussian of k: 1 for a camera, falling for a rendered table. */
async function noiseColour(
  draw: Float64Array,
  window: Window,
  sd: number,
  run: Run,
): Promise<(k2: number) => number> {
  const bands = (await fieldBands(draw, window, sd, run)).slice(smeared);
  const seen = bands.filter(({ ratio, k2 }) => ratio > faintest && k2 < colouredTo ** 2);
  if (seen.length < 2) return () => 1;
  const { start, slope } = logLine(seen, 0);
  return (k2) => Math.exp(start + slope * k2);
}

/** ln ratio as a smooth function of k: the mean over bands, each by its modes and a Gaussian of `smoothing`. */
function smoothLog(bands: readonly Band[]): (k2: number) => number {
  const points = bands.map(({ k2, ratio, modes }) => ({
    at: Math.sqrt(k2),
    value: Math.log(Math.max(ratio, least)),
    modes,
  }));
  const last = points[points.length - 1].at;
  return (k2) => {
    const k = Math.min(Math.sqrt(k2), last);
    let [sum, weights] = [0, 0];
    for (const { at, value, modes } of points) {
      // Even in k, hence smooth in k².
      const near =
        Math.exp(-(((k - at) / smoothing) ** 2) / 2) + Math.exp(-(((k + at) / smoothing) ** 2) / 2);
      const weight = modes * near;
      sum += weight * value;
      weights += weight;
    }
    return sum / weights;
  };
}

/**
 * The spectrum of φ_e from a taper of it (0 at the rim), band by band. null where φ_e is too noisy for any wave to stand
 * out.
 */
export async function euchromatinSpectrum(
  { phiE, taper }: { phiE: Float64Array; taper: Float64Array },
  { draws, sd }: ChannelNoise,
  level: DomainLevel,
  run: Run,
): Promise<EuchromatinSpectrum | null> {
  const highest = Math.min(Math.PI / Math.max(...levelSpacings(level)), shortest);
  const window = { taper, basis: cosineBasis(level, cosineBox(level, 0.3), highest) };
  const colourH = await noiseColour(draws[0], window, sd[0], run);
  const colourE = await noiseColour(draws[1], window, sd[1], run);
  const measured = await fieldBands(phiE, window, sd[1], run);
  const logRatio = smoothLog(measured.map((band) => ({ ...band, ratio: band.ratio / colourE(band.k2) - 1 })));
  const clear = measured.filter(({ k2 }) => logRatio(k2) > Math.log(clearPower));
  if (clear.length < fewestBands) return null;
  const ratio = (k2: number): number => Math.exp(Math.min(30, logRatio(k2)));
  const { k2: end } = clear[clear.length - 1];
  const within = (k2: number, limit: number): number =>
    1 / (1 + Math.exp(Math.min(50, (k2 - limit) / (fading * limit))));
  return {
    trust: (k2) => (within(k2, reach * end) * ratio(k2)) / (1 + ratio(k2)),
    weight: (k2) => within(k2, end) / (1 + (clearPower / ratio(k2)) ** 2),
    edge: Math.sqrt(end),
    colour: [colourH, colourE],
  };
}
