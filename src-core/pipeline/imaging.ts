import type { Calibrated } from '../density/channels.js';
import { gaussianBlur } from '../kernels/gaussian-blur.js';
import { splitDensity } from '../density/split.js';
import { type Cells, toVoxels } from '../kernels/cells.js';
import { pack, unpack } from '../kernels/no-flux.js';
import { type FieldPair, filterField } from '../kernels/no-flux-filter.js';
import { breathe, type Run } from '../run.js';
import { noFluxMollifier } from '../solvers/no-flux-mollifier.js';
import type { RateProblem } from '../solvers/solver.js';
import type { ImagingBlur } from './check-report.js';

type Sd = ImagingBlur['sdNm'];

/** A field on cells as the calibrated image would show it: blurred, and the fall-off at the rim divided out. */
function shown(packed: Float64Array, cells: Cells, sdNm: Sd): Float64Array {
  const { voxels } = cells;
  const values = toVoxels(packed, cells);
  const reached = values.map((value) => (Number.isNaN(value) ? 0 : 1));
  const blurred = (field: Float64Array): Float64Array =>
    pack(gaussianBlur(unpack(field, voxels), voxels.grid, sdNm, voxels.isPeriodic), voxels);
  const covered = blurred(reached);
  return blurred(values.map((value, i) => (reached[i] === 0 ? 0 : value))).map(
    (value, i) => value / Math.max(covered[i], 1e-3),
  );
}

/** Density as φ_h and φ_e after the smoothing and the split that the measured density went through. */
async function splitAlike(
  density: Float64Array,
  share: number,
  problem: RateProblem,
  run: Run,
): Promise<FieldPair> {
  const { domain, length, finest, parameters } = problem;
  const series = noFluxMollifier('poly8', domain, length).series(finest / 3);
  const smooth = await filterField(density, domain, series, run);
  const { phiH, phiE } = await splitDensity(smooth, domain, { fraction: share, parameters }, run);
  return [phiH, phiE];
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Simulated φ_h and φ_e on cells, as the job's calibration (and split, of a single channel) would give them. */
export async function imageLike(
  [phiH, phiE]: FieldPair,
  cells: Cells,
  { problem, sdNm }: { readonly problem: RateProblem; readonly sdNm: Sd },
  run: Run,
): Promise<FieldPair> {
  await breathe(run);
  const [h, e] = [shown(phiH, cells, sdNm), shown(phiE, cells, sdNm)];
  await breathe(run);
  if (problem.finest === 0) return [h, e];
  const density = h.map((value, i) => value + e[i]);
  return splitAlike(density, sum(phiH) / (sum(phiH) + sum(phiE)), problem, run);
}

function meanSquare(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, value, i) => total + (value - b[i]) ** 2, 0) / a.length;
}

/** Lateral sd of 0 to 100 nm by which the simulated φ_h comes closest to the measured one; golden section to 3 nm. */
async function fitBlur(
  simulated: Float64Array,
  measured: Float64Array,
  cells: Cells,
  run: Run,
): Promise<number> {
  const cost = async (sd: number): Promise<number> => {
    await breathe(run);
    return meanSquare(shown(simulated, cells, [0, sd, sd]), measured);
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [0, 100];
  while (high - low > 3) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if ((await cost(left)) < (await cost(right))) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

/** The blur measured at the rim, or where there is none, the one that fits the simulated φ_h best. */
export async function imagingBlur(
  { rimBlur }: Calibrated,
  simulated: Float64Array,
  { problem, cells }: { readonly problem: RateProblem; readonly cells: Cells },
  run: Run,
): Promise<ImagingBlur> {
  if (rimBlur.measured) return { sdNm: rimBlur.sd, from: 'rim' };
  const sd = await fitBlur(simulated, problem.phiH, cells, run);
  return { sdNm: [0, sd, sd], from: 'fitted' };
}
