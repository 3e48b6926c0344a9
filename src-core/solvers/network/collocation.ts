import { activeAxes, type Grid, makeGrid, type Triple, voxelCount } from '../../data/grid.js';
import { gaussianBlur } from '../../kernels/gaussian-blur.js';
import { shareError } from '../field/rim-repair.js';
import type { RateProblem } from '../solver.js';

/**
 * The cells that a network is trained on: boxes of voxels, cut to the nucleus. Arrays run over the whole grid of cells; a
 * cell outside has weight 0.
 */
export interface Collocation {
  readonly grid: Grid;
  /** Whether each cell lies inside: at least half of its voxels do. */
  readonly inside: Uint8Array;
  /** φ_h and φ_e per cell, means weighted by how well each voxel knows its value. */
  readonly phiH: Float32Array;
  readonly phiE: Float32Array;
  /** 1/variance of those means. */
  readonly weightH: Float32Array;
  readonly weightE: Float32Array;
  /** Cells at the edge of the nucleus, and the outward normal (z, y, x) at each. */
  readonly rim: Int32Array;
  readonly normal: Float32Array;
}

const normalBlur = 2;
const rms = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / Math.max(1, values.length));
const mean = (values: Float64Array): number =>
  values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);

/** First and last place (exclusive) of the domain along each axis. */
function boundsOf({ voxel, grid: { shape } }: RateProblem['domain']): { first: Triple; end: Triple } {
  const first: [number, number, number] = [shape[0], shape[1], shape[2]];
  const end: [number, number, number] = [0, 0, 0];
  for (const at of voxel) {
    const place = [
      Math.floor(at / (shape[1] * shape[2])),
      Math.floor(at / shape[2]) % shape[1],
      at % shape[2],
    ];
    for (let axis = 0; axis < 3; axis++) {
      first[axis] = Math.min(first[axis], place[axis]);
      end[axis] = Math.max(end[axis], place[axis] + 1);
    }
  }
  return { first, end };
}

/** Voxels per cell along each axis: as equal in nm as they may be, so that the box holds at most `points` cells. */
function voxelsPerSide({ domain }: RateProblem, points: number): Triple {
  const { first, end } = boundsOf(domain);
  const { spacing } = domain.grid;
  const finest = Math.min(...activeAxes(domain.grid).map((axis) => spacing[axis]));
  for (let width = finest; ; width *= 1.05) {
    const [z, y, x] = spacing.map((each, axis) =>
      domain.grid.shape[axis] === 1 ? 1 : Math.max(1, Math.round(width / each)),
    );
    const cells = [z, y, x].reduce((n, side, axis) => n * Math.ceil((end[axis] - first[axis]) / side), 1);
    if (cells <= points) return [z, y, x];
  }
}

/** The cells as a grid, and which cell each packed voxel lies in. */
function layCells(problem: RateProblem, points: number): { grid: Grid; cellOf: Int32Array; size: number } {
  const { domain } = problem;
  const { spacing, origin, shape: n } = domain.grid;
  const { first, end } = boundsOf(domain);
  const side = voxelsPerSide(problem, points);
  const along = (make: (axis: 0 | 1 | 2) => number): Triple => [make(0), make(1), make(2)];
  const grid = makeGrid(
    along((axis) => Math.ceil((end[axis] - first[axis]) / side[axis])),
    along((axis) => spacing[axis] * side[axis]),
    along((axis) => origin[axis] + (first[axis] + (side[axis] - 1) / 2) * spacing[axis]),
  );
  const cellOf = domain.voxel.map((at) => {
    const z = Math.floor((Math.floor(at / (n[1] * n[2])) - first[0]) / side[0]);
    const y = Math.floor(((Math.floor(at / n[2]) % n[1]) - first[1]) / side[1]);
    const x = Math.floor(((at % n[2]) - first[2]) / side[2]);
    return (z * grid.shape[1] + y) * grid.shape[2] + x;
  });
  return { grid, cellOf, size: side[0] * side[1] * side[2] };
}

/** 1/variance of each packed voxel: the camera's noise over its covered share, and what the share itself leaves open. */
function voxelWeights({ rim }: RateProblem, phi: Float64Array, noise: Float64Array): Float64Array {
  const sd = rms(noise);
  const level = mean(phi);
  // Noise-free fields are trusted to a thousandth: the rounding of what wrote them.
  const least = Math.max(sd, 1e-3 * level);
  if (rim === null) return new Float64Array(phi.length).fill(1 / least ** 2);
  const open = shareError(rim);
  return rim.share.map((share, i) => 1 / ((least / share) ** 2 + (open[i] * level) ** 2));
}

/** Weighted mean per cell, and its 1/variance. */
function averaged(
  phi: Float64Array,
  weight: Float64Array,
  { cellOf, grid }: { cellOf: Int32Array; grid: Grid },
): { value: Float32Array; weight: Float32Array } {
  const sums = new Float64Array(voxelCount(grid));
  const weights = new Float64Array(sums.length);
  cellOf.forEach((cell, i) => {
    sums[cell] += weight[i] * phi[i];
    weights[cell] += weight[i];
  });
  return {
    value: Float32Array.from(sums, (sum, cell) => (weights[cell] > 0 ? sum / weights[cell] : 0)),
    weight: Float32Array.from(weights),
  };
}

/** The grid with cells all around, so that a blur of what lies in it does not meet its frame. */
function padded({ shape, spacing }: Grid, by: number): Grid {
  const wide = (n: number): number => (n === 1 ? 1 : n + 2 * by);
  return makeGrid([wide(shape[0]), wide(shape[1]), wide(shape[2])], spacing);
}

/** Cells with a face towards the outside, and the normal there, from how a blurred nucleus falls off. */
function rimOf(inside: Uint8Array, grid: Grid): Pick<Collocation, 'rim' | 'normal'> {
  const by = 4 * normalBlur;
  const wide = padded(grid, by);
  const offset = [0, 1, 2].map((axis) => (grid.shape[axis] === 1 ? 0 : by));
  const [ny, nx] = [wide.shape[1], wide.shape[2]];
  const widePlace = (cell: number): number => {
    const z = Math.floor(cell / (grid.shape[1] * grid.shape[2]));
    const y = Math.floor(cell / grid.shape[2]) % grid.shape[1];
    return ((z + offset[0]) * ny + y + offset[1]) * nx + (cell % grid.shape[2]) + offset[2];
  };
  const indicator = new Float64Array(voxelCount(wide));
  inside.forEach((value, cell) => (indicator[widePlace(cell)] = value));
  const side = (axis: number): number => (wide.shape[axis] === 1 ? 0 : normalBlur * wide.spacing[axis]);
  const soft = gaussianBlur(indicator, wide, [side(0), side(1), side(2)]);
  const strides = [ny * nx, nx, 1];
  const [rim, normal]: number[][] = [[], []];
  inside.forEach((value, cell) => {
    const at = widePlace(cell);
    const axes = activeAxes(grid);
    if (
      value === 0 ||
      axes.every((axis) => indicator[at - strides[axis]] * indicator[at + strides[axis]] > 0)
    )
      return;
    const fall = [0, 1, 2].map((axis) =>
      axes.some((a) => a === axis)
        ? (soft[at - strides[axis]] - soft[at + strides[axis]]) / grid.spacing[axis]
        : 0,
    );
    const size = Math.hypot(...fall);
    if (size === 0) return;
    rim.push(cell);
    normal.push(...fall.map((part) => part / size));
  });
  return { rim: Int32Array.from(rim), normal: Float32Array.from(normal) };
}

/**
 * The cells of a problem, at most `points` in the box around the nucleus. Where the field is periodic, or the frame cuts
 * the nucleus all around, there is no rim.
 */
export function collocation(problem: RateProblem, points: number): Collocation {
  const laid = layCells(problem, points);
  const counts = new Float64Array(voxelCount(laid.grid));
  laid.cellOf.forEach((cell) => counts[cell]++);
  const inside = Uint8Array.from(counts, (n) => (2 * n >= laid.size ? 1 : 0));
  const h = averaged(problem.phiH, voxelWeights(problem, problem.phiH, problem.noiseH), laid);
  const e = averaged(problem.phiE, voxelWeights(problem, problem.phiE, problem.noiseE), laid);
  const none = { rim: new Int32Array(0), normal: new Float32Array(0) };
  return {
    grid: laid.grid,
    inside,
    ...{ phiH: h.value, phiE: e.value, weightH: h.weight, weightE: e.weight },
    ...(problem.domain.isPeriodic === true ? none : rimOf(inside, laid.grid)),
  };
}
