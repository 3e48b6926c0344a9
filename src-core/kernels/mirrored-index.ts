/** The index in [0, n) that an index beyond either end is the mirror image of, about the outer faces. */
export function mirroredIndex(index: number, n: number): number {
  const period = 2 * n;
  const wrapped = ((index % period) + period) % period;
  return wrapped < n ? wrapped : period - 1 - wrapped;
}
