import type { CoreError } from '../errors.js';
import type { ByteSource } from './byte-source.js';
import { readUpTo, unreadable } from './file-error.js';
import { type Format, hasBytes } from './format.js';
import { binaryTableFormats, textTableFormats } from './table-formats.js';
import { tiffFormat } from './tiff.js';
import { unsupportedFormats } from './unsupported-formats.js';

/** Every format that is known, in the order in which a file is tried; what `epiflux formats` prints. */
export const formatTable: readonly Format[] = [
  tiffFormat,
  ...binaryTableFormats,
  ...unsupportedFormats,
  ...textTableFormats,
];

const headLength = 65_536;

/**
 * The format of a file, from its first bytes and never from its extension alone; may be one that is only recognised
 * (kind 'unsupported'). Throws `unreadable` if the file is empty or of no known format.
 */
export async function detectFormat(source: ByteSource): Promise<Format> {
  if (source.size === 0) throw unreadable(source, 'is empty.', 'Copy or export the file again.');
  const head = await readUpTo(source, 0, headLength);
  const isLongZip = hasBytes(head, 0, 'PK') && source.size > headLength;
  const tail = isLongZip ? await readUpTo(source, source.size - headLength, headLength) : head;
  const format = formatTable.find((each) => each.recognise(head, source.name, tail));
  if (format !== undefined) return format;
  throw unreadable(
    source,
    'is neither an image nor a table of numbers that Epiflux knows.',
    'Give a TIFF, OME-TIFF or csv file; `epiflux formats` lists what can be read.',
  );
}

/** The error for a file that is not of the wanted kind: what it is, and the way out. */
export function wrongKind(source: ByteSource, format: Format, wanted: 'image' | 'table'): CoreError {
  if (format.kind === 'unsupported')
    return unreadable(
      source,
      `is ${format.title}: ${format.content}.`,
      '`epiflux formats` lists what can be read.',
    );
  const hint =
    wanted === 'image'
      ? 'Give a TIFF or OME-TIFF file.'
      : 'Give a csv or txt file with one localisation a row; camera frames are made one by ThunderSTORM or Picasso.';
  return unreadable(
    source,
    `is ${format.title}, not ${wanted === 'image' ? 'an image' : 'a table of localisations'}.`,
    hint,
  );
}
