import FFT from 'fft.js';
import type { Triple } from '../data/grid.js';
import { breathe, type Run } from '../run.js';

/** A transform of complex blocks of one shape; every side is a power of two. Holds its own line buffers. */
export interface Fourier {
  readonly shape: Triple;
  readonly lines: readonly (Line | undefined)[];
}

interface Line {
  readonly fft: FFT;
  readonly input: Float64Array;
  readonly output: Float64Array;
}

function makeLine(size: number): Line | undefined {
  if (size === 1) return undefined;
  return { fft: new FFT(size), input: new Float64Array(2 * size), output: new Float64Array(2 * size) };
}

/** Transforms for blocks of the given shape (powers of two, 1 included). */
export function makeFourier(shape: Triple): Fourier {
  const made = new Map<number, Line | undefined>();
  const lines = shape.map((size) => {
    if (!made.has(size)) made.set(size, makeLine(size));
    return made.get(size);
  });
  return { shape, lines };
}

/** Copies a strided line of complex numbers into the buffer; false if all of it is zero. */
function gather(line: Float64Array, block: Float64Array, from: number, stride: number): boolean {
  let some = false;
  for (let i = 0, at = from; i < line.length; i += 2, at += stride) {
    line[i] = block[at];
    line[i + 1] = block[at + 1];
    some ||= line[i] !== 0 || line[i + 1] !== 0;
  }
  return some;
}

function scatter(block: Float64Array, line: Float64Array, from: number, stride: number): void {
  for (let i = 0, at = from; i < line.length; i += 2, at += stride) {
    block[at] = line[i];
    block[at + 1] = line[i + 1];
  }
}

/** Transforms every line along `axis` whose other indices lie below `limits`, in place. */
async function transformAxis(
  block: Float64Array,
  { shape, lines }: Fourier,
  pass: { axis: number; inverse: boolean; limits: Triple },
  run: Run,
): Promise<void> {
  const line = lines[pass.axis];
  if (line === undefined) return;
  const strides = [2 * shape[1] * shape[2], 2 * shape[2], 2];
  const [outer, inner] = [0, 1, 2].filter((axis) => axis !== pass.axis);
  for (let a = 0; a < pass.limits[outer]; a++) {
    for (let b = 0; b < pass.limits[inner]; b++) {
      const from = a * strides[outer] + b * strides[inner];
      if (!gather(line.input, block, from, strides[pass.axis])) continue;
      if (pass.inverse) line.fft.inverseTransform(line.output, line.input);
      else line.fft.transform(line.output, line.input);
      scatter(block, line.output, from, strides[pass.axis]);
      if (b % 64 === 0) await breathe(run);
    }
  }
}

/** Fourier transform of a block of complex numbers (real and imaginary parts interleaved), in place. */
export async function transformBlock(block: Float64Array, fourier: Fourier, run: Run): Promise<void> {
  for (const axis of [2, 1, 0]) {
    await transformAxis(block, fourier, { axis, inverse: false, limits: fourier.shape }, run);
  }
}

/** The inverse of `transformBlock`, in place; only voxels with every index below `limits` are right. */
export async function invertBlock(
  block: Float64Array,
  fourier: Fourier,
  limits: Triple,
  run: Run,
): Promise<void> {
  const [, py, px] = fourier.shape;
  await transformAxis(block, fourier, { axis: 0, inverse: true, limits: [1, py, px] }, run);
  await transformAxis(block, fourier, { axis: 1, inverse: true, limits: [limits[0], 1, px] }, run);
  await transformAxis(block, fourier, { axis: 2, inverse: true, limits }, run);
}
