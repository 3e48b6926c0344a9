import { deflateRawSync } from 'node:zlib';

/** A file for an archive. */
export interface ZipContent {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Kept as it is instead of deflated. */
  readonly isStored?: boolean;
}

function headOf({ name, bytes, isStored }: ZipContent, packed: Uint8Array, size: 30 | 46): Buffer {
  const head = Buffer.alloc(size);
  const shift = size === 46 ? 2 : 0;
  head.writeUInt32LE(size === 46 ? 0x02014b50 : 0x04034b50, 0);
  head.writeUInt16LE(isStored === true ? 0 : 8, 8 + shift);
  head.writeUInt32LE(packed.length, 18 + shift);
  head.writeUInt32LE(bytes.length, 22 + shift);
  head.writeUInt16LE(Buffer.byteLength(name), 26 + shift);
  return head;
}

/** A zip archive of these files, with a comment at its end. */
export function zipArchive(contents: readonly ZipContent[], comment = ''): Uint8Array {
  const [locals, entries]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const content of contents) {
    const packed = content.isStored === true ? content.bytes : deflateRawSync(content.bytes);
    const name = Buffer.from(content.name);
    const local = Buffer.concat([headOf(content, packed, 30), name, packed]);
    const entry = headOf(content, packed, 46);
    entry.writeUInt32LE(offset, 42);
    locals.push(local);
    entries.push(Buffer.concat([entry, name]));
    offset += local.length;
  }
  const list = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(contents.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return new Uint8Array(Buffer.concat([...locals, list, end, Buffer.from(comment)]));
}

/** The binary table of an .smlm archive: uint32 frame, float32 x, y, z and a patch of 2 × 2 uint8. */
export function smlmRows(
  rows: readonly (readonly [frame: number, x: number, y: number, z: number])[],
): Uint8Array {
  const bytes = Buffer.alloc(20 * rows.length);
  for (const [k, [frame, ...position]] of rows.entries()) {
    bytes.writeUInt32LE(frame, 20 * k);
    position.forEach((value, axis) => bytes.writeFloatLE(value, 20 * k + 4 + 4 * axis));
    bytes.fill(7, 20 * k + 16, 20 * k + 20);
  }
  return new Uint8Array(bytes);
}

/** The format of `smlmRows` as the manifest of an archive says it. */
export const smlmFormatEntry = {
  ...{ type: 'table', mode: 'binary', extension: '.bin', columns: 5 },
  headers: ['frame', 'x', 'y', 'z', 'patch'],
  dtype: ['uint32', 'float32', 'float32', 'float32', 'uint8'],
  shape: [1, 1, 1, 1, [2, 2]],
  units: ['frame', 'nm', 'nm', 'nm', 'photon'],
};

/** An entry of a manifest, as JSON. */
export function manifestFile(
  files: readonly object[],
  formats: object = { rows: smlmFormatEntry },
): ZipContent {
  const text = JSON.stringify({ format_version: '0.2', formats, files });
  return { name: 'manifest.json', bytes: new TextEncoder().encode(text) };
}
