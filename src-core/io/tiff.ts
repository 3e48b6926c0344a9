import { CoreError } from '../errors.js';
import { type Run, throwIfCancelled } from '../run.js';
import type { ByteSource } from './byte-source.js';
import type { Format } from './format.js';
import type { ImageMetadata, OpenImage, PixelSize, PlaneIndex } from './image.js';
import { isImageJ, parseImageJ } from './imagej.js';
import { originIn } from './grid-origin.js';
import { filesBeside, omeXmlOf, openerOf } from './ome-set.js';
import { companionFile, isOmeXml, omeMap, omeUuid, parseOmeXml } from './ome-xml.js';
import {
  type FoundPixelSize,
  imageJPixelSize,
  microManagerPixelSize,
  omePixelSize,
  type Resolution,
  resolutionPixelSize,
} from './pixel-size.js';
import { omeOrder, otherFiles, type PlaneOrder, sequentialOrder } from './plane-order.js';
import { inlineNumber, isTiff, readTiffFile, tagNumbers, tagText, type TiffFile } from './tiff-directory.js';
import { readPage, sampleType, splitStrip, type TiffPage } from './tiff-page.js';
import { decodePlane, isLuminance } from './tiff-plane.js';
import { unreadable } from './file-error.js';

/** TIFF and BigTIFF with what OME, ImageJ and Micro-Manager write into them. */
export const tiffFormat: Format = {
  id: 'tiff',
  title: 'a TIFF image',
  kind: 'image',
  extensions: ['tif', 'tiff', 'ome.tif', 'ome.tiff', 'btf', 'tf8'],
  content:
    'z, c, t, y, x, also of an OME set whose files are beside each other, and of ImageJ stacks over 4 GB; ' +
    'pixel size from OME-XML, ImageJ, Micro-Manager or a resolution per cm; ' +
    'integers of 1 to 64 bits and floats of 16, 32 and 64; LZW, deflate, Zstandard, PackBits and JPEG',
  recognise: isTiff,
};

/** What the metadata make of the stored images. `images` are indices of directories, or of raw planes. */
interface Arrangement {
  readonly format: string;
  readonly order: PlaneOrder;
  readonly found: FoundPixelSize;
  readonly channelNames: readonly (string | undefined)[];
  /** Directory of each stored image that `order` counts; absent if they are the directories themselves. */
  readonly directories?: readonly number[];
  /** Planes follow the first one in the file without directories of their own (ImageJ over 4 GB). */
  readonly raw?: boolean;
  /** Opens one of the order's other files. */
  readonly openOther?: (which: number, run: Run) => Promise<TiffFile>;
  readonly warnings: readonly string[];
}

interface Opening {
  readonly file: TiffFile;
  readonly page: TiffPage;
  readonly description: string;
  readonly resolution: Resolution | undefined;
}

function isReduced(file: TiffFile, index: number): boolean {
  return ((inlineNumber(file, file.directories[index], 254) ?? 0) & 1) === 1;
}

/** Directories that are images of the same size as the first, previews and other sizes left out. */
function sameSized(opening: Opening): { directories: number[]; warnings: string[] } {
  const { file, page } = opening;
  const directories: number[] = [];
  let other = 0;
  file.directories.forEach((directory, index) => {
    const number = (tag: number, missing = 0) => inlineNumber(file, directory, tag) ?? missing;
    const same = number(256) === page.width && number(257) === page.height && number(277, 1) === page.samples;
    if (index > 0 && isReduced(file, index)) return;
    if (same) directories.push(index);
    else other++;
  });
  const warnings =
    other === 0
      ? []
      : [
          `${other} of the ${file.directories.length} images in the file are not like the first and are left out.`,
        ];
  return { directories, warnings };
}

async function arrangeOme(opening: Opening, xml: string): Promise<Arrangement | undefined> {
  const { file, page, description } = opening;
  const ome = parseOmeXml(xml, { name: file.source.name, uuid: omeUuid(description) });
  if (ome === undefined) return undefined;
  const warnings: string[] = [];
  if (ome.images > 1) warnings.push(`The file holds ${ome.images} images; the first is read.`);
  if (ome.sizes.x !== page.width || ome.sizes.y !== page.height)
    warnings.push(
      `OME-XML says ${ome.sizes.x} × ${ome.sizes.y} pixels, the image has ${page.width} × ${page.height}; the image is believed.`,
    );
  const members = await filesBeside(file.source, otherFiles(ome));
  const others = members.map((member) => member.file);
  const order = omeOrder(ome, { samples: page.samples, stored: file.directories.length, others });
  const common = { format: 'OME-TIFF', found: omePixelSize(ome), channelNames: ome.channelNames };
  return { ...common, order, openOther: openerOf(members), warnings };
}

function isContiguous(page: TiffPage): boolean {
  return (
    page.compression === 1 &&
    !page.planar &&
    page.offsets.every((at, i) => i === 0 || at === page.offsets[i - 1] + page.counts[i - 1])
  );
}

function planeBytes(page: TiffPage): number {
  return (page.width * page.height * page.samples * page.bits) / 8;
}

function arrangeImageJ(opening: Opening): Arrangement {
  const { file, page, description, resolution } = opening;
  const imageJ = parseImageJ(description);
  const counts = { z: imageJ.slices, c: imageJ.channels, t: imageJ.frames };
  const found = imageJPixelSize(imageJ, resolution);
  const common = { format: 'ImageJ TIFF', found, channelNames: [] };
  if (file.directories.length === 1 && imageJ.images > 1 && isContiguous(page)) {
    const inFile = Math.floor((file.source.size - page.offsets[0]) / planeBytes(page));
    const order = sequentialOrder(counts, 'XYCZT', Math.min(imageJ.images, inFile));
    return { ...common, order, raw: true, warnings: [] };
  }
  const { directories, warnings } = sameSized(opening);
  return { ...common, order: sequentialOrder(counts, 'XYCZT', directories.length), directories, warnings };
}

function arrangePlain(opening: Opening): Arrangement {
  const { directories, warnings } = sameSized(opening);
  const count = directories.length;
  const found: FoundPixelSize = { size: {}, warnings: [] };
  const order = sequentialOrder({ z: count, c: 1, t: 1 }, 'XYZCT', count);
  const guess =
    count > 1 ? [`The file does not say what its ${count} images are; they are taken as z sections.`] : [];
  return { format: 'TIFF', order, found, channelNames: [], directories, warnings: [...warnings, ...guess] };
}

async function arrange(opening: Opening): Promise<Arrangement> {
  const { description, file } = opening;
  if (isImageJ(description)) return arrangeImageJ(opening);
  if (!isOmeXml(description)) return arrangePlain(opening);
  const xml = await omeXmlOf(description, file.source);
  const ome = xml === undefined ? undefined : await arrangeOme(opening, xml);
  if (ome !== undefined) return ome;
  const companion = companionFile(description);
  const why =
    companion === undefined
      ? 'The OME-XML in the file is incomplete and is ignored.'
      : `The OME metadata are in ${companion}, which is not beside the file or holds none.`;
  const plain = arrangePlain(opening);
  return { ...plain, warnings: [why, ...plain.warnings] };
}

async function readResolution(file: TiffFile): Promise<Resolution | undefined> {
  const directory = file.directories[0];
  const number = async (tag: number) => (await tagNumbers(file, directory, tag).catch(() => undefined))?.[0];
  const [x, y, unit] = [await number(282), await number(283), await number(296)];
  if (x === undefined || !(x > 0 && x < Infinity)) return undefined;
  return { x, y: y !== undefined && y > 0 && y < Infinity ? y : x, unit: unit ?? 2 };
}

/** The first source that knows the pixel size: OME or ImageJ, Micro-Manager, the resolution tags. */
async function findPixelSize(opening: Opening, arrangement: Arrangement): Promise<FoundPixelSize> {
  const { file, resolution } = opening;
  const { found } = arrangement;
  if (found.size.x !== undefined) return found;
  const microManager = await tagText(file, file.directories[0], 51123);
  const second = microManager === undefined ? undefined : microManagerPixelSize(microManager);
  const third = second?.size.x === undefined ? resolutionPixelSize(resolution) : second;
  const size: PixelSize = { ...found.size, ...third.size };
  return { size, warnings: [...found.warnings, ...(found.warnings.length > 0 ? [] : third.warnings)] };
}

function sampleWarnings(page: TiffPage): string[] {
  const warnings: string[] = [];
  if (page.photometric === 3)
    warnings.push('The image has a palette; the values are palette indices, not intensities.');
  if (page.photometric === 0 && page.kind === 'uint')
    warnings.push('White is stored as zero; the values were inverted.');
  if (page.photometric === 0 && page.kind !== 'uint')
    warnings.push('White is said to be stored as zero; the values are left as they are.');
  if (page.compression === 7) warnings.push('The image is compressed with JPEG, which changes intensities.');
  if (page.kind !== 'float' && page.bits > 24)
    warnings.push('Values above 16,777,216 are rounded to seven digits.');
  return warnings;
}

const colors = ['red', 'green', 'blue', 'alpha'];

function namesOf(opening: Opening, arrangement: Arrangement, channels: number): string[] {
  const { page } = opening;
  const colored = (page.photometric === 2 || isLuminance(page)) && page.samples >= 3 && channels <= 4;
  return Array.from({ length: channels }, (_, i) => {
    const named = arrangement.channelNames.length === channels ? arrangement.channelNames[i] : undefined;
    return named ?? (colored ? colors[i] : `channel ${i}`);
  });
}

function cutWarning(opening: Opening): string[] {
  const { page, file } = opening;
  const end = page.offsets.reduce((most, offset, i) => Math.max(most, offset + page.counts[i]), 0);
  return end > file.source.size
    ? [`The file is cut short: it ends after ${file.source.size} bytes, ${end} needed.`]
    : [];
}

async function describeImage(opening: Opening, arrangement: Arrangement): Promise<ImageMetadata> {
  const { page, file } = opening;
  const { order } = arrangement;
  const pixelSize = await findPixelSize(opening, arrangement);
  const channels = order.c * page.samples;
  return {
    format: file.big ? `${arrangement.format} (BigTIFF)` : arrangement.format,
    width: page.width,
    height: page.height,
    planes: order.z,
    channels,
    frames: order.t,
    channelNames: namesOf(opening, arrangement, channels),
    sampleType: sampleType(page),
    pixelSize: pixelSize.size,
    ...originIn(opening.description),
    warnings: [
      ...file.warnings,
      ...cutWarning(opening),
      ...arrangement.warnings,
      ...order.warnings,
      ...pixelSize.warnings,
      ...sampleWarnings(page),
    ],
  };
}

function checkIndex(metadata: ImageMetadata, index: PlaneIndex, name: string): void {
  const limits = [
    ['z', index.z, metadata.planes],
    ['channel', index.channel, metadata.channels],
    ['frame', index.frame, metadata.frames],
  ] as const;
  for (const [axis, value, count] of limits)
    if (!Number.isInteger(value) || value < 0 || value >= count)
      throw new CoreError({
        tag: 'usage',
        message: `${name} has no ${axis} ${value}: it has ${count}, counted from 0.`,
        where: name,
        hint: `Give a ${axis} from 0 to ${count - 1}.`,
      });
}

/** The image of a plane, and the file that it is in. */
interface StoredPlane {
  readonly file: TiffFile;
  readonly page: TiffPage;
}

function checkLike({ page }: Opening, { file, page: other }: StoredPlane): StoredPlane {
  if (other.width === page.width && other.height === page.height && other.samples === page.samples)
    return { file, page: other };
  throw unreadable(
    file.source,
    `has an image of ${other.width} × ${other.height} pixels among those of ${page.width} × ${page.height}.`,
    'Export the image again as OME-TIFF.',
  );
}

/** The image `image` of the file itself. */
async function ownPlane(opening: Opening, arrangement: Arrangement, image: number): Promise<StoredPlane> {
  const { file, page } = opening;
  if (arrangement.raw) {
    const bytes = planeBytes(page);
    const offsets = Float64Array.of(page.offsets[0] + image * bytes);
    const counts = Float64Array.of(bytes);
    return { file, page: splitStrip({ ...page, blockHeight: page.height, offsets, counts }) };
  }
  const at = arrangement.directories?.[image] ?? image;
  return { file, page: at === 0 ? page : await readPage(file, file.directories[at]) };
}

async function otherPlane(file: TiffFile, image: number): Promise<StoredPlane> {
  if (image < file.directories.length) return { file, page: await readPage(file, file.directories[image]) };
  throw unreadable(
    file.source,
    `holds ${file.directories.length} images, its set names image ${image + 1} of it.`,
    'Put the files of the set together again as they were saved.',
  );
}

async function readPlaneOf(
  opening: Opening,
  arrangement: Arrangement,
  index: PlaneIndex,
  run: Run,
): Promise<Float32Array> {
  const { order, openOther } = arrangement;
  const { samples } = opening.page;
  const c = Math.floor(index.channel / samples);
  const at = (index.frame * order.c + c) * order.z + index.z;
  const image = order.images[at];
  if (image < 0)
    throw unreadable(
      opening.file.source,
      `does not hold the plane z ${index.z}, channel ${index.channel}, frame ${index.frame} that its metadata name.`,
      'Put all files of the set together again, or export the image as one OME-TIFF.',
    );
  const other = order.files?.[at] ?? 0;
  const stored =
    other > 0 && openOther !== undefined
      ? await otherPlane(await openOther(other - 1, run), image)
      : await ownPlane(opening, arrangement, image);
  const { file, page } = checkLike(opening, stored);
  return await decodePlane(file, page, index.channel % samples, run);
}

/**
 * Opens a TIFF image: reads its directories and metadata, not its pixels. Throws `unreadable` with the reason and
 * the way out, `memory` if one plane would be over the budget. The planes are read by `readPlane`, which throws
 * `usage` for an index that is not there and `unreadable` for missing or damaged data.
 */
export async function openTiff(source: ByteSource, run: Run): Promise<OpenImage> {
  throwIfCancelled(run);
  const file = await readTiffFile(source, run);
  const page = await readPage(file, file.directories[0]);
  const description = (await tagText(file, file.directories[0], 270)) ?? '';
  const opening: Opening = { file, page, description, resolution: await readResolution(file) };
  const arrangement = await arrange(opening);
  const metadata = await describeImage(opening, arrangement);
  const readPlane = async (index: PlaneIndex, planeRun: Run) => {
    checkIndex(metadata, index, source.name);
    return await readPlaneOf(opening, arrangement, index, planeRun);
  };
  return { metadata, readPlane };
}

/** The key and value pairs in the OME-XML of a TIFF file, such as the job that made it; empty where there are none. */
export async function readOmeDescription(source: ByteSource, run: Run): Promise<Record<string, string>> {
  const file = await readTiffFile(source, run);
  const description = (await tagText(file, file.directories[0], 270)) ?? '';
  return isOmeXml(description) ? omeMap(description) : {};
}
