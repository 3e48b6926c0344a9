import { writeFileSync } from 'node:fs';
import { makeGrid } from '../../src-core/data/grid.js';
import { type OmeChannel, writeOmeTiff } from '../../src-core/io/ome-tiff.js';
import { randomStream } from '../../src-core/random.js';

/** What a small nucleus looks like; a missing pixel size leaves the file silent about it. */
export interface NucleusLook {
  readonly size?: number;
  readonly pixelSizeNm?: number | null;
  readonly channels?: 1 | 2;
  readonly seed?: number;
  /** Replaces the counts of every channel. */
  readonly paint?: (count: number, index: number) => number;
  readonly float?: boolean;
}

const gain = 4000;
const background = 100;

/** Volume fractions at a position in units of the nucleus: a soft-edged disc with a wavy split. */
function fractionsAt(x: number, y: number): { het: number; eu: number } {
  const inside = 1 / (1 + Math.exp((Math.hypot(x, y) - 0.8) / 0.03));
  const wave = Math.cos(9 * x + 2) * Math.cos(8 * y);
  return { het: inside * (0.26 + 0.1 * wave), eu: inside * (0.19 - 0.05 * wave) };
}

function countsOf(
  look: NucleusLook,
  pick: (at: { het: number; eu: number }) => number,
  seed: number,
): number[] {
  const size = look.size ?? 64;
  const random = randomStream(seed);
  return Array.from({ length: size * size }, (_, i) => {
    const [y, x] = [Math.floor(i / size), i % size].map((index) => (2 * (index + 0.5)) / size - 1);
    const count = background + random.poisson(gain * pick(fractionsAt(x, y)));
    return look.paint ? look.paint(count, i) : count;
  });
}

/** A small nucleus as OME-TIFF: heterochromatin and euchromatin counts, or their sum in one channel. */
export function nucleusImage(look: NucleusLook = {}): Buffer {
  const size = look.size ?? 64;
  const spacing = look.pixelSizeNm === undefined ? 20 : (look.pixelSizeNm ?? 0);
  const seed = look.seed ?? 7;
  const store = look.float === true ? Float32Array : Uint16Array;
  const channel = (
    name: string,
    pick: (at: { het: number; eu: number }) => number,
    k: number,
  ): OmeChannel => ({
    name,
    values: store.from(countsOf(look, pick, seed + k)),
  });
  const channels =
    look.channels === 1
      ? [channel('DNA', ({ het, eu }) => het + eu, 0)]
      : [channel('H3K9me3', ({ het }) => het, 0), channel('H3K27ac', ({ eu }) => eu, 1000)];
  return Buffer.concat(
    writeOmeTiff({ grid: makeGrid([1, size, size], [spacing, spacing, spacing]), channels }),
  );
}

/** The channels of `nucleusImage`, as a job takes them. */
export const nucleusChannels = {
  kind: 'two-channel',
  heterochromatin: { file: 0, channel: 0 },
  euchromatin: { file: 0, channel: 1 },
} as const;

/** Writes a small nucleus to a file; gives back the path. */
export function writeNucleus(path: string, look: NucleusLook = {}): string {
  writeFileSync(path, nucleusImage(look));
  return path;
}
