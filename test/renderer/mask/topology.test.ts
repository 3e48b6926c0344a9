import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectedComponents } from '../../../src-core/density/components.js';
import { makeGrid } from '../../../src-core/data/grid.js';
import { invertPlane, type MaskPlane, pixelCount, samePlane } from '../../../src-renderer/mask/mask-plane.js';
import {
  countHoles,
  countParts,
  fillHoles,
  growPlane,
  keepLargest,
  shrinkPlane,
} from '../../../src-renderer/mask/topology.js';
import { bytesOf, linesOf, planeOf, somePlane } from './planes.js';

/** The value at each pixel, `beyond` outside the frame. */
function valuesOf(plane: MaskPlane, beyond: number): (ix: number, iy: number) => number {
  const bytes = bytesOf(plane);
  return (ix, iy) =>
    ix < 0 || iy < 0 || ix >= plane.nx || iy >= plane.ny ? beyond : bytes[iy * plane.nx + ix];
}

/** The largest (or least) value of the nine pixels around each one: the slow, obvious way. */
function nine(plane: MaskPlane, pick: (values: readonly number[]) => number, beyond: number): number[] {
  const at = valuesOf(plane, beyond);
  return bytesOf(plane).map((_, i) => {
    const [ix, iy] = [i % plane.nx, Math.floor(i / plane.nx)];
    return pick([-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => at(ix + dx, iy + dy))));
  });
}

const inside = (a: MaskPlane, b: MaskPlane): boolean => {
  const bs = bytesOf(b);
  return bytesOf(a).every((value, i) => value <= bs[i]);
};

describe('parts and holes', () => {
  it('are counted as the engine counts nuclei', () => {
    fc.assert(
      fc.property(somePlane, (plane) => {
        const grid = makeGrid([1, plane.ny, plane.nx], [1, 1, 1]);
        const { sizes } = connectedComponents(Uint8Array.from(bytesOf(plane)), grid);
        if (plane.nx > 1 && plane.ny > 1) expect(countParts(plane)).toBe(sizes.length - 1);
      }),
    );
  });

  it('of parts by their sides and holes by their corners: a diagonal gap lets the outside in', () => {
    expect(countHoles(planeOf('.....', '.###.', '.#.#.', '.###.', '.....'))).toBe(1);
    expect(countHoles(planeOf('.....', '..##.', '.#.#.', '.###.', '.....'))).toBe(0);
    expect(countParts(planeOf('#..', '.#.', '..#'))).toBe(3);
    expect([countParts(planeOf('...')), countHoles(planeOf('###'))]).toEqual([0, 0]);
  });

  it('agree with the number that does not change when a mask is bent (Euler: corners, edges, faces)', () => {
    fc.assert(
      fc.property(somePlane, (plane) => {
        const at = valuesOf(plane, 0);
        let euler = 0;
        for (let iy = 0; iy <= plane.ny; iy++) {
          for (let ix = 0; ix <= plane.nx; ix++) {
            const quad = [at(ix - 1, iy - 1), at(ix, iy - 1), at(ix - 1, iy), at(ix, iy)];
            const sum = quad.reduce((total, value) => total + value, 0);
            const diagonal = sum === 2 && quad[0] === quad[3];
            euler += sum === 1 ? 1 : sum === 3 ? -1 : diagonal ? 2 : 0;
          }
        }
        expect(countParts(plane) - countHoles(plane)).toBe(euler / 4);
      }),
    );
  });

  it('are filled, once and for all, and nothing else is touched', () => {
    fc.assert(
      fc.property(somePlane, (plane) => {
        const full = fillHoles(plane);
        expect(countHoles(full)).toBe(0);
        expect(samePlane(fillHoles(full), full)).toBe(true);
        expect(inside(plane, full)).toBe(true);
        if (countHoles(plane) === 0) expect(full).toBe(plane);
      }),
    );
  });

  it('leave the largest part alone', () => {
    expect(linesOf(keepLargest(planeOf('##..#', '....#', '.#..#')))).toEqual(['....#', '....#', '....#']);
    fc.assert(
      fc.property(somePlane, (plane) => {
        const largest = keepLargest(plane);
        expect(countParts(largest)).toBe(Math.min(1, countParts(plane)));
        expect(keepLargest(largest)).toBe(largest);
        expect(inside(largest, plane)).toBe(true);
      }),
    );
  });
});

describe('growing and shrinking', () => {
  it('take the largest and the least of nine pixels; the frame takes nothing away', () => {
    fc.assert(
      fc.property(somePlane, (plane) => {
        expect(bytesOf(growPlane(plane))).toEqual(nine(plane, (values) => Math.max(...values), 0));
        expect(bytesOf(shrinkPlane(plane))).toEqual(nine(plane, (values) => Math.min(...values), 1));
      }),
    );
  });

  it('are each other from the outside, and grow-then-shrink loses no pixel', () => {
    fc.assert(
      fc.property(somePlane, (plane) => {
        expect(samePlane(shrinkPlane(plane), invertPlane(growPlane(invertPlane(plane))))).toBe(true);
        expect(inside(plane, shrinkPlane(growPlane(plane)))).toBe(true);
        expect(inside(growPlane(shrinkPlane(plane)), plane)).toBe(true);
        expect(pixelCount(growPlane(plane))).toBeGreaterThanOrEqual(pixelCount(plane));
      }),
    );
  });
});
