import { type Grid } from '../data/grid.js';

/**
 * Noise of one channel: the variance of a voxel of mean intensity I is `constant` + `slope`·I (intensity units²),
 * the law of a camera with Poisson photons and read noise. `meanSd` is the sd at the mean intensity.
 */
export interface NoiseModel {
  readonly constant: number;
  readonly slope: number;
  readonly meanIntensity: number;
  readonly meanSd: number;
}

/** Fourth difference: blind to cubics, so that structure wider than a few pixels hardly enters. */
const fourthDifference = [1, -4, 6, -4, 1];
const madToSd = 1 / 0.6745;
const binCount = 8;

interface Detail {
  readonly residual: number;
  readonly level: number;
}

/** High-pass residual (scaled to the noise sd) and local mean of the 5×5 patch at (iz, iy, ix), if all inside. */
function patchDetail(
  values: ArrayLike<number>,
  mask: Uint8Array | undefined,
  centre: number,
  nx: number,
): Detail | null {
  let residual = 0;
  let level = 0;
  for (let j = -2; j <= 2; j++) {
    for (let i = -2; i <= 2; i++) {
      const at = centre + j * nx + i;
      if (mask !== undefined && mask[at] === 0) return null;
      residual += fourthDifference[j + 2] * fourthDifference[i + 2] * values[at];
      level += values[at];
    }
  }
  // The squares of the 25 weights sum to 70².
  return { residual: Math.abs(residual) / 70, level: level / 25 };
}

function collectDetails(values: ArrayLike<number>, grid: Grid, mask: Uint8Array | undefined): Detail[] {
  const [nz, ny, nx] = grid.shape;
  const stride = Math.max(1, Math.floor(Math.cbrt((nz * ny * nx) / 2e6)));
  const details: Detail[] = [];
  for (let iz = 0; iz < nz; iz += stride) {
    for (let iy = 2; iy < ny - 2; iy += stride) {
      for (let ix = 2; ix < nx - 2; ix++) {
        const detail = patchDetail(values, mask, (iz * ny + iy) * nx + ix, nx);
        if (detail !== null && Number.isFinite(detail.residual)) details.push(detail);
      }
    }
  }
  return details;
}

/** Median absolute residual of each of eight bins of equal population, as (level, variance) pairs. */
function binnedVariance(details: Detail[]): { level: number; variance: number }[] {
  const sorted = [...details].sort((p, q) => p.level - q.level);
  const bins = Math.max(1, Math.min(binCount, Math.floor(sorted.length / 50)));
  return Array.from({ length: bins }, (_, b) => {
    const bin = sorted.slice(
      Math.floor((b * sorted.length) / bins),
      Math.floor(((b + 1) * sorted.length) / bins),
    );
    const residuals = bin.map((d) => d.residual).sort((p, q) => p - q);
    const sd = residuals[residuals.length >> 1] * madToSd;
    return { level: bin.reduce((sum, d) => sum + d.level, 0) / bin.length, variance: sd * sd };
  });
}

/**
 * Noise of an image from the image alone: the median absolute fourth difference inside the mask, in bins of local
 * mean intensity, and a straight line through the variances with neither coefficient negative. `values` has one
 * entry per voxel of the grid. Returns undefined where fewer than 25 patches of 5×5 pixels lie inside.
 * Correlated noise (a resampled or deconvolved image) is underestimated.
 */
export function estimateNoise(
  values: ArrayLike<number>,
  grid: Grid,
  mask: Uint8Array | undefined,
): NoiseModel | undefined {
  const details = collectDetails(values, grid, mask);
  if (details.length < 25) return undefined;
  const points = binnedVariance(details);
  const level = points.reduce((sum, p) => sum + p.level, 0) / points.length;
  const variance = points.reduce((sum, p) => sum + p.variance, 0) / points.length;
  const spread = points.reduce((sum, p) => sum + (p.level - level) ** 2, 0);
  const shared = points.reduce((sum, p) => sum + (p.level - level) * (p.variance - variance), 0);
  let slope = spread > 0 ? Math.max(0, shared / spread) : 0;
  let constant = variance - slope * level;
  if (constant < 0 && level > 0) {
    constant = 0;
    slope = variance / level;
  }
  return { constant: Math.max(0, constant), slope, meanIntensity: level, meanSd: Math.sqrt(variance) };
}

/** Noise sd of a voxel of the given mean intensity. */
export function noiseSd(noise: NoiseModel, intensity: number): number {
  return Math.sqrt(Math.max(noise.constant + noise.slope * intensity, 1e-6 * noise.meanSd * noise.meanSd));
}
