// Sine, cosine, exponential and reciprocal of each element. The polynomials were fitted for this project (minimax by
// reweighted least squares): sine and cosine to 3e-9 on a quarter turn, the exponential to 2e-9 on a factor of 2.

export const sine: i32 = 0;
export const cosine: i32 = 1;
export const exponential: i32 = 2;
export const reciprocal: i32 = 3;

@inline
function step(sum: v128, s: v128, coefficient: f32): v128 {
  return f32x4.add(f32x4.mul(sum, s), f32x4.splat(coefficient));
}

/** sin(x + quarters·π/2): x is brought to within π/4 of 0 in three parts, of which the first two are exact. */
@inline
function turned(x: v128, quarters: i32): v128 {
  const q = f32x4.nearest(f32x4.mul(x, f32x4.splat(0.6366197723675814)));
  let r = f32x4.sub(x, f32x4.mul(q, f32x4.splat(1.5703125)));
  r = f32x4.sub(r, f32x4.mul(q, f32x4.splat(0.0004837512969970703)));
  r = f32x4.sub(r, f32x4.mul(q, f32x4.splat(7.549789948768648e-8)));
  const s = f32x4.mul(r, r);
  let odd = step(f32x4.splat(-0.00019497298944418895), s, 0.008331984530080246);
  odd = step(odd, s, -0.1666664972117985);
  odd = f32x4.add(r, f32x4.mul(f32x4.mul(r, s), odd));
  let even = step(f32x4.splat(2.437152154600481e-5), s, -0.0013886527552070713);
  even = step(even, s, 0.04166661368045994);
  even = step(even, s, -0.49999999583678845);
  even = step(even, s, 1);
  const quarter = i32x4.add(i32x4.trunc_sat_f32x4_s(q), i32x4.splat(quarters));
  const isEven = i32x4.eq(v128.and(quarter, i32x4.splat(1)), i32x4.splat(1));
  const value = v128.bitselect(even, odd, isEven);
  return v128.xor(value, i32x4.shl(v128.and(quarter, i32x4.splat(2)), 30));
}

/** eˣ = 2ⁿ·e^r with n whole and |r| ≤ ln 2/2; 0 below −87, the largest there is above 88. */
@inline
function exponentialOf(x: v128): v128 {
  const t = f32x4.max(f32x4.min(x, f32x4.splat(88)), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(t, f32x4.splat(1.4426950408889634)));
  let r = f32x4.sub(t, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(0.00021219444005471377)));
  let p = step(f32x4.splat(0.0013957408473010719), r, 0.008375970496117165);
  p = step(p, r, 0.04166605989272861);
  p = step(p, r, 0.16666405267872475);
  p = step(p, r, 0.5000000178781813);
  p = step(p, r, 1);
  p = step(p, r, 1);
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

@inline
function valueOf(kind: i32, x: v128): v128 {
  if (kind == sine) return turned(x, 0);
  if (kind == cosine) return turned(x, 1);
  if (kind == exponential) return exponentialOf(x);
  return f32x4.div(f32x4.splat(1), x);
}

@inline
function loop(kind: i32, out: usize, a: usize, first: i32, last: i32): void {
  const whole = first + ((last - first) & -4);
  let at: usize = <usize>first << 2;
  for (const end: usize = <usize>whole << 2; at < end; at += 16) {
    v128.store(out + at, valueOf(kind, v128.load(a + at)));
  }
  for (const end: usize = <usize>last << 2; at < end; at += 4) {
    f32.store(out + at, f32x4.extract_lane(valueOf(kind, f32x4.splat(f32.load(a + at))), 0));
  }
}

/** Elements from `first` to `last`; `first` is a multiple of 4, and addresses are of element 0. */
export function transcendental(kind: i32, out: usize, a: usize, first: i32, last: i32): void {
  if (kind == sine) loop(sine, out, a, first, last);
  else if (kind == cosine) loop(cosine, out, a, first, last);
  else if (kind == exponential) loop(exponential, out, a, first, last);
  else loop(reciprocal, out, a, first, last);
}
