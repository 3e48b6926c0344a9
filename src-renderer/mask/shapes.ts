import type { PictureSize } from '../view/plane-camera.js';
import type { Patch } from './mask-plane.js';
import { noSpans, spanOf, type Spans, unite } from './spans.js';

/** A position in nm from the corner of the mask's first pixel. */
export type Position = readonly [x: number, y: number];

const nothing: Patch = { first: 0, rows: [] };

/** The first pixel whose middle is at `x` (in pixels) or beyond, within a row of `nx`. */
function firstFrom(x: number, nx: number): number {
  return Math.min(nx, Math.max(0, Math.ceil(x - 0.5)));
}

interface Crossing {
  readonly x: number;
  readonly turn: 1 | -1;
}

/**
 * Where the edges of a closed outline (in pixels) cross the middles of `count` rows from row `first` on, with their
 * direction; each row from left to right. An edge meets a row when its upper end, but not its lower one, is on it.
 */
function findCrossings(outline: readonly Position[], first: number, count: number): Crossing[][] {
  const rows = Array.from({ length: count }, (): Crossing[] => []);
  outline.forEach(([x0, y0], i) => {
    const [x1, y1] = outline[(i + 1) % outline.length];
    const from = Math.max(0, Math.ceil(Math.min(y0, y1) - 0.5) - first);
    const to = Math.min(count, Math.ceil(Math.max(y0, y1) - 0.5) - first);
    for (let k = from; k < to; k++) {
      const x = x0 + ((first + k + 0.5 - y0) / (y1 - y0)) * (x1 - x0);
      rows[k].push({ x, turn: y1 > y0 ? 1 : -1 });
    }
  });
  for (const row of rows) row.sort((a, b) => a.x - b.x);
  return rows;
}

/** The pixels of a row whose middles lie between crossings that an outline winds around. */
function rowInside(crossings: readonly Crossing[], nx: number): Spans {
  let [spans, winding, from] = [noSpans, 0, 0];
  for (const { x, turn } of crossings) {
    const before = winding;
    winding += turn;
    if (before === 0) from = x;
    else if (winding === 0) spans = unite(spans, spanOf(firstFrom(from, nx), firstFrom(x, nx)));
  }
  return spans;
}

/**
 * The pixels whose middles lie inside a closed polygon of positions in nm. The rule is non-zero winding: where a
 * free-hand loop crosses itself, what it goes around stays inside (even-odd would punch holes there). A middle
 * exactly on an edge belongs to the polygon on its right or below, so that polygons that share an edge share no pixel.
 */
export function polygonPatch(positions: readonly Position[], size: PictureSize): Patch {
  if (positions.length < 3) return nothing;
  const outline = positions.map(([x, y]): Position => [x / size.pixelX, y / size.pixelY]);
  const [top, bottom] = outline.reduce(
    ([least, most], [, y]) => [Math.min(least, y), Math.max(most, y)],
    [Infinity, -Infinity],
  );
  const first = firstFrom(top, size.ny);
  const count = Math.max(0, firstFrom(bottom, size.ny) - first);
  return { first, rows: findCrossings(outline, first, count).map((row) => rowInside(row, size.nx)) };
}

type Range = readonly [from: number, to: number] | null;

/** Where the line `y` lies within a disc. */
function discRange([cx, cy]: Position, radius: number, y: number): Range {
  const under = radius * radius - (y - cy) * (y - cy);
  return under < 0 ? null : [cx - Math.sqrt(under), cx + Math.sqrt(under)];
}

/** Where the line `y` lies within the rectangle that is `radius` to both sides of the way from `a` to `b`. */
function bandRange(a: Position, b: Position, radius: number, y: number): Range {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  if (length === 0) return null;
  // Along the line y, both the way along the band (0 to its length) and the way off it (±radius) are linear in x.
  const along = limitsOn([dx / length, ((y - a[1]) * dy) / length], [0, length]);
  const off = limitsOn([-dy / length, ((y - a[1]) * dx) / length], [-radius, radius]);
  const [low, high] = [Math.max(along[0], off[0]), Math.min(along[1], off[1])];
  return low <= high ? [a[0] + low, a[0] + high] : null;
}

/** Between which x a linear function slope·x + start lies within limits; all x, or none, where it is level. */
function limitsOn(
  [slope, start]: readonly [number, number],
  [least, most]: readonly [number, number],
): readonly [number, number] {
  if (slope === 0) return start >= least && start <= most ? [-Infinity, Infinity] : [Infinity, -Infinity];
  const [a, b] = [(least - start) / slope, (most - start) / slope];
  return [Math.min(a, b), Math.max(a, b)];
}

/** Radius in nm that a round brush paints with: never so thin that it could pass between the middles of pixels. */
function paintedRadius(diameter: number, { pixelX, pixelY }: PictureSize): number {
  return Math.max(diameter / 2, Math.hypot(pixelX, pixelY) / 2);
}

/**
 * The pixels whose middles a round brush of `diameter` nm covers on its straight way from `a` to `b` (in nm). A
 * brush under a pixel paints the pixels that it passes through.
 */
export function brushPatch(a: Position, b: Position, diameter: number, size: PictureSize): Patch {
  const radius = paintedRadius(diameter, size) * (1 + 1e-12);
  const rowAt = (y: number): number => firstFrom(y / size.pixelY, size.ny);
  const first = rowAt(Math.min(a[1], b[1]) - radius);
  const last = Math.min(size.ny, rowAt(Math.max(a[1], b[1]) + radius) + 1);
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, k) => {
    const y = (first + k + 0.5) * size.pixelY;
    const ranges = [discRange(a, radius, y), discRange(b, radius, y), bandRange(a, b, radius, y)];
    const found = ranges.filter((range) => range !== null);
    if (found.length === 0) return noSpans;
    const from = Math.min(...found.map(([low]) => low)) / size.pixelX;
    const to = Math.max(...found.map(([, high]) => high)) / size.pixelX;
    return spanOf(firstFrom(from, size.nx), Math.min(size.nx, Math.max(0, Math.floor(to - 0.5) + 1)));
  });
  return { first, rows };
}

/** The area in nm² that a closed polygon winds around once, by the shoelace formula. */
export function polygonArea(positions: readonly Position[]): number {
  const twice = positions.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = positions[(i + 1) % positions.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}
