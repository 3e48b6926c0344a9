import { expect, test } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import type { Inference } from '../../src-core/inference.js';
import { nucleusStatistics } from '../../src-core/pipeline/nucleus-statistics.js';
import { quietRun } from '../../src-core/run.js';

/** Two squares of 2 × 2 and 3 × 3 pixels, apart. */
function twoNuclei(nz: number, residual?: Float32Array): Inference {
  const [ny, nx] = [6, 10];
  const count = nz * ny * nx;
  const mask = new Uint8Array(count);
  const estimate = new Float32Array(count).fill(99);
  const identifiable = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const [x, y] = [i % nx, Math.floor(i / nx) % ny];
    const first = x < 2 && y < 2;
    const second = x >= 5 && x < 8 && y >= 3;
    if (!first && !second) continue;
    mask[i] = 1;
    identifiable[i] = first && x === 1 ? 0 : 1;
    estimate[i] = first ? 1 + y : 2;
  }
  const grid = makeGrid([nz, ny, nx], [200, 100, 100]);
  const rate = { grid, estimate, identifiable, ...(residual && { residual }) };
  const fields = { heterochromatin: estimate, euchromatin: estimate };
  return { grid, mask, rate, ...fields, report: {} as Inference['report'] };
}

test('every nucleus has its place, its size and the λ of its identifiable pixels', async () => {
  const residual = Float32Array.from({ length: 60 }, (_, i) => (i % 10 < 2 ? 3 : 4));
  const [first, second, ...others] = await nucleusStatistics(twoNuclei(1, residual), quietRun);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ nucleus: 1, voxels: 4, xNm: 100, yNm: 100, identifiable: 0.5 });
  expect(first.areaUm2).toBeCloseTo(0.04, 12);
  expect(first.volumeUm3).toBeNull();
  expect(first.lambda).toMatchObject({ mean: 1.5, median: 1.5 });
  expect(first.residualRms).toBe(3);
  expect(second).toMatchObject({
    nucleus: 2,
    voxels: 9,
    xNm: 650,
    yNm: 450,
    identifiable: 1,
    residualRms: 4,
  });
  expect(second.lambda).toEqual({ mean: 2, median: 2, sd: 0, p05: 2, p95: 2 });
});

test('of a stack the volume is given, and the mean area of its planes', async () => {
  const [first] = await nucleusStatistics(twoNuclei(3), quietRun);
  expect(first.voxels).toBe(12);
  expect(first.volumeUm3).toBeCloseTo(12 * 0.2 * 0.01, 12);
  expect(first.areaUm2).toBeCloseTo(0.04, 12);
  expect(first.residualRms).toBeNull();
});

test('nothing identifiable gives no λ, an empty mask no row', async () => {
  const inference = twoNuclei(1);
  inference.rate.identifiable.fill(0);
  expect((await nucleusStatistics(inference, quietRun)).map(({ lambda }) => lambda)).toEqual([null, null]);
  inference.mask.fill(0);
  expect(await nucleusStatistics(inference, quietRun)).toEqual([]);
});
