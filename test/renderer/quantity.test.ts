import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Quantity,
  readQuantity,
  showQuantity,
  stepQuantity,
} from '../../src-renderer/state/quantity.js';

const length: Quantity = { kind: 'length', least: 0.1, most: 1e6 };
const share: Quantity = { kind: 'share', least: 0.001, most: 0.999 };
const level: Quantity = { kind: 'number', least: -10, most: 10, unit: 'µm²/s' };

const value = (text: string, quantity: Quantity): number | undefined => {
  const entry = readQuantity(text, quantity);
  return entry.kind === 'value' ? entry.value : undefined;
};
const problem = (text: string, quantity: Quantity): string | undefined => {
  const entry = readQuantity(text, quantity);
  return entry.kind === 'problem' ? entry.problem : undefined;
};

describe('number fields', () => {
  it.each([
    ['150', 150],
    ['150 nm', 150],
    ['0.12um', 120],
    ['0,12 µm', 120],
    ['1.5e-4 mm', 150],
    [' 12.5 ', 12.5],
  ])('reads %j as %d nm', (text, nm) => {
    expect(value(text, length)).toBeCloseTo(nm, 9);
  });

  it.each([
    ['38 %', 0.38],
    ['0.38', 0.38],
    ['38%', 0.38],
  ])('reads %j as a share of %d', (text, expected) => {
    expect(value(text, share)).toBeCloseTo(expected, 12);
  });

  it('takes nothing for nothing', () => {
    expect(readQuantity('  ', length)).toEqual({ kind: 'empty' });
  });

  it('says what is wrong, with the value', () => {
    expect(problem('twelve', length)).toContain('twelve');
    expect(problem('12 parsec', length)).toContain('parsec');
    expect(problem('12 nm', share)).toContain('nm');
    expect(problem('12 nm', level)).toContain('µm²/s');
    expect(problem('0 nm', length)).toMatch(/0 nm is out of range.*0\.1 nm and 1000 µm/);
    expect(problem('120 %', share)).toContain('120 %');
  });

  it('shows what it reads: no value is changed by being shown', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: -1, max: 2 }), (digits, power) => {
        const nm = Math.max(0.1, digits * 10 ** (power - 2));
        const once = value(showQuantity(nm, length), length) ?? Number.NaN;
        expect(Math.abs(once - nm)).toBeLessThanOrEqual(1e-5 * nm);
        expect(value(showQuantity(once, length), length)).toBe(once);
      }),
    );
  });

  it('steps by round amounts, up and down, within its limits', () => {
    expect(stepQuantity(150, 1, length)).toBe(155);
    expect(stepQuantity(150, -1, length)).toBe(145);
    expect(stepQuantity(0.45, 1, share)).toBeCloseTo(0.46, 9);
    expect(stepQuantity(0.99, 10, share)).toBe(0.999);
    expect(stepQuantity(-9.9, -10, level)).toBe(-10);
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1e6, noNaN: true }), (nm) => {
        const next = stepQuantity(nm, 1, length);
        expect(next > nm || next === 1e6).toBe(true);
        expect(next).toBeLessThan(1.2 * nm + 1e-6);
      }),
    );
  });
});
