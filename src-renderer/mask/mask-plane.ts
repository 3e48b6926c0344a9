import { complement, noSpans, sameSpans, spanLength, spanOf, type Spans, subtract, unite } from './spans.js';

/** One plane of a mask, row by row. Never changed once made; an edit shares every row that it leaves as it was. */
export interface MaskPlane {
  readonly nx: number;
  readonly ny: number;
  readonly rows: readonly Spans[];
}

/** Some rows of pixels from row `first` on: what a stroke or a polygon covers. */
export interface Patch {
  readonly first: number;
  readonly rows: readonly Spans[];
}

/** Whether a patch is added to a mask or taken out of it. */
export type Effect = 'add' | 'subtract';

/** A plane without a pixel. */
export function emptyPlane(nx: number, ny: number): MaskPlane {
  return { nx, ny, rows: Array.from({ length: ny }, () => noSpans) };
}

/** A plane with every pixel. */
export function fullPlane(nx: number, ny: number): MaskPlane {
  const row = spanOf(0, nx);
  return { nx, ny, rows: Array.from({ length: ny }, () => row) };
}

function rowOfValues(values: ArrayLike<number>, start: number, nx: number): Spans {
  const out: number[] = [];
  let inside = false;
  for (let ix = 0; ix < nx; ix++) {
    if (values[start + ix] > 0 === inside) continue;
    out.push(ix);
    inside = !inside;
  }
  if (inside) out.push(nx);
  return out.length === 0 ? noSpans : Int32Array.from(out);
}

/** A plane from ny·nx values, row by row, from entry `start` on: inside is what is over zero. */
export function planeOfValues(
  values: ArrayLike<number>,
  size: { readonly nx: number; readonly ny: number },
  start = 0,
): MaskPlane {
  const { nx, ny } = size;
  return { nx, ny, rows: Array.from({ length: ny }, (_, iy) => rowOfValues(values, start + iy * nx, nx)) };
}

/**
 * Writes a plane as ny·nx bytes, `ink` inside and 0 outside, into `out` from entry `start` on. Where `out` holds
 * `known` already, only rows that differ from it are written.
 */
export function writePlane(
  out: Uint8Array,
  plane: MaskPlane,
  { ink = 1, start = 0, known = null }: { ink?: number; start?: number; known?: MaskPlane | null } = {},
): void {
  const { nx, rows } = plane;
  rows.forEach((row, iy) => {
    if (known?.rows[iy] === row) return;
    const at = start + iy * nx;
    out.fill(0, at, at + nx);
    for (let i = 0; i < row.length; i += 2) out.fill(ink, at + row[i], at + row[i + 1]);
  });
}

/** The plane with rows replaced by what `change` makes of them; the same plane where nothing changes. */
export function mapRows(plane: MaskPlane, change: (row: Spans, iy: number) => Spans): MaskPlane {
  const rows = plane.rows.map((row, iy) => {
    const next = change(row, iy);
    return sameSpans(row, next) ? row : next;
  });
  return rows.some((row, iy) => row !== plane.rows[iy]) ? { ...plane, rows } : plane;
}

/** The plane with a patch added or taken out; the same plane where that changes no pixel. */
export function applyPatch(plane: MaskPlane, { first, rows }: Patch, effect: Effect): MaskPlane {
  const merge = effect === 'add' ? unite : subtract;
  const next = plane.rows.slice();
  let changed = false;
  for (let k = Math.max(0, -first); k < rows.length && first + k < plane.ny; k++) {
    const merged = merge(next[first + k], rows[k]);
    if (sameSpans(merged, next[first + k])) continue;
    next[first + k] = merged;
    changed = true;
  }
  return changed ? { ...plane, rows: next } : plane;
}

/** Inside and outside exchanged. */
export function invertPlane(plane: MaskPlane): MaskPlane {
  return { ...plane, rows: plane.rows.map((row) => complement(row, plane.nx)) };
}

/** Number of pixels inside. */
export function pixelCount({ rows }: MaskPlane): number {
  return rows.reduce((sum, row) => sum + spanLength(row), 0);
}

/** Whether two planes have the same pixels. */
export function samePlane(a: MaskPlane, b: MaskPlane): boolean {
  return a === b || (a.nx === b.nx && a.ny === b.ny && a.rows.every((row, iy) => sameSpans(row, b.rows[iy])));
}

/** The plane that has the value of the nearest pixel of `plane` at each pixel of another grid; see `nearest`. */
export function resamplePlane(
  plane: MaskPlane,
  size: { readonly nx: number; readonly ny: number },
  nearest: { readonly x: (ix: number) => number; readonly y: (iy: number) => number },
): MaskPlane {
  const columns = Int32Array.from({ length: size.nx }, (_, ix) => nearest.x(ix));
  const bytes = new Uint8Array(plane.nx);
  const rows = Array.from({ length: size.ny }, (_, iy) => {
    const from = nearest.y(iy);
    if (from < 0 || from >= plane.ny) return noSpans;
    writePlane(bytes, { nx: plane.nx, ny: 1, rows: [plane.rows[from]] });
    return rowOfValues(
      columns.map((column) => (column < 0 || column >= plane.nx ? 0 : bytes[column])),
      0,
      size.nx,
    );
  });
  return { ...size, rows };
}
