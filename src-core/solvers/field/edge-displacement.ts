import type { FieldPair } from '../../kernels/no-flux-filter.js';
import { normalQuantile } from '../../kernels/normal-distribution.js';
import type { Run } from '../../run.js';
import type { RateProblem } from '../solver.js';
import type { EquationData } from './equation-data.js';
import { whitenedError } from './error-root.js';
import { leastSquares } from './least-squares.js';
import type { Candidate } from './prior-search.js';
import { reducedProducts } from './reduced-products.js';
import { gradientAlong } from './voxel-gradient.js';

/** What mask and signal leave open before the equation is asked: the edge's place in voxels across it, the blur relatively. */
const openPlace = 0.3;
const openBlur = 0.1;
/** Beyond this many sd of the blur the share of a voxel does not depend on the edge. */
const farInside = 3.5;
/** A share is changed by at most this factor, up or down, and stays above the least that signal is divided by. */
const mostChange = 1.5;
const leastShare = 0.3;

/** Relative change of both fractions per unit of one way that the share may be wrong, and what is expected of it. */
interface ShareError {
  readonly change: Float64Array;
  readonly sd: number;
}

const axialAxis = 0;

/**
 * Ways in which the covered share may be wrong: an edge that lies further inside (L0) and a blur that is wider (relatively),
 * each sideways and, in a stack, along z. With q the depth in sd of the blur, share = Φ(q), and ∇q tells how the edge
 * lies and how wide the blur is across it.
 */
function shareErrors(problem: RateProblem, share: Float64Array): ShareError[] {
  const { domain, length } = problem;
  const depth = share.map((c) => normalQuantile(Math.min(Math.round(c * 4000) / 4000, 0.9999)));
  const axes = domain.grid.shape.flatMap((n, axis) => (n > 1 ? [axis as 0 | 1 | 2] : []));
  const rises = axes.map((axis) => gradientAlong(depth, problem, axis));
  const steep = depth.map((_, i) => rises.reduce((sum, rise) => sum + rise[i] ** 2, 0));
  const relative = depth.map((q, i) =>
    q > farInside ? 0 : Math.exp((-q * q) / 2) / Math.sqrt(2 * Math.PI) / share[i],
  );
  const axial = depth.map((_, i) =>
    axes[0] === axialAxis && steep[i] > 0 ? rises[0][i] ** 2 / steep[i] : 0,
  );
  const errors = (part: (i: number) => number, axis: number): ShareError[] => [
    {
      change: relative.map((v, i) => v * Math.sqrt(steep[i]) * part(i)),
      sd: (openPlace * domain.grid.spacing[axis]) / length,
    },
    { change: relative.map((v, i) => v * depth[i] * part(i)), sd: openBlur },
  ];
  const lateral = errors((i) => 1 - axial[i], 2);
  return axes[0] === axialAxis ? [...lateral, ...errors((i) => axial[i], axialAxis)] : lateral;
}

/**
 * The covered share as the equation wants it: the fractions φ were divided by `share`, and where the edge of the nucleus
 * lies otherwise, or the blur is wider, both channels err by the same factor. How far is the generalised least-squares
 * fit of the whitened equation's error, with δ free to follow its prior and both kept near what mask and signal said.
 * `measured` are the fractions that were divided by `share`, `expected` what both channels and the equation make of them.
 */
export async function displacedShare(
  problem: RateProblem,
  share: Float64Array,
  {
    measured,
    expected,
    data,
    best,
  }: { measured: FieldPair; expected: FieldPair; data: EquationData; best: Candidate },
  run: Run,
): Promise<Float64Array> {
  const errors = shareErrors(problem, share);
  const fields: Float64Array[] = [];
  for (const { change } of errors) {
    const changed = expected.map((phi) => phi.map((v, i) => v * change[i])) as [Float64Array, Float64Array];
    fields.push(await whitenedError(changed, problem, data.frame, run));
  }
  fields.push(await whitenedError(measured, problem, data.frame, run));
  const products = await reducedProducts(fields, data, { best, weight: 'even' }, run);
  errors.forEach(({ sd }, k) => (products[k][k] += 1 / sd ** 2));
  const found = leastSquares(products).best;
  return share.map((c, i) => {
    const wrong = errors.reduce((sum, { change }, k) => sum + found[k] * change[i], 0);
    if (!Number.isFinite(wrong)) return c;
    const factor = Math.min(mostChange, Math.max(1 / mostChange, 1 + wrong));
    return Math.min(1, Math.max(leastShare, c * factor));
  });
}
