import { createHash } from 'node:crypto';
import type { Inference } from '../../src-core/index.js';
import type { FieldContents } from './messages.js';

function contentOf(values: Float32Array | Uint8Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return createHash('sha1').update(bytes).digest('base64url');
}

/** A name of what is made of other contents, in one way only. */
export function contentFrom(...contents: readonly string[]): string {
  return createHash('sha1').update(contents.join(' ')).digest('base64url');
}

/** The fields of an inference by the SHA-1 of their bytes (about 1 ms for a megabyte). */
export function fieldContents({ heterochromatin, euchromatin, mask, rate }: Inference): FieldContents {
  const fields = { heterochromatin, euchromatin, mask, ...rate };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, values]) =>
      values instanceof Float32Array || values instanceof Uint8Array ? [[name, contentOf(values)]] : [],
    ),
  );
}
