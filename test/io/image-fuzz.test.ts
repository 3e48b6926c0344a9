import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { openImage } from '../../src-core/io/open-image.js';
import { openTiff } from '../../src-core/io/tiff.js';
import { quietRun } from '../../src-core/run.js';
import { sharedFolder, sharedSource } from './shared-files.js';
import { buildTiff, type BuiltTag, descriptionTag, greyTags, resolutionTags } from './tiff-builder.js';

/** Opens bytes as an image and reads its first planes; it may only fail by saying why, within 5 s. */
async function loadsOrExplains(content: Uint8Array, open = openImage): Promise<'loaded' | 'explained'> {
  const before = content.slice();
  const start = performance.now();
  let outcome: 'loaded' | 'explained' = 'loaded';
  try {
    const image = await open(memorySource('fuzz.tif', content), quietRun);
    const { planes, channels, frames } = image.metadata;
    for (const [z, channel, frame] of [
      [0, 0, 0],
      [planes - 1, channels - 1, frames - 1],
    ]) {
      const values = await image.readPlane({ z, channel, frame }, quietRun);
      expect(values.length).toBe(image.metadata.width * image.metadata.height);
    }
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    expect(['unreadable', 'memory']).toContain(error.tag);
    outcome = 'explained';
  }
  expect(performance.now() - start).toBeLessThan(5000);
  expect(Buffer.compare(content, before)).toBe(0);
  return outcome;
}

const compressed = (code: number, more: readonly BuiltTag[] = []): BuiltTag[] => [
  { code: 259, type: 3, values: [code] },
  ...more,
];
const ome = descriptionTag(
  '<OME><Image><Pixels DimensionOrder="XYZCT" SizeX="4" SizeY="4" SizeZ="2" SizeC="1" SizeT="1" PhysicalSizeX="0.02">' +
    '<Channel Name="a"/><TiffData IFD="0" PlaneCount="2"/></Pixels></Image></OME>',
);
const imageJ = descriptionTag('ImageJ=1.53c\nimages=4\nchannels=2\nslices=2\nunit=um\nspacing=0.2\n');
const rows = Uint8Array.from({ length: 32 }, (_, i) => i * 5);

const built: Readonly<Record<string, Uint8Array>> = {
  'OME in strips': buildTiff({
    pages: [[ome], []].map((tags) => ({ tags: greyTags(4, 4, 16, tags), blocks: [rows] })),
  }),
  'ImageJ with one directory': buildTiff({
    bigEndian: true,
    pages: [
      {
        tags: greyTags(4, 4, 8, [
          imageJ,
          ...resolutionTags([50, 1], 1),
          { code: 279, type: 4, values: [16] },
        ]),
        blocks: [new Uint8Array(64).map((_, i) => i)],
      },
    ],
  }),
  'BigTIFF, deflate, predictor': buildTiff({
    big: true,
    pages: [
      {
        tags: greyTags(4, 4, 16, compressed(8, [{ code: 317, type: 3, values: [2] }])),
        blocks: [new Uint8Array(deflateSync(rows))],
      },
    ],
  }),
  'PackBits tiles': buildTiff({
    pages: [
      {
        tags: greyTags(4, 4, 8, [
          ...compressed(32773),
          { code: 322, type: 3, values: [16] },
          { code: 323, type: 3, values: [16] },
        ]),
        blocks: [Uint8Array.of(129, 7, 129, 9)],
      },
    ],
  }),
};

/** Bytes set, cut out and put in at random places. */
const edits = fc.array(
  fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('set', 'set', 'cut', 'insert'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 4 },
);

function edited(
  content: Uint8Array,
  changes: typeof edits extends fc.Arbitrary<infer T> ? T : never,
): Uint8Array {
  return changes.reduce((bytes, { at, kind, bytes: piece }) => {
    const place = at % (bytes.length + 1);
    const removed = kind === 'insert' ? 0 : piece.length;
    const put = kind === 'cut' ? new Uint8Array(0) : piece;
    return new Uint8Array(Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + removed)]));
  }, content);
}

describe('the reader of images loads any bytes or says why not', () => {
  it('random bytes, also after the head of a TIFF or BigTIFF', async () => {
    const heads = ['II*\0', 'MM\0*', 'II+\0\b\0\0\0', 'MM\0+\0\b\0\0', ''].map((head) =>
      Buffer.from(head, 'latin1'),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 200 }), async (head, rest) => {
        const content = new Uint8Array(Buffer.concat([head, rest]));
        await loadsOrExplains(content);
        await loadsOrExplains(content, openTiff);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(Object.keys(built))('%s, with changed bytes', async (name) => {
    const outcomes = new Set([await loadsOrExplains(built[name])]);
    expect([...outcomes]).toEqual(['loaded']);
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        outcomes.add(await loadsOrExplains(edited(built[name], changes)));
      }),
      { numRuns: 1000 },
    );
    expect([...outcomes].sort()).toEqual(['explained', 'loaded']);
  });

  const small = sharedFolder('data/tiff-encodings').filter((name) => sharedSource(name).size < 20_000);
  it.skipIf(small.length === 0)(
    `files of every encoding with changed bytes${small.length === 0 ? ' (missing data/tiff-encodings)' : ''}`,
    async () => {
      for (const name of small) {
        const source = sharedSource(name);
        const content = await source.read(0, source.size);
        await fc.assert(
          fc.asyncProperty(edits, async (changes) => {
            await loadsOrExplains(edited(content, changes));
          }),
          { numRuns: 40 },
        );
      }
    },
  );
});
