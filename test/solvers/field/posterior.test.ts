import { describe, expect, it } from 'vitest';
import { depthInside } from '../../../src-core/kernels/depth.js';
import { quietRun } from '../../../src-core/run.js';
import {
  equationData,
  type EquationData,
  jointFields,
} from '../../../src-core/solvers/field/equation-data.js';
import {
  cellWidth,
  fieldFrame,
  type FieldFrame,
  frameWithNoise,
  restrictTo,
} from '../../../src-core/solvers/field/frame.js';
import { signalClasses } from '../../../src-core/solvers/field/prior.js';
import { drawnVariance } from '../../../src-core/solvers/field/posterior-draws.js';
import { guidedSd, posteriorSpread } from '../../../src-core/solvers/field/posterior-spread.js';
import {
  amplitudeCosts,
  amplitudeEvidence,
  posteriorMean,
  priorAtScale,
  type ScaleView,
  viewAtScale,
} from '../../../src-core/solvers/field/scale-view.js';
import { dot, eliminate, type Matrix, matrixOf, product, times } from '../../kernels/dense-matrix.js';
import { denseFilter, domain, positionOf, smallProblem, symbol } from './small-nucleus.js';

const sdOfNoise = 0.004;
const problem = smallProblem((y, x) => 1.4 + 0.5 * Math.sin(1.9 * y) * Math.cos(1.7 * x), sdOfNoise);
const fields = [problem.phiH, problem.phiE] as const;
const n = domain.count;
const frame = await fieldFrame(problem, cellWidth.fine, quietRun);
const { noise } = frame;
const { level } = noise;
/** A prior short enough, and a box small enough, for its covariance to be summed here cosine by cosine. */
const length = 0.7;

const weight = denseFilter((k2) => 1 / (noise.sdH ** 2 + (noise.sdE * symbol(noise, k2)) ** 2));
const difference = (() => {
  const applied = times(
    denseFilter((k2) => symbol(noise, k2)),
    fields[1],
  );
  return fields[0].map((v, i) => v - applied[i]);
})();
/** φ_e after a Gaussian of three pixels (of L0/5). */
const smoothE = times(
  denseFilter((k2) => Math.exp(-(0.6 ** 2 * k2) / 2)),
  fields[1],
);

/** The prior's covariance for unit sd: cosines in the box 1.5 ℓ around the nucleus, of unit variance on average. */
function priorCovariance(): Matrix {
  const positions = Array.from({ length: n }, (_, i) => positionOf(i));
  const margin = 1.5 * length;
  const bounds = ([0, 1] as const).map((axis) => {
    const along = positions.map((p) => p[axis]);
    const [low, high] = [Math.min(...along) - 0.1 - margin, Math.max(...along) + 0.1 + margin];
    return { low, size: high - low };
  });
  const waves = 25;
  const spectrum = (i: number, j: number): number =>
    (1 + length ** 2 * Math.PI ** 2 * ((i / bounds[0].size) ** 2 + (j / bounds[1].size) ** 2)) ** -5;
  const tables = bounds.map(({ low, size }, axis) =>
    positions.map((p) =>
      Array.from(
        { length: waves },
        (_, j) => (j === 0 ? 1 : Math.SQRT2) * Math.cos((Math.PI * j * (p[axis] - low)) / size),
      ),
    ),
  );
  let total = 0;
  const covariance = matrixOf(n, () => 0);
  for (let i = 0; i < waves; i++) {
    for (let j = 0; j < waves; j++) {
      const power = spectrum(i, j);
      total += power;
      if (power < 1e-9) continue;
      const mode = positions.map((_, k) => tables[0][k][i] * tables[1][k][j]);
      for (let k = 0; k < n; k++) for (let m = 0; m < n; m++) covariance[k][m] += power * mode[k] * mode[m];
    }
  }
  return covariance.map((row) => row.map((v) => v / total));
}
const covariance = priorCovariance();

const plusOne = (m: Matrix): Matrix => m.map((row, i) => row.map((v, j) => v + (i === j ? 1 : 0)));
/** 1 + GΦCΦ for a prior of the given sd. */
const systemAt = (sd: number): Matrix =>
  plusOne(
    product(
      weight,
      matrixOf(n, (i, j) => sd * sd * smoothE[i] * covariance[i][j] * smoothE[j]),
    ),
  );
/** The posterior mean of λ − λ₀ and the logarithm of the evidence against λ₀, by elimination. */
function densePosterior(sd: number) {
  const weighted = times(weight, difference);
  // (1 + GΦCΦ)⁻¹G d = (G⁻¹ + ΦCΦ)⁻¹d, the precision of the data times their departure from λ₀.
  const { x, logDeterminant } = eliminate(systemAt(sd), weighted);
  const mean = times(
    covariance,
    x.map((v, i) => v * smoothE[i]),
  ).map((v) => v * sd * sd);
  const fit = (dot(difference, weighted) - dot(difference, x)) / 2;
  return { mean, fit, logDeterminant, logEvidence: fit - logDeterminant / 2 };
}

/** The posterior variance of λ at every pixel, C − CΦ(1 + GΦCΦ)⁻¹GΦC, by elimination. */
function denseVariance(sd: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const own = covariance[i].map((v) => sd * sd * v);
    const seen = times(
      weight,
      own.map((v, j) => v * smoothE[j]),
    );
    const { x } = eliminate(systemAt(sd), seen);
    return own[i] - own.reduce((sum, v, j) => sum + v * smoothE[j] * x[j], 0);
  });
}

const relative = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / dot(b, b));

/** A view made as closely as can be, whatever the amplitude. */
const closeView = (data: EquationData, length: number, tolerance = 1e-8): Promise<ScaleView> => {
  const stop = { tolerance, amplitude: 0.9 * data.frame.noise.level };
  return viewAtScale(data, priorAtScale(data.frame, length), stop, quietRun);
};

const view = (async () => {
  const framed = frame;
  const data = await equationData(fields, domain, framed, quietRun);
  return { framed, data, scale: await closeView(data, length) };
})();

describe('equation data', () => {
  it('solves so small a nucleus on its own pixels, around the ratio of the means', () => {
    expect(frame.level.count).toBe(n);
    const total = (u: Float64Array): number => u.reduce((sum, v) => sum + v, 0);
    expect(level).toBeCloseTo(total(fields[0]) / total(fields[1]), 12);
  });

  it('takes white noise for as strong as it is', () => {
    expect(noise.sdH / (1.3 * sdOfNoise)).toBeGreaterThan(0.7);
    expect(noise.sdH / (1.3 * sdOfNoise)).toBeLessThan(1.4);
    expect(noise.sdE / (0.8 * sdOfNoise)).toBeGreaterThan(0.7);
    expect(noise.sdE / (0.8 * sdOfNoise)).toBeLessThan(1.4);
  });

  it('has G(y_h − A₀y_e) and smoothed φ_e of the dense filters', async () => {
    const { data } = await view;
    expect(relative(data.weighted, times(weight, difference))).toBeLessThan(1e-4);
    expect(relative(data.smoothE, smoothE)).toBeLessThan(1e-5);
    expect(data.phiE).toEqual(data.smoothE);
  });

  it('tells φ_h and φ_e from both channels as the dense least squares do', async () => {
    const { data } = await view;
    const delta = problem.truth.map((v) => v - level);
    const [h, e] = await jointFields(data, domain, delta, quietRun);
    // φ_e minimises (φ_e − y_e)²/σ_e² + (A₀φ_e − u)²/σ_h², u = y_h − δφ_e; φ_h = A₀φ_e + δφ_e.
    const u = fields[0].map((v, i) => v - delta[i] * smoothE[i]);
    const a0 = denseFilter((k2) => symbol(noise, k2));
    const normal = product(a0, a0).map((row, i) =>
      row.map((v, j) => v / noise.sdH ** 2 + (i === j ? 1 / noise.sdE ** 2 : 0)),
    );
    const carried = times(a0, u);
    const { x } = eliminate(
      normal,
      fields[1].map((v, i) => v / noise.sdE ** 2 + carried[i] / noise.sdH ** 2),
    );
    expect(relative(e, x)).toBeLessThan(1e-4);
    const expected = times(a0, x).map((v, i) => v + delta[i] * smoothE[i]);
    expect(relative(h, expected)).toBeLessThan(1e-3);
  });
});

describe('posterior', () => {
  const sd = 0.4;
  const variance = denseVariance(sd);

  it.each([0.02, 0.2, 0.8])('has the mean of the dense Bayesian solution, sd %f', async (sd) => {
    const { framed, scale } = await view;
    const mean = await posteriorMean(scale, sd, framed, quietRun);
    expect(relative(mean, densePosterior(sd).mean)).toBeLessThan(0.005);
  });

  it('has the variance of the dense Bayesian solution in its draws, and the same draws for the same seed', async () => {
    const { data, scale } = await view;
    const drawn = await drawnVariance({ data, scale, relative: sd }, { count: 400, seed: 3 }, quietRun);
    const ratio = drawn.map((v, i) => v / variance[i]);
    // 400 draws leave 7 % to chance per pixel.
    expect(Math.max(...ratio)).toBeLessThan(1.3);
    expect(Math.min(...ratio)).toBeGreaterThan(0.75);
    expect(ratio.reduce((sum, v) => sum + v / n, 0)).toBeCloseTo(1, 1);
    const few = { count: 2, seed: 3 };
    const again = await drawnVariance({ data, scale, relative: sd }, few, quietRun);
    expect(again).toEqual(await drawnVariance({ data, scale, relative: sd }, few, quietRun));
  });

  it('has an sd, by the local formula and few draws, that is right at the rim where the formula alone is not', async () => {
    const { data, scale } = await view;
    const dense = variance.map(Math.sqrt);
    const { sd: local } = await posteriorSpread(
      data.smoothE,
      domain,
      {
        ...{ modes: scale.modes, sd, length: problem.length },
      },
      quietRun,
    );
    const drawn = await drawnVariance({ data, scale, relative: sd }, { count: 24, seed: 3 }, quietRun);
    const guided = await guidedSd([local, drawn], domain, problem.length, quietRun);
    const rim = depthInside(domain).map((d) => (d < 0.2 ? 1 : 0));
    const rimError = (own: Float64Array): number => {
      const [sum, count] = own.reduce(
        ([s, c], v, i) => [s + rim[i] * Math.log(v / dense[i]), c + rim[i]],
        [0, 0],
      );
      return Math.exp(sum / count);
    };
    expect(rimError(local)).toBeLessThan(0.75);
    expect(Math.abs(rimError(guided) - 1)).toBeLessThan(0.1);
    expect(relative(guided, dense)).toBeLessThan(0.15);
  });

  it('comes towards the truth, where the prior allows it', () => {
    const truth = problem.truth.map((v) => v - level);
    const error = (sd: number): number => relative(densePosterior(sd).mean, truth);
    expect(error(0.4)).toBeLessThan(0.6 * error(0.005));
  });

  it('has the fit of the dense Gaussian evidence, and its determinant to 31 %', async () => {
    const { framed, data, scale } = await view;
    const classes = signalClasses(data.phiE, framed.level.volume);
    const candidates = amplitudeEvidence(
      scale,
      framed,
      await amplitudeCosts(scale.modes, framed, classes, quietRun),
      1,
    );
    const fits = amplitudeEvidence(scale, framed, new Array<number>(candidates.length).fill(0), 1);
    expect(candidates.length).toBeGreaterThan(10);
    candidates.forEach(({ sd, logEvidence }, k) => {
      const dense = densePosterior(sd);
      expect(Math.abs(fits[k].logEvidence / dense.fit - 1)).toBeLessThan(1e-4);
      // Each place is taken as if the nucleus went on around it, which leaves out what its edge adds.
      const determinant = 2 * (fits[k].logEvidence - logEvidence);
      expect(determinant / dense.logDeterminant).toBeGreaterThan(0.69);
      expect(determinant / dense.logDeterminant).toBeLessThan(1);
    });
  });

  it('has most evidence for the amplitude that the dense Gaussian has most for, or the next', async () => {
    const { framed, data, scale } = await view;
    // Data of a λ that varies little, so that the best amplitude is none of the extremes.
    const faint = data.weighted.map((v) => 0.15 * v);
    const weak = await closeView({ ...data, weighted: faint }, length);
    const classes = signalClasses(data.phiE, framed.level.volume);
    const best = (values: readonly number[]): number => values.indexOf(Math.max(...values));
    const own = amplitudeEvidence(
      weak,
      framed,
      await amplitudeCosts(weak.modes, framed, classes, quietRun),
      1,
    );
    const dense = own.map(({ sd }) => {
      const { fit, logDeterminant } = densePosterior(sd);
      return 0.15 ** 2 * fit - logDeterminant / 2;
    });
    expect(best(dense)).toBeGreaterThan(0);
    expect(best(dense)).toBeLessThan(dense.length - 1);
    expect(Math.abs(best(own.map(({ logEvidence }) => logEvidence)) - best(dense))).toBeLessThan(2);
    expect(scale.view.size).toBeGreaterThan(weak.view.size);
  });

  it('takes a noise f times as strong like an amplitude f times as small, whose fit counts for less by f²', async () => {
    const { framed, data } = await view;
    const f = 3;
    const louder = { ...noise, sdH: f * noise.sdH, sdE: f * noise.sdE };
    const reframed = await frameWithNoise(
      problem,
      louder,
      { levels: framed.levels, widest: cellWidth.fine },
      quietRun,
    );
    const heard = await equationData(fields, domain, reframed, quietRun);
    const classes = signalClasses(data.phiE, framed.level.volume);
    const weighed = async (scale: ScaleView, on: FieldFrame, inflation: number) =>
      amplitudeEvidence(scale, on, await amplitudeCosts(scale.modes, on, classes, quietRun), inflation);
    const [inflated, direct] = [
      await weighed((await view).scale, framed, f),
      await weighed(await closeView(heard, length), reframed, 1),
    ];
    // The amplitudes tried are a factor √2 apart; those of `inflated` lie f higher, so they are met in between.
    const at = (list: typeof direct, sd: number): number => {
      const k = list.findIndex((each) => each.sd >= sd);
      const [low, high] = [list[k - 1], list[k]];
      const along = Math.log(sd / low.sd) / Math.log(high.sd / low.sd);
      return low.logEvidence + along * (high.logEvidence - low.logEvidence);
    };
    inflated.slice(2, 8).forEach(({ sd, relative: own, logEvidence }) => {
      expect(sd).toBeCloseTo(f * own, 12);
      expect(Math.abs(logEvidence / at(direct, sd) - 1)).toBeLessThan(0.02);
    });
  });

  it('is nothing where the data are of a constant λ: y_h = A₀y_e', async () => {
    const framed = frame;
    const a0 = times(
      denseFilter((k2) => symbol(noise, k2)),
      fields[1],
    );
    const data = await equationData([a0, fields[1]], domain, framed, quietRun);
    const scale = await closeView(data, length, 1e-4);
    const mean = await posteriorMean(scale, 0.5, framed, quietRun);
    expect(Math.max(...mean.map(Math.abs))).toBeLessThan(1e-3);
    const evidence = amplitudeEvidence(
      scale,
      framed,
      await amplitudeCosts(scale.modes, framed, signalClasses(data.phiE, framed.level.volume), quietRun),
      1,
    );
    const most = evidence.reduce((best, next) => (next.logEvidence > best.logEvidence ? next : best));
    expect(most).toEqual(evidence[0]);
  });

  it('restricts a field to the level as means over cells', () => {
    expect(restrictTo(fields[0], frame)).toEqual(fields[0]);
  });
});
