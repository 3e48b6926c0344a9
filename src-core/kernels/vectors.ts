/** Σ aᵢbᵢ. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Entry by entry aᵢbᵢ, as a new vector. */
export function timesEach(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  return out;
}

/** factor·x as a new vector. */
export function scaled(x: Float64Array, factor: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < out.length; i++) out[i] = factor * x[i];
  return out;
}

/** out ← out + factor·x. */
export function addScaled(out: Float64Array, x: Float64Array, factor: number): void {
  for (let i = 0; i < out.length; i++) out[i] += factor * x[i];
}

/** Σ weightᵢ(aᵢ − bᵢ)². */
export function squaredDistance(a: Float64Array, b: Float64Array, weight: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += weight[i] * (a[i] - b[i]) ** 2;
  return sum;
}
