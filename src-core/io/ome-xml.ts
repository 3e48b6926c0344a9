import { type XmlTag, xmlTags } from './xml-tags.js';

/** One TiffData element: which planes are in which directories of which file. */
export interface OmeTiffData {
  readonly ifd?: number;
  readonly count?: number;
  readonly z: number;
  readonly c: number;
  readonly t: number;
  /** Another file that holds the planes; absent if they are in this one. */
  readonly otherFile?: OmeSetFile;
}

/** A file of a set, as OME-XML names it. */
export interface OmeSetFile {
  readonly name: string;
  /** '' where the XML gives none. */
  readonly uuid: string;
}

/** What OME-XML says of the first image in it. */
export interface OmeImageDescription {
  readonly order: string;
  readonly sizes: {
    readonly x: number;
    readonly y: number;
    readonly z: number;
    readonly c: number;
    readonly t: number;
  };
  /** Physical sizes as written, with their units (µm where the unit is left out). */
  readonly physical: Readonly<
    Partial<Record<'x' | 'y' | 'z', { readonly value: number; readonly unit: string }>>
  >;
  readonly channelNames: readonly (string | undefined)[];
  readonly tiffData: readonly OmeTiffData[];
  /** Number of images in the file. */
  readonly images: number;
}

const largestSize = 2 ** 24;

/** Whether a TIFF description is OME-XML. */
export function isOmeXml(description: string): boolean {
  return /<(?:\w+:)?OME[\s>]/.test(description.slice(0, 20_000));
}

/** The name of the file that holds the metadata when the description only points to it. */
export function companionFile(xml: string): string | undefined {
  for (const tag of xmlTags(xml.slice(0, 20_000)))
    if (tag.name === 'BinaryOnly') return tag.attributes['MetadataFile'] ?? 'another file';
  return undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
  const value = text === undefined ? NaN : Number(text);
  return Number.isInteger(value) && value >= 0 && value <= largestSize ? value : undefined;
}

function physicalSizes(attributes: XmlTag['attributes']): OmeImageDescription['physical'] {
  const found: Partial<Record<'x' | 'y' | 'z', { value: number; unit: string }>> = {};
  for (const axis of ['x', 'y', 'z'] as const) {
    const key = `PhysicalSize${axis.toUpperCase()}`;
    const value = Number(attributes[key]);
    if (value > 0 && value < Infinity) found[axis] = { value, unit: attributes[`${key}Unit`] ?? 'µm' };
  }
  return found;
}

function sizesOf(attributes: XmlTag['attributes']): OmeImageDescription['sizes'] {
  const size = (axis: string) => Math.max(1, wholeNumber(attributes[`Size${axis}`]) ?? 1);
  return { x: size('X'), y: size('Y'), z: size('Z'), c: size('C'), t: size('T') };
}

function tiffDataOf(attributes: XmlTag['attributes']): OmeTiffData {
  const ifd = wholeNumber(attributes['IFD']);
  const count = wholeNumber(attributes['PlaneCount']);
  const first = (axis: string) => wholeNumber(attributes[`First${axis}`]) ?? 0;
  const at = { z: first('Z'), c: first('C'), t: first('T') };
  return { ...at, ...(ifd !== undefined && { ifd }), ...(count !== undefined && { count }) };
}

/** The file that a UUID element points to, unless it is the file that is being read. */
function otherFileOf(tag: XmlTag, own: OmeSetFile): OmeSetFile | undefined {
  const name = tag.attributes['FileName'];
  const uuid = tag.text.trim();
  return name === undefined || name === own.name || (uuid !== '' && uuid === own.uuid)
    ? undefined
    : { name, uuid };
}

interface Reading {
  own: OmeSetFile;
  images: number;
  pixels?: XmlTag['attributes'];
  readonly channelNames: (string | undefined)[];
  readonly tiffData: OmeTiffData[];
}

function readTag(reading: Reading, tag: XmlTag): void {
  if (tag.name === 'Image') reading.images++;
  if (reading.images !== 1) return;
  if (tag.name === 'Pixels') reading.pixels ??= tag.attributes;
  if (tag.name === 'Channel') reading.channelNames.push(tag.attributes['Name']);
  if (tag.name === 'TiffData') reading.tiffData.push(tiffDataOf(tag.attributes));
  const last = reading.tiffData.at(-1);
  if (tag.name !== 'UUID' || last === undefined) return;
  const otherFile = otherFileOf(tag, reading.own);
  if (otherFile !== undefined) reading.tiffData[reading.tiffData.length - 1] = { ...last, otherFile };
}

/** The UUID that OME-XML gives its file; '' where it gives none. */
export function omeUuid(xml: string): string {
  for (const tag of xmlTags(xml.slice(0, 20_000)))
    if (tag.name === 'OME') return tag.attributes['UUID']?.trim() ?? '';
  return '';
}

/**
 * What OME-XML says of its first image, or undefined if it has no Pixels element; `own` is the file that is being read,
 * whose planes are in no other file.
 */
export function parseOmeXml(xml: string, own: OmeSetFile): OmeImageDescription | undefined {
  const reading: Reading = { own, images: 0, channelNames: [], tiffData: [] };
  for (const tag of xmlTags(xml)) if (tag.kind !== 'close') readTag(reading, tag);
  const { pixels, channelNames, tiffData, images } = reading;
  if (pixels === undefined) return undefined;
  const order = /^XY(?:ZCT|ZTC|CZT|CTZ|TZC|TCZ)$/.exec(pixels['DimensionOrder'] ?? '')?.[0] ?? 'XYZCT';
  return { order, sizes: sizesOf(pixels), physical: physicalSizes(pixels), channelNames, tiffData, images };
}

/** The key and value pairs of the map annotations in OME-XML. */
export function omeMap(xml: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const tag of xmlTags(xml)) {
    const key = tag.attributes['K'];
    if (tag.name === 'M' && key !== undefined) pairs[key] = tag.text;
  }
  return pairs;
}
