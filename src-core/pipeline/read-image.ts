import { type Grid, makeGrid, voxelCount } from '../data/grid.js';
import type { RawChannel } from '../density/channels.js';
import { CoreError } from '../errors.js';
import type { Sourced } from '../data/provenance.js';
import type { ByteSource } from '../io/byte-source.js';
import type { ImageMetadata, OpenImage } from '../io/image.js';
import { openImage } from '../io/open-image.js';
import type { JobSpec } from '../job.js';
import { breathe, type Run } from '../run.js';
import type { Measurement } from './measurement.js';

/** Which channel of which file is read, and what it stands for. */
export interface ChannelRef {
  readonly name: 'heterochromatin' | 'euchromatin' | 'density';
  readonly file: 0 | 1;
  readonly channel: number;
}

/** Bytes that one voxel takes at the widest point of a job: about 24 fields of float64 and the candidates. */
const bytesPerVoxel = 400;
const memoryBudget = 12e9;

/** The part of a job that the reading of images depends on. */
export type ImagePart = Pick<JobSpec, 'channels' | 'z' | 'frame'> &
  Pick<JobSpec['calibration'], 'pixelSizeNm' | 'zStepNm'>;

/** The channels that a job reads, in the order heterochromatin, euchromatin (or density alone). */
export function channelRefs(job: Pick<JobSpec, 'channels'>): ChannelRef[] {
  const { channels } = job;
  if (channels.kind === 'density') return [{ name: 'density', ...channels.density }];
  return [
    { name: 'heterochromatin', ...channels.heterochromatin },
    { name: 'euchromatin', ...channels.euchromatin },
  ];
}

function requireChannel(metadata: ImageMetadata, ref: ChannelRef, where: string): void {
  if (ref.channel < metadata.channels) return;
  const names = metadata.channelNames.map((name, k) => `${k} (${name})`).join(', ');
  throw new CoreError({
    tag: 'usage',
    where,
    message: `There is no channel ${ref.channel} for ${ref.name}: the file has ${metadata.channels} channel(s), counted from 0${names === '' ? '' : `: ${names}`}.`,
    hint: `Choose a channel from 0 to ${metadata.channels - 1}.`,
    remedies: [{ setting: `channels.${ref.name}` }],
  });
}

function chosenPlanes(metadata: ImageMetadata, part: ImagePart, where: string): number[] {
  if (typeof part.z === 'number') {
    if (part.z < metadata.planes) return [part.z];
    throw new CoreError({
      tag: 'usage',
      where,
      message: `There is no plane ${part.z}: the file has ${metadata.planes} plane(s), counted from 0.`,
      hint: `Choose a plane from 0 to ${metadata.planes - 1}, the brightest of each column (max), or all.`,
      remedies: [{ setting: 'z' }],
    });
  }
  return Array.from({ length: metadata.planes }, (_, z) => z);
}

function requireFrame(metadata: ImageMetadata, part: ImagePart, where: string): void {
  if (part.frame < metadata.frames) return;
  throw new CoreError({
    tag: 'usage',
    where,
    message: `There is no time point ${part.frame}: the file has ${metadata.frames}.`,
    hint: `Choose a time point from 0 to ${metadata.frames - 1}.`,
    remedies: [{ setting: 'frame' }],
  });
}

function lateralSize(
  metadata: ImageMetadata,
  part: ImagePart,
  where: string,
): { x: number; y: number; sourced: Sourced } {
  const given = part.pixelSizeNm;
  if (given !== null) return { x: given, y: given, sourced: { value: given, from: 'user', source: 'given' } };
  const { x, y, source } = metadata.pixelSize;
  if (x !== undefined) {
    return { x, y: y ?? x, sourced: { value: x, from: 'file', source: source ?? metadata.format } };
  }
  throw new CoreError({
    tag: 'missing',
    where,
    message: `The file does not say how large its pixels are${metadata.warnings.length > 0 ? ` (${metadata.warnings.join(' ')})` : ''}.`,
    hint: 'Give the side of a pixel in nm, such as 20.',
    remedies: [{ setting: 'calibration.pixelSizeNm' }],
  });
}

function axialStep(metadata: ImageMetadata, part: ImagePart, where: string): Sourced {
  const given = part.zStepNm;
  if (given !== null) return { value: given, from: 'user', source: 'given' };
  const { z, source } = metadata.pixelSize;
  if (z !== undefined) return { value: z, from: 'file', source: source ?? metadata.format };
  throw new CoreError({
    tag: 'missing',
    where,
    message: `The file holds ${metadata.planes} planes but does not say how far apart they are.`,
    hint: 'Give the distance between planes in nm, or take one plane, or the brightest of each column (max).',
    remedies: [{ setting: 'calibration.zStepNm' }, { setting: 'z' }],
  });
}

function forecastMemory(grid: Grid, where: string): void {
  const needed = voxelCount(grid) * bytesPerVoxel;
  if (needed <= memoryBudget) return;
  const factor = Math.ceil(Math.sqrt(needed / memoryBudget) * 10) / 10;
  throw new CoreError({
    tag: 'memory',
    where,
    message: `${grid.shape.join(' × ')} voxels would take about ${(needed / 1e9).toFixed(0)} GB; ${(memoryBudget / 1e9).toFixed(0)} GB are allowed.`,
    hint: `Crop to one nucleus, or scale the image down by ${factor} (to ${(grid.spacing[2] * factor).toFixed(1)} nm pixels).`,
  });
}

async function readStack(
  image: OpenImage,
  ref: ChannelRef,
  layout: { planes: readonly number[]; frame: number; project: boolean; channels: number; nth: number },
  run: Run,
): Promise<Float32Array> {
  const { width, height } = image.metadata;
  const size = width * height;
  const values = new Float32Array(layout.project ? size : size * layout.planes.length);
  for (const [k, z] of layout.planes.entries()) {
    const plane = await image.readPlane({ z, channel: ref.channel, frame: layout.frame }, run);
    if (!layout.project) values.set(plane, k * size);
    else for (let i = 0; i < size; i++) values[i] = k === 0 ? plane[i] : Math.max(values[i], plane[i]);
    const read = layout.nth + (k + 1) / layout.planes.length;
    run.report({ stage: 'read', fraction: read / layout.channels });
    await breathe(run);
  }
  return values;
}

/** Sets values that are not finite to 0; 1 in the result where every channel was finite. */
function takeOutInvalid(channels: readonly RawChannel[]): Uint8Array {
  const valid = new Uint8Array(channels[0].values.length).fill(1);
  for (const { values } of channels) {
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      valid[i] = 0;
      values[i] = 0;
    }
  }
  return valid;
}

function requireSameSize(a: ImageMetadata, b: ImageMetadata, where: string): void {
  if (a.width === b.width && a.height === b.height && a.planes === b.planes) return;
  throw new CoreError({
    tag: 'usage',
    where,
    message: `The two files differ in size: ${a.width} × ${a.height} × ${a.planes} and ${b.width} × ${b.height} × ${b.planes}.`,
    hint: 'Both marks must be imaged on the same grid; register and crop them alike.',
  });
}

function projectionWarnings(metadata: ImageMetadata, part: ImagePart): string[] {
  const warnings: string[] = [];
  if (part.z === 'max' && metadata.planes > 1) {
    warnings.push(
      `${metadata.planes} planes were reduced to their maximum; a maximum is not proportional to the amount of chromatin, so prefer all planes or one of them.`,
    );
  }
  if (metadata.frames > 1)
    warnings.push(`The file holds ${metadata.frames} time points; time point ${part.frame} was used.`);
  return warnings;
}

/** Reads the channels of an image job. Throws `missing` without a pixel size, `usage` for a channel that is not there. */
export async function readImages(
  sources: readonly ByteSource[],
  part: ImagePart,
  run: Run,
): Promise<Measurement> {
  const refs = channelRefs(part);
  const images = new Map<number, OpenImage>();
  for (const { file } of refs) if (!images.has(file)) images.set(file, await openImage(sources[file], run));
  const first = images.get(refs[0].file) as OpenImage;
  const { metadata } = first;
  const where = sources[refs[0].file].name;
  for (const [file, image] of images) requireSameSize(metadata, image.metadata, sources[file].name);
  for (const ref of refs)
    requireChannel((images.get(ref.file) as OpenImage).metadata, ref, sources[ref.file].name);
  requireFrame(metadata, part, where);
  const planes = chosenPlanes(metadata, part, where);
  const project = part.z === 'max';
  const { x, y, sourced } = lateralSize(metadata, part, where);
  const stacked = planes.length > 1 && !project;
  const zStep = stacked ? axialStep(metadata, part, where) : null;
  const grid = makeGrid(
    [stacked ? planes.length : 1, metadata.height, metadata.width],
    [zStep?.value ?? x, y, x],
  );
  forecastMemory(grid, where);
  const layout = { planes, frame: part.frame, project, channels: refs.length };
  const channels: RawChannel[] = [];
  for (const [nth, ref] of refs.entries()) {
    const image = images.get(ref.file) as OpenImage;
    channels.push({ name: ref.name, values: await readStack(image, ref, { ...layout, nth }, run) });
  }
  const valid = takeOutInvalid(channels);
  const warnings = [...images.values()].flatMap((image) => image.metadata.warnings);
  return {
    grid,
    channels,
    format: metadata.format,
    pixelSize: sourced,
    zStep,
    valid,
    warnings: [...new Set([...warnings, ...projectionWarnings(metadata, part)])],
  };
}
