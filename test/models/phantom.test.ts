import { describe, expect, it } from 'vitest';
import { type Grid, makeGrid } from '../../src-core/data/grid.js';
import { noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { randomShape, relativeRadius, shapeMask } from '../../src-core/models/nucleus-shape.js';
import { type Phantom, simulateNucleus } from '../../src-core/models/phantom.js';
import { parsePhantomSpec, type PhantomInput } from '../../src-core/models/phantom-spec.js';
import { patternValues, randomPattern } from '../../src-core/models/rate-pattern.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';

const simulate = (input: PhantomInput): Promise<Phantom> =>
  simulateNucleus(parsePhantomSpec({ sizePx: 40, pixelSizeNm: 24, ...input }), quietRun);

/** One run shared by several tests. */
const standard = simulate({});

const meanWhere = (values: ArrayLike<number>, mask: Uint8Array): number => {
  const inside = Array.from(values).filter((_, i) => mask[i] === 1);
  return inside.reduce((sum, value) => sum + value, 0) / inside.length;
};

const counts = ({ channels }: Phantom, index: number): Uint16Array => {
  const channel = channels[index];
  if (channel.kind !== 'counts') throw new Error('not a camera image');
  return channel.counts;
};

describe('simulateNucleus', () => {
  it('gives image, mask, λ and truth that agree with each other', async () => {
    const phantom = await standard;
    const { grid, mask, lambda, phiH, phiE, truth } = phantom;
    expect(grid).toEqual(makeGrid([1, 40, 40], [24, 24, 24]));
    expect(phantom.channels.map(({ name }) => name)).toEqual(['heterochromatin', 'euchromatin']);
    mask.forEach((covered, i) => {
      expect(Number.isNaN(lambda[i])).toBe(covered === 0);
      if (covered === 0) expect(phiH[i] + phiE[i]).toBe(0);
    });
    expect(truth.steadyState.residual).toBeLessThan(1e-5);
    expect(truth.meanPhiH + truth.meanPhiE).toBeCloseTo(0.45, 10);
    expect(meanWhere(phiH, mask) / truth.meanPhiH).toBeCloseTo(1, 1);
    expect(meanWhere(lambda, mask) / truth.lambda.mean).toBeCloseTo(1, 2);
    expect(truth.lambda.max).toBeGreaterThan(truth.lambda.min + 0.3);
    expect(truth.heterochromatinFraction).toBeCloseTo(truth.meanPhiH / 0.45, 10);
    expect(truth.camera?.gainCountsPerPhi).toBeCloseTo(1 / (0.05 ** 2 * 0.225), 6);
    expect(JSON.parse(JSON.stringify(truth))).toEqual(truth);
  });

  it('records the signal that the truth says: the counts add up to gain × φ', async () => {
    const phantom = await simulate({ noise: 0.02 });
    const { camera, meanPhiH, steadyState } = phantom.truth;
    const total = counts(phantom, 0).reduce((sum, value) => sum + value - 100, 0);
    const expected = ((camera?.gainCountsPerPhi ?? 0) * meanPhiH * steadyState.cells) / 4;
    expect(total / expected).toBeCloseTo(1, 2);
  });

  it('gives the same bytes for the same seed and others for another', async () => {
    const [first, again, other] = [await standard, await simulate({}), await simulate({ seed: 2 })];
    expect(again).toEqual(first);
    expect(other.mask).not.toEqual(first.mask);
    expect(counts(other, 0)).not.toEqual(counts(first, 0));
  });

  it('has the ratio λ everywhere on average where λ is constant', async () => {
    const { truth, lambda, mask } = await simulate({ lambda: 'constant', lambdaValue: 1.3, shape: 'bean' });
    expect(truth.meanPhiH / truth.meanPhiE).toBeCloseTo(1.3, 4);
    lambda.forEach((value, i) => {
      if (mask[i] === 1) expect(value).toBeCloseTo(1.3, 6);
    });
  });

  it('images the total density with one channel', async () => {
    const phantom = await simulate({ channels: 1, noise: 0 });
    expect(phantom.channels.map(({ name }) => name)).toEqual(['chromatin density']);
    expect(phantom.truth.camera).toMatchObject({ readSd: 0, relativeNoiseAtMean: [0] });
    const gain = phantom.truth.camera?.gainCountsPerPhi ?? 0;
    const total = counts(phantom, 0).reduce((sum, value) => sum + value - 100, 0);
    expect(total / ((gain * 0.45 * phantom.truth.steadyState.cells) / 4)).toBeCloseTo(1, 2);
  });

  it('draws localisations instead of an image', async () => {
    const { channels, truth, mask, grid } = await simulate({ localizations: 5000 });
    expect(truth.camera).toBeNull();
    channels.forEach((channel) => {
      expect(channel.kind).toBe('localizations');
      if (channel.kind !== 'localizations') return;
      expect(channel.table.count).toBe(5000);
      const inside = [...channel.table.x].filter(
        (x, n) => mask[Math.floor(channel.table.y[n] / 24) * 40 + Math.floor(x / 24)] === 1,
      );
      expect(inside.length / 5000).toBeGreaterThan(0.9);
    });
    const areaUm2 = (truth.steadyState.cells * 12 ** 2) / 1e6;
    expect(truth.localizationsPerUm2AtPhi1?.[0]).toBeCloseTo(5000 / truth.meanPhiH / areaUm2, 4);
    expect(grid.spacing[2]).toBe(24);
  });

  it('makes a stack of an ellipsoid', async () => {
    const phantom = await simulate({ planes: 5, zStepNm: 50, sizePx: 32, pixelSizeNm: 30, lengthNm: 160 });
    expect(phantom.grid).toEqual(makeGrid([5, 32, 32], [50, 30, 30]));
    expect(counts(phantom, 1).length).toBe(5 * 32 * 32);
    const area = (plane: number): number =>
      phantom.mask.subarray(plane * 1024, (plane + 1) * 1024).reduce((sum, value) => sum + value, 0);
    expect(area(0)).toBeLessThan(area(2));
    expect(phantom.truth.steadyState.residual).toBeLessThan(1e-5);
  });
});

const square: Grid = makeGrid([1, 120, 120], [15, 15, 15]);

/** Number of connected pieces of the pixels with the given value, by flood fill. */
function pieces(mask: Uint8Array, value: number): number {
  const seen = new Uint8Array(mask.length);
  let count = 0;
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] !== value || seen[start] === 1) continue;
    count++;
    const open = [start];
    seen[start] = 1;
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      const x = i % 120;
      for (const j of [x > 0 ? i - 1 : -1, x < 119 ? i + 1 : -1, i - 120, i + 120]) {
        if (j < 0 || j >= mask.length || mask[j] !== value || seen[j] === 1) continue;
        seen[j] = 1;
        open.push(j);
      }
    }
  }
  return count;
}

describe('nucleus shapes', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))('are whole and in frame, seed %d', async (seed) => {
    for (const kind of ['ellipse', 'bean', 'nucleoli'] as const) {
      const shape = randomShape(kind, randomStream(seed));
      const mask = await shapeMask(shape, square, quietRun);
      expect(pieces(mask, 1)).toBe(1);
      expect(pieces(mask, 0)).toBe(1 + shape.holes.length);
      expect(shape.holes.length).toBeGreaterThanOrEqual(kind === 'nucleoli' ? 2 : 0);
      for (let k = 0; k < 120; k++) {
        expect(mask[k] + mask[119 * 120 + k] + mask[k * 120] + mask[k * 120 + 119]).toBe(0);
      }
    }
  });

  it('have area π·a·b for an ellipse, and the relative radius is 1 on its outline', async () => {
    const shape = { ...randomShape('ellipse', randomStream(1)), degrees: 0 };
    const mask = await shapeMask(shape, square, quietRun);
    const area = mask.reduce((sum, value) => sum + value, 0) / (60 * 60);
    const [halfX, halfY] = shape.semiAxes;
    expect(area / (Math.PI * halfX * halfY)).toBeCloseTo(1, 2);
    expect(relativeRadius(shape, halfX, 0, 0)).toBeCloseTo(1, 12);
    expect(relativeRadius(shape, 0, -halfY / 2, 0)).toBeCloseTo(0.5, 12);
  });

  it('lose area to the dent of a bean', async () => {
    const bean = randomShape('bean', randomStream(3));
    const dented = await shapeMask(bean, square, quietRun);
    const whole = await shapeMask({ ...bean, dent: null }, square, quietRun);
    const [less, more] = [dented, whole].map((mask) => mask.reduce((sum, value) => sum + value, 0));
    expect(less / more).toBeLessThan(0.92);
    expect(dented.every((value, i) => value <= whole[i])).toBe(true);
  });
});

describe('rate patterns', () => {
  it.each([
    ['bumps', 0.5, 3.5, 0.3],
    ['radial', 0.79, 2.41, 0.8],
    ['patches', 0.79, 2.21, 1.2],
  ] as const)('%s vary within their range', async (kind, low, high, leastSpan) => {
    for (let seed = 0; seed < 8; seed++) {
      const shape = randomShape('ellipse', randomStream(seed));
      const domain = noFluxDomain(square, await shapeMask(shape, square, quietRun), 150);
      const frame = { domain, lengthNm: 150, lambdaValue: 1.5 };
      const pattern = randomPattern(kind, frame, randomStream(seed));
      const values = await patternValues(pattern, shape, domain, quietRun);
      const [least, most] = [Math.min(...values), Math.max(...values)];
      expect(least).toBeGreaterThanOrEqual(low);
      expect(most).toBeLessThanOrEqual(high);
      expect(most - least).toBeGreaterThan(leastSpan);
    }
  });
});
