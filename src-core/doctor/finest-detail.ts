import type { Triple } from '../data/grid.js';
import { makeFourier, transformBlock } from '../kernels/fourier.js';
import type { Run } from '../run.js';
import { cutOut, type Plane } from './plane.js';

const mostSide = 256;
/** Rings of the spectrum, from 0 to the Nyquist frequency. */
const rings = 64;
/** The signal ends where its power falls under so many times the noise's. */
const clearPower = 4;
/** Rings beside the Nyquist frequency that are taken for noise alone. */
const noiseRings = 6;
/** The first rings hold the nucleus and the frame. */
const firstRing = 3;

/** Mean power by frequency, of the plane without its mean and faded out at its rim. */
async function ringPower(plane: Plane, side: number, run: Run): Promise<Float64Array> {
  const [x, y] = [plane.width, plane.height].map((n) => Math.max(0, Math.floor((n - side) / 2)));
  const mean = plane.values.reduce((sum, v) => sum + (Number.isFinite(v) ? v : 0), 0) / plane.values.length;
  const part = cutOut(plane, { x, y }, { width: side, height: side }, mean);
  const block = new Float64Array(2 * side * side);
  const fade = Float64Array.from({ length: side }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / side) ** 2);
  part.values.forEach((v, i) => {
    block[2 * i] = Number.isFinite(v) ? (v - mean) * fade[i % side] * fade[Math.floor(i / side)] : 0;
  });
  const shape: Triple = [1, side, side];
  await transformBlock(block, makeFourier(shape), run);
  return byRing(block, side);
}

function byRing(spectrum: Float64Array, side: number): Float64Array {
  const [power, counts] = [new Float64Array(rings), new Float64Array(rings)];
  for (let y = 0, at = 0; y < side; y++) {
    const fy = Math.min(y, side - y);
    for (let x = 0; x < side; x++, at += 2) {
      const fx = Math.min(x, side - x);
      const ring = Math.floor((Math.sqrt(fx * fx + fy * fy) / (side / 2)) * rings);
      if (ring >= rings) continue;
      power[ring] += spectrum[at] ** 2 + spectrum[at + 1] ** 2;
      counts[ring]++;
    }
  }
  return power.map((sum, ring) => sum / Math.max(1, counts[ring]));
}

/**
 * Period in pixels of the finest waves of a plane that stand out of its noise: a few times the sd of the point spread,
 * 2 where the pixels are too coarse for it. null where nothing stands out.
 */
export async function finestDetail(plane: Plane, run: Run): Promise<number | null> {
  const side = Math.min(mostSide, 2 ** Math.floor(Math.log2(Math.min(plane.width, plane.height))));
  if (side < 32) return null;
  const power = await ringPower(plane, side, run);
  const noise = power.slice(-noiseRings).reduce((sum, v) => sum + v, 0) / noiseRings;
  let last = 0;
  while (last < rings && power[last] > clearPower * noise) last++;
  return last < firstRing ? null : (2 * rings) / last;
}
