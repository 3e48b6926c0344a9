import { DataUtils } from 'three';
import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import {
  cutSlice,
  fitSlices,
  nearestVoxel,
  panSlices,
  positionInSlice,
  sliceAt,
  sliceAxes,
  sliceCamera,
  sliceNames,
  sliceRects,
  zoomSlices,
} from '../../src-renderer/view/slices.js';
import { coarseningOf, makeVolume, maskBox, wholeBox } from '../../src-renderer/view/volume.js';
import { rayStep } from '../../src-renderer/view/volume-layer.js';
import { restingClip } from '../../src-renderer/view/clip.js';
import { restingGaze, type Vector } from '../../src-renderer/view/gaze.js';
import { unlimitedSamples } from '../../src-renderer/view/graphics-card.js';
import { inkOf } from '../../src-renderer/view/ink.js';
import type { VolumeScene } from '../../src-renderer/view/scene.js';

const grid = makeGrid([4, 5, 6], [40, 15, 10]);
const values = Float32Array.from({ length: 120 }, (_, i) => i + 3);
const roomy = { longest: 256, bytes: 1e9 };
const all = (): boolean => true;

/** Value and coverage of a texel, read back. */
function texelAt(
  { size, low, high, texels }: ReturnType<typeof makeVolume>,
  x: number,
  y: number,
  z: number,
) {
  const at = 2 * ((z * size[1] + y) * size[0] + x);
  const [value, cover] = [texels[at], texels[at + 1]].map((bits) => DataUtils.fromHalfFloat(bits));
  return { value: low + (value / cover) * (high - low), cover };
}

describe('volume', () => {
  it('holds every voxel at its place, to a two-thousandth of the range, and its lengths in nm', () => {
    const volume = makeVolume({ grid, values, shown: all, box: wholeBox(grid) }, roomy);
    expect(volume.size).toEqual([6, 5, 4]);
    expect(volume.span).toEqual([60, 75, 160]);
    expect([volume.low, volume.high]).toEqual([3, 122]);
    for (let i = 0; i < values.length; i++) {
      const [x, y, z] = [i % 6, Math.floor(i / 6) % 5, Math.floor(i / 30)];
      const { value, cover } = texelAt(volume, x, y, z);
      expect(cover).toBe(1);
      expect(Math.abs(value - values[i])).toBeLessThan(119 / 2000);
    }
  });

  it('leaves out what is not shown, and what is no number', () => {
    const holed = values.slice();
    holed[7] = Number.NaN;
    const volume = makeVolume({ grid, values: holed, shown: (i) => i !== 8, box: wholeBox(grid) }, roomy);
    expect(texelAt(volume, 1, 1, 0).cover).toBe(0);
    expect(texelAt(volume, 2, 1, 0).cover).toBe(0);
    expect(texelAt(volume, 3, 1, 0).value).toBeCloseTo(holed[9], 0);
  });

  it('takes the box around a mask with one voxel of room, the whole stack where the mask is empty', () => {
    const mask = new Uint8Array(120);
    mask[(2 * 5 + 3) * 6 + 1] = 1;
    mask[(2 * 5 + 3) * 6 + 3] = 1;
    expect(maskBox(mask, grid)).toEqual({ first: [0, 2, 1], count: [5, 3, 3] });
    expect(maskBox(new Uint8Array(120), grid)).toEqual(wholeBox(grid));
    const volume = makeVolume({ grid, values, shown: all, box: maskBox(mask, grid) }, roomy);
    expect(texelAt(volume, 1, 1, 1).value).toBeCloseTo(values[(2 * 5 + 3) * 6 + 1], 0);
  });

  it('joins voxels until it fits, along the finest axis first, and means over those that are shown', () => {
    expect(coarseningOf(wholeBox(grid), grid, roomy)).toEqual([1, 1, 1]);
    expect(coarseningOf(wholeBox(grid), grid, { longest: 256, bytes: 4 * 60 })).toEqual([2, 1, 1]);
    expect(coarseningOf(wholeBox(grid), grid, { longest: 3, bytes: 1e9 })).toEqual([2, 2, 2]);
    const tight = { longest: 256, bytes: 4 * 60 };
    const volume = makeVolume({ grid, values, shown: (i) => i !== 1, box: wholeBox(grid) }, tight);
    expect(volume.coarsening).toEqual([2, 1, 1]);
    expect(volume.span).toEqual([60, 75, 160]);
    expect(texelAt(volume, 0, 0, 0)).toEqual({ value: 3, cover: 0.5 });
    expect(texelAt(volume, 1, 0, 0).value).toBeCloseTo((values[2] + values[3]) / 2, 1);
  });

  it('never takes more than its budget', () => {
    const large = makeGrid([300, 2048, 2048], [100, 20, 20]);
    const budget = { longest: 2048, bytes: 64 * 2 ** 20 };
    const coarsening = coarseningOf(wholeBox(large), large, budget);
    const texels = [2048, 2048, 300].map((count, axis) => Math.ceil(count / coarsening[axis]));
    expect(4 * texels[0] * texels[1] * texels[2]).toBeLessThanOrEqual(budget.bytes);
    expect(coarsening[0]).toBeGreaterThan(coarsening[2]);
  });
});

describe('rays', () => {
  const tools = { ratio: 1, samples: { resting: 40e6, moving: 3e6 } };
  const volume = makeVolume({ grid, values, shown: all, box: wholeBox(grid) }, roomy);
  const scene = (width: number, moving: boolean): VolumeScene => ({
    mode: 'volume',
    style: 'cloud',
    volume,
    second: null,
    surface: { shape: volume, level: 10 },
    opacity: 0.5,
    gaze: restingGaze,
    clip: restingClip,
    pane: { width, height: width },
    tint: { colormap: 'viridis', limits: [0, 1] },
    moving,
    hatch: true,
    outline: true,
    ink: inkOf('dark'),
  });

  it('sample as finely as there are texels, more coarsely in a large pane and while it moves', () => {
    expect(rayStep(scene(300, false), tools)).toBeCloseTo(5, 9);
    expect(rayStep(scene(300, true), tools)).toBeLessThanOrEqual(rayStep(scene(900, true), tools));
    expect(rayStep(scene(2000, false), { ratio: 4, samples: unlimitedSamples })).toBeCloseTo(5, 9);
    const steps = (width: number, moving: boolean): number =>
      Math.hypot(...volume.span) / rayStep(scene(width, moving), tools);
    expect(steps(2000, false) * 2000 * 2000).toBeLessThan(200e6);
    expect(steps(2000, true)).toBeLessThanOrEqual(48.001);
  });
});

describe('slices', () => {
  it('are cut through the voxel, with the axes of each', () => {
    const at = (x: number, y: number, z: number): number => values[(z * 5 + y) * 6 + x];
    expect([...cutSlice(values, grid, 'xy', 2)]).toEqual([...values.subarray(60, 90)]);
    const xz = cutSlice(values, grid, 'xz', 3);
    const yz = cutSlice(values, grid, 'yz', 4);
    expect([xz.length, yz.length]).toEqual([24, 20]);
    for (let z = 0; z < 4; z++) {
      for (let x = 0; x < 6; x++) expect(xz[z * 6 + x]).toBe(at(x, 3, z));
      for (let y = 0; y < 5; y++) expect(yz[y * 4 + z]).toBe(at(4, y, z));
    }
  });

  it('lie beside and under the plane without touching, and share one scale', () => {
    const pane = { width: 400, height: 320 };
    const rects = sliceRects([3000, 2000, 900], pane);
    expect(rects.xz.width).toBe(rects.xy.width);
    expect(rects.yz.height).toBe(rects.xy.height);
    expect(rects.xz.top).toBeGreaterThan(rects.xy.top + rects.xy.height);
    expect(rects.yz.left + rects.yz.width).toBe(400);
    expect(rects.xz.top + rects.xz.height).toBe(320);
    const camera = fitSlices([1500, 1000, 450], [3000, 2000, 900], pane);
    for (const name of sliceNames) {
      const [across, down] = sliceAxes[name];
      const lengths: Vector = [3000, 2000, 900];
      expect(lengths[across] / camera.nmPerPixel).toBeLessThanOrEqual(rects[name].width);
      expect(lengths[down] / camera.nmPerPixel).toBeLessThanOrEqual(rects[name].height);
      expect(sliceCamera(name, camera).nmPerPixel).toBe(camera.nmPerPixel);
    }
  });

  const pane = { width: 400, height: 320 };
  const rects = sliceRects([3000, 2000, 900], pane);
  const camera = fitSlices([1500, 1000, 450], [3000, 2000, 900], pane);
  const crosshair: Vector = [700, 800, 300];

  it('read a position of the stack under every point, the third coordinate from the crosshair', () => {
    const { left, top, width, height } = rects.xz;
    const point: [number, number] = [left + width / 2 + 10, top + height / 2 - 4];
    expect(sliceAt(rects, point)).toBe('xz');
    expect(sliceAt(rects, [left + width + 3, top + 5])).toBeUndefined();
    const [x, y, z] = positionInSlice('xz', rects.xz, camera, { point, crosshair });
    expect(x).toBeCloseTo(1500 + 10 * camera.nmPerPixel, 9);
    expect(y).toBe(800);
    expect(z).toBeCloseTo(450 - 4 * camera.nmPerPixel, 9);
  });

  it('move together: a pan in one moves the others, a zoom keeps a position in place in all', () => {
    const panned = panSlices('yz', camera, [10, 5]);
    expect(panned.center[2]).toBeCloseTo(450 - 10 * camera.nmPerPixel, 9);
    expect(panned.center[1]).toBeCloseTo(1000 - 5 * camera.nmPerPixel, 9);
    expect(panned.center[0]).toBe(1500);
    const near = zoomSlices(camera, crosshair, 3);
    for (let axis = 0; axis < 3; axis++) {
      const before = (crosshair[axis] - camera.center[axis]) / camera.nmPerPixel;
      expect((crosshair[axis] - near.center[axis]) / near.nmPerPixel).toBeCloseTo(before, 9);
    }
  });

  it('go through the nearest voxel', () => {
    expect(nearestVoxel(grid, [25, 31, 79])).toEqual([2, 2, 1]);
    expect(nearestVoxel(grid, [-5, 1e9, 160])).toEqual([0, 4, 3]);
  });
});
