import { gaussianBlur } from '../kernels/gaussian-blur.js';
import { blockMeans, blockSize, pixelGrid, type Plane } from './plane.js';

/** How alike the first, the middle and the last of several planes are. */
export interface PlaneLikeness {
  /** Correlation of the first and the last, of the first and the middle. */
  readonly ends: number;
  readonly halfway: number;
  /** The brightest mean over the darkest, both above the darkest value. */
  readonly brightness: number;
}

const mostBlocks = 128;

function reduced(plane: Plane): Float64Array {
  const small = blockMeans(plane, blockSize(plane, mostBlocks));
  return gaussianBlur(small.values, pixelGrid(small), [1, 1, 1]);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function correlation(a: Float64Array, b: Float64Array): number {
  const [ma, mb] = [meanOf(a), meanOf(b)];
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
    ab += (a[i] - ma) * (b[i] - mb);
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

/** How alike three planes of one size are, but for noise. */
export function planeLikeness(planes: readonly [Plane, Plane, Plane]): PlaneLikeness {
  const [first, middle, last] = planes.map(reduced);
  const darkest = [first, middle, last].flatMap((values) => [...values]).reduce((a, b) => Math.min(a, b));
  const means = [first, middle, last].map((values) => meanOf(values) - darkest).sort((a, b) => a - b);
  return {
    ends: correlation(first, last),
    halfway: correlation(first, middle),
    brightness: means[0] > 0 ? means[2] / means[0] : Infinity,
  };
}
