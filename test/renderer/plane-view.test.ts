import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countValues } from '../../src-renderer/view/histogram.js';
import { flag, makePicture } from '../../src-renderer/view/picture.js';
import {
  fitCamera,
  maskExtent,
  panCamera,
  pictureExtent,
  pixelAt,
  positionAt,
  zoomCamera,
} from '../../src-renderer/view/plane-camera.js';

const pane = { width: 400, height: 300 };
const picture = { nx: 256, ny: 128, pixelX: 15, pixelY: 30 };

describe('camera of the plane', () => {
  it('fits the whole picture into the pane, its middle in the middle', () => {
    const camera = fitCamera(pictureExtent(picture), pane);
    const [left, top] = positionAt(camera, pane, [0, 0]);
    const [right, bottom] = positionAt(camera, pane, [400, 300]);
    expect(left).toBeLessThanOrEqual(0);
    expect(top).toBeLessThanOrEqual(0);
    expect(right).toBeGreaterThanOrEqual(256 * 15);
    expect(bottom).toBeGreaterThanOrEqual(128 * 30);
    expect(positionAt(camera, pane, [200, 150])).toEqual([1920, 1920]);
  });

  it('keeps the position under the pointer while it zooms', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 300 }));
    fc.assert(
      fc.property(point, fc.double({ min: 0.1, max: 10, noNaN: true }), (at, factor) => {
        const camera = fitCamera(pictureExtent(picture), pane);
        const [x, y] = positionAt(camera, pane, at);
        const [zx, zy] = positionAt(zoomCamera(camera, pane, at, factor), pane, at);
        expect(zx).toBeCloseTo(x, 6);
        expect(zy).toBeCloseTo(y, 6);
      }),
    );
  });

  it('lets the picture follow a drag', () => {
    const camera = fitCamera(pictureExtent(picture), pane);
    const before = positionAt(camera, pane, [100, 100]);
    const after = positionAt(panCamera(camera, 30, -20), pane, [130, 80]);
    expect(after[0]).toBeCloseTo(before[0], 9);
    expect(after[1]).toBeCloseTo(before[1], 9);
  });

  it('finds the pixel under a position, and none outside', () => {
    expect(pixelAt(picture, 0, 0)).toEqual({ ix: 0, iy: 0 });
    expect(pixelAt(picture, 29.9, 30)).toEqual({ ix: 1, iy: 1 });
    expect(pixelAt(picture, -0.1, 0)).toBeUndefined();
    expect(pixelAt(picture, 256 * 15, 0)).toBeUndefined();
  });

  it('takes the box of a mask over all planes of a stack', () => {
    const size = { nx: 24, ny: 24, pixelX: 10, pixelY: 10 };
    const mask = new Uint8Array(2 * 24 * 24);
    mask[6 * 24 + 6] = 1;
    mask[24 * 24 + 17 * 24 + 17] = 1;
    expect(maskExtent(mask, size)).toEqual({ left: 50, top: 50, right: 190, bottom: 190 });
    expect(maskExtent(new Uint8Array(24 * 24), size)).toBeUndefined();
  });
});

describe('pictures', () => {
  const size = { nx: 4, ny: 1, pixelX: 1, pixelY: 1 };
  const values = new Float32Array([1, Number.NaN, 3, 4]);

  it('hatch what lies in the nucleus and cannot be known', () => {
    const mask = new Uint8Array([1, 1, 1, 0]);
    const identifiable = new Uint8Array([1, 1, 0, 0]);
    const { flags } = makePicture({ size, values, mask, identifiable, nucleusOnly: true });
    expect([...flags]).toEqual([
      flag.inside | flag.shown,
      flag.inside | flag.doubtful,
      flag.inside | flag.doubtful,
      0,
    ]);
  });

  it('show a raw channel everywhere', () => {
    const mask = new Uint8Array([1, 0, 0, 0]);
    const { flags } = makePicture({ size, values, mask, identifiable: null, nucleusOnly: false });
    expect([...flags]).toEqual([flag.inside | flag.shown, flag.doubtful, flag.shown, flag.shown]);
  });
});

describe('histogram', () => {
  it('counts every finite value that counts, once', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: false }), { minLength: 1 }), (list) => {
        const values = new Float32Array(list);
        const finite = values.filter((v, i) => Number.isFinite(v) && i % 2 === 0);
        const histogram = countValues(values, (i) => i % 2 === 0, 16);
        const total = histogram?.counts.reduce((sum, count) => sum + count, 0) ?? 0;
        expect(total).toBe(finite.length);
      }),
    );
  });

  it('puts values into their bins, the greatest into the last', () => {
    const histogram = countValues(new Float32Array([0, 1, 2, 3, 4]), () => true, 4);
    expect(histogram).toEqual({ low: 0, high: 4, counts: new Uint32Array([1, 1, 1, 2]) });
  });

  it('is not squeezed by a stray value, and does not lose it', () => {
    const histogram = countValues(new Float32Array([0, 1, 2, 3, 4, 1000]), () => true, 4, [0, 4]);
    expect(histogram).toEqual({ low: 0, high: 6, counts: new Uint32Array([2, 1, 2, 1]) });
  });
});
