import { activeAxes, type Grid, type Triple } from '../data/grid.js';
import { breathe, type Run } from '../run.js';
import { gaussianBlurred } from '../kernels/gaussian-blur.js';
import { axialPart } from './edge-normal.js';
import { type EdgeFit, fitStackRim, insetShare } from './rim-fit.js';

/** How far the microscope's blur carries signal across the edge of the nucleus. */
export interface RimBlur {
  /** Gaussian sd in nm along z, y, x; 0 along an axis where none was found. */
  readonly sd: readonly [number, number, number];
  /** False where the mask has no edge to measure at, or does not follow the edge of the signal. */
  readonly measured: boolean;
  /**
   * How far the signal ends inside the edge of the mask, nm where the edge faces along z and where it faces sideways
   * (negative: beyond it). A mask of whole pixels that counts half-covered ones as inside is a little too large.
   */
  readonly inset: readonly [axial: number, lateral: number];
  /** True where a mask with an edge was found not to follow the signal: the fit ran into its limit. */
  readonly looseMask: boolean;
}

/** Pixels whose covered share lies between these, under a generous blur, are the rim that the fit looks at. */
const rimLow = 0.02;
const rimHigh = 0.98;

/** The rim and what its intensities are compared with: the local level of the signal where a voxel is fully covered. */
interface Rim {
  readonly intensity: Float64Array;
  readonly mask: ArrayLike<number>;
  readonly grid: Grid;
  readonly voxels: Int32Array;
  readonly level: Float64Array;
}

/** Mean absolute misfit of intensity ≈ covered share × local level, over the rim. */
async function rimMisfit(
  { intensity, mask, grid, voxels, level }: Rim,
  [axial, lateral]: readonly [number, number],
  run: Run,
): Promise<number> {
  const covered = await gaussianBlurred(mask, [grid, [axial, lateral, lateral]], false, run);
  let sum = 0;
  for (const i of voxels) sum += Math.abs(intensity[i] - covered[i] * level[i]);
  return sum / voxels.length;
}

type Cost = (x: number) => Promise<number>;

/** Smallest value of `cost` on [0, high], by golden section to 3 % of it. */
async function goldenMinimum(cost: Cost, high: number, run: Run): Promise<number> {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [0, high];
  let [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [fc, fd] = [await cost(c), await cost(d)];
  while (b - a > 0.03 * high) {
    await breathe(run);
    if (fc < fd) {
      [b, d, fd] = [d, c, fc];
      c = b - ratio * (b - a);
      fc = await cost(c);
    } else {
      [a, c, fc] = [c, d, fd];
      d = a + ratio * (b - a);
      fd = await cost(d);
    }
  }
  return (a + b) / 2;
}

async function rimPixels(mask: ArrayLike<number>, grid: Grid, widest: Triple, run: Run): Promise<Int32Array> {
  const generous = await gaussianBlurred(mask, [grid, widest], false, run);
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

const noBlur: Pick<RimBlur, 'sd' | 'measured' | 'inset'> = { sd: [0, 0, 0], measured: false, inset: [0, 0] };
/** Largest inset considered, in sd of the blur. */
const largestInset = 0.6;

/** The inset of a flat nucleus with the least misfit, the local level of the signal following it; nm. */
async function fitInset(
  intensity: Float64Array,
  covered: Float64Array,
  { grid, voxels, window, sd }: Pick<Rim, 'grid' | 'voxels'> & { window: Triple; sd: EdgeFit['sd'] },
  run: Run,
): Promise<number> {
  const sum = await gaussianBlurred(intensity, [grid, window], false, run);
  const axial = new Float32Array(covered.length);
  const cost = async (inset: number): Promise<number> => {
    const share = insetShare(covered, axial, { sd, inset: [0, inset] });
    const weight = await gaussianBlurred(share, [grid, window], false, run);
    let misfit = 0;
    for (const i of voxels)
      misfit += Math.abs(intensity[i] - (share[i] * sum[i]) / Math.max(weight[i], 1e-3));
    return misfit;
  };
  const largest = largestInset * sd[1];
  return (await goldenMinimum((x) => cost(x - largest), 2 * largest, run)) - largest;
}

/** Axial and lateral sd with the least misfit; for a stack a start for the fit of everything at once. */
async function fitBlur(
  rim: Rim,
  widest: { lateral: number; axial: number },
  run: Run,
): Promise<[number, number]> {
  if (widest.axial === 0) {
    return [0, await goldenMinimum((sd) => rimMisfit(rim, [0, sd], run), widest.lateral, run)];
  }
  const guess = await goldenMinimum((sd) => rimMisfit(rim, [2 * sd, sd], run), widest.lateral, run);
  const axial = await goldenMinimum((sd) => rimMisfit(rim, [sd, guess], run), widest.axial, run);
  return [axial, guess];
}

/**
 * The blur across the nuclear edge, measured from how the background-free `intensity` falls off across the edge of
 * the mask: the Gaussian whose blurred mask, times the local level of the intensity, fits best (least absolute
 * misfit over the rim). `intensity` and `mask` (0 or 1, or covered shares in between) have one entry per voxel. For a
 * stack, axial and lateral blur are fitted in turn, and then together with the insets. The largest sd considered is 4
 * voxels or 60 nm, whichever is more; a fit that wants more means that the mask does not follow the signal, and then no
 * blur is reported.
 */
export async function measureRimBlur(
  intensity: Float64Array,
  mask: ArrayLike<number>,
  grid: Grid,
  run: Run,
): Promise<RimBlur> {
  const widest = widestBlur(grid);
  const blurred = (values: ArrayLike<number>, sd: Triple): Promise<Float64Array> =>
    gaussianBlurred(values, [grid, sd], false, run);
  const half: Triple = [widest.axial / 2, widest.lateral / 2, widest.lateral / 2];
  const voxels = await rimPixels(mask, grid, half, run);
  if (voxels.length < 100) return { ...noBlur, looseMask: false };
  const window: [number, number, number] = [
    widest.axial > 0 ? 2 * grid.spacing[0] : 0,
    widest.lateral,
    widest.lateral,
  ];
  const sum = await blurred(intensity, window);
  // The share of a typical blur: the level hardly depends on which, the window is several times wider.
  const typical = await blurred(mask, [widest.axial / 3, widest.lateral / 3, widest.lateral / 3]);
  const share = await blurred(typical, window);
  const level = sum.map((value, i) => value / Math.max(share[i], 1e-3));
  const [axial, lateral] = await fitBlur({ intensity, mask, grid, voxels, level }, widest, run);
  if (lateral > 0.95 * widest.lateral) return { ...noBlur, looseMask: true };
  const found = { measured: true, looseMask: false };
  if (widest.axial > 0) {
    const start = { sd: [axial, lateral], inset: [0, 0] } as const;
    const { sd, inset } = await fitStackRim({ intensity, covered: mask, grid }, start, run);
    return { ...found, sd: [sd[0], sd[1], sd[1]], inset };
  }
  const covered = await blurred(mask, [axial, lateral, lateral]);
  const inset = await fitInset(intensity, covered, { grid, voxels, window, sd: [axial, lateral] }, run);
  return { ...found, sd: [axial, lateral, lateral], inset: [0, inset] };
}

/**
 * Share of each voxel's signal that comes from inside the mask, given the blur: 1 deep inside, about ½ at the
 * edge. Dividing by it undoes the fall-off at the rim. Not below 0.3 inside the mask, so that noise is not
 * multiplied without bound.
 */
export async function coveredShare(
  mask: ArrayLike<number>,
  grid: Grid,
  blur: RimBlur,
  run: Run,
): Promise<Float64Array> {
  if (!blur.measured) return new Float64Array(mask.length).fill(1);
  const { sd, inset } = blur;
  const blurred = await gaussianBlurred(mask, [grid, sd], false, run);
  const share = insetShare(blurred, axialPart(blurred, grid), { sd: [sd[0], sd[2]], inset });
  return share.map((value) => Math.max(value, 0.3));
}
