/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

type Triplet = readonly [number, number, number];

/** A colour at a place from 0 to 1 along a map. */
export interface ControlColor {
  readonly at: number;
  /** "#rrggbb" */
  readonly color: string;
}

/** Reads "#rrggbb". */
export function parseHex(color: string): Rgb {
  const part = (start: number): number => Number.parseInt(color.slice(start, start + 2), 16);
  return [part(1), part(3), part(5)];
}

function linearLevel(level: number): number {
  const c = level / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function screenLevel(linear: number): number {
  const c = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.min(255, Math.max(0, Math.round(255 * c)));
}

/** White of sRGB (D65) in CIE XYZ. */
const white: Triplet = [0.95047, 1, 1.08883];

const bend = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116);
const unbend = (f: number): number => (f ** 3 > 216 / 24389 ? f ** 3 : (116 * f - 16) / (24389 / 27));

/** CIE L*a*b* (D65) of an sRGB colour. */
export function labOf(color: Rgb): Triplet {
  const [r, g, b] = color.map(linearLevel);
  const x = bend((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / white[0]);
  const y = bend((0.2126729 * r + 0.7151522 * g + 0.072175 * b) / white[1]);
  const z = bend((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / white[2]);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function rgbOf([lightness, a, b]: Triplet): Rgb {
  const fy = (lightness + 16) / 116;
  const x = white[0] * unbend(fy + a / 500);
  const y = white[1] * unbend(fy);
  const z = white[2] * unbend(fy - b / 200);
  return [
    screenLevel(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
    screenLevel(-0.969266 * x + 1.8760108 * y + 0.041556 * z),
    screenLevel(0.0556434 * x - 0.2040259 * y + 1.0572252 * z),
  ];
}

/** Slopes at the knots that keep the curve monotonic wherever the values are (Fritsch and Carlson 1980). */
function monotoneSlopes(x: readonly number[], y: readonly number[]): number[] {
  const rise = x.slice(1).map((end, k) => (y[k + 1] - y[k]) / (end - x[k]));
  return x.map((_, k) => {
    if (k === 0) return rise[0];
    if (k === x.length - 1) return rise[k - 1];
    if (rise[k - 1] * rise[k] <= 0) return 0;
    const [before, after] = [x[k] - x[k - 1], x[k + 1] - x[k]];
    const [first, second] = [2 * after + before, after + 2 * before];
    return (first + second) / (first / rise[k - 1] + second / rise[k]);
  });
}

/** The cubic Hermite curve through (x, y), as a function on [x₀, xₙ]. */
function monotoneCurve(x: readonly number[], y: readonly number[]): (at: number) => number {
  const slopes = monotoneSlopes(x, y);
  return (at) => {
    const k = Math.max(
      0,
      x.findLastIndex((knot, index) => knot <= at && index < x.length - 1),
    );
    const h = x[k + 1] - x[k];
    const t = (at - x[k]) / h;
    const [t2, t3] = [t * t, t * t * t];
    return (
      (2 * t3 - 3 * t2 + 1) * y[k] +
      (t3 - 2 * t2 + t) * h * slopes[k] +
      (3 * t2 - 2 * t3) * y[k + 1] +
      (t3 - t2) * h * slopes[k + 1]
    );
  };
}

/**
 * 256 colours (r, g, b, …; 768 bytes) along the smooth curve through some control colours in L*a*b*, which has no
 * extremum that they do not have. The control colours ascend from `at` 0 to 1.
 */
export function colorCurve(controls: readonly ControlColor[]): Uint8Array {
  const places = controls.map(({ at }) => at);
  const labs = controls.map(({ color }) => labOf(parseHex(color)));
  const curves = [0, 1, 2].map((axis) =>
    monotoneCurve(
      places,
      labs.map((lab) => lab[axis]),
    ),
  );
  const table = new Uint8Array(768);
  for (let i = 0; i < 256; i++) {
    const [lightness, a, b] = curves.map((curve) => curve(i / 255));
    table.set(rgbOf([lightness, a, b]), 3 * i);
  }
  return table;
}
