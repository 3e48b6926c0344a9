import type { Grid } from '../data/grid.js';
import { connectedComponents } from '../density/components.js';
import { otsuThreshold } from '../density/region.js';
import { gaussianBlur } from '../kernels/gaussian-blur.js';
import { blockMeans, blockSize, pixelGrid, type Plane } from './plane.js';

/** How large the nuclei of a plane are, in its pixels. */
export interface NucleusExtent {
  /** Diameter of the circle of equal area: of the middle one where there are several. */
  readonly diameter: number;
  readonly count: number;
  /** Whether the frame cuts it, so that it is larger than that. */
  readonly cut: boolean;
  /** Blocks of `block` pixels; 1 inside. */
  readonly mask: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly block: number;
}

/** Blocks along the longer side: enough for a nucleus that is a fiftieth of the frame. */
const mostBlocks = 256;
/** Sd in blocks, over which gaps between chromatin domains close. */
const smoothing = 2;
/** Share of the variance between background and nucleus from which on they are two things. */
const clearSeparation = 0.5;
/** How far the darkest of the background may lie under the rest of it, against the nucleus, and its share of the frame's rim. */
const evenness = 0.02;
const openRim = 0.4;
/** Pieces under this share of the largest do not count. */
const speck = 0.1;

function quantile(values: Float64Array, share: number): number {
  return values.toSorted()[Math.floor(share * (values.length - 1))];
}

/** Over a quarter of the way from the background to the nucleus; undefined where there is no background. */
function insideOf(smooth: Float64Array): Uint8Array | undefined {
  const { threshold, separation } = otsuThreshold(smooth);
  const [dark, bright] = [smooth.filter((v) => v <= threshold), smooth.filter((v) => v > threshold)];
  if (separation < clearSeparation || dark.length === 0 || bright.length === 0) return undefined;
  const background = quantile(dark, 0.3);
  const height = quantile(bright, 0.5) - background;
  // What is dark between domains is not even.
  if (background - quantile(dark, 0.05) > evenness * height) return undefined;
  return Uint8Array.from(smooth, (v) => (v > background + height / 4 ? 1 : 0));
}

/** Share of the frame's rim that lies outside. */
function rimShare(mask: Uint8Array, { shape: [, ny, nx] }: Grid): number {
  let outside = 0;
  for (let x = 0; x < nx; x++) outside += 2 - mask[x] - mask[(ny - 1) * nx + x];
  for (let y = 0; y < ny; y++) outside += 2 - mask[y * nx] - mask[y * nx + nx - 1];
  return outside / (2 * (nx + ny));
}

/** Holes that do not reach the frame, filled. */
function withoutHoles(mask: Uint8Array, grid: Grid): Uint8Array {
  const { labels, touchesFrame } = connectedComponents(
    mask.map((v) => 1 - v),
    grid,
  );
  return mask.map((v, i) => (v === 1 || !touchesFrame[labels[i]] ? 1 : 0));
}

function middleOf(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)];
}

/** The nuclei of a plane by a threshold, whatever its pixels are in nm; null where no background is told from them. */
export function nucleusExtent(plane: Plane): NucleusExtent | null {
  const block = blockSize(plane, mostBlocks);
  const small = blockMeans(plane, block);
  const grid = pixelGrid(small);
  const rough = insideOf(gaussianBlur(small.values, grid, [1, smoothing, smoothing]));
  if (rough === undefined || rimShare(rough, grid) < openRim) return null;
  const filled = withoutHoles(rough, grid);
  const { labels, sizes, touchesFrame } = connectedComponents(filled, grid);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  const counted = sizes.map((size, label) => label > 0 && size >= speck * largest);
  const kept = sizes.filter((_, label) => counted[label]).sort((a, b) => a - b);
  if (kept.length === 0) return null;
  return {
    diameter: 2 * block * Math.sqrt(middleOf(kept) / Math.PI),
    count: kept.length,
    cut: kept.length === 1 && touchesFrame.some((touches, label) => touches && counted[label]),
    mask: filled.map((_, i) => (counted[labels[i]] ? 1 : 0)),
    width: small.width,
    height: small.height,
    block,
  };
}
