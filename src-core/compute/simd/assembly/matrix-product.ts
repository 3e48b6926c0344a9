// C ← epilogue(C·keep + A·B) for float32 matrices with any steps between rows and columns, by a 6 × 8 kernel in registers.
import { tanhOf } from './hyperbolic';

/** So many columns of B stand side by side in a packed panel, and so many rows of C are made at once. */
const panel: i32 = 8;
const rowsAtOnce: i32 = 6;
/** Rows of B that are packed at once: 128 of 128 columns are 64 KiB, which stay in the second cache. */
const depth: i32 = 128;

/** So many groups of six rows are packed before the panels are gone through: 24 rows of 128 are 12 KiB. */
const groupsAtOnce: i32 = 4;
const groupBytes: usize = <usize>(depth * rowsAtOnce) << 2;

/** What becomes of a sum before it is written. */
export const plain: i32 = 0;
export const withBias: i32 = 1;
export const tanhWithBias: i32 = 2;
/** Times 1 − y², y in `aux` with the layout of C: the slope of tanh. */
export const timesSlope: i32 = 3;

/** Panels of 8 columns of B, rows k0 to k1, zeros beyond the last column. */
function pack(to: usize, b: usize, k0: i32, k1: i32, columns: i32, rowStep: i32, columnStep: i32): void {
  for (let j: i32 = 0; j < columns; j += panel) {
    const wide = min(panel, columns - j);
    for (let k = k0; k < k1; k++) {
      let from = b + ((<usize>(k * rowStep + j * columnStep)) << 2);
      if (wide == panel && columnStep == 1) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      } else {
        for (let i: i32 = 0; i < panel; i++) {
          f32.store(to + ((<usize>i) << 2), i < wide ? f32.load(from) : 0);
          from += (<usize>columnStep) << 2;
        }
      }
      to += 32;
    }
  }
}

@inline
function finished(sum: v128, at: usize, column: usize, aux: usize, kind: i32, keep: bool, offset: usize): v128 {
  let value = keep ? f32x4.add(sum, v128.load(at)) : sum;
  if (kind == withBias) return f32x4.add(value, v128.load(aux + column));
  if (kind == tanhWithBias) return tanhOf(f32x4.add(value, v128.load(aux + column)));
  if (kind == timesSlope) {
    const y = v128.load(aux + offset);
    return f32x4.mul(value, f32x4.sub(f32x4.splat(1), f32x4.mul(y, y)));
  }
  return value;
}

@inline
function put(c: usize, row: usize, column: usize, s0: v128, s1: v128, aux: usize, kind: i32, keep: bool): void {
  const offset = row + column;
  v128.store(c + offset, finished(s0, c + offset, column, aux, kind, keep, offset));
  v128.store(c + offset, finished(s1, c + offset + 16, column + 16, aux, kind, keep, offset + 16), 16);
}

/** Six rows of A side by side, as the kernel reads them. */
function packRows(to: usize, a: usize, aRow: usize, aInner: usize, count: i32): void {
  const a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow;
  let at: usize = 0;
  for (let k: i32 = 0; k < count; k++) {
    f32.store(to, f32.load(a + at));
    f32.store(to, f32.load(a1 + at), 4);
    f32.store(to, f32.load(a2 + at), 8);
    f32.store(to, f32.load(a3 + at), 12);
    f32.store(to, f32.load(a4 + at), 16);
    f32.store(to, f32.load(a5 + at), 20);
    to += 24;
    at += aInner;
  }
}

/** Six rows of eight columns: the sums over `count` packed rows of B and columns of A. */
function sixRows(c: usize, cStep: usize, column: usize, a: usize, b: usize, count: i32, aux: usize, kind: i32, keep: bool, row: usize): void {
  let p0 = f32x4.splat(0), p1 = p0, q0 = p0, q1 = p0, r0 = p0, r1 = p0, s0 = p0, s1 = p0, t0 = p0, t1 = p0, u0 = p0, u1 = p0;
  const end = b + ((<usize>count) << 5);
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let v = v128.load32_splat(a);
    p0 = f32x4.add(p0, f32x4.mul(v, b0));
    p1 = f32x4.add(p1, f32x4.mul(v, b1));
    v = v128.load32_splat(a, 4);
    q0 = f32x4.add(q0, f32x4.mul(v, b0));
    q1 = f32x4.add(q1, f32x4.mul(v, b1));
    v = v128.load32_splat(a, 8);
    r0 = f32x4.add(r0, f32x4.mul(v, b0));
    r1 = f32x4.add(r1, f32x4.mul(v, b1));
    v = v128.load32_splat(a, 12);
    s0 = f32x4.add(s0, f32x4.mul(v, b0));
    s1 = f32x4.add(s1, f32x4.mul(v, b1));
    v = v128.load32_splat(a, 16);
    t0 = f32x4.add(t0, f32x4.mul(v, b0));
    t1 = f32x4.add(t1, f32x4.mul(v, b1));
    v = v128.load32_splat(a, 20);
    u0 = f32x4.add(u0, f32x4.mul(v, b0));
    u1 = f32x4.add(u1, f32x4.mul(v, b1));
    a += 24;
    b += 32;
  }
  put(c, row, column, p0, p1, aux, kind, keep);
  put(c, row + cStep, column, q0, q1, aux, kind, keep);
  put(c, row + 2 * cStep, column, r0, r1, aux, kind, keep);
  put(c, row + 3 * cStep, column, s0, s1, aux, kind, keep);
  put(c, row + 4 * cStep, column, t0, t1, aux, kind, keep);
  put(c, row + 5 * cStep, column, u0, u1, aux, kind, keep);
}

function oneRow(c: usize, column: usize, a: usize, aInner: usize, b: usize, count: i32, aux: usize, kind: i32, keep: bool, row: usize): void {
  let s0 = f32x4.splat(0), s1 = s0;
  for (let k: i32 = 0; k < count; k++) {
    const v = v128.load32_splat(a);
    s0 = f32x4.add(s0, f32x4.mul(v, v128.load(b)));
    s1 = f32x4.add(s1, f32x4.mul(v, v128.load(b, 16)));
    a += aInner;
    b += 32;
  }
  put(c, row, column, s0, s1, aux, kind, keep);
}

/** The last columns, fewer than eight: sums one by one. */
function narrow(c: usize, column: i32, columns: i32, a: usize, aInner: usize, b: usize, count: i32, aux: usize, kind: i32, keep: bool, row: usize): void {
  let s0 = f32x4.splat(0), s1 = s0;
  for (let k: i32 = 0; k < count; k++) {
    const v = v128.load32_splat(a);
    s0 = f32x4.add(s0, f32x4.mul(v, v128.load(b)));
    s1 = f32x4.add(s1, f32x4.mul(v, v128.load(b, 16)));
    a += aInner;
    b += 32;
  }
  for (let j = column; j < columns; j++) {
    const i = j - column;
    let value: f32 = 0;
    if (i == 0) value = f32x4.extract_lane(s0, 0);
    else if (i == 1) value = f32x4.extract_lane(s0, 1);
    else if (i == 2) value = f32x4.extract_lane(s0, 2);
    else if (i == 3) value = f32x4.extract_lane(s0, 3);
    else if (i == 4) value = f32x4.extract_lane(s1, 0);
    else if (i == 5) value = f32x4.extract_lane(s1, 1);
    else value = f32x4.extract_lane(s1, 2);
    const at = row + ((<usize>j) << 2);
    if (keep) value += f32.load(c + at);
    if (kind == withBias || kind == tanhWithBias) value += f32.load(aux + ((<usize>j) << 2));
    if (kind == tanhWithBias) value = f32x4.extract_lane(tanhOf(f32x4.splat(value)), 0);
    if (kind == timesSlope) {
      const y = f32.load(aux + at);
      value *= 1 - y * y;
    }
    f32.store(c + at, value);
  }
}

/** Rows `first` to `last` of C, summed over one block of packed rows of B; `count` of them from k on. */
function blockOfRows(c: usize, columns: i32, a: usize, aRow: usize, aInner: usize, scratch: usize, count: i32, aux: usize, kind: i32, keep: bool, first: i32, last: i32): void {
  const cStep: usize = (<usize>columns) << 2;
  const rows = scratch + ((<usize>(depth * ((columns + 7) & -8))) << 2);
  let i = first;
  while (i + rowsAtOnce <= last) {
    const groups = min(groupsAtOnce, (last - i) / rowsAtOnce);
    for (let g: i32 = 0; g < groups; g++) {
      packRows(rows + <usize>g * groupBytes, a + <usize>(i + g * rowsAtOnce) * aRow, aRow, aInner, count);
    }
    for (let j: i32 = 0; j + panel <= columns; j += panel) {
      const block = scratch + ((<usize>(j * count)) << 2);
      for (let g: i32 = 0; g < groups; g++) {
        const row = <usize>(i + g * rowsAtOnce) * cStep;
        sixRows(c, cStep, (<usize>j) << 2, rows + <usize>g * groupBytes, block, count, aux, kind, keep, row);
      }
    }
    i += groups * rowsAtOnce;
  }
  const wide = columns & -panel;
  for (let r = first; r < last; r++) {
    const row = a + <usize>r * aRow, to = <usize>r * cStep;
    for (let j: i32 = 0; r >= i && j < wide; j += panel) {
      oneRow(c, (<usize>j) << 2, row, aInner, scratch + ((<usize>(j * count)) << 2), count, aux, kind, keep, to);
    }
    if (wide < columns) narrow(c, wide, columns, row, aInner, scratch + ((<usize>(wide * count)) << 2), count, aux, kind, keep, to);
  }
}

/**
 * Rows `first` to `last` of C (row-major, `columns` wide): the sum over `inner` k of A(i, k)·B(k, j). Steps in floats.
 * `scratch` holds depth × (columns rounded up to 8) + 4 · 6 · depth floats.
 */
export function multiply(c: usize, columns: i32, a: usize, aRow: i32, aInner: i32, b: usize, bRow: i32, bColumn: i32, inner: i32, aux: usize, kind: i32, scratch: usize, first: i32, last: i32): void {
  const aRowBytes: usize = (<usize>aRow) << 2, aInnerBytes: usize = (<usize>aInner) << 2;
  for (let k: i32 = 0; k < inner; k += depth) {
    const end = min(inner, k + depth), count = end - k;
    pack(scratch, b, k, end, columns, bRow, bColumn);
    const how: i32 = end == inner ? kind : plain;
    blockOfRows(c, columns, a + <usize>k * aInnerBytes, aRowBytes, aInnerBytes, scratch, count, aux, how, k > 0, first, last);
  }
}

/** All `rows` of C, summed over `first` ≤ k < `last` only: a part of a long sum, C being the caller's own. */
export function multiplyPart(c: usize, rows: i32, columns: i32, a: usize, aRow: i32, aInner: i32, b: usize, bRow: i32, bColumn: i32, scratch: usize, first: i32, last: i32): void {
  const aRowBytes: usize = (<usize>aRow) << 2, aInnerBytes: usize = (<usize>aInner) << 2;
  if (first >= last) memory.fill(c, 0, (<usize>(rows * columns)) << 2);
  for (let k = first; k < last; k += depth) {
    const end = min(last, k + depth);
    pack(scratch, b, k, end, columns, bRow, bColumn);
    blockOfRows(c, columns, a + <usize>k * aInnerBytes, aRowBytes, aInnerBytes, scratch, end - k, 0, plain, k > first, 0, rows);
  }
}
