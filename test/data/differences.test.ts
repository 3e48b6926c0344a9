import { expect, it } from 'vitest';
import { differencesOf } from '../../src-core/data/differences.js';

it('names what differs by its place, and nothing else', () => {
  const base = { a: 1, b: { c: [1, 2], d: null }, e: 'x' };
  expect(differencesOf(base, structuredClone(base))).toEqual([]);
  expect(differencesOf({ a: 1, b: { c: [1, 3], d: 0 }, e: 'y' }, base)).toEqual([
    { path: 'b.c', value: [1, 3], base: [1, 2] },
    { path: 'b.d', value: 0, base: null },
    { path: 'e', value: 'y', base: 'x' },
  ]);
});

it('takes a section that the base lacks whole', () => {
  expect(differencesOf({ a: { b: 1 } }, { a: null })).toEqual([{ path: 'a', value: { b: 1 }, base: null }]);
  expect(differencesOf({ a: { b: 1 } }, {})).toEqual([{ path: 'a', value: { b: 1 }, base: undefined }]);
});
