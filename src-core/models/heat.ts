import { derivativeField, type RateModel } from './model.js';

/**
 * Steady heat flow with a known source, 0 = λ∇²u + m: residual λ∇²u + m, in one, two or three dimensions. Needs the
 * Laplacian of `u` and `m` itself; λ is undetermined where ∇²u vanishes.
 */
export const heatModel: RateModel = {
  id: 'heat',
  title: 'Steady heat flow',
  equation: '0 = λ∇²u + m',
  rates: ['lambda'],
  needs: [
    { field: 'u', operator: 'laplacian' },
    { field: 'm', operator: 'identity' },
  ],
  terms: (fields) => ({
    known: Float64Array.from(derivativeField(fields, 'm', 'identity')),
    columns: [Float64Array.from(derivativeField(fields, 'u', 'laplacian'))],
  }),
};
