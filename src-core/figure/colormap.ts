import {
  interpolateCividis,
  interpolateInferno,
  interpolateMagma,
  interpolateRdBu,
  interpolateViridis,
} from 'd3-scale-chromatic';

/** The colour maps: perceptually ordered ones, grey, and the diverging `rdbu` (blue low, red high). */
export const colormapNames = ['viridis', 'magma', 'inferno', 'cividis', 'grey', 'rdbu'] as const;

/** Name of a colour map. */
export type ColormapName = (typeof colormapNames)[number];

/** The values that take the first and the last colour of a map, in the unit of the values. */
export type Limits = readonly [low: number, high: number];

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

const interpolators: Readonly<Record<ColormapName, (t: number) => string>> = {
  viridis: interpolateViridis,
  magma: interpolateMagma,
  inferno: interpolateInferno,
  cividis: interpolateCividis,
  grey: (t) => `rgb(${[t, t, t].map((level) => Math.round(255 * level)).join(', ')})`,
  rdbu: (t) => interpolateRdBu(1 - t),
};

/** The package answers either "#rrggbb" or "rgb(r, g, b)". */
function parseColor(color: string): Rgb {
  const parts = color.startsWith('#')
    ? [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16))
    : (color.match(/\d+/g) ?? []).map(Number);
  return [parts[0], parts[1], parts[2]];
}

const tables = new Map<ColormapName, Uint8Array>();

/** The 256 colours of a map as a flat table r, g, b, r, g, b, … (768 bytes; not to be written to). */
export function colorTable(name: ColormapName): Uint8Array {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = new Uint8Array(768);
  for (let i = 0; i < 256; i++) table.set(parseColor(interpolators[name](i / 255)), 3 * i);
  tables.set(name, table);
  return table;
}

/**
 * The entry, 0 to 255, that a value takes: 256 equal steps between the limits, the end entries beyond them.
 * The value must be a number (NaN has no colour) and the limits must ascend.
 */
export function colorIndex(value: number, limits: Limits): number {
  const t = (value - limits[0]) / (limits[1] - limits[0]);
  return Math.min(255, Math.max(0, Math.floor(256 * t)));
}

/** The colour of a value under a map and its limits; see `colorIndex`. */
export function lookup(name: ColormapName, value: number, limits: Limits): Rgb {
  const table = colorTable(name);
  const at = 3 * colorIndex(value, limits);
  return [table[at], table[at + 1], table[at + 2]];
}
