import { type Grid, voxelCount } from '../data/grid.js';
import { CoreError } from '../errors.js';
import { encodeText } from './text.js';
import { originTexts } from './grid-origin.js';
import { escapeXml } from './xml-tags.js';

/** The values of one channel, in z, y, x order on the grid of the image. */
export interface OmeChannel {
  readonly name: string;
  readonly values: Float32Array | Uint8Array | Uint16Array;
}

/** An image to write. All channels have values of the same type, one a voxel. */
export interface OmeImage {
  readonly grid: Grid;
  readonly channels: readonly OmeChannel[];
  /** Texts to carry along, such as the job that made the image. */
  readonly description?: Readonly<Record<string, string>>;
}

/** How to write: BigTIFF by force, otherwise only where the file would pass 4 GB. */
export interface OmeTiffOptions {
  readonly bigTiff?: boolean;
}

interface SampleType {
  readonly ome: 'float' | 'uint8' | 'uint16';
  readonly bytes: number;
  readonly format: number;
}

interface Tag {
  readonly code: number;
  /** TIFF's code of the type: 2 text, 3 short, 4 long, 5 rational, 16 long of 8 bytes. */
  readonly type: 2 | 3 | 4 | 5 | 16;
  readonly values: readonly number[] | Uint8Array;
}

/** Sizes that differ between the classic variant of the format and the big one. */
interface Variant {
  readonly big: boolean;
  readonly header: number;
  readonly entry: number;
  readonly inline: number;
  readonly offsetType: 4 | 16;
}

const classic: Variant = { big: false, header: 8, entry: 12, inline: 4, offsetType: 4 };
const bigTiff: Variant = { big: true, header: 16, entry: 20, inline: 8, offsetType: 16 };
const largestLong = 2 ** 32 - 1;
const classicLimit = largestLong - 2 ** 20;
const typeBytes = { 2: 1, 3: 2, 4: 4, 5: 8, 16: 8 } as const;

function sampleTypeOf(values: OmeChannel['values']): SampleType {
  if (values instanceof Float32Array) return { ome: 'float', bytes: 4, format: 3 };
  if (values instanceof Uint16Array) return { ome: 'uint16', bytes: 2, format: 1 };
  return { ome: 'uint8', bytes: 1, format: 1 };
}

function checkImage(image: OmeImage): SampleType {
  const types = image.channels.map((channel) => sampleTypeOf(channel.values));
  const count = voxelCount(image.grid);
  const problem =
    types.length === 0 || count === 0
      ? 'has no channel or no voxel'
      : types.some((type) => type.ome !== types[0].ome)
        ? `has channels of different types (${types.map((type) => type.ome).join(', ')})`
        : image.channels.some((channel) => channel.values.length !== count)
          ? `has channels that do not have its ${count} values`
          : undefined;
  if (problem === undefined) return types[0];
  throw new CoreError({
    tag: 'usage',
    message: `The image to write ${problem}.`,
    hint: 'Give channels of one type with one value a voxel.',
  });
}

function micrometres(nm: number): string {
  return String(Number((nm / 1000).toPrecision(12)));
}

function physicalSizes(grid: Grid): string {
  const axes = grid.shape[0] > 1 ? (['Z', 'Y', 'X'] as const) : (['Y', 'X'] as const);
  const spacing = { Z: grid.spacing[0], Y: grid.spacing[1], X: grid.spacing[2] };
  return axes
    .filter((axis) => spacing[axis] > 0)
    .map((axis) => ` PhysicalSize${axis}="${micrometres(spacing[axis])}" PhysicalSize${axis}Unit="µm"`)
    .reverse()
    .join('');
}

function annotations(description: Readonly<Record<string, string>>): { reference: string; block: string } {
  const pairs = Object.entries(description).map(
    ([key, text]) => `<M K="${escapeXml(key)}">${escapeXml(text)}</M>`,
  );
  if (pairs.length === 0) return { reference: '', block: '' };
  const map = `<MapAnnotation ID="Annotation:0" Namespace="epiflux"><Value>${pairs.join('')}</Value></MapAnnotation>`;
  return {
    reference: '<AnnotationRef ID="Annotation:0"/>',
    block: `<StructuredAnnotations>${map}</StructuredAnnotations>`,
  };
}

function omeXml(image: OmeImage, type: SampleType): string {
  const [nz, ny, nx] = image.grid.shape;
  const channels = image.channels.map(
    (channel, i) => `<Channel ID="Channel:0:${i}" Name="${escapeXml(channel.name)}" SamplesPerPixel="1"/>`,
  );
  const planes = nz * image.channels.length;
  const { reference, block } = annotations({ ...originTexts(image.grid), ...image.description });
  const schema = 'http://www.openmicroscopy.org/Schemas/OME/2016-06';
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<OME xmlns="${schema}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
    `xsi:schemaLocation="${schema} ${schema}/ome.xsd" Creator="Epiflux">` +
    '<Image ID="Image:0" Name="Image">' +
    `<Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="${type.ome}" BigEndian="false" SizeX="${nx}" SizeY="${ny}" ` +
    `SizeZ="${nz}" SizeC="${image.channels.length}" SizeT="1"${physicalSizes(image.grid)}>` +
    `${channels.join('')}<TiffData IFD="0" PlaneCount="${planes}"/></Pixels>${reference}</Image>${block}</OME>`
  );
}

/** Pixels per centimetre as a fraction of two numbers of 32 bits; [0, 0] where there is none. */
function pixelsPerCentimetre(spacing: number): readonly [number, number] {
  const perCentimetre = 1e7 / spacing;
  if (!(perCentimetre > 1e-6 && perCentimetre <= largestLong)) return [0, 0];
  const denominator = Math.max(1, Math.min(1e6, Math.floor(largestLong / perCentimetre)));
  return [Math.round(perCentimetre * denominator), denominator];
}

function resolutionTags(grid: Grid): Tag[] {
  const [x, y] = [pixelsPerCentimetre(grid.spacing[2]), pixelsPerCentimetre(grid.spacing[1])];
  const known = x[0] > 0 && y[0] > 0;
  return [
    { code: 282, type: 5, values: known ? x : [1, 1] },
    { code: 283, type: 5, values: known ? y : [1, 1] },
    { code: 296, type: 3, values: [known ? 3 : 1] },
  ];
}

interface PlaneLayout {
  readonly variant: Variant;
  readonly type: SampleType;
  readonly grid: Grid;
  /** Description of the first plane, ended by NUL; empty for the others. */
  readonly description: Uint8Array;
}

function planeTags(layout: PlaneLayout, dataOffset: number): Tag[] {
  const { variant, type, grid, description } = layout;
  const [, ny, nx] = grid.shape;
  const tags: Tag[] = [
    { code: 256, type: 4, values: [nx] },
    { code: 257, type: 4, values: [ny] },
    { code: 258, type: 3, values: [type.bytes * 8] },
    { code: 259, type: 3, values: [1] },
    { code: 262, type: 3, values: [1] },
    ...(description.length > 0 ? [{ code: 270, type: 2, values: description } as const] : []),
    { code: 273, type: variant.offsetType, values: [dataOffset] },
    { code: 277, type: 3, values: [1] },
    { code: 278, type: 4, values: [ny] },
    { code: 279, type: variant.offsetType, values: [nx * ny * type.bytes] },
    ...resolutionTags(grid),
    { code: 305, type: 2, values: encodeText('Epiflux\0') },
    { code: 339, type: 3, values: [type.format] },
  ];
  return tags.sort((a, b) => a.code - b.code);
}

function tagBytes(tag: Tag): number {
  return tag.values.length * (tag.type === 5 ? 4 : typeBytes[tag.type]);
}

function evenly(size: number): number {
  return size + (size & 1);
}

/** Bytes that the directory of a plane takes, with the values that do not fit into its entries. */
function directoryBytes(tags: readonly Tag[], variant: Variant): number {
  const outside = tags.map(tagBytes).filter((size) => size > variant.inline);
  const entries = (variant.big ? 16 : 6) + tags.length * variant.entry;
  return evenly(entries) + outside.reduce((sum, size) => sum + evenly(size), 0);
}

function writeValues(view: DataView, at: number, tag: Tag): void {
  const { values } = tag;
  if (values instanceof Uint8Array) {
    new Uint8Array(view.buffer, at, values.length).set(values);
    return;
  }
  const size = tag.type === 5 ? 4 : typeBytes[tag.type];
  values.forEach((value, i) => {
    if (size === 2) view.setUint16(at + 2 * i, value, true);
    else if (size === 4) view.setUint32(at + 4 * i, value, true);
    else view.setBigUint64(at + 8 * i, BigInt(value), true);
  });
}

function writeOffset(view: DataView, at: number, offset: number, variant: Variant): void {
  if (variant.big) view.setBigUint64(at, BigInt(offset), true);
  else view.setUint32(at, offset, true);
}

/** Writes a directory at `at` of the view and links it to the one at `next` (0 for none). */
function writeDirectory(
  view: DataView,
  at: number,
  tags: readonly Tag[],
  link: { next: number; variant: Variant },
): void {
  const { next, variant } = link;
  const countBytes = variant.big ? 8 : 2;
  if (variant.big) view.setBigUint64(at, BigInt(tags.length), true);
  else view.setUint16(at, tags.length, true);
  let outside = at + evenly(countBytes + tags.length * variant.entry + variant.inline);
  tags.forEach((tag, i) => {
    const entry = at + countBytes + i * variant.entry;
    const size = tagBytes(tag);
    const count = tag.type === 5 ? tag.values.length / 2 : tag.values.length;
    view.setUint16(entry, tag.code, true);
    view.setUint16(entry + 2, tag.type, true);
    writeOffset(view, entry + 4, count, variant);
    const field = entry + (variant.big ? 12 : 8);
    if (size <= variant.inline) {
      writeValues(view, field, tag);
      return;
    }
    writeOffset(view, field, outside, variant);
    writeValues(view, outside, tag);
    outside += evenly(size);
  });
  writeOffset(view, at + countBytes + tags.length * variant.entry, next, variant);
}

function writeHeader(view: DataView, variant: Variant): void {
  view.setUint16(0, 0x4949, true);
  view.setUint16(2, variant.big ? 43 : 42, true);
  if (variant.big) view.setUint16(4, 8, true);
  writeOffset(view, variant.big ? 8 : 4, variant.header, variant);
}

const hostIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The values as little-endian bytes: the very memory of the values where the machine is little-endian. */
function valueBytes(values: OmeChannel['values'], size: number): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (hostIsLittle || size === 1) return bytes;
  const swapped = bytes.slice();
  for (let i = 0; i < swapped.length; i += size) swapped.subarray(i, i + size).reverse();
  return swapped;
}

/**
 * An image as OME-TIFF: little-endian, uncompressed, one directory a plane, planes in XYZCT order, sizes of the
 * pixels in µm, names of the channels, and the texts of `description` and where the grid begins (if not at 0) as a map annotation. The same image gives the
 * same bytes. Classic TIFF, BigTIFF where that would pass 4 GB. NaN is kept. The file is the chunks one after the
 * other; chunks after the first share memory with the values. Throws `usage` for channels that do not fit the grid.
 */
export function writeOmeTiff(image: OmeImage, options: OmeTiffOptions = {}): Uint8Array[] {
  const type = checkImage(image);
  const { grid, channels } = image;
  const planes = grid.shape[0] * channels.length;
  const planeBytes = grid.shape[1] * grid.shape[2] * type.bytes;
  const description = encodeText(`${omeXml(image, type)}\0`);
  const roughly = planes * (planeBytes + 512) + description.length;
  const variant = options.bigTiff === true || roughly > classicLimit ? bigTiff : classic;
  const layoutOf = (plane: number): PlaneLayout => ({
    ...{ variant, type, grid },
    description: plane === 0 ? description : new Uint8Array(0),
  });
  const firstSize = directoryBytes(planeTags(layoutOf(0), 0), variant);
  const otherSize = directoryBytes(planeTags(layoutOf(1), 0), variant);
  const headSize = Math.ceil((variant.header + firstSize + (planes - 1) * otherSize) / 16) * 16;
  const head = new DataView(new ArrayBuffer(headSize));
  writeHeader(head, variant);
  for (let plane = 0; plane < planes; plane++) {
    const at = plane === 0 ? variant.header : variant.header + firstSize + (plane - 1) * otherSize;
    const next = plane + 1 < planes ? variant.header + firstSize + plane * otherSize : 0;
    writeDirectory(head, at, planeTags(layoutOf(plane), headSize + plane * planeBytes), { next, variant });
  }
  return [new Uint8Array(head.buffer), ...channels.map((channel) => valueBytes(channel.values, type.bytes))];
}
