import { buildTiff, greyTags, type BuiltTag } from '../io/tiff-builder.js';

/** Random numbers of 0 to 1 that are the same every time. */
export function makeDice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** How a nucleus is drawn; lengths in pixels. */
export interface DrawnNucleus {
  readonly side: number;
  readonly radius: number;
  /** Where the picture lies against its frame. */
  readonly shift?: readonly [x: number, y: number];
  /** Contrast of its domains, −1 to 1; negative ones are dark where positive ones are bright. */
  readonly contrast: number;
  readonly background?: number;
  readonly seed?: number;
  /** Which domains it has. */
  readonly domains?: number;
}

/** An ellipse with domains of a few pixels, under a camera's noise: background 100, nucleus about 1000. */
export function drawNucleus(drawn: DrawnNucleus): Uint16Array {
  const { side, radius, shift = [0, 0], contrast, background = 100, seed = 1, domains = 7 } = drawn;
  const placed = makeDice(domains);
  const dice = makeDice(seed);
  const spots = Array.from({ length: 120 }, () => {
    const [angle, far] = [2 * Math.PI * placed(), 0.9 * radius * Math.sqrt(placed())];
    return [side / 2 + far * Math.cos(angle), side / 2 + 0.8 * far * Math.sin(angle)] as const;
  });
  return Uint16Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) - shift[0], Math.floor(i / side) - shift[1]];
    const out = Math.hypot((x - side / 2) / radius, (y - side / 2) / (0.8 * radius));
    const inside = 1 / (1 + Math.exp(((out - 1) * radius) / 1.5));
    const domain = spots.reduce((sum, [sx, sy]) => sum + Math.exp(-((x - sx) ** 2 + (y - sy) ** 2) / 18), 0);
    const level = 800 * inside * (1 + contrast * Math.min(1, domain));
    return Math.max(0, Math.round(background + level + 30 * (dice() + dice() - 1)));
  });
}

/** Pages of 16-bit grey values of one square size as a TIFF file. */
export function tiffOf(
  pages: readonly Uint16Array[],
  side: number,
  more: readonly BuiltTag[] = [],
): Uint8Array {
  return buildTiff({
    pages: pages.map((values) => ({
      tags: greyTags(side, side, 16, more),
      blocks: [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)],
    })),
  });
}
