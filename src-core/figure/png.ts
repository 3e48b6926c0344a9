import { encode } from 'fast-png';
import { asciiJson, embeddedJobName } from './embedded-job.js';

/** Pixels, 4 bytes (red, green, blue, alpha; not premultiplied) each, row by row from the top. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** What a PNG says besides its pixels. */
export interface PngNotes {
  /** Dots per inch, stored as whole pixels per metre. */
  readonly dpi: number;
  /** JSON, stored as ASCII under the keyword "epiflux-job". */
  readonly job: string;
}

/** Red, green, blue only, or undefined if some pixel is not opaque. */
function withoutAlpha({ data }: RgbaImage): Uint8Array | undefined {
  const opaque = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    if (data[from + 3] !== 255) return undefined;
    opaque[to] = data[from];
    opaque[to + 1] = data[from + 1];
    opaque[to + 2] = data[from + 2];
  }
  return opaque;
}

/** CRC-32 of a PNG chunk's type and data (PNG specification, section 5.5). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A whole chunk: length, type, data, checksum. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(asciiBytes(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Data of pHYs: whole pixels per metre along x and y, unit 1 (metre). */
function resolutionData(dpi: number): Uint8Array {
  const data = new Uint8Array(9);
  const view = new DataView(data.buffer);
  const perMetre = Math.round(dpi / 0.0254);
  view.setUint32(0, perMetre);
  view.setUint32(4, perMetre);
  data[8] = 1;
  return data;
}

/**
 * A PNG file (8 bits a channel; without alpha if every pixel is opaque). The same pixels give the same bytes.
 * Throws fast-png's RangeError or TypeError if data and size disagree.
 */
export function encodePng(image: RgbaImage): Uint8Array {
  const opaque = withoutAlpha(image);
  return encode({
    width: image.width,
    height: image.height,
    data: opaque ?? image.data,
    channels: opaque === undefined ? 4 : 3,
    depth: 8,
  });
}

/** Bytes of the signature and IHDR; pHYs must stand between them and the pixels. */
const headerLength = 33;

/** The same PNG file with its resolution (pHYs) and job (tEXt, ASCII) put in front of the pixels. */
export function annotatePng(png: Uint8Array, notes: PngNotes): Uint8Array {
  const text = asciiBytes(`${embeddedJobName}\0${asciiJson(notes.job)}`);
  const added = [chunk('pHYs', resolutionData(notes.dpi)), chunk('tEXt', text)];
  const parts = [png.subarray(0, headerLength), ...added, png.subarray(headerLength)];
  const annotated = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    annotated.set(part, offset);
    offset += part.length;
  }
  return annotated;
}

const base64Digits = asciiBytes('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const paddingDigit = 61;
/** Character codes turned into text at a time: within every engine's limit of arguments. */
const textStride = 8192;

/** Base64 (RFC 4648, padded) of bytes. */
export function base64(bytes: Uint8Array): string {
  const codes = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill(paddingDigit);
  for (let i = 0, k = 0; i < bytes.length; i += 3, k += 4) {
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    codes[k] = base64Digits[word >> 18];
    codes[k + 1] = base64Digits[(word >> 12) & 63];
    if (i + 1 < bytes.length) codes[k + 2] = base64Digits[(word >> 6) & 63];
    if (i + 2 < bytes.length) codes[k + 3] = base64Digits[word & 63];
  }
  const parts: string[] = [];
  for (let i = 0; i < codes.length; i += textStride) {
    parts.push(String.fromCharCode(...codes.subarray(i, i + textStride)));
  }
  return parts.join('');
}
