import { describe, expect, it } from 'vitest';
import { normalShare } from '../../../src-core/kernels/normal-distribution.js';
import type { FieldPair } from '../../../src-core/kernels/no-flux-filter.js';
import { quietRun } from '../../../src-core/run.js';
import { displacedShare } from '../../../src-core/solvers/field/edge-displacement.js';
import { equationData, jointFields } from '../../../src-core/solvers/field/equation-data.js';
import { cellWidth, fieldFrame } from '../../../src-core/solvers/field/frame.js';
import { candidateAt, priorSearch } from '../../../src-core/solvers/field/prior-search.js';
import { posteriorMean } from '../../../src-core/solvers/field/scale-view.js';
import { domain, positionOf, smallProblem } from './small-nucleus.js';

const noise = 0.002;
const blur = 1.3;
const rate = (y: number, x: number): number => 1.4 + 0.3 * Math.sin(1.2 * y + 0.8 * x);
const problem = smallProblem(rate, noise);

/** Share of each pixel under a blur of `sd` pixels with the edge of the ellipse moved in by `inset` pixels. */
function shareOf(inset: number, sd = blur): Float64Array {
  return Float64Array.from({ length: domain.count }, (_, i) => {
    const [y, x] = positionOf(i).map((v) => 5 * v - 8);
    const radius = Math.hypot(y / 6.6, x / 7.4);
    const depth = ((1 - radius) * Math.hypot(y, x)) / Math.max(radius, 1e-6);
    return Math.max(0.3, normalShare((depth - inset) / sd));
  });
}

const exact = shareOf(0);
const error = (share: Float64Array): number =>
  Math.sqrt(share.reduce((sum, v, i) => sum + (v / exact[i] - 1) ** 2, 0) / share.length);

/** What the equation makes of a share that the true fields were divided by. */
async function corrected(share: Float64Array): Promise<Float64Array> {
  const divided = (phi: Float64Array): Float64Array => phi.map((v, i) => (v * exact[i]) / share[i]);
  const measured: FieldPair = [divided(problem.phiH), divided(problem.phiE)];
  const given = { ...problem, phiH: measured[0], phiE: measured[1] };
  const frame = await fieldFrame(given, cellWidth.coarse, quietRun);
  const data = await equationData(measured, domain, frame, quietRun);
  const best = await candidateAt(priorSearch(data, 'rough'), 1.2, quietRun);
  const delta = await posteriorMean(best.scale, best.relative, frame, quietRun);
  const expected = await jointFields(data, domain, delta, quietRun);
  return displacedShare(given, share, { measured, expected, data, best }, quietRun);
}

describe('edge that the equation wants', () => {
  it.each([-0.2, 0.2])('is found where it lies %f pixels further inside', async (inset) => {
    const share = shareOf(inset);
    expect(error(share)).toBeGreaterThan(0.03);
    expect(error(await corrected(share))).toBeLessThan(0.4 * error(share));
  });

  it('is found with its blur', async () => {
    const share = shareOf(0, 1.2 * blur);
    expect(error(await corrected(share))).toBeLessThan(0.6 * error(share));
  });

  it('stays where it lies right', async () => {
    expect(error(await corrected(exact))).toBeLessThan(0.01);
  });

  it('is of no account where every voxel is fully covered', async () => {
    const full = new Float64Array(domain.count).fill(1);
    const frame = await fieldFrame(problem, cellWidth.coarse, quietRun);
    const fields: FieldPair = [problem.phiH, problem.phiE];
    const data = await equationData(fields, domain, frame, quietRun);
    const best = await candidateAt(priorSearch(data, 'rough'), 1.2, quietRun);
    const known = { measured: fields, expected: fields, data, best };
    expect(await displacedShare(problem, full, known, quietRun)).toEqual(full);
  });
});
