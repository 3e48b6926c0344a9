const clearCode = 256;
const endCode = 257;
const mostCodes = 4096;

interface BitReader {
  readonly bytes: Uint8Array;
  /** Codes are packed from the low bit up, as writers did before TIFF 5. */
  readonly lowFirst: boolean;
  position: number;
}

function nextCode(reader: BitReader, width: number): number {
  const { bytes, position, lowFirst } = reader;
  if (position + width > bytes.length * 8) return endCode;
  const at = position >> 3;
  const [a, b, c] = [bytes[at], bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
  reader.position = position + width;
  if (lowFirst) return ((a | (b << 8) | (c << 16)) >> (position & 7)) & ((1 << width) - 1);
  return (((a << 16) | (b << 8) | c) >> (24 - (position & 7) - width)) & ((1 << width) - 1);
}

interface Dictionary {
  readonly prefix: Uint16Array;
  readonly last: Uint8Array;
  readonly first: Uint8Array;
  readonly length: Uint16Array;
}

function emptyDictionary(): Dictionary {
  const dictionary = {
    prefix: new Uint16Array(mostCodes),
    last: new Uint8Array(mostCodes),
    first: new Uint8Array(mostCodes),
    length: new Uint16Array(mostCodes),
  };
  for (let code = 0; code < 256; code++) {
    dictionary.last[code] = dictionary.first[code] = code;
    dictionary.length[code] = 1;
  }
  return dictionary;
}

function addEntry(dictionary: Dictionary, code: number, prefix: number, last: number): void {
  dictionary.prefix[code] = prefix;
  dictionary.last[code] = last;
  dictionary.first[code] = dictionary.first[prefix];
  dictionary.length[code] = dictionary.length[prefix] + 1;
}

/** Writes the string of `code` at `at`, as far as it fits; returns where it ends. */
function writeString(out: Uint8Array, at: number, dictionary: Dictionary, code: number): number {
  const end = at + dictionary.length[code];
  for (let i = end - 1, c = code; i >= at; i--, c = dictionary.prefix[c])
    if (i < out.length) out[i] = dictionary.last[c];
  return end;
}

/**
 * Undoes TIFF's LZW (TIFF 6.0 section 13; also the bit order of before TIFF 5) into at most `size` bytes; fewer where
 * the data end or are damaged.
 */
export function decodeLzw(bytes: Uint8Array, size: number): Uint8Array {
  const lowFirst = bytes[0] === 0 && (bytes[1] & 1) === 1;
  const early = lowFirst ? 0 : 1;
  const reader: BitReader = { bytes, lowFirst, position: 0 };
  const dictionary = emptyDictionary();
  const out = new Uint8Array(size);
  let [end, width, next, previous] = [0, 9, 258, -1];
  while (end < size) {
    const code = nextCode(reader, width);
    if (code === endCode) break;
    if (code === clearCode) {
      [width, next, previous] = [9, 258, -1];
      continue;
    }
    if (code > next || (code === next && previous < 0) || (previous < 0 && code > 255)) break;
    if (previous >= 0 && next < mostCodes) {
      const last = code === next ? dictionary.first[previous] : dictionary.first[code];
      addEntry(dictionary, next, previous, last);
      next++;
    }
    if (code >= next) break;
    end = writeString(out, end, dictionary, code);
    previous = code;
    if (next + early >= 1 << width && width < 12) width++;
  }
  return end < size ? out.subarray(0, end) : out;
}
