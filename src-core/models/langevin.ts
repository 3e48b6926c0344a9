import { derivativeField, type RateModel } from './model.js';

/**
 * Noise-free Langevin relaxation with a drifting rate, u_t = −u + λ(t): residual u_t + u − λ. Needs `u` and its
 * `dt`; the column is −1 everywhere, so λ is determined at every time.
 */
export const langevinModel: RateModel = {
  id: 'langevin',
  title: 'Langevin relaxation',
  equation: 'u_t = −u + λ(t)',
  rates: ['lambda'],
  needs: [
    { field: 'u', operator: 'identity' },
    { field: 'u', operator: 'dt' },
  ],
  terms: (fields) => {
    const u = derivativeField(fields, 'u', 'identity');
    const rate = derivativeField(fields, 'u', 'dt');
    return { known: rate.map((value, i) => value + u[i]), columns: [new Float64Array(u.length).fill(-1)] };
  },
};
