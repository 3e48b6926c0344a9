import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch, emptyPlane, pixelCount, samePlane } from '../../../src-renderer/mask/mask-plane.js';
import { brushPatch, polygonArea, polygonPatch, type Position } from '../../../src-renderer/mask/shapes.js';
import { bytesOf, linesOf } from './planes.js';

const size = { nx: 200, ny: 160, pixelX: 10, pixelY: 10 };
const empty = emptyPlane(size.nx, size.ny);

const filled = (positions: readonly Position[]) => applyPatch(empty, polygonPatch(positions, size), 'add');
const nearby = fc.tuple(
  fc.double({ min: 40, max: 1960, noNaN: true }),
  fc.double({ min: 40, max: 1560, noNaN: true }),
);

/** Corners around a middle, so that the polygon is convex and does not cross itself. */
const convex = fc
  .tuple(
    fc.double({ min: 300, max: 650, noNaN: true }),
    fc.uniqueArray(fc.integer({ min: 0, max: 359 }), { minLength: 3, maxLength: 12 }),
  )
  .map(([radius, angles]) =>
    [...angles]
      .sort((a, b) => a - b)
      .map((angle): Position => {
        const radians = (angle * Math.PI) / 180;
        return [1000 + radius * Math.cos(radians), 800 + radius * Math.sin(radians)];
      }),
  );

function perimeter(positions: readonly Position[]): number {
  return positions.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = positions[(i + 1) % positions.length];
    return sum + Math.hypot(nextX - x, nextY - y);
  }, 0);
}

/** Whether a point lies inside by non-zero winding: the slow, obvious way, by the angle that is swept. */
function windsAround(positions: readonly Position[], x: number, y: number): boolean {
  let swept = 0;
  positions.forEach(([ax, ay], i) => {
    const [bx, by] = positions[(i + 1) % positions.length];
    const [px, py, qx, qy] = [ax - x, ay - y, bx - x, by - y];
    swept += Math.atan2(px * qy - py * qx, px * qx + py * qy);
  });
  return Math.round(swept / (2 * Math.PI)) !== 0;
}

describe('a polygon', () => {
  it('covers its area, to within the pixels that its edge passes', () => {
    fc.assert(
      fc.property(convex, (positions) => {
        const area = pixelCount(filled(positions)) * 100;
        expect(Math.abs(area - polygonArea(positions))).toBeLessThanOrEqual(10 * perimeter(positions) + 100);
      }),
    );
  });

  it('has the area of a large disc to a thousandth', () => {
    const disc = Array.from({ length: 720 }, (_, i): Position => [
      1000 + 700 * Math.cos((i * Math.PI) / 360),
      800 + 700 * Math.sin((i * Math.PI) / 360),
    ]);
    expect(pixelCount(filled(disc)) * 100).toBeCloseTo(Math.PI * 700 * 700, -4);
    expect(Math.abs((pixelCount(filled(disc)) * 100) / (Math.PI * 700 * 700) - 1)).toBeLessThan(1e-3);
  });

  it('covers what it winds around, pixel by pixel, also where it crosses itself', () => {
    fc.assert(
      fc.property(fc.array(nearby, { minLength: 3, maxLength: 9 }), (positions) => {
        const bytes = bytesOf(filled(positions));
        for (let i = 0; i < bytes.length; i += 97) {
          const [x, y] = [((i % size.nx) + 0.5) * 10, (Math.floor(i / size.nx) + 0.5) * 10];
          if (positions.some(([px, py]) => Math.abs(py - y) < 1e-6 || Math.hypot(px - x, py - y) < 1e-6))
            continue;
          expect(bytes[i] === 1).toBe(windsAround(positions, x, y));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what a free-hand loop goes around twice inside: non-zero winding, not even-odd', () => {
    const loop: Position[] = [];
    for (let i = 0; i < 720; i++) {
      const radius = i < 360 ? 500 : 300;
      loop.push([
        1000 + radius * Math.cos((i * Math.PI) / 180),
        800 + radius * Math.sin((i * Math.PI) / 180),
      ]);
    }
    expect(bytesOf(filled(loop))[80 * size.nx + 100]).toBe(1);
  });

  it('shares no pixel with one that shares its edge, and together they are whole', () => {
    const small = { nx: 8, ny: 8, pixelX: 1, pixelY: 1 };
    const half = (positions: readonly Position[]) =>
      applyPatch(emptyPlane(8, 8), polygonPatch(positions, small), 'add');
    const upper = half([
      [0.5, 0.5],
      [7.5, 0.5],
      [7.5, 7.5],
    ]);
    const lower = half([
      [0.5, 0.5],
      [7.5, 7.5],
      [0.5, 7.5],
    ]);
    const square = half([
      [0.5, 0.5],
      [7.5, 0.5],
      [7.5, 7.5],
      [0.5, 7.5],
    ]);
    expect(pixelCount(upper) + pixelCount(lower)).toBe(pixelCount(square));
    expect(pixelCount(square)).toBe(49);
  });

  it('taken out after it was added leaves what was there before without it', () => {
    fc.assert(
      fc.property(fc.array(nearby, { minLength: 3, maxLength: 6 }), (positions) => {
        const patch = polygonPatch(positions, size);
        const added = applyPatch(empty, patch, 'add');
        expect(applyPatch(added, patch, 'add')).toBe(added);
        expect(samePlane(applyPatch(added, patch, 'subtract'), empty)).toBe(true);
      }),
    );
  });

  it('is cut off at the frame, and is nothing of fewer than three points', () => {
    expect(
      pixelCount(
        filled([
          [-5000, -5000],
          [9000, -5000],
          [9000, 9000],
          [-5000, 9000],
        ]),
      ),
    ).toBe(200 * 160);
    expect(
      pixelCount(
        filled([
          [0, 0],
          [500, 500],
        ]),
      ),
    ).toBe(0);
  });
});

describe('a brush', () => {
  const small = { nx: 9, ny: 7, pixelX: 10, pixelY: 10 };
  const stroke = (a: Position, b: Position, diameter: number) =>
    linesOf(applyPatch(emptyPlane(9, 7), brushPatch(a, b, diameter, small), 'add'));

  it('paints the pixels whose middles it covers', () => {
    expect(stroke([45, 35], [45, 35], 30)).toEqual([
      '.........',
      '.........',
      '...###...',
      '...###...',
      '...###...',
      '.........',
      '.........',
    ]);
    expect(stroke([15, 35], [75, 35], 20)).toEqual([
      '.........',
      '.........',
      '.#######.',
      '#########',
      '.#######.',
      '.........',
      '.........',
    ]);
  });

  it('under a pixel paints the pixels that it passes, without a gap', () => {
    fc.assert(
      fc.property(nearby, nearby, (a, b) => {
        const plane = applyPatch(empty, brushPatch(a, b, 1, size), 'add');
        const bytes = bytesOf(plane);
        for (let i = 0; i <= 100; i++) {
          const [x, y] = [a[0] + ((b[0] - a[0]) * i) / 100, a[1] + ((b[1] - a[1]) * i) / 100];
          expect(bytes[Math.floor(y / 10) * size.nx + Math.floor(x / 10)]).toBe(1);
        }
      }),
    );
  });

  it('covers the area of its capsule', () => {
    fc.assert(
      fc.property(nearby, nearby, fc.double({ min: 60, max: 400, noNaN: true }), (a, b, diameter) => {
        const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
        const wide = { nx: 400, ny: 400, pixelX: 10, pixelY: 10 };
        const shift = (at: Position): Position => [at[0] + 1000, at[1] + 1000];
        const patch = brushPatch(shift(a), shift(b), diameter, wide);
        const area = pixelCount(applyPatch(emptyPlane(400, 400), patch, 'add')) * 100;
        const exact = (Math.PI * diameter * diameter) / 4 + Math.hypot(dx, dy) * diameter;
        const edge = Math.PI * diameter + 2 * Math.hypot(dx, dy);
        expect(Math.abs(area - exact)).toBeLessThanOrEqual(8 * edge);
      }),
    );
  });

  it('is round in nm where pixels are not square', () => {
    const flat = { nx: 40, ny: 40, pixelX: 10, pixelY: 20 };
    const plane = applyPatch(emptyPlane(40, 40), brushPatch([205, 410], [205, 410], 200, flat), 'add');
    const bytes = bytesOf(plane);
    const columns = Array.from({ length: 40 }, (_, ix) => bytes[20 * 40 + ix]).filter(Boolean).length;
    const rows = Array.from({ length: 40 }, (_, iy) => bytes[iy * 40 + 20]).filter(Boolean).length;
    expect([columns, rows]).toEqual([21, 11]);
  });
});
