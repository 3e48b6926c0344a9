import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../../src-core/data/grid.js';
import { domainHierarchy } from '../../../src-core/kernels/domain-levels.js';
import { filterOnLevel, levelBound } from '../../../src-core/kernels/level-filter.js';
import { chebyshevSeries } from '../../../src-core/kernels/no-flux-filter.js';
import { noFluxDomain } from '../../../src-core/kernels/no-flux.js';
import { randomStream } from '../../../src-core/random.js';
import { quietRun } from '../../../src-core/run.js';
import { cutSides, freeValues, looseRows, projectOut } from '../../../src-core/solvers/field/loose-rows.js';

const n = 14;
const inside = (isIn: (y: number, x: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: n * n }, (_, i) => (isIn(Math.floor(i / n), i % n) ? 1 : 0));

async function levelOf(mask: Uint8Array) {
  const domain = noFluxDomain(makeGrid([1, n, n], [20, 20, 20]), mask, 100);
  const { finest: level, coarser } = await domainHierarchy(domain, quietRun);
  const bound = levelBound(level);
  return { level, coarser, filter: { series: chebyshevSeries((x) => 1 / (0.1 + x), bound), bound } };
}

const disc = inside((y, x) => Math.hypot(y - 6.5, x - 6.5) < 6);
/** Goes on beyond the right side of the frame. */
const half = inside((y, x) => Math.hypot(y - 6.5, x - 13) < 6);

describe('rows that are free where the frame cuts', () => {
  it('are none where the nucleus lies within the frame', async () => {
    const { level, filter } = await levelOf(disc);
    expect(await looseRows(level, filter, cutSides(level), quietRun)).toBeNull();
  });

  it('are none where only a coarse cell reaches the frame', async () => {
    const { level, coarser } = await levelOf(disc);
    const [coarse] = coarser;
    const bound = levelBound(coarse);
    const filter = { series: chebyshevSeries((x) => 1 / (0.1 + x), bound), bound };
    expect(cutSides(coarse).flat()).toContain(true);
    expect(cutSides(level).flat()).not.toContain(true);
    expect(await looseRows(coarse, filter, cutSides(level), quietRun)).toBeNull();
  });

  it('are the two cells next to a side that is reached', async () => {
    const { level, filter } = await levelOf(half);
    const rows = await looseRows(level, filter, cutSides(level), quietRun);
    const places = [...(rows?.cells ?? [])].map((cell) => level.voxel[cell] % n);
    expect(new Set(places)).toEqual(new Set([12, 13]));
    expect(places.length).toBe([...level.voxel].filter((at) => at % n >= 12).length);
  });

  it('leave the weight of the others as it is when those rows are unknown', async () => {
    const { level, filter } = await levelOf(half);
    const rows = await looseRows(level, filter, cutSides(level), quietRun);
    if (rows === null) throw new Error('There are no free rows.');
    const stream = randomStream(2);
    const field = Float64Array.from({ length: level.count }, () => stream.normal());
    const weigh = async (u: Float64Array): Promise<Float64Array> =>
      projectOut(await filterOnLevel(u, level, filter, quietRun), rows, level);
    const own = await weigh(field);
    // Whatever stands in the free rows changes nothing, and they get no weight.
    const other = Float64Array.from(field);
    for (const cell of rows.cells) other[cell] += 50 * stream.normal();
    (await weigh(other)).forEach((v, i) => {
      expect(Math.abs(v - own[i])).toBeLessThan(1e-3);
    });
    for (const cell of rows.cells) expect(Math.abs(own[cell])).toBeLessThan(1e-4);
    // The free values are those that make the whole the least: G of field − P·values vanishes in the free rows.
    const values = freeValues(await filterOnLevel(field, level, filter, quietRun), rows, level);
    const left = Float64Array.from(field);
    rows.cells.forEach((cell, k) => (left[cell] -= values[k]));
    const weighed = await filterOnLevel(left, level, filter, quietRun);
    weighed.forEach((v, i) => {
      expect(v).toBeCloseTo(own[i], 6);
    });
  });
});
