import type { Triple } from '../data/grid.js';
import { CoreError } from '../errors.js';

/** A derivative of a mollifier: by name, or the order along each axis as [z, y, x], up to 4 in total. */
export type MollifierDerivative = 'identity' | 'laplacian' | 'bilaplacian' | Triple;

/** One summand c·∂^α of a differential operator with constant coefficients. */
export interface PartialDerivative {
  readonly coefficient: number;
  readonly index: Triple;
}

/** One summand c·zᵃyᵇxᶜ·F⁽ᵏ⁾(s) of a differentiated profile F(s), s = z² + y² + x². */
export interface ProfileTerm {
  readonly coefficient: number;
  readonly powers: Triple;
  readonly order: number;
}

/** Highest total order of a derivative. */
export const highestOrder = 4;

function unit(axis: number, order: number): Triple {
  return [axis === 0 ? order : 0, axis === 1 ? order : 0, axis === 2 ? order : 0];
}

function sum(a: Triple, b: Triple): Triple {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

/**
 * The summands of a derivative over the active `axes`. Throws a `usage` CoreError for an order that is not a whole
 * number from 0 to 4 in total, or that differentiates along an axis of one voxel.
 */
export function partialDerivatives(
  derivative: MollifierDerivative,
  axes: readonly number[],
): PartialDerivative[] {
  if (derivative === 'identity') return [{ coefficient: 1, index: [0, 0, 0] }];
  if (derivative === 'laplacian') return axes.map((axis) => ({ coefficient: 1, index: unit(axis, 2) }));
  if (derivative === 'bilaplacian') {
    return axes.flatMap((a) => axes.map((b) => ({ coefficient: 1, index: sum(unit(a, 2), unit(b, 2)) })));
  }
  requireOrders(derivative, axes);
  return [{ coefficient: 1, index: derivative }];
}

function requireOrders(index: Triple, axes: readonly number[]): void {
  const total = derivativeOrder(index);
  if (!index.every((order) => Number.isInteger(order) && order >= 0) || total > highestOrder) {
    throw new CoreError({
      tag: 'usage',
      message: `A mollifier cannot be differentiated [${index.join(', ')}] times along z, y and x.`,
      hint: 'Use whole orders of 0 or more that add up to at most 4.',
    });
  }
  const flat = [0, 1, 2].find((axis) => index[axis] > 0 && !axes.includes(axis));
  if (flat !== undefined) {
    throw new CoreError({
      tag: 'usage',
      message: `There is no derivative along ${'zyx'[flat]}: the grid has 1 voxel there.`,
      hint: 'Differentiate along axes of several voxels only.',
    });
  }
}

/** Total order of a derivative. */
export function derivativeOrder(derivative: MollifierDerivative): number {
  if (derivative === 'identity') return 0;
  if (derivative === 'laplacian') return 2;
  if (derivative === 'bilaplacian') return 4;
  return derivative[0] + derivative[1] + derivative[2];
}

const factorials = [1, 1, 2, 6, 24];

/** n!/(n − m)!, which is 0 for m > n; n and m from 0 to 4. */
export function fallingFactorial(n: number, m: number): number {
  return m > n ? 0 : factorials[n] / factorials[n - m];
}

/** dⁿ/dxⁿ of F(x² + rest): n!/(j!(n−2j)!) · (2x)^(n−2j) · F⁽ⁿ⁻ʲ⁾, summed over j. */
function axisTerms(n: number): { coefficient: number; power: number; order: number }[] {
  const terms = [];
  for (let j = 0; 2 * j <= n; j++) {
    const coefficient = (factorials[n] / (factorials[j] * factorials[n - 2 * j])) * 2 ** (n - 2 * j);
    terms.push({ coefficient, power: n - 2 * j, order: n - j });
  }
  return terms;
}

/** A differential operator applied to a profile F(s), s = z² + y² + x², as a sum of terms with equal ones merged. */
export function profileTerms(operator: readonly PartialDerivative[]): ProfileTerm[] {
  const merged = new Map<string, ProfileTerm>();
  for (const { coefficient, index } of operator) {
    for (const z of axisTerms(index[0])) {
      for (const y of axisTerms(index[1])) {
        for (const x of axisTerms(index[2])) {
          const powers: Triple = [z.power, y.power, x.power];
          const order = z.order + y.order + x.order;
          const key = `${powers.join()}:${order}`;
          const value = coefficient * z.coefficient * y.coefficient * x.coefficient;
          merged.set(key, { powers, order, coefficient: value + (merged.get(key)?.coefficient ?? 0) });
        }
      }
    }
  }
  return [...merged.values()];
}

/** Per axis 1 where the operator turns an even function into an odd one, else 0; all summands have the same. */
export function parityOf(operator: readonly PartialDerivative[]): Triple {
  if (operator.length === 0) return [0, 0, 0];
  const [z, y, x] = operator[0].index;
  return [z % 2, y % 2, x % 2];
}
