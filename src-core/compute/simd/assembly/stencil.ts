// Correlation of a plane with the planes of several kernels at once: the mollifier layer and its adjoint.

/** So many kernels are summed at once. */
const together: i32 = 5;

@inline
function tail(out: usize, from: usize, step: i32, taps: usize, tapRows: i32, tapColumns: i32, keep: bool): void {
  let sum: f64 = keep ? <f64>f32.load(out) : 0;
  for (let a: i32 = 0; a < tapRows; a++) {
    for (let b: i32 = 0; b < tapColumns; b++) {
      sum += <f64>(f32.load(from + (<usize>(a * step + b) << 2)) * f32.load(taps + (<usize>(a * tapColumns + b) << 2)));
    }
  }
  f32.store(out, <f32>sum);
}

/**
 * out_k(i, j) ← keep·out_k(i, j) + Σ taps_k(a, b)·u(i + a, j + b) for rows `first` to `last` of an outcome of `columns`
 * columns. `step`: floats from one row of u to the next; `plane`: floats from one kernel's outcome to the next.
 */
export function correlate(out: usize, u: usize, taps: usize, kernels: i32, tapRows: i32, tapColumns: i32, columns: i32, step: i32, plane: i32, accumulate: i32, first: i32, last: i32): void {
  const keep = accumulate != 0;
  const tapPlane: usize = <usize>(tapRows * tapColumns) << 2;
  for (let k: i32 = 0; k < kernels; k += together) {
    const count = min(together, kernels - k);
    for (let i = first; i < last; i++) {
      const row = u + (<usize>(i * step) << 2);
      const to = out + (<usize>(k * plane + i * columns) << 2);
      let j: i32 = 0;
      for (; j + 4 <= columns; j += 4) {
        four(to + (<usize>j << 2), row + (<usize>j << 2), taps + <usize>k * tapPlane, tapPlane, count, tapRows, tapColumns, step, <usize>plane << 2, keep);
      }
      for (; j < columns; j++) {
        for (let m: i32 = 0; m < count; m++) {
          tail(to + (<usize>(m * plane + j) << 2), row + (<usize>j << 2), step, taps + <usize>(k + m) * tapPlane, tapRows, tapColumns, keep);
        }
      }
    }
  }
}

@inline
function four(to: usize, row: usize, taps: usize, tapPlane: usize, count: i32, tapRows: i32, tapColumns: i32, step: i32, plane: usize, keep: bool): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0;
  let tap = taps;
  const second: usize = count > 1 ? tapPlane : 0;
  const third: usize = count > 2 ? second + tapPlane : 0;
  const fourth: usize = count > 3 ? third + tapPlane : 0;
  const fifth: usize = count > 4 ? fourth + tapPlane : 0;
  for (let a: i32 = 0; a < tapRows; a++) {
    let from = row + (<usize>(a * step) << 2);
    for (const end = tap + (<usize>tapColumns << 2); tap < end; tap += 4, from += 4) {
      const v = v128.load(from);
      s0 = f32x4.add(s0, f32x4.mul(v, v128.load32_splat(tap)));
      s1 = f32x4.add(s1, f32x4.mul(v, v128.load32_splat(tap + second)));
      s2 = f32x4.add(s2, f32x4.mul(v, v128.load32_splat(tap + third)));
      s3 = f32x4.add(s3, f32x4.mul(v, v128.load32_splat(tap + fourth)));
      s4 = f32x4.add(s4, f32x4.mul(v, v128.load32_splat(tap + fifth)));
    }
  }
  v128.store(to, keep ? f32x4.add(s0, v128.load(to)) : s0);
  if (count > 1) v128.store(to + plane, keep ? f32x4.add(s1, v128.load(to + plane)) : s1);
  if (count > 2) v128.store(to + 2 * plane, keep ? f32x4.add(s2, v128.load(to + 2 * plane)) : s2);
  if (count > 3) v128.store(to + 3 * plane, keep ? f32x4.add(s3, v128.load(to + 3 * plane)) : s3);
  if (count > 4) v128.store(to + 4 * plane, keep ? f32x4.add(s4, v128.load(to + 4 * plane)) : s4);
}

/**
 * out(i, j) ← keep·out(i, j) + Σ_k Σ taps_k(a, b)·u_k(i + a, j + b): several planes into one, for rows `first` to `last`.
 * `plane`: floats from one kernel's plane of u to the next.
 */
export function gather(out: usize, u: usize, taps: usize, kernels: i32, tapRows: i32, tapColumns: i32, columns: i32, step: i32, plane: i32, accumulate: i32, first: i32, last: i32): void {
  const keep = accumulate != 0;
  for (let i = first; i < last; i++) {
    const row = u + (<usize>(i * step) << 2);
    const to = out + (<usize>(i * columns) << 2);
    let j: i32 = 0;
    for (; j + 16 <= columns; j += 16) {
      sixteen(to + (<usize>j << 2), row + (<usize>j << 2), taps, kernels, tapRows, tapColumns, step, <usize>plane << 2, keep);
    }
    for (; j < columns; j++) {
      for (let k: i32 = 0; k < kernels; k++) {
        const from = row + (<usize>(k * plane + j) << 2);
        tail(to + (<usize>j << 2), from, step, taps + (<usize>(k * tapRows * tapColumns) << 2), tapRows, tapColumns, keep || k > 0);
      }
    }
  }
}

@inline
function sixteen(to: usize, row: usize, taps: usize, kernels: i32, tapRows: i32, tapColumns: i32, step: i32, plane: usize, keep: bool): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  if (keep) {
    s0 = v128.load(to);
    s1 = v128.load(to, 16);
    s2 = v128.load(to, 32);
    s3 = v128.load(to, 48);
  }
  let tap = taps, start = row;
  for (let k: i32 = 0; k < kernels; k++, start += plane) {
    for (let a: i32 = 0; a < tapRows; a++) {
      let from = start + (<usize>(a * step) << 2);
      for (const end = tap + (<usize>tapColumns << 2); tap < end; tap += 4, from += 4) {
        const v = v128.load32_splat(tap);
        s0 = f32x4.add(s0, f32x4.mul(v, v128.load(from)));
        s1 = f32x4.add(s1, f32x4.mul(v, v128.load(from, 16)));
        s2 = f32x4.add(s2, f32x4.mul(v, v128.load(from, 32)));
        s3 = f32x4.add(s3, f32x4.mul(v, v128.load(from, 48)));
      }
    }
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
}
