import fc from 'fast-check';
import { expect, test } from 'vitest';
import { colorRange } from '../../src-core/figure/color-range.js';
import {
  chooseScaleBar,
  formatLength,
  formatNumber,
  formatShare,
  labelExponent,
  niceStep,
  roundOutward,
  tickLabels,
  tickValues,
} from '../../src-core/figure/ticks.js';

test('ticks are free of binary noise, ascend and lie within the limits', () => {
  expect(tickValues([0, 1], 10)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  expect(tickValues([-0.25, 0.25], 5)).toEqual([-0.2, -0.1, 0, 0.1, 0.2]);
  expect(tickLabels([0, 0.1, 0.30000000000000004])).toEqual(['0.0', '0.1', '0.3']);
  expect(tickLabels([-1, -0.5, 0])).toEqual(['−1.0', '−0.5', '0.0']);
});

test('very small and very large rates share one power of ten', () => {
  expect(labelExponent([1e-5, 4.5e-5])).toBe(-5);
  expect(labelExponent([0.5, 3.5])).toBe(0);
  expect(labelExponent([0, 25_000])).toBe(4);
  expect(tickLabels([1e-5, 2e-5, 3e-5], -5)).toEqual(['1', '2', '3']);
});

test('for any limits the step is 1, 2 or 5 times a power of ten and the rounded limits hold the given ones', () => {
  const value = fc.double({ min: -1e4, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(value, fc.double({ min: 1e-6, max: 1e5, noNaN: true }), (low, span) => {
      const step = niceStep(span, 6);
      expect(['1', '2', '5']).toContain(step.toExponential().split('e')[0]);
      expect(span / step).toBeLessThan(6.01);
      const slack = 1e-5 * span;
      const [outerLow, outerHigh] = roundOutward([low, low + span]);
      expect(outerLow).toBeLessThanOrEqual(low + slack);
      expect(outerHigh).toBeGreaterThanOrEqual(low + span - slack);
      expect(outerHigh - outerLow).toBeLessThan(1.8 * span);
    }),
  );
});

test.each([
  [1.523456, '1.52'],
  [0.30000001, '0.3'],
  [0, '0'],
  [-2, '−2'],
  [2.1e-5, '2.1 × 10⁻⁵'],
  [123456, '1.23 × 10⁵'],
  [99999.9, '1 × 10⁵'],
])('%f is written "%s"', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test('shares are never rounded to nothing or to all', () => {
  expect([0, 1e-5, 0.0123, 0.511, 0.99999, 1].map(formatShare)).toEqual([
    '0 %',
    'under 0.1 %',
    '1.2 %',
    '51.1 %',
    'over 99.9 %',
    '100 %',
  ]);
});

test('lengths are in nm under 1 µm', () => {
  expect([15, 999, 1000, 3840].map(formatLength)).toEqual(['15 nm', '999 nm', '1 µm', '3.84 µm']);
});

test.each([
  [3840, 1000, '1 µm'],
  [2000, 500, '500 nm'],
  [960, 200, '200 nm'],
  [51_200, 10_000, '10 µm'],
  [16, 5, '5 nm'],
])('the scale bar of a field of %f nm is %f nm, "%s"', (width, lengthNm, label) => {
  expect(chooseScaleBar(width)).toEqual({ lengthNm, label });
});

test('any scale bar takes between an eighth and a third of the width', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e7, noNaN: true }), (width) => {
      const share = chooseScaleBar(width).lengthNm / width;
      expect(share).toBeGreaterThan(0.125);
      expect(share).toBeLessThan(0.334);
    }),
  );
});

const always = (): boolean => true;

test('limits are the 1st to 99th percentile rounded outward, and what they clip is counted', () => {
  const values = Float32Array.from({ length: 1001 }, (_, i) => 1 + i / 1000);
  values[0] = -50;
  values[1000] = 80;
  expect(colorRange(values, always)).toEqual({
    limits: [1, 2],
    below: 1 / 1001,
    above: 1 / 1001,
    given: false,
  });
  const given = colorRange(values, always, [1.25, 3]);
  expect(given?.below).toBeCloseTo(250 / 1001, 9);
  expect(given?.limits).toEqual([1.25, 3]);
});

test('a constant map is not stretched to show its noise, and nothing countable gives no range', () => {
  const noisy = Float32Array.from({ length: 100 }, (_, i) => 1.5 + 1e-4 * Math.sin(i));
  const [low, high] = colorRange(noisy, always)?.limits ?? [0, 0];
  expect(high - low).toBeGreaterThanOrEqual(0.149);
  expect(low).toBeLessThan(1.45);
  expect(colorRange(noisy, () => false)).toBeUndefined();
  expect(colorRange(new Float32Array(9).fill(Number.NaN), always)).toBeUndefined();
  expect(colorRange(new Float32Array(9), always)?.limits).toEqual([-0.6, 0.6]);
  expect(colorRange(Float32Array.of(-1e-3, 1e-3), always)?.limits).toEqual([-0.001, 0.001]);
});

test('a large map is sampled evenly: the same limits as the whole', () => {
  const values = Float32Array.from(
    { length: 1_000_003 },
    (_, i) => 1 + (i * 7919) / 1_000_003 - Math.floor((i * 7919) / 1_000_003),
  );
  const range = colorRange(values, always);
  expect(range?.limits).toEqual([1, 2]);
  expect(range?.below).toBe(0);
});
