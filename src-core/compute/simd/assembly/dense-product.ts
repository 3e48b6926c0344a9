// Products of matrices in float64, every entry summed in the order of its terms as kernels/matrix-product.ts does, and so
// to the same bits. Strides are in bytes; the second matrix stands with its columns side by side.

@inline
function two(p: usize): v128 {
  return v128.load(p);
}

@inline
function put(out: usize, across: usize, low: v128, high: v128): void {
  if (across == 8) {
    v128.store(out, low);
    v128.store(out, high, 16);
    return;
  }
  v128.store64_lane(out, low, 0);
  v128.store64_lane(out + across, low, 1);
  v128.store64_lane(out + 2 * across, high, 0);
  v128.store64_lane(out + 3 * across, high, 1);
}

/** Four rows by four columns: eight sums of two columns stay in registers. */
@inline
function fourByFour(out: usize, outDown: usize, outAcross: usize, a: usize, aDown: usize, aAcross: usize, b: usize, bDown: usize, terms: i32): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  const second = aDown, third = 2 * aDown, fourth = 3 * aDown;
  for (let k: i32 = 0; k < terms; k++, a += aAcross, b += bDown) {
    const low = two(b), high = v128.load(b, 16);
    const p = v128.load64_splat(a);
    s00 = f64x2.add(s00, f64x2.mul(p, low));
    s01 = f64x2.add(s01, f64x2.mul(p, high));
    const q = v128.load64_splat(a + second);
    s10 = f64x2.add(s10, f64x2.mul(q, low));
    s11 = f64x2.add(s11, f64x2.mul(q, high));
    const r = v128.load64_splat(a + third);
    s20 = f64x2.add(s20, f64x2.mul(r, low));
    s21 = f64x2.add(s21, f64x2.mul(r, high));
    const s = v128.load64_splat(a + fourth);
    s30 = f64x2.add(s30, f64x2.mul(s, low));
    s31 = f64x2.add(s31, f64x2.mul(s, high));
  }
  put(out, outAcross, s00, s01);
  put(out + outDown, outAcross, s10, s11);
  put(out + 2 * outDown, outAcross, s20, s21);
  put(out + 3 * outDown, outAcross, s30, s31);
}

@inline
function oneByFour(out: usize, outAcross: usize, a: usize, aAcross: usize, b: usize, bDown: usize, terms: i32): void {
  let low = f64x2.splat(0), high = low;
  for (let k: i32 = 0; k < terms; k++, a += aAcross, b += bDown) {
    const p = v128.load64_splat(a);
    low = f64x2.add(low, f64x2.mul(p, two(b)));
    high = f64x2.add(high, f64x2.mul(p, v128.load(b, 16)));
  }
  put(out, outAcross, low, high);
}

/**
 * Rows `first` to `last` of out ← a·b, of at least four columns: the last four are made as a whole, and some of them
 * again.
 */
export function denseProduct(out: usize, outDown: usize, outAcross: usize, a: usize, aDown: usize, aAcross: usize, b: usize, bDown: usize, terms: i32, columns: i32, first: i32, last: i32): void {
  let row = first;
  for (; row < last - 3; row += 4) {
    const o = out + <usize>row * outDown, i = a + <usize>row * aDown;
    for (let next: i32 = 0; next < columns; next += 4) {
      const column = <usize>min(next, columns - 4);
      fourByFour(o + column * outAcross, outDown, outAcross, i, aDown, aAcross, b + 8 * column, bDown, terms);
    }
  }
  for (; row < last; row++) {
    const o = out + <usize>row * outDown, i = a + <usize>row * aDown;
    for (let next: i32 = 0; next < columns; next += 4) {
      const column = <usize>min(next, columns - 4);
      oneByFour(o + column * outAcross, outAcross, i, aAcross, b + 8 * column, bDown, terms);
    }
  }
}
