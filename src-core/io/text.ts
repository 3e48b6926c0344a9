declare const TextDecoder: new (
  label?: string,
  options?: { fatal?: boolean; ignoreBOM?: boolean },
) => { decode: (bytes: Uint8Array, options?: { stream?: boolean }) => string };
declare const TextEncoder: new () => { encode: (text: string) => Uint8Array<ArrayBuffer> };

/**
 * The text in `bytes`: as UTF-8 if it is valid UTF-8 (a character cut at the end is left out), else as Windows-1252,
 * which older instruments write. A byte order mark is dropped.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The UTF-8 bytes of a text. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
