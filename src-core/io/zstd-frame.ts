/** Where the parts of a Zstandard frame are (RFC 8878 section 3.1.1). */
interface Frame {
  readonly descriptor: number;
  /** End of the window descriptor and dictionary id, where the content size stands if there is one. */
  readonly sizeAt: number;
  readonly blocksAt: number;
  readonly end: number;
  /** Most bytes that the blocks can grow to. */
  readonly bound: number;
}

const magic = 0xfd2fb528;
const largestBlock = 2 ** 17;

function findFrame(bytes: Uint8Array): Frame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 9 || view.getUint32(0, true) !== magic) return undefined;
  const descriptor = bytes[4];
  const single = (descriptor >> 5) & 1;
  const sizeAt = 5 + (1 - single) + [0, 1, 2, 4][descriptor & 3];
  const blocksAt = sizeAt + [single, 2, 4, 8][descriptor >> 6];
  let bound = 0;
  for (let at = blocksAt; at + 3 <= bytes.length;) {
    const header = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
    const [type, size] = [(header >> 1) & 3, header >> 3];
    bound += type === 2 ? largestBlock : size;
    at += 3 + (type === 1 ? 1 : size);
    const end = at + (descriptor & 4);
    if (header & 1) return end <= bytes.length ? { descriptor, sizeAt, blocksAt, end, bound } : undefined;
  }
  return undefined;
}

function declaredSize(bytes: Uint8Array, frame: Frame): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (frame.blocksAt - frame.sizeAt) {
    case 1:
      return bytes[frame.sizeAt];
    case 2:
      return view.getUint16(frame.sizeAt, true) + 256;
    case 4:
      return view.getUint32(frame.sizeAt, true);
    case 8:
      return Number(view.getBigUint64(frame.sizeAt, true));
    default:
      return undefined;
  }
}

function declareSize(bytes: Uint8Array, frame: Frame, size: number): Uint8Array {
  const out = new Uint8Array(frame.end + 8);
  out.set(bytes.subarray(0, frame.sizeAt));
  out[4] = frame.descriptor | 0xc0;
  new DataView(out.buffer).setBigUint64(frame.sizeAt, BigInt(size), true);
  out.set(bytes.subarray(frame.blocksAt, frame.end), frame.sizeAt + 8);
  return out;
}

/**
 * The first Zstandard frame in `bytes` with the size of its content declared as `size` if it declared none, since
 * decoders that must find the size themselves do not end on damaged data. undefined if the frame is incomplete, or
 * could grow to more than `most` bytes.
 */
export function sizedFrame(bytes: Uint8Array, size: number, most: number): Uint8Array | undefined {
  const frame = findFrame(bytes);
  if (frame === undefined || frame.bound > most) return undefined;
  const declared = declaredSize(bytes, frame);
  if (declared === undefined) return declareSize(bytes, frame, size);
  return declared <= most ? bytes.subarray(0, frame.end) : undefined;
}
