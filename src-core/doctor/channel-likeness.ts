import { gaussianBlur } from '../kernels/gaussian-blur.js';
import { breathe, type Run } from '../run.js';
import type { NucleusExtent } from './nucleus-extent.js';
import { pixelGrid, type Plane } from './plane.js';

/** How much two channels show the same inside the nucleus. */
export interface ChannelLikeness {
  /** Correlation of the values of all pixels: 1 for two copies of one picture. */
  readonly whole: number;
  /** Correlation of the structure of a few pixels (of what was compared), and its size in the second channel per size in the first. */
  readonly structure: number;
  readonly slope: number;
}

/** Structure is what is between these two Gaussian sd, in pixels: wider than noise, finer than the nucleus. */
const [finest, coarsest] = [1.5, 4];

/** The mask of the nucleus pixel by pixel; 1 everywhere where none is told. */
function insideOf({ width, height }: Plane, nucleus: NucleusExtent | null): Uint8Array {
  const inside = new Uint8Array(width * height).fill(nucleus === null ? 1 : 0);
  if (nucleus === null) return inside;
  for (let y = 0; y < height; y++) {
    const row = Math.min(nucleus.height - 1, Math.floor(y / nucleus.block));
    for (let x = 0; x < width; x++) {
      const column = Math.min(nucleus.width - 1, Math.floor(x / nucleus.block));
      inside[y * width + x] = nucleus.mask[row * nucleus.width + column];
    }
  }
  return inside;
}

interface Relation {
  readonly correlation: number;
  readonly slope: number;
}

function relate(a: ArrayLike<number>, b: ArrayLike<number>, inside: Uint8Array): Relation {
  let [n, sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === 0) continue;
    n++;
    sa += a[i];
    sb += b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
    ab += a[i] * b[i];
  }
  const [va, vb, cov] = [aa - (sa * sa) / n, bb - (sb * sb) / n, ab - (sa * sb) / n];
  if (!(va > 0 && vb > 0)) return { correlation: 0, slope: 0 };
  return { correlation: cov / Math.sqrt(va * vb), slope: cov / va };
}

function structureOf(plane: Plane): Float64Array {
  const grid = pixelGrid(plane);
  const fine = gaussianBlur(plane.values, grid, [1, finest, finest]);
  const coarse = gaussianBlur(plane.values, grid, [1, coarsest, coarsest]);
  return fine.map((v, i) => v - coarse[i]);
}

/** How alike two planes of one size are inside the nucleus (all over where none is told). */
export async function channelLikeness(
  first: Plane,
  second: Plane,
  nucleus: NucleusExtent | null,
  run: Run,
): Promise<ChannelLikeness> {
  const inside = insideOf(first, nucleus);
  await breathe(run);
  const structureA = structureOf(first);
  await breathe(run);
  const structure = relate(structureA, structureOf(second), inside);
  return {
    whole: relate(first.values, second.values, inside).correlation,
    structure: structure.correlation,
    slope: structure.slope,
  };
}
