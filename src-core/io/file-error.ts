import { CoreError, type Remedy } from '../errors.js';
import type { ByteSource } from './byte-source.js';

/** The error for a file that cannot be read; `what` completes a sentence that begins with the name of the file. */
export function unreadable(
  source: { readonly name: string },
  what: string,
  hint: string,
  remedy?: Remedy,
): CoreError {
  const remedies = remedy === undefined ? {} : { remedies: [remedy] };
  const message = `${source.name} ${what}`;
  return new CoreError({ tag: 'unreadable', message, where: source.name, hint, ...remedies });
}

/** The error for a file that ends before its byte `needed`. */
export function cutShort(source: ByteSource, needed: number): CoreError {
  return unreadable(
    source,
    `is cut short: it ends after ${source.size} bytes, ${needed} needed.`,
    'Copy or export the file again; the transfer or the export did not finish.',
  );
}

/**
 * Exactly the bytes [offset, offset + length) of a file. Throws `unreadable` if the file ends before, or if it cannot
 * be read.
 */
export async function readExactly(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  if (!(offset + length <= source.size)) throw cutShort(source, offset + length);
  const bytes = await readUpTo(source, offset, length);
  if (bytes.length < length) throw cutShort(source, offset + length);
  return bytes;
}

/** Up to `length` bytes from `offset`, fewer at the end of the file. Throws `unreadable` if the file cannot be read. */
export async function readUpTo(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  try {
    const bytes = await source.read(offset, length);
    // A Buffer of Node shares memory on slice(); a plain view of its bytes copies.
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (cause) {
    if (cause instanceof CoreError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw unreadable(source, `cannot be read: ${reason}.`, 'Check that the file is still there.');
  }
}
