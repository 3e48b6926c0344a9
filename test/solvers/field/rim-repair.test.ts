import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../src-core/random.js';
import { repairRim } from '../../../src-core/solvers/field/rim-repair.js';
import type { EquationNoise } from '../../../src-core/solvers/field/whitening.js';

const noise: EquationNoise = { level: 1.4, a: 1, kappa: 0.012, sdH: 0.006, sdE: 0.004 };
const n = 6000;
const blur = 1.3;

/** Gaussian fields around their mean, and what is expected of them: the mean. */
function fieldsAt(share: (i: number) => number) {
  const stream = randomStream(9);
  const shares = Float64Array.from({ length: n }, (_, i) => share(i));
  const field = (mean: number, sd: number): Float64Array =>
    shares.map((c) => mean + (sd / c) * stream.normal());
  return {
    rim: { share: shares, blur },
    fields: [field(0.27, noise.sdH), field(0.18, noise.sdE)] as const,
    expected: [new Float64Array(n).fill(0.27), new Float64Array(n).fill(0.18)] as const,
  };
}

const largest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);

describe('rim repair', () => {
  it('leaves the fields as they are where nothing is uncertain', () => {
    const { rim, fields, expected } = fieldsAt(() => 1);
    const repaired = repairRim(fields, expected, rim, noise);
    expect(largest(repaired[0], fields[0])).toBeLessThan(1e-5);
    expect(largest(repaired[1], fields[1])).toBeLessThan(1e-5);
  });

  it('leaves the fields as they are where they are what is expected', () => {
    const { rim, expected } = fieldsAt((i) => 0.4 + (0.6 * i) / n);
    const repaired = repairRim(expected, expected, rim, noise);
    expect(largest(repaired[0], expected[0])).toBeLessThan(1e-12);
    expect(largest(repaired[1], expected[1])).toBeLessThan(1e-12);
  });

  it('draws towards what is expected by the weights of camera and share', () => {
    const { rim, expected } = fieldsAt((i) => (i < n / 2 ? 0.5 : 1));
    // Noise is even about the expectation within the class, so that the class has no mean error to take out.
    const sign = (i: number): number => (i % 2 === 0 ? 1 : -1);
    const fields = [
      expected[0].map((v, i) => v + 0.02 * sign(i)),
      expected[1].map((v, i) => v + 0.02 * sign(i)),
    ] as const;
    const repaired = repairRim(fields, expected, rim, noise);
    const error = 0.15 / (Math.sqrt(2 * Math.PI) * blur) / 0.5;
    ([noise.sdH, noise.sdE] as const).forEach((sd, k) => {
      const camera = (sd / 0.5) ** 2;
      const trust = camera / (camera + (error * expected[k][0]) ** 2);
      expect(trust).toBeLessThan(0.3);
      expect(repaired[k][0] - expected[k][0]).toBeCloseTo(0.02 * trust, 4);
      expect(repaired[k][n - 1] - expected[k][n - 1]).toBeCloseTo(-0.02, 4);
    });
  });

  it('trusts a noisy camera more than the mask', () => {
    const { rim, fields, expected } = fieldsAt(() => 0.6);
    const moved = (factor: number): number => {
      const noisier = { ...noise, sdH: factor * noise.sdH, sdE: factor * noise.sdE };
      return largest(repairRim(fields, expected, rim, noisier)[0], fields[0]);
    };
    expect(moved(20)).toBeLessThan(0.05 * moved(1));
  });

  it('trusts the rim less where the edge is sharper: the same displacement makes more of it', () => {
    const trustAt = (sharpness: number): number => {
      const { rim, expected } = fieldsAt((i) => (i < n / 2 ? 0.5 : 1));
      const off = expected[0].map((v, i) => v + (i % 2 === 0 ? 0.02 : -0.02));
      const [h] = repairRim([off, expected[1]], expected, { ...rim, blur: sharpness }, noise);
      return (h[0] - 0.27) / 0.02;
    };
    // (1 − t)/t is the share's variance over the camera's, and falls with the square of the blur.
    const odds = (t: number): number => (1 - t) / t;
    expect(odds(trustAt(1)) / odds(trustAt(2))).toBeCloseTo(4, 1);
  });

  it('divides out the mean error of a class of share, but not deep inside', () => {
    const { rim, expected } = fieldsAt((i) => (i < n / 2 ? 0.6 : 1));
    const wrong = (k: 0 | 1): Float64Array => expected[k].map((v, i) => v * (i < n / 2 ? 1.12 : 1.05));
    const repaired = repairRim([wrong(0), wrong(1)], expected, rim, noise);
    expect(repaired[0][0]).toBeCloseTo(0.27, 9);
    expect(repaired[1][0]).toBeCloseTo(0.18, 9);
    expect(repaired[0][n - 1]).toBeCloseTo(0.27 * 1.05, 4);
  });

  it('measures no mean error in classes of few voxels', () => {
    const few = 20;
    const { rim, expected } = fieldsAt((i) => (i < few ? 0.6 : 1));
    const fields = [
      expected[0].map((v, i) => v * (i < few ? 1.12 : 1)),
      Float64Array.from(expected[1]),
    ] as const;
    const repaired = repairRim(fields, expected, rim, { ...noise, sdH: 1 });
    expect(repaired[0][0]).toBeCloseTo(0.27 * 1.12, 3);
  });

  it('does not touch what it is given', () => {
    const { rim, fields, expected } = fieldsAt((i) => 0.3 + (0.7 * i) / n);
    const before = structuredClone({ fields, expected, share: rim.share });
    repairRim(fields, expected, rim, noise);
    expect({ fields, expected, share: rim.share }).toEqual(before);
  });
});
