import { type Grid, voxelCount } from '../data/grid.js';
import { CoreError } from '../errors.js';
import type { ByteSource } from '../io/byte-source.js';
import type { OpenImage } from '../io/image.js';
import type { Run } from '../run.js';

/** Throws `usage` unless the mask has the image's width and height, and one plane or as many as the image. */
export function requireMaskSize(mask: OpenImage, grid: Grid, source: ByteSource): void {
  const { width, height, planes } = mask.metadata;
  const [nz, ny, nx] = grid.shape;
  if (width === nx && height === ny && (planes === 1 || planes === nz)) return;
  throw new CoreError({
    tag: 'usage',
    where: source.name,
    message: `The mask is ${width} × ${height} × ${planes} pixels, the image is ${nx} × ${ny} × ${nz}.`,
    hint: 'Draw the mask on the image it belongs to and save it at the same size (one plane, or one per plane).',
  });
}

/** The mask's values on the image's grid; a single plane serves all planes. */
export async function readMask(mask: OpenImage, grid: Grid, run: Run): Promise<Float32Array> {
  const values = new Float32Array(voxelCount(grid));
  const plane = grid.shape[1] * grid.shape[2];
  for (let z = 0; z < grid.shape[0]; z++) {
    const at = { z: mask.metadata.planes === 1 ? 0 : z, channel: 0, frame: 0 };
    values.set(await mask.readPlane(at, run), z * plane);
  }
  return values;
}
