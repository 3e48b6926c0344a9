import { activeAxes, type Grid } from '../data/grid.js';
import { maskCount } from '../data/field.js';
import { connectedComponents } from './components.js';
import { gaussianBlur } from './gaussian-blur.js';

/** The nucleus (or nuclei) of an image. */
export interface Region {
  readonly mask: Uint8Array;
  /** Number of separate nuclei in the mask. */
  readonly nuclei: number;
  /** How it was found, in words for users. */
  readonly method: string;
  readonly warnings: readonly string[];
}

/** Otsu's threshold of a field, and the share of its variance that lies between the two classes. */
export function otsuThreshold(values: Float64Array): { threshold: number; separation: number } {
  const bins = 256;
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (!(high > low)) return { threshold: high, separation: 0 };
  const histogram = new Float64Array(bins);
  for (const v of values) histogram[Math.min(bins - 1, Math.floor(((v - low) / (high - low)) * bins))]++;
  const n = values.length;
  const mean = histogram.reduce((sum, count, b) => sum + count * b, 0) / n;
  const variance = histogram.reduce((sum, count, b) => sum + count * (b - mean) ** 2, 0) / n;
  let [best, at, below, belowSum] = [0, 0, 0, 0];
  for (let b = 0; b < bins - 1; b++) {
    below += histogram[b];
    belowSum += histogram[b] * b;
    if (below === 0 || below === n) continue;
    const between = (mean * below - belowSum) ** 2 / below / (n - below);
    if (between > best) [best, at] = [between, b];
  }
  return { threshold: low + ((at + 1) / bins) * (high - low), separation: best / n / variance };
}

/** Median of the entries of `values` that `keep` selects. */
function medianWhere(values: Float64Array, keep: (index: number) => boolean): number {
  const kept = values.filter((_, i) => keep(i)).sort();
  return kept.length === 0 ? Number.NaN : kept[kept.length >> 1];
}

/** Removes components of the mask that are under a twentieth of the largest; returns how many are left. */
function dropSpecks(mask: Uint8Array, grid: Grid): number {
  const { labels, sizes } = connectedComponents(mask, grid);
  const largest = Math.max(0, ...sizes);
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0 && sizes[labels[i]] < largest / 20) mask[i] = 0;
  return sizes.filter((size, label) => label > 0 && size >= largest / 20).length;
}

/** Fills holes (background not joined to the frame) smaller than `smallest` voxels. */
function fillHoles(mask: Uint8Array, grid: Grid, smallest: number): void {
  const { labels, sizes, touchesFrame } = connectedComponents(
    mask.map((v) => (v === 0 ? 1 : 0)),
    grid,
  );
  for (let i = 0; i < mask.length; i++) {
    const label = labels[i];
    if (label > 0 && !touchesFrame[label] && sizes[label] < smallest) mask[i] = 1;
  }
}

function wholeFrame(grid: Grid, method: string, warnings: string[]): Region {
  const [nz, ny, nx] = grid.shape;
  return { mask: new Uint8Array(nz * ny * nx).fill(1), nuclei: 1, method, warnings };
}

/** Voxels of a disc (ball) of the given radius in nm. */
function discVoxels(grid: Grid, radius: number): number {
  const axes = activeAxes(grid);
  const voxel = axes.reduce((volume, axis) => volume * grid.spacing[axis], 1);
  const shape =
    axes.length === 3
      ? (4 / 3) * Math.PI * radius ** 3
      : axes.length === 2
        ? Math.PI * radius ** 2
        : 2 * radius;
  return shape / voxel;
}

/** Whether the dark class is a real background: well separated, and one piece that reaches the frame. */
function hasBackground(core: Uint8Array, grid: Grid, separation: number): boolean {
  const dark = core.map((v) => (v === 0 ? 1 : 0));
  const { sizes, touchesFrame } = connectedComponents(dark, grid);
  const open = sizes.reduce((most, size, label) => (touchesFrame[label] ? Math.max(most, size) : most), 0);
  return separation > 0.55 && open > 0.6 * maskCount(dark);
}

/**
 * The nucleus by threshold: the density is smoothed (sd 60 nm, at least 2 voxels), split from the background by
 * Otsu's method, and cut half-way between the background's and the nucleus's median, which is where the edge of a
 * blurred nucleus lies. Specks under a twentieth of the largest piece are dropped (several nuclei stay), holes
 * smaller than a disc of 200 nm radius are filled (nucleoli stay out). Where no background is found the whole frame
 * is taken and a warning says so. `density` has one value per voxel in any unit.
 */
export function findNucleus(density: ArrayLike<number>, grid: Grid): Region {
  const sd = grid.spacing.map((spacing) => Math.max(60, 2 * spacing));
  const smooth = gaussianBlur(density, grid, [sd[0], sd[1], sd[2]]);
  const { threshold, separation } = otsuThreshold(smooth);
  const core = Uint8Array.from(smooth, (v) => (v > threshold ? 1 : 0));
  if (!hasBackground(core, grid, separation)) {
    return wholeFrame(grid, 'whole frame (no background found)', [
      'No dark background was found around the nucleus, so the whole frame was taken as nucleus; give --mask FILE, or --mask none to accept this.',
    ]);
  }
  const inside = medianWhere(smooth, (i) => core[i] !== 0);
  const outside = medianWhere(smooth, (i) => core[i] === 0);
  const half = (inside + outside) / 2;
  const mask = Uint8Array.from(smooth, (v) => (v > half ? 1 : 0));
  const nuclei = dropSpecks(mask, grid);
  fillHoles(mask, grid, discVoxels(grid, 200));
  const warnings =
    nuclei > 1
      ? [`${nuclei} separate nuclei were found; each is solved on its own, calibration is shared.`]
      : [];
  return { mask, nuclei, method: 'automatic (smoothed threshold)', warnings };
}

/** A mask from a file's values: non-zero is inside; holes and pieces are kept as drawn. */
export function regionFromMask(values: ArrayLike<number>, grid: Grid): Region {
  const mask = Uint8Array.from(values, (v) => (v > 0 ? 1 : 0));
  const { sizes } = connectedComponents(mask, grid);
  return { mask, nuclei: sizes.length - 1, method: 'mask file', warnings: [] };
}

/** The whole frame, on request. */
export function wholeFrameRegion(grid: Grid): Region {
  return wholeFrame(grid, 'none (whole frame)', []);
}
