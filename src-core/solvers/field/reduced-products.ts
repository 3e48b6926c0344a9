import { analyse, synthesise } from '../../kernels/cosine-basis.js';
import { conjugateGradients } from '../../kernels/conjugate-gradients.js';
import { dot } from '../../kernels/vectors.js';
import type { Run } from '../../run.js';
import type { EquationData } from './equation-data.js';
import { levelRoot, whitenedOnLevel } from './error-root.js';
import { voxelsPerCell } from './frame.js';
import type { Candidate } from './prior-search.js';
import type { ScalePrior } from './scale-view.js';

const stop = { limit: 300, tolerance: 3e-3 };

/** Data whitened by G^½ and the weight of each cell, with the posterior of δ under the chosen prior taken out. */
interface WhiteSystem {
  readonly weight: Float64Array;
  /** White data → coefficients of the prior's cosines. */
  readonly back: (white: Float64Array, run: Run) => Promise<Float64Array>;
  readonly apply: (z: Float64Array, run: Run) => Promise<Float64Array>;
  readonly precondition: (z: Float64Array) => Promise<Float64Array>;
  readonly variance: number;
}

/** About the diagonal of the posterior's precision in the prior's coordinates: φ_e² as if it were even. */
function roughPrecision(
  { frame: { level }, phiE }: EquationData,
  { modes }: ScalePrior,
  { weight, variance }: { weight: Float64Array; variance: number },
): Float64Array {
  const square = phiE.reduce((sum, v, i) => sum + v * v * weight[i], 0);
  const each = (variance * square * modes.perCell) / voxelsPerCell(level);
  return modes.prior.map((v, k) => 1 + each * v * modes.information[k]);
}

function whiteSystem(
  data: EquationData,
  prior: ScalePrior,
  { weight, variance }: { weight: Float64Array; variance: number },
): WhiteSystem {
  const { frame, phiE } = data;
  const { level } = frame;
  const { basis, root } = prior;
  const precision = roughPrecision(data, prior, { weight, variance });
  const precondition = (z: Float64Array): Promise<Float64Array> =>
    Promise.resolve(z.map((v, k) => v / precision[k]));
  const ofError = levelRoot(frame);
  const back = async (white: Float64Array, run: Run): Promise<Float64Array> => {
    const judged = white.map((v, i) => (v * weight[i]) / level.volume[i]);
    const carried = await whitenedOnLevel(judged, ofError, run);
    const exchanged = carried.map((v, i) => v * phiE[i] * level.volume[i]);
    return (await analyse(exchanged, basis, run)).map((v, k) => v * root[k]);
  };
  const apply = async (z: Float64Array, run: Run): Promise<Float64Array> => {
    const delta = await synthesise(
      z.map((v, k) => v * root[k]),
      basis,
      run,
    );
    const white = await whitenedOnLevel(
      delta.map((v, i) => v * phiE[i]),
      ofError,
      run,
    );
    const information = await back(white, run);
    return z.map((v, k) => v + variance * information[k]);
  };
  return { weight, back, apply, precondition, variance };
}

/** What a whitened field says of δ: the right side b, a nearly solved x, and what b − Ax is left. */
interface Explained {
  readonly right: Float64Array;
  readonly x: Float64Array;
  readonly left: Float64Array;
}

async function explain(field: Float64Array, system: WhiteSystem, run: Run): Promise<Explained> {
  const { back, apply } = system;
  const right = await back(field, run);
  const { x } = await conjugateGradients(system, [right, new Float64Array(right.length)], stop, run);
  const image = await apply(x, run);
  return { right, x, left: right.map((v, k) => v - image[k]) };
}

/**
 * uᵀKv for all pairs of fields whitened on the level of the data, K the precision of the data once δ is unknown under
 * the candidate's prior; `weight` is each cell's. bᵀA⁻¹c is taken as xᵀc + (b − Ax)ᵀy with x and y near A⁻¹b and A⁻¹c: its
 * error is the product of theirs.
 */
export async function reducedProducts(
  fields: readonly Float64Array[],
  data: EquationData,
  { best, weight }: { best: Candidate; weight: Float64Array },
  run: Run,
): Promise<number[][]> {
  const variance = best.relative ** 2;
  const system = whiteSystem(data, best.scale, { weight, variance });
  const known: Explained[] = [];
  for (const field of fields) known.push(await explain(field, system, run));
  const weighted = fields.map((field) => field.map((v, i) => v * weight[i]));
  const explained = (a: Explained, b: Explained): number => dot(a.x, b.right) + dot(a.left, b.x);
  return fields.map((u, i) =>
    fields.map((_, j) => dot(u, weighted[j]) - variance * explained(known[i], known[j])),
  );
}
