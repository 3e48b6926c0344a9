/** Correlation of a Matérn field of smoothness 4 at a distance of r length scales: r⁴K₄(r)/48. */
export function matern4(r: number): number {
  if (r < 1e-3) return 1;
  // K₄(r) = ∫₀^∞ exp(−r cosh t)cosh(4t) dt, by the trapezium rule.
  const step = 0.01;
  let sum = Math.exp(-r) / 2;
  for (let t = step; t < 20; t += step) {
    const term = Math.exp(-r * Math.cosh(t)) * Math.cosh(4 * t);
    if (term === 0) break;
    sum += term;
  }
  return (r ** 4 * sum * step) / 48;
}
