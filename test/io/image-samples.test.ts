import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type BuiltTag, greyTags, openBuilt, planeValues } from './tiff-builder.js';

function bytesOf(
  numbers: readonly number[],
  size: number,
  set: (view: DataView, at: number, value: number) => void,
) {
  const view = new DataView(new ArrayBuffer(numbers.length * size));
  numbers.forEach((value, i) => {
    set(view, i * size, value);
  });
  return new Uint8Array(view.buffer);
}

describe('samples', () => {
  const format = (code: number): BuiltTag => ({ code: 339, type: 3, values: [code] });
  it.each([
    [
      'uint64',
      64,
      1,
      [0, 1, 2 ** 40, 7],
      (v: DataView, at: number, x: number) => {
        v.setBigUint64(at, BigInt(x));
      },
    ],
    [
      'int64',
      64,
      2,
      [0, -1, -(2 ** 40), 7],
      (v: DataView, at: number, x: number) => {
        v.setBigInt64(at, BigInt(x));
      },
    ],
    [
      'int16',
      16,
      2,
      [0, -1, -32768, 7],
      (v: DataView, at: number, x: number) => {
        v.setInt16(at, x);
      },
    ],
    [
      'uint32',
      32,
      1,
      [0, 1, 2 ** 31, 7],
      (v: DataView, at: number, x: number) => {
        v.setUint32(at, x);
      },
    ],
    [
      'float16',
      16,
      3,
      [0, 1.5, -2048, 2 ** -24],
      (v: DataView, at: number, x: number) => {
        v.setUint16(at, { 0: 0, 1.5: 0x3e00, '-2048': 0xe800 }[String(x)] ?? 1);
      },
    ],
    [
      'float64',
      64,
      3,
      [0, -1.5, 2 ** -20, 7],
      (v: DataView, at: number, x: number) => {
        v.setFloat64(at, x);
      },
    ],
    [
      'uint24',
      24,
      1,
      [0, 1, 0xabcdef, 7],
      (v: DataView, at: number, x: number) => {
        v.setUint8(at, x >> 16);
        v.setUint16(at + 1, x & 0xffff);
      },
    ],
  ] as const)('reads big-endian %s', async (...[type, bits, code, numbers, set]) => {
    const tags = greyTags(2, 2, bits, [format(code)]);
    const image = await openBuilt({
      bigEndian: true,
      pages: [{ tags, blocks: [bytesOf(numbers, bits / 8, set)] }],
    });
    expect(image.metadata.sampleType).toBe(type);
    expect(await planeValues(image)).toEqual(numbers.map(Math.fround));
  });

  it('undoes the horizontal predictor of big-endian 16-bit samples', async () => {
    const tags = greyTags(3, 1, 16, [
      { code: 259, type: 3, values: [8] },
      { code: 317, type: 3, values: [2] },
    ]);
    const raw = bytesOf([1000, 24, 65530], 2, (view, at, value) => {
      view.setUint16(at, value);
    });
    const image = await openBuilt({
      bigEndian: true,
      pages: [{ tags, blocks: [new Uint8Array(deflateSync(raw))] }],
    });
    expect(await planeValues(image)).toEqual([1000, 1024, 1018]);
  });

  it('reads many strips of a big-endian file, whose table is elsewhere', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => Uint8Array.of(i % 251, i % 7));
    const tags = greyTags(2, 400, 8, [{ code: 278, type: 4, values: [1] }]);
    const image = await openBuilt({ bigEndian: true, pages: [{ tags, blocks: rows }] });
    expect(await planeValues(image)).toEqual(rows.flatMap((row) => [...row]));
  });

  it('inverts samples whose white is zero, and says so', async () => {
    const image = await openBuilt({
      pages: [
        { tags: greyTags(2, 1, 8, [{ code: 262, type: 3, values: [0] }]), blocks: [Uint8Array.of(0, 200)] },
      ],
    });
    expect(await planeValues(image)).toEqual([255, 55]);
    expect(image.metadata.warnings.join(' ')).toMatch(/White/);
  });

  it('leaves palette indices as they are, and says so', async () => {
    const image = await openBuilt({
      pages: [
        { tags: greyTags(2, 1, 8, [{ code: 262, type: 3, values: [3] }]), blocks: [Uint8Array.of(3, 200)] },
      ],
    });
    expect(await planeValues(image)).toEqual([3, 200]);
    expect(image.metadata.warnings.join(' ')).toMatch(/palette/);
  });

  it('reads one bit a pixel, also with the low bit first', async () => {
    const bits = { tags: greyTags(10, 1, 1), blocks: [Uint8Array.of(0b10110000, 0b01000000)] };
    const expected = [1, 0, 1, 1, 0, 0, 0, 0, 0, 1];
    expect(await planeValues(await openBuilt({ pages: [bits] }))).toEqual(expected);
    const reversed = {
      tags: greyTags(10, 1, 1, [{ code: 266, type: 3, values: [2] }]),
      blocks: [Uint8Array.of(0b00001101, 0b00000010)],
    };
    expect(await planeValues(await openBuilt({ pages: [reversed] }))).toEqual(expected);
  });

  it('counts samples of a pixel as channels', async () => {
    const rgb = [
      { code: 258, type: 3, values: [8, 8, 8] },
      { code: 262, type: 3, values: [2] },
      { code: 277, type: 3, values: [3] },
    ] as const;
    const image = await openBuilt({
      pages: [{ tags: greyTags(2, 1, 8, rgb), blocks: [Uint8Array.of(1, 2, 3, 4, 5, 6)] }],
    });
    expect(image.metadata.channels).toBe(3);
    expect([await planeValues(image, 0, 0), await planeValues(image, 0, 2)]).toEqual([
      [1, 4],
      [3, 6],
    ]);
  });

  it('cuts tiles at the edge of the image', async () => {
    const tile = (from: number) => Uint8Array.from({ length: 256 }, (_, i) => from + (i % 16));
    const tags = greyTags(18, 2, 8, [
      { code: 322, type: 4, values: [16] },
      { code: 323, type: 4, values: [16] },
    ]);
    const row = [...Array.from({ length: 16 }, (_, i) => i), 100, 101];
    expect(await planeValues(await openBuilt({ pages: [{ tags, blocks: [tile(0), tile(100)] }] }))).toEqual([
      ...row,
      ...row,
    ]);
  });
});
