import {
  interpolateCividis,
  interpolateInferno,
  interpolateMagma,
  interpolateRdBu,
  interpolateViridis,
} from 'd3-scale-chromatic';
import { parseHex, type Rgb } from './color-curve.js';
import { batlowTable, vikTable } from './crameri.js';

export type { Rgb } from './color-curve.js';

/**
 * The colour maps: perceptually ordered ones, grey, the single hues of a composite, the diverging `vik` and `rdbu`
 * (blue low, red high), and `jet`, which misleads (see `isMisleading`).
 */
export const colormapNames = [
  ...(['viridis', 'magma', 'inferno', 'cividis', 'batlow', 'grey'] as const),
  ...(['magenta', 'green', 'vik', 'rdbu', 'jet'] as const),
] as const;

/** A colour map before it is inverted. */
export type ColormapFamily = (typeof colormapNames)[number];

/** Name of a colour map; an inverted one has its colours in the opposite order. */
export type ColormapName = ColormapFamily | `${ColormapFamily}-inverted`;

/** The values that take the first and the last colour of a map, in the unit of the values. */
export type Limits = readonly [low: number, high: number];

const suffix = '-inverted';

/** Whether the colours of a map run in the opposite order. */
export function isInverted(name: ColormapName): boolean {
  return name.endsWith(suffix);
}

/** The map without its inversion. */
export function familyOf(name: ColormapName): ColormapFamily {
  const family = isInverted(name) ? name.slice(0, -suffix.length) : name;
  return family as ColormapFamily;
}

/** The map with its colours in the opposite order. */
export function invertedMap(name: ColormapName): ColormapName {
  return isInverted(name) ? familyOf(name) : `${familyOf(name)}${suffix}`;
}

/** Whether a text is the name of a colour map. */
export function isColormap(name: string): name is ColormapName {
  return colormapNames.some((family) => name === family || name === `${family}${suffix}`);
}

/** Whether a map has a middle that is lighter than both its ends, so that limits belong around it. */
export function isDiverging(name: ColormapName): boolean {
  return familyOf(name) === 'vik' || familyOf(name) === 'rdbu';
}

/** Whether a map shows edges where the values have none, and hides some that they have. */
export function isMisleading(name: ColormapName): boolean {
  return familyOf(name) === 'jet';
}

/** Why jet is misleading, for readouts and for the notes of a figure. */
export const misleadingReason =
  'The colour map jet is not ordered by lightness: its yellow and cyan bands look like edges that the values do not have, it reads wrongly in grey and with colour-blind eyes.';

/** One level of jet: ramps up, stays, ramps down around `middle`, each a quarter of the map long. */
function jetLevel(t: number, middle: number): number {
  return Math.round(255 * Math.min(1, Math.max(0, 1.5 - 4 * Math.abs(t - middle))));
}

const hue =
  ([red, green, blue]: Rgb) =>
  (t: number): Rgb => [Math.round(red * t), Math.round(green * t), Math.round(blue * t)];

type Interpolated = Exclude<ColormapFamily, 'batlow' | 'vik'>;

const interpolators: Readonly<Record<Interpolated, (t: number) => string | Rgb>> = {
  viridis: interpolateViridis,
  magma: interpolateMagma,
  inferno: interpolateInferno,
  cividis: interpolateCividis,
  grey: hue([255, 255, 255]),
  magenta: hue([255, 0, 255]),
  green: hue([0, 255, 0]),
  rdbu: (t) => interpolateRdBu(1 - t),
  jet: (t) => [jetLevel(t, 0.75), jetLevel(t, 0.5), jetLevel(t, 0.25)],
};

/** The package answers either "#rrggbb" or "rgb(r, g, b)". */
function parseColor(color: string): Rgb {
  if (color.startsWith('#')) return parseHex(color);
  const parts = (color.match(/\d+/g) ?? []).map(Number);
  return [parts[0], parts[1], parts[2]];
}

function interpolatedTable(family: Interpolated): Uint8Array {
  const table = new Uint8Array(768);
  for (let i = 0; i < 256; i++) {
    const color = interpolators[family](i / 255);
    table.set(typeof color === 'string' ? parseColor(color) : color, 3 * i);
  }
  return table;
}

function invertedTable(table: Uint8Array): Uint8Array {
  const inverted = new Uint8Array(768);
  for (let i = 0; i < 256; i++) inverted.set(table.subarray(3 * i, 3 * i + 3), 3 * (255 - i));
  return inverted;
}

function makeTable(name: ColormapName): Uint8Array {
  if (isInverted(name)) return invertedTable(colorTable(familyOf(name)));
  const family = familyOf(name);
  if (family === 'batlow') return batlowTable();
  return family === 'vik' ? vikTable() : interpolatedTable(family);
}

const tables = new Map<ColormapName, Uint8Array>();

/** The 256 colours of a map as a flat table r, g, b, r, g, b, … (768 bytes; not to be written to). */
export function colorTable(name: ColormapName): Uint8Array {
  const table = tables.get(name) ?? makeTable(name);
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
