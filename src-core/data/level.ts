/** What the sd of a heterochromatin fraction has to be below: two sd must not reach 0 or 1. */
export function largestFractionSd(fraction: number): number {
  return Math.min(fraction, 1 - fraction) / 2;
}

/** Relative sd of f/(1 − f), which the level of λ is, where the fraction f has the given sd; to first order. */
export function ratioSd(fraction: number, sd: number): number {
  return sd / (fraction * (1 - fraction));
}
