import { drawThumbnail, openImage, type OpenImage, type Run } from '../../src-core/index.js';
import { openFile } from './file-source.js';
import type { ThumbnailRequest, ThumbnailResponse } from './messages.js';

async function withImage<T>(path: string, run: Run, work: (image: OpenImage) => Promise<T>): Promise<T> {
  const file = await openFile(path, run);
  try {
    return await work(await openImage(file.source, run));
  } finally {
    await file.close();
  }
}

/** Planes from the middle outward: 2, 1, 3, 0, 4 of five. */
function fromTheMiddle(planes: number): number[] {
  const middle = Math.floor((planes - 1) / 2);
  return Array.from({ length: planes }, (_, z) => z).sort(
    (a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b,
  );
}

/** The plane nearest to the middle in which λ is known somewhere; the middle one where it is known nowhere. */
async function shownPlane(image: OpenImage, run: Run): Promise<{ z: number; rate: Float32Array }> {
  const order = fromTheMiddle(image.metadata.planes);
  let first: { z: number; rate: Float32Array } | undefined;
  for (const z of order) {
    const rate = Float32Array.from(await image.readPlane({ z, channel: 0, frame: 0 }, run));
    first ??= { z, rate };
    if (rate.some((value) => !Number.isNaN(value))) return { z, rate };
  }
  return first ?? { z: 0, rate: new Float32Array(0) };
}

/** A small picture of a result's λ map: of a stack the plane nearest to the middle that has any. Throws `unreadable`. */
export async function drawResultThumbnail(request: ThumbnailRequest, run: Run): Promise<ThumbnailResponse> {
  const { lambda, mask, size, limits } = request;
  const { z, rate, nx, ny } = await withImage(lambda, run, async (image) => {
    const { width, height } = image.metadata;
    return { ...(await shownPlane(image, run)), nx: width, ny: height };
  });
  const inside = await withImage(mask, run, (image) => image.readPlane({ z, channel: 0, frame: 0 }, run));
  const content = { nx, ny, rate, mask: Uint8Array.from(inside), size, ...(limits && { limits }) };
  return { png: drawThumbnail(content) };
}
