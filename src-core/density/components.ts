import type { Grid } from '../data/grid.js';
import { breathe, type Run } from '../run.js';

/** Connected components of the non-zero entries of a mask. */
export interface Components {
  /** 0 where the mask is 0, else the number of the component, from 1. */
  readonly labels: Int32Array;
  /** Voxels of each component; entry 0 belongs to no component. */
  readonly sizes: readonly number[];
  /** Whether each component touches the frame of the grid (along its active axes). */
  readonly touchesFrame: readonly boolean[];
}

/** A component that grows voxel by voxel; those in the queue before `at` have been gone on from. */
interface Growth {
  readonly mask: Uint8Array;
  readonly grid: Grid;
  readonly labels: Int32Array;
  readonly queue: Int32Array;
  label: number;
  at: number;
  filled: number;
  touches: boolean;
}

/** Voxels looked at between two breaths. */
const breathEvery = 65536;

/** Takes in a neighbour that is inside and not taken yet. */
function take(growth: Growth, voxel: number): void {
  const { mask, labels, queue } = growth;
  if (mask[voxel] === 0 || labels[voxel] !== 0) return;
  labels[voxel] = growth.label;
  queue[growth.filled++] = voxel;
}

/** The neighbours before and after along an axis of n places; of an axis with one place there are none. */
function takeBeside(growth: Growth, voxel: number, place: number, [n, stride]: readonly number[]): void {
  if (n === 1) return;
  if (place === 0) growth.touches = true;
  else take(growth, voxel - stride);
  if (place === n - 1) growth.touches = true;
  else take(growth, voxel + stride);
}

/** Goes on from so many voxels of the queue. */
function grow(growth: Growth, most: number): void {
  const { queue, grid } = growth;
  const [nz, ny, nx] = grid.shape;
  const [alongZ, alongY, alongX] = [[nz, ny * nx] as const, [ny, nx] as const, [nx, 1] as const];
  const end = growth.at + most;
  while (growth.at < growth.filled && growth.at < end) {
    const voxel = queue[growth.at++];
    const row = Math.floor(voxel / nx);
    takeBeside(growth, voxel, voxel - row * nx, alongX);
    takeBeside(growth, voxel, row % ny, alongY);
    takeBeside(growth, voxel, Math.floor(row / ny), alongZ);
  }
}

/** Labels in steps of a few milliseconds at most. */
function* labelSteps(mask: Uint8Array, grid: Grid): Generator<undefined, Components> {
  const labels = new Int32Array(mask.length);
  const queue = new Int32Array(mask.length);
  const growth: Growth = { mask, grid, labels, queue, label: 0, at: 0, filled: 0, touches: false };
  const sizes = [0];
  const touchesFrame = [false];
  for (let seed = 0; seed < mask.length; seed++) {
    if (seed % breathEvery === 0) yield;
    if (mask[seed] === 0 || labels[seed] !== 0) continue;
    Object.assign(growth, { label: sizes.length, at: 0, filled: 0, touches: false });
    take(growth, seed);
    while (growth.at < growth.filled) {
      grow(growth, breathEvery);
      if (growth.at % breathEvery === 0) yield;
    }
    sizes.push(growth.filled);
    touchesFrame.push(growth.touches);
  }
  return { labels, sizes, touchesFrame };
}

/** Labels the face-connected components of `mask`, in the order of their first voxel. */
export function connectedComponents(mask: Uint8Array, grid: Grid): Components {
  const steps = labelSteps(mask, grid);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same, heeding a cancel. */
export async function labelComponents(mask: Uint8Array, grid: Grid, run: Run): Promise<Components> {
  const steps = labelSteps(mask, grid);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await breathe(run);
  }
}
