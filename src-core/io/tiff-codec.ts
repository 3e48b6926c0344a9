import { getDecoder } from 'geotiff';
import { decodeLzw } from './lzw.js';
import type { TiffPage } from './tiff-page.js';
import { sizedFrame } from './zstd-frame.js';

interface ByteReader {
  readonly read: () => Promise<{ done: boolean; value?: Uint8Array }>;
  readonly cancel: () => Promise<void>;
}
declare const DecompressionStream: new (format: 'deflate') => {
  readonly readable: { getReader: () => ByteReader };
  readonly writable: {
    getWriter: () => { write: (bytes: Uint8Array) => Promise<void>; close: () => Promise<void> };
  };
};

/** One strip or tile to decode: rows it holds and bytes they take once decoded. */
export interface Block {
  readonly rows: number;
  readonly size: number;
}

/** Deflate grows data by at most this factor. */
const deflateLimit = 1032;
const smallBlock = 2 ** 26;

function decodePackBits(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let end = 0;
  for (let at = 0; at < bytes.length && end < size;) {
    const head = (bytes[at++] << 24) >> 24;
    if (head === -128) continue;
    const length = Math.min((head < 0 ? -head : head) + 1, size - end);
    if (head < 0) out.fill(bytes[at++] ?? 0, end, end + length);
    else out.set(bytes.subarray(at, at + length), end);
    if (head >= 0) at += head + 1;
    end += length;
  }
  return end < size ? out.subarray(0, end) : out;
}

/** Native inflation that stops at `size` bytes, however far the data would go on. */
async function inflateBounded(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream('deflate');
  const writer = writable.getWriter();
  const ignore = () => undefined;
  writer.write(bytes).catch(ignore);
  writer.close().catch(ignore);
  const reader = readable.getReader();
  const out = new Uint8Array(size);
  let end = 0;
  try {
    while (end < size) {
      const { done, value } = await reader.read();
      if (done || value === undefined) break;
      const part = value.subarray(0, size - end);
      out.set(part, end);
      end += part.length;
    }
  } catch {
    return out.subarray(0, end);
  }
  reader.cancel().catch(ignore);
  return out.subarray(0, end);
}

async function decodeDeflate(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  if (bytes.length * deflateLimit <= smallBlock) return await decodeWithLibrary(8, bytes);
  return await inflateBounded(bytes, size);
}

async function decodeWithLibrary(
  compression: number,
  bytes: Uint8Array,
  page?: TiffPage,
): Promise<Uint8Array> {
  const decoder = await getDecoder(compression, {
    tileWidth: page?.blockWidth ?? 0,
    tileHeight: page?.blockHeight ?? 0,
    predictor: 1,
    bitsPerSample: page?.bits ?? 8,
    planarConfiguration: 1,
    ...(page?.jpegTables && { JPEGTables: page.jpegTables }),
  });
  return new Uint8Array(await decoder.decode(new Uint8Array(bytes).buffer));
}

async function decodeZstd(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const frame = sizedFrame(bytes, size, Math.max(smallBlock, 4 * size));
  return frame === undefined ? new Uint8Array(0) : await decodeWithLibrary(50000, frame);
}

/** Whether the JPEG data hold exactly one frame, of 8 bits and no larger than the block. */
function fitsBlock(bytes: Uint8Array, page: TiffPage, block: Block): boolean {
  let frames = 0;
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda) break;
    if (marker >= 0xc0 && marker <= 0xc2) {
      const [height, width] = [(bytes[at + 5] << 8) | bytes[at + 6], (bytes[at + 7] << 8) | bytes[at + 8]];
      if (
        bytes[at + 4] !== 8 ||
        width !== page.blockWidth ||
        height < block.rows ||
        height > page.blockHeight + 16
      )
        return false;
      frames++;
    }
    at += 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
  }
  return frames === 1;
}

async function decodeJpeg(bytes: Uint8Array, page: TiffPage, block: Block): Promise<Uint8Array> {
  return fitsBlock(bytes, page, block) ? await decodeWithLibrary(7, bytes, page) : new Uint8Array(0);
}

function reverseBits(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => {
    let reversed = 0;
    for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit);
    return reversed;
  });
}

async function decodeBytes(coded: Uint8Array, page: TiffPage, block: Block): Promise<Uint8Array> {
  switch (page.compression) {
    case 1:
      return coded;
    case 5:
      return decodeLzw(coded, block.size);
    case 7:
      return await decodeJpeg(coded, page, block);
    case 32773:
      return decodePackBits(coded, block.size);
    case 50000:
      return await decodeZstd(coded, block.size);
    default:
      return await decodeDeflate(coded, block.size);
  }
}

/**
 * The decoded bytes of one strip or tile, predictor not yet undone: as many as `block.size`, fewer where the data are
 * damaged. Never takes much more memory than the block needs, whatever the data claim. May return `coded` itself.
 */
export async function decodeBlock(coded: Uint8Array, page: TiffPage, block: Block): Promise<Uint8Array> {
  const ordered = page.reversedBits ? reverseBits(coded) : coded;
  try {
    const decoded = await decodeBytes(ordered, page, block);
    return decoded.length > block.size ? decoded.subarray(0, block.size) : decoded;
  } catch {
    return new Uint8Array(0);
  }
}
