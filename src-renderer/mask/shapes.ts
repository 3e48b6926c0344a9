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

/** Where the edges of a closed outline (in pixels) cross the line `y`, from left to right, with their direction. */
function crossingsAt(outline: readonly Position[], y: number): Crossing[] {
  const found: Crossing[] = [];
  for (let i = 0; i < outline.length; i++) {
    const [x0, y0] = outline[i];
    const [x1, y1] = outline[(i + 1) % outline.length];
    if (y0 <= y === y1 <= y) continue;
    found.push({ x: x0 + ((y - y0) / (y1 - y0)) * (x1 - x0), turn: y1 > y0 ? 1 : -1 });
  }
  return found.sort((a, b) => a.x - b.x);
}

/** The pixels of a row whose middles the outline winds around. */
function rowInside(outline: readonly Position[], y: number, nx: number): Spans {
  let [spans, winding, from] = [noSpans, 0, 0];
  for (const { x, turn } of crossingsAt(outline, y)) {
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
  const ys = outline.map(([, y]) => y);
  const first = firstFrom(
    ys.reduce((least, y) => Math.min(least, y)),
    size.ny,
  );
  const last = firstFrom(
    ys.reduce((most, y) => Math.max(most, y)),
    size.ny,
  );
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, k) =>
    rowInside(outline, first + k + 0.5, size.nx),
  );
  return { first, rows };
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
  const [nx, ny] = [(-dy / length) * radius, (dx / length) * radius];
  const corners: Position[] = [
    [a[0] + nx, a[1] + ny],
    [b[0] + nx, b[1] + ny],
    [b[0] - nx, b[1] - ny],
    [a[0] - nx, a[1] - ny],
  ];
  const xs = crossingsAt(corners, y).map(({ x }) => x);
  return xs.length < 2 ? null : [xs[0], xs[xs.length - 1]];
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
