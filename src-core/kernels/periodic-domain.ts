import { activeAxes, type Grid } from '../data/grid.js';
import { type NoFluxDomain, noFluxDomain } from './no-flux.js';

/**
 * The finite-volume domain of a whole grid that is one period of a field: the voxels at opposite faces are neighbours, and
 * no face is closed. `unit` is the length, in nm, that derivatives are measured in. Runs of regular neighbours end at
 * the seam by themselves, since a neighbour across it is no step away.
 */
export function periodicDomain(grid: Grid, unit: number): NoFluxDomain {
  const domain = noFluxDomain(grid, undefined, unit);
  const { neighbour, count } = domain;
  const axes = activeAxes(grid);
  const strides = [grid.shape[1] * grid.shape[2], grid.shape[2], 1];
  axes.forEach((axis, slot) => {
    const [n, stride] = [grid.shape[axis], strides[axis]];
    for (let i = 0; i < count; i++) {
      const position = Math.floor(i / stride) % n;
      const at = (i * axes.length + slot) * 2;
      if (position === 0) neighbour[at] = i + (n - 1) * stride;
      if (position === n - 1) neighbour[at + 1] = i - (n - 1) * stride;
    }
  });
  return { ...domain, isPeriodic: true };
}
