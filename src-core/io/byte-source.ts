/** A file as bytes that can be read in pieces; the main side makes one from a path, tests from memory. */
export interface ByteSource {
  /** File name without folders, for messages and for what the extension says. */
  readonly name: string;
  readonly size: number;
  /** Says which file this is and that it has not changed: equal identities, equal bytes. Absent where nobody knows. */
  readonly identity?: string;
  /** Bytes [offset, offset + length), fewer at the end of the file. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>;
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
