import { unpack } from '../../kernels/no-flux.js';
import type { RateProblem } from '../solver.js';

/** Gradient of a packed field along an axis, per L0: central differences, one-sided at the edge of the nucleus. */
export function gradientAlong(
  u: Float64Array,
  { domain, length }: RateProblem,
  axis: 0 | 1 | 2,
): Float64Array {
  const [nz, ny, nx] = domain.grid.shape;
  const field = unpack(u, domain, NaN);
  const step = [ny * nx, nx, 1][axis];
  const spacing = domain.grid.spacing[axis] / length;
  const place = (at: number): number => [Math.floor(at / (ny * nx)), Math.floor(at / nx) % ny, at % nx][axis];
  const last = [nz, ny, nx][axis] - 1;
  return u.map((own, i) => {
    const at = domain.voxel[i];
    const before = place(at) > 0 ? field[at - step] : NaN;
    const after = place(at) < last ? field[at + step] : NaN;
    const [low, high] = [Number.isNaN(before) ? own : before, Number.isNaN(after) ? own : after];
    const width = Number(!Number.isNaN(before)) + Number(!Number.isNaN(after));
    return width === 0 ? 0 : (high - low) / (width * spacing);
  });
}
