import type { Triple } from '../data/grid.js';
import type { Correlation } from './engine.js';
import type { FlatTensor, TensorMemory } from './flat-tensor.js';

/** The grid that a correlation's outcome lies on; throws where the kernels are wider than the field. */
export function outcomeShape({ shape, taps }: Pick<Correlation, 'shape' | 'taps'>): Triple {
  const along = (axis: 0 | 1 | 2): number => {
    const length = shape[axis] - taps[axis] + 1;
    if (length >= 1) return length;
    throw new Error(`A kernel of ${taps[axis]} taps does not fit ${shape[axis]} voxels.`);
  };
  return [along(0), along(1), along(2)];
}

/** Calls `each` with every tap's index, and how far from the outcome's voxel it lies in the field. */
function eachTap({ shape, taps }: Correlation, each: (tap: number, offset: number) => void): void {
  let tap = 0;
  for (let z = 0; z < taps[0]; z++) {
    for (let y = 0; y < taps[1]; y++) {
      for (let x = 0; x < taps[2]; x++) each(tap++, (z * shape[1] + y) * shape[2] + x);
    }
  }
}

/** Index in the field of every voxel of the outcome. */
function corners({ shape }: Correlation, outcome: Triple): Int32Array {
  const [nz, ny, nx] = outcome;
  return Int32Array.from({ length: nz * ny * nx }, (_, i) => {
    const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    return (z * shape[1] + y) * shape[2] + x;
  });
}

/** See Engine.correlate. */
export function plainCorrelation(
  u: FlatTensor,
  kernels: Correlation,
  { allocate }: TensorMemory,
): FlatTensor {
  const corner = corners(kernels, outcomeShape(kernels));
  const out = allocate(kernels.kernels, corner.length);
  const size = kernels.values.length / kernels.kernels;
  for (let k = 0; k < kernels.kernels; k++) {
    const sums = new Float64Array(corner.length);
    eachTap(kernels, (tap, offset) => {
      const value = kernels.values[k * size + tap];
      for (let i = 0; i < corner.length; i++) sums[i] += value * u.values[corner[i] + offset];
    });
    out.values.set(sums, k * corner.length);
  }
  return out;
}

/** See Engine.scatter. */
export function plainScatter(g: FlatTensor, kernels: Correlation, { allocate }: TensorMemory): FlatTensor {
  const [nz, ny, nx] = kernels.shape;
  const corner = corners(kernels, outcomeShape(kernels));
  const sums = new Float64Array(nz * ny * nx);
  const size = kernels.values.length / kernels.kernels;
  for (let k = 0; k < kernels.kernels; k++) {
    eachTap(kernels, (tap, offset) => {
      const value = kernels.values[k * size + tap];
      const from = k * corner.length;
      for (let i = 0; i < corner.length; i++) sums[corner[i] + offset] += value * g.values[from + i];
    });
  }
  const out = allocate(1, sums.length);
  out.values.set(sums);
  return out;
}
