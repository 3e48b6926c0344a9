import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fromArrayBuffer } from 'geotiff';

/** The path of a file of the shared test kit, from the repository's root. */
export function truthFile(name: string): string {
  return resolve(import.meta.dirname, '../../../shared/truth', name);
}

/** What to append to a test's title where a file is missing, and whether to skip it. */
export function missing(name: string): { skip: boolean; note: string } {
  const skip = !existsSync(truthFile(name));
  return { skip, note: skip ? ` (skipped: ../shared/truth/${name} is missing)` : '' };
}

/** The first plane of a TIFF of the test kit. */
export async function readPlane(name: string): Promise<Float32Array> {
  const bytes = readFileSync(truthFile(name));
  const tiff = await fromArrayBuffer(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const [plane] = await (await tiff.getImage()).readRasters();
  return Float32Array.from(plane as Float32Array);
}

/** ‖estimate − truth‖/‖truth‖ over the entries that count. */
export function relativeL2(
  estimate: ArrayLike<number>,
  truth: ArrayLike<number>,
  counts: (i: number) => boolean,
): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (!counts(i)) continue;
    difference += (estimate[i] - truth[i]) ** 2;
    size += truth[i] ** 2;
  }
  return Math.sqrt(difference / size);
}
