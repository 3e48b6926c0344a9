import { depthInside } from '../../kernels/depth.js';
import { gaussianBlur } from '../../kernels/gaussian-blur.js';
import { type NoFluxDomain, pack, unpack } from '../../kernels/no-flux.js';
import { localVariance, type LocalModes, resolvedWave } from './prior.js';

/** Posterior sd of λ and the wave number up to which data outweigh the prior, per packed voxel. */
export interface PosteriorSpread {
  readonly sd: Float64Array;
  /** 1/L0; 0 where the data say less than the prior at every wave. */
  readonly wave: Float64Array;
}

const tableSize = 48;

/** Values of a function of x on a logarithmic table between the extremes of `at`, looked up linearly. */
function tabulated(at: Float64Array, f: (x: number) => number): Float64Array {
  const high = at.reduce((most, v) => Math.max(most, v), 1e-12);
  const low = Math.max(
    1e-6 * high,
    at.reduce((least, v) => Math.min(least, v), high),
  );
  const span = Math.log(high / low) || 1;
  const table = Float64Array.from({ length: tableSize }, (_, k) =>
    f(low * Math.exp((span * k) / (tableSize - 1))),
  );
  return at.map((x) => {
    const position = (Math.log(Math.max(x, low) / low) / span) * (tableSize - 1);
    const k = Math.min(tableSize - 2, Math.floor(position));
    return table[k] + (position - k) * (table[k + 1] - table[k]);
  });
}

/** A packed field after a Gaussian of the given sd (nm) along every axis, counted as 0 outside the domain. */
function blurred(values: Float64Array, domain: NoFluxDomain, sd: number): Float64Array {
  const { grid, isPeriodic } = domain;
  return pack(gaussianBlur(unpack(values, domain), grid, [sd, sd, sd], isPeriodic), domain);
}

/**
 * Spread of the posterior where the nucleus is taken as locally uniform: per mode prior against information, with φ_e²
 * the mean over a neighbourhood as wide as what is resolved, nothing counted outside the mask (so that the edge, which
 * is seen from one side, is known less). `smoothE` is φ_e on the domain; `length` is L0 in nm.
 */
export function posteriorSpread(
  smoothE: Float64Array,
  domain: NoFluxDomain,
  { modes, sd, length }: { modes: LocalModes; sd: number; length: number },
): PosteriorSpread {
  const square = smoothE.map((v) => v * v);
  const typical = square.reduce((sum, v) => sum + v, 0) / square.length;
  const reach = Math.min(length, (0.5 * Math.PI * length) / Math.max(resolvedWave(modes, typical, sd), 1e-3));
  const seen = blurred(square, domain, reach);
  return {
    sd: tabulated(seen, (x) => Math.sqrt(localVariance(modes, x, sd))),
    wave: tabulated(seen, (x) => resolvedWave(modes, x, sd)),
  };
}

/** Shells of depth are this wide (L0), as many as this; all that is deeper is one. */
const shell = { width: 0.1, count: 15 } as const;
/** Beyond depth, the variance of the draws is compared over this neighbourhood (L0). */
const comparedOver = 0.7;

/** Mean of a quantity per shell of depth, as a function of depth: linear between the middles of the shells. */
function alongDepth(values: Float64Array, depth: Float64Array): Float64Array {
  const sum = new Float64Array(shell.count);
  const held = new Float64Array(shell.count);
  const shellOf = (d: number): number => Math.min(shell.count - 1, Math.floor(d / shell.width));
  depth.forEach((d, i) => {
    sum[shellOf(d)] += values[i];
    held[shellOf(d)]++;
  });
  const middle: number[] = [];
  const mean: number[] = [];
  held.forEach((n, k) => {
    if (n > 0) [middle[middle.length], mean[mean.length]] = [(k + 0.5) * shell.width, sum[k] / n];
  });
  return depth.map((d) => {
    const after = middle.findIndex((m) => m >= d);
    if (after <= 0) return after === 0 ? mean[0] : mean[mean.length - 1];
    const part = (d - middle[after - 1]) / (middle[after] - middle[after - 1]);
    return mean[after - 1] + part * (mean[after] - mean[after - 1]);
  });
}

/**
 * The sd of λ from a few draws of the posterior (their mean square, `drawn`) with the local formula's as a guide: few
 * draws tell the variance of one voxel badly, but well how it compares with the formula's at one depth under the rim,
 * which is seen from one side, and in one neighbourhood. All packed.
 */
export function guidedSd(
  local: Float64Array,
  drawn: Float64Array,
  domain: NoFluxDomain,
  length: number,
): Float64Array {
  const ratio = drawn.map((v, i) => v / local[i] ** 2);
  const byDepth = alongDepth(ratio, depthInside(domain));
  const reach = comparedOver * length;
  const rest = localMean(
    ratio.map((v, i) => v / byDepth[i]),
    domain,
    reach,
  );
  return local.map((v, i) => v * Math.sqrt(byDepth[i] * rest[i]));
}

/** Mean over a Gaussian neighbourhood of sd `reach` (nm), nothing outside the domain counted. */
function localMean(values: Float64Array, domain: NoFluxDomain, reach: number): Float64Array {
  const weight = blurred(new Float64Array(domain.count).fill(1), domain, reach);
  return blurred(values, domain, reach).map((v, i) => v / weight[i]);
}

/**
 * What the choice of one length scale everywhere may hide: the squared difference of λ from that under a shorter scale,
 * less what noise explains of it, as a local mean. 0 where the shorter scale finds nothing new. All packed.
 */
export function scaleDoubt(
  [rate, shorter]: readonly [Float64Array, Float64Array],
  [sd, shorterSd]: readonly [Float64Array, Float64Array],
  domain: NoFluxDomain,
  reach: number,
): Float64Array {
  const excess = rate.map((v, i) => (v - shorter[i]) ** 2 - Math.max(0, shorterSd[i] ** 2 - sd[i] ** 2));
  return localMean(excess, domain, reach).map((v) => Math.max(0, v));
}
