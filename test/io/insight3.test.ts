import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { itWith, sharedPath } from './shared-files.js';
import { extent, failureOf, readContent, readShared, sum, tableFolder } from './table-reading.js';

interface Molecule {
  readonly x: number;
  readonly xc: number;
  readonly c: number;
  readonly z: number;
  readonly zc: number;
}

/** A molecule list: y is x + 1, yc is xc + 1, frames count from 1. */
function moleculeList(molecules: readonly Molecule[], said = molecules.length): Uint8Array {
  const bytes = Buffer.alloc(16 + 72 * molecules.length + 4);
  bytes.write('M425');
  bytes.writeInt32LE(1, 4);
  bytes.writeInt32LE(6, 8);
  bytes.writeInt32LE(said, 12);
  for (const [k, { x, xc, c, z, zc }] of molecules.entries()) {
    const at = 16 + 72 * k;
    [x, x + 1, xc, xc + 1].forEach((value, slot) => bytes.writeFloatLE(value, at + 4 * slot));
    bytes.writeInt32LE(c, at + 44);
    bytes.writeInt32LE(k + 1, at + 52);
    bytes.writeFloatLE(z, at + 64);
    bytes.writeFloatLE(zc, at + 68);
  }
  return new Uint8Array(bytes);
}

const camera = { pixelSize: 160 };

describe('Insight3 molecule lists', () => {
  itWith(`${tableFolder}/test_olist.bin`, 'reads all molecules (sums taken by another program)', async () => {
    const { localizations, ...told } = await readShared('test_olist.bin', camera);
    expect(told).toEqual({
      format: 'Insight3 molecule list',
      columns: { x: 'xc [px]', y: 'yc [px]', z: 'zc [nm]', frame: 'fr', channel: 'c' },
      ...{ units: 'px', unitsFrom: 'file', rows: 2000, warnings: [] },
      dropped: { notFinite: 0, duplicate: 0, rejected: 0 },
    });
    const { count, x, y, frame, channelNames } = localizations;
    expect([count, frame?.[0], frame?.at(-1), channelNames]).toEqual([2000, 1, 10, ['1']]);
    expect(sum(x)).toBeCloseTo(40999425.979766846, 3);
    expect(sum(y)).toBeCloseTo(40977606.0736084, 3);
    expect(extent(x)).toEqual([2100.7174682617188, 38909.091796875]);
  });

  const text = `${tableFolder}/test_olist.txt`;
  itWith(text, 'has in its first frame the 200 positions of test_olist.txt, counted from 1', async () => {
    const { localizations } = await readShared('test_olist.bin', camera);
    const lines = readFileSync(sharedPath(text), 'utf8').trim().split('\n');
    const truth = lines.map((line) => line.split(' ').map(Number));
    expect(truth.length).toBe(200);
    expect((localizations.frame ?? []).filter((frame) => frame === 1).length).toBe(200);
    for (const [k, [x, y]] of truth.entries())
      expect([localizations.x[k], localizations.y[k]]).toEqual([(x - 1) * 160, (y - 1) * 160]);
  });

  itWith(`${tableFolder}/test_olist.bin`, 'asks for the size of a camera pixel', async () => {
    expect(await failureOf(readShared('test_olist.bin'))).toMatchObject({
      tag: 'missing',
      remedies: [{ setting: 'calibration.pixelSizeNm' }],
    });
  });

  const molecules = [
    { x: 1, xc: 2, c: 0, z: 10, zc: 20 },
    { x: 5, xc: 6, c: 9, z: 10, zc: 20 },
    { x: 3, xc: 4, c: 2, z: 30, zc: 40 },
    { x: 3, xc: NaN, c: 2, z: 30, zc: 40 },
  ];

  it('reads the drift-corrected, categories as channels, and leaves out category 9', async () => {
    const { localizations, dropped, warnings } = await readContent(moleculeList(molecules), camera);
    expect(localizations).toEqual({
      count: 2,
      x: Float64Array.of(160, 480),
      y: Float64Array.of(320, 640),
      z: Float64Array.of(20, 40),
      frame: Int32Array.of(1, 3),
      channel: Uint8Array.of(0, 1),
      channelNames: ['0', '2'],
    });
    expect(dropped).toEqual({ notFinite: 1, duplicate: 0, rejected: 1 });
    expect(warnings).toEqual(['1 of 4 rows were left out: molecules of category 9 (rejected).']);
  });

  it('reads what is not corrected where the user says so', async () => {
    const options = { ...camera, columns: { x: 'x', y: 'y', z: 'z', channel: '' } };
    const { localizations } = await readContent(moleculeList(molecules), options);
    expect([[...localizations.x], [...(localizations.z ?? [])]]).toEqual([
      [0, 320, 320],
      [10, 30, 30],
    ]);
  });

  it('is refused where it is cut short or empty', async () => {
    const cases: [Uint8Array, RegExp][] = [
      [moleculeList(molecules, 5), /cut short/],
      [moleculeList([]), /holds no localisations/],
      [moleculeList(molecules, -3), /holds no localisations/],
      [moleculeList([]).subarray(0, 10), /cut short/],
    ];
    for (const [bytes, message] of cases)
      expect(await failureOf(readContent(bytes, camera))).toMatchObject({
        tag: 'unreadable',
        message: expect.stringMatching(message) as string,
      });
  });
});
