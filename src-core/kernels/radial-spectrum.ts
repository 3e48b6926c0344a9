import { type MollifierFamily, profileDerivatives, radiusPerWidth } from './mollifier-family.js';

/** Order of flatness of the substitution at both ends of an integral. */
const flatness = 7;

/** Coefficients of the odd polynomial g(v) = c∫₀ᵛ(1 − w²)⁷ dw, with c such that g(1) = 1. */
const substitution = ((): { coefficients: number[]; slope: number } => {
  const coefficients: number[] = [];
  let binomial = 1;
  for (let k = 0; k <= flatness; k++) {
    coefficients.push((k % 2 === 0 ? binomial : -binomial) / (2 * k + 1));
    binomial = (binomial * (flatness - k)) / (k + 1);
  }
  const slope = 1 / coefficients.reduce((sum, value) => sum + value, 0);
  return { coefficients, slope };
})();

/** Nodes t in (0, 1) and weights of the trapezoid rule after t = g(v): the ends are flat, so it converges fast. */
interface Nodes {
  readonly t: Float64Array;
  readonly weight: Float64Array;
}

/** g(v) in [−1, 1] and the weight g′(v)·step. */
function substitute(v: number, step: number): [number, number] {
  const { coefficients, slope } = substitution;
  let g = 0;
  for (let k = flatness; k >= 0; k--) g = g * v * v + coefficients[k];
  return [slope * g * v, slope * (1 - v * v) ** flatness * step];
}

/** ∫₋₁¹ of an even function as nodes on [0, 1). */
function evenNodes(count: number): Nodes {
  const t = new Float64Array(count);
  const weight = new Float64Array(count);
  for (let i = 0; i < count; i++) [t[i], weight[i]] = substitute(i / count, (i === 0 ? 1 : 2) / count);
  return { t, weight };
}

/** ∫₀¹ of any function that is smooth inside. */
function unitNodes(count: number): Nodes {
  const t = new Float64Array(count - 1);
  const weight = new Float64Array(count - 1);
  for (let i = 1; i < count; i++) {
    const [g, w] = substitute((2 * i) / count - 1, 2 / count);
    t[i - 1] = (1 + g) / 2;
    weight[i - 1] = w / 2;
  }
  return { t, weight };
}

const acrossNodes = unitNodes(128);

/** Integral of the unit-radius profile over the plane (line, point) at distance t from its centre. */
function projection(family: MollifierFamily, dimensions: number, t: number): number {
  const f = new Float64Array(1);
  const room = Math.max(0, 1 - t * t);
  if (dimensions === 1) {
    profileDerivatives(f, family, t * t);
    return f[0];
  }
  let sum = 0;
  acrossNodes.t.forEach((w, i) => {
    profileDerivatives(f, family, t * t + room * w * w);
    sum += acrossNodes.weight[i] * f[0] * (dimensions === 2 ? 1 : w);
  });
  return dimensions === 2 ? 2 * Math.sqrt(room) * sum : 2 * Math.PI * room * sum;
}

/** The projected profile at the nodes of a rule, weighted, with its sum scaled to 1. */
function weightedProfile(family: MollifierFamily, dimensions: number, count: number): Nodes {
  const { t, weight } = evenNodes(count);
  weight.forEach((w, i) => (weight[i] = w * projection(family, dimensions, t[i])));
  const total = weight.reduce((sum, w) => sum + w, 0);
  return { t, weight: weight.map((w) => w / total) };
}

/** Enough nodes for wavenumbers up to k·R = 700; more are made when a larger one is asked for. */
const fewestNodes = 1024;

/**
 * The Fourier transform F(k) = ∫η(x) e^(ikx) dx of the normalised mollifier in `dimensions` (1, 2 or 3), as a function
 * of the angular wavenumber k in 1/nm; `rmsWidth` in nm. F(0) = 1 and F ≈ 1 − (k·rmsWidth)²/2 near 0; the error is
 * under 1e-8. The kernel is projected on one axis once, and each call sums cosines over the projection (about 20 µs).
 */
export function radialSpectrum(
  family: MollifierFamily,
  dimensions: number,
  rmsWidth: number,
): (k: number) => number {
  const radius = rmsWidth * radiusPerWidth(family, dimensions);
  let profile = weightedProfile(family, dimensions, fewestNodes);
  return (k) => {
    const phase = Math.abs(k) * radius;
    const needed = fewestNodes * 2 ** Math.max(0, Math.ceil(Math.log2(phase / 700)));
    if (needed > profile.t.length) profile = weightedProfile(family, dimensions, needed);
    let sum = 0;
    for (let i = 0; i < profile.t.length; i++) sum += profile.weight[i] * Math.cos(phase * profile.t[i]);
    return sum;
  };
}
