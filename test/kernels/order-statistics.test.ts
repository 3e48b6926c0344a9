import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeRanks, upperMedian } from '../../src-core/kernels/order-statistics.js';
import { randomStream } from '../../src-core/random.js';

const sorted = (values: Float64Array): Float64Array => values.slice().sort();

/** Many values of few kinds, or of as many as there are. */
function drawn(count: number, kinds: number): Float64Array {
  const stream = randomStream(count + kinds);
  return Float64Array.from({ length: count }, () => Math.floor(stream.uniform() * kinds) / 7);
}

describe('order statistics', () => {
  it('are those of sorting, for any values and ranks', () => {
    const values = fc.float64Array({ minLength: 1, maxLength: 80, noNaN: true });
    fc.assert(
      fc.property(values, fc.array(fc.nat(90), { maxLength: 6 }), (given, ranks) => {
        const ascending = sorted(given);
        const asked = ranks.sort((p, q) => p - q);
        const placed = given.slice();
        placeRanks(placed, asked);
        for (const rank of asked.filter((k) => k < given.length)) expect(placed[rank]).toBe(ascending[rank]);
        expect(sorted(placed)).toEqual(ascending);
      }),
    );
  });

  it.each([
    [5000, 5],
    [20000, 1e9],
    [70001, 300],
  ])('are those of sorting %i values of %i kinds', (count, kinds) => {
    const values = drawn(count, kinds);
    const ascending = sorted(values);
    const ranks = [0, 17, count >> 3, count >> 1, count - 1];
    placeRanks(values, ranks);
    expect(ranks.map((k) => values[k])).toEqual(ranks.map((k) => ascending[k]));
    for (const [k, rank] of ranks.slice(1).entries()) {
      const between = sorted(values.subarray(ranks[k], rank));
      expect(between).toEqual(ascending.subarray(ranks[k], rank));
    }
  });

  it('take values that are in order already, in either direction, and all alike', () => {
    const rising = Float64Array.from({ length: 3000 }, (_, i) => i);
    expect(upperMedian(rising.slice())).toBe(1500);
    expect(upperMedian(rising.slice().reverse())).toBe(1500);
    expect(upperMedian(new Float64Array(3000).fill(4))).toBe(4);
    expect(upperMedian(new Float64Array(0))).toBeNaN();
    expect(upperMedian(Float32Array.of(3, 1))).toBe(3);
  });
});
