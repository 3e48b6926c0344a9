import { describe, expect, it } from 'vitest';
import { numberReader } from '../../src-core/io/number-format.js';
import { parsePython } from '../../src-core/io/python-literal.js';
import {
  minfluxIterationsNpy,
  type MinfluxRecord,
  minfluxNpy,
  npyFile,
  packedNumbers,
} from './npy-builder.js';
import { itWith } from './shared-files.js';
import { extent, failureOf, readContent, readShared, sum, tableFolder } from './table-reading.js';

const file = 'Fig2_U2OS_Tom70-Dreiklang_ATP5B_AB_Minflux3D.csv';
const nowhere: [number, number, number] = [NaN, NaN, NaN];
const near = (values: ArrayLike<number> | undefined, wanted: readonly number[]): void => {
  expect(values?.length).toBe(wanted.length);
  for (const [k, value] of wanted.entries()) expect(values?.[k]).toBeCloseTo(value, 6);
};

describe('MINFLUX csv', () => {
  itWith(
    `${tableFolder}/${file}`,
    'is one localisation a molecule (means taken by another program)',
    async () => {
      const { localizations, ...told } = await readShared(file);
      expect(told).toMatchObject({
        format: 'MINFLUX csv',
        columns: { x: 'x [nm]', y: 'y [nm]', z: 'z [nm]', molecule: 'tid' },
        ...{ units: 'nm', unitsFrom: 'file', rows: 12_422, dropped: { notFinite: 0, duplicate: 0 } },
        warnings: [
          '12422 rows are of 651 molecules: each is read as one localisation, at the mean position of its rows.',
        ],
      });
      const { count, x, y, z } = localizations;
      expect(count).toBe(651);
      near(
        [x[0], y[0], x[650], y[650]],
        [-308.6918970795885, 313.2020418072335, -256.2944460928993, 358.67346884740635],
      );
      near([sum(x), sum(y), sum(z)], [-64185.078490367676, 233172.4551124161, -52780.79037073273]);
      near(extent(x), [-471.4685506428446, 613.5372301369946]);
    },
  );

  itWith(`${tableFolder}/${file}`, 'is every row where the user says so', async () => {
    const table = await readShared(file, { columns: { molecule: '' } });
    expect([table.localizations.count, table.columns.molecule, table.warnings]).toEqual([
      12_422,
      undefined,
      [],
    ]);
    expect([table.localizations.x[0], table.localizations.x.at(-1)]).toEqual([
      -308.981447475189, -251.118161549563,
    ]);
  });

  it('keeps molecules of two channels apart, takes their first frame, and the precision of the mean', async () => {
    const text =
      'tid,x,y,frame,precision,channel\n7,0,10,5,4,a\n7,2,20,6,4,a\n7,4,30,7,4,b\n8,100,1,8,6,a\n7,4,30,9,4,a\n7,6,0,9,4,a\n';
    const { localizations } = await readContent(text);
    expect(localizations).toEqual({
      count: 3,
      x: Float64Array.of(3, 4, 100),
      y: Float64Array.of(15, 30, 1),
      precision: Float32Array.of(2, 4, 6),
      frame: Int32Array.of(5, 7, 8),
      channel: Uint8Array.of(0, 1, 0),
      channelNames: ['a', 'b'],
    });
  });

  it('merges rows of any table on the column that the user names as the molecule', async () => {
    const text = 'x [nm],y [nm],trace\n0,0,1\n2,2,1\n8,8,2\n';
    expect((await readContent(text)).localizations.count).toBe(3);
    expect([...(await readContent(text, { columns: { molecule: 'trace' } })).localizations.x]).toEqual([
      1, 8,
    ]);
  });
});

const records: readonly MinfluxRecord[] = [
  {
    tid: 3,
    vld: true,
    iterations: [
      [9e-9, 9e-9, 9e-9],
      [1e-9, 2e-9, 3e-9],
    ],
  },
  {
    tid: 3,
    vld: true,
    iterations: [
      [9e-9, 9e-9, 9e-9],
      [3e-9, 4e-9, 5e-9],
    ],
  },
  { tid: 4, vld: true, iterations: [[-1e-6, 2e-6, 0], nowhere] },
  { tid: 5, vld: false, iterations: [[9e-9, 9e-9, 9e-9], nowhere] },
  { tid: 6, vld: true, iterations: [nowhere, nowhere] },
];

describe('MINFLUX npy', () => {
  it('is the last iteration that has a position, in nm, one localisation a molecule', async () => {
    const { localizations, ...told } = await readContent(minfluxNpy(records));
    expect(told).toEqual({
      format: 'MINFLUX npy',
      columns: { x: 'x [nm]', y: 'y [nm]', z: 'z [nm]', molecule: 'tid' },
      ...{ units: 'nm', unitsFrom: 'file', rows: 5, dropped: { notFinite: 1, duplicate: 0, rejected: 1 } },
      firstBad: { row: 5, text: 'NaN, NaN, NaN, 6' },
      warnings: [
        '1 of 5 rows were left out: rows that are not valid (vld).',
        '3 rows are of 2 molecules: each is read as one localisation, at the mean position of its rows.',
      ],
    });
    near(localizations.x, [2, -1000]);
    near(localizations.y, [3, 2000]);
    near(localizations.z, [4, 0]);
  });

  it('is every valid row where the user says so', async () => {
    const { localizations } = await readContent(minfluxNpy(records), { columns: { molecule: '' } });
    near(localizations.x, [1, 3, -1000]);
  });

  it('is the last iteration where each has a row of its own', async () => {
    const at = (x: number): [number, number, number] => [x * 1e-9, 0, 0];
    const bytes = minfluxIterationsNpy([
      { tid: 1, vld: true, fnl: false, loc: at(50) },
      { tid: 1, vld: true, fnl: true, loc: at(10) },
      { tid: 1, vld: false, fnl: true, loc: at(70) },
      { tid: 2, vld: true, fnl: true, loc: at(20) },
    ]);
    const { localizations, dropped } = await readContent(bytes);
    near(localizations.x, [10, 20]);
    expect(dropped.rejected).toBe(2);
  });

  it('reads more rows than are read at a time', async () => {
    const many = Array.from({ length: 70_001 }, (_, k): MinfluxRecord => ({
      tid: k,
      vld: true,
      iterations: [[k * 1e-9, 0, 0]],
    }));
    const { localizations } = await readContent(minfluxNpy(many));
    near([localizations.count, localizations.x[70_000]], [70_001, 70_000]);
  });

  const body = packedNumbers([
    ['f8', 1],
    ['f8', 2],
  ]);
  it.each<[string, Uint8Array, RegExp]>([
    [
      'an array of plain numbers',
      npyFile("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }", body),
      /not one that a MINFLUX/,
    ],
    ['no array', npyFile("{'descr': ", body), /head cannot be understood/],
    ['a type that is not known', npyFile("{'descr': 7, 'shape': (1,), }", body), /type or shape/],
    ['a shape that is none', npyFile("{'descr': '<f8', 'shape': (-1,), }", body), /type or shape/],
    ['an empty array', minfluxNpy([]), /holds no localisations/],
    ['a file that is cut short', minfluxNpy(records).subarray(0, -1), /cut short/],
    ['a head that is cut short', minfluxNpy(records).subarray(0, 11), /cut short/],
    [
      'records of nothing',
      npyFile("{'descr': [('loc', '<f8', (3,)), ('tid', '<i4')], 'shape': (9999999999,), }", body),
      /cut short/,
    ],
  ])('is refused for %s', async (_, bytes, message) => {
    expect(await failureOf(readContent(bytes))).toMatchObject({
      tag: 'unreadable',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('heads of npy files', () => {
  it('are read as Python writes them', () => {
    expect(
      parsePython(
        "{'descr': [('a', '<f8'), (('t', \"b\"), '|b1', (3,))], 'fortran_order': False, 'shape': (2L,), }",
      ),
    ).toEqual(
      new Map<string, unknown>([
        [
          'descr',
          [
            ['a', '<f8'],
            [['t', 'b'], '|b1', [3]],
          ],
        ],
        ['fortran_order', false],
        ['shape', [2]],
      ]),
    );
    expect([parsePython(' ( ) '), parsePython('None'), parsePython('-12')]).toEqual([[], null, -12]);
  });

  it.each([
    '',
    '{',
    '[1 2]',
    "{'a' 1}",
    '{1: 2}',
    "'open",
    "'\\n'",
    '1.5',
    'True False',
    '('.repeat(100),
    '(,)',
  ])('are not understood where they are "%s"', (text) => {
    expect(parsePython(text)).toBeUndefined();
  });
});

describe('numbers in records', () => {
  it.each([
    ['i', 1, [0xff], -1],
    ['u', 1, [0xff], 255],
    ['b', 1, [1], 1],
    ['i', 2, [0xfe, 0xff], -2],
    ['u', 2, [0xfe, 0xff], 65534],
    ['u', 4, [1, 0, 0, 0x80], 2147483649],
    ['i', 8, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -1],
    ['u', 8, [0, 0, 0, 0, 1, 0, 0, 0], 2 ** 32],
    ['f', 2, [0x00, 0x3c], 1],
    ['f', 2, [0x01, 0x80], -(2 ** -24)],
    ['f', 2, [0x00, 0x7c], Infinity],
    ['f', 2, [0xff, 0x7b], 65504],
    ['f', 4, [0, 0, 0xc0, 0x3f], 1.5],
    ['f', 8, [0, 0, 0, 0, 0, 0, 0xf8, 0xbf], -1.5],
  ] as const)('%s%d of %j is %d', (kind, bytes, little, value) => {
    const big = Uint8Array.from(little).reverse();
    const readAs = (littleEndian: boolean, content: Uint8Array): number | undefined =>
      numberReader({ kind, bytes, littleEndian })?.(new DataView(content.buffer), 0);
    expect([readAs(true, Uint8Array.from(little)), readAs(false, big)]).toEqual([value, value]);
  });

  it('are of no other kind', () => {
    expect(numberReader({ kind: 'f', bytes: 3, littleEndian: true })).toBeUndefined();
    expect(numberReader({ kind: 'i', bytes: 16, littleEndian: true })).toBeUndefined();
  });
});
