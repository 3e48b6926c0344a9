import type { CosineBasis } from '../../kernels/cosine-basis.js';
import { errorWeight, type EquationNoise } from './whitening.js';

/**
 * The prior on λ − λ₀ is a Gaussian field of the Whittle-Matérn kind: spectrum ∝ (1 + ℓ²k²)^−(ν + d/2) with ν = 4, as
 * smooth as can be told from data.
 */
const smoothness = 4;
/** Modes whose root falls below this share of the largest are left out: a millionth of the variance. */
const negligible = 1e-3;

function exponent(dimensions: number): number {
  return (smoothness + dimensions / 2) / 2;
}

/** The highest wave number (1/L0) that a prior of length ℓ has to be built from. */
export function highestWave(length: number, dimensions: number): number {
  return Math.sqrt(negligible ** (-1 / exponent(dimensions)) - 1) / length;
}

/** Root of the prior's spectrum per mode of the basis, for unit sd: the field is Σ root·z·cosine with z white. */
export function priorRoot(basis: CosineBasis, length: number): Float64Array {
  const power = -exponent(basis.level.axes.length);
  const root = basis.wave.map((k2) => (1 + length * length * k2) ** power);
  const variance = root.reduce((sum, v) => sum + v * v, 0) / basis.cellsInBox;
  return root.map((v) => v / Math.sqrt(variance));
}

/** φ_e over the domain in a few classes: `share` of the volume has φ_e² near `square`. */
export interface SignalClasses {
  readonly square: readonly number[];
  readonly share: readonly number[];
}

const classCount = 12;

/** Classes of equal volume of φ_e² over cells of the given volumes. */
export function signalClasses(phiE: Float64Array, volume: Float64Array): SignalClasses {
  const order = Array.from(phiE.keys()).sort((i, j) => phiE[i] - phiE[j]);
  const total = volume.reduce((sum, v) => sum + v, 0);
  const square = new Array<number>(classCount).fill(0);
  const share = new Array<number>(classCount).fill(0);
  let seen = 0;
  for (const i of order) {
    const k = Math.min(classCount - 1, Math.floor((classCount * seen) / total));
    square[k] += volume[i] * phiE[i] ** 2;
    share[k] += volume[i];
    seen += volume[i];
  }
  return {
    square: square.map((v, k) => (share[k] === 0 ? 0 : v / share[k])),
    share: share.map((v) => v / total),
  };
}

/** What the local view of the posterior needs: the modes, the prior's root, and the weight of the data per mode. */
export interface LocalModes {
  /** Number of modes per cell of the box, as a weight that turns a sum over modes into a mean over the box. */
  readonly perCell: number;
  /** Prior variance of a mode for unit sd. */
  readonly prior: Float64Array;
  /** Voxels of the image per cell × G: information on the mode per φ_e². */
  readonly information: Float64Array;
  /** k² of the modes, 1/L0². */
  readonly wave: Float64Array;
}

/** Prior and information of every mode, where the nucleus is taken as locally uniform. */
export function localModes(
  basis: CosineBasis,
  root: Float64Array,
  noise: EquationNoise,
  voxelsPerCell: number,
): LocalModes {
  return {
    perCell: 1 / basis.cellsInBox,
    prior: root.map((v) => v * v),
    information: basis.wave.map((k2) => voxelsPerCell * errorWeight(noise, k2)),
    wave: basis.wave,
  };
}

/**
 * log det(1 + S φ_e G φ_e S) of the whole domain, each class of φ_e as if it filled space: the volume (in cells) times
 * the mean over modes. `sd` scales the prior.
 */
export function logDeterminant(modes: LocalModes, classes: SignalClasses, sd: number, cells: number): number {
  let sum = 0;
  classes.square.forEach((square, c) => {
    let part = 0;
    let product = 1;
    for (let k = 0; k < modes.prior.length; k++) {
      product *= 1 + sd * sd * square * modes.prior[k] * modes.information[k];
      // A logarithm now and then is enough, and takes most of the time.
      if (product < 1e150) continue;
      part += Math.log(product);
      product = 1;
    }
    part += Math.log(product);
    sum += classes.share[c] * part;
  });
  return sum * modes.perCell * cells;
}

/** Posterior variance of λ where φ_e has the given square, as if it filled space. */
export function localVariance(modes: LocalModes, square: number, sd: number): number {
  let sum = 0;
  for (let k = 0; k < modes.prior.length; k++) {
    const prior = sd * sd * modes.prior[k];
    sum += prior / (1 + square * prior * modes.information[k]);
  }
  return sum * modes.perCell;
}

/** The highest wave number at which the data still say more than the prior, where φ_e has the given square; or 0. */
export function resolvedWave({ prior, information, wave }: LocalModes, square: number, sd: number): number {
  let highest = 0;
  for (let k = 0; k < wave.length; k++) {
    if (square * sd * sd * prior[k] * information[k] > 1) highest = Math.max(highest, wave[k]);
  }
  return Math.sqrt(highest);
}
