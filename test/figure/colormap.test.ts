import { describe, expect, test } from 'vitest';
import {
  colorIndex,
  colormapNames,
  colorTable,
  familyOf,
  invertedMap,
  isColormap,
  isDiverging,
  isInverted,
  isMisleading,
  lookup,
} from '../../src-core/figure/colormap.js';
import { labOf, parseHex } from '../../src-core/figure/color-curve.js';

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
  ['batlow', [1, 25, 89], [250, 204, 250]],
  ['vik', [0, 18, 97], [89, 0, 8]],
  ['magenta', [0, 0, 0], [255, 0, 255]],
  ['green', [0, 0, 0], [0, 255, 0]],
  ['rdbu', [5, 48, 97], [103, 0, 31]],
  ['jet', [0, 0, 128], [128, 0, 0]],
] as const)('%s starts and ends with its published colours', (name, first, last) => {
  expect(lookup(name, 0, [0, 1])).toEqual(first);
  expect(lookup(name, 1, [0, 1])).toEqual(last);
});

test.each(['viridis', 'magma', 'inferno', 'cividis', 'batlow', 'grey', 'magenta', 'green'] as const)(
  '%s has 256 colours that grow lighter from the first to the last',
  (name) => {
    const table = colorTable(name);
    expect(table).toHaveLength(768);
    const scale = Array.from({ length: 256 }, (_, i) => lightness([...table.subarray(3 * i, 3 * i + 3)]));
    for (let i = 1; i < 256; i++) expect(scale[i]).toBeGreaterThan(scale[i - 1] - 0.25);
    for (let i = 8; i < 256; i++) expect(scale[i]).toBeGreaterThan(scale[i - 8]);
  },
);

test.each(['rdbu', 'vik'] as const)('%s is lightest in its middle and blue below', (name) => {
  const [low, middle, high] = [0, 0.5, 1].map((value) => lookup(name, value, [0, 1]));
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

/** Lightness L* of the 256 colours of a map. */
function scaleOf(name: (typeof colormapNames)[number]): number[] {
  const table = colorTable(name);
  return Array.from({ length: 256 }, (_, i) => lightness([...table.subarray(3 * i, 3 * i + 3)]));
}

/** Colours of the original tables at places where the curve has no control colour, as their author published them. */
const published = {
  batlow: [
    [1 / 14, '#0d335e'],
    [4 / 14, '#2c665d'],
    [7 / 14, '#828231'],
    [9 / 14, '#c8913b'],
    [12 / 14, '#fdb1aa'],
  ],
  vik: [
    [0.2, '#116496'],
    [0.4, '#a7c9da'],
    [0.7, '#cd8961'],
    [0.8, '#b75a26'],
  ],
} as const;

describe('batlow and vik', () => {
  test.each(['batlow', 'vik'] as const)('%s keeps to the published colours between its classes', (name) => {
    for (const [at, color] of published[name]) {
      const [there, here] = [labOf(parseHex(color)), labOf(lookup(name, at, [0, 1]))];
      expect(Math.hypot(...there.map((value, axis) => value - here[axis]))).toBeLessThan(3);
    }
  });

  test('vik rises in lightness to its middle and falls from it, as far on both sides but for 9 of 100', () => {
    const scale = scaleOf('vik');
    for (let i = 0; i < 120; i++) {
      expect(scale[i + 4]).toBeGreaterThan(scale[i]);
      expect(scale[251 - i]).toBeGreaterThan(scale[255 - i]);
      expect(Math.abs(scale[i] - scale[255 - i])).toBeLessThan(9);
    }
  });

  test('batlow rises evenly: no step of lightness is more than twice the mean', () => {
    const scale = scaleOf('batlow');
    const mean = (scale[255] - scale[0]) / 255;
    for (let i = 8; i < 256; i++) expect(scale[i] - scale[i - 8]).toBeLessThan(16.5 * mean);
  });
});

test('jet is what the warning says: its lightness rises and falls several times', () => {
  const scale = scaleOf('jet').filter((_, i) => i % 8 === 0);
  const turns = scale.filter(
    (value, i) => i > 1 && (value - scale[i - 1]) * (scale[i - 1] - scale[i - 2]) < 0,
  );
  expect(turns.length).toBeGreaterThan(1);
  expect(colormapNames.filter(isMisleading)).toEqual(['jet']);
});

describe('an inverted map', () => {
  test.each(colormapNames)('%s has its colours in the opposite order, and back', (name) => {
    const [plain, inverted] = [colorTable(name), colorTable(invertedMap(name))];
    for (let i = 0; i < 256; i++) {
      expect(inverted.subarray(3 * i, 3 * i + 3)).toEqual(plain.subarray(3 * (255 - i), 3 * (255 - i) + 3));
    }
    expect(invertedMap(invertedMap(name))).toBe(name);
    expect(familyOf(invertedMap(name))).toBe(name);
    expect([isInverted(name), isInverted(invertedMap(name))]).toEqual([false, true]);
    expect(isDiverging(invertedMap(name))).toBe(isDiverging(name));
  });

  test('is a colour map by its name, and nothing else is', () => {
    expect(['vik', 'vik-inverted', 'turbo', 'vik-inverted-inverted', ''].map(isColormap)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
