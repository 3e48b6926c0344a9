import { afterAll, describe, expect, it } from 'vitest';
import { makeGrid, type Triple } from '../../src-core/data/grid.js';
import { analyse, cosineBasis, cosineBox, synthesise } from '../../src-core/kernels/cosine-basis.js';
import { domainHierarchy } from '../../src-core/kernels/domain-levels.js';
import { noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { periodicDomain } from '../../src-core/kernels/periodic-domain.js';
import { randomStream } from '../../src-core/random.js';
import { quietRun, type Run } from '../../src-core/run.js';
import { openSimdHost } from '../../src-main/compute/simd-host.js';

const hosts = [1, 2].map((threads) => openSimdHost(threads));
afterAll(() => Promise.all(hosts.map(({ close }) => close())));

const stream = randomStream(5);
const unit = 150;

/** Ellipses and ellipsoids of an even and an odd number of cells along x, whole and cut at one side. */
const boxes = (
  [
    [1, 60, 74],
    [1, 33, 41],
    [9, 28, 31],
    [1, 1, 90],
  ] as const
).flatMap((size) =>
  [0, 0.35].map((cut) => {
    const shape: Triple = [size[0], size[1], size[2]];
    const [nz, ny, nx] = shape;
    const along = (at: number, n: number): number => (n === 1 ? 0 : (2 * (at + 0.5)) / n - 1);
    const mask = Uint8Array.from({ length: nz * ny * nx }, (_, i) => {
      const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
      return along(z, nz) ** 2 + along(y, ny) ** 2 + along(x, nx) ** 2 < 0.95 && along(x, nx) < 1 - cut
        ? 1
        : 0;
    });
    return { size: `${shape.join(' × ')}, cut by ${cut}`, shape, mask };
  }),
);

async function basisOf(shape: Triple, mask: Uint8Array | null) {
  const grid = makeGrid(shape, [40, 15, 15]);
  const domain = mask === null ? periodicDomain(grid, unit) : noFluxDomain(grid, mask, unit);
  const { finest } = await domainHierarchy(domain, quietRun);
  // A third of a cell more than whole ones, so that no wave number fits by chance.
  return cosineBasis(finest, cosineBox(finest, 1.23), 22);
}

const isSame = (a: Float64Array, b: Float64Array): boolean =>
  Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

describe.each(hosts)('cosine transforms by a machine of $threads threads', (host) => {
  const counted = (): { run: Run; calls: () => number } => {
    let calls = 0;
    const run: typeof host.run = (call) => {
      if (call.name === 'denseProduct') calls++;
      host.run(call);
    };
    return { run: { ...quietRun, passes: { ...host, run } }, calls: () => calls };
  };

  it.each([...boxes, { size: 'a period', shape: [1, 40, 64] as Triple, mask: null }])(
    'are those of plain code bit for bit on $size',
    async ({ shape, mask }) => {
      const basis = await basisOf(shape, mask);
      const { run, calls } = counted();
      const coefficients = Float64Array.from({ length: basis.count }, () => stream.normal());
      const field = await synthesise(coefficients, basis, run);
      expect(isSame(field, await synthesise(coefficients, basis, quietRun))).toBe(true);
      const back = await analyse(field, basis, run);
      expect(isSame(back, await analyse(field, basis, quietRun))).toBe(true);
      expect(calls()).toBeGreaterThan(0);
    },
  );

  it('heed a cancel, and the memory is free again', async () => {
    const basis = await basisOf(boxes[0].shape, boxes[0].mask);
    const { run, calls } = counted();
    const coefficients = new Float64Array(basis.count).fill(1);
    const cancelled = { ...run, signal: { aborted: true } };
    await expect(synthesise(coefficients, basis, cancelled)).rejects.toMatchObject({ tag: 'cancelled' });
    const before = calls();
    await synthesise(coefficients, basis, run);
    expect(calls()).toBeGreaterThan(before);
  });

  it('leave bases of a few modes to plain code', async () => {
    const { run, calls } = counted();
    const grid = makeGrid([1, 3, 40], [40, 15, 15]);
    const { finest } = await domainHierarchy(noFluxDomain(grid, undefined, unit), quietRun);
    const basis = cosineBasis(finest, cosineBox(finest, 0.1), 1);
    const coefficients = Float64Array.from({ length: basis.count }, () => stream.normal());
    const field = await synthesise(coefficients, basis, run);
    expect(isSame(field, await synthesise(coefficients, basis, quietRun))).toBe(true);
    expect(calls()).toBe(0);
  });
});
