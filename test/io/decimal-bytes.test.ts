import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDecimal } from '../../src-core/io/decimal-bytes.js';

interface Read {
  readonly end: number;
  readonly value: number;
}

function read(text: string, comma = -1): Read {
  const out = new Float64Array(1);
  const end = readDecimal(new TextEncoder().encode(`${text}\n`), 0, comma, out);
  return { end, value: out[0] };
}

/** Whether a number is read, and then exactly as `Number` reads it; it must not be read to any other value. */
function readsExactly(text: string): boolean {
  const { end, value } = read(text);
  if (end < 0) return false;
  expect([text, end, value]).toEqual([text, text.length, Number(text)]);
  return true;
}

const digits = (most: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[0-9]{1,${String(most)}}$`));

describe('readDecimal', () => {
  it('reads as Number does what microscopes write: fixed decimals, and as many digits as a double has', () => {
    const positions = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(positions, fc.nat(9), (value, decimals) => {
        expect(readsExactly(value.toFixed(decimals))).toBe(true);
        const shortest = String(value);
        if (!/e-/.test(shortest) && shortest.length <= 20) expect(readsExactly(shortest)).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });

  it('reads 15 to 21 digits with an exponent, as NumPy saves them', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-2, max: 1e9, noNaN: true }),
        fc.integer({ min: 15, max: 21 }),
        (value, n) => {
          expect(readsExactly(value.toExponential(n - 1))).toBe(true);
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it('never reads digits of any length to another value than Number', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.tuple(digits(18), digits(24), fc.boolean(), fc.option(fc.integer({ min: -40, max: 40 }))),
        ([whole, decimals, negative, exponent]) => {
          const text = `${negative ? '-' : ''}${whole}.${decimals}${exponent === null ? '' : `e${String(exponent)}`}`;
          if (readsExactly(text)) taken++;
        },
      ),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(4000);
  });

  it('leaves alone what lies midway between two doubles, and reads what lies beside it', () => {
    // Doubles near 2^49 are 1/8 apart.
    expect(read('562949953421312.0625').end).toBe(-1);
    for (const text of ['562949953421312.0625001', '562949953421312.0624999', '562949953421312.1874999'])
      expect(readsExactly(text)).toBe(true);
    const halves = fc.tuple(fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }), fc.nat(2 ** 23 - 1));
    fc.assert(
      fc.property(halves, fc.constantFrom('', '1', '9'), ([high, low], more) => {
        const steps = (BigInt(high) * 2n ** 23n + BigInt(low)) * 2n + 1n;
        const scaled = (steps * 10n ** 6n) >> 6n;
        const text = String(scaled);
        readsExactly(`${text.slice(0, -6)}.${text.slice(-6)}${more}`);
      }),
      { numRuns: 20_000 },
    );
  });

  it('keeps the sign of zero', () => {
    expect(Object.is(read('-0').value, -0)).toBe(true);
    expect(Object.is(read('-0.000').value, -0)).toBe(true);
    expect(Object.is(read('0.0').value, 0)).toBe(true);
  });

  it('takes a comma for a point only where it is one', () => {
    expect(read('12,5', 0x2c)).toEqual({ end: 4, value: 12.5 });
    expect(read('12,5')).toMatchObject({ end: 2, value: 12 });
  });

  it.each([
    '',
    '-',
    '.',
    '-.',
    'e5',
    '1e',
    '1e+',
    'nan',
    '+1',
    '1e1000',
    '1234567890123456',
    '0.00000000000000000000001',
  ])('asks for Number, or says that there is none: "%s"', (text) => {
    expect(read(text).end).toBe(-1);
  });
});
