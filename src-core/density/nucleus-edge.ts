import { activeAxes, type Grid } from '../data/grid.js';
import type { Run } from '../run.js';
import { cropAround, cropped } from './crop.js';
import { measureRimBlur } from './coverage.js';
import { gaussianBlurred } from '../kernels/gaussian-blur.js';

type Sd = readonly [number, number, number];

/** The density free of background, and a mask of about the nucleus. */
type Rough = readonly [intensity: Float64Array, mask: Uint8Array];

/** Reach of the local level and smoothing of the edge, as multiples of the blur; chosen on simulated nuclei. */
const levelReach = 1.8;
const edgeSmoothing = 0.7;
const passes = 2;

/** The full signal that each voxel near the mask would have without blur: blurred signal over blurred coverage. */
async function fullLevel([intensity, mask]: Rough, grid: Grid, sd: Sd, run: Run): Promise<Float64Array> {
  const blurred = (values: ArrayLike<number>, width: Sd): Promise<Float64Array> =>
    gaussianBlurred(values, [grid, width], false, run);
  const reach: Sd = [levelReach * sd[0], levelReach * sd[1], levelReach * sd[2]];
  const covered = await blurred(mask, sd);
  const signal = await blurred(
    intensity.map((v, i) => v * mask[i]),
    reach,
  );
  const weight = await blurred(
    covered.map((v, i) => v * mask[i]),
    reach,
  );
  return signal.map((v, i) => v / Math.max(weight[i], 1e-6));
}

/**
 * Share of its full level that a blurred nucleus has at its edge: the mean, over all faces between an inside and an
 * outside voxel, of the blurred mask. One half for a straight edge, less where the nucleus is small and curved.
 */
function shareAtEdge(mask: Uint8Array, blurred: Float64Array, grid: Grid): number {
  const [, ny, nx] = grid.shape;
  const strides = [ny * nx, nx, 1];
  let sum = 0;
  let faces = 0;
  for (const axis of activeAxes(grid)) {
    const stride = strides[axis];
    for (let i = 0; i + stride < mask.length; i++) {
      const last = Math.floor(i / stride) % grid.shape[axis] === grid.shape[axis] - 1;
      if (last || mask[i] === mask[i + stride]) continue;
      sum += (blurred[i] + blurred[i + stride]) / 2;
      faces++;
    }
  }
  return faces === 0 ? 0.5 : sum / faces;
}

/** One round: voxels near the edge belong inside where they reach the share of the full level that an edge has. */
async function moveEdge(rough: Rough, grid: Grid, sd: Sd, run: Run): Promise<Uint8Array> {
  const [intensity, mask] = rough;
  const level = await fullLevel(rough, grid, sd, run);
  const blurred = (values: ArrayLike<number>, width: Sd): Promise<Float64Array> =>
    gaussianBlurred(values, [grid, width], false, run);
  const gentle: Sd = [edgeSmoothing * sd[0], edgeSmoothing * sd[1], edgeSmoothing * sd[2]];
  const smooth = await blurred(intensity, gentle);
  const share = shareAtEdge(mask, await blurred(await blurred(mask, sd), gentle), grid);
  const near = await blurred(mask, [3 * sd[0], 3 * sd[1], 3 * sd[2]]);
  return mask.map((v, i) => (near[i] < 0.02 || near[i] > 0.98 ? v : smooth[i] > share * level[i] ? 1 : 0));
}

/**
 * Moves the edge of a rough mask to where the nucleus ends: the blur across the edge is measured, the full level of
 * the signal next to it is worked out, and the edge put where an edge's share of that level is reached, in two passes
 * of two moves. `intensity` is the density free of background, one value per voxel. A mask that does not follow the
 * signal comes back as it was.
 */
export async function refineEdge(
  intensity: Float64Array,
  mask: Uint8Array,
  grid: Grid,
  run: Run,
): Promise<Uint8Array> {
  const crop = cropAround(mask, grid, 300);
  const signal = cropped(intensity, crop);
  let inside: Uint8Array = Uint8Array.from(crop.voxel, (i) => mask[i]);
  for (let pass = 0; pass < passes; pass++) {
    const { measured, sd } = await measureRimBlur(signal, inside, crop.grid, run);
    if (!measured) return mask;
    // The edge moves on for a second time under the same blur, which changes little.
    for (let move = 0; move < 2; move++) {
      inside = await moveEdge([signal, inside], crop.grid, sd, run);
    }
  }
  const refined = Uint8Array.from(mask);
  for (let i = 0; i < inside.length; i++) refined[crop.voxel[i]] = inside[i];
  return refined;
}
