import { analyse, synthesise } from '../../kernels/cosine-basis.js';
import {
  conjugateGradients,
  type GradientStop,
  type SymmetricSystem,
} from '../../kernels/conjugate-gradients.js';
import type { SymmetricOperator } from '../../kernels/lanczos.js';
import { addScaled, dot, scaled, timesEach } from '../../kernels/vectors.js';
import type { Run } from '../../run.js';
import { applyInformation, type EquationData, type EquationDesign } from './equation-data.js';
import { levelRoot, whitenedOnLevel } from './error-root.js';
import { cellWidth, frameOnCells, restrictTo } from './frame.js';
import { posteriorPreconditioner } from './mode-overlap.js';
import type { Candidate } from './prior-search.js';
import { priorOnCells, type ScalePrior } from './scale-view.js';

const stop = { limit: 300, tolerance: 3e-3 };
/** On rough cells, before it is solved again for what that leaves. */
const roughStop = { limit: 300, tolerance: 1e-2 };
/** Rounds in which what rough cells leave of the residual on the data's own cells is solved for again. */
const refinements = 2;

/** Data whitened by G^½ and the weight of each cell, with the posterior of δ under the chosen prior taken out. */
interface WhiteSystem {
  /** White data → coefficients of the prior's cosines. */
  readonly back: SymmetricOperator;
  /** The posterior's precision on the data's own cells. */
  readonly apply: SymmetricOperator;
  /** About the inverse of that. */
  readonly solve: SymmetricOperator;
}

/** Which cells the data speak of, under which prior; `weight` is each cell's in voxels, or `even`: its volume. */
interface Judged {
  readonly best: Candidate;
  readonly weight: Float64Array | 'even';
}

/** φ_e, the modes of a prior and its amplitude, on the cells of one level. */
interface ModeDesign {
  readonly design: EquationDesign;
  readonly prior: ScalePrior;
  readonly relative: number;
}

const weightOf = (weight: Judged['weight'], { frame }: EquationDesign): Float64Array =>
  weight === 'even' ? frame.level.volume : weight;

/** White data → coefficients of the prior's cosines. */
function carriedBack(
  { design: { frame, phiE }, prior: { basis, root } }: ModeDesign,
  weight: Float64Array,
): SymmetricOperator {
  const { volume } = frame.level;
  const ofError = levelRoot(frame);
  return async (white, run) => {
    const judged = white.map((v, i) => (v * weight[i]) / volume[i]);
    const carried = await whitenedOnLevel(judged, ofError, run);
    for (let i = 0; i < carried.length; i++) carried[i] *= phiE[i] * volume[i];
    const back = await analyse(carried, basis, run);
    for (let k = 0; k < back.length; k++) back[k] *= root[k];
    return back;
  };
}

/** 1 + r²M on coefficients: through both roots of G, or G at once where all cells count alike. */
function precision(
  { design, prior, relative }: ModeDesign,
  weight: Judged['weight'],
  back: SymmetricOperator,
): SymmetricOperator {
  const { basis, root } = prior;
  const ofError = levelRoot(design.frame);
  const inform = async (delta: Float64Array, run: Run): Promise<Float64Array> => {
    if (weight === 'even') {
      const seen = await analyse(await applyInformation(delta, design, run), basis, run);
      return timesEach(seen, root);
    }
    return back(await whitenedOnLevel(timesEach(delta, design.phiE), ofError, run), run);
  };
  return async (z, run) => {
    const information = await inform(await synthesise(timesEach(z, root), basis, run), run);
    const out = scaled(information, relative ** 2);
    addScaled(out, z, 1);
    return out;
  };
}

/** The system on the cells of the design, solved by conjugate gradients there. */
async function systemOn(
  own: ModeDesign,
  { weight, until }: { weight: Judged['weight']; until: GradientStop },
  run: Run,
): Promise<WhiteSystem> {
  const { design, prior, relative } = own;
  const each = weightOf(weight, design);
  const back = carriedBack(own, each);
  const apply = precision(own, weight, back);
  const precondition = await posteriorPreconditioner(design, prior, { weight: each, relative }, run);
  const system: SymmetricSystem = { apply, precondition };
  const solve: SymmetricOperator = async (right, r) =>
    (await conjugateGradients(system, [right, new Float64Array(right.length)], until, r)).x;
  return { back, apply, solve };
}

/** The system of the data, solved on rough cells where those are larger than the data's, which δ does not mind. */
async function whiteSystem(
  { frame, phiE, smoothE }: EquationData,
  { best, weight }: Judged,
  run: Run,
): Promise<WhiteSystem> {
  const { relative, scale } = best;
  const own: ModeDesign = { design: { frame, phiE }, prior: scale, relative };
  const rough = await frameOnCells(frame, cellWidth.rough, run);
  if (rough.level === frame.level || weight !== 'even') return systemOn(own, { weight, until: stop }, run);
  const design = { frame: rough, phiE: restrictTo(smoothE, rough) };
  const besides = { design, prior: priorOnCells(scale, rough), relative };
  const beside = await systemOn(besides, { weight, until: roughStop }, run);
  const back = carriedBack(own, frame.level.volume);
  const apply = precision(own, weight, back);
  const solve: SymmetricOperator = async (right, r) => {
    const x = await beside.solve(right, r);
    for (let round = 0; round < refinements; round++) {
      const image = await apply(x, r);
      const left = right.map((v, k) => v - image[k]);
      addScaled(x, await beside.solve(left, r), 1);
    }
    return x;
  };
  return { back, apply, solve };
}

/** What a whitened field says of δ: the right side b, a nearly solved x, and what b − Ax is left. */
interface Explained {
  readonly right: Float64Array;
  readonly x: Float64Array;
  readonly left: Float64Array;
}

async function explain(
  field: Float64Array,
  { back, apply, solve }: WhiteSystem,
  run: Run,
): Promise<Explained> {
  const right = await back(field, run);
  const x = await solve(right, run);
  const image = await apply(x, run);
  return { right, x, left: right.map((v, k) => v - image[k]) };
}

/**
 * uᵀKv for all pairs of fields whitened on the level of the data, K the precision of the data once δ is unknown under
 * the candidate's prior. bᵀA⁻¹c is taken as xᵀc + (b − Ax)ᵀy with x and y near A⁻¹b and A⁻¹c: its error is the product
 * of theirs.
 */
export async function reducedProducts(
  fields: readonly Float64Array[],
  data: EquationData,
  judged: Judged,
  run: Run,
): Promise<number[][]> {
  const variance = judged.best.relative ** 2;
  const weight = weightOf(judged.weight, data);
  const system = await whiteSystem(data, judged, run);
  const known: Explained[] = [];
  for (const field of fields) known.push(await explain(field, system, run));
  const weighted = fields.map((field) => field.map((v, i) => v * weight[i]));
  const explained = (a: Explained, b: Explained): number => dot(a.x, b.right) + dot(a.left, b.x);
  return fields.map((u, i) =>
    fields.map((_, j) => dot(u, weighted[j]) - variance * explained(known[i], known[j])),
  );
}
