import { describe, expect, it } from 'vitest';
import {
  learningRateAt,
  type LearningRateSchedule,
  networkSchedule,
} from '../../src-core/optimizers/learning-rate.js';

const schedule: LearningRateSchedule = {
  ...{ peak: 0.08, warmUpSteps: 4 },
  ...{ decayFactor: 0.25, decaySteps: 2, decay: 'continuous' },
};

describe('learningRateAt', () => {
  it.each([
    ['continuous', [0.02, 0.04, 0.06, 0.08, 0.04, 0.02, 0.01, 0.005]],
    ['stair', [0.02, 0.04, 0.06, 0.08, 0.08, 0.02, 0.02, 0.005]],
  ] as const)('rises in a line and falls by a quarter per two steps, %s', (decay, expected) => {
    expected.forEach((rate, i) => {
      expect(learningRateAt({ ...schedule, decay }, i + 1)).toBeCloseTo(rate, 12);
    });
  });

  it('starts at the peak without warm-up, and stays there without decay', () => {
    expect(learningRateAt({ ...schedule, warmUpSteps: 0 }, 1)).toBeCloseTo(0.04, 12);
    expect(learningRateAt({ ...schedule, warmUpSteps: 0, decay: 'stair' }, 1)).toBe(0.08);
    expect(learningRateAt({ ...schedule, decayFactor: 1 }, 1e6)).toBe(0.08);
  });

  it('has the values of the network schedule', () => {
    expect(learningRateAt(networkSchedule, 1)).toBeCloseTo(5e-7, 18);
    expect(learningRateAt(networkSchedule, 1000)).toBeCloseTo(5e-4, 15);
    expect(learningRateAt(networkSchedule, 2000)).toBe(1e-3);
    expect(learningRateAt(networkSchedule, 4000)).toBeCloseTo(9e-4, 15);
    expect(learningRateAt(networkSchedule, 22000)).toBeCloseTo(1e-3 * 0.9 ** 10, 15);
  });

  it.each([
    { peak: 0 },
    { peak: Infinity },
    { peak: NaN },
    { warmUpSteps: -1 },
    { decayFactor: 0 },
    { decayFactor: 1.1 },
    { decaySteps: 0 },
  ])('refuses %o', (changes) => {
    expect(() => learningRateAt({ ...schedule, ...changes }, 1)).toThrow(
      expect.objectContaining({ tag: 'usage' }),
    );
  });
});
