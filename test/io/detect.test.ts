import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { detectFormat, formatTable } from '../../src-core/io/detect.js';
import { openImage } from '../../src-core/io/open-image.js';
import { readTable } from '../../src-core/io/read-table.js';
import { quietRun } from '../../src-core/run.js';
import { buildTiff, greyTags } from './tiff-builder.js';

function bytes(...parts: (string | number)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? Array.from(part, (mark) => mark.charCodeAt(0)) : [part],
    ),
  );
}

const rest = '\0\0\0\0\0\0\0\0\0\0\0\0 and more';
const samples: Record<string, Uint8Array> = {
  tiff: buildTiff({ pages: [{ tags: greyTags(1, 1, 8), blocks: [Uint8Array.of(1)] }] }),
  png: bytes(0x89, 'PNG\r\n', 0x1a, '\n', rest),
  jpeg: bytes(0xff, 0xd8, 0xff, 0xe0, rest),
  gif: bytes('GIF89a', rest),
  bmp: bytes('BM', 1, 2, 3, 4, rest),
  pdf: bytes('%PDF-1.7', rest),
  nd2: bytes(0xda, 0xce, 0xbe, 0x0a, rest),
  czi: bytes('ZISRAWFILE', rest),
  lif: bytes(0x70, 0, 0, 0, 1, 2, 3, 4, 0x2a, rest),
  ole: bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, rest),
  hdf5: bytes(0x89, 'HDF\r\n', 0x1a, '\n', rest),
  insight3: bytes('M425', rest),
  rapidstorm: bytes('# <localizations insequence="true">\n1 2 3\n'),
  'minflux-npy': bytes(0x93, 'NUMPY', rest),
  matlab: bytes('MATLAB 5.0 MAT-file', rest),
  'utf-16': bytes(0xff, 0xfe, 'x\0,\0y\0'),
  zip: bytes('PK', 3, 4, rest),
  smlm: bytes('PK', 3, 4, rest, 'manifest.json', rest),
  gzip: new Uint8Array(gzipSync('x,y\n1,2\n')),
  'rar-7z': bytes('7z', 0xbc, 0xaf, rest),
  'web-page': bytes('<!DOCTYPE html><html></html>'),
  thunderstorm: bytes('"id","frame","x [nm]","y [nm]"\n1,1,2,3\n'),
  'nikon-storm': bytes('Channel Name\tX\tY\tXc\tYc\tFrame\n647 nm\t1\t2\t3\t4\t1\n'),
  elyra: bytes('Index\tFirst Frame\tPosition X [nm]\tPosition Y [nm]\n1\t1\t2\t3\n'),
  'minflux-csv': bytes('tid,t,x,y,z\n1,0,2,3,4\n1,1,2,3,5\n'),
  delimited: bytes('x,y\n1,2\n3,4\n'),
  positions: bytes('1 2\n3 4\n'),
};

describe('formatTable', () => {
  it('has a sample of every format here, and says what is read of each or the way out', () => {
    expect(formatTable.map((format) => format.id).sort()).toEqual(Object.keys(samples).sort());
    for (const format of formatTable) {
      expect(format.content.length).toBeGreaterThan(20);
      expect(format.title).toMatch(/^an? /);
    }
  });

  it.each(Object.entries(samples))('recognises %s, whatever its name', async (id, content) => {
    for (const name of ['file', 'file.tif', 'file.csv', 'E39.lif'])
      expect((await detectFormat(memorySource(name, content))).id).toBe(id);
  });

  it.each(formatTable.filter((format) => format.kind === 'unsupported'))(
    'says what $id is and the way out',
    async (format) => {
      const source = memorySource('E39.lif', samples[format.id]);
      for (const read of [openImage(source, quietRun), readTable(source, { units: 'nm' }, quietRun)])
        await expect(read).rejects.toMatchObject({
          tag: 'unreadable',
          message: `E39.lif is ${format.title}: ${format.content}.`,
        });
    },
  );

  it('does not read an image as a table, nor a table as an image', async () => {
    await expect(openImage(memorySource('a.csv', samples['delimited']), quietRun)).rejects.toMatchObject({
      tag: 'unreadable',
    });
    await expect(readTable(memorySource('a.tif', samples['tiff']), {}, quietRun)).rejects.toMatchObject({
      message: 'a.tif is a TIFF image, not a table of localisations.',
    });
  });

  it('names an empty file and an unknown one', async () => {
    await expect(detectFormat(memorySource('a.tif', new Uint8Array(0)))).rejects.toMatchObject({
      message: 'a.tif is empty.',
    });
    const noise = Uint8Array.from({ length: 100 }, (_, i) => i % 30);
    await expect(detectFormat(memorySource('a.bin', noise))).rejects.toMatchObject({ tag: 'unreadable' });
  });
});

async function readsOrExplains(content: Uint8Array): Promise<void> {
  const before = content.slice();
  const source = memorySource('fuzz', content);
  const readImage = async () => {
    const image = await openImage(source, quietRun);
    await image.readPlane({ z: 0, channel: 0, frame: 0 }, quietRun);
  };
  for (const attempt of [
    readImage,
    () => readTable(source, { units: 'nm' }, quietRun),
    () => detectFormat(source),
  ])
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      expect(error.message).toContain('fuzz');
    }
  expect(content).toEqual(before);
}

describe('any bytes load or say why not', () => {
  it('random bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), readsOrExplains), { numRuns: 300 });
  });

  it('random bytes after each known beginning', async () => {
    const beginning = fc.constantFrom(...Object.values(samples).map((sample) => sample.subarray(0, 12)));
    const content = fc
      .tuple(beginning, fc.uint8Array({ maxLength: 200 }))
      .map((parts) => new Uint8Array(Buffer.concat(parts)));
    await fc.assert(fc.asyncProperty(content, readsOrExplains), { numRuns: 500 });
  });

  it('random text', async () => {
    const cell = fc.oneof(
      fc.double().map(String),
      fc.constantFrom('x', 'y [nm]', '', '"', '1,5', 'NaN', '#', '""', '\0', 'µ'),
      fc.string({ maxLength: 5 }),
    );
    const mark = fc.constantFrom(',', ';', '\t', ' ', '\n', '\r\n', '\r');
    const text = fc
      .array(fc.tuple(cell, mark), { maxLength: 60 })
      .map((parts) => new TextEncoder().encode(parts.flat().join('')));
    await fc.assert(fc.asyncProperty(text, readsOrExplains), { numRuns: 500 });
  });

  const compressions = [1, 5, 7, 8, 32773, 50000];
  it.each(compressions)('TIFF files with bytes changed, compression %s', async (compression) => {
    const block = fc.uint8Array({ minLength: 1, maxLength: 100 });
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
    const tags = greyTags(5, 4, 8, [
      { code: 259, type: 3, values: [compression] },
      { code: 270, type: 2, values: 'ImageJ=1\nunit=um\nimages=2\nslices=2\n' },
      { code: 282, type: 5, values: [50, 1] },
    ]);
    const run = fc.asyncProperty(block, flips, fc.boolean(), async (coded, changes, big) => {
      const file = buildTiff({
        big,
        pages: [
          { tags, blocks: [coded] },
          { tags, blocks: [coded] },
        ],
      });
      for (const [at, value] of changes) file[at % file.length] = value;
      await readsOrExplains(file);
    });
    await fc.assert(run, { numRuns: 300 });
  });
});
