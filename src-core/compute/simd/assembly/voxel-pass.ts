// Passes over packed fields of cells in float64: laplacian·∇²u + current·u + source·other + kept·out, as in
// kernels/regular-runs.ts, kernels/level-filter.ts and kernels/no-flux.ts, with the same order of operations and so the
// same bits. A part of the cells is told in 1024ths of the runs and of what lies between them.

const parts: i32 = 1024;

/** What is known of a level, written by kernels/pass-memory.ts. */
@unmanaged
class Stencil {
  /** Neighbours of a cell. */
  slots: i32;
  /** How cells between the runs are summed: 0 one weight per axis, 1 in order, 2 axis by axis of a stack. */
  order: i32;
  runs: i32;
  gaps: i32;
  /** Per run: first cell, end, offset of every neighbour but those along x. */
  place: usize;
  /** Per run: weight of every neighbour but those along x, that of the two, diagonal. */
  weight: usize;
  /** Per gap between runs: first cell, end, number of cells in the gaps before. */
  gap: usize;
  /** Of the cells in gaps, one after the other. */
  neighbour: usize;
  gapWeight: usize;
  diagonal: usize;
  /** Weight per axis, and their sum. */
  rate0: f64;
  rate1: f64;
  rate2: f64;
  rates: f64;
}

@inline
function at(field: usize, i: i32): f64 {
  return f64.load(field + (<usize>i << 3));
}

@inline
function two(field: usize): v128 {
  return v128.load(field);
}

@inline
function flatRuns(out: usize, u: usize, other: usize, s: Stencil, laplacian: f64, current: f64, source: f64, kept: f64, first: i32, last: i32): void {
  const vs = f64x2.splat(source), vk = f64x2.splat(kept);
  for (let r = first; r < last; r++) {
    const place = s.place + <usize>r * 16;
    const weight = s.weight + <usize>r * 32;
    const begin = i32.load(place), end = i32.load(place, 4);
    const above = <usize>(<isize>i32.load(place, 8) << 3), below = <usize>(<isize>i32.load(place, 12) << 3);
    const wa = laplacian * f64.load(weight), wb = laplacian * f64.load(weight, 8), wx = laplacian * f64.load(weight, 16);
    const own = current - laplacian * f64.load(weight, 24);
    const va = f64x2.splat(wa), vb = f64x2.splat(wb), vx = f64x2.splat(wx), vo = f64x2.splat(own);
    let p: usize = <usize>begin << 3;
    const whole: usize = (<usize>begin + (<usize>(end - begin) & ~1)) << 3;
    for (; p < whole; p += 16) {
      const c = u + p;
      const across = f64x2.add(f64x2.mul(va, two(c + above)), f64x2.mul(vb, two(c + below)));
      const around = f64x2.add(across, f64x2.mul(vx, f64x2.add(two(c - 8), two(c + 8))));
      const rest = f64x2.add(f64x2.add(f64x2.mul(vo, two(c)), f64x2.mul(vs, two(other + p))), f64x2.mul(vk, two(out + p)));
      v128.store(out + p, f64x2.add(around, rest));
    }
    if (p < <usize>end << 3) {
      const c = u + p;
      const around = wa * f64.load(c + above) + wb * f64.load(c + below) + wx * (f64.load(c - 8) + f64.load(c + 8));
      f64.store(out + p, around + (own * f64.load(c) + source * f64.load(other + p) + kept * f64.load(out + p)));
    }
  }
}

@inline
function stackRuns(out: usize, u: usize, other: usize, s: Stencil, laplacian: f64, current: f64, source: f64, kept: f64, first: i32, last: i32): void {
  const vs = f64x2.splat(source), vk = f64x2.splat(kept);
  for (let r = first; r < last; r++) {
    const place = s.place + <usize>r * 24;
    const weight = s.weight + <usize>r * 48;
    const begin = i32.load(place), end = i32.load(place, 4);
    const before = <usize>(<isize>i32.load(place, 8) << 3), after = <usize>(<isize>i32.load(place, 12) << 3);
    const above = <usize>(<isize>i32.load(place, 16) << 3), below = <usize>(<isize>i32.load(place, 20) << 3);
    const wp = laplacian * f64.load(weight), wn = laplacian * f64.load(weight, 8);
    const wa = laplacian * f64.load(weight, 16), wb = laplacian * f64.load(weight, 24), wx = laplacian * f64.load(weight, 32);
    const own = current - laplacian * f64.load(weight, 40);
    const vp = f64x2.splat(wp), vn = f64x2.splat(wn), va = f64x2.splat(wa), vb = f64x2.splat(wb);
    const vx = f64x2.splat(wx), vo = f64x2.splat(own);
    let p: usize = <usize>begin << 3;
    const whole: usize = (<usize>begin + (<usize>(end - begin) & ~1)) << 3;
    for (; p < whole; p += 16) {
      const c = u + p;
      const inPlane = f64x2.add(f64x2.mul(va, two(c + above)), f64x2.mul(vb, two(c + below)));
      const across = f64x2.add(f64x2.add(f64x2.mul(vp, two(c + before)), f64x2.mul(vn, two(c + after))), inPlane);
      const around = f64x2.add(across, f64x2.mul(vx, f64x2.add(two(c - 8), two(c + 8))));
      const rest = f64x2.add(f64x2.add(f64x2.mul(vo, two(c)), f64x2.mul(vs, two(other + p))), f64x2.mul(vk, two(out + p)));
      v128.store(out + p, f64x2.add(around, rest));
    }
    if (p < <usize>end << 3) {
      const c = u + p;
      const across = wp * f64.load(c + before) + wn * f64.load(c + after) + (wa * f64.load(c + above) + wb * f64.load(c + below));
      const around = across + wx * (f64.load(c - 8) + f64.load(c + 8));
      f64.store(out + p, around + (own * f64.load(c) + source * f64.load(other + p) + kept * f64.load(out + p)));
    }
  }
}

@inline
function beside(u: usize, n: usize): f64 {
  return f64.load(u + (<usize>i32.load(n) << 3));
}

@inline
function cellAlike(u: usize, n: usize, s: Stencil): f64 {
  let around: f64 = 0;
  around += s.rate0 * (beside(u, n) + beside(u, n + 4));
  if (s.slots > 2) around += s.rate1 * (beside(u, n + 8) + beside(u, n + 12));
  if (s.slots > 4) around += s.rate2 * (beside(u, n + 16) + beside(u, n + 20));
  return around;
}

@inline
function cellInOrder(u: usize, n: usize, w: usize, slots: i32): f64 {
  let around: f64 = 0;
  for (let k: i32 = 0; k < slots; k++) around += at(w, k) * beside(u, n + (<usize>k << 2));
  return around;
}

@inline
function cellOfStack(u: usize, n: usize, w: usize): f64 {
  const across = f64.load(w) * beside(u, n) + f64.load(w, 8) * beside(u, n + 4);
  const along = f64.load(w, 16) * beside(u, n + 8) + f64.load(w, 24) * beside(u, n + 12);
  return across + along + f64.load(w, 32) * beside(u, n + 16) + f64.load(w, 40) * beside(u, n + 20);
}

@inline
function betweenRuns(out: usize, u: usize, other: usize, s: Stencil, laplacian: f64, current: f64, source: f64, kept: f64, first: i32, last: i32): void {
  const slots = s.slots;
  const even = current - 2 * laplacian * s.rates;
  for (let g = first; g < last; g++) {
    const gap = s.gap + <usize>g * 12;
    const begin = i32.load(gap), end = i32.load(gap, 4);
    let k = i32.load(gap, 8);
    let n = s.neighbour + (<usize>(k * slots) << 2);
    let w = s.gapWeight + (<usize>(k * slots) << 3);
    for (let i = begin; i < end; i++, k++, n += <usize>slots << 2, w += <usize>slots << 3) {
      const p = <usize>i << 3;
      let around: f64, own: f64;
      if (s.order == 0) {
        around = cellAlike(u, n, s);
        own = even * f64.load(u + p);
      } else {
        around = s.order == 2 ? cellOfStack(u, n, w) : cellInOrder(u, n, w, slots);
        own = (current - laplacian * at(s.diagonal, k)) * f64.load(u + p);
      }
      f64.store(out + p, laplacian * around + own + source * f64.load(other + p) + kept * f64.load(out + p));
    }
  }
}

@inline
function pass(out: usize, u: usize, other: usize, s: Stencil, laplacian: f64, current: f64, source: f64, kept: f64, first: i32, last: i32): void {
  const gaps = s.gaps, runs = s.runs;
  betweenRuns(out, u, other, s, laplacian, current, source, kept, <i32>(<i64>gaps * first / parts), <i32>(<i64>gaps * last / parts));
  const begin = <i32>(<i64>runs * first / parts), end = <i32>(<i64>runs * last / parts);
  if (s.slots == 6) stackRuns(out, u, other, s, laplacian, current, source, kept, begin, end);
  else flatRuns(out, u, other, s, laplacian, current, source, kept, begin, end);
}

/** One pass over the parts `first` to `last` of a level's cells; `out` is neither of the fields. */
export function voxelPass(out: usize, u: usize, other: usize, stencil: usize, laplacian: f64, current: f64, source: f64, kept: f64, first: i32, last: i32): void {
  pass(out, u, other, changetype<Stencil>(stencil), laplacian, current, source, kept, first, last);
}

/**
 * Degrees `from` down to `to` of Clenshaw's sum of a Chebyshev series of u, whose coefficients lie at `series`; the newest
 * sum stands in `now` before, and after an even number of degrees.
 */
export function clenshaw(now: usize, next: usize, u: usize, stencil: usize, series: usize, scale: f64, from: i32, to: i32, first: i32, last: i32): void {
  if (last <= first) return;
  const s = changetype<Stencil>(stencil);
  for (let degree = from; degree >= to; degree--) {
    const times: f64 = degree == 0 ? 1 : 2;
    pass(next, now, u, s, times * scale, -times, at(series, degree), -1, 0, parts);
    const newest = next;
    next = now;
    now = newest;
  }
}

/** out += factor·x of cells `first` to `last`. */
export function addTerm(out: usize, x: usize, factor: f64, first: i32, last: i32): void {
  const f = f64x2.splat(factor);
  let p = <usize>first << 3;
  const whole = (<usize>first + (<usize>(last - first) & ~1)) << 3;
  for (; p < whole; p += 16) v128.store(out + p, f64x2.add(two(out + p), f64x2.mul(f, two(x + p))));
  if (p < <usize>last << 3) f64.store(out + p, f64.load(out + p) + factor * f64.load(x + p));
}
