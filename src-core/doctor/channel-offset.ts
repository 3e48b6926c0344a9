import type { Triple } from '../data/grid.js';
import { gaussianBlur } from '../kernels/gaussian-blur.js';
import { invertBlock, makeFourier, transformBlock } from '../kernels/fourier.js';
import { breathe, type Run } from '../run.js';
import { cutOut, pixelGrid, type Plane } from './plane.js';

/** Displacement of the second of two planes against the first, in their pixels, to the right and down. */
export interface ChannelOffset {
  readonly x: number;
  readonly y: number;
  /** Of each, from parts of the picture that were looked at apart. */
  readonly sd: number;
}

/** A part of both planes. */
interface Patch {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const fewestPixels = 32;
/** Even where all quarters agree: channels of different marks that were not displaced gave up to 0.35 pixels. */
const leastSd = 0.3;
/** Sd in pixels over which edges are looked for, so that noise makes few. */
const edgeSd = 1.5;
/** Displacements up to this share of a patch are looked for. */
const farthest = 1 / 8;

/** How steep the plane is at each pixel: where domains end in either channel, whichever is brighter. */
function steepness(plane: Plane): Plane {
  const { width, height } = plane;
  const smooth = gaussianBlur(plane.values, pixelGrid(plane), [1, edgeSd, edgeSd]);
  const values = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const [dx, dy] = [smooth[i + 1] - smooth[i - 1], smooth[i + width] - smooth[i - width]];
      values[i] = Math.sqrt(dx * dx + dy * dy);
    }
  }
  return { width, height, values };
}

/** 0 at both ends, 1 in the middle half. */
function taper(i: number, side: number): number {
  const depth = Math.min(i + 0.5, side - i - 0.5) / (side / 4);
  return depth >= 1 ? 1 : (1 - Math.cos(Math.PI * depth)) / 2;
}

/** Both windows as one complex block of the shape, each free of its mean and faded out at its rim. */
function packed(a: Plane, b: Plane, patch: Patch, [, , nx]: Triple): Float64Array {
  const { width, height } = patch;
  const parts = [a, b].map((plane) => cutOut(plane, patch, patch).values);
  const means = parts.map((values) => values.reduce((sum, v) => sum + v, 0) / values.length);
  const block = new Float64Array(2 * nx * 2 ** Math.ceil(Math.log2(height)));
  const across = Float64Array.from({ length: width }, (_, x) => taper(x, width));
  for (let y = 0; y < height; y++) {
    const down = taper(y, height);
    for (let x = 0; x < width; x++) {
      const at = 2 * (y * nx + x);
      block[at] = down * across[x] * (parts[0][y * width + x] - means[0]);
      block[at + 1] = down * across[x] * (parts[1][y * width + x] - means[1]);
    }
  }
  return block;
}

/** The phases of B·conj(A) of the spectrum of a + ib, high frequencies faded out. */
function crossPhases(spectrum: Float64Array, [, ny, nx]: Triple): Float64Array {
  const cross = new Float64Array(spectrum.length);
  const [down, across] = [lowPass(ny), lowPass(nx)];
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++) {
      const i = 2 * (y * nx + x);
      const j = 2 * (((ny - y) % ny) * nx + ((nx - x) % nx));
      const ar = spectrum[i] + spectrum[j];
      const ai = spectrum[i + 1] - spectrum[j + 1];
      const br = spectrum[i + 1] + spectrum[j + 1];
      const bi = spectrum[j] - spectrum[i];
      const re = br * ar + bi * ai;
      const im = bi * ar - br * ai;
      const size = Math.sqrt(re * re + im * im);
      const weight = size === 0 ? 0 : (down[y] * across[x]) / size;
      cross[i] = weight * re;
      cross[i + 1] = weight * im;
    }
  }
  return cross;
}

/** By frequency along an axis: 1 at 0, fading as a Gaussian of `edgeSd` pixels does. */
function lowPass(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, k) =>
    Math.exp(-2 * (Math.PI * edgeSd * (Math.min(k, n - k) / n)) ** 2),
  );
}

/** Where a parabola through three neighbours of a peak has its top, −½ to ½. */
function topBetween(before: number, at: number, after: number): number {
  const curvature = before - 2 * at + after;
  return curvature < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * curvature))) : 0;
}

function peakOf(block: Float64Array, [, ny, nx]: Triple): readonly [x: number, y: number] {
  const [reachX, reachY] = [Math.floor(nx * farthest), Math.floor(ny * farthest)];
  const value = (x: number, y: number): number => block[2 * (((y + ny) % ny) * nx + ((x + nx) % nx))];
  let [best, px, py] = [-Infinity, 0, 0];
  for (let y = -reachY; y <= reachY; y++) {
    for (let x = -reachX; x <= reachX; x++) {
      if (value(x, y) > best) [best, px, py] = [value(x, y), x, y];
    }
  }
  return [
    px + topBetween(value(px - 1, py), best, value(px + 1, py)),
    py + topBetween(value(px, py - 1), best, value(px, py + 1)),
  ];
}

async function offsetIn(
  a: Plane,
  b: Plane,
  patch: Patch,
  run: Run,
): Promise<readonly [x: number, y: number]> {
  const [ny, nx] = [patch.height, patch.width].map((n) => 2 ** Math.ceil(Math.log2(n)));
  const shape: Triple = [1, ny, nx];
  const fourier = makeFourier(shape);
  const block = packed(a, b, patch, shape);
  await transformBlock(block, fourier, run);
  const cross = crossPhases(block, shape);
  await breathe(run);
  await invertBlock(cross, fourier, shape, run);
  return peakOf(cross, shape);
}

/** Four windows of half the sides, which share nothing. */
function quartersOf(patch: Patch): Patch[] {
  const [width, height] = [Math.floor(patch.width / 2), Math.floor(patch.height / 2)];
  return [0, 1, 2, 3].map((k) => ({ x: (k % 2) * width, y: (k >> 1) * height, width, height }));
}

function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
}

/**
 * How far the second plane lies from the first, by phase correlation of where either is steep: borders of domains and of
 * the nucleus are at one place in both, whichever is brighter there. `sd` is how far four quarters of the picture differ.
 * null for planes that are too small.
 */
export async function channelOffset(first: Plane, second: Plane, run: Run): Promise<ChannelOffset | null> {
  if (Math.min(first.width, first.height) < fewestPixels) return null;
  const a = steepness(first);
  await breathe(run);
  const b = steepness(second);
  const whole = { x: 0, y: 0, width: a.width, height: a.height };
  const [x, y] = await offsetIn(a, b, whole, run);
  const parts: (readonly [number, number])[] = [];
  for (const quarter of quartersOf(whole)) parts.push(await offsetIn(a, b, quarter, run));
  const sds = [0, 1].map((axis) => spread(parts.map((part) => part[axis])) / 2);
  return { x, y, sd: Math.max(leastSd, ...sds) };
}
