import type { Run } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { detectFormat, wrongKind } from './detect.js';
import type { OpenImage } from './image.js';
import { openTiff } from './tiff.js';

/**
 * Opens an image file and reads its metadata; pixels are read plane by plane, only the bytes they need. Throws
 * `unreadable` naming the file, the reason and the way out (also for files of another kind), `memory` if a plane
 * would be over the budget.
 */
export async function openImage(source: ByteSource, run: Run): Promise<OpenImage> {
  const format = await detectFormat(source);
  if (format.kind !== 'image') throw wrongKind(source, format, 'image');
  return await openTiff(source, run);
}
