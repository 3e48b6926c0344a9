import type { Hdf5File } from './hdf5.js';

/** A file as bytes that can be read in pieces; the main side makes one from a path, tests from memory. */
export interface ByteSource {
  /** File name without folders, for messages and for what the extension says. */
  readonly name: string;
  readonly size: number;
  /** Says which file this is and that it has not changed: equal identities, equal bytes. Absent where nobody knows. */
  readonly identity?: string;
  /** Bytes [offset, offset + length), fewer at the end of the file. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>;
  /** The file of this name beside it; undefined where there is none. Absent where nobody knows what is beside it. */
  readonly beside?: (name: string) => Promise<ByteSource | undefined>;
  /** Opens it as an HDF5 file; whoever opens it closes it. Throws anything for a broken one. Absent where that cannot be done. */
  readonly openHdf5?: () => Promise<Hdf5File>;
}

/** A source over bytes that are already in memory. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    read: (offset, length) =>
      Promise.resolve(bytes.subarray(offset, Math.min(bytes.length, offset + length))),
  };
}
