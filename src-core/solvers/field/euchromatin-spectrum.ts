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

/** Waves count as far as the power of φ_e is this many times that of its noise, */
const clearPower = 3;
/** and the spectrum is followed from this many times more. */
const followed = 50;
/** Bands that the spectrum is averaged over, and the shortest waves that may be looked at, per unit. */
const bandWidth = 0.25;
const shortest = 20;
/** Bands of the longest waves, which the taper smears. */
const smeared = 5;
/** ln(power/noise) has to fall at least so fast with k². */
const slowest = -0.02;
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

/**
 * The spectrum of φ_e from a taper of it (0 at the rim): ln(power/noise) as a straight line in k² where it comes down to
 * its noise, as behind a Gaussian blur. null where φ_e is too noisy for any wave to stand out.
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
  const bands = measured.map((band) => ({ ...band, ratio: band.ratio / colourE(band.k2) - 1 }));
  const end = bands.findIndex(({ ratio }, k) => k >= smeared && !(ratio > clearPower));
  const clear = bands.slice(smeared, end < 0 ? bands.length : end);
  if (clear.length < 2) return null;
  const near = clear.filter(({ ratio }) => ratio < followed * clearPower);
  const { start, slope } = logLine(near.length < 2 ? clear.slice(-2) : near, slowest);
  const ratio = (k2: number): number => Math.exp(Math.min(30, start + slope * k2));
  return {
    trust: (k2) => ratio(k2) / (1 + ratio(k2)),
    weight: (k2) => 1 / (1 + (clearPower / ratio(k2)) ** 2),
    edge: Math.min(highest, Math.sqrt(Math.max(0, (Math.log(clearPower) - start) / slope))),
    colour: [colourH, colourE],
  };
}
