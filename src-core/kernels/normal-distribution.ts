/** Share of the standard normal distribution below x (Abramowitz and Stegun 26.2.17, error under 8e-8). */
export function normalShare(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x > 0 ? 1 - tail : tail;
}

const known = new Map<number, number>();

/** The x below which a share p of the standard normal distribution lies, to 1e-9; −6 and 6 at the ends. */
export function normalQuantile(p: number): number {
  const found = known.get(p);
  if (found !== undefined) return found;
  let [low, high] = [-6, 6];
  for (let step = 0; step < 36; step++) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < p) low = middle;
    else high = middle;
  }
  const value = (low + high) / 2;
  if (known.size < 5000) known.set(p, value);
  return value;
}
