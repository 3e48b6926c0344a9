import type { ImageMetadata, OpenImage } from '../io/image.js';
import { breathe, type Run } from '../run.js';
import { type ChannelLikeness, channelLikeness } from './channel-likeness.js';
import { type ChannelOffset, channelOffset } from './channel-offset.js';
import { finestDetail } from './finest-detail.js';
import { type LevelCounts, levelCounts } from './level-counts.js';
import { type NucleusExtent, nucleusExtent } from './nucleus-extent.js';
import { blockMeans, blockSize, type Plane } from './plane.js';
import { type PlaneLikeness, planeLikeness } from './plane-likeness.js';

/** A channel that is looked at: which of which open file. */
export interface SampledChannel {
  readonly image: OpenImage;
  readonly channel: number;
}

/** The planes that are looked at: one z, of one time point. */
interface SampledPlace {
  readonly z: number;
  readonly frame: number;
}

/** What the pixels of an image tell, in pixels and in the units of its values; no size of a pixel is needed for it. */
export interface ImageSample {
  /** The plane that was looked at. */
  readonly z: number;
  readonly nucleus: Pick<NucleusExtent, 'diameter' | 'count' | 'cut'> | null;
  /** Of each channel, in order; null where all its values are one. */
  readonly levels: readonly (LevelCounts | null)[];
  /** Period of the finest waves of each channel that stand out of the noise. */
  readonly detail: readonly (number | null)[];
  /** Of the second channel against the first; null where there is one. */
  readonly offset: ChannelOffset | null;
  readonly likeness: ChannelLikeness | null;
  /** Along z of the first channel, or along time where there is one plane; null where there are fewer than three. */
  readonly planes: PlaneLikeness | null;
}

/** Blocks along the longer side that channels are compared in. */
const mostBlocks = 512;

async function readPlane({ image, channel }: SampledChannel, place: SampledPlace, run: Run): Promise<Plane> {
  const { width, height } = image.metadata;
  return { width, height, values: await image.readPlane({ ...place, channel }, run) };
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Means of blocks of all channels as one plane, each as bright as the others in the mean. */
function together(planes: readonly Plane[]): Plane {
  const [{ width, height }] = planes;
  const values = new Float32Array(width * height);
  for (const plane of planes) {
    const scale = 1 / (meanOf(plane.values) || 1);
    for (let i = 0; i < values.length; i++) values[i] += plane.values[i] * scale;
  }
  return { width, height, values };
}

function isSameSize(a: ImageMetadata, b: ImageMetadata): boolean {
  return a.width === b.width && a.height === b.height;
}

/** First, middle and last along z, or along time in an image of one plane. */
async function likenessAlong(
  channel: SampledChannel,
  { frame }: SampledPlace,
  run: Run,
): Promise<PlaneLikeness | null> {
  const { planes, frames } = channel.image.metadata;
  const count = planes > 1 ? planes : frames;
  if (count < 3) return null;
  const places = [0, Math.floor(count / 2), count - 1].map((at) =>
    planes > 1 ? { z: at, frame } : { z: 0, frame: at },
  );
  const read: Plane[] = [];
  for (const place of places) read.push(await readPlane(channel, place, run));
  const [first, middle, last] = read;
  return planeLikeness([first, middle, last]);
}

/** How two channels lie to each other, by means of blocks of `block` pixels. */
async function comparePair(
  [first, second]: readonly Plane[],
  block: number,
  nucleus: NucleusExtent | null,
  run: Run,
): Promise<Pick<ImageSample, 'offset' | 'likeness'>> {
  const likeness = await channelLikeness(first, second, nucleus, run);
  run.report({ stage: 'comparing the channels', fraction: 0.5 });
  const found = await channelOffset(first, second, run);
  const offset = found && { x: found.x * block, y: found.y * block, sd: found.sd * block };
  return { likeness, offset };
}

/**
 * Looks at one plane of each channel (and at three along a stack): the nucleus, the ends of the values, the finest
 * detail, and how two channels lie to each other. Reads no other plane. Channels of files of another size than the
 * first are left out. Throws what reading throws, and `cancelled`.
 */
export async function sampleImage(
  channels: readonly SampledChannel[],
  place: SampledPlace,
  run: Run,
): Promise<ImageSample> {
  const { metadata } = channels[0].image;
  const alike = channels.filter(({ image }) => isSameSize(image.metadata, metadata));
  const planes: Plane[] = [];
  for (const [k, channel] of alike.entries()) {
    run.report({ stage: 'reading the image', fraction: k / alike.length });
    const z = Math.min(place.z, channel.image.metadata.planes - 1);
    planes.push(await readPlane(channel, { ...place, z }, run));
  }
  await breathe(run);
  const block = blockSize(planes[0], mostBlocks);
  const small = planes.map((plane) => blockMeans(plane, block));
  const nucleus = nucleusExtent(together(small));
  await breathe(run);
  const levels: (LevelCounts | null)[] = [];
  const detail: (number | null)[] = [];
  for (const plane of planes) {
    levels.push(await levelCounts(plane, nucleus && { ...nucleus, block: nucleus.block * block }, run));
    detail.push(await finestDetail(plane, run));
  }
  const pair =
    small.length < 2 ? { offset: null, likeness: null } : await comparePair(small, block, nucleus, run);
  const extent = nucleus && {
    diameter: nucleus.diameter * block,
    count: nucleus.count,
    cut: nucleus.cut,
  };
  return {
    z: place.z,
    nucleus: extent,
    levels,
    detail,
    ...pair,
    planes: await likenessAlong(channels[0], place, run),
  };
}
