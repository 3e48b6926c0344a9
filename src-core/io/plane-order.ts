import type { OmeImageDescription, OmeTiffData } from './ome-xml.js';

/** Which stored image holds each plane. */
export interface PlaneOrder {
  readonly z: number;
  /** Channels that have images of their own (samples of a pixel are counted elsewhere). */
  readonly c: number;
  readonly t: number;
  /** Index of the stored image of plane (t, c, z) at (t·c.length + c)·z.length + z; -1 where there is none. */
  readonly images: Int32Array;
  readonly warnings: readonly string[];
}

type Counts = Record<'z' | 'c' | 't', number>;
type Axis = keyof Counts;

const mostPlanes = 2 ** 22;

function planeIndex(counts: Counts, at: Counts): number {
  return (at.t * counts.c + at.c) * counts.z + at.z;
}

/** The plane that is `step` planes after `from` when axes vary in `axes` order, fastest first; undefined past the end. */
function planeAfter(counts: Counts, axes: readonly Axis[], from: Counts, step: number): Counts | undefined {
  const [a, b, d] = axes;
  const start = from[a] + counts[a] * (from[b] + counts[b] * from[d]);
  const at = start + step;
  const plane = { z: 0, c: 0, t: 0 };
  plane[a] = at % counts[a];
  plane[b] = Math.floor(at / counts[a]) % counts[b];
  plane[d] = Math.floor(at / (counts[a] * counts[b]));
  return plane[d] < counts[d] ? plane : undefined;
}

function axesOf(order: string): Axis[] {
  return Array.from(order.slice(2).toLowerCase()) as Axis[];
}

function missingWarning(images: Int32Array, what: string): string[] {
  const missing = images.reduce((sum, image) => sum + (image < 0 ? 1 : 0), 0);
  return missing === 0
    ? []
    : [`${missing} of the ${images.length} planes that the metadata name are ${what}.`];
}

/**
 * Planes in a plain sequence, axes varying in `order` (as OME writes it, "XYCZT": channels fastest). Sizes that do not
 * agree with the number of stored images give a warning.
 */
export function sequentialOrder(counts: Counts, order: string, stored: number): PlaneOrder {
  const total = counts.z * counts.c * counts.t;
  if (!(total <= mostPlanes)) {
    const warning = `The metadata name ${total} planes, the file holds ${stored}; they are taken as z sections.`;
    return { ...sequentialOrder({ z: stored, c: 1, t: 1 }, 'XYZCT', stored), warnings: [warning] };
  }
  const images = new Int32Array(total).fill(-1);
  const axes = axesOf(order);
  for (let i = 0; i < Math.min(total, stored); i++) {
    const plane = planeAfter(counts, axes, { z: 0, c: 0, t: 0 }, i);
    if (plane) images[planeIndex(counts, plane)] = i;
  }
  const extra =
    stored > total
      ? [`The file holds ${stored} images, its metadata name ${total}; the rest are left out.`]
      : [];
  return { ...counts, images, warnings: [...missingWarning(images, 'not in the file'), ...extra] };
}

interface Placing {
  readonly counts: Counts;
  readonly axes: readonly Axis[];
  readonly images: Int32Array;
  readonly stored: number;
  readonly otherFiles: Set<string>;
  /** Planes that may still be placed: files that name planes over and over must not hang. */
  left: number;
}

function placeData(placing: Placing, data: OmeTiffData): void {
  const { counts, axes, images, stored, otherFiles } = placing;
  if (data.otherFile !== undefined) {
    otherFiles.add(data.otherFile);
    return;
  }
  const first = data.ifd ?? 0;
  const count = Math.min(
    data.count ?? (data.ifd === undefined ? stored : 1),
    stored - first,
    images.length,
    placing.left,
  );
  placing.left -= Math.max(0, count);
  for (let i = 0; i < count; i++) {
    const plane = planeAfter(counts, axes, data, i);
    if (plane && plane.z < counts.z && plane.c < counts.c) images[planeIndex(counts, plane)] = first + i;
  }
}

/**
 * The planes of an OME-TIFF by its TiffData elements; a sequence from the first directory where there are none.
 * `samples` is the number of channels that one stored image holds side by side. Planes that are in other files or
 * nowhere give a warning.
 */
export function omeOrder(ome: OmeImageDescription, samples: number, stored: number): PlaneOrder {
  const c = ome.sizes.c % samples === 0 ? ome.sizes.c / samples : ome.sizes.c;
  const counts = { z: ome.sizes.z, c, t: ome.sizes.t };
  const total = counts.z * counts.c * counts.t;
  if (ome.tiffData.length === 0 || !(total <= mostPlanes)) return sequentialOrder(counts, ome.order, stored);
  const images = new Int32Array(total).fill(-1);
  const otherFiles = new Set<string>();
  const placing = { counts, axes: axesOf(ome.order), images, stored, otherFiles, left: 4 * total + 65_536 };
  for (const data of ome.tiffData) placeData(placing, data);
  const where =
    otherFiles.size > 0 ? `in other files (${[...otherFiles].slice(0, 3).join(', ')})` : 'not in the file';
  const used = images.reduce((sum, image) => sum + (image >= 0 ? 1 : 0), 0);
  const extra =
    stored > used && ome.images === 1
      ? [`The file holds ${stored} images, its metadata name ${used} of them; the rest are left out.`]
      : [];
  return { ...counts, images, warnings: [...missingWarning(images, where), ...extra] };
}
