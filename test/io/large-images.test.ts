import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ByteSource } from '../../src-core/io/byte-source.js';
import type { OpenImage, PlaneIndex } from '../../src-core/io/image.js';
import { openImage } from '../../src-core/io/open-image.js';
import { quietRun } from '../../src-core/run.js';
import { type OpenFile, openFile } from '../../src-main/engine/file-source.js';
import { buildTiff, type BuiltFile, descriptionTag, greyTags } from './tiff-builder.js';

const [width, height, planes] = [4096, 4096, 192];
const planeBytes = width * height * 2;
const first = 2 ** 16;

/** A file of 6 GB on the disk that takes a few kB of it: a head, and two values of each of some planes. */
async function makeSparse(path: string, head: Uint8Array, marked: readonly number[]): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.truncate(first + planes * planeBytes);
    await file.write(head, 0, head.length, 0);
    for (const plane of marked) {
      const [start, value] = [first + plane * planeBytes, Uint8Array.of(plane >> 8, plane & 255)];
      await file.write(value, 0, 2, start);
      await file.write(value, 0, 2, start + planeBytes - 2);
    }
  } finally {
    await file.close();
  }
}

/** The source, and the most that it and all else held in array buffers beyond what was there when it was made. */
function measured(source: ByteSource): { source: ByteSource; most: () => number } {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const look = (): number => (most = Math.max(most, process.memoryUsage().arrayBuffers - before));
  const read: ByteSource['read'] = async (offset, length) => {
    const bytes = await source.read(offset, length);
    look();
    return bytes;
  };
  return { source: { ...source, read }, most: look };
}

const description =
  'ImageJ=1.54f\nimages=192\nchannels=2\nslices=48\nframes=2\nhyperstack=true\nunit=micron\n';
const inPlace = (plane: number) => [
  { code: 273, type: 4, values: [first + plane * planeBytes] } as const,
  { code: 279, type: 4, values: [planeBytes] } as const,
];
const imageJ: BuiltFile = {
  bigEndian: true,
  pages: [{ tags: greyTags(width, height, 16, [descriptionTag(description), ...inPlace(0)]), blocks: [] }],
};
const bigTiff: BuiltFile = {
  big: true,
  bigEndian: true,
  pages: Array.from({ length: planes }, (_, plane) => ({
    tags: greyTags(width, height, 16, [
      { code: 273, type: 16, values: [first + plane * planeBytes] },
      { code: 279, type: 4, values: [planeBytes] },
      ...(plane === 0 ? [descriptionTag(description)] : []),
    ]),
    blocks: [],
  })),
};

// Elsewhere a file of that length takes no room on the disk.
const isSparse = process.platform !== 'win32';

describe.each([
  ['an ImageJ stack with one directory', imageJ],
  ['a BigTIFF with a directory for each plane', bigTiff],
])('6 GB: %s', (_, built) => {
  let folder = '';
  const path = (): string => join(folder, 'stack.tif');
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'large-image-'));
    await makeSparse(path(), buildTiff(built), [0, 1, 2, 95, 130, 191]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function openAt(
    index: PlaneIndex,
  ): Promise<{ image: OpenImage; values: Float32Array; seconds: number; most: number }> {
    const start = performance.now();
    const file: OpenFile = await openFile(path(), quietRun);
    try {
      const { source, most } = measured(file.source);
      const image = await openImage(source, quietRun);
      const values = await image.readPlane(index, quietRun);
      return { image, values, seconds: (performance.now() - start) / 1000, most: most() };
    } finally {
      await file.close();
    }
  }

  it.skipIf(!isSparse).each([
    [0, { z: 0, channel: 0, frame: 0 }],
    [1, { z: 0, channel: 1, frame: 0 }],
    [2, { z: 1, channel: 0, frame: 0 }],
    [95, { z: 47, channel: 1, frame: 0 }],
    [130, { z: 17, channel: 0, frame: 1 }],
    [191, { z: 47, channel: 1, frame: 1 }],
  ])('plane %i is there in less than a second, within twice its memory', async (plane, index) => {
    const { image, values, seconds, most } = await openAt(index);
    expect(image.metadata).toMatchObject({ planes: 48, channels: 2, frames: 2, warnings: [] });
    expect([values[0], values[1], values.at(-1)]).toEqual([plane, 0, plane]);
    expect(seconds).toBeLessThan(1);
    expect(most).toBeLessThan(2 * values.byteLength);
  });
});
