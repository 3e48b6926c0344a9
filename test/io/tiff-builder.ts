import { memorySource } from '../../src-core/io/byte-source.js';
import type { OpenImage } from '../../src-core/io/image.js';
import { openImage } from '../../src-core/io/open-image.js';
import { quietRun } from '../../src-core/run.js';

/** A tag to write: its type (1 byte, 2 text, 3 short, 4 long, 5 rational as pairs, 12 double, 16 long of 8 bytes) and its values. */
export interface BuiltTag {
  readonly code: number;
  readonly type: 1 | 2 | 3 | 4 | 5 | 12 | 16;
  readonly values: readonly number[] | string;
}

export interface BuiltPage {
  readonly tags: readonly BuiltTag[];
  /** Strips, or tiles where the tags have a tile width. */
  readonly blocks: readonly Uint8Array[];
}

export interface BuiltFile {
  readonly big?: boolean;
  readonly bigEndian?: boolean;
  readonly pages: readonly BuiltPage[];
  /** Offset that the last directory points to, 0 by default; 'self' makes it point to the first. */
  readonly last?: 'self' | number;
}

const sizes = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 12: 8, 16: 8 } as const;

function valueBytes(tag: BuiltTag, little: boolean): Uint8Array {
  if (typeof tag.values === 'string') return new TextEncoder().encode(`${tag.values}\0`);
  const size = tag.type === 5 ? 4 : sizes[tag.type];
  const view = new DataView(new ArrayBuffer(tag.values.length * size));
  tag.values.forEach((value, i) => {
    if (tag.type === 12) view.setFloat64(i * size, value, little);
    else if (tag.type === 16) view.setBigUint64(i * size, BigInt(value), little);
    else if (size === 1) view.setUint8(i, value);
    else if (size === 2) view.setUint16(2 * i, value, little);
    else view.setUint32(4 * i, value, little);
  });
  return new Uint8Array(view.buffer);
}

/** A TIFF file, written plainly: blocks first, then each directory with its values after it. */
export function buildTiff(file: BuiltFile): Uint8Array {
  const little = file.bigEndian !== true;
  const big = file.big === true;
  const parts: Uint8Array[] = [];
  let end = 0;
  const append = (bytes: Uint8Array) => {
    const at = end;
    parts.push(bytes);
    end += bytes.length;
    return at;
  };
  append(new Uint8Array(big ? 16 : 8));
  const links: number[] = [];
  const starts: number[] = [];
  for (const page of file.pages) {
    const offsets = page.blocks.map(append);
    const tiled = page.tags.some((tag) => tag.code === 322);
    const tags = [...page.tags];
    const absent = (code: number) => !tags.some((tag) => tag.code === code);
    if (absent(tiled ? 324 : 273)) tags.push({ code: tiled ? 324 : 273, type: 4, values: offsets });
    if (absent(tiled ? 325 : 279))
      tags.push({ code: tiled ? 325 : 279, type: 4, values: page.blocks.map((block) => block.length) });
    tags.sort((a, b) => a.code - b.code);
    const [entry, inline, head] = big ? [20, 8, 8] : [12, 4, 2];
    const directory = new DataView(new ArrayBuffer(head + tags.length * entry + inline));
    if (big) directory.setBigUint64(0, BigInt(tags.length), little);
    else directory.setUint16(0, tags.length, little);
    const values = tags.map((tag) => valueBytes(tag, little));
    const placed = values.map((bytes) => (bytes.length > inline ? append(bytes) : -1));
    tags.forEach((tag, i) => {
      const at = head + i * entry;
      const count = values[i].length / sizes[tag.type];
      directory.setUint16(at, tag.code, little);
      directory.setUint16(at + 2, tag.type, little);
      if (big) directory.setBigUint64(at + 4, BigInt(count), little);
      else directory.setUint32(at + 4, count, little);
      const field = at + (big ? 12 : 8);
      if (placed[i] < 0) new Uint8Array(directory.buffer).set(values[i], field);
      else if (big) directory.setBigUint64(field, BigInt(placed[i]), little);
      else directory.setUint32(field, placed[i], little);
    });
    starts.push(append(new Uint8Array(directory.buffer)));
    links.push(end - inline);
  }
  const out = new Uint8Array(end);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  const view = new DataView(out.buffer);
  const setOffset = (where: number, offset: number) => {
    if (big) view.setBigUint64(where, BigInt(offset), little);
    else view.setUint32(where, offset, little);
  };
  view.setUint16(0, little ? 0x4949 : 0x4d4d, little);
  view.setUint16(2, big ? 43 : 42, little);
  if (big) view.setUint16(4, 8, little);
  setOffset(big ? 8 : 4, starts[0]);
  links.forEach((link, i) => {
    setOffset(
      link,
      i + 1 < starts.length ? starts[i + 1] : file.last === 'self' ? starts[0] : (file.last ?? 0),
    );
  });
  return out;
}

/** The tags of an uncompressed grey image, some of them replaced or added. */
export function greyTags(
  width: number,
  height: number,
  bits: number,
  more: readonly BuiltTag[] = [],
): BuiltTag[] {
  const plain: BuiltTag[] = [
    { code: 256, type: 4, values: [width] },
    { code: 257, type: 4, values: [height] },
    { code: 258, type: 3, values: [bits] },
    { code: 259, type: 3, values: [1] },
    { code: 262, type: 3, values: [1] },
    { code: 277, type: 3, values: [1] },
    { code: 278, type: 4, values: [height] },
  ];
  return [...plain.filter((tag) => !more.some((other) => other.code === tag.code)), ...more];
}

/** A built file, opened. */
export async function openBuilt(file: BuiltFile): Promise<OpenImage> {
  return await openImage(memorySource('built.tif', buildTiff(file)), quietRun);
}

/** The values of one plane. */
export async function planeValues(image: OpenImage, z = 0, channel = 0, frame = 0): Promise<number[]> {
  return [...(await image.readPlane({ z, channel, frame }, quietRun))];
}

/** The tag ImageDescription. */
export function descriptionTag(description: string): BuiltTag {
  return { code: 270, type: 2, values: description };
}

/** The tags XResolution, YResolution (a fraction each) and ResolutionUnit. */
export function resolutionTags(x: readonly [number, number], unit: number): BuiltTag[] {
  return [
    { code: 282, type: 5, values: x },
    { code: 283, type: 5, values: x },
    { code: 296, type: 3, values: [unit] },
  ];
}
