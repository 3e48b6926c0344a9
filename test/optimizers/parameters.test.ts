import { describe, expect, it } from 'vitest';
import {
  checkBlocks,
  checkGradient,
  checkState,
  flattened,
  isFiniteThroughout,
  parameterCount,
  unflattened,
} from '../../src-core/optimizers/parameters.js';
import { block } from './problems.js';

const blocks = [block('w', [2, 3], [1, 2, 3, 4, 5, 6]), block('b', [2], [7, 8])];

describe('blocks', () => {
  it('become one vector and blocks again', () => {
    const flat = flattened(blocks);
    expect(Array.from(flat)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(parameterCount(blocks)).toBe(8);
    expect(unflattened(flat, blocks)).toEqual(blocks);
    expect(parameterCount([])).toBe(0);
  });

  it.each([
    ['without a shape', block('a', [], [1]), 'a has the shape nothing'],
    ['of three axes', block('a', [1, 1, 2], [1, 2]), 'a has the shape 1 × 1 × 2'],
    ['of no length', block('a', [0], []), 'a has the shape 0'],
    ['of half a row', block('a', [1.5, 2], [1, 2, 3]), 'a has the shape 1.5 × 2'],
    ['with a value too few', block('a', [2, 2], [1, 2, 3]), 'a is 2 × 2 but holds 3 values'],
  ])('%s are refused', (_, one, message) => {
    expect(() => {
      checkBlocks([one]);
    }).toThrow(
      expect.objectContaining({ tag: 'usage', message: expect.stringContaining(message) as string }),
    );
  });
});

describe('checkGradient', () => {
  it('takes finite gradients of the same shapes', () => {
    checkGradient(blocks, blocks);
    expect(isFiniteThroughout(Float64Array.of(1.7e308, 1.7e308))).toBe(true);
  });

  it.each([
    ['one block too few', [blocks[0]]],
    ['another order', [blocks[1], blocks[0]]],
    ['a transposed matrix', [block('w', [3, 2], [1, 2, 3, 4, 5, 6]), blocks[1]]],
    ['values that do not fill it', [block('w', [2, 3], [1]), blocks[1]]],
  ])('refuses %s', (_, gradient) => {
    expect(() => {
      checkGradient(blocks, gradient);
    }).toThrow(expect.objectContaining({ tag: 'usage' }));
  });

  it.each([NaN, Infinity, -Infinity])('says where an optimisation diverged to %f', (value) => {
    expect(() => {
      checkGradient(blocks, [blocks[0], block('b', [2], [0, value])]);
    }).toThrow(
      expect.objectContaining({
        tag: 'model',
        message: `The optimisation diverged: the gradient of b at 1 (${value}) is not a finite number.`,
      }),
    );
  });

  it('is not deceived by infinities that cancel', () => {
    expect(isFiniteThroughout(Float32Array.of(Infinity, -Infinity))).toBe(false);
  });
});

describe('checkState', () => {
  it('tells the state of another network', () => {
    checkState(blocks, [6, 2]);
    checkState(blocks, [8]);
    expect(() => {
      checkState(blocks, [6, 3]);
    }).toThrow("The optimiser's state is for blocks of 6, 3 parameters, not of 6, 2.");
  });
});
