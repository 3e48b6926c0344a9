/** A file format: how it is recognised, and what is read of it. */
export interface Format {
  readonly id: string;
  /** Name for users, as it stands in a sentence. */
  readonly title: string;
  readonly kind: 'image' | 'table' | 'unsupported';
  /** Usual file name extensions, without the dot; never what decides. */
  readonly extensions: readonly string[];
  /** Which columns or dimensions are read and in which units; for unsupported formats, the way out. */
  readonly content: string;
  /**
   * Whether a file with these first bytes (up to 64 KiB) and this name is of the format; of a zip archive, whose list
   * is at its end, also by its last 64 KiB.
   */
  readonly recognise: (head: Uint8Array, name: string, tail?: Uint8Array) => boolean;
}

/** Whether `head` has these bytes (a text's character codes) at `offset`. */
export function hasBytes(head: Uint8Array, offset: number, bytes: string | readonly number[]): boolean {
  const wanted = typeof bytes === 'string' ? Array.from(bytes, (mark) => mark.charCodeAt(0)) : bytes;
  return head.length >= offset + wanted.length && wanted.every((byte, i) => head[offset + i] === byte);
}
