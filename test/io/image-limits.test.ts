import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import { type ByteSource, memorySource } from '../../src-core/io/byte-source.js';
import { openImage } from '../../src-core/io/open-image.js';
import { quietRun } from '../../src-core/run.js';
import {
  buildTiff,
  greyTags,
  openBuilt,
  planeValues,
  descriptionTag,
  resolutionTags,
} from './tiff-builder.js';

describe('limits', () => {
  const one = { tags: greyTags(2, 2, 8), blocks: [new Uint8Array(4)] };

  it('refuses planes over the budget before it takes memory', async () => {
    const tags = greyTags(100_000, 100_000, 8);
    await expect(openBuilt({ pages: [{ tags, blocks: [new Uint8Array(4)] }] })).rejects.toMatchObject({
      tag: 'memory',
    });
  });

  it('stops inflating at the size of the strip', async () => {
    const bomb = new Uint8Array(deflateSync(new Uint8Array(200_000_000)));
    const tags = greyTags(2, 2, 8, [{ code: 259, type: 3, values: [8] }]);
    const before = process.memoryUsage().rss;
    expect(await planeValues(await openBuilt({ pages: [{ tags, blocks: [bomb] }] }))).toEqual([0, 0, 0, 0]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  });

  it('stops at a loop and at a link out of the file, with a warning', async () => {
    const loop = await openBuilt({ pages: [one, one], last: 'self' });
    expect(loop.metadata).toMatchObject({ planes: 2 });
    expect(loop.metadata.warnings.join(' ')).toMatch(/turns back/);
    expect((await openBuilt({ pages: [one], last: 1e9 })).metadata.warnings.join(' ')).toMatch(/cut short/);
  });

  it('loads or throws CoreError for every truncation', async () => {
    const tags = greyTags(2, 2, 16, [
      descriptionTag('ImageJ=1\nimages=2\nslices=2\nunit=um\n'),
      ...resolutionTags([50, 1], 1),
    ]);
    const bytes = buildTiff({
      pages: [
        { tags, blocks: [new Uint8Array(8)] },
        { tags, blocks: [new Uint8Array(8)] },
      ],
    });
    let failures = 0;
    for (let length = 0; length < bytes.length; length++)
      try {
        await planeValues(await openImage(memorySource('cut.tif', bytes.subarray(0, length)), quietRun));
      } catch (error) {
        expect(error).toBeInstanceOf(CoreError);
        expect((error as CoreError).tag).toBe('unreadable');
        failures++;
      }
    expect(failures).toBeGreaterThan(20);
  });

  it('reads only the bytes of the plane that is asked for', async () => {
    const pages = Array.from({ length: 20 }, () => ({
      tags: greyTags(512, 512, 8),
      blocks: [new Uint8Array(512 * 512)],
    }));
    const bytes = buildTiff({ pages });
    let read = 0;
    const counted: ByteSource = {
      name: 'counted.tif',
      size: bytes.length,
      read: (offset, length) => {
        const part = bytes.subarray(offset, offset + length);
        read += part.length;
        return Promise.resolve(part);
      },
    };
    const image = await openImage(counted, quietRun);
    expect(read).toBeLessThan(100_000);
    await planeValues(image, 7);
    expect(read).toBeLessThan(100_000 + 512 * 512 + 1000);
  });

  it('reads a large strip in pieces and can be cancelled between them', async () => {
    const [width, height] = [3000, 3001];
    const strip = Uint8Array.from({ length: width * height }, (_, i) => i % 251);
    const bytes = buildTiff({ pages: [{ tags: greyTags(width, height, 8), blocks: [strip] }] });
    let largest = 0;
    const signal = { aborted: false };
    const counted: ByteSource = {
      name: 'large.tif',
      size: bytes.length,
      read: (offset, length) => {
        largest = Math.max(largest, length);
        return Promise.resolve(bytes.subarray(offset, offset + length));
      },
    };
    const image = await openImage(counted, quietRun);
    const read = await image.readPlane({ z: 0, channel: 0, frame: 0 }, quietRun);
    expect(read.length).toBe(strip.length);
    expect(read.findIndex((value, i) => value !== strip[i])).toBe(-1);
    expect(largest).toBeLessThanOrEqual(2 ** 23);
    const stopping = { signal, report: () => (signal.aborted = true) };
    await expect(image.readPlane({ z: 0, channel: 0, frame: 0 }, stopping)).rejects.toMatchObject({
      tag: 'cancelled',
    });
  });

  it('reads the same from a Buffer, and leaves it alone', async () => {
    const tags = greyTags(2, 2, 16, [{ code: 259, type: 3, values: [8] }]);
    const block = new Uint8Array(deflateSync(Uint8Array.of(1, 0, 0, 1, 2, 0, 3, 0)));
    const plain = buildTiff({ bigEndian: true, pages: [{ tags, blocks: [block] }] });
    const buffer = Buffer.concat([Buffer.from('x'), plain]).subarray(1);
    const source: ByteSource = {
      name: 'b.tif',
      size: buffer.length,
      read: (offset, length) => Promise.resolve(buffer.subarray(offset, offset + length)),
    };
    expect(await planeValues(await openImage(source, quietRun))).toEqual([256, 1, 512, 768]);
    expect(new Uint8Array(buffer)).toEqual(plain);
  });

  it('does not hang on metadata that name planes over and over', { timeout: 5000 }, async () => {
    const data = '<TiffData IFD="0" PlaneCount="4000000"/>'.repeat(20_000);
    const xml = `<OME><Image><Pixels SizeX="2" SizeY="2" SizeZ="2000" SizeT="2000">${data}</Pixels></Image></OME>`;
    const long = `<OME><Image><Pixels SizeZ="1" ${'a'.repeat(500_000)} ${"b='".repeat(100_000)}/></Image></OME>`;
    for (const description of [xml, long, '<!--<OME>'.repeat(100_000), `<OME ${'<a '.repeat(300_000)}`]) {
      const image = await openBuilt({
        pages: [{ ...one, tags: greyTags(2, 2, 8, [descriptionTag(description)]) }],
      });
      expect(await planeValues(image)).toEqual([0, 0, 0, 0]);
    }
  });

  it('says which index is not there', async () => {
    const image = await openBuilt({ pages: [one] });
    for (const index of [
      { z: 1, channel: 0, frame: 0 },
      { z: 0, channel: -1, frame: 0 },
      { z: 0, channel: 0, frame: 0.5 },
    ])
      await expect(image.readPlane(index, quietRun)).rejects.toMatchObject({ tag: 'usage' });
  });

  it('can be cancelled', async () => {
    const image = await openBuilt({ pages: [one] });
    const cancelled = { ...quietRun, signal: { aborted: true } };
    await expect(image.readPlane({ z: 0, channel: 0, frame: 0 }, cancelled)).rejects.toMatchObject({
      tag: 'cancelled',
    });
    await expect(
      openImage(memorySource('a.tif', buildTiff({ pages: [one] })), cancelled),
    ).rejects.toMatchObject({ tag: 'cancelled' });
  });

  it('says so when the file cannot be read', async () => {
    const broken: ByteSource = { name: 'gone.tif', size: 100, read: () => Promise.reject(new Error('EIO')) };
    await expect(openImage(broken, quietRun)).rejects.toMatchObject({
      tag: 'unreadable',
      message: 'gone.tif cannot be read: EIO.',
    });
  });
});
