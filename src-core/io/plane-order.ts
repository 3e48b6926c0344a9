import type { OmeImageDescription, OmeSetFile, OmeTiffData } from './ome-xml.js';

/** Which stored image holds each plane. */
export interface PlaneOrder {
  readonly z: number;
  /** Channels that have images of their own (samples of a pixel are counted elsewhere). */
  readonly c: number;
  readonly t: number;
  /** Index of the stored image of plane (t, c, z) at (t·c.length + c)·z.length + z; -1 where there is none. */
  readonly images: Int32Array;
  /** Which of `others` holds each plane, counted from 1, 0 for the file itself; absent where it holds them all. */
  readonly files?: Uint16Array;
  readonly others?: readonly OmeSetFile[];
  readonly warnings: readonly string[];
}

type Counts = Record<'z' | 'c' | 't', number>;
type Axis = keyof Counts;

const mostPlanes = 2 ** 22;
const mostFiles = 4096;

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
  readonly files: Uint16Array;
  readonly stored: number;
  readonly others: readonly OmeSetFile[];
  /** Planes that may still be placed: files that name planes over and over must not hang. */
  left: number;
}

function placeData(placing: Placing, data: OmeTiffData): void {
  const { counts, axes, images, stored, others } = placing;
  const { otherFile } = data;
  const file = otherFile === undefined ? 0 : others.findIndex(({ name }) => name === otherFile.name) + 1;
  if (otherFile !== undefined && file === 0) return;
  const first = data.ifd ?? 0;
  const inFile = file === 0 ? stored : first + (data.count ?? 1);
  const wanted = data.count ?? (data.ifd === undefined ? inFile : 1);
  const count = Math.min(wanted, inFile - first, images.length, placing.left);
  placing.left -= Math.max(0, count);
  for (let i = 0; i < count; i++) {
    const plane = planeAfter(counts, axes, data, i);
    if (plane === undefined || plane.z >= counts.z || plane.c >= counts.c) continue;
    images[planeIndex(counts, plane)] = first + i;
    placing.files[planeIndex(counts, plane)] = file;
  }
}

/** The other files of a set that hold planes, each once, in the order in which they are named. */
export function otherFiles(ome: OmeImageDescription): OmeSetFile[] {
  const found = new Map<string, OmeSetFile>();
  for (const { otherFile } of ome.tiffData)
    if (otherFile && !found.has(otherFile.name) && found.size < mostFiles)
      found.set(otherFile.name, otherFile);
  return [...found.values()];
}

function nameList(files: readonly OmeSetFile[]): string {
  const names = files.slice(0, 3).map(({ name }) => name);
  return `${names.join(', ')}${files.length > names.length ? ', …' : ''}`;
}

/** What there is to say of the files of a set: which planes are read from others, and which are missing. */
function setWarnings({ images, files, others, stored }: Placing, ome: OmeImageDescription): string[] {
  const missing = otherFiles(ome).filter(({ name }) => !others.some((other) => other.name === name));
  const where =
    missing.length === 0
      ? 'not in the file'
      : `in ${missing.length} other file(s) of its set, not beside this one (${nameList(missing)}); the rest is read`;
  const own = images.reduce((sum, image, i) => sum + (image >= 0 && files[i] === 0 ? 1 : 0), 0);
  const elsewhere = files.reduce((sum, file) => sum + (file > 0 ? 1 : 0), 0);
  const read =
    elsewhere === 0
      ? []
      : [
          `${elsewhere} of the ${images.length} planes are read from ${others.length} other file(s) of the set (${nameList(others)}).`,
        ];
  const extra =
    stored > own && ome.images === 1
      ? [`The file holds ${stored} images, its metadata name ${own} of them; the rest are left out.`]
      : [];
  return [...missingWarning(images, where), ...read, ...extra];
}

/** What the file itself holds: samples of a pixel side by side in each image, images, and the other files that are there. */
export interface StoredImages {
  readonly samples: number;
  readonly stored: number;
  readonly others: readonly OmeSetFile[];
}

/**
 * The planes of an OME-TIFF by its TiffData elements; a sequence from the first directory where there are none. Planes
 * that are in other files, there or not, or nowhere give a warning.
 */
export function omeOrder(ome: OmeImageDescription, { samples, stored, others }: StoredImages): PlaneOrder {
  const c = ome.sizes.c % samples === 0 ? ome.sizes.c / samples : ome.sizes.c;
  const counts = { z: ome.sizes.z, c, t: ome.sizes.t };
  const total = counts.z * counts.c * counts.t;
  if (ome.tiffData.length === 0 || !(total <= mostPlanes)) return sequentialOrder(counts, ome.order, stored);
  const [images, files] = [new Int32Array(total).fill(-1), new Uint16Array(total)];
  const placing = {
    counts,
    axes: axesOf(ome.order),
    images,
    files,
    stored,
    others,
    left: 4 * total + 65_536,
  };
  for (const data of ome.tiffData) placeData(placing, data);
  const set = others.length > 0 ? { files, others } : {};
  return { ...counts, images, ...set, warnings: setWarnings(placing, ome) };
}
