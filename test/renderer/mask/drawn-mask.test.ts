import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../../src-core/data/grid.js';
import {
  changePlanes,
  type DrawnMask,
  emptyMask,
  fitMask,
  maskBytes,
  maskFacts,
  maskOfValues,
  nearestPlane,
  withSpacing,
} from '../../../src-renderer/mask/drawn-mask.js';
import { fullPlane } from '../../../src-renderer/mask/mask-plane.js';
import { fillHoles } from '../../../src-renderer/mask/topology.js';

const grid = makeGrid([2, 3, 4], [50, 20, 10], [0, -60, 400]);
const values = [...[1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0], ...[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]];
const mask = maskOfValues(values, grid);
const bytes = (drawn: DrawnMask): number[] => [...maskBytes(drawn)];

describe('a drawn mask', () => {
  it('gives back the values that it was made from, with any ink', () => {
    expect(bytes(mask)).toEqual(values);
    expect([...maskBytes(mask, 255)]).toEqual(values.map((value) => 255 * value));
    expect(bytes(emptyMask(grid)).every((value) => value === 0)).toBe(true);
  });

  it('has an area in its plane and a volume in all, by the size of its voxels', () => {
    expect(maskFacts(mask, 0)).toEqual({
      pixels: 7,
      areaUm2: (7 * 200) / 1e6,
      parts: 1,
      holes: 0,
      voxels: 8,
      volumeUm3: (8 * 10_000) / 1e9,
    });
    const flat = maskOfValues([1, 0, 1], makeGrid([1, 1, 3], [1, 10, 10]));
    expect(maskFacts(flat, 0)).toMatchObject({ pixels: 2, parts: 2, volumeUm3: null });
    expect(maskFacts(withSpacing(flat, [1, 20, 20]), 0).areaUm2).toBe((2 * 400) / 1e6);
  });

  it('changes the plane that is meant and shares the others; none where nothing changes', () => {
    const next = changePlanes(mask, 1, () => fullPlane(4, 3));
    expect(next.planes[0]).toBe(mask.planes[0]);
    expect(maskFacts(next, 1).pixels).toBe(12);
    expect(changePlanes(mask, 'all', fillHoles)).toBe(mask);
    expect(changePlanes(mask, 'all', () => fullPlane(4, 3)).planes.map((plane) => plane.nx)).toEqual([4, 4]);
    expect([nearestPlane(mask, -3), nearestPlane(mask, 1), nearestPlane(mask, 9)]).toEqual([0, 1, 1]);
  });
});

describe('a mask on another grid', () => {
  it('is itself on its own', () => {
    expect(bytes(fitMask(mask, grid, 'max'))).toEqual(values);
  });

  it('keeps its place where the grid begins elsewhere', () => {
    const wider = makeGrid([2, 5, 8], [50, 20, 10], [0, -80, 380]);
    const fitted = fitMask(mask, wider, 'max');
    const at = (z: number, iy: number, ix: number): number => bytes(fitted)[(z * 5 + iy) * 8 + ix];
    for (let iy = 0; iy < 3; iy++) {
      for (let ix = 0; ix < 4; ix++) expect(at(0, iy + 1, ix + 2)).toBe(values[iy * 4 + ix]);
    }
    expect(bytes(fitted).reduce((sum, value) => sum + value)).toBe(8);
  });

  it('covers the same area in pixels of half the size', () => {
    const fine = makeGrid([2, 6, 8], [50, 10, 5], grid.origin);
    const fitted = fitMask(mask, fine, 'max');
    expect(maskFacts(fitted, 0).areaUm2).toBe(maskFacts(mask, 0).areaUm2);
    expect(maskFacts(fitted, 0).pixels).toBe(28);
  });

  it('is one plane of several, or their union, and one plane for all', () => {
    const flat = makeGrid([1, 3, 4], [50, 20, 10], grid.origin);
    expect(bytes(fitMask(mask, flat, 1))).toEqual(values.slice(12));
    expect(bytes(fitMask(mask, flat, 'max'))).toEqual(values.slice(0, 12).map((v, i) => v | values[12 + i]));
    const one = fitMask(mask, flat, 0);
    expect(bytes(fitMask(one, grid, 'max'))).toEqual([...values.slice(0, 12), ...values.slice(0, 12)]);
  });
});
