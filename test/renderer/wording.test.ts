import { describe, expect, it } from 'vitest';
import {
  groupDigits,
  showBytes,
  showSeconds,
  showShape,
  showShare,
  showTogether,
  showValue,
  showWithSd,
} from '../../src-renderer/state/wording.js';

describe('numbers for readers', () => {
  it('three digits, none of them noise', () => {
    expect([0.1 + 0.2, 1.518, 15.26, 152.6, -0.00912].map(showValue)).toEqual([
      '0.300',
      '1.52',
      '15.3',
      '153',
      '−0.009',
    ]);
    expect(showValue(Number.NaN)).toBe('—');
    expect(showValue(2.1e-5)).toBe('2.1 × 10⁻⁵');
  });

  it('values that belong together share their decimals', () => {
    expect(showTogether([1.634, 0.396, 0.89, 2.28])).toEqual(['1.63', '0.40', '0.89', '2.28']);
  });

  it('a value stands with its sd in the same decimals, enough for one digit of it', () => {
    expect(showWithSd(1.3162, 0.0312)).toBe('1.32 ± 0.03');
    expect(showWithSd(1.3162, 0.0042)).toBe('1.316 ± 0.004');
    expect(showWithSd(-0.0312, 0.2)).toBe('−0.031 ± 0.200');
    expect(showWithSd(12.34, 0.05)).toBe('12.34 ± 0.05');
    expect(showWithSd(1.5, Number.NaN)).toBe('1.50');
  });

  it('shares never round to all or nothing', () => {
    expect([1, 0.9999, 0.94, 0.051, 0.0004, 0].map(showShare)).toEqual([
      '100 %',
      '99.9 %',
      '94 %',
      '5.1 %',
      '0.0 %',
      '0 %',
    ]);
  });

  it('sizes, times, counts', () => {
    expect(showBytes(263_168)).toBe('263 kB');
    expect(showBytes(12)).toBe('12 B');
    expect(showSeconds(0.84)).toBe('0.8 s');
    expect(showSeconds(125)).toBe('2 min 5 s');
    expect(groupDigits(1965.4)).toBe('1\u2009965');
    expect(groupDigits(-12345)).toBe('−12\u2009345');
    expect(showShape([1, 256, 128])).toBe('256 × 128');
    expect(showShape([24, 96, 96])).toBe('24 × 96 × 96');
  });
});
