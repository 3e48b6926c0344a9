import { breathe, type Run } from '../run.js';
import type { NucleusExtent } from './nucleus-extent.js';
import type { Plane } from './plane.js';

/** How the values of a channel crowd at their ends, inside the nucleus (the whole plane where none is told). */
export interface LevelCounts {
  readonly least: number;
  readonly most: number;
  /** Finite pixels that were counted, in rows at equal distances. */
  readonly pixels: number;
  /** Pixels at the largest value, and those of the next 2 % of the range below it. */
  readonly atMost: number;
  readonly nearMost: number;
  /** Share of the pixels at the smallest value, where the surroundings are clearly brighter. */
  readonly lowShare: number;
}

const breathEvery = 1 << 18;
const shareBelow = 0.02;
/** Pixels that are enough to tell. */
const countedPixels = 1 << 20;
/** Surroundings this many steps between values above the smallest: photons alone leave few pixels at it. */
const clearSteps = 4;

interface Range {
  readonly least: number;
  readonly most: number;
  /** The smallest step between two values, of integers; 0 of others. */
  readonly step: number;
}

async function rangeOf({ values }: Plane, run: Run): Promise<Range> {
  let [least, most, whole] = [Infinity, -Infinity, true];
  for (let i = 0; i < values.length; i++) {
    if (i % breathEvery === 0) await breathe(run);
    const value = values[i];
    // Not finite where the difference is NaN.
    if (value - value !== 0) continue;
    if (value < least) least = value;
    if (value > most) most = value;
    if (whole && value !== Math.floor(value)) whole = false;
  }
  return { least, most, step: whole ? 1 : 0 };
}

/** Mean of the eight pixels around one that does not lie at the frame. */
function around({ values, width }: Plane, i: number): number {
  let sum = -values[i];
  for (let row = i - width; row <= i + width; row += width) {
    for (let at = row - 1; at <= row + 1; at++) sum += values[at];
  }
  return sum / 8;
}

/** 1 for each pixel of a row that lies inside. */
function insideRow(nucleus: NucleusExtent | null, y: number, out: Uint8Array): void {
  if (nucleus === null) {
    out.fill(1);
    return;
  }
  const { mask, width, height, block } = nucleus;
  const row = Math.floor(y / block);
  out.fill(0);
  if (row >= height) return;
  for (let x = 0; x < width; x++) {
    if (mask[row * width + x] === 1) out.fill(1, x * block, (x + 1) * block);
  }
}

interface Counts {
  pixels: number;
  atMost: number;
  nearMost: number;
  low: number;
}

/** Values from which on, and up to which, one counts as near an end. */
interface Ends extends Range {
  readonly near: number;
  readonly dark: number;
}

function countRow(
  plane: Plane,
  y: number,
  inside: Uint8Array,
  { ends, counts }: { ends: Ends; counts: Counts },
): void {
  const { values, width } = plane;
  const { least, most, near, dark } = ends;
  for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
    const value = values[i];
    if (inside[x] === 0 || value - value !== 0) continue;
    counts.pixels++;
    if (value >= near) {
      if (value === most) counts.atMost++;
      else counts.nearMost++;
    } else if (value === least && around(plane, i) > dark) counts.low++;
  }
}

/**
 * Counts the ends of the values of a plane (of large planes in rows at equal distances); null where no value is finite
 * or all are the same.
 */
export async function levelCounts(
  plane: Plane,
  nucleus: NucleusExtent | null,
  run: Run,
): Promise<LevelCounts | null> {
  const range = await rangeOf(plane, run);
  const { least, most, step } = range;
  if (!(most > least)) return null;
  const near = most - shareBelow * (most - least);
  const dark = least + (step > 0 ? clearSteps * step : shareBelow * (most - least));
  const counts: Counts = { pixels: 0, atMost: 0, nearMost: 0, low: 0 };
  const inside = new Uint8Array(plane.width);
  const rows = Math.max(1, Math.floor((plane.width * plane.height) / countedPixels));
  for (let y = 1; y < plane.height - 1; y += rows) {
    await breathe(run);
    insideRow(nucleus, y, inside);
    countRow(plane, y, inside, { ends: { ...range, near, dark }, counts });
  }
  const { low, ...counted } = counts;
  return { least, most, ...counted, lowShare: low / Math.max(1, counts.pixels) };
}
