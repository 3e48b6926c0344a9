import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import {
  addInterpolated,
  type DomainLevel,
  domainHierarchy,
  restrictMean,
} from '../../src-core/kernels/domain-levels.js';
import { applyLaplacian, noFluxDomain } from '../../src-core/kernels/no-flux.js';
import { quietRun } from '../../src-core/run.js';

function disc(n: number): Uint8Array {
  const middle = (n - 1) / 2;
  return Uint8Array.from({ length: n * n }, (_, i) =>
    Math.hypot(Math.floor(i / n) - middle, (i % n) - middle) < 0.45 * n ? 1 : 0,
  );
}

function laplacian(u: Float64Array, { count, neighbour, weight, diagonal }: DomainLevel): Float64Array {
  const slots = weight.length / count;
  return u.map((value, i) => {
    let sum = -diagonal[i] * value;
    for (let k = i * slots; k < (i + 1) * slots; k++) sum += weight[k] * u[neighbour[k]];
    return sum;
  });
}

const wavy = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => Math.sin(1.7 * i));

describe('domain hierarchy', () => {
  it('has the no-flux Laplacian on its finest level', async () => {
    const domain = noFluxDomain(makeGrid([1, 20, 20], [1, 15, 12]), disc(20), 150);
    const { finest } = await domainHierarchy(domain, quietRun);
    const u = wavy(domain.count);
    const expected = new Float64Array(domain.count);
    applyLaplacian(expected, u, domain);
    laplacian(u, finest).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 9);
    });
  });

  it('has the Laplacian of the coarser grid on the coarser levels of a whole rectangle', async () => {
    const { coarser } = await domainHierarchy(
      noFluxDomain(makeGrid([1, 16, 24], [1, 10, 10]), undefined, 100),
      quietRun,
    );
    const coarse = noFluxDomain(makeGrid([1, 8, 12], [1, 20, 20]), undefined, 100);
    expect(coarser[0].count).toBe(96);
    const u = wavy(96);
    const expected = new Float64Array(96);
    applyLaplacian(expected, u, coarse);
    laplacian(u, coarser[0]).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 9);
    });
  });

  it('keeps volume, total and constants on every level of a disc', async () => {
    const domain = noFluxDomain(makeGrid([1, 50, 50], [1, 15, 15]), disc(50), 150);
    const { finest, coarser } = await domainHierarchy(domain, quietRun);
    expect(coarser.length).toBeGreaterThan(2);
    let [level, values] = [finest, wavy(domain.count)];
    const total = values.reduce((sum, value) => sum + value, 0);
    for (const coarse of coarser) {
      const merged = new Float64Array(coarse.count);
      restrictMean(merged, values, coarse);
      expect(coarse.volume.reduce((sum, v) => sum + v, 0)).toBe(domain.count);
      expect(merged.reduce((sum, value, i) => sum + value * coarse.volume[i], 0)).toBeCloseTo(total, 9);
      const ones = new Float64Array(level.count);
      addInterpolated(ones, new Float64Array(coarse.count).fill(1), coarse);
      expect(Math.max(...ones.map((value) => Math.abs(value - 1)))).toBeLessThan(1e-12);
      const flat = laplacian(new Float64Array(coarse.count).fill(3), coarse);
      expect(Math.max(...flat.map(Math.abs))).toBeLessThan(1e-9);
      [level, values] = [coarse, merged];
    }
  });

  it('conserves: the volume-weighted sum of the Laplacian is zero on every level', async () => {
    const domain = noFluxDomain(makeGrid([1, 50, 50], [1, 15, 15]), disc(50), 150);
    const { coarser } = await domainHierarchy(domain, quietRun);
    for (const coarse of coarser) {
      const flux = laplacian(wavy(coarse.count), coarse);
      const sum = flux.reduce((total, value, i) => total + value * coarse.volume[i], 0);
      const size = flux.reduce((total, value, i) => total + Math.abs(value) * coarse.volume[i], 0);
      expect(Math.abs(sum)).toBeLessThan(1e-11 * size);
    }
  });

  it('interpolates a linear field exactly away from the edge', async () => {
    const domain = noFluxDomain(makeGrid([1, 16, 16], [1, 10, 10]), undefined, 10);
    const { finest, coarser } = await domainHierarchy(domain, quietRun);
    const slope = Float64Array.from(finest.voxel, (v) => 2 * Math.floor(v / 16) - 3 * (v % 16));
    const merged = new Float64Array(coarser[0].count);
    restrictMean(merged, slope, coarser[0]);
    const back = new Float64Array(finest.count);
    addInterpolated(back, merged, coarser[0]);
    const interior = [...finest.voxel].filter((v) =>
      [Math.floor(v / 16), v % 16].every((p) => p > 1 && p < 14),
    );
    expect(interior.length).toBe(144);
    for (const v of interior) expect(back[v]).toBeCloseTo(slope[v], 10);
  });

  it('merges only the fine axes of an anisotropic stack until the spacings agree', async () => {
    const domain = noFluxDomain(makeGrid([8, 32, 32], [40, 10, 10]), undefined, 100);
    const { coarser } = await domainHierarchy(domain, quietRun);
    expect(coarser[0].shape).toEqual([8, 16, 16]);
    expect(coarser[1].shape).toEqual([8, 8, 8]);
    expect(coarser[2].shape).toEqual([4, 4, 4]);
  });
});
