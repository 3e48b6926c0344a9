import { afterAll, describe, expect, it } from 'vitest';
import { makeGrid, type Triple } from '../../src-core/data/grid.js';
import { domainHierarchy } from '../../src-core/kernels/domain-levels.js';
import { filterBandsOnLevel, filterOnLevel, levelBound } from '../../src-core/kernels/level-filter.js';
import { noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { chebyshevSeries, filterField, filterPair } from '../../src-core/kernels/no-flux-filter.js';
import { periodicDomain } from '../../src-core/kernels/periodic-domain.js';
import { randomStream } from '../../src-core/random.js';
import { type PassMachine, quietRun, type Run } from '../../src-core/run.js';
import { openSimdHost } from '../../src-main/compute/simd-host.js';

const hosts = [1, 2].map((threads) => openSimdHost(threads));
afterAll(() => Promise.all(hosts.map(({ close }) => close())));

const stream = randomStream(3);
const draw = (count: number): Float64Array => Float64Array.from({ length: count }, () => stream.normal());
const unit = 150;

/** An ellipse or ellipsoid with a hole and voxels missing here and there: runs of all lengths, and lone voxels. */
function raggedMask([nz, ny, nx]: Triple): Uint8Array {
  return Uint8Array.from({ length: nz * ny * nx }, (_, i) => {
    const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    const along = (at: number, n: number): number => (n === 1 ? 0 : (2 * (at + 0.5)) / n - 1);
    const square = along(z, nz) ** 2 + along(y, ny) ** 2 + along(x, nx) ** 2;
    return square < 0.9 && square > 0.02 && i % 61 !== 0 ? 1 : 0;
  });
}

const domains = [
  [1, 90, 75],
  [1, 300, 300],
  [11, 40, 37],
  [1, 1, 700],
].map((size) => {
  const shape: Triple = [size[0], size[1], size[2]];
  const grid = makeGrid(shape, [40, 15, 15]);
  return noFluxDomain(grid, shape[1] === 1 ? undefined : raggedMask(shape), unit);
});
const periodic = periodicDomain(makeGrid([1, 40, 64], [40, 15, 15]), unit);

/** The run whose passes a machine does, and how many of its kernels were called. */
function machineRun(machine: PassMachine): { run: Run; calls: () => number } {
  let calls = 0;
  const passes: PassMachine = {
    ...machine,
    run: (call) => {
      calls++;
      machine.run(call);
    },
  };
  return { run: { ...quietRun, passes }, calls: () => calls };
}

/** A view of every field's bytes, which compares quickly. */
const bytes = (...fields: Float64Array[]): string =>
  fields.map(({ buffer }) => Buffer.from(buffer).toString('base64')).join();

describe.each(hosts)('passes by a machine of $threads threads', (host) => {
  it.each([...domains, periodic].map((domain) => ({ size: domain.grid.shape, domain })))(
    'are those of plain code bit for bit on $size',
    async ({ domain }) => {
      const { run, calls } = machineRun(host);
      const series = [0.02, 0.3].map((v) => chebyshevSeries((x) => Math.exp(-v * x), domain.bound));
      const [u, v] = [draw(domain.count), draw(domain.count)];
      for (const each of series) {
        const own = await filterField(u, domain, each, run);
        expect(bytes(own) === bytes(await filterField(u, domain, each, quietRun))).toBe(true);
      }
      const pairs = [
        await filterPair([u, v], domain, series, run),
        await filterPair([u, v], domain, series, quietRun),
      ];
      expect(bytes(...pairs[0].flat()) === bytes(...pairs[1].flat())).toBe(true);
      expect(calls()).toBeGreaterThan(4);
    },
  );

  it.each(domains.slice(0, 3).map((domain) => ({ size: domain.grid.shape, domain })))(
    'are those of plain code bit for bit on the levels of $size',
    async ({ domain }) => {
      const { run, calls } = machineRun(host);
      const { finest, coarser } = await domainHierarchy(domain, quietRun);
      for (const level of [finest, ...coarser]) {
        const bound = levelBound(level);
        const series = chebyshevSeries((x) => 1 / (1 + x), bound);
        const u = draw(level.count);
        const own = await filterOnLevel(u, level, { series, bound }, run);
        expect(bytes(own) === bytes(await filterOnLevel(u, level, { series, bound }, quietRun))).toBe(true);
        const both = { series: [series, series.slice(0, 4)], bound };
        const bands = await filterBandsOnLevel(u, level, both, run);
        expect(bytes(...bands) === bytes(...(await filterBandsOnLevel(u, level, both, quietRun)))).toBe(true);
      }
      expect(calls()).toBeGreaterThan(4);
    },
  );
});

describe('a machine that cannot', () => {
  const [domain] = domains;
  const series = chebyshevSeries((x) => Math.exp(-0.1 * x), domain.bound);

  it('is taken by another work: plain code does it, to the same bytes', async () => {
    const { run, calls } = machineRun(hosts[0]);
    const fields = [draw(domain.count), draw(domain.count), draw(domain.count)];
    const together = await Promise.all(fields.map((u) => filterField(u, domain, series, run)));
    expect(calls()).toBe(1);
    for (const [k, u] of fields.entries()) {
      expect(bytes(together[k]) === bytes(await filterField(u, domain, series, quietRun))).toBe(true);
    }
  });

  it('has no room: plain code does it', async () => {
    const passes: PassMachine = {
      ...hosts[0],
      reserve: () => {
        throw new Error('no room');
      },
    };
    const u = draw(domain.count);
    const own = await filterField(u, domain, series, { ...quietRun, passes });
    expect(bytes(own) === bytes(await filterField(u, domain, series, quietRun))).toBe(true);
  });

  it('is free again after a cancel', async () => {
    const { run, calls } = machineRun(hosts[0]);
    const cancelled = { ...run, signal: { aborted: true } };
    const u = draw(domain.count);
    await expect(filterField(u, domain, series, cancelled)).rejects.toMatchObject({ tag: 'cancelled' });
    const before = calls();
    await filterField(u, domain, series, run);
    expect(calls()).toBeGreaterThan(before);
  });
});
