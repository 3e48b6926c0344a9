import { depthInside } from '../../kernels/depth.js';
import { gaussianBlurred } from '../../kernels/gaussian-blur.js';
import { type NoFluxDomain, pack, unpack } from '../../kernels/no-flux.js';
import { breathe, type Run } from '../../run.js';
import { localVariance, type LocalModes, resolvedWave } from './prior.js';

/** Posterior sd of λ and the wave number up to which data outweigh the prior, per packed voxel. */
export interface PosteriorSpread {
  readonly sd: Float64Array;
  /** 1/L0; 0 where the data say less than the prior at every wave. */
  readonly wave: Float64Array;
}

const tableSize = 48;

/** Values of a function of x on a logarithmic table between the extremes of `at`, looked up linearly. */
async function tabulated(at: Float64Array, f: (x: number) => number, run: Run): Promise<Float64Array> {
  const high = at.reduce((most, v) => Math.max(most, v), 1e-12);
  const low = Math.max(
    1e-6 * high,
    at.reduce((least, v) => Math.min(least, v), high),
  );
  const span = Math.log(high / low) || 1;
  const table = new Float64Array(tableSize);
  for (let k = 0; k < tableSize; k++) {
    table[k] = f(low * Math.exp((span * k) / (tableSize - 1)));
    await breathe(run);
  }
  return at.map((x) => {
    const position = (Math.log(Math.max(x, low) / low) / span) * (tableSize - 1);
    const k = Math.min(tableSize - 2, Math.floor(position));
    return table[k] + (position - k) * (table[k + 1] - table[k]);
  });
}

/**
 * Spread of the posterior where the nucleus is taken as locally uniform: per mode prior against information, with φ_e²
 * the mean over a neighbourhood as wide as what is resolved, nothing counted outside the mask (so that the edge, which
 * is seen from one side, is known less). `smoothE` is φ_e on the domain; `length` is L0 in nm.
 */
export async function posteriorSpread(
  smoothE: Float64Array,
  domain: NoFluxDomain,
  { modes, sd, length }: { modes: LocalModes; sd: number; length: number },
  run: Run,
): Promise<PosteriorSpread> {
  const square = smoothE.map((v) => v * v);
  const typical = square.reduce((sum, v) => sum + v, 0) / square.length;
  const reach = Math.min(length, (0.5 * Math.PI * length) / Math.max(resolvedWave(modes, typical, sd), 1e-3));
  const seen = await blurred(square, domain, reach, run);
  return {
    sd: await tabulated(seen, (x) => Math.sqrt(localVariance(modes, x, sd)), run),
    wave: await tabulated(seen, (x) => resolvedWave(modes, x, sd), run),
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
export async function guidedSd(
  [local, drawn]: readonly [Float64Array, Float64Array],
  domain: NoFluxDomain,
  length: number,
  run: Run,
): Promise<Float64Array> {
  const ratio = drawn.map((v, i) => v / local[i] ** 2);
  const byDepth = alongDepth(ratio, depthInside(domain));
  const reach = comparedOver * length;
  const rest = await localMean(
    ratio.map((v, i) => v / byDepth[i]),
    domain,
    reach,
    run,
  );
  return local.map((v, i) => v * Math.sqrt(byDepth[i] * rest[i]));
}

/** A packed field, 0 outside, after a Gaussian of sd `reach` (nm) along every axis. */
async function blurred(
  packed: Float64Array,
  domain: NoFluxDomain,
  reach: number,
  run: Run,
): Promise<Float64Array> {
  const width = [reach, reach, reach] as const;
  return pack(
    await gaussianBlurred(unpack(packed, domain), [domain.grid, width], domain.isPeriodic, run),
    domain,
  );
}

/** Mean over a Gaussian neighbourhood of sd `reach` (nm), nothing outside the domain counted. */
async function localMean(
  values: Float64Array,
  domain: NoFluxDomain,
  reach: number,
  run: Run,
): Promise<Float64Array> {
  const weight = await blurred(new Float64Array(domain.count).fill(1), domain, reach, run);
  return (await blurred(values, domain, reach, run)).map((v, i) => v / weight[i]);
}

/**
 * What the choice of one length scale everywhere may hide: the squared difference of λ from that under a shorter scale,
 * less what noise explains of it, as a local mean. 0 where the shorter scale finds nothing new. All packed.
 */
export async function scaleDoubt(
  [rate, shorter]: readonly [Float64Array, Float64Array],
  [sd, shorterSd]: readonly [Float64Array, Float64Array],
  [domain, reach]: readonly [NoFluxDomain, number],
  run: Run,
): Promise<Float64Array> {
  const excess = rate.map((v, i) => (v - shorter[i]) ** 2 - Math.max(0, shorterSd[i] ** 2 - sd[i] ** 2));
  return (await localMean(excess, domain, reach, run)).map((v) => Math.max(0, v));
}
