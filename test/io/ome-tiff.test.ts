import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeGrid, type Triple } from '../../src-core/data/grid.js';
import { CoreError } from '../../src-core/errors.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { openImage } from '../../src-core/io/open-image.js';
import { type OmeImage, type OmeTiffOptions, writeOmeTiff } from '../../src-core/io/ome-tiff.js';
import { readOmeDescription } from '../../src-core/io/tiff.js';
import { quietRun } from '../../src-core/run.js';
import { pythonWithTifffile } from './python.js';

function fileOf(image: OmeImage, options?: OmeTiffOptions): Uint8Array {
  return new Uint8Array(Buffer.concat(writeOmeTiff(image, options)));
}

function sample(shape: Triple, spacing: Triple): OmeImage {
  const size = shape[0] * shape[1] * shape[2];
  const first = Float32Array.from({ length: size }, (_, i) => (i % 11 === 3 ? NaN : Math.fround(i / 7)));
  const second = Float32Array.from({ length: size }, (_, i) => -i);
  const description = { job: '{"jobVersion":1,\n\t"a":"<b> & \'c\' µ λ 🧬"}', 'key "two"': '' };
  return {
    grid: makeGrid(shape, spacing),
    channels: [
      { name: 'λ <rate> & "sd"', values: first },
      { name: 'φ', values: second },
    ],
    description,
  };
}

const cases: [string, Triple, Triple, boolean][] = [
  ['2-D classic', [1, 5, 7], [1, 15, 20], false],
  ['2-D BigTIFF', [1, 5, 7], [1, 15, 20], true],
  ['3-D classic', [4, 5, 3], [40.5, 0.1, 0.13], false],
  ['3-D BigTIFF', [4, 5, 3], [200, 1e6, 12345.678], true],
];

describe('writeOmeTiff', () => {
  it.each(cases)('comes back as it was: %s', async (_, shape, spacing, bigTiff) => {
    const image = sample(shape, spacing);
    const source = memorySource('written.ome.tif', fileOf(image, { bigTiff }));
    const opened = await openImage(source, quietRun);
    const z = shape[0] > 1 ? { z: spacing[0] } : {};
    expect(opened.metadata).toMatchObject({
      format: bigTiff ? 'OME-TIFF (BigTIFF)' : 'OME-TIFF',
      width: shape[2],
      height: shape[1],
      planes: shape[0],
      channels: 2,
      frames: 1,
      sampleType: 'float32',
      channelNames: image.channels.map((channel) => channel.name),
    });
    expect(opened.metadata.pixelSize).toEqual({
      y: spacing[1],
      x: spacing[2],
      ...z,
      source: 'OME-XML PhysicalSize',
    });
    const size = shape[1] * shape[2];
    for (const [channel, { values }] of image.channels.entries())
      for (let plane = 0; plane < shape[0]; plane++) {
        const read = await opened.readPlane({ z: plane, channel, frame: 0 }, quietRun);
        expect(read).toEqual(values.slice(plane * size, (plane + 1) * size));
      }
    expect(await readOmeDescription(source, quietRun)).toEqual(image.description);
  });

  it.each([
    ['uint8', Uint8Array.of(0, 1, 254, 255)],
    ['uint16', Uint16Array.of(0, 1, 256, 65535)],
  ] as const)('writes %s', async (type, values) => {
    const image = { grid: makeGrid([1, 2, 2], [1, 10, 10]), channels: [{ name: 'mask', values }] };
    const opened = await openImage(memorySource('a.tif', fileOf(image)), quietRun);
    expect(opened.metadata.sampleType).toBe(type);
    expect([...(await opened.readPlane({ z: 0, channel: 0, frame: 0 }, quietRun))]).toEqual([...values]);
    expect(await readOmeDescription(memorySource('a.tif', fileOf(image)), quietRun)).toEqual({});
  });

  it('says where a grid begins that does not begin at 0, and nothing where it does', async () => {
    const image = (origin: readonly [number, number, number]) => ({
      grid: makeGrid([1, 2, 2], [1, 10, 10], origin),
      channels: [{ name: 'mask', values: new Uint8Array(4) }],
      description: { 'epiflux-job': '{}' },
    });
    const read = (origin: readonly [number, number, number]) =>
      openImage(memorySource('a.tif', fileOf(image(origin))), quietRun);
    expect((await read([0, -7260, 40000.5])).metadata.origin).toEqual({ x: 40000.5, y: -7260 });
    expect('origin' in (await read([0, 0, 0])).metadata).toBe(false);
  });

  it('gives the same bytes again, leaves the values alone and does not carry a date', () => {
    const image = sample([2, 3, 4], [40, 15, 15]);
    const before = image.channels.map((channel) => channel.values.slice());
    const bytes = fileOf(image);
    expect(fileOf(image)).toEqual(bytes);
    expect(image.channels.map((channel) => channel.values)).toEqual(before);
    expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/20\d\d[:-]\d\d[:-]\d\d/);
  });

  it('carries any text through the XML', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.string({ minLength: 1, unit: 'grapheme' }),
        async (text, key) => {
          fc.pre(
            key !== '__proto__' && Array.from(text + key).every((mark) => mark >= ' ' && mark !== '\uffff'),
          );
          const image = { ...sample([1, 1, 1], [1, 1, 1]), description: { [key]: text } };
          expect(await readOmeDescription(memorySource('a.tif', fileOf(image)), quietRun)).toEqual({
            [key]: text,
          });
        },
      ),
    );
  });

  it('leaves out a resolution that does not fit 32 bits', async () => {
    for (const spacing of [1e-4, 1e-3, 0.00233, 1e13]) {
      const image = sample([1, 2, 2], [1, spacing, spacing]);
      const opened = await openImage(memorySource('a.tif', fileOf(image)), quietRun);
      expect((opened.metadata.pixelSize.x ?? 0) / spacing).toBeCloseTo(1, 9);
    }
  });

  it('turns to BigTIFF where the file would pass 4 GB', async () => {
    const values = new Float32Array(2 ** 24);
    values[values.length - 1] = 42;
    const channels = Array.from({ length: 70 }, (_, i) => ({ name: `c${i}`, values }));
    const chunks = writeOmeTiff({ grid: makeGrid([1, 4096, 4096], [1, 15, 15]), channels });
    const [head] = chunks;
    const plane = values.byteLength;
    const source = {
      name: 'large.ome.tif',
      size: head.length + 70 * plane,
      read: (offset: number, length: number) => {
        if (offset < head.length) return Promise.resolve(head.subarray(offset, offset + length));
        const chunk = chunks[1 + Math.floor((offset - head.length) / plane)];
        const from = (offset - head.length) % plane;
        return Promise.resolve(chunk.subarray(from, from + length));
      },
    };
    const opened = await openImage(source, quietRun);
    expect(opened.metadata).toMatchObject({ format: 'OME-TIFF (BigTIFF)', channels: 70, warnings: [] });
    const last = await opened.readPlane({ z: 0, channel: 69, frame: 0 }, quietRun);
    expect(last.at(-1)).toBe(42);
  });

  it('refuses channels that do not fit', () => {
    const grid = makeGrid([1, 2, 2], [1, 10, 10]);
    const channel = (values: Float32Array | Uint8Array) => ({ name: 'a', values });
    for (const channels of [
      [],
      [channel(new Float32Array(3))],
      [channel(new Float32Array(4)), channel(new Uint8Array(4))],
    ])
      expect(() => writeOmeTiff({ grid, channels })).toThrow(CoreError);
  });
});

describe('as tifffile reads it', () => {
  const command = pythonWithTifffile();
  const script = fileURLToPath(new URL('tifffile-check.py', import.meta.url));
  for (const [title, shape, spacing, bigTiff] of cases)
    it.skipIf(command === undefined)(
      `${title}${command === undefined ? ' (needs python3 with tifffile)' : ''}`,
      () => {
        const image = sample(shape, spacing);
        const folder = mkdtempSync(join(tmpdir(), 'ome-tiff-'));
        const path = join(folder, 'written.ome.tif');
        try {
          writeFileSync(path, fileOf(image, { bigTiff }));
          const found = JSON.parse(
            execFileSync(command ?? '', [script, path], { encoding: 'utf8' }),
          ) as Record<string, unknown>;
          const all = image.channels.flatMap((channel) => [...channel.values]);
          expect(found).toMatchObject({
            big: bigTiff,
            ome: true,
            axes: shape[0] > 1 ? 'CZYX' : 'CYX',
            shape: [2, ...(shape[0] > 1 ? shape : shape.slice(1))],
            type: 'float32',
            nan: all.filter(Number.isNaN).length,
            last: all.at(-1),
            channels: image.channels.map((channel) => channel.name),
            map: { job: image.description?.job },
            resolutionUnit: 3,
          });
          expect(found['finite']).toBeCloseTo(
            all.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0),
            3,
          );
          expect((found['perCentimetre'] as number) / (1e7 / spacing[2])).toBeCloseTo(1, 5);
          const pixels = found['pixels'] as Record<string, string>;
          expect(Number(pixels['PhysicalSizeX'])).toBeCloseTo(spacing[2] / 1000, 9);
          expect(pixels['PhysicalSizeXUnit']).toBe('µm');
          expect('PhysicalSizeZ' in pixels).toBe(shape[0] > 1);
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
    );
});
