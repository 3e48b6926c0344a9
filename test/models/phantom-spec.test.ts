import { describe, expect, it } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import { parsePhantomSpec, type PhantomInput } from '../../src-core/models/phantom-spec.js';

function refusal(input: unknown): CoreError {
  try {
    parsePhantomSpec(input);
  } catch (error) {
    if (error instanceof CoreError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('parsePhantomSpec', () => {
  it('fills in every default', () => {
    expect(parsePhantomSpec({})).toEqual({
      shape: 'ellipse',
      lambda: 'bumps',
      lambdaValue: 1.5,
      sizePx: 256,
      planes: 1,
      pixelSizeNm: 15,
      zStepNm: 40,
      psfNm: 20,
      psfAxialNm: 40,
      noise: 0.05,
      seed: 1,
      channels: 2,
      localizations: null,
      lengthNm: 150,
      parameters: { a: 1, wellHeight: 1.2, phiMax: 0.8, kappa: 0.012, meanChromatin: 0.45 },
    });
  });

  it.each<[string, unknown]>([
    ['sizePx', { sizePx: 31 }],
    ['sizePx', { sizePx: 1025 }],
    ['shape', { shape: 'square' }],
    ['noise', { noise: 0.001 }],
    ['noise', { noise: -0.1 }],
    ['channels', { channels: 3 }],
    ['localizations', { localizations: 0 }],
    ['seed', { seed: 1.5 }],
    ['parameters.phiMax', { parameters: { phiMax: 1.2 } }],
    ['phantom', { unknown: 1 }],
    ['pixelSizeNm: 60 nm', { pixelSizeNm: 60 }],
    ['use at most 52 nm', { planes: 8, zStepNm: 80 }],
    ['use at least 40', { sizePx: 32 }],
    ['use at most 5 planes', { sizePx: 360, planes: 8 }],
    ['localizations: points', { sizePx: 64, planes: 8, localizations: 100 }],
    ['shape: a bean', { sizePx: 64, planes: 8, shape: 'bean' }],
  ])('names what is wrong: %s', (named, input) => {
    const error = refusal(input);
    expect(error.tag).toBe('usage');
    expect(error.message).toContain(named);
    expect(error.hint).toBe('Correct the named values.');
  });

  it.each<PhantomInput>([
    { sizePx: 40 },
    { sizePx: 512 },
    { noise: 0 },
    { pixelSizeNm: 52 },
    { sizePx: 96, planes: 40, zStepNm: 30 },
  ])('accepts %o', (input) => {
    expect(parsePhantomSpec(input)).toMatchObject(input);
  });
});
