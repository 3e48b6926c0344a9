import { type Grid, makeGrid, voxelCount } from '../data/grid.js';
import { randomStream } from '../random.js';
import type { InverseProblem } from './inverse-problem.js';

/** A problem's fields on a grid as they would be measured. */
export interface InverseData {
  readonly grid: Grid;
  /** Coordinates of the voxels' centres, voxel after voxel. */
  readonly places: Float32Array;
  /** With noise. */
  readonly fields: readonly Float32Array[];
  readonly known: Float32Array;
  readonly rate: Float64Array;
  /** Mean, and sd without the noise, of every field. */
  readonly means: readonly number[];
  readonly sds: readonly number[];
  /** The size of the residual. */
  readonly scale: number;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const rootMeanSquare = (values: Float64Array): number =>
  Math.sqrt(mean(values.map((value) => value * value)));

/** A grid of so many voxels a side over the problem's interval or square. */
function inverseGrid(
  { dimensions, side }: Pick<InverseProblem, 'dimensions' | 'side'>,
  voxels: number,
): Grid {
  const spacing = side / voxels;
  return makeGrid([1, dimensions === 1 ? 1 : voxels, voxels], [1, spacing, spacing]);
}

/** Coordinates of the centres of a grid's voxels: x, or x and y, voxel after voxel. */
export function centresOf({ shape, spacing, origin }: Grid, dimensions: 1 | 2): Float32Array {
  const [, ny, nx] = shape;
  return Float32Array.from({ length: ny * nx * dimensions }, (_, at) => {
    const i = Math.floor(at / dimensions);
    return at % dimensions === 0
      ? origin[2] + ((i % nx) + 0.5) * spacing[2]
      : origin[1] + (Math.floor(i / nx) + 0.5) * spacing[1];
  });
}

/** The measured fields, with normal noise whose sd is `noise` times each field's root mean square. */
export function inverseData(
  problem: InverseProblem,
  voxels: number,
  noise: number,
  seed: number,
): InverseData {
  const grid = inverseGrid(problem, voxels);
  const places = centresOf(grid, problem.dimensions);
  const stream = randomStream(seed);
  const truths = Array.from({ length: voxelCount(grid) }, (_, i) =>
    problem.truth(problem.dimensions === 1 ? [places[i], 0] : [places[2 * i], places[2 * i + 1]]),
  );
  const clean = truths[0].fields.map((_, k) => Float64Array.from(truths, ({ fields }) => fields[k]));
  const sizes = clean.map(rootMeanSquare);
  const known = Float64Array.from(truths, (truth) => truth.known);
  const means = clean.map(mean);
  return {
    ...{ grid, places, means },
    fields: clean.map((field, k) =>
      Float32Array.from(field, (value) => value + noise * sizes[k] * stream.normal()),
    ),
    known: Float32Array.from(known),
    rate: Float64Array.from(truths, ({ rate }) => rate),
    sds: clean.map((field, k) => rootMeanSquare(field.map((value) => value - means[k]))),
    scale: problem.scale(sizes, rootMeanSquare(known)),
  };
}
