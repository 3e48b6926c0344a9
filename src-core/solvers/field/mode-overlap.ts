import { factorColumn, solveFactored } from '../../kernels/cholesky.js';
import { analyse, basisOfModes, type CosineBasis } from '../../kernels/cosine-basis.js';
import type { SymmetricOperator } from '../../kernels/lanczos.js';
import { breathe, type Run } from '../../run.js';
import type { EquationDesign } from './equation-data.js';
import { voxelsPerCell } from './frame.js';
import type { ScalePrior } from './scale-view.js';

/** The modes that are taken together, those of most information, are at most this many. */
const mostModes = 800;
/** A mode whose information is less than this share of the prior's is left on its own. */
const leastInformation = 0.3;

/** Normalisation of mode j of a table along an axis of the given length in cells. */
const heightOf = (j: number, cells: number): number => Math.sqrt((j === 0 ? 1 : 2) / cells);

/** Per axis: number of modes, and the length of the box in cells; 1 and 1 where there is none. */
function axesOf({ modes, box, level }: CosineBasis): { modes: number; cells: number }[] {
  return [0, 1, 2].map((axis) => ({
    modes: modes[axis],
    cells: box.length[axis] === 0 ? 1 : box.length[axis] / level.spacing[axis],
  }));
}

/** Σ over cells of weight · cosine (of height 1), for twice as many waves along every axis. */
async function plainTransform(weight: Float64Array, basis: CosineBasis, run: Run): Promise<Float64Array> {
  const { level, box, modes } = basis;
  const double = (n: number): number => (n === 1 ? 1 : 2 * n);
  const wide = basisOfModes(level, box, [double(modes[0]), double(modes[1]), double(modes[2])]);
  const sums = await analyse(weight, wide, run);
  const [z, y, x] = axesOf(wide);
  for (let at = 0; at < sums.length; at++) {
    const i = Math.floor(at / (y.modes * x.modes));
    const j = Math.floor(at / x.modes) % y.modes;
    sums[at] /= heightOf(i, z.cells) * heightOf(j, y.cells) * heightOf(at % x.modes, x.cells);
  }
  return sums;
}

/** Per pair of modes along an axis, what a product of the two has of the cosines of difference and sum. */
function pairShares({ modes, cells }: { modes: number; cells: number }): Float64Array {
  const shares = new Float64Array(modes * modes);
  for (let i = 0; i < modes; i++) {
    for (let j = 0; j < modes; j++) {
      const height = heightOf(i, cells) * heightOf(j, cells);
      shares[i * modes + j] = modes === 1 ? height : height / 2;
    }
  }
  return shares;
}

/** Σ over cells of weight · mode k · mode l, from products of cosines being sums of cosines. */
function overlapOf(sums: Float64Array, basis: CosineBasis): (k: number, l: number) => number {
  const [z, y, x] = axesOf(basis);
  const [nz, ny, nx] = [z, y, x].map(({ modes }) => (modes === 1 ? 1 : 2 * modes));
  if (sums.length !== nz * ny * nx) throw new RangeError('The sums are not those of the basis.');
  const [sharesZ, sharesY, sharesX] = [pairShares(z), pairShares(y), pairShares(x)];
  return (k, l) => {
    const [kx, lx] = [k % x.modes, l % x.modes];
    const [ky, ly] = [Math.floor(k / x.modes) % y.modes, Math.floor(l / x.modes) % y.modes];
    const [kz, lz] = [Math.floor(k / (x.modes * y.modes)), Math.floor(l / (x.modes * y.modes))];
    const [lowX, highX] = [Math.abs(kx - lx), x.modes === 1 ? -1 : kx + lx];
    const [lowY, highY] = [Math.abs(ky - ly), y.modes === 1 ? -1 : ky + ly];
    const [lowZ, highZ] = [Math.abs(kz - lz), z.modes === 1 ? -1 : kz + lz];
    const alongX = (row: number): number => sums[row * nx + lowX] + (highX < 0 ? 0 : sums[row * nx + highX]);
    const alongY = (plane: number): number =>
      alongX(plane * ny + lowY) + (highY < 0 ? 0 : alongX(plane * ny + highY));
    const sum = alongY(lowZ) + (highZ < 0 ? 0 : alongY(highZ));
    return sum * sharesZ[kz * z.modes + lz] * sharesY[ky * y.modes + ly] * sharesX[kx * x.modes + lx];
  };
}

/** About (1 + M)⁻¹ where the weight is about even over the whole box. */
function evenPreconditioner(weight: Float64Array, strength: Float64Array): SymmetricOperator {
  const mean = weight.reduce((sum, v) => sum + v, 0) / weight.length;
  return (z) => Promise.resolve(z.map((v, k) => v / (1 + mean * strength[k] * strength[k])));
}

/**
 * About (1 + M)⁻¹ where M is the information of data of the given `weight` per cell on the modes of a basis, and
 * `strength` its root per mode where the weight is even and 1: M ≈ strength·(overlap of the modes in the nucleus)·strength.
 * The box is wider than the nucleus, so that modes of much information are far from independent: these are taken together.
 */
async function overlapPreconditioner(
  weight: Float64Array,
  strength: Float64Array,
  basis: CosineBasis,
  run: Run,
): Promise<SymmetricOperator> {
  // The waves of a periodic field fill their box, and no edge makes one look like another.
  if (basis.box.isPeriodic) return evenPreconditioner(weight, strength);
  const overlap = overlapOf(await plainTransform(weight, basis, run), basis);
  const own = strength.map((v, k) => v * v * overlap(k, k));
  const strong = Int32Array.from(
    Array.from(own.keys())
      .filter((k) => own[k] > leastInformation)
      .sort((p, q) => own[q] - own[p])
      .slice(0, mostModes),
  );
  const factor: Float64Array[] = [];
  for (const k of strong) {
    // The lower part alone is asked for.
    const row = new Float64Array(strong.length);
    for (let i = 0; i <= factor.length; i++) {
      const l = strong[i];
      row[i] = strength[k] * strength[l] * overlap(k, l);
    }
    row[factor.length] += 1;
    factor.push(row);
    await breathe(run);
  }
  for (let j = 0; j < strong.length; j++) {
    factorColumn(factor, j);
    await breathe(run);
  }
  return (z) => {
    const out = new Float64Array(z.length);
    for (let k = 0; k < out.length; k++) out[k] = z[k] / (1 + own[k]);
    const together = new Float64Array(strong.length);
    for (let i = 0; i < strong.length; i++) together[i] = z[strong[i]];
    solveFactored(factor, together);
    for (let i = 0; i < strong.length; i++) out[strong[i]] = together[i];
    return Promise.resolve(out);
  };
}

/**
 * About (1 + r²M)⁻¹, M the information of the data on the modes of a prior as if G did not mix the waves that the nucleus
 * cuts out; r is `relative`, and `weight` how much each cell counts, in voxels.
 */
export function posteriorPreconditioner(
  { frame: { level }, phiE }: EquationDesign,
  { basis, modes }: ScalePrior,
  { weight, relative }: { weight: Float64Array; relative: number },
  run: Run,
): Promise<SymmetricOperator> {
  const whole = voxelsPerCell(level);
  const seen = weight.map((v, i) => (v / whole) * phiE[i] ** 2);
  const strength = modes.prior.map((v, k) => relative * Math.sqrt(v * modes.information[k]));
  return overlapPreconditioner(seen, strength, basis, run);
}
