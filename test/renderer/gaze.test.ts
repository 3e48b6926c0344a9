import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipDepth, clippedSpace, facingClip, restingClip } from '../../src-renderer/view/clip.js';
import {
  dot,
  gazeAxes,
  gazeScale,
  nearGaze,
  projectPosition,
  restingGaze,
  shiftGaze,
  turnGaze,
  type Vector,
} from '../../src-renderer/view/gaze.js';
import { axisLabels, boxEdges } from '../../src-renderer/view/volume-box.js';

const pane = { width: 400, height: 300 };
const span: Vector = [3000, 2000, 900];
const angles = fc.record({
  azimuth: fc.double({ min: -180, max: 180, noNaN: true }),
  elevation: fc.double({ min: -90, max: 90, noNaN: true }),
});

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

describe('gaze', () => {
  it('has directions of length 1 at right angles that are never mirrored', () => {
    fc.assert(
      fc.property(angles, (at) => {
        const { right, up, forward } = gazeAxes(at);
        for (const axis of [right, up, forward]) expect(dot(axis, axis)).toBeCloseTo(1, 9);
        const back = cross(right, up);
        for (let k = 0; k < 3; k++) expect(back[k]).toBeCloseTo(-forward[k], 9);
      }),
    );
  });

  it('from straight above shows planes as in 2-D: x to the right, y down, the first plane nearest', () => {
    const { right, up, forward } = gazeAxes({ azimuth: 0, elevation: 90 });
    [
      [right, [1, 0, 0]],
      [up, [0, -1, 0]],
      [forward, [0, 0, 1]],
    ].forEach(([axis, expected]) => {
      for (let k = 0; k < 3; k++) expect(axis[k]).toBeCloseTo(expected[k], 9);
    });
  });

  it('shows a length across the line of sight in nm per pixel, wherever it lies', () => {
    fc.assert(
      fc.property(angles, fc.double({ min: -900, max: 900, noNaN: true }), (at, depth) => {
        const { right, forward } = gazeAxes(at);
        const gaze = { ...restingGaze, ...at, nmPerPixel: 7 };
        const from: Vector = [forward[0] * depth, forward[1] * depth, forward[2] * depth];
        const to: Vector = [from[0] + 700 * right[0], from[1] + 700 * right[1], from[2] + 700 * right[2]];
        const [a, b] = [projectPosition(from, gaze, pane), projectPosition(to, gaze, pane)];
        expect(b[0] - a[0]).toBeCloseTo(100, 6);
        expect(b[1] - a[1]).toBeCloseTo(0, 6);
      }),
    );
  });

  it('fits the box however it is turned', () => {
    fc.assert(
      fc.property(angles, (at) => {
        const gaze = { ...restingGaze, ...at, nmPerPixel: gazeScale(restingGaze, span, pane) };
        for (const { from, to } of boxEdges(span, gaze)) {
          for (const corner of [from, to]) {
            const [x, y] = projectPosition(corner, gaze, pane);
            expect(Math.min(x, pane.width - x)).toBeGreaterThan(-1e-6);
            expect(Math.min(y, pane.height - y)).toBeGreaterThan(-1e-6);
          }
        }
      }),
    );
  });

  it('keeps what is under the pointer while it zooms, and follows a drag', () => {
    const gaze = { ...restingGaze, nmPerPixel: 10, shift: [120, -80] as const };
    const point: [number, number] = [70, 40];
    const { right, up } = gazeAxes(gaze);
    const [a, b] = [point[0] * 10 - 120, -point[1] * 10 + 80];
    const under: Vector = [a * right[0] + b * up[0], a * right[1] + b * up[1], a * right[2] + b * up[2]];
    const near = nearGaze(gaze, 10, point, 2.5);
    const seen = projectPosition(under, { ...near, nmPerPixel: near.nmPerPixel ?? 0 }, pane);
    expect(near.nmPerPixel).toBe(4);
    expect(seen[0]).toBeCloseTo(270, 9);
    expect(seen[1]).toBeCloseTo(190, 9);
    const moved = projectPosition(under, { ...shiftGaze(gaze, [5, 9], 10), nmPerPixel: 10 }, pane);
    expect(moved[0]).toBeCloseTo(275, 9);
    expect(moved[1]).toBeCloseTo(199, 9);
  });

  it('turns half a degree a pixel, all the way round but never over the top', () => {
    expect(turnGaze(restingGaze, 20, 0).azimuth).toBeCloseTo(restingGaze.azimuth - 10, 9);
    expect(turnGaze({ ...restingGaze, azimuth: -175 }, 20, 0).azimuth).toBeCloseTo(175, 9);
    expect(turnGaze(restingGaze, 0, 1000).elevation).toBe(90);
    expect(turnGaze(restingGaze, 0, -1000).elevation).toBe(-90);
  });
});

describe('box', () => {
  it('has twelve edges, of which three meet in the corner nearest to the eye', () => {
    const sides = boxEdges(span, restingGaze).map(({ side }) => side);
    expect(sides).toHaveLength(12);
    expect(['front', 'rim', 'back'].map((side) => sides.filter((one) => one === side).length)).toEqual([
      3, 6, 3,
    ]);
  });

  it('has its lengths written inside the pane, none for an axis that is looked along', () => {
    fc.assert(
      fc.property(angles, (at) => {
        const gaze = { ...restingGaze, ...at, nmPerPixel: gazeScale(restingGaze, span, pane) };
        const labels = axisLabels(span, gaze, pane);
        expect(labels.length).toBeGreaterThanOrEqual(2);
        for (const {
          axis,
          lengthNm,
          at: [x, y],
        } of labels) {
          expect(lengthNm).toBe(span[axis]);
          expect(x >= 0 && y >= 0 && x <= pane.width && y <= pane.height).toBe(true);
        }
      }),
    );
    const above = { ...restingGaze, azimuth: 0, elevation: 90, nmPerPixel: 20 };
    expect(axisLabels(span, above, pane).map(({ axis }) => axis)).toEqual([0, 1]);
  });
});

describe('clip plane', () => {
  const keeps = (clip: Parameters<typeof clippedSpace>[0], position: Vector): boolean => {
    const { normal, offset } = clippedSpace(clip, span, restingGaze);
    return dot(normal, position) >= offset;
  };

  it('keeps everything until an axis is chosen', () => {
    expect(keeps(restingClip, [-1500, 1000, -450])).toBe(true);
  });

  it('cuts away what comes before it, or flipped what comes after it', () => {
    const clip = { axis: 'z' as const, position: 0.25, flipped: false };
    expect(keeps(clip, [0, 0, -226])).toBe(false);
    expect(keeps(clip, [0, 0, -224])).toBe(true);
    expect(keeps({ ...clip, flipped: true }, [0, 0, -226])).toBe(true);
    expect(keeps({ ...clip, flipped: true }, [0, 0, -224])).toBe(false);
    expect(clipDepth(clip, span, restingGaze)).toBeCloseTo(225, 9);
  });

  it('at its ends keeps all or nothing, across every axis and the line of sight', () => {
    for (const axis of ['x', 'y', 'z', 'view'] as const) {
      const middle: Vector = [10, -20, 30];
      expect(keeps({ axis, position: 0, flipped: false }, middle)).toBe(true);
      expect(keeps({ axis, position: 1, flipped: false }, middle)).toBe(false);
      expect(keeps({ axis, position: 1, flipped: true }, middle)).toBe(true);
    }
  });

  it('is turned so that its cut faces the eye', () => {
    fc.assert(
      fc.property(angles, fc.constantFrom('x' as const, 'y' as const, 'z' as const), (at, axis) => {
        const gaze = { ...restingGaze, ...at };
        const { forward } = gazeAxes(gaze);
        const { normal } = clippedSpace(
          facingClip({ axis, position: 0.5, flipped: false }, gaze),
          span,
          gaze,
        );
        expect(dot(normal, forward)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
