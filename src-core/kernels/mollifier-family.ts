/**
 * Shape of a mollifier as a function of r, the distance from its centre over its radius; 0 from r = 1 on.
 * poly8: (1 − r²)⁸ · bump: exp(−1/(1 − r²)) · gauss: a Gaussian cut at 4 of its standard deviations.
 */
export type MollifierFamily = 'poly8' | 'bump' | 'gauss';

/** Exponent of the polynomial family. */
const power = 8;
/** −ln of the Gaussian at r = 1: half of 4². */
const decay = 8;

function polynomial(out: Float64Array, s: number): void {
  let factor = 1;
  for (let k = 0; k < out.length; k++) {
    out[k] = factor * (1 - s) ** (power - k);
    factor *= k - power;
  }
}

function gaussian(out: Float64Array, s: number): void {
  out[0] = Math.exp(-decay * s);
  for (let k = 1; k < out.length; k++) out[k] = -decay * out[k - 1];
}

/** With v = 1/(1 − s): F = e^(−v), and each derivative is a polynomial in v times F (dv/ds = v²). */
function bump(out: Float64Array, s: number): void {
  const v = 1 / (1 - s);
  const f = Math.exp(-v);
  const factors = [
    1,
    -(v ** 2),
    v ** 4 - 2 * v ** 3,
    -(v ** 6) + 6 * v ** 5 - 6 * v ** 4,
    v ** 8 - 12 * v ** 7 + 36 * v ** 6 - 24 * v ** 5,
  ];
  for (let k = 0; k < out.length; k++) out[k] = f === 0 ? 0 : factors[k] * f;
}

const shapes = { poly8: polynomial, bump, gauss: gaussian };

/**
 * Writes the derivatives d^k F/ds^k of the family's profile F(s), s = r², not normalised, for k below
 * `out.length` ≤ 5. All are 0 for s ≥ 1.
 */
export function profileDerivatives(out: Float64Array, family: MollifierFamily, s: number): void {
  if (s < 1) shapes[family](out, s);
  else out.fill(0);
}

/** Intervals of Simpson's rule over a profile: error under 1e-12 for every family. */
const intervals = 4096;

/** ∫₀¹ F(r²) rⁿ dr. */
function radialMoment(family: MollifierFamily, n: number): number {
  const f = new Float64Array(1);
  let sum = 0;
  for (let i = 0; i <= intervals; i++) {
    const r = i / intervals;
    // At the cut the Gaussian counts with its inner limit.
    profileDerivatives(f, family, i === intervals ? 1 - Number.EPSILON : r * r);
    sum += (i === 0 || i === intervals ? 1 : 2 + 2 * (i % 2)) * f[0] * r ** n;
  }
  return sum / (3 * intervals);
}

/** Integral of the profile over the unit ball in `dimensions` (1, 2 or 3). */
export function profileIntegral(family: MollifierFamily, dimensions: number): number {
  const surface = [0, 2, 2 * Math.PI, 4 * Math.PI][dimensions];
  return surface * radialMoment(family, dimensions - 1);
}

/**
 * Radius of a mollifier over its root mean square width per axis, in `dimensions` (1, 2 or 3). For poly8 it is
 * √(2·8 + d + 2), from the Beta integral ⟨r²⟩ = (d/2)/(8 + 1 + d/2); for the others it is integrated numerically.
 */
export function radiusPerWidth(family: MollifierFamily, dimensions: number): number {
  if (family === 'poly8') return Math.sqrt(2 * power + dimensions + 2);
  const meanSquare = radialMoment(family, dimensions + 1) / radialMoment(family, dimensions - 1);
  return Math.sqrt(dimensions / meanSquare);
}
