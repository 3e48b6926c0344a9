import { describe, expect, it } from 'vitest';
import { cosineBasis, cosineBox, synthesise } from '../../../src-core/kernels/cosine-basis.js';
import { domainHierarchy } from '../../../src-core/kernels/domain-levels.js';
import { quietRun } from '../../../src-core/run.js';
import type { LengthData } from '../../../src-core/solvers/field/length-data.js';
import { lengthTrial } from '../../../src-core/solvers/field/length-evidence.js';
import { highestWave, priorRoot, signalClasses } from '../../../src-core/solvers/field/prior.js';
import { dot, eliminate, matrixOf, symmetricEigen, times } from '../../kernels/dense-matrix.js';
import { denseFilter, domain, smallProblem, symbol } from './small-nucleus.js';

const problem = smallProblem((y, x) => 1.4 + 0.3 * Math.sin(1.1 * y) * Math.cos(0.9 * x), 0.004);
const n = domain.count;
const { finest: level } = await domainHierarchy(domain, quietRun);
const noise = { level: 1.4, a: 1, kappa: 0.012, sdH: 0.005, sdE: 0.004 };
/** Share of φ_e in a measured wave, as from a spectrum that falls like k⁻⁶. */
const trust = (k2: number): number => 0.9999 / (1 + 1e-5 * k2 ** 3);
const known = times(denseFilter(trust), problem.phiE);
/** k² of the nucleus's own modes: sums over them are traces. */
const modes = symmetricEigen(denseFilter((k2) => k2)).values.map((v) => Math.max(0, v));

const data: LengthData = {
  ...{ level, noise, phiH: problem.phiH, phiE: known, lattice: modes },
  spectrum: { trust, weight: () => 1, edge: 5, colour: [() => 1, () => 1] },
  judged: new Float64Array(n).fill(1),
  count: n,
  classes: signalClasses(known, new Float64Array(n).fill(1)),
};
const scales = { shortest: 0.7, longest: 0.7, start: 0.7, step: 1.4 };
const ratios = [0.85, 1, 1.2];

/** log p(y_h, y_e) − log p(y_e) where φ_e is a Gaussian field and λ is λ₀, from the full covariances. */
function jointLogDensity(ratio: number): number {
  const a = (k2: number): number => symbol(noise, ratio * ratio * k2);
  const power = (k2: number): number => (noise.sdE ** 2 * trust(k2)) / (1 - trust(k2));
  const ee = denseFilter((k2) => power(k2) + noise.sdE ** 2);
  const he = denseFilter((k2) => a(k2) * power(k2));
  const hh = denseFilter((k2) => a(k2) ** 2 * power(k2) + noise.sdH ** 2);
  const joint = matrixOf(2 * n, (i, j) => {
    const block = i < n ? (j < n ? hh : he) : j < n ? he : ee;
    return block[i % n][j % n];
  });
  const density = (matrix: typeof ee, y: Float64Array): number => {
    const { x, logDeterminant } = eliminate(matrix, y);
    return -(dot(y, x) + logDeterminant) / 2;
  };
  const both = Float64Array.from([...problem.phiH, ...problem.phiE]);
  return density(joint, both) - density(ee, problem.phiE);
}

describe('the evidence of L0', () => {
  const trials = Promise.all(ratios.map((ratio) => lengthTrial(data, ratio, scales, quietRun)));

  it('is the density of φ_h given φ_e, with φ_e integrated out, for λ constant', async () => {
    const found = (await trials).map(({ volume, misfit }) => volume - misfit);
    const exact = ratios.map(jointLogDensity);
    for (const [p, q] of [
      [0, 1],
      [1, 2],
    ]) {
      // The whitening filter is a series good to a thousandth.
      expect(Math.abs((found[q] - found[p]) / (exact[q] - exact[p]) - 1)).toBeLessThan(0.02);
    }
    expect(Math.abs(exact[1] - exact[0])).toBeGreaterThan(10);
  });

  it('has in λ what its prior lets it explain, as from dense matrices', async () => {
    const [scale] = [0.7];
    const basis = cosineBasis(level, cosineBox(level, 1.5 * scale), highestWave(scale, 2));
    const root = priorRoot(basis, scale);
    const sd = 0.32 * noise.level;
    const waves = await Promise.all(
      Array.from(root, (size, k) => {
        const unit = new Float64Array(basis.count);
        unit[k] = sd * size;
        return synthesise(unit, basis, quietRun);
      }),
    );
    const share = (k2: number): number => noise.sdH ** 2 + trust(k2) * (noise.sdE * symbol(noise, k2)) ** 2;
    const alone = denseFilter(share);
    const both = matrixOf(n, (i, j) => {
      const covariance = waves.reduce((sum, wave) => sum + wave[i] * wave[j], 0);
      return alone[i][j] + known[i] * covariance * known[j];
    });
    const applied = times(
      denseFilter((k2) => symbol(noise, k2)),
      known,
    );
    const error = problem.phiH.map((v, i) => v - applied[i]);
    const explained = (dot(error, eliminate(alone, error).x) - dot(error, eliminate(both, error).x)) / 2;
    const fits = (await trials)[1].priors.map(({ fit }) => fit);
    expect(Math.abs(fits[10] / explained - 1)).toBeLessThan(0.005);
  });
});
