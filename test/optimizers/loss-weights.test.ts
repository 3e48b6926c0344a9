import { describe, expect, it } from 'vitest';
import { causalWeights } from '../../src-core/optimizers/causal-weights.js';
import { balancedWeights, gradientNorm, startWeights } from '../../src-core/optimizers/loss-balance.js';
import { block } from './problems.js';

describe('balancedWeights', () => {
  it('goes a tenth of the way to the mean norm over the norm', () => {
    const weights = balancedWeights(startWeights(3), [1, 2, 6]);
    expect(weights[0]).toBeCloseTo(0.9 + 0.3 / (1 + 3e-5), 12);
    expect(weights[1]).toBeCloseTo(0.9 + 0.15 / (1 + 1.5e-5), 12);
    expect(weights[2]).toBeCloseTo(0.9 + 0.05 / (1 + 0.5e-5), 12);
  });

  it('brings the pulls together in time', () => {
    const norms = [0.01, 1, 50];
    let weights = startWeights(3);
    for (let k = 0; k < 300; k++) weights = balancedWeights(weights, norms);
    const mean = (0.01 + 1 + 50) / 3;
    norms.forEach((norm, i) => {
      expect(Math.abs(weights[i] * norm - mean) / mean).toBeLessThan(0.02);
    });
  });

  it('bounds the weight of a term whose gradient vanishes, and keeps all where all vanish', () => {
    let weights = startWeights(2);
    for (let k = 0; k < 300; k++) weights = balancedWeights(weights, [0, 1]);
    expect(weights[0]).toBeCloseTo(1e5, 3);
    expect(balancedWeights([2, 3], [0, 0])).toEqual([2, 3]);
  });

  it('refuses lost norms and another number of them', () => {
    expect(() => balancedWeights([1, 1], [1, NaN])).toThrow(expect.objectContaining({ tag: 'model' }));
    expect(() => balancedWeights([1, 1], [1])).toThrow(expect.objectContaining({ tag: 'usage' }));
  });

  it('takes norms over all blocks', () => {
    expect(gradientNorm([block('w', [1, 2], [2, 3]), block('b', [1], [6])])).toBe(7);
    expect(gradientNorm([])).toBe(0);
  });
});

describe('causalWeights', () => {
  it('holds a slab back by the losses before it', () => {
    const weights = causalWeights([0.5, 0, 2, 7], 2);
    [1, Math.exp(-1), Math.exp(-1), Math.exp(-5)].forEach((weight, k) => {
      expect(weights[k]).toBeCloseTo(weight, 12);
    });
  });

  it('lets all through at strength 0 or once they are solved', () => {
    expect(causalWeights([3, 4, 5], 0)).toEqual([1, 1, 1]);
    expect(causalWeights([0, 0, 0], 100)).toEqual([1, 1, 1]);
    expect(causalWeights([], 1)).toEqual([]);
  });

  it('refuses what is no loss', () => {
    expect(() => causalWeights([1, -1], 1)).toThrow(expect.objectContaining({ tag: 'usage' }));
    expect(() => causalWeights([1], -1)).toThrow(expect.objectContaining({ tag: 'usage' }));
    expect(() => causalWeights([1], Infinity)).toThrow(expect.objectContaining({ tag: 'usage' }));
    expect(() => causalWeights([1, NaN], 1)).toThrow(expect.objectContaining({ tag: 'model' }));
  });
});
