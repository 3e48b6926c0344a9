import fc from 'fast-check';
import type { MaskPlane } from '../../../src-renderer/mask/mask-plane.js';
import { planeOfValues, writePlane } from '../../../src-renderer/mask/mask-plane.js';

/** The pixels of a plane as 0 and 1. */
export function bytesOf(plane: MaskPlane): number[] {
  const bytes = new Uint8Array(plane.nx * plane.ny);
  writePlane(bytes, plane);
  return [...bytes];
}

/** A plane from lines of text, '#' inside. */
export function planeOf(...lines: readonly string[]): MaskPlane {
  const values = lines.flatMap((line) => Array.from(line, (mark) => (mark === '#' ? 1 : 0)));
  return planeOfValues(values, { nx: lines[0].length, ny: lines.length });
}

/** The plane as lines of text. */
export function linesOf(plane: MaskPlane): string[] {
  const bytes = bytesOf(plane);
  return plane.rows.map((_, iy) =>
    bytes
      .slice(iy * plane.nx, (iy + 1) * plane.nx)
      .map((inside) => (inside === 0 ? '.' : '#'))
      .join(''),
  );
}

/** Any small plane, from sparse to full. */
export const somePlane: fc.Arbitrary<MaskPlane> = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9 }))
  .chain(([nx, ny, weight]) =>
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: nx * ny, maxLength: nx * ny }).map((values) =>
      planeOfValues(
        values.map((value) => (value < weight ? 1 : 0)),
        { nx, ny },
      ),
    ),
  );
