import type { Correlation } from '../compute/engine.js';
import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import { type Grid, makeGrid, type Triple } from '../data/grid.js';
import type { MollifierDerivative } from '../kernels/differential-operator.js';
import { mollifierKernel, type MollifierOptions, type Stencil } from '../kernels/mollifier.js';

/**
 * What turns a field g, given by a network or otherwise, into u = g ∗ η and its derivatives g ∗ ∂ᵏη, the derivatives
 * taken analytically on the kernel (Mollifier Layers, arXiv 2505.11682): no derivative of the network is ever taken.
 */
export interface MollifierLayer {
  /** Where the derivatives are wanted. */
  readonly grid: Grid;
  /** Where g is needed: the same spacing, wider by the kernel's radius on every side, so that no edge is guessed at. */
  readonly field: Grid;
  /** One kernel per derivative, in the order they were asked for. */
  readonly kernels: Correlation;
}

/** The taps of a stencil in the middle of a larger box, turned about: a convolution as a correlation. */
function centred({ shape, values }: Stencil, box: Triple): Float32Array {
  const out = new Float32Array(box[0] * box[1] * box[2]);
  const [dz, dy, dx] = [0, 1, 2].map((axis) => (box[axis] - shape[axis]) / 2);
  values.forEach((value, i) => {
    const [z, y, x] = [
      Math.floor(i / (shape[1] * shape[2])),
      Math.floor(i / shape[2]) % shape[1],
      i % shape[2],
    ];
    out[out.length - 1 - (((z + dz) * box[1] + y + dy) * box[2] + x + dx)] = value;
  });
  return out;
}

/**
 * The layer on a grid for derivatives up to the fourth order in total; lengths of `options` in nm, derivatives per
 * `options.unit`. Throws `usage` where the kernel is too narrow for the spacing or wider than the grid.
 */
export function mollifierLayer(
  grid: Grid,
  derivatives: readonly MollifierDerivative[],
  options: Omit<MollifierOptions, 'derivatives' | 'clipped'>,
): MollifierLayer {
  const stencils = mollifierKernel(grid, { ...options, derivatives });
  const widest = (of: (stencil: Stencil) => Triple): Triple => {
    const along = (axis: 0 | 1 | 2): number => Math.max(...stencils.map((stencil) => of(stencil)[axis]));
    return [along(0), along(1), along(2)];
  };
  const taps = widest(({ shape }) => shape);
  const radius = widest((stencil) => stencil.radius);
  const shape: Triple = [
    grid.shape[0] + 2 * radius[0],
    grid.shape[1] + 2 * radius[1],
    grid.shape[2] + 2 * radius[2],
  ];
  const origin: Triple = [
    grid.origin[0] - radius[0] * grid.spacing[0],
    grid.origin[1] - radius[1] * grid.spacing[1],
    grid.origin[2] - radius[2] * grid.spacing[2],
  ];
  const values = new Float32Array(stencils.length * taps[0] * taps[1] * taps[2]);
  stencils.forEach((stencil, k) => {
    values.set(centred(stencil, taps), (k * values.length) / stencils.length);
  });
  return {
    grid,
    field: makeGrid(shape, grid.spacing, origin),
    kernels: { shape, taps, values, kernels: stencils.length },
  };
}

/** The layer's derivatives of g (one row on the layer's field), each one row on its grid. */
export function mollified(tape: Tape, g: Variable, { kernels }: MollifierLayer): Variable[] {
  const all = tape.correlate(g, kernels);
  return Array.from({ length: kernels.kernels }, (_, k) => tape.slice(all, k, k + 1));
}
