import { describe, expect, it } from 'vitest';
import { companionOf, companionTest, maskedStem, rolesOf } from '../../src-main/batch/companions.js';
import { globExpression, literalSource, starOf } from '../../src-main/batch/glob.js';

const names = [
  'a.tif',
  'a_mask.tif',
  'a.b.tif',
  'a.b_mask.tif',
  'C1-x.tif',
  'C2-x.tif',
  'deep/a.tif',
  'deep/a_mask.tif',
  'masks/a.tif',
  'run[1]/p.tif',
  'run[1]/p_mask.tif',
];

function maskOf(input: string, pattern: string, inputPattern?: string): unknown {
  const { mask } = rolesOf({ maskPattern: pattern });
  if (!mask) throw new Error('There is no role.');
  const found = companionOf(mask, input, names, inputPattern);
  return 'name' in found ? found.name : found.problem;
}

describe('the file that goes with an input', () => {
  it.each([
    ['a.tif', '{stem}_mask.tif', 'a_mask.tif'],
    ['a.b.tif', '{stem}_mask.tif', 'a.b_mask.tif'],
    ['a.tif', '{stem}{.mask.ome.tif,_mask.tif,-mask.tif}', 'a_mask.tif'],
    ['a.tif', 'masks/{stem}.tif', 'masks/a.tif'],
    ['deep/a.tif', '{stem}_mask.tif', 'deep/a_mask.tif'],
    ['deep/a.tif', '../masks/{stem}.tif', 'masks/a.tif'],
    ['run[1]/p.tif', './{stem}_mask.*', 'run[1]/p_mask.tif'],
    ['A.TIF', '{stem}_MASK.tif', 'a_mask.tif'],
  ])('of %s by %s is %s', (input, pattern, found) => {
    expect(maskOf(input, pattern)).toBe(found);
  });

  it('is found by what the * of the input pattern stood for', () => {
    expect(maskOf('C1-x.tif', 'C2-{*}.tif', 'C1-*.tif')).toBe('C2-x.tif');
    expect(maskOf('deep/a.tif', '{*}_mask.tif', 'deep/*.tif')).toBe('deep/a_mask.tif');
    expect(maskOf('C1-x.tif', 'C2-{*}.tif', undefined)).toMatchObject({ tag: 'missing' });
  });

  it('is missing, or one of several, with the pattern or the names said', () => {
    expect(maskOf('C1-x.tif', '{stem}_mask.tif')).toMatchObject({
      tag: 'missing',
      message: 'It has no mask: no file matches "{stem}_mask.tif".',
    });
    expect(maskOf('a.tif', '../../{stem}.tif')).toMatchObject({ tag: 'missing' });
    expect(maskOf('a.tif', '{stem}*.tif')).toMatchObject({
      tag: 'usage',
      message: 'Several files could be its mask: a_mask.tif, a.b.tif, a.b_mask.tif.',
    });
  });

  it('must be named by {stem} or {*}', () => {
    expect(() => rolesOf({ maskPattern: 'mask.tif' })).toThrow('does not say which mask');
    expect(() => rolesOf({ secondPattern: '*.tif' })).toThrow('does not say which second file');
  });
});

describe('files that go with some input', () => {
  it('are told by the pattern, in any folder', () => {
    const { mask } = rolesOf({ maskPattern: '{stem}_mask.tif' });
    if (!mask) throw new Error('There is no role.');
    expect(names.filter(companionTest(mask))).toEqual([
      'a_mask.tif',
      'a.b_mask.tif',
      'deep/a_mask.tif',
      'run[1]/p_mask.tif',
    ]);
  });

  it.each([
    ['a.mask.ome.tif', 'a'],
    ['deep/a_mask.tif', 'a'],
    ['a-Mask.TIFF', 'a'],
    ['a_mask.ome.tif', 'a'],
    ['mask.tif', undefined],
    ['unmask.tif', undefined],
    ['a_masked.tif', undefined],
  ])('%s looks like the mask of %s', (name, stem) => {
    expect(maskedStem(name)).toBe(stem);
  });
});

describe('globs', () => {
  it('take every mark of a literal as itself', () => {
    const odd = 'a+(b)[c]{d}.^$|\\é 細.tif';
    expect(new RegExp(`^${literalSource(odd)}$`, 'iu').test(odd)).toBe(true);
    expect(globExpression('a+(b).t?f', '--pattern').test('a+(b).tif')).toBe(true);
    expect(globExpression('*.tif', '--pattern').test('deep/a.tif')).toBe(false);
  });

  it('know what their first star stood for', () => {
    expect(starOf('C1-*.tif', 'C1-cell 4.tif')).toBe('cell 4');
    expect(starOf('x.tif', 'x.tif')).toBeUndefined();
    expect(starOf('**/*.tif', 'a/b.tif')).toBeUndefined();
  });
});
