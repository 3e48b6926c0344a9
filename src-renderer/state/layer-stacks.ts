import type { Vector } from '../view/gaze.js';
import type { Picture } from '../view/picture.js';
import { makePicture } from '../view/picture.js';
import { cutSlice, sliceAxes, type SliceName } from '../view/slices.js';
import {
  makeVolume,
  maskBox,
  type Volume,
  type VolumeBudget,
  type VoxelBox,
  wholeBox,
} from '../view/volume.js';
import type { LayerData } from './layer-data.js';

interface KnownStack {
  readonly volumes: Map<string, Volume>;
  readonly slices: Map<string, Picture>;
}

const known = new WeakMap<LayerData, KnownStack>();

function knownOf(data: LayerData): KnownStack {
  const found = known.get(data) ?? { volumes: new Map<string, Volume>(), slices: new Map<string, Picture>() };
  known.set(data, found);
  return found;
}

const boxes = new WeakMap<Uint8Array, VoxelBox>();

/** The part of a stack that is shown in 3-D: the box around the nucleus, or the whole. */
export function shownBox({ mask, grid }: LayerData, fit: 'nucleus' | 'picture'): VoxelBox {
  if (mask === null || fit === 'picture') return wholeBox(grid);
  const box = boxes.get(mask) ?? maskBox(mask, grid);
  boxes.set(mask, box);
  return box;
}

/** Middle and lengths of a box of voxels in nm. */
export function boxExtent(
  { first, count }: VoxelBox,
  { grid }: LayerData,
): { readonly center: Vector; readonly span: Vector } {
  const [dz, dy, dx] = grid.spacing;
  const [span, center] = [
    [count[0] * dx, count[1] * dy, count[2] * dz] as const,
    [(first[0] + count[0] / 2) * dx, (first[1] + count[1] / 2) * dy, (first[2] + count[2] / 2) * dz] as const,
  ];
  return { center, span };
}

/** Whether a voxel of a layer has a value to be shown. */
function shownIn({ mask, identifiable, nucleusOnly }: LayerData): (i: number) => boolean {
  if (identifiable !== null && mask !== null) return (i) => identifiable[i] !== 0 && mask[i] !== 0;
  if (nucleusOnly && mask !== null) return (i) => mask[i] !== 0;
  return () => true;
}

/** Volumes kept of a layer: its own box, and the whole stack. */
const mostVolumes = 2;

/** A layer as a volume; the same object as long as nothing in it changes. */
export function volumeOf(data: LayerData, box: VoxelBox, budget: VolumeBudget): Volume {
  const { volumes } = knownOf(data);
  const key = JSON.stringify([box, budget]);
  const found = volumes.get(key);
  if (found !== undefined) return found;
  const { grid, values } = data;
  const volume = makeVolume({ grid, values, shown: shownIn(data), box }, budget);
  if (volumes.size >= mostVolumes) volumes.delete([...volumes.keys()][0]);
  volumes.set(key, volume);
  return volume;
}

/** Slices kept of a layer; the oldest are forgotten. */
const mostSlices = 24;

/** A slice through a voxel index as a picture; the same object as long as nothing in it changes. */
export function sliceOf(data: LayerData, name: SliceName, index: number): Picture {
  const { slices } = knownOf(data);
  const key = `${name} ${index}`;
  const found = slices.get(key);
  if (found !== undefined) return found;
  const { grid, values, mask, identifiable, nucleusOnly } = data;
  const [across, down] = sliceAxes[name].map((axis) => 2 - axis);
  const cut = <T extends Float32Array | Uint8Array>(entries: T): T => cutSlice(entries, grid, name, index);
  const picture = makePicture({
    size: {
      nx: grid.shape[across],
      ny: grid.shape[down],
      pixelX: grid.spacing[across],
      pixelY: grid.spacing[down],
    },
    values: cut(values),
    mask: mask && cut(mask),
    identifiable: identifiable && cut(identifiable),
    nucleusOnly,
  });
  if (slices.size >= mostSlices) slices.delete([...slices.keys()][0]);
  slices.set(key, picture);
  return picture;
}
