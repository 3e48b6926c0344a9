import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  emptyPlane,
  fullPlane,
  invertPlane,
  pixelCount,
  planeOfValues,
  resamplePlane,
  samePlane,
  writePlane,
} from '../../../src-renderer/mask/mask-plane.js';
import { spanLength, unite, subtract, type Spans } from '../../../src-renderer/mask/spans.js';
import { bytesOf, planeOf, somePlane } from './planes.js';

const pairOfPlanes = somePlane.chain((a) =>
  fc
    .array(fc.boolean(), { minLength: a.nx * a.ny, maxLength: a.nx * a.ny })
    .map((inside) => [a, planeOfValues(inside.map(Number), a)] as const),
);

function isCanonical(spans: Spans): boolean {
  return spans.length % 2 === 0 && spans.every((at, i) => i === 0 || at > spans[i - 1]);
}

describe('a plane of spans', () => {
  it('gives back the pixels that it was made from', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }), (inside) => {
        const plane = planeOfValues(inside.map(Number), { nx: 6, ny: 4 });
        expect(bytesOf(plane)).toEqual(inside.map(Number));
        expect(pixelCount(plane)).toBe(inside.filter(Boolean).length);
        expect(plane.rows.every(isCanonical)).toBe(true);
      }),
    );
  });

  it('unites, subtracts and inverts as sets of pixels do', () => {
    fc.assert(
      fc.property(pairOfPlanes, ([a, b]) => {
        const [as, bs] = [bytesOf(a), bytesOf(b)];
        const patch = { first: 0, rows: b.rows };
        const [added, taken] = [applyPatch(a, patch, 'add'), applyPatch(a, patch, 'subtract')];
        expect(bytesOf(added)).toEqual(as.map((inside, i) => inside | bs[i]));
        expect(bytesOf(taken)).toEqual(as.map((inside, i) => inside & (1 - bs[i])));
        expect(bytesOf(invertPlane(a))).toEqual(as.map((inside) => 1 - inside));
        expect([...added.rows, ...taken.rows].every(isCanonical)).toBe(true);
      }),
    );
  });

  it('is the same object where a patch changes nothing, and keeps the rows that it does not reach', () => {
    fc.assert(
      fc.property(pairOfPlanes, ([a, b]) => {
        const patch = { first: 0, rows: b.rows };
        const once = applyPatch(a, patch, 'add');
        expect(applyPatch(once, patch, 'add')).toBe(once);
        const back = applyPatch(once, patch, 'subtract');
        expect(samePlane(back, applyPatch(a, patch, 'subtract'))).toBe(true);
      }),
    );
    const plane = emptyPlane(8, 8);
    const next = applyPatch(plane, { first: 3, rows: [Int32Array.of(1, 4)] }, 'add');
    expect(next.rows.filter((row, iy) => row !== plane.rows[iy]).length).toBe(1);
    expect(applyPatch(plane, { first: -2, rows: [Int32Array.of(1, 4)] }, 'add')).toBe(plane);
    expect(applyPatch(plane, { first: 8, rows: [Int32Array.of(1, 4)] }, 'add')).toBe(plane);
  });

  it('writes only the rows that are not known', () => {
    const before = planeOf('##..', '....', '.##.');
    const after = { ...before, rows: [before.rows[0], Int32Array.of(3, 4), before.rows[2]] };
    const bytes = new Uint8Array(12).fill(9);
    writePlane(bytes, after, { known: before, ink: 5 });
    expect([...bytes]).toEqual([9, 9, 9, 9, 0, 0, 0, 5, 9, 9, 9, 9]);
  });

  it('spans of rows are lengths that add up', () => {
    const [a, b] = [Int32Array.of(0, 3, 5, 9), Int32Array.of(2, 6)];
    expect([...unite(a, b)]).toEqual([0, 9]);
    expect([...subtract(a, b)]).toEqual([0, 2, 6, 9]);
    expect(spanLength(a)).toBe(7);
    expect(pixelCount(fullPlane(7, 3))).toBe(21);
  });

  it('is resampled to the pixel that lies nearest, and empty beyond its frame', () => {
    const plane = planeOf('#.', '.#');
    const twice = resamplePlane(plane, { nx: 6, ny: 4 }, { x: (ix) => (ix >> 1) - 1, y: (iy) => iy >> 1 });
    expect(bytesOf(twice)).toEqual([
      ...[0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0],
      ...[0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1],
    ]);
  });
});
