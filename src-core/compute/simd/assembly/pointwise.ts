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

/** Sums of the columns over rows `first` to `last`: pairs of rows are summed in float32 by blocks of 64, blocks in float64. */
export function columnSums(out: usize, a: usize, columns: i32, first: i32, last: i32): void {
  const width: usize = <usize>columns << 2;
  for (let j: i32 = 0; j < columns; j++) f64.store(out + (<usize>j << 3), 0);
  const wide = columns & -4;
  for (let r = first; r < last; r += 64) {
    const end = min(last, r + 64);
    for (let j: i32 = 0; j < wide; j += 4) {
      let sum = f32x4.splat(0);
      let at = a + <usize>r * width + (<usize>j << 2);
      for (let i = r; i < end; i++, at += width) sum = f32x4.add(sum, v128.load(at));
      const to = out + (<usize>j << 3);
      f64.store(to, f64.load(to) + <f64>f32x4.extract_lane(sum, 0));
      f64.store(to, f64.load(to, 8) + <f64>f32x4.extract_lane(sum, 1), 8);
      f64.store(to, f64.load(to, 16) + <f64>f32x4.extract_lane(sum, 2), 16);
      f64.store(to, f64.load(to, 24) + <f64>f32x4.extract_lane(sum, 3), 24);
    }
    for (let j = wide; j < columns; j++) {
      let sum: f64 = 0;
      for (let i = r; i < end; i++) sum += <f64>f32.load(a + <usize>i * width + (<usize>j << 2));
      const to = out + (<usize>j << 3);
      f64.store(to, f64.load(to) + sum);
    }
  }
}
