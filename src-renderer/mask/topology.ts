import { invertPlane, type MaskPlane, mapRows } from './mask-plane.js';
import { type Spans, unite, widen } from './spans.js';

/** The pieces of a plane: per span its piece, per piece its pixels and whether it reaches the frame. */
interface Pieces {
  /** Number of the first span of each row among all spans. */
  readonly firstSpan: Int32Array;
  /** Piece of each span, counted from 0 in the order of their first spans. */
  readonly pieceOf: Int32Array;
  readonly sizes: readonly number[];
  readonly reachesFrame: readonly boolean[];
}

function rootOf(parent: Int32Array, span: number): number {
  let root = span;
  while (parent[root] !== root) {
    parent[root] = parent[parent[root]];
    root = parent[root];
  }
  return root;
}

/** Joins spans of neighbouring rows that touch: along a side, or also by a corner where `reach` is 1. */
function joinRows(
  parent: Int32Array,
  upper: { readonly row: Spans; readonly first: number },
  lower: { readonly row: Spans; readonly first: number },
  reach: 0 | 1,
): void {
  let [i, j] = [0, 0];
  while (i < upper.row.length && j < lower.row.length) {
    const touches = upper.row[i] < lower.row[j + 1] + reach && lower.row[j] < upper.row[i + 1] + reach;
    if (touches) {
      const [a, b] = [rootOf(parent, upper.first + i / 2), rootOf(parent, lower.first + j / 2)];
      parent[Math.max(a, b)] = Math.min(a, b);
    }
    if (upper.row[i + 1] < lower.row[j + 1]) i += 2;
    else j += 2;
  }
}

function joinedSpans({ rows }: MaskPlane, firstSpan: Int32Array, reach: 0 | 1): Int32Array {
  const parent = Int32Array.from({ length: firstSpan[rows.length] }, (_, span) => span);
  for (let iy = 1; iy < rows.length; iy++) {
    const upper = { row: rows[iy - 1], first: firstSpan[iy - 1] };
    joinRows(parent, upper, { row: rows[iy], first: firstSpan[iy] }, reach);
  }
  return parent;
}

/** The pieces of a plane whose pixels hang together by their sides, or also by their corners. */
function findPieces(plane: MaskPlane, by: 'sides' | 'corners'): Pieces {
  const { rows, nx, ny } = plane;
  const firstSpan = new Int32Array(ny + 1);
  rows.forEach((row, iy) => (firstSpan[iy + 1] = firstSpan[iy] + row.length / 2));
  const parent = joinedSpans(plane, firstSpan, by === 'corners' ? 1 : 0);
  const pieceOf = new Int32Array(parent.length);
  const [sizes, reachesFrame]: [number[], boolean[]] = [[], []];
  rows.forEach((row, iy) => {
    for (let i = 0; i < row.length; i += 2) {
      const span = firstSpan[iy] + i / 2;
      const root = rootOf(parent, span);
      if (root === span) pieceOf[span] = sizes.push(0) - 1;
      const piece = pieceOf[root];
      pieceOf[span] = piece;
      sizes[piece] += row[i + 1] - row[i];
      reachesFrame[piece] ||= iy === 0 || iy === ny - 1 || row[i] === 0 || row[i + 1] === nx;
    }
  });
  return { firstSpan, pieceOf, sizes, reachesFrame };
}

/** The plane's spans of the pieces that `wanted` names. */
function piecesWhere(plane: MaskPlane, pieces: Pieces, wanted: (piece: number) => boolean): MaskPlane {
  return mapRows(plane, (row, iy) =>
    row.filter((_, i) => wanted(pieces.pieceOf[pieces.firstSpan[iy] + (i >> 1)])),
  );
}

/** Number of separate parts (pixels that touch by a corner only are apart, as the engine counts nuclei). */
export function countParts(plane: MaskPlane): number {
  return findPieces(plane, 'sides').sizes.length;
}

/** Number of holes: pieces of the outside that do not reach the frame (those that touch by a corner are one). */
export function countHoles(plane: MaskPlane): number {
  const { reachesFrame } = findPieces(invertPlane(plane), 'corners');
  return reachesFrame.filter((reaches) => !reaches).length;
}

/** Every hole filled. */
export function fillHoles(plane: MaskPlane): MaskPlane {
  const outside = invertPlane(plane);
  const pieces = findPieces(outside, 'corners');
  const holes = piecesWhere(outside, pieces, (piece) => !pieces.reachesFrame[piece]);
  return mapRows(plane, (row, iy) => unite(row, holes.rows[iy]));
}

/** The largest part alone (of several as large, the first from the top); the same plane where there is none. */
export function keepLargest(plane: MaskPlane): MaskPlane {
  const pieces = findPieces(plane, 'sides');
  const largest = pieces.sizes.indexOf(Math.max(...pieces.sizes));
  return piecesWhere(plane, pieces, (piece) => piece === largest);
}

/** Wider by one pixel in all eight directions. */
export function growPlane(plane: MaskPlane): MaskPlane {
  const wide = plane.rows.map((row) => widen(row, plane.nx));
  return mapRows(plane, (_, iy) =>
    [iy - 1, iy + 1]
      .filter((near) => near >= 0 && near < plane.ny)
      .reduce((sum, near) => unite(sum, wide[near]), wide[iy]),
  );
}

/** Narrower by one pixel from all eight directions; the frame of the picture is no edge and takes nothing away. */
export function shrinkPlane(plane: MaskPlane): MaskPlane {
  const shrunk = invertPlane(growPlane(invertPlane(plane)));
  return mapRows(plane, (_, iy) => shrunk.rows[iy]);
}
