import { describe, expect, it } from 'vitest';
import { type Grid, makeGrid } from '../../src-core/data/grid.js';
import { type DomainLevel, domainHierarchy } from '../../src-core/kernels/domain-levels.js';
import { filterBandsOnLevel, filterOnLevel, levelBound } from '../../src-core/kernels/level-filter.js';
import { chebyshevSeries, filterField } from '../../src-core/kernels/no-flux-filter.js';
import { noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun } from '../../src-core/run.js';
import { dot, functionOf, matrixOf, symmetricEigen, times } from './dense-matrix.js';
import { relativeError } from './manufactured.js';

const unit = 100;

/** A bean: an ellipse with a bite out of one side, whose merged cells are of unequal size. */
function bean(ny: number, nx: number): Uint8Array {
  return Uint8Array.from({ length: ny * nx }, (_, i) => {
    const [y, x] = [Math.floor(i / nx) + 0.5 - ny / 2, (i % nx) + 0.5 - nx / 2];
    const inside = (y / (0.46 * ny)) ** 2 + (x / (0.46 * nx)) ** 2 < 1;
    return inside && Math.hypot(y + 0.42 * ny, x) > 0.27 * ny ? 1 : 0;
  });
}

function blob([nz, ny, nx]: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: nz * ny * nx }, (_, i) => {
    const at = [Math.floor(i / (ny * nx)) / nz, (Math.floor(i / nx) % ny) / ny, (i % nx) / nx];
    return Math.hypot(...at.map((p) => p - 0.45)) < 0.5 ? 1 : 0;
  });
}

const planar = makeGrid([1, 17, 23], [1, 12, 10]);
const cases: readonly (readonly [string, Grid, Uint8Array])[] = [
  ['1-D', makeGrid([1, 1, 45], [1, 1, 10]), new Uint8Array(45).fill(1)],
  ['a bean', planar, bean(17, 23)],
  ['a stack', makeGrid([5, 9, 8], [30, 10, 10]), blob([5, 9, 8])],
];

function randomField(length: number, seed: number): Float64Array {
  const stream = randomStream(seed);
  return Float64Array.from({ length }, () => stream.normal());
}

const weighted = ({ volume }: DomainLevel, a: Float64Array, b: Float64Array): number =>
  dot(
    a.map((v, i) => v * volume[i]),
    b,
  );

/** √volume·(−∇²)/√volume, which is symmetric; from the neighbours and weights alone. */
function symmetricLaplacian({ count, neighbour, weight, diagonal, volume }: DomainLevel) {
  const m = matrixOf(count, (i, j) => (i === j ? diagonal[i] : 0));
  const slots = weight.length / count;
  for (let i = 0; i < count; i++) {
    for (let k = i * slots; k < (i + 1) * slots; k++) {
      const j = neighbour[k];
      if (j !== i) m[i][j] -= weight[k] * Math.sqrt(volume[i] / volume[j]);
    }
  }
  return m;
}

const smoothing = (x: number): number => 1 / (1 + 0.02 * x + 0.0004 * x * x);

describe.each(cases)('level filter, %s', (_, grid, mask) => {
  const domain = noFluxDomain(grid, mask, unit);

  it('is the filter of the domain on its finest level', async () => {
    const { finest } = await domainHierarchy(domain, quietRun);
    const series = chebyshevSeries(smoothing, domain.bound, 1e-12);
    const u = randomField(domain.count, 5);
    const expected = await filterField(u, domain, series, quietRun);
    const result = await filterOnLevel(u, finest, { series, bound: domain.bound }, quietRun);
    expect(relativeError(result, expected)).toBeLessThan(1e-11);
  });

  it('is the function of the matrix −∇² on merged cells of unequal size, by eigen-decomposition', async () => {
    const [coarse] = (await domainHierarchy(domain, quietRun)).coarser;
    const eigen = symmetricEigen(symmetricLaplacian(coarse));
    const bound = levelBound(coarse);
    expect(Math.max(...eigen.values)).toBeLessThan(bound);
    expect(Math.min(...eigen.values)).toBeGreaterThan(-1e-9 * bound);
    const series = chebyshevSeries(smoothing, bound, 1e-12);
    const u = randomField(coarse.count, 6);
    const root = coarse.volume.map(Math.sqrt);
    const dense = times(
      functionOf(eigen, smoothing),
      u.map((v, i) => v * root[i]),
    ).map((v, i) => v / root[i]);
    const result = await filterOnLevel(u, coarse, { series, bound }, quietRun);
    expect(relativeError(result, dense)).toBeLessThan(1e-9);
  });

  it('is the same for several series in one sweep', async () => {
    const [coarse] = (await domainHierarchy(domain, quietRun)).coarser;
    const bound = levelBound(coarse);
    const functions = [smoothing, (x: number) => x * smoothing(x), () => 0.3];
    const series = functions.map((f) => chebyshevSeries(f, bound, 1e-10));
    const u = randomField(coarse.count, 12);
    const bands = await filterBandsOnLevel(u, coarse, { series, bound }, quietRun);
    for (const [k, each] of series.entries()) {
      const expected = await filterOnLevel(u, coarse, { series: each, bound }, quietRun);
      expect(relativeError(bands[k], expected)).toBeLessThan(1e-11);
    }
  });

  it('is self-adjoint and keeps the total in the sum weighted by volume', async () => {
    const [coarse] = (await domainHierarchy(domain, quietRun)).coarser;
    const filter = { series: chebyshevSeries(smoothing, levelBound(coarse)), bound: levelBound(coarse) };
    const [u, v] = [randomField(coarse.count, 7), randomField(coarse.count, 8)];
    const [fu, fv] = [
      await filterOnLevel(u, coarse, filter, quietRun),
      await filterOnLevel(v, coarse, filter, quietRun),
    ];
    expect(weighted(coarse, fu, v)).toBeCloseTo(weighted(coarse, u, fv), 9);
    const ones = new Float64Array(coarse.count).fill(1);
    expect(weighted(coarse, fu, ones)).toBeCloseTo(weighted(coarse, u, ones), 5);
    const uncut = (value: number): number => Math.abs(value - 1);
    expect(Math.max(...(await filterOnLevel(ones, coarse, filter, quietRun)).map(uncut))).toBeLessThan(1e-6);
  });
});

describe('level filter', () => {
  it('is unequal in the plain sum on a bean, so that the weights matter', async () => {
    const domain = noFluxDomain(planar, bean(17, 23), unit);
    const [coarse] = (await domainHierarchy(domain, quietRun)).coarser;
    expect(new Set(coarse.volume).size).toBeGreaterThan(2);
    const filter = { series: chebyshevSeries(smoothing, levelBound(coarse)), bound: levelBound(coarse) };
    const [u, v] = [randomField(coarse.count, 7), randomField(coarse.count, 8)];
    const difference =
      dot(await filterOnLevel(u, coarse, filter, quietRun), v) -
      dot(u, await filterOnLevel(v, coarse, filter, quietRun));
    expect(Math.abs(difference)).toBeGreaterThan(1e-3);
  });

  it('leaves the field as it was and gives the value at zero where no cell has a neighbour', async () => {
    const lonely = noFluxDomain(
      makeGrid([1, 3, 3], [1, 10, 10]),
      Uint8Array.of(1, 0, 1, 0, 1, 0, 1, 0, 1),
      unit,
    );
    const { finest } = await domainHierarchy(lonely, quietRun);
    const series = chebyshevSeries(() => 0.5, levelBound(finest));
    const u = randomField(5, 9);
    const before = Float64Array.from(u);
    const result = await filterOnLevel(u, finest, { series, bound: levelBound(finest) }, quietRun);
    expect(levelBound(finest)).toBe(0);
    expect(u).toEqual(before);
    expect(
      relativeError(
        result,
        u.map((v) => v / 2),
      ),
    ).toBeLessThan(1e-12);
  });

  it('can be cancelled', async () => {
    const { finest } = await domainHierarchy(noFluxDomain(planar, bean(17, 23), unit), quietRun);
    const filter = { series: chebyshevSeries(smoothing, levelBound(finest)), bound: levelBound(finest) };
    const run = { ...quietRun, signal: { aborted: true } };
    await expect(filterOnLevel(new Float64Array(finest.count), finest, filter, run)).rejects.toMatchObject({
      tag: 'cancelled',
    });
  });
});
