// C ← A·B for float32 matrices with any steps between rows and columns, by a 4 × 8 kernel in registers.
import { hyperbolicTangent } from './pointwise';

/** So many columns of B stand side by side in a packed panel, and so many rows of C are made at once. */
const panel: i32 = 8;
const rowsAtOnce: i32 = 4;
/** Rows of B that are packed at once: 128 of 128 columns are 64 KiB, which stay in the second cache. */
const depth: i32 = 128;
/** Rows of A that the panels are gone through with: 32 of 128 are 16 KiB, beside a panel of 4 KiB in the first cache. */
const rowsInBlock: i32 = 32;
const tileBytes: usize = <usize>(rowsAtOnce * panel) << 2;

/** Places in a caller's scratch: the row that sums are added to, a tile at the rim of C, rows of A, panels of B. */
@inline
function widthOf(columns: i32): usize {
  return <usize>((columns + 7) & -8) << 2;
}

@inline
function tileIn(scratch: usize, columns: i32): usize {
  return scratch + widthOf(columns);
}

@inline
function rowsIn(scratch: usize, columns: i32): usize {
  return tileIn(scratch, columns) + tileBytes;
}

@inline
function panelsIn(scratch: usize, columns: i32): usize {
  return rowsIn(scratch, columns) + (<usize>(rowsInBlock * depth) << 2);
}

/** Two panels at once from rows of B that are `bytes` apart: a line of the cache is then read once. */
function packPair(to: usize, from: usize, bytes: usize, count: i32): void {
  const panelBytes = (<usize>count) << 5;
  for (const end = to + panelBytes; to < end; to += 32, from += bytes) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to + panelBytes, v128.load(from, 32));
    v128.store(to + panelBytes, v128.load(from, 48), 16);
  }
}

/** Panels of 8 columns of B, `count` rows from `b` on, zeros beyond the last column. Steps in bytes. */
function packPanels(to: usize, b: usize, count: i32, columns: i32, rowStep: usize, columnStep: usize): void {
  const pairs = columnStep == 4 ? columns & -16 : 0;
  const panelBytes = (<usize>count) << 5;
  for (let j: i32 = 0; j < pairs; j += 16, to += 2 * panelBytes) packPair(to, b + (<usize>j << 2), rowStep, count);
  for (let j = pairs; j < columns; j += panel) {
    const wide = min(panel, columns - j);
    for (let k: i32 = 0; k < count; k++, to += 32) {
      let from = b + <usize>k * rowStep + <usize>j * columnStep;
      for (let i: i32 = 0; i < panel; i++, from += columnStep) {
        f32.store(to + ((<usize>i) << 2), i < wide ? f32.load(from) : 0);
      }
    }
  }
}

/** Four columns of four numbers, `step` bytes apart, as four rows `width` bytes apart. */
@inline
function turnFour(to: usize, width: usize, from: usize, step: usize): void {
  const a = v128.load(from), b = v128.load(from + step), c = v128.load(from + 2 * step), d = v128.load(from + 3 * step);
  const low = v128.shuffle<i32>(a, b, 0, 4, 1, 5), high = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const low2 = v128.shuffle<i32>(c, d, 0, 4, 1, 5), high2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(low, low2, 0, 2));
  v128.store(to + width, v128.shuffle<i64>(low, low2, 1, 3));
  v128.store(to + 2 * width, v128.shuffle<i64>(high, high2, 0, 2));
  v128.store(to + 3 * width, v128.shuffle<i64>(high, high2, 1, 3));
}

/** Rows of A one after the other, each `count` long; zeros up to a multiple of four rows. */
function packRows(to: usize, a: usize, aRow: usize, aInner: usize, rows: i32, count: i32): void {
  const width = <usize>count << 2;
  const wide = aRow == 4 ? rows & -4 : 0, long = count & -4;
  for (let k: i32 = 0; k < long; k += 4) {
    for (let r: i32 = 0; r < wide; r += 4) {
      turnFour(to + <usize>r * width + (<usize>k << 2), width, a + <usize>k * aInner + (<usize>r << 2), aInner);
    }
  }
  for (let r: i32 = 0; r < rows; r++) {
    for (let k = r < wide ? long : 0; k < count; k++) {
      f32.store(to + <usize>r * width + (<usize>k << 2), f32.load(a + <usize>r * aRow + <usize>k * aInner));
    }
  }
  memory.fill(to + <usize>rows * width, 0, <usize>(-rows & 3) * width);
}

/**
 * Four rows of eight columns: the sums over `count` ≥ 1 columns of A and packed rows of B, and `start`. The steps of the
 * sum stand apart by ways out of the loop, since the compiler to machine code otherwise mixes them and runs out of registers.
 */
function tile(c: usize, cStep: usize, start: usize, startStep: usize, a: usize, aStep: usize, b: usize, count: i32): void {
  let p0 = f32x4.splat(0), p1 = p0, q0 = p0, q1 = p0, r0 = p0, r1 = p0, t0 = p0, t1 = p0;
  const end = b + ((<usize>count) << 5);
  const end1 = end - 32, end2 = end - 64, end3 = end - 96;
  let a1 = a + aStep, a2 = a1 + aStep, a3 = a2 + aStep;
  while (true) {
    let b0 = v128.load(b), b1 = v128.load(b, 16);
    let v = v128.load32_splat(a);
    p0 = f32x4.add(p0, f32x4.mul(v, b0));
    p1 = f32x4.add(p1, f32x4.mul(v, b1));
    v = v128.load32_splat(a1);
    q0 = f32x4.add(q0, f32x4.mul(v, b0));
    q1 = f32x4.add(q1, f32x4.mul(v, b1));
    v = v128.load32_splat(a2);
    r0 = f32x4.add(r0, f32x4.mul(v, b0));
    r1 = f32x4.add(r1, f32x4.mul(v, b1));
    v = v128.load32_splat(a3);
    t0 = f32x4.add(t0, f32x4.mul(v, b0));
    t1 = f32x4.add(t1, f32x4.mul(v, b1));
    if (b == end1) break;
    b0 = v128.load(b, 32), b1 = v128.load(b, 48);
    v = v128.load32_splat(a, 4);
    p0 = f32x4.add(p0, f32x4.mul(v, b0));
    p1 = f32x4.add(p1, f32x4.mul(v, b1));
    v = v128.load32_splat(a1, 4);
    q0 = f32x4.add(q0, f32x4.mul(v, b0));
    q1 = f32x4.add(q1, f32x4.mul(v, b1));
    v = v128.load32_splat(a2, 4);
    r0 = f32x4.add(r0, f32x4.mul(v, b0));
    r1 = f32x4.add(r1, f32x4.mul(v, b1));
    v = v128.load32_splat(a3, 4);
    t0 = f32x4.add(t0, f32x4.mul(v, b0));
    t1 = f32x4.add(t1, f32x4.mul(v, b1));
    if (b == end2) break;
    b0 = v128.load(b, 64), b1 = v128.load(b, 80);
    v = v128.load32_splat(a, 8);
    p0 = f32x4.add(p0, f32x4.mul(v, b0));
    p1 = f32x4.add(p1, f32x4.mul(v, b1));
    v = v128.load32_splat(a1, 8);
    q0 = f32x4.add(q0, f32x4.mul(v, b0));
    q1 = f32x4.add(q1, f32x4.mul(v, b1));
    v = v128.load32_splat(a2, 8);
    r0 = f32x4.add(r0, f32x4.mul(v, b0));
    r1 = f32x4.add(r1, f32x4.mul(v, b1));
    v = v128.load32_splat(a3, 8);
    t0 = f32x4.add(t0, f32x4.mul(v, b0));
    t1 = f32x4.add(t1, f32x4.mul(v, b1));
    if (b == end3) break;
    b0 = v128.load(b, 96), b1 = v128.load(b, 112);
    v = v128.load32_splat(a, 12);
    p0 = f32x4.add(p0, f32x4.mul(v, b0));
    p1 = f32x4.add(p1, f32x4.mul(v, b1));
    v = v128.load32_splat(a1, 12);
    q0 = f32x4.add(q0, f32x4.mul(v, b0));
    q1 = f32x4.add(q1, f32x4.mul(v, b1));
    v = v128.load32_splat(a2, 12);
    r0 = f32x4.add(r0, f32x4.mul(v, b0));
    r1 = f32x4.add(r1, f32x4.mul(v, b1));
    v = v128.load32_splat(a3, 12);
    t0 = f32x4.add(t0, f32x4.mul(v, b0));
    t1 = f32x4.add(t1, f32x4.mul(v, b1));
    b += 128;
    a += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    if (b >= end) break;
  }
  v128.store(c, f32x4.add(p0, v128.load(start)));
  v128.store(c, f32x4.add(p1, v128.load(start, 16)), 16);
  c += cStep;
  start += startStep;
  v128.store(c, f32x4.add(q0, v128.load(start)));
  v128.store(c, f32x4.add(q1, v128.load(start, 16)), 16);
  c += cStep;
  start += startStep;
  v128.store(c, f32x4.add(r0, v128.load(start)));
  v128.store(c, f32x4.add(r1, v128.load(start, 16)), 16);
  c += cStep;
  start += startStep;
  v128.store(c, f32x4.add(t0, v128.load(start)));
  v128.store(c, f32x4.add(t1, v128.load(start, 16)), 16);
}

/** The same where C ends within the tile: by way of one that is whole. */
function rimTile(c: usize, cStep: usize, start: usize, startStep: usize, a: usize, aStep: usize, b: usize, count: i32, whole: usize, rows: i32, columns: i32): void {
  const bytes = <usize>columns << 2;
  memory.fill(whole, 0, tileBytes);
  for (let r: i32 = 0; r < rows; r++) memory.copy(whole + (<usize>r << 5), start + <usize>r * startStep, bytes);
  tile(whole, 32, whole, 32, a, aStep, b, count);
  for (let r: i32 = 0; r < rows; r++) memory.copy(c + <usize>r * cStep, whole + (<usize>r << 5), bytes);
}

/** Up to 32 rows of C over all panels, added to the scratch's row, or to C where `keep` is set. */
function rowBlock(c: usize, columns: i32, a: usize, aStep: usize, scratch: usize, count: i32, rows: i32, keep: bool): void {
  const cStep: usize = (<usize>columns) << 2;
  const panels = panelsIn(scratch, columns);
  for (let j: i32 = 0; j < columns; j += panel) {
    const b = panels + ((<usize>(j * count)) << 2);
    const width = min(panel, columns - j);
    for (let r: i32 = 0; r < rows; r += rowsAtOnce) {
      const to = c + <usize>r * cStep + (<usize>j << 2);
      const start = keep ? to : scratch + (<usize>j << 2), startStep = keep ? cStep : 0;
      const from = a + <usize>r * aStep;
      if (width == panel && r + rowsAtOnce <= rows) tile(to, cStep, start, startStep, from, aStep, b, count);
      else rimTile(to, cStep, start, startStep, from, aStep, b, count, tileIn(scratch, columns), min(rowsAtOnce, rows - r), width);
    }
  }
}

/** Rows `first` to `last` of C, summed over one block of packed rows of B, `count` of them. */
function blockOfRows(c: usize, columns: i32, a: usize, aRow: usize, aInner: usize, scratch: usize, count: i32, keep: bool, tanh: bool, first: i32, last: i32): void {
  const packed = rowsIn(scratch, columns);
  for (let i = first; i < last; i += rowsInBlock) {
    const rows = min(rowsInBlock, last - i);
    const from = a + <usize>i * aRow, to = c + ((<usize>(i * columns)) << 2);
    if (aInner == 4 && rows % rowsAtOnce == 0) rowBlock(to, columns, from, aRow, scratch, count, rows, keep);
    else {
      packRows(packed, from, aRow, aInner, rows, count);
      rowBlock(to, columns, packed, <usize>count << 2, scratch, count, rows, keep);
    }
    if (tanh) hyperbolicTangent(to, to, 0, rows * columns);
  }
}

/** Rows `first` to `last` of C, summed over `k0` ≤ k < `k1` and added to the scratch's row. */
function sumOver(k0: i32, k1: i32, c: usize, columns: i32, a: usize, aRow: i32, aInner: i32, b: usize, bRow: i32, bColumn: i32, tanh: bool, scratch: usize, first: i32, last: i32): void {
  const aRowBytes: usize = (<usize>aRow) << 2, aInnerBytes: usize = (<usize>aInner) << 2;
  const bRowBytes: usize = (<usize>bRow) << 2, bColumnBytes: usize = (<usize>bColumn) << 2;
  for (let k = k0; k < k1; k += depth) {
    const end = min(k1, k + depth);
    packPanels(panelsIn(scratch, columns), b + <usize>k * bRowBytes, end - k, columns, bRowBytes, bColumnBytes);
    blockOfRows(c, columns, a + <usize>k * aInnerBytes, aRowBytes, aInnerBytes, scratch, end - k, k > k0, tanh && end == k1, first, last);
  }
}

/**
 * Rows `first` to `last` of C (row-major, `columns` wide): the sum over `inner` k of A(i, k)·B(k, j), the row `bias` added
 * unless it is 0, then tanh where that is set. Steps in floats. `scratch` holds width + 32 + 32·depth + depth·width floats,
 * width being the columns rounded up to 8.
 */
export function multiply(c: usize, columns: i32, a: usize, aRow: i32, aInner: i32, b: usize, bRow: i32, bColumn: i32, inner: i32, bias: usize, tanh: i32, scratch: usize, first: i32, last: i32): void {
  memory.fill(scratch, 0, widthOf(columns));
  if (bias != 0) memory.copy(scratch, bias, (<usize>columns) << 2);
  sumOver(0, inner, c, columns, a, aRow, aInner, b, bRow, bColumn, tanh != 0, scratch, first, last);
}

/**
 * Parts `first` to `last` of a long sum, each over `length` k and each a whole C of its own, one after the other: what part
 * of the sum is made by which thread then makes no difference to it.
 */
export function multiplyParts(c: usize, rows: i32, columns: i32, a: usize, aRow: i32, aInner: i32, b: usize, bRow: i32, bColumn: i32, inner: i32, length: i32, scratch: usize, first: i32, last: i32): void {
  memory.fill(scratch, 0, widthOf(columns));
  for (let part = first; part < last; part++) {
    const k = part * length;
    const own = c + ((<usize>(part * rows * columns)) << 2);
    sumOver(k, min(inner, k + length), own, columns, a, aRow, aInner, b, bRow, bColumn, false, scratch, 0, rows);
  }
}
