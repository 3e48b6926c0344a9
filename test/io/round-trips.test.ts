import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { writeTable } from '../../src-core/io/csv-writer.js';
import { openImage } from '../../src-core/io/open-image.js';
import { type OmeImage, writeOmeTiff } from '../../src-core/io/ome-tiff.js';
import { readTable } from '../../src-core/io/read-table.js';
import { cellsOf } from '../../src-core/io/text-dialect.js';
import { quietRun } from '../../src-core/run.js';
import { pythonWithTifffile } from './python.js';

/** The values of a list over and over, until there are as many as wanted. */
function repeated(values: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, i) => values[i % values.length]);
}

const kinds = {
  float32: { make: (values: number[]) => new Float32Array(values), value: fc.float() },
  uint8: { make: (values: number[]) => new Uint8Array(values), value: fc.nat(255) },
  uint16: { make: (values: number[]) => new Uint16Array(values), value: fc.nat(65535) },
} as const;
const nameText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => Array.from(text).every((mark) => mark >= ' ' && mark !== '\uffff'));
const spacingNm = fc
  .double({ min: 0.5, max: 5000, noNaN: true })
  .map((value) => Number(value.toPrecision(9)));

const images: fc.Arbitrary<OmeImage> = fc
  .record({
    kind: fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])),
    shape: fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
    ),
    spacing: fc.tuple(spacingNm, spacingNm, spacingNm),
    names: fc.array(nameText, { minLength: 1, maxLength: 3 }),
  })
  .chain(({ kind, shape, spacing, names }) =>
    fc.array(kinds[kind].value, { minLength: 1, maxLength: 60 }).map((values) => {
      const size = shape[0] * shape[1] * shape[2];
      const channels = names.map((name, c) => {
        const shifted = [...values.slice(c % values.length), ...values.slice(0, c % values.length)];
        return { name, values: kinds[kind].make(repeated(shifted, size)) };
      });
      return { grid: makeGrid(shape, spacing), channels };
    }),
  );

function fileOf(image: OmeImage, bigTiff: boolean): Uint8Array {
  return new Uint8Array(Buffer.concat(writeOmeTiff(image, { bigTiff })));
}

describe('an OME-TIFF that is written comes back as it was', () => {
  it('whatever its sizes, type, values and names, classic or BigTIFF', async () => {
    await fc.assert(
      fc.asyncProperty(images, fc.boolean(), async (image, bigTiff) => {
        const { shape, spacing } = image.grid;
        const opened = await openImage(memorySource('a.ome.tif', fileOf(image, bigTiff)), quietRun);
        expect(opened.metadata).toMatchObject({
          ...{ format: bigTiff ? 'OME-TIFF (BigTIFF)' : 'OME-TIFF', warnings: [] },
          ...{ planes: shape[0], height: shape[1], width: shape[2], frames: 1 },
          channelNames: image.channels.map(({ name }) => name),
          pixelSize: { x: spacing[2], y: spacing[1], ...(shape[0] > 1 && { z: spacing[0] }) },
        });
        const size = shape[1] * shape[2];
        for (const [channel, { values }] of image.channels.entries())
          for (let z = 0; z < shape[0]; z++)
            expect(await opened.readPlane({ z, channel, frame: 0 }, quietRun)).toEqual(
              new Float32Array(values.slice(z * size, (z + 1) * size)),
            );
      }),
      { numRuns: 300 },
    );
  });

  const command = pythonWithTifffile();
  it.skipIf(command === undefined)(
    `as tifffile reads it, pixel for pixel${command === undefined ? ' (needs python3 with tifffile)' : ''}`,
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'round-trip-'));
      try {
        const expected: Record<string, string[][]> = {};
        for (const [i, image] of fc.sample(images, { numRuns: 20, seed: 5 }).entries())
          for (const bigTiff of [false, true]) {
            const name = `${String(i)}${bigTiff ? 'big' : ''}.ome.tif`;
            writeFileSync(join(folder, name), fileOf(image, bigTiff));
            const size = image.grid.shape[1] * image.grid.shape[2];
            expected[name] = image.channels.flatMap(({ values }) =>
              Array.from({ length: image.grid.shape[0] }, (_, z) => {
                const plane = new Float32Array(values.slice(z * size, (z + 1) * size));
                return [createHash('sha256').update(new Uint8Array(plane.buffer)).digest('hex')];
              }),
            );
          }
        const script = fileURLToPath(new URL('tifffile-planes.py', import.meta.url));
        const paths = Object.keys(expected).map((name) => join(folder, name));
        expect(JSON.parse(execFileSync(command ?? '', [script, ...paths], { encoding: 'utf8' }))).toEqual(
          expected,
        );
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});

describe('a csv that is written comes back as it was', () => {
  const position = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  const row = fc.record({
    x: position,
    y: position,
    sd: fc.float({ min: 0, max: 1000, noNaN: true }),
    frame: fc.nat(2 ** 31 - 2),
    channel: fc.constantFrom('647', '561', 'a,b', 'say "no"', 'µ λ'),
  });

  it('to the bits of every number, and names with commas and quotes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(row, { minLength: 1, maxLength: 40, selector: ({ frame }) => frame }),
        async (rows) => {
          const text = writeTable([
            { name: 'x [nm]', values: rows.map(({ x }) => x) },
            { name: 'y [nm]', values: Float64Array.from(rows, ({ y }) => y) },
            { name: 'uncertainty [nm]', values: Float32Array.from(rows, ({ sd }) => sd) },
            { name: 'frame', values: Int32Array.from(rows, ({ frame }) => frame) },
            { name: 'channel', values: rows.map(({ channel }) => channel) },
          ]);
          const source = memorySource('a.csv', new TextEncoder().encode(text));
          const { localizations: read, rows: count } = await readTable(source, {}, quietRun);
          expect(count).toBe(rows.length);
          expect([...read.x]).toEqual(rows.map(({ x }) => x + 0));
          expect([...read.y]).toEqual(rows.map(({ y }) => y + 0));
          expect([...(read.precision ?? [])]).toEqual(rows.map(({ sd }) => sd + 0));
          expect([...(read.frame ?? [])]).toEqual(rows.map(({ frame }) => frame));
          const names = [...(read.channel ?? [])].map((code) => read.channelNames?.[code]);
          expect(names).toEqual(rows.map(({ channel }) => channel));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('every cell of text without line breaks, however odd', () => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .filter((text) => !/[\r\n\u2028\u2029]/.test(text));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 6 }), (cells) => {
        fc.pre(cells.at(-1)?.trim() !== '' && cells.every((each) => each === each.trim()));
        const text = writeTable(cells.map((value, i) => ({ name: `c${String(i)}`, values: [value] })));
        expect(cellsOf(text.split('\r\n')[1], ',')).toEqual(cells);
      }),
      { numRuns: 2000 },
    );
  });
});
