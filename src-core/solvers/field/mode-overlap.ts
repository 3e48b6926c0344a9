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

/** Where the difference and the sum of two modes along an axis stand, and what a product of the two has of each. */
function pairAlong(i: number, j: number, { modes, cells }: { modes: number; cells: number }) {
  const height = heightOf(i, cells) * heightOf(j, cells);
  return modes === 1 ? { at: [0], share: height } : { at: [Math.abs(i - j), i + j], share: height / 2 };
}

/** Σ over cells of weight · mode k · mode l, from products of cosines being sums of cosines. */
function overlapOf(sums: Float64Array, basis: CosineBasis): (k: number, l: number) => number {
  const axes = axesOf(basis);
  const [z, y, x] = axes;
  const across = z.modes === 1 ? 1 : 2 * z.modes;
  const [ny, nx] = [y, x].map(({ modes }) => (modes === 1 ? 1 : 2 * modes));
  if (sums.length !== across * ny * nx) throw new RangeError('The sums are not those of the basis.');
  const place = (k: number): number[] => [
    Math.floor(k / (y.modes * x.modes)),
    Math.floor(k / x.modes) % y.modes,
    k % x.modes,
  ];
  return (k, l) => {
    const [p, q] = [place(k), place(l)];
    const [pz, py, px] = axes.map((axis, a) => pairAlong(p[a], q[a], axis));
    let sum = 0;
    for (const c of pz.at) for (const b of py.at) for (const a of px.at) sum += sums[(c * ny + b) * nx + a];
    return sum * pz.share * py.share * px.share;
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
    const row = Float64Array.from(strong, (l) => strength[k] * strength[l] * overlap(k, l));
    row[factor.length] += 1;
    factor.push(row);
    await breathe(run);
  }
  for (let j = 0; j < strong.length; j++) {
    factorColumn(factor, j);
    await breathe(run);
  }
  return (z) => {
    const out = z.map((v, k) => v / (1 + own[k]));
    const together = Float64Array.from(strong, (k) => z[k]);
    solveFactored(factor, together);
    strong.forEach((k, i) => (out[k] = together[i]));
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
