import { makeGrid, type Grid } from '../../src-core/data/grid.js';
import { randomStream } from '../../src-core/random.js';

/** A planar grid of n × n pixels. */
export function squareGrid(n: number, pixel: number): Grid {
  return makeGrid([1, n, n], [pixel, pixel, pixel]);
}

/** 1 inside the disc of the given centre and radius (pixels). */
export function disc(n: number, centre: [number, number], radius: number): Uint8Array {
  return Uint8Array.from({ length: n * n }, (_, i) => {
    const [x, y] = [(i % n) + 0.5 - centre[0], Math.floor(i / n) + 0.5 - centre[1]];
    return x * x + y * y < radius * radius ? 1 : 0;
  });
}

/** Camera counts of a field: offset + Poisson(gain · field) + read noise of sd 1.5. */
export function camera(field: ArrayLike<number>, gain: number, offset: number, seed: number): Float32Array {
  const stream = randomStream(seed);
  return Float32Array.from(
    field,
    (value) => offset + stream.poisson(gain * Math.max(0, value)) + Math.round(1.5 * stream.normal()),
  );
}

/** Smooth chromatin-like texture around `mean`. */
export function texture(n: number, mean: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) => {
    const [x, y] = [i % n, Math.floor(i / n)];
    return mean * (1 + 0.3 * Math.sin(x / 3.1) * Math.cos(y / 2.7) + 0.1 * Math.sin((x + y) / 5));
  });
}
