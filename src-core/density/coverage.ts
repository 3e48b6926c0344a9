import { activeAxes, type Grid } from '../data/grid.js';
import { gaussianBlur } from './gaussian-blur.js';

/** How far the microscope's blur carries signal across the edge of the nucleus. */
export interface RimBlur {
  /** Gaussian sd in nm along z, y, x; 0 along an axis where none was found. */
  readonly sd: readonly [number, number, number];
  /** False where the mask has no edge to measure at, or does not follow the edge of the signal. */
  readonly measured: boolean;
  /** True where a mask with an edge was found not to follow the signal: the fit ran into its limit. */
  readonly looseMask: boolean;
}

/** Pixels whose covered share lies between these, under a generous blur, are the rim that the fit looks at. */
const rimLow = 0.02;
const rimHigh = 0.98;

/** Mean absolute misfit of intensity ≈ covered share × local level, over the rim. */
function rimMisfit(
  intensity: Float64Array,
  mask: Uint8Array,
  rim: Int32Array,
  frame: {
    grid: Grid;
    sd: readonly [number, number, number];
    level: Float64Array;
    window: [number, number, number];
  },
): number {
  const covered = gaussianBlur(mask, frame.grid, frame.sd);
  const spread = gaussianBlur(covered, frame.grid, frame.window);
  let sum = 0;
  for (const i of rim)
    sum += Math.abs(intensity[i] - (covered[i] * frame.level[i]) / Math.max(spread[i], 1e-3));
  return sum / rim.length;
}

/** Smallest value of `cost` over a bracket, by golden section to 2 % of the bracket. */
function goldenMinimum(cost: (x: number) => number, low: number, high: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  let [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [fc, fd] = [cost(c), cost(d)];
  while (b - a > 0.02 * (high - low)) {
    if (fc < fd) {
      [b, d, fd] = [d, c, fc];
      c = b - ratio * (b - a);
      fc = cost(c);
    } else {
      [a, c, fc] = [c, d, fd];
      d = a + ratio * (b - a);
      fd = cost(d);
    }
  }
  return fc < fd ? c : d;
}

function rimPixels(mask: Uint8Array, grid: Grid, widest: readonly [number, number, number]): Int32Array {
  const generous = gaussianBlur(mask, grid, widest);
  const found: number[] = [];
  generous.forEach((share, i) => {
    if (share > rimLow && share < rimHigh) found.push(i);
  });
  return Int32Array.from(found);
}

function widestBlur(grid: Grid): { lateral: number; axial: number } {
  const volumetric = activeAxes(grid).includes(0);
  return {
    lateral: Math.max(4 * grid.spacing[2], 60),
    axial: volumetric ? Math.max(3 * grid.spacing[0], 120) : 0,
  };
}

const noBlur: Pick<RimBlur, 'sd' | 'measured'> = { sd: [0, 0, 0], measured: false };

/** Lateral and axial sd with the least misfit, in turn for a stack. */
function fitBlur(
  misfit: (axial: number, lateral: number) => number,
  widest: { lateral: number; axial: number },
): [number, number] {
  if (widest.axial === 0) return [0, goldenMinimum((sd) => misfit(0, sd), 0, widest.lateral)];
  let lateral = goldenMinimum((sd) => misfit(2 * sd, sd), 0, widest.lateral);
  let axial = 0;
  for (let round = 0; round < 2; round++) {
    const sideways = lateral;
    axial = goldenMinimum((sd) => misfit(sd, sideways), 0, widest.axial);
    const along = axial;
    lateral = goldenMinimum((sd) => misfit(along, sd), 0, widest.lateral);
  }
  return [axial, lateral];
}

/**
 * The blur across the nuclear edge, measured from how the background-free `intensity` falls off across the edge of
 * the mask: the Gaussian whose blurred mask, times the local level of the intensity, fits best (least absolute
 * misfit over the rim). `intensity` and `mask` (0 or 1) have one entry per voxel. For a stack, lateral and axial
 * blur are fitted in turn. The largest sd considered is 4 voxels or 60 nm, whichever is more; a fit that wants more
 * means that the mask does not follow the signal, and then no blur is reported.
 */
export function measureRimBlur(intensity: Float64Array, mask: Uint8Array, grid: Grid): RimBlur {
  const widest = widestBlur(grid);
  const rim = rimPixels(mask, grid, [widest.axial / 2, widest.lateral / 2, widest.lateral / 2]);
  if (rim.length < 100) return { ...noBlur, looseMask: false };
  const window: [number, number, number] = [
    widest.axial > 0 ? 2 * grid.spacing[0] : 0,
    widest.lateral,
    widest.lateral,
  ];
  const level = gaussianBlur(intensity, grid, window);
  const [axial, lateral] = fitBlur(
    (a, l) => rimMisfit(intensity, mask, rim, { grid, sd: [a, l, l], level, window }),
    widest,
  );
  if (lateral > 0.95 * widest.lateral) return { ...noBlur, looseMask: true };
  return { sd: [axial, lateral, lateral], measured: true, looseMask: false };
}

/**
 * Share of each voxel's signal that comes from inside the mask, given the blur: 1 deep inside, about ½ at the
 * edge. Dividing by it undoes the fall-off at the rim. Not below 0.3 inside the mask, so that noise is not
 * multiplied without bound.
 */
export function coveredShare(mask: Uint8Array, grid: Grid, blur: RimBlur): Float64Array {
  if (!blur.measured) return new Float64Array(mask.length).fill(1);
  return gaussianBlur(mask, grid, blur.sd).map((share) => Math.max(share, 0.3));
}
