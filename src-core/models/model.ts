import { CoreError } from '../errors.js';

/** What is applied to a field; lengths and times are in the units of the equation (L0 and 1/Γ_ac for chromatin). */
export type FieldOperator = 'identity' | 'laplacian' | 'bilaplacian' | 'dt';

/** One derivative field that an equation asks for, such as the Laplacian of `phi_e`. */
export interface FieldNeed {
  readonly field: string;
  readonly operator: FieldOperator;
}

/**
 * Derivative fields by the name of the field and the operator applied to it, all of one length and order (a whole
 * grid or the packed voxels of a domain). Whether they come from mollifier stencils or from a no-flux operator is
 * the caller's business.
 */
export type DerivativeFields = Readonly<Record<string, Partial<Record<FieldOperator, Float64Array>>>>;

/** The terms of an equation at every point: residual = known + Σ rateₖ · columnₖ. */
export interface RateTerms {
  readonly known: Float64Array;
  /** One column per unknown rate, in the order of the model's `rates`. */
  readonly columns: readonly Float64Array[];
}

/** An equation that is linear in its unknown rates; every solver works on its terms and on nothing else of it. */
export interface RateModel {
  readonly id: string;
  readonly title: string;
  /** The equation for people, in the symbols of the documentation. */
  readonly equation: string;
  /** Names of the unknown rates. */
  readonly rates: readonly string[];
  readonly needs: readonly FieldNeed[];
  /** The terms, from fields that hold at least `needs`; arguments are not changed. */
  readonly terms: (fields: DerivativeFields) => RateTerms;
}

/** A rate solved point by point; `rate` is 0 and `determined` is 0 where the column is too small to divide by. */
export interface PointwiseRate {
  readonly rate: Float64Array;
  readonly determined: Uint8Array;
}

/** The derivative field asked for; throws a `usage` CoreError that names it where it was not supplied. */
export function derivativeField(
  fields: DerivativeFields,
  field: string,
  operator: FieldOperator,
): Float64Array {
  const values = Object.hasOwn(fields, field) ? fields[field][operator] : undefined;
  if (values !== undefined) return values;
  throw new CoreError({
    tag: 'usage',
    message: `The equation needs the ${operator} of ${field}, which was not supplied.`,
    hint: `Supply ${field} with the operator ${operator}.`,
  });
}

/** The fields that a model needs, each made once by `differentiate` (one after the other, in the model's order). */
export async function gatherFields(
  model: RateModel,
  differentiate: (need: FieldNeed) => Float64Array | Promise<Float64Array>,
): Promise<DerivativeFields> {
  const fields: Record<string, Partial<Record<FieldOperator, Float64Array>>> = {};
  for (const need of model.needs) {
    fields[need.field] = { ...fields[need.field], [need.operator]: await differentiate(need) };
  }
  return fields;
}

/**
 * The rate that makes the residual vanish at each point: rate = −known/column. Points with |column| ≤ `floor` are
 * left undetermined. Throws a `usage` CoreError unless the equation has exactly one unknown rate.
 */
export function pointwiseRate(terms: RateTerms, floor = 0): PointwiseRate {
  if (terms.columns.length !== 1) {
    throw new CoreError({
      tag: 'usage',
      message: `An equation with ${terms.columns.length} unknown rates has no pointwise solution.`,
      hint: 'Choose an equation with one unknown rate, or a solver that fits several.',
    });
  }
  const [column] = terms.columns;
  const rate = new Float64Array(column.length);
  const determined = new Uint8Array(column.length);
  for (let i = 0; i < rate.length; i++) {
    if (!(Math.abs(column[i]) > floor)) continue;
    rate[i] = -terms.known[i] / column[i];
    determined[i] = 1;
  }
  return { rate, determined };
}

/** The residual known + Σ rateₖ · columnₖ at each point, for one field of values per rate. */
export function equationResidual(terms: RateTerms, rates: readonly ArrayLike<number>[]): Float64Array {
  const residual = Float64Array.from(terms.known);
  terms.columns.forEach((column, k) => {
    for (let i = 0; i < residual.length; i++) residual[i] += rates[k][i] * column[i];
  });
  return residual;
}
