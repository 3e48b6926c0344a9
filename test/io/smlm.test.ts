import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src-core/io/byte-source.js';
import { detectFormat } from '../../src-core/io/detect.js';
import { failureOf, readContent } from './table-reading.js';
import { manifestFile, smlmFormatEntry, smlmRows, zipArchive, type ZipContent } from './zip-builder.js';

const first = smlmRows([
  [1, 10, 20, 30],
  [2, 11, 21, 31],
  [2, 11, 21, 31],
  [3, NaN, 21, 31],
]);
const second = smlmRows([[5, 12, 22, 32]]);
const tableOf = (name: string, rows: number, more: object = {}): object => ({
  ...{ name, type: 'table', format: 'rows', channel: `Alexa of ${name}`, rows, offset: {} },
  ...more,
});
const content = (name: string, bytes: Uint8Array, isStored = false): ZipContent => ({
  name,
  bytes,
  isStored,
});

describe('.smlm archives', () => {
  it('are read by their manifest', async () => {
    const archive = zipArchive([manifestFile([tableOf('a.bin', 4)]), content('a.bin', first)]);
    const { localizations, ...told } = await readContent(archive);
    expect(told).toEqual({
      format: '.smlm archive',
      columns: { x: 'x [nm]', y: 'y [nm]', z: 'z [nm]', frame: 'frame' },
      ...{ units: 'nm', unitsFrom: 'file', rows: 4, dropped: { notFinite: 1, duplicate: 1 }, warnings: [] },
      firstBad: { row: 4, text: 'NaN, 21, 31, 3' },
    });
    expect(localizations).toEqual({
      count: 2,
      x: Float64Array.of(10, 11),
      y: Float64Array.of(20, 21),
      z: Float64Array.of(30, 31),
      frame: Int32Array.of(1, 2),
    });
  });

  it('of several tables have a channel for each, in the order of the manifest', async () => {
    const archive = zipArchive(
      [
        content('data/b.bin', second, true),
        content('a.bin', first),
        manifestFile([
          tableOf('./data/b.bin', 1),
          tableOf('a.bin', 4, { channel: 'Cy3' }),
          { type: 'image' },
        ]),
      ],
      'a comment at the end',
    );
    const { localizations } = await readContent(archive);
    expect([...localizations.x]).toEqual([12, 10, 11]);
    expect([localizations.channel, localizations.channelNames]).toEqual([
      Uint8Array.of(0, 1, 1),
      ['Alexa of ./data/b.bin', 'Cy3'],
    ]);
  });

  it.each([
    ['um', 1000],
    ['angstrom', 0.1],
    ['m', 1e9],
    ['pixel', 100],
  ])('have lengths in %s', async (unit, factor) => {
    const format = { ...smlmFormatEntry, units: ['', unit, unit, unit, ''] };
    const archive = zipArchive([
      manifestFile([tableOf('b.bin', 1)], { rows: format }),
      content('b.bin', second),
    ]);
    const { localizations } = await readContent(archive, { pixelSize: 100 });
    expect(localizations.x[0]).toBeCloseTo(12 * factor, 6);
  });

  it('have offsets, nm where the manifest has no units, and are asked about where a unit is empty', async () => {
    const plain: Record<string, unknown> = { ...smlmFormatEntry };
    delete plain.units;
    const file = tableOf('b.bin', 1, { offset: { x: 100, z: -2 } });
    const archive = (format: object): Uint8Array =>
      zipArchive([manifestFile([file], { rows: format }), content('b.bin', second)]);
    const { x, z } = (await readContent(archive(plain))).localizations;
    expect([x[0], z?.[0]]).toEqual([112, 30]);
    expect(await failureOf(readContent(archive({ ...plain, units: ['', '', '', '', ''] })))).toMatchObject({
      tag: 'missing',
      remedies: [{ setting: 'table.units' }],
    });
  });

  it('are recognised by a manifest far from their beginning', async () => {
    const large = smlmRows(Array.from({ length: 20_000 }, (_, k) => [k, k * 0.37, k * 0.71, 0] as const));
    const archive = zipArchive([content('a.bin', large, true), manifestFile([tableOf('a.bin', 20_000)])]);
    expect((await readContent(archive)).localizations.count).toBe(20_000);
    const other = zipArchive([content('xl/workbook.xml', large, true)]);
    expect((await detectFormat(memorySource('a.smlm', other))).id).toBe('zip');
  });

  const good = zipArchive([manifestFile([tableOf('a.bin', 4)]), content('a.bin', first)]);
  const flipped = (at: number, value: number): Uint8Array => good.map((byte, k) => (k === at ? value : byte));
  const nameAt = (text: string, from = 0): number => Buffer.from(good).indexOf(text, from);
  it.each<[string, Uint8Array, RegExp]>([
    ['that is cut short', good.subarray(0, -30), /cut short/],
    [
      'whose table is missing',
      zipArchive([manifestFile([tableOf('c.bin', 4)])]),
      /"c.bin" of 4 rows.* holds no bytes/,
    ],
    [
      'whose table is too short',
      zipArchive([manifestFile([tableOf('a.bin', 9)]), content('a.bin', first)]),
      /9 rows/,
    ],
    [
      'without rows',
      zipArchive([manifestFile([tableOf('a.bin', 0)]), content('a.bin', first)]),
      /no localisations/,
    ],
    [
      'without binary tables',
      zipArchive([manifestFile([{ type: 'table', format: 'csv' }])]),
      /no binary table/,
    ],
    ['whose manifest is no JSON', zipArchive([content('manifest.json', first)]), /no binary table/],
    [
      'of an unknown kind of number',
      zipArchive([
        manifestFile([tableOf('a.bin', 4)], { rows: { ...smlmFormatEntry, dtype: ['text'] } }),
        content('a.bin', first),
      ]),
      /"text", which is not known/,
    ],
    [
      'of tables that differ',
      zipArchive([
        manifestFile([tableOf('a.bin', 4), tableOf('b.bin', 1, { offset: { x: 1 } })]),
        content('a.bin', first),
        content('b.bin', second),
      ]),
      /different columns/,
    ],
    [
      'whose packed bytes are broken',
      flipped(nameAt('a.bin', nameAt('PK\x03\x04', 10)) + 6, 0xff),
      /cannot be unpacked/,
    ],
    [
      'that is packed otherwise',
      flipped(nameAt('a.bin', nameAt('PK\x01\x02', nameAt('PK\x01\x02') + 1)) - 36, 12),
      /not read here/,
    ],
  ])('are refused %s', async (_, bytes, message) => {
    expect(await failureOf(readContent(bytes))).toMatchObject({
      tag: 'unreadable',
      message: expect.stringMatching(message) as string,
    });
  });
});
