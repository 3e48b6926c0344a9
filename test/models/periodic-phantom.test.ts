import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { periodicDomain } from '../../src-core/kernels/periodic-domain.js';
import { blurPeriod } from '../../src-core/models/microscope.js';
import { randomShape } from '../../src-core/models/nucleus-shape.js';
import { type Phantom, simulateNucleus } from '../../src-core/models/phantom.js';
import { parsePhantomSpec, type PhantomInput } from '../../src-core/models/phantom-spec.js';
import { patternValues, randomPattern } from '../../src-core/models/rate-pattern.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';

const simulate = (input: PhantomInput): Promise<Phantom> =>
  simulateNucleus(parsePhantomSpec({ shape: 'periodic', sizePx: 40, pixelSizeNm: 24, ...input }), quietRun);

/** Rms step from each voxel to the next along x: across the seam, and everywhere else. */
function steps(values: ArrayLike<number>, n: number): { seam: number; elsewhere: number } {
  let [seam, elsewhere] = [0, 0];
  const rows = values.length / n;
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < n; x++) {
      const step = (values[row * n + ((x + 1) % n)] - values[row * n + x]) ** 2;
      if (x === n - 1) seam += step;
      else elsewhere += step;
    }
  }
  return { seam: Math.sqrt(seam / rows), elsewhere: Math.sqrt(elsewhere / (rows * (n - 1))) };
}

describe('a λ that repeats itself', () => {
  const grid = makeGrid([1, 64, 64], [15, 15, 15]);
  const domain = periodicDomain(grid, 150);
  const shape = randomShape('periodic', randomStream(1));

  it.each(['bumps', 'radial', 'patches'] as const)(
    '%s go on across the seam, for every seed',
    async (kind) => {
      for (let seed = 1; seed <= 12; seed++) {
        const frame = { domain, lengthNm: 150, lambdaValue: 1.5 };
        const pattern = randomPattern(kind, frame, randomStream(seed));
        const values = await patternValues(pattern, shape, domain, quietRun);
        const { seam, elsewhere } = steps(values, 64);
        // A step over the seam that were a jump would be some ten times that of neighbours.
        expect(seam).toBeLessThan(4 * elsewhere);
        expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.3);
      }
    },
  );
});

describe('a periodic phantom', () => {
  it('fills its frame, and goes on across the seam in λ, chromatin and image', async () => {
    const { mask, lambda, phiH, channels, truth } = await simulate({ noise: 0 });
    expect(mask.every((v) => v === 1)).toBe(true);
    expect(lambda.every(Number.isFinite)).toBe(true);
    expect(truth.steadyState.residual).toBeLessThan(1e-5);
    expect(truth.meanPhiH + truth.meanPhiE).toBeCloseTo(0.45, 10);
    const [channel] = channels;
    if (channel.kind !== 'counts') throw new Error('not a camera image');
    for (const values of [lambda, phiH, channel.counts]) {
      const { seam, elsewhere } = steps(values, 40);
      expect(seam).toBeLessThan(1.8 * elsewhere);
    }
    // Blur that wraps around loses nothing: the counts add up to gain × φ.
    const mean = channel.counts.reduce((sum, v) => sum + v - 100, 0) / channel.counts.length;
    expect(mean / ((truth.camera?.gainCountsPerPhi ?? 0) * truth.meanPhiH)).toBeCloseTo(1, 4);
  });

  it('may be a stack, periodic along z too', async () => {
    const spec = { sizePx: 32, pixelSizeNm: 24, planes: 12, zStepNm: 40, noise: 0 } as const;
    const { grid, lambda, phiE, truth } = await simulate(spec);
    expect(grid.shape).toEqual([12, 32, 32]);
    expect(truth.steadyState.residual).toBeLessThan(1e-5);
    const plane = 32 * 32;
    for (const values of [lambda, phiE]) {
      const alongZ = Float64Array.from(
        { length: values.length },
        (_, i) => values[(i % 12) * plane + Math.floor(i / 12)],
      );
      const { seam, elsewhere } = steps(alongZ, 12);
      expect(seam).toBeLessThan(1.8 * elsewhere);
    }
  });

  it('is refused with points, and where it is more than can be solved', () => {
    expect(() => parsePhantomSpec({ shape: 'periodic', localizations: 1000 })).toThrow('leave them out');
    expect(() => parsePhantomSpec({ shape: 'periodic', sizePx: 128, planes: 40 })).toThrow(
      'at most 22 planes',
    );
    expect(() => parsePhantomSpec({ sizePx: 128, planes: 40 })).not.toThrow();
  });
});

describe('blur of a period', () => {
  it('moves with the field, and keeps all of it', async () => {
    const grid = makeGrid([1, 12, 16], [1, 10, 10]);
    const stream = randomStream(2);
    const values = Float64Array.from({ length: 192 }, () => stream.uniform());
    const moved = values.map((_, i) => values[Math.floor(i / 16) * 16 + (((i % 16) + 13) % 16)]);
    const [own, other] = [
      await blurPeriod(values, grid, [0, 25, 45], quietRun),
      await blurPeriod(moved, grid, [0, 25, 45], quietRun),
    ];
    own.forEach((_, i) => {
      expect(other[i]).toBeCloseTo(own[Math.floor(i / 16) * 16 + (((i % 16) + 13) % 16)], 12);
    });
    const total = (field: Float64Array): number => field.reduce((sum, v) => sum + v, 0);
    expect(total(own)).toBeCloseTo(total(values), 10);
  });
});
