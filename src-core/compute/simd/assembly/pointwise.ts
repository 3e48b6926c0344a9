// Element by element, from index `first` to `last`; `first` is a multiple of 4, and addresses are of element 0.
import { tanhOf } from './hyperbolic';

export const add: i32 = 0;
export const subtract: i32 = 1;
export const times: i32 = 2;
/** a·(1 − b²): what goes back through b = tanh. */
export const slope: i32 = 3;

@inline
function combined(kind: i32, a: v128, b: v128): v128 {
  if (kind == add) return f32x4.add(a, b);
  if (kind == subtract) return f32x4.sub(a, b);
  if (kind == times) return f32x4.mul(a, b);
  return f32x4.mul(a, f32x4.sub(f32x4.splat(1), f32x4.mul(b, b)));
}

@inline
function loopCombined(kind: i32, out: usize, a: usize, b: usize, first: i32, last: i32): void {
  const whole = first + ((last - first) & -4);
  let at: usize = <usize>first << 2;
  for (const end: usize = <usize>whole << 2; at < end; at += 16) {
    v128.store(out + at, combined(kind, v128.load(a + at), v128.load(b + at)));
  }
  for (const end: usize = <usize>last << 2; at < end; at += 4) {
    const value = combined(kind, f32x4.splat(f32.load(a + at)), f32x4.splat(f32.load(b + at)));
    f32.store(out + at, f32x4.extract_lane(value, 0));
  }
}

export function combine(kind: i32, out: usize, a: usize, b: usize, first: i32, last: i32): void {
  if (kind == add) loopCombined(add, out, a, b, first, last);
  else if (kind == subtract) loopCombined(subtract, out, a, b, first, last);
  else if (kind == times) loopCombined(times, out, a, b, first, last);
  else loopCombined(slope, out, a, b, first, last);
}

/** out ← scale·a + shift. */
export function affine(out: usize, a: usize, scale: f32, shift: f32, first: i32, last: i32): void {
  const s = f32x4.splat(scale), t = f32x4.splat(shift);
  const whole = first + ((last - first) & -4);
  let at: usize = <usize>first << 2;
  for (const end: usize = <usize>whole << 2; at < end; at += 16) {
    v128.store(out + at, f32x4.add(f32x4.mul(v128.load(a + at), s), t));
  }
  for (const end: usize = <usize>last << 2; at < end; at += 4) f32.store(out + at, f32.load(a + at) * scale + shift);
}

export function hyperbolicTangent(out: usize, a: usize, first: i32, last: i32): void {
  const whole = first + ((last - first) & -4);
  let at: usize = <usize>first << 2;
  for (const end: usize = <usize>whole << 2; at < end; at += 16) v128.store(out + at, tanhOf(v128.load(a + at)));
  for (const end: usize = <usize>last << 2; at < end; at += 4) {
    f32.store(out + at, f32x4.extract_lane(tanhOf(f32x4.splat(f32.load(a + at))), 0));
  }
}

/** out ← a + the row b (one of `columns`) in rows `first` to `last`. */
export function addRow(out: usize, a: usize, b: usize, columns: i32, first: i32, last: i32): void {
  const wide: usize = <usize>(columns & -4) << 2, width: usize = <usize>columns << 2;
  for (let r = first; r < last; r++) {
    const row = <usize>r * width;
    let at: usize = 0;
    for (; at < wide; at += 16) v128.store(out + row + at, f32x4.add(v128.load(a + row + at), v128.load(b + at)));
    for (; at < width; at += 4) f32.store(out + row + at, f32.load(a + row + at) + f32.load(b + at));
  }
}

/** out ← a times the row b, or the rows' own numbers b, in rows `first` to `last`. */
export function timesRow(out: usize, a: usize, b: usize, columns: i32, first: i32, last: i32): void {
  const wide: usize = <usize>(columns & -4) << 2, width: usize = <usize>columns << 2;
  for (let r = first; r < last; r++) {
    const row = <usize>r * width;
    let at: usize = 0;
    for (; at < wide; at += 16) v128.store(out + row + at, f32x4.mul(v128.load(a + row + at), v128.load(b + at)));
    for (; at < width; at += 4) f32.store(out + row + at, f32.load(a + row + at) * f32.load(b + at));
  }
}

export function timesColumn(out: usize, a: usize, b: usize, columns: i32, first: i32, last: i32): void {
  const wide: usize = <usize>(columns & -4) << 2, width: usize = <usize>columns << 2;
  for (let r = first; r < last; r++) {
    const row = <usize>r * width;
    const value = f32.load(b + (<usize>r << 2));
    const v = f32x4.splat(value);
    let at: usize = 0;
    for (; at < wide; at += 16) v128.store(out + row + at, f32x4.mul(v128.load(a + row + at), v));
    for (; at < width; at += 4) f32.store(out + row + at, f32.load(a + row + at) * value);
  }
}

/** Four numbers added to four in float64. */
@inline
function addToDoubles(to: usize, sum: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(sum)));
  const high = v128.shuffle<i64>(sum, sum, 1, 1);
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** Columns of `rows` rows added up in float32, then to `out` in float64: sixteen columns at once, then four, then one. */
function addBlock(out: usize, a: usize, columns: i32, rows: i32): void {
  const width: usize = <usize>columns << 2;
  const end = a + <usize>rows * width;
  let j: i32 = 0;
  for (; j + 16 <= columns; j += 16) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let at = a + (<usize>j << 2); at < end; at += width) {
      s0 = f32x4.add(s0, v128.load(at));
      s1 = f32x4.add(s1, v128.load(at, 16));
      s2 = f32x4.add(s2, v128.load(at, 32));
      s3 = f32x4.add(s3, v128.load(at, 48));
    }
    const to = out + (<usize>j << 3);
    addToDoubles(to, s0);
    addToDoubles(to + 32, s1);
    addToDoubles(to + 64, s2);
    addToDoubles(to + 96, s3);
  }
  for (; j + 4 <= columns; j += 4) {
    let sum = f32x4.splat(0);
    for (let at = a + (<usize>j << 2); at < end; at += width) sum = f32x4.add(sum, v128.load(at));
    addToDoubles(out + (<usize>j << 3), sum);
  }
  for (; j < columns; j++) {
    let sum: f64 = 0;
    for (let at = a + (<usize>j << 2); at < end; at += width) sum += <f64>f32.load(at);
    const to = out + (<usize>j << 3);
    f64.store(to, f64.load(to) + sum);
  }
}

/**
 * Sums of the columns over each of the parts `first` to `last`, of `length` rows each: blocks of 64 rows in float32, these in
 * float64. `out` holds a row of float64 per part.
 */
export function columnSums(out: usize, a: usize, columns: i32, rows: i32, length: i32, first: i32, last: i32): void {
  const width: usize = <usize>columns << 2;
  for (let part = first; part < last; part++) {
    const own = out + ((<usize>(part * columns)) << 3);
    memory.fill(own, 0, (<usize>columns) << 3);
    const end = min(rows, (part + 1) * length);
    for (let r = part * length; r < end; r += 64) addBlock(own, a + <usize>r * width, columns, min(64, end - r));
  }
}
