import { depthInside } from '../kernels/depth.js';
import type { NoFluxDomain } from '../kernels/no-flux.js';

const mostSamples = 8000;

function deeperThan(depth: Float64Array, limit: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < depth.length; i++) if (depth[i] >= limit) found.push(i);
  return found;
}

/**
 * Packed voxels well inside the nucleus, at least L0 (the domain's unit) from its edge, where blur and staircase do
 * not disturb derivatives; the deepest third where fewer than a fifth are that deep. At most 8000, evenly spread.
 */
export function interiorVoxels(domain: NoFluxDomain): Int32Array {
  const depth = depthInside(domain);
  let inside = deeperThan(depth, 1);
  if (inside.length < depth.length / 5) {
    inside = deeperThan(depth, Float64Array.from(depth).sort()[Math.floor((2 * depth.length) / 3)]);
  }
  const stride = Math.ceil(inside.length / mostSamples);
  return Int32Array.from(inside.filter((_, k) => k % stride === 0));
}
