import { describe, expect, it } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import {
  derivativeField,
  equationResidual,
  gatherFields,
  pointwiseRate,
  type RateModel,
} from '../../src-core/models/model.js';

/** Exponential decay with a source of unknown strength: residual u_t + k u + s·1. */
const decay: RateModel = {
  id: 'decay',
  title: 'Decay with a source',
  equation: '0 = u_t + k u + s',
  rates: ['k', 's'],
  needs: [
    { field: 'u', operator: 'dt' },
    { field: 'u', operator: 'identity' },
  ],
  terms: (fields) => {
    const u = derivativeField(fields, 'u', 'identity');
    return { known: derivativeField(fields, 'u', 'dt').slice(), columns: [u.slice(), u.map(() => 1)] };
  },
};

describe('model', () => {
  it('gathers each needed field once, in order', async () => {
    const asked: string[] = [];
    const fields = await gatherFields(decay, ({ field, operator }) => {
      asked.push(`${operator} of ${field}`);
      return Promise.resolve(Float64Array.of(operator === 'dt' ? -6 : 2));
    });
    expect(asked).toEqual(['dt of u', 'identity of u']);
    const terms = decay.terms(fields);
    expect([...equationResidual(terms, [[3], [0]])]).toEqual([0]);
    expect([...equationResidual(terms, [[3], [0.5]])]).toEqual([0.5]);
  });

  it('names the field that is missing', () => {
    const attempt = (): unknown => decay.terms({ u: { identity: new Float64Array(1) } });
    expect(attempt).toThrow(CoreError);
    expect(attempt).toThrow('The equation needs the dt of u, which was not supplied.');
    expect(() => derivativeField({}, 'toString', 'identity')).toThrow(CoreError);
  });

  it('solves for one rate where its column is large enough, and nowhere else', () => {
    const terms = { known: Float64Array.of(4, -3, 1, 1), columns: [Float64Array.of(-2, 6, 0, 0.01)] };
    const { rate, determined } = pointwiseRate(terms, 0.05);
    expect([...rate]).toEqual([2, 0.5, 0, 0]);
    expect([...determined]).toEqual([1, 1, 0, 0]);
    expect([...pointwiseRate(terms).determined]).toEqual([1, 1, 0, 1]);
    expect([...equationResidual(terms, [rate])].slice(0, 2)).toEqual([0, 0]);
  });

  it('refuses to solve pointwise for several rates', () => {
    const terms = { known: new Float64Array(1), columns: [new Float64Array(1), new Float64Array(1)] };
    expect(() => pointwiseRate(terms)).toThrow('An equation with 2 unknown rates has no pointwise solution.');
  });
});
