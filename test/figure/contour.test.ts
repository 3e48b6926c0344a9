import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outlineOf } from '../../src-core/figure/contour.js';

function maskOf(rows: readonly string[]): { mask: Uint8Array; nx: number; ny: number } {
  const text = rows.join('');
  return { mask: Uint8Array.from(text, (c) => (c === '#' ? 1 : 0)), nx: rows[0].length, ny: rows.length };
}

function outline(rows: readonly string[]): number[][] {
  const { mask, nx, ny } = maskOf(rows);
  return outlineOf(mask, nx, ny).map((polygon) => [...polygon]);
}

/** Twice the enclosed area, positive for clockwise on the screen. */
function signedArea(polygon: Int32Array): number {
  let area = 0;
  for (let k = 0; k < polygon.length; k += 2) {
    const next = (k + 2) % polygon.length;
    area += polygon[k] * polygon[next + 1] - polygon[next] * polygon[k + 1];
  }
  return area;
}

/** Slow oracle: a pixel is inside if its centre sees an odd number of upright edges to its left. */
function filled(polygons: readonly Int32Array[], nx: number, ny: number): Uint8Array {
  return Uint8Array.from({ length: nx * ny }, (_, i) => {
    const [x, y] = [(i % nx) + 0.5, Math.floor(i / nx) + 0.5];
    let crossings = 0;
    for (const polygon of polygons) {
      for (let k = 0; k < polygon.length; k += 2) {
        const next = (k + 2) % polygon.length;
        const [low, high] = [polygon[k + 1], polygon[next + 1]].sort((a, b) => a - b);
        if (polygon[k] === polygon[next] && polygon[k] < x && low < y && y < high) crossings++;
      }
    }
    return crossings % 2;
  });
}

describe('known shapes', () => {
  test('a square has four corners, collinear points merged', () => {
    expect(outline(['....', '.##.', '.##.', '....'])).toEqual([[1, 1, 3, 1, 3, 3, 1, 3]]);
  });
  test('one pixel, and a mask that fills the frame', () => {
    expect(outline(['#'])).toEqual([[0, 0, 1, 0, 1, 1, 0, 1]]);
    expect(outline(['###', '###'])).toEqual([[0, 0, 3, 0, 3, 2, 0, 2]]);
  });
  test('a hole is a second polygon that runs the other way', () => {
    const { mask, nx, ny } = maskOf(['###', '#.#', '###']);
    const polygons = outlineOf(mask, nx, ny);
    expect(polygons.map(signedArea)).toEqual([18, -2]);
  });
  test('two parts are two polygons, also where they touch at a corner only', () => {
    expect(outline(['#..', '..#'])).toHaveLength(2);
    expect(outline(['#.', '.#'])).toEqual([
      [0, 0, 1, 0, 1, 1, 0, 1],
      [1, 1, 2, 1, 2, 2, 1, 2],
    ]);
  });
  test('an L has six corners', () => {
    expect(outline(['#.', '##'])).toEqual([[0, 0, 1, 0, 1, 1, 2, 1, 2, 2, 0, 2]]);
  });
  test('an empty mask has no outline', () => {
    expect(outline(['...', '...'])).toEqual([]);
  });
});

test('any mask comes back from its outline, with its area, and no polygon has a needless corner', () => {
  const size = fc.integer({ min: 1, max: 12 });
  const masks = fc.tuple(size, size).chain(([nx, ny]) =>
    fc.record({
      nx: fc.constant(nx),
      ny: fc.constant(ny),
      bits: fc.array(fc.boolean(), { minLength: nx * ny, maxLength: nx * ny }),
    }),
  );
  fc.assert(
    fc.property(masks, ({ nx, ny, bits }) => {
      const mask = Uint8Array.from(bits, Number);
      const polygons = outlineOf(mask, nx, ny);
      expect(filled(polygons, nx, ny)).toEqual(mask);
      const area = polygons.reduce((sum, polygon) => sum + signedArea(polygon) / 2, 0);
      expect(area).toBe(mask.reduce((sum, bit) => sum + bit, 0));
      for (const polygon of polygons) {
        for (let k = 0; k < polygon.length; k += 2) {
          const next = (k + 2) % polygon.length;
          const after = (k + 4) % polygon.length;
          const level = polygon[k + 1] === polygon[next + 1];
          expect(polygon[next + 1] === polygon[after + 1]).toBe(!level);
        }
      }
    }),
  );
});
