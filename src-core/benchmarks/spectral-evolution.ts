import { type Fourier, makeFourier, transformBlock, invertBlock } from '../kernels/fourier.js';
import { breathe, type Run } from '../run.js';

/**
 * Evolution of periodic fields of one coordinate: u_t = L u + N(u), or L u + ∂N(u)/∂x where `isFlux`; L by its symbol,
 * N point by point.
 */
export interface SpectralEquation {
  readonly fields: number;
  /** Real and imaginary part of the symbol of L for a field at a wave number (rad per length). */
  readonly symbol: (wave: number, field: number) => readonly [number, number];
  /** N of the fields, each an array over the places. */
  readonly nonlinear: (fields: readonly Float64Array[]) => readonly Float64Array[];
  readonly isFlux: boolean;
}

/** What is to be computed: cells (a power of two) of one period from `left`, equal steps in time. */
export interface SpectralJob {
  readonly left: number;
  readonly period: number;
  readonly cells: number;
  readonly duration: number;
  readonly steps: number;
  /** Snapshots after the first one, equally spaced in time; divides `steps`. */
  readonly snapshots: number;
  /** The fields at a place at time 0. */
  readonly start: (x: number) => readonly number[];
}

/** Fields at one time: field after field, each of `cells` values. */
export type Snapshot = Float64Array;

interface Stepper {
  readonly equation: SpectralEquation;
  readonly cells: number;
  readonly fourier: Fourier;
  readonly waves: Float64Array;
  /** exp(L·step/2), complex, field after field. */
  readonly half: Float64Array;
  readonly step: number;
}

/** Wave numbers in the order of the transform. */
function waveNumbers(cells: number, period: number): Float64Array {
  return Float64Array.from(
    { length: cells },
    (_, k) => ((k <= cells / 2 ? k : k - cells) * 2 * Math.PI) / period,
  );
}

function halfFactors(equation: SpectralEquation, waves: Float64Array, step: number): Float64Array {
  const cells = waves.length;
  const out = new Float64Array(2 * cells * equation.fields);
  for (let i = 0; i < cells * equation.fields; i++) {
    const [growth, turn] = equation.symbol(waves[i % cells], Math.floor(i / cells));
    const size = Math.exp((growth * step) / 2);
    out[2 * i] = size * Math.cos((turn * step) / 2);
    out[2 * i + 1] = size * Math.sin((turn * step) / 2);
  }
  return out;
}

/** a·b of complex numbers, entry by entry. */
function timesComplex(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i += 2) {
    out[i] = a[i] * b[i] - a[i + 1] * b[i + 1];
    out[i + 1] = a[i] * b[i + 1] + a[i + 1] * b[i];
  }
  return out;
}

function plus(a: Float64Array, b: Float64Array, scale: number): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] + scale * b[i];
  return out;
}

/** The fields of a spectrum. */
async function fieldsOf(
  { fourier, cells }: Stepper,
  spectrum: Float64Array,
  run: Run,
): Promise<Float64Array> {
  const out = new Float64Array(spectrum.length / 2);
  for (let from = 0; from < out.length; from += cells) {
    const block = spectrum.slice(2 * from, 2 * (from + cells));
    await invertBlock(block, fourier, fourier.shape, run);
    for (let i = 0; i < cells; i++) out[from + i] = block[2 * i];
  }
  return out;
}

async function spectrumOf(
  { fourier, cells }: Stepper,
  fields: Float64Array,
  run: Run,
): Promise<Float64Array> {
  const out = new Float64Array(2 * fields.length);
  for (let from = 0; from < fields.length; from += cells) {
    const block = new Float64Array(2 * cells);
    for (let i = 0; i < cells; i++) block[2 * i] = fields[from + i];
    await transformBlock(block, fourier, run);
    out.set(block, 2 * from);
  }
  return out;
}

/** The spectrum of N, without the third of the waves that its products would fold back. */
async function nonlinearOf(stepper: Stepper, spectrum: Float64Array, run: Run): Promise<Float64Array> {
  const { equation, cells, waves } = stepper;
  const values = await fieldsOf(stepper, spectrum, run);
  const made = new Float64Array(values.length);
  const fields = Array.from({ length: equation.fields }, (_, k) =>
    values.subarray(k * cells, (k + 1) * cells),
  );
  equation.nonlinear(fields).forEach((field, k) => {
    made.set(field, k * cells);
  });
  const out = await spectrumOf(stepper, made, run);
  const highest = (2 / 3) * Math.abs(waves[cells / 2]);
  for (let i = 0; i < made.length; i++) {
    const wave = waves[i % cells];
    const [re, im] = Math.abs(wave) < highest ? [out[2 * i], out[2 * i + 1]] : [0, 0];
    out[2 * i] = equation.isFlux ? -wave * im : re;
    out[2 * i + 1] = equation.isFlux ? wave * re : im;
  }
  return out;
}

/** One step of Runge and Kutta's fourth order on exp(−L·t)·û. */
async function advanced(stepper: Stepper, spectrum: Float64Array, run: Run): Promise<Float64Array> {
  const { half, step } = stepper;
  const slope = (at: Float64Array): Promise<Float64Array> => nonlinearOf(stepper, at, run);
  const carried = timesComplex(half, spectrum);
  const first = timesComplex(half, await slope(spectrum));
  const second = await slope(plus(carried, first, step / 2));
  const third = await slope(plus(carried, second, step / 2));
  const fourth = await slope(timesComplex(half, plus(carried, third, step)));
  const middle = plus(second, third, 1);
  const early = timesComplex(half, plus(plus(carried, first, step / 6), middle, step / 3));
  return plus(early, fourth, step / 6);
}

/**
 * Snapshots at equal times from 0 to `duration`, both included, in float64: Fourier in space with the upper third of the
 * waves left out of products, in time Runge-Kutta of fourth order with the linear part integrated exactly.
 */
export async function evolveSpectrally(
  equation: SpectralEquation,
  job: SpectralJob,
  run: Run,
): Promise<Snapshot[]> {
  const { cells, period, duration, steps, snapshots, left, start } = job;
  const waves = waveNumbers(cells, period);
  const step = duration / steps;
  const half = halfFactors(equation, waves, step);
  const stepper: Stepper = { equation, cells, fourier: makeFourier([1, 1, cells]), waves, half, step };
  const first = new Float64Array(equation.fields * cells);
  for (let i = 0; i < cells; i++) {
    start(left + (i * period) / cells).forEach((value, field) => {
      first[field * cells + i] = value;
    });
  }
  const out: Snapshot[] = [first];
  let spectrum = await spectrumOf(stepper, first, run);
  for (let k = 1; k <= steps; k++) {
    spectrum = await advanced(stepper, spectrum, run);
    if (k % (steps / snapshots) === 0) out.push(await fieldsOf(stepper, spectrum, run));
    await breathe(run);
  }
  return out;
}
