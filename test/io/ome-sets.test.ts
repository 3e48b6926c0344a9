import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ByteSource, memorySource } from '../../src-core/io/byte-source.js';
import { openImage } from '../../src-core/io/open-image.js';
import { quietRun } from '../../src-core/run.js';
import { openFile } from '../../src-main/engine/file-source.js';
import { buildTiff, descriptionTag, greyTags, planeValues } from './tiff-builder.js';

/** A 2 × 2 image for each value, the first with a description. */
function fileOf(description: string, values: readonly number[], width = 2): Uint8Array {
  return buildTiff({
    pages: values.map((value, i) => ({
      tags: greyTags(width, 2, 8, i === 0 ? [descriptionTag(description)] : []),
      blocks: [new Uint8Array(2 * width).fill(value)],
    })),
  });
}

interface Place {
  readonly z: number;
  readonly c: number;
  readonly ifd: number;
  readonly file: string;
}

/** OME-XML of a set of three sections and two channels, seen from the file with this UUID. */
function setXml(uuid: string, places: readonly Place[]): string {
  const data = places.map(
    ({ z, c, ifd, file }) =>
      `<TiffData FirstZ="${String(z)}" FirstC="${String(c)}" FirstT="0" IFD="${String(ifd)}" PlaneCount="1">` +
      `<UUID FileName="${file}.ome.tif">urn:uuid:${file}</UUID></TiffData>`,
  );
  return (
    `<?xml version="1.0"?><OME UUID="urn:uuid:${uuid}"><Image><Pixels DimensionOrder="XYZCT" SizeX="2" SizeY="2" ` +
    'SizeZ="3" SizeC="2" SizeT="1" PhysicalSizeX="20" PhysicalSizeXUnit="nm" PhysicalSizeZ="0.1">' +
    `<Channel Name="H3K9me3"/><Channel Name="DAPI"/>${data.join('')}</Pixels></Image></OME>`
  );
}

/** Sections in files a, b and c, each with its channels in reverse order. */
const places: Place[] = [0, 1, 2].flatMap((z) => [
  { z, c: 0, ifd: 1, file: 'abc'[z] },
  { z, c: 1, ifd: 0, file: 'abc'[z] },
]);
const members = {
  'a.ome.tif': fileOf(setXml('a', places), [11, 10]),
  'b.ome.tif': fileOf(setXml('b', places), [21, 20]),
  'c.ome.tif': fileOf(setXml('c', places), [31, 30]),
};

function sourceOf(name: string, files: Readonly<Record<string, Uint8Array>>): ByteSource {
  const beside = (other: string): Promise<ByteSource | undefined> =>
    Promise.resolve(other in files ? memorySource(other, files[other]) : undefined);
  return { ...memorySource(name, files[name]), beside };
}

async function openSet(name: string, files: Readonly<Record<string, Uint8Array>>) {
  return await openImage(sourceOf(name, files), quietRun);
}

describe('an OME-TIFF whose planes are in several files', () => {
  it('is read whole from any of them, by TiffData, and says so', async () => {
    for (const name of Object.keys(members)) {
      const image = await openSet(name, members);
      expect(image.metadata).toMatchObject({
        ...{ planes: 3, channels: 2, frames: 1, channelNames: ['H3K9me3', 'DAPI'] },
        pixelSize: { x: 20, z: 100 },
      });
      expect(image.metadata.warnings).toEqual([
        expect.stringMatching(/^4 of the 6 planes are read from 2 other file\(s\) of the set \(./),
      ]);
      for (const z of [0, 1, 2])
        for (const c of [0, 1])
          expect(await planeValues(image, z, c)).toEqual(Array<number>(4).fill(10 * (z + 1) + c));
    }
  });

  it('with a missing file: what is there is read, the rest is said', async () => {
    const part = await openSet('a.ome.tif', {
      'a.ome.tif': members['a.ome.tif'],
      'c.ome.tif': members['c.ome.tif'],
    });
    expect(part.metadata.planes).toBe(3);
    expect(part.metadata.warnings.join(' ')).toMatch(
      /2 of the 6 planes .* in 1 other file\(s\).*not beside.*b\.ome\.tif/,
    );
    expect(await planeValues(part, 2, 1)).toEqual([31, 31, 31, 31]);
    await expect(planeValues(part, 1, 0)).rejects.toMatchObject({
      tag: 'unreadable',
      message: expect.stringMatching(/does not hold the plane z 1/) as string,
    });
  });

  it('refuses a file that is another than its name says, that is too short or of another size', async () => {
    const stranger = { ...members, 'b.ome.tif': fileOf(setXml('x', places), [21, 20]) };
    await expect(planeValues(await openSet('a.ome.tif', stranger), 1)).rejects.toMatchObject({
      message: expect.stringMatching(/^b\.ome\.tif is not the file .*UUID/) as string,
    });
    const short = { ...members, 'b.ome.tif': fileOf(setXml('b', places), [21]) };
    await expect(planeValues(await openSet('a.ome.tif', short), 1)).rejects.toMatchObject({
      message: expect.stringMatching(/^b\.ome\.tif holds 1 images/) as string,
    });
    const wide = { ...members, 'b.ome.tif': fileOf(setXml('b', places), [21, 20], 3) };
    await expect(planeValues(await openSet('a.ome.tif', wide), 1)).rejects.toMatchObject({
      message: expect.stringMatching(/^b\.ome\.tif has an image of 3 × 2/) as string,
    });
  });

  it('reads metadata from the companion file beside it, or from the first file of the set', async () => {
    const only = (file: string) =>
      fileOf(`<OME UUID="urn:uuid:b"><BinaryOnly MetadataFile="${file}" UUID="urn:uuid:m"/></OME>`, [21, 20]);
    const companion = {
      'b.ome.tif': only('set.companion.ome'),
      'set.companion.ome': Buffer.from(setXml('m', places)),
    };
    const image = await openSet('b.ome.tif', companion);
    expect(image.metadata).toMatchObject({
      format: 'OME-TIFF',
      planes: 3,
      channels: 2,
      pixelSize: { x: 20 },
    });
    expect(await planeValues(image, 1, 0)).toEqual([20, 20, 20, 20]);
    expect(image.metadata.warnings.join(' ')).toMatch(/4 of the 6 planes/);
    const master = await openSet('b.ome.tif', { ...members, 'b.ome.tif': only('a.ome.tif') });
    expect(await planeValues(master, 0, 1)).toEqual([11, 11, 11, 11]);
    expect(await planeValues(master, 1, 1)).toEqual([21, 21, 21, 21]);
  });
});

describe('a set on the disk', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ome-set-'));
    for (const [name, bytes] of Object.entries(members)) save(name, bytes, 1000);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Writes a file as if it had been left alone since. */
  function save(name: string, bytes: Uint8Array, seconds: number): void {
    writeFileSync(join(folder, name), bytes);
    utimesSync(join(folder, name), seconds, seconds);
  }

  it('is read through the files beside it', async () => {
    const file = await openFile(join(folder, 'b.ome.tif'), quietRun);
    const image = await openImage(file.source, quietRun);
    expect(await planeValues(image, 2, 0)).toEqual([30, 30, 30, 30]);
    await file.close();
  });

  it('has another identity where a file of it has changed, and not where another file has', async () => {
    const identity = async (): Promise<string | undefined> => {
      // Times of a change say which content it is only after a while.
      await new Promise((resume) => setTimeout(resume, 150));
      const file = await openFile(join(folder, 'a.ome.tif'), quietRun);
      await file.close();
      return file.source.identity;
    };
    const first = await identity();
    expect(first).toBeDefined();
    save('unrelated.ome.tif', members['a.ome.tif'], 2000.5);
    expect(await identity()).toBe(first);
    save('c.ome.tif', fileOf(setXml('c', places), [33, 32]), 2000.5);
    expect(await identity()).not.toBe(first);
  });
});
