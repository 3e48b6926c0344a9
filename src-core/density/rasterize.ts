import { type Grid, makeGrid } from '../data/grid.js';
import type { Localizations } from '../data/localizations.js';
import { CoreError } from '../errors.js';
import { randomStream } from '../random.js';
import { breathe, type Run } from '../run.js';

/** How points become a density. */
export interface RasterOptions {
  /** histogram: every point in its pixel; gaussian: every point spread by its own precision. */
  readonly render: 'histogram' | 'gaussian';
  readonly seed: number;
}

/** Localisations per µm² on a grid, one draw of their counting noise, and the rows that fell outside the grid. */
export interface PointDensity {
  readonly values: Float32Array;
  readonly noise: Float32Array;
  readonly outside: number;
}

/** Pixels left free around the points, so that a background exists. */
const margin = 12;
const largestSide = 16384;

/**
 * The planar grid that holds all points of the tables: pixel edges on multiples of `spacing` (nm), a free margin of
 * 12 pixels around. Throws `usage` where that takes more than 16384 pixels along a side.
 */
export function gridAround(tables: readonly Localizations[], spacing: number): Grid {
  const range = (axis: 'x' | 'y'): [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    for (const table of tables) {
      for (const v of table[axis]) {
        if (v < low) low = v;
        if (v > high) high = v;
      }
    }
    return [Math.floor(low / spacing) - margin, Math.floor(high / spacing) + 1 + margin];
  };
  const [x0, x1] = range('x');
  const [y0, y1] = range('y');
  const side = Math.max(x1 - x0, y1 - y0);
  if (side > largestSide) {
    const value = Math.ceil((side * spacing) / largestSide);
    throw new CoreError({
      tag: 'usage',
      message: `The points span ${((side * spacing) / 1000).toFixed(1)} µm, ${side} pixels of ${spacing} nm: over the ${largestSide} that are allowed.`,
      hint: `Draw them at ${value} nm a pixel or more, and check the unit: px read as nm or µm looks like this.`,
      remedies: [{ setting: 'table.spacingNm', value }, { setting: 'table.units' }],
    });
  }
  return makeGrid([1, y1 - y0, x1 - x0], [spacing, spacing, spacing], [0, y0 * spacing, x0 * spacing]);
}

const erfStep = 1 / 512;
const erfReach = 4;

/** erf at multiples of 1/512 up to 4, by its series erf x = (2/√π) e^(−x²) Σ 2ⁿ x^(2n+1)/(2n+1)!!. */
const erfTable = Float64Array.from({ length: erfReach / erfStep + 2 }, (_, i) => {
  const x = i * erfStep;
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
});

/** Error function, linear between table entries; error under 5e-7. */
function erf(x: number): number {
  const at = Math.abs(x) / erfStep;
  const i = Math.floor(at);
  const value = i >= erfTable.length - 1 ? 1 : erfTable[i] + (at - i) * (erfTable[i + 1] - erfTable[i]);
  return x < 0 ? -value : value;
}

/** Share of a Gaussian at `centre` (pixels) of sd `sd` in each pixel first … last; sums to 1 with all pixels. */
function pixelShares(centre: number, sd: number, first: number, shares: Float64Array): void {
  let before = erf((first - centre) / (sd * Math.SQRT2));
  for (let i = 0; i < shares.length; i++) {
    const after = erf((first + i + 1 - centre) / (sd * Math.SQRT2));
    shares[i] = (after - before) / 2;
    before = after;
  }
}

interface Canvas {
  readonly nx: number;
  readonly ny: number;
  readonly values: Float64Array;
  readonly noise: Float64Array;
}

/** Adds one point spread over the pixels within four sd; weight 1 in values, `draw` in noise. */
function addSpread(canvas: Canvas, x: number, y: number, spread: { sd: number; draw: number }): void {
  const { nx, ny, values, noise } = canvas;
  const reach = 4 * spread.sd;
  const x0 = Math.floor(x - reach);
  const y0 = Math.floor(y - reach);
  const alongX = new Float64Array(Math.floor(x + reach) - x0 + 1);
  const alongY = new Float64Array(Math.floor(y + reach) - y0 + 1);
  pixelShares(x, spread.sd, x0, alongX);
  pixelShares(y, spread.sd, y0, alongY);
  for (let j = Math.max(0, -y0); j < alongY.length && y0 + j < ny; j++) {
    for (let i = Math.max(0, -x0); i < alongX.length && x0 + i < nx; i++) {
      const share = alongX[i] * alongY[j];
      const at = (y0 + j) * nx + x0 + i;
      values[at] += share;
      noise[at] += share * spread.draw;
    }
  }
}

/**
 * Density of localisations on a planar grid, in localisations per µm². With `gaussian` each point is a Gaussian of
 * its own precision integrated over the pixels (points without a precision, or with one under a fifth of a pixel, go
 * to their pixel). The noise draw repeats the same sum with independent standard normal weights: its covariance is
 * that of Poisson counting. Points outside the grid are counted, not drawn.
 */
export async function rasterize(
  table: Localizations,
  grid: Grid,
  options: RasterOptions,
  run: Run,
): Promise<PointDensity> {
  const [, ny, nx] = grid.shape;
  const canvas: Canvas = { nx, ny, values: new Float64Array(nx * ny), noise: new Float64Array(nx * ny) };
  const stream = randomStream(options.seed);
  const pixel = grid.spacing[2];
  let outside = 0;
  for (let k = 0; k < table.count; k++) {
    const x = (table.x[k] - grid.origin[2]) / pixel;
    const y = (table.y[k] - grid.origin[1]) / pixel;
    const draw = stream.normal();
    const sd = options.render === 'gaussian' ? (table.precision?.[k] ?? 0) / pixel : 0;
    if (!(x >= 0 && y >= 0 && x < nx && y < ny)) outside++;
    else if (sd > 0.2) addSpread(canvas, x, y, { sd: Math.min(sd, 50), draw });
    else {
      const at = Math.floor(y) * nx + Math.floor(x);
      canvas.values[at] += 1;
      canvas.noise[at] += draw;
    }
    if (k % 4096 === 0) {
      run.report({ stage: 'density', fraction: k / table.count });
      await breathe(run);
    }
  }
  const perUm2 = 1e6 / (pixel * pixel);
  return {
    values: Float32Array.from(canvas.values, (v) => v * perUm2),
    noise: Float32Array.from(canvas.noise, (v) => v * perUm2),
    outside,
  };
}
