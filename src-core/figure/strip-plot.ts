import { percentile } from './color-range.js';
import type { Limits } from './colormap.js';
import { labelExponent, roundOutward, tickLabels, tickValues } from './ticks.js';

/** A dot of a strip plot; `index` is that of its value. */
export interface StripDot {
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

/** Where everything of a strip plot lies, in the units of its width and height. */
export interface StripPlot {
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  readonly dots: readonly StripDot[];
  /** x of the median and of the first and third quartile. */
  readonly median: number;
  readonly quartiles: readonly [number, number];
  /** y of the axis, below the dots. */
  readonly axis: number;
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  /** Power of ten that the labels leave out. */
  readonly exponent: number;
}

/** Size of a strip plot, and of its dots. */
export interface StripSize {
  readonly width: number;
  readonly height: number;
  readonly radius: number;
}

/** Room below the axis for the labels, and beside the outermost ticks. */
const labelHeight = 18;
const sideMargin = 14;

function limitsOf(ascending: readonly number[]): Limits {
  const [low, high] = [ascending[0], ascending[ascending.length - 1]];
  const middle = (low + high) / 2;
  const span = Math.max((high - low) / 2, 0.05 * Math.abs(middle));
  // Spans next to the smallest number there is have no tick step.
  const half = span > 1e-290 ? span : 0.5;
  return roundOutward([middle - half, middle + half]);
}

/** The dots piled up from the middle of the strip, in columns as wide as a dot. */
function pileUp(
  placed: readonly { readonly index: number; readonly x: number }[],
  { radius, height }: StripSize,
): StripDot[] {
  const piles = new Map<number, { readonly index: number; readonly x: number }[]>();
  for (const dot of placed) {
    const column = Math.floor(dot.x / (2 * radius));
    const pile = piles.get(column);
    if (pile) pile.push(dot);
    else piles.set(column, [dot]);
  }
  const middle = (height - labelHeight) / 2;
  const tallest = Math.max(...[...piles.values()].map((pile) => pile.length));
  const step = Math.min(2 * radius, (2 * (middle - radius - 1)) / Math.max(1, tallest - 1));
  return [...piles.values()].flatMap((pile) =>
    pile.map(({ index, x }, k) => {
      const side = k % 2 === 0 ? 1 : -1;
      return { index, x, y: middle + side * Math.ceil(k / 2) * step };
    }),
  );
}

/**
 * Lays out one dot for each finite value along a horizontal axis, with median and quartiles; undefined where no
 * value is finite. Dots that would cover each other are piled up and down from the middle.
 */
export function layoutStripPlot(values: readonly number[], size: StripSize): StripPlot | undefined {
  const finite = values
    .map((value, index) => ({ value, index }))
    .filter(({ value }) => Number.isFinite(value));
  if (finite.length === 0) return undefined;
  const ascending = finite.map(({ value }) => value).sort((a, b) => a - b);
  const limits = limitsOf(ascending);
  const scale = (size.width - 2 * sideMargin) / (limits[1] - limits[0]);
  const at = (value: number): number => sideMargin + (value - limits[0]) * scale;
  const exponent = labelExponent(limits);
  const ticks = tickValues(limits, Math.max(3, Math.floor(size.width / 65)));
  const labels = tickLabels(ticks, exponent);
  return {
    ...size,
    dots: pileUp(
      finite.map(({ value, index }) => ({ index, x: at(value) })),
      size,
    ),
    median: at(percentile(ascending, 0.5)),
    quartiles: [at(percentile(ascending, 0.25)), at(percentile(ascending, 0.75))],
    axis: size.height - labelHeight,
    ticks: ticks.map((value, k) => ({ x: at(value), label: labels[k] })),
    exponent,
  };
}
