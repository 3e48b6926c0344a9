import type { NoFluxDomain } from './no-flux.js';

/**
 * Distance of every packed voxel to the nearest closed face (edge of the mask or frame), along grid axes, in the
 * unit of the domain. A voxel with a closed face has depth of half its spacing.
 */
export function depthInside(domain: NoFluxDomain): Float64Array {
  const { count, neighbour, rates } = domain;
  const steps = rates.map((rate) => 1 / Math.sqrt(rate));
  const depth = new Float64Array(count).fill(Infinity);
  const relax = (i: number): boolean => {
    let nearest = depth[i];
    for (let slot = 0; slot < steps.length; slot++) {
      for (let side = 0; side < 2; side++) {
        const other = neighbour[(i * steps.length + slot) * 2 + side];
        nearest = Math.min(nearest, other === i ? steps[slot] / 2 : depth[other] + steps[slot]);
      }
    }
    if (nearest === depth[i]) return false;
    depth[i] = nearest;
    return true;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (let i = 0; i < count; i++) changed = relax(i) || changed;
    for (let i = count - 1; i >= 0; i--) changed = relax(i) || changed;
  }
  return depth;
}
