import { describe, expect, test } from 'vitest';
import { colorIndex, colorTable, lookup } from '../../src-core/figure/colormap.js';

/** CIE lightness L* of an sRGB colour. */
function lightness([red, green, blue]: readonly number[]): number {
  const linear = [red, green, blue].map((level) => {
    const c = level / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

test.each([
  ['viridis', [68, 1, 84], [253, 231, 37]],
  ['magma', [0, 0, 4], [252, 253, 191]],
  ['inferno', [0, 0, 4], [252, 255, 164]],
  ['cividis', [0, 32, 81], [253, 234, 69]],
  ['grey', [0, 0, 0], [255, 255, 255]],
  ['rdbu', [5, 48, 97], [103, 0, 31]],
] as const)('%s starts and ends with its published colours', (name, first, last) => {
  expect(lookup(name, 0, [0, 1])).toEqual(first);
  expect(lookup(name, 1, [0, 1])).toEqual(last);
});

test.each(['viridis', 'magma', 'inferno', 'cividis', 'grey'] as const)(
  '%s has 256 colours that grow lighter from the first to the last',
  (name) => {
    const table = colorTable(name);
    expect(table).toHaveLength(768);
    const scale = Array.from({ length: 256 }, (_, i) => lightness([...table.subarray(3 * i, 3 * i + 3)]));
    for (let i = 1; i < 256; i++) expect(scale[i]).toBeGreaterThan(scale[i - 1] - 0.25);
    for (let i = 8; i < 256; i++) expect(scale[i]).toBeGreaterThan(scale[i - 8]);
  },
);

test('the diverging map is lightest in its middle and blue below', () => {
  const [low, middle, high] = [0, 0.5, 1].map((value) => lookup('rdbu', value, [0, 1]));
  expect(lightness(middle)).toBeGreaterThan(Math.max(lightness(low), lightness(high)) + 40);
  expect(low[2]).toBeGreaterThan(low[0]);
  expect(high[0]).toBeGreaterThan(high[2]);
});

describe('the entry of a value', () => {
  test.each([
    [1, 0],
    [1.5, 128],
    [2, 255],
    [-7, 0],
    [Number.POSITIVE_INFINITY, 255],
    [1 + 1 / 256, 1],
  ])('%f between 1 and 2 is %i', (value, index) => {
    expect(colorIndex(value, [1, 2])).toBe(index);
  });
});
