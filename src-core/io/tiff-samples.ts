import { rowBytes, type TiffPage } from './tiff-page.js';

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const hostIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The value of the 16-bit float (IEEE 754 binary16) with these bits. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** Three bytes each as a number. */
function threeByteNumbers(bytes: Uint8Array, signed: boolean, littleEndian: boolean): Int32Array {
  const [low, high] = littleEndian ? [0, 2] : [2, 0];
  return Int32Array.from({ length: Math.floor(bytes.length / 3) }, (_, i) => {
    const value = bytes[3 * i + low] | (bytes[3 * i + 1] << 8) | (bytes[3 * i + high] << 16);
    return signed ? (value << 8) >> 8 : value;
  });
}

/** Samples of `size` bytes in the byte order of this machine and aligned to their size: the same bytes or a copy. */
function hostOrdered(bytes: Uint8Array, size: number, littleEndian: boolean): Uint8Array {
  const ordered = size === 1 || littleEndian === hostIsLittle;
  if (ordered && bytes.byteOffset % size === 0) return bytes;
  const copy = bytes.slice();
  if (ordered) return copy;
  for (let at = 0; at + size <= copy.length; at += size)
    for (let a = at, b = at + size - 1; a < b; a++, b--) {
      const byte = copy[a];
      copy[a] = copy[b];
      copy[b] = byte;
    }
  return copy;
}

type Numbers =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** The samples of a block one after the other, or undefined where they are packed closer than bytes. */
function wholeByteSamples(bytes: Uint8Array, page: TiffPage, littleEndian: boolean): Numbers | undefined {
  if (page.bits === 24) return threeByteNumbers(bytes, page.kind === 'int', littleEndian);
  if (![8, 16, 32, 64].includes(page.bits)) return undefined;
  const { buffer, byteOffset, byteLength } = hostOrdered(bytes, page.bits / 8, littleEndian);
  const length = Math.floor(byteLength / (page.bits / 8));
  switch (`${page.kind}${page.bits}`) {
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, length);
    case 'int8':
      return new Int8Array(buffer, byteOffset, length);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, length);
    case 'int16':
      return new Int16Array(buffer, byteOffset, length);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, length);
    case 'int32':
      return new Int32Array(buffer, byteOffset, length);
    case 'uint64':
      return Float64Array.from(new BigUint64Array(buffer, byteOffset, length), Number);
    case 'int64':
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer, byteOffset, length), halfFloat);
    case 'float32':
      return new Float32Array(buffer, byteOffset, length);
    default:
      return new Float64Array(buffer, byteOffset, length);
  }
}

/** The number in `bits` bits from bit `position`, high bit first. */
function packedBits(bytes: Uint8Array, position: number, bits: number): number {
  let value = 0;
  for (let done = 0; done < bits;) {
    const inByte = (position + done) & 7;
    const take = Math.min(8 - inByte, bits - done);
    const part = (bytes[(position + done) >> 3] >> (8 - inByte - take)) & ((1 << take) - 1);
    value = value * 2 ** take + part;
    done += take;
  }
  return value;
}

/** Where the samples of one block go in a plane. */
export interface BlockTarget {
  readonly out: Float32Array;
  /** Pixel position of the block's corner in the plane. */
  readonly left: number;
  readonly top: number;
  readonly rows: number;
  /** Which of the samples that the block stores side by side. */
  readonly sample: number;
}

function unpackPacked(
  bytes: Uint8Array,
  page: TiffPage,
  target: BlockTarget,
  size: { columns: number; rows: number },
): void {
  const across = page.planar ? 1 : page.samples;
  const stride = rowBytes(page) * 8;
  const half = page.kind === 'int' ? 2 ** (page.bits - 1) : Infinity;
  for (let row = 0; row < size.rows; row++) {
    const to = (target.top + row) * page.width + target.left;
    for (let i = 0; i < size.columns; i++) {
      const value = packedBits(bytes, row * stride + (i * across + target.sample) * page.bits, page.bits);
      target.out[to + i] = value >= half ? value - 2 * half : value;
    }
  }
}

/** Copies one sample of a block's decoded bytes into a plane, as far as the block lies inside it. */
export function unpackBlock(
  bytes: Uint8Array,
  page: TiffPage,
  target: BlockTarget,
  littleEndian: boolean,
): void {
  const across = page.planar ? 1 : page.samples;
  const columns = Math.min(page.blockWidth, page.width - target.left);
  const rows = Math.min(target.rows, page.height - target.top);
  const samples = wholeByteSamples(bytes, page, littleEndian);
  if (samples === undefined) {
    unpackPacked(bytes, page, target, { columns, rows });
    return;
  }
  const { out, sample } = target;
  for (let row = 0; row < rows; row++) {
    const to = (target.top + row) * page.width + target.left;
    const from = row * page.blockWidth * across + sample;
    if (across === 1) out.set(samples.subarray(from, from + columns), to);
    else for (let i = 0; i < columns; i++) out[to + i] = samples[from + i * across];
  }
}

function sumRow(view: DataView, start: number, page: TiffPage, littleEndian: boolean): void {
  const size = page.bits / 8;
  const step = size * (page.planar ? 1 : page.samples);
  const end = start + rowBytes(page);
  for (let at = start + step; at + size <= end; at += size) {
    const before = at - step;
    if (size === 1) view.setUint8(at, view.getUint8(at) + view.getUint8(before));
    else if (size === 2)
      view.setUint16(
        at,
        view.getUint16(at, littleEndian) + view.getUint16(before, littleEndian),
        littleEndian,
      );
    else if (size === 4)
      view.setUint32(
        at,
        view.getUint32(at, littleEndian) + view.getUint32(before, littleEndian),
        littleEndian,
      );
    else
      view.setBigUint64(
        at,
        view.getBigUint64(at, littleEndian) + view.getBigUint64(before, littleEndian),
        littleEndian,
      );
  }
}

/** Floating-point predictor of Adobe's TIFF Technical Note 3: byte differences, bytes of equal rank together. */
function sumFloatRow(row: Uint8Array, page: TiffPage): void {
  const step = page.planar ? 1 : page.samples;
  for (let i = step; i < row.length; i++) row[i] += row[i - step];
  const size = page.bits / 8;
  const numbers = row.length / size;
  const ranked = row.slice();
  for (let i = 0; i < numbers; i++)
    for (let rank = 0; rank < size; rank++) row[i * size + rank] = ranked[rank * numbers + i];
}

/** Whether the predictor of a page is one that `undoPredictor` knows for its samples. */
export function knownPredictor(page: TiffPage): boolean {
  if (page.predictor === 1 || page.compression === 1 || page.compression === 7) return true;
  if (page.predictor === 2)
    return page.bits === 8 || page.bits === 16 || page.bits === 32 || page.bits === 64;
  return page.predictor === 3 && page.kind === 'float';
}

/**
 * Undoes the predictor of a block's decoded bytes, in place, and returns whether they are little-endian afterwards
 * (the floating-point predictor leaves the high byte first).
 */
export function undoPredictor(
  bytes: Uint8Array,
  page: TiffPage,
  rows: number,
  littleEndian: boolean,
): boolean {
  if (page.predictor === 1 || page.compression === 1 || page.compression === 7) return littleEndian;
  const stride = rowBytes(page);
  const view = viewOf(bytes);
  for (let row = 0; row < rows; row++) {
    if (page.predictor === 3) sumFloatRow(bytes.subarray(row * stride, (row + 1) * stride), page);
    else sumRow(view, row * stride, page, littleEndian);
  }
  return page.predictor === 3 ? false : littleEndian;
}

/** Turns planes of luma and chroma (ITU-R BT.601, full range) into red, green or blue, into `out`. */
export function luminanceToColor(out: Float32Array, planes: readonly Float32Array[], sample: number): void {
  const [luma, blue, red] = planes;
  for (let i = 0; i < out.length; i++) {
    const [b, r] = [blue[i] - 128, red[i] - 128];
    const value =
      sample === 0
        ? luma[i] + 1.402 * r
        : sample === 1
          ? luma[i] - 0.344136 * b - 0.714136 * r
          : luma[i] + 1.772 * b;
    out[i] = Math.min(255, Math.max(0, Math.round(value)));
  }
}
