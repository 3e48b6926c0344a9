import { activeAxes, type Grid } from '../data/grid.js';

/** Connected components of the non-zero entries of a mask. */
export interface Components {
  /** 0 where the mask is 0, else the number of the component, from 1. */
  readonly labels: Int32Array;
  /** Voxels of each component; entry 0 belongs to no component. */
  readonly sizes: readonly number[];
  /** Whether each component touches the frame of the grid (along its active axes). */
  readonly touchesFrame: readonly boolean[];
}

/** Offsets to the face neighbours along the active axes, with the axis and direction of each. */
function faceSteps(grid: Grid): { axis: number; direction: number; offset: number }[] {
  const strides = [grid.shape[1] * grid.shape[2], grid.shape[2], 1];
  return activeAxes(grid).flatMap((axis) =>
    [-1, 1].map((direction) => ({ axis, direction, offset: direction * strides[axis] })),
  );
}

/** Labels the face-connected components of `mask`, in the order of their first voxel. */
export function connectedComponents(mask: Uint8Array, grid: Grid): Components {
  const labels = new Int32Array(mask.length);
  const sizes = [0];
  const touchesFrame = [false];
  const steps = faceSteps(grid);
  const strides = [grid.shape[1] * grid.shape[2], grid.shape[2], 1];
  const queue = new Int32Array(mask.length);
  const place = [0, 0, 0];
  for (let seed = 0; seed < mask.length; seed++) {
    if (mask[seed] === 0 || labels[seed] !== 0) continue;
    const label = sizes.length;
    sizes.push(0);
    touchesFrame.push(false);
    labels[seed] = label;
    let filled = 1;
    queue[0] = seed;
    for (let at = 0; at < filled; at++) {
      const i = queue[at];
      for (let axis = 0, rest = i; axis < 3; axis++) {
        place[axis] = Math.floor(rest / strides[axis]);
        rest -= place[axis] * strides[axis];
      }
      for (const { axis, direction, offset } of steps) {
        const position = place[axis] + direction;
        if (position < 0 || position >= grid.shape[axis]) {
          touchesFrame[label] = true;
        } else if (mask[i + offset] !== 0 && labels[i + offset] === 0) {
          labels[i + offset] = label;
          queue[filled++] = i + offset;
        }
      }
    }
    sizes[label] = filled;
  }
  return { labels, sizes, touchesFrame };
}
