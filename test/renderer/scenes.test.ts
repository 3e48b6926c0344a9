import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobResult, JobState } from '../../src-main/api.js';
import { makeGrid } from '../../src-core/data/grid.js';
import {
  availableLayers,
  valuesBeyond,
  layerData,
  limitsOf,
  pictureOf,
} from '../../src-renderer/state/layer-data.js';
import { centeredLimits, layerKinds, restingDisplays } from '../../src-renderer/state/layers.js';
import { valuesAt } from '../../src-renderer/state/readout.js';
import type { Session } from '../../src-renderer/state/session.js';
import { possibleMode } from '../../src-renderer/state/view-modes.js';
import { rectFrame, tileFrame, tilesOf, wholeFrame } from '../../src-renderer/view/frame.js';
import { isAlike } from '../../src-renderer/view/scene.js';
import { paneContent } from '../../src-renderer/view/scene-of.js';
import { sessionFitting } from '../../src-renderer/view/capture-view.js';
import { defaultSettings, openSession, twoChannels } from './session-kit.js';

const pane = { width: 300, height: 200 };
const grid = makeGrid([4, 6, 8], [40, 15, 15]);
const ramp = (factor: number): Float32Array => Float32Array.from({ length: 192 }, (_, i) => factor * i);

/** A window with the result of a stack, with an sd and a resolution of λ where they are given. */
function inferredSession(sd: Float32Array | null = null, resolution: Float32Array | null = null): Session {
  const mask = new Uint8Array(192).fill(1, 48, 144);
  const identifiable = mask.slice();
  identifiable[60] = 0;
  const fields = {
    mask,
    identifiable,
    phiH: ramp(0.002),
    phiE: ramp(0.001),
    density: ramp(0.003),
    lambda: ramp(0.02),
    residual: ramp(0.0001),
    ...(sd && { lambdaSd: sd }),
    ...(resolution && { lambdaResolution: resolution }),
  };
  const handles = Object.fromEntries(
    Object.keys(fields).map((name) => [name, { id: name, type: 'float32', shape: grid.shape }]),
  );
  const document = { residual: { rms: 0.002, noiseRms: 0.002, mismatch: false, reasons: [] } };
  const result = {
    grid,
    document,
    fields: { lambdaSd: null, lambdaResolution: null, ...handles },
  } as unknown as JobResult;
  const settings = defaultSettings();
  const session = openSession(twoChannels, settings);
  const shown = { job: { id: 'j1' } as JobState, inputs: settings, result, fields, quickest: 1 };
  const view = { ...session.view, layers: ['lambda', 'density', 'composite-phi', 'residual'] as const, z: 1 };
  return { ...session, result: shown, view };
}

const withView = (session: Session, view: Partial<Session['view']>): Session => ({
  ...session,
  view: { ...session.view, ...view },
});

describe('modes', () => {
  it('fall back to flat ones where there is one plane', () => {
    expect(['plane', 'slices', 'surface', 'volume'].map((mode) => possibleMode(mode as 'plane', 1))).toEqual([
      'plane',
      'plane',
      'surface',
      'surface',
    ]);
    expect(possibleMode('slices', 2)).toBe('slices');
  });

  it('make scenes of a stack: a plane, three slices, a volume within the nucleus, a surface', () => {
    const session = inferredSession();
    const modes = (['plane', 'slices', 'volume', 'surface'] as const).map(
      (mode) => paneContent(withView(session, { mode }), 0, pane)?.scene,
    );
    expect(modes.map((scene) => scene?.mode)).toEqual(['plane', 'slices', 'volume', 'surface']);
    const [, slices, volume] = modes;
    if (slices?.mode !== 'slices' || volume?.mode !== 'volume') throw new Error('wrong scenes');
    expect(slices.drawings.map(({ picture }) => [picture.size.nx, picture.size.ny])).toEqual([
      [8, 6],
      [8, 4],
      [4, 6],
    ]);
    expect(slices.drawings.map(({ picture }) => [picture.size.pixelX, picture.size.pixelY])).toEqual([
      [15, 15],
      [15, 40],
      [40, 15],
    ]);
    expect(volume.volume.size).toEqual([8, 6, 4]);
    expect(volume.surface.shape).not.toBe(volume.volume);
  });
});

describe('scenes', () => {
  it('are alike while nothing that is drawn has changed, so that nothing is drawn anew', () => {
    const session = withView(inferredSession(), { mode: 'volume' });
    const first = paneContent(session, 0, pane);
    const again = paneContent({ ...withView(session, { active: 2 }), openSteps: [] }, 0, { ...pane });
    expect(again).not.toBe(first);
    expect(isAlike(first, again)).toBe(true);
    expect(isAlike(first, paneContent(withView(session, { mode: 'slices' }), 0, pane))).toBe(false);
    expect(isAlike(first, paneContent({ ...session, theme: 'light' }, 0, pane))).toBe(false);
  });

  it('of a composite take both layers with their own limits, magenta and green', () => {
    const scene = paneContent(inferredSession(), 2, pane)?.scene;
    if (scene?.mode !== 'plane') throw new Error('wrong scene');
    expect(scene.tint.colormap).toBe('magenta');
    expect(scene.drawing.second?.tint.colormap).toBe('green');
    expect(scene.tint.limits[1]).toBeCloseTo(2 * (scene.drawing.second?.tint.limits[1] ?? 0), 1);
  });

  it('mark residuals beyond so many times the noise over λ, not over the density', () => {
    const session = inferredSession();
    const marked = withView(session, {
      overlays: { ...session.view.overlays, residual: 'contour', residualTimes: 4 },
    });
    const [lambda, density] = [0, 1].map((index) => paneContent(marked, index as 0, pane)?.scene);
    if (lambda?.mode !== 'plane' || density?.mode !== 'plane') throw new Error('wrong scenes');
    expect(lambda.drawing.residual?.beyond).toBeCloseTo(0.008, 12);
    expect(lambda.drawing.residual?.style).toBe('contour');
    expect(density.drawing.residual).toBeNull();
  });

  it('fade λ by its sd once there is one, and only then', () => {
    const plain = paneContent(inferredSession(), 0, pane)?.scene;
    const faded = paneContent(inferredSession(ramp(0.001)), 0, pane)?.scene;
    if (plain?.mode !== 'plane' || faded?.mode !== 'plane') throw new Error('wrong scenes');
    expect(plain.drawing.uncertainty).toBeNull();
    expect(faded.drawing.uncertainty?.sd.values[5]).toBeCloseTo(0.053, 6);
  });
});

describe('what is known of λ', () => {
  const resolution = Float32Array.from({ length: 192 }, (_, i) => (i % 2 === 0 ? 200 + i : Infinity));
  const session = inferredSession(ramp(0.001), resolution);

  it('lies in layers of its own, in a unit, hatched where nothing is resolved or λ is not identifiable', () => {
    expect(availableLayers(session)).toEqual(expect.arrayContaining(['lambda-sd', 'lambda-resolution']));
    expect(availableLayers(inferredSession())).not.toContain('lambda-sd');
    const data = layerData(session, 'lambda-resolution');
    if (data === null) throw new Error('no resolution');
    const { flags } = pictureOf(data, 1);
    // Plane 1 begins with voxel 48; voxel 60 is not identifiable.
    expect([flags[2] & 6, flags[3] & 6, flags[12] & 6]).toEqual([2, 4, 4]);
    expect(layerKinds['lambda-resolution'].unit).toBe('nm');
    const [low, high] = limitsOf(data, 'lambda-resolution', restingDisplays()['lambda-resolution']);
    expect(Number.isFinite(high - low) && low < high).toBe(true);
  });

  it('stands beside λ under the cursor', () => {
    const at = (ix: number, iy: number) =>
      Object.fromEntries(
        valuesAt(session, { x: 15 * (ix + 0.5), y: 15 * (iy + 0.5) }).map((value) => [value.layer, value]),
      );
    expect(at(2, 0).lambda).toMatchObject({ value: Math.fround(1), sd: Math.fround(0.05) });
    expect(at(2, 0)['lambda-resolution']).toMatchObject({ value: 250, label: 'resolved down to' });
    expect(at(3, 0)['lambda-resolution'].value).toBe(Infinity);
    expect(at(4, 1).lambda).toMatchObject({ value: null, doubtful: true });
    expect(at(4, 1).lambda).not.toHaveProperty('sd');
    expect(at(4, 1)['lambda-resolution'].value).toBeNull();
    expect(at(2, 0)).not.toHaveProperty('lambda-sd');
  });
});

describe('colours', () => {
  it('lie around λ = 1 under a diverging map', () => {
    const session = inferredSession();
    const data = layerData(session, 'lambda');
    if (data === null) throw new Error('no λ');
    const [low, high] = limitsOf(data, 'lambda', { colormap: 'vik', limits: null });
    expect(1 - low).toBeCloseTo(high - 1, 9);
    expect(limitsOf(data, 'lambda', { colormap: 'vik-inverted', limits: null })).toEqual([low, high]);
    expect(limitsOf(data, 'lambda', restingDisplays().lambda)).not.toEqual([low, high]);
    expect(centeredLimits([0.5, 3], layerKinds.lambda.center ?? 0)).toEqual([-1, 3]);
  });

  it('have the shares of values beyond the limits counted, of those that count', () => {
    const data = layerData(inferredSession(), 'lambda');
    if (data === null) throw new Error('no λ');
    const { below, above } = valuesBeyond(data, [0.02 * 57.5, 0.02 * 133.5]);
    expect(below).toBeCloseTo(10 / 95, 9);
    expect(above).toBeCloseTo(10 / 95, 9);
  });
});

describe('readout', () => {
  it('reads the plane in view, or the depth of a slice, and a composite only by its parts', () => {
    const session = inferredSession();
    const inView = valuesAt(session, { x: 20, y: 20 });
    const deeper = valuesAt(session, { x: 20, y: 20, z: 90 });
    const lambda = (values: typeof inView): number | null | undefined =>
      values.find(({ layer }) => layer === 'lambda')?.value;
    expect(lambda(inView)).toBeCloseTo(0.02 * 57, 5);
    expect(lambda(deeper)).toBeCloseTo(0.02 * 105, 5);
    expect(valuesAt(session, { x: 20, y: 20, z: 161 })).toEqual([]);
    expect(availableLayers(session)).toContain('composite-phi');
    expect(inView.map(({ layer }) => layer)).not.toContain('composite-phi');
  });
});

describe('frames', () => {
  it('tiles cover a picture once, each drawn as its part of the whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }), (width, height) => {
        const tiles = tilesOf({ width, height }, 32);
        const area = tiles.reduce((sum, tile) => sum + tile.width * tile.height, 0);
        expect(area).toBe(width * height);
        for (const tile of tiles) {
          const { scale, offset } = tileFrame(tile, { width, height });
          const corner = (2 * tile.left) / width - 1;
          expect(corner * scale[0] + offset[0]).toBeCloseTo(-1, 9);
          const bottom = 1 - (2 * (tile.top + tile.height)) / height;
          expect(bottom * scale[1] + offset[1]).toBeCloseTo(-1, 9);
        }
      }),
    );
  });

  it('put a rectangle of the pane where it belongs', () => {
    const rect = { left: 0, top: 100, width: 150, height: 100 };
    expect(rectFrame(rect, pane, wholeFrame)).toEqual([0.5, 0.5, -0.5, -0.5]);
  });
});

it('what is captured at another shape shows what the screen shows, however the user zoomed', () => {
  const session = withView(inferredSession(), {
    cameras: [{ x: 50, y: 50, nmPerPixel: 2 }, null, null, null],
  });
  const fitted = sessionFitting(session, { width: 300, height: 200 }, { width: 200, height: 200 });
  expect(fitted.view.cameras).toEqual([{ x: 50, y: 50, nmPerPixel: 3 }, null, null, null]);
  expect(fitted.view.volume.gaze.nmPerPixel).toBeNull();
});
