/**
 * What a field is taken to be beyond the frame of its grid.
 * zero: nothing · periodic: itself again · reflect: its mirror image about the face of the last voxel (no flux) ·
 * odd: its negative mirror image about a node one spacing beyond the last, where it is 0.
 */
export type Extension = 'zero' | 'periodic' | 'reflect' | 'odd';

/** Where positions along an axis are read from: index on the grid, and the sign it counts with (0: nothing). */
export interface AxisMap {
  /** Voxels of the grid along the axis. */
  readonly count: number;
  readonly source: Int32Array;
  readonly sign: Float64Array;
}

const modulo = (i: number, n: number): number => ((i % n) + n) % n;

function odd(position: number, n: number): [number, number] {
  const phase = modulo(position + 1, 2 * (n + 1));
  if (phase === 0 || phase === n + 1) return [0, 0];
  return phase <= n ? [phase - 1, 1] : [2 * n + 1 - phase, -1];
}

function reflect(position: number, n: number): [number, number] {
  const phase = modulo(position, 2 * n);
  return [phase < n ? phase : 2 * n - 1 - phase, 1];
}

function locate(position: number, n: number, extension: Extension): [number, number] {
  if (position >= 0 && position < n) return [position, 1];
  if (extension === 'zero') return [0, 0];
  if (extension === 'periodic') return [modulo(position, n), 1];
  return extension === 'odd' ? odd(position, n) : reflect(position, n);
}

/** The map of the given positions (any integers) along an axis of `n` voxels. */
export function axisMap(positions: ArrayLike<number>, n: number, extension: Extension): AxisMap {
  const source = new Int32Array(positions.length);
  const sign = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i++) [source[i], sign[i]] = locate(positions[i], n, extension);
  return { count: n, source, sign };
}

/** The positions `from`, `from` + 1, … below `to`. */
export function positions(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}
