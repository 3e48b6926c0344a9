import { describe, expect, it } from 'vitest';
import { type Grid, makeGrid, type Triple } from '../../src-core/data/grid.js';
import { coveredShare, measureRimBlur } from '../../src-core/density/coverage.js';
import { partialCoverage } from '../../src-core/density/partial-coverage.js';
import { gaussianBlur } from '../../src-core/kernels/gaussian-blur.js';
import { quietRun } from '../../src-core/run.js';
import { camera } from './phantoms.js';

/** Share of every voxel inside an ellipsoid of the given half axes (nm) about the middle of the grid, on finer cells. */
function ellipsoid(grid: Grid, half: Triple, finer: Triple): Float64Array {
  const share = new Float64Array(grid.shape[0] * grid.shape[1] * grid.shape[2]);
  const shape = grid.shape.map((n, axis) => n * finer[axis]);
  const offset = (k: number, axis: number): number =>
    (((k + 0.5) / finer[axis] - grid.shape[axis] / 2) * grid.spacing[axis]) / half[axis];
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++) {
        if (offset(z, 0) ** 2 + offset(y, 1) ** 2 + offset(x, 2) ** 2 >= 1) continue;
        const [iz, iy, ix] = [z, y, x].map((k, axis) => Math.floor(k / finer[axis]));
        share[(iz * grid.shape[1] + iy) * grid.shape[2] + ix] += 1 / (finer[0] * finer[1] * finer[2]);
      }
    }
  }
  return share;
}

const asMask = (share: Float64Array, least = 0.5): Uint8Array =>
  Uint8Array.from(share, (v) => (v >= least ? 1 : 0));

/** rms error over voxels that are partly covered. */
function rmsError(found: ArrayLike<number>, share: Float64Array): number {
  let [sum, n] = [0, 0];
  share.forEach((v, i) => {
    if (v <= 1e-6 || v >= 1 - 1e-6) return;
    sum += (found[i] - v) ** 2;
    n++;
  });
  return Math.sqrt(sum / n);
}

const stack = makeGrid([16, 64, 64], [40, 15, 15]);
const stackShare = ellipsoid(stack, [270, 400, 360], [10, 4, 4]);
const stackMask = asMask(stackShare);
const stackCovered = partialCoverage(stackMask, stack, quietRun);

describe('covered share of a mask of whole voxels', () => {
  it('makes a dome of the terraces of a stack', async () => {
    const covered = await stackCovered;
    expect(rmsError(stackMask, stackShare)).toBeGreaterThan(0.25);
    expect(rmsError(covered, stackShare)).toBeLessThan(0.05);
  });

  it('leaves every voxel on its side of one half, and all others as they are', async () => {
    const covered = await stackCovered;
    expect(covered.every((v, i) => (stackMask[i] === 0 ? v : 1 - v) <= 0.5)).toBe(true);
    const deep = gaussianBlur(stackMask, stack, [60, 25, 25]);
    const far = [...deep.keys()].filter((i) => deep[i] > 0.9999 || deep[i] < 1e-4);
    expect(far.length).toBeGreaterThan(10000);
    expect(far.every((i) => covered[i] === stackMask[i])).toBe(true);
  });

  it('takes the frame for no edge, and a flat mask as it is', async () => {
    const whole = new Uint8Array(stackMask.length).fill(1);
    expect((await partialCoverage(whole, stack, quietRun)).every((v) => v === 1)).toBe(true);
    const flat = stackMask.slice(8 * 4096, 9 * 4096);
    const covered = await partialCoverage(flat, makeGrid([1, 64, 64], [15, 15, 15]), quietRun);
    expect(covered).toEqual(Float64Array.from(flat));
  });

  it('can be cancelled', async () => {
    const stopped = { ...quietRun, signal: { aborted: true } };
    await expect(partialCoverage(stackMask, stack, stopped)).rejects.toMatchObject({ tag: 'cancelled' });
  });
});

describe('rim of a stack', () => {
  const psf: Triple = [40, 20, 20];
  const chromatin = (i: number): number => {
    const [z, y, x] = [Math.floor(i / 4096), Math.floor(i / 64) % 64, i % 64];
    return 0.45 * (1 + 0.25 * Math.sin(x / 3.1) * Math.cos(y / 2.7) * Math.cos(z / 1.6));
  };
  const seen = gaussianBlur(
    stackShare.map((v, i) => v * chromatin(i)),
    stack,
    psf,
  );
  const exact = gaussianBlur(stackShare, stack, psf);
  const image = Float64Array.from(camera(seen, 1800, 0, 5));

  async function shareUnder(mask: Uint8Array) {
    const covered = await partialCoverage(mask, stack, quietRun);
    const blur = await measureRimBlur(image, covered, stack, quietRun);
    const share = await coveredShare(covered, stack, blur, quietRun);
    let [sum, n] = [0, 0];
    share.forEach((v, i) => {
      if (mask[i] === 0 || exact[i] > 0.97) return;
      sum += (v / exact[i] - 1) ** 2;
      n++;
    });
    return { blur, error: Math.sqrt(sum / n) };
  }

  it('is measured along z and sideways', async () => {
    const { blur, error } = await shareUnder(stackMask);
    expect(Math.abs(blur.sd[0] - 40)).toBeLessThan(4);
    expect(Math.abs(blur.sd[2] - 20)).toBeLessThan(2);
    expect(error).toBeLessThan(0.03);
  });

  it('makes up for a mask that counts quarter-covered voxels as inside', async () => {
    const { blur, error } = await shareUnder(asMask(stackShare, 0.25));
    expect(blur.inset[0]).toBeGreaterThan(4);
    expect(error).toBeLessThan(0.06);
  });
});
