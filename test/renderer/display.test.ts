import { describe, expect, it } from 'vitest';
import type { App } from '../../src-renderer/actions/app.js';
import {
  centerLayer,
  chooseColormap,
  invertColormap,
  moveLimit,
} from '../../src-renderer/actions/display-actions.js';
import { setLimits } from '../../src-renderer/actions/view-actions.js';
import { displayOf } from '../../src-renderer/state/layer-data.js';
import type { LayerName } from '../../src-renderer/state/layers.js';
import { readView, savedView } from '../../src-renderer/state/saved-look.js';
import { restingView } from '../../src-renderer/state/session.js';
import { createStore } from '../../src-renderer/state/store.js';
import { openSession, twoChannels } from './session-kit.js';

function openApp(): App {
  return {
    session: createStore(openSession(twoChannels)),
    cursor: createStore(null),
    client: () => null,
  } as unknown as App;
}

const shown = (app: App, layer: LayerName) => displayOf(app.session.get(), layer);

describe('colour maps', () => {
  it('are inverted, and stay so when another one is chosen', () => {
    const app = openApp();
    invertColormap(app, 'density');
    expect(shown(app, 'density').colormap).toBe('magma-inverted');
    chooseColormap(app, 'density', 'batlow');
    expect(shown(app, 'density').colormap).toBe('batlow-inverted');
    invertColormap(app, 'density');
    expect(shown(app, 'density').colormap).toBe('batlow');
  });

  it('centre λ at 1 under vik, and go back to viridis', () => {
    const app = openApp();
    setLimits(app, 'lambda', [0.5, 3]);
    centerLayer(app, 'lambda', true);
    expect(shown(app, 'lambda')).toEqual({ colormap: 'vik', limits: null });
    centerLayer(app, 'lambda', false);
    expect(shown(app, 'lambda')).toEqual({ colormap: 'viridis', limits: null });
  });

  it('put given limits around the middle when a diverging one is chosen, and keep them there', () => {
    const app = openApp();
    setLimits(app, 'lambda', [0.5, 3]);
    chooseColormap(app, 'lambda', 'rdbu');
    expect(shown(app, 'lambda').limits).toEqual([-1, 3]);
    moveLimit(app, 'lambda', { limits: [0.4, 3], which: 0, centered: true });
    expect(shown(app, 'lambda').limits).toEqual([0.4, 1.6]);
    moveLimit(app, 'lambda', { limits: [0.4, 2], which: 1, centered: false });
    expect(shown(app, 'lambda').limits).toEqual([0.4, 2]);
  });
});

describe('a saved view', () => {
  it('comes back with its slices, its gaze, its cut, its levels and its marks of doubt', () => {
    const view = {
      ...restingView,
      mode: 'volume' as const,
      slices: { crosshair: [10, 20] as const, camera: { center: [1, 2, 3] as const, nmPerPixel: 4 } },
      volume: {
        style: 'cloud' as const,
        gaze: { azimuth: 10, elevation: -20, nmPerPixel: 5, shift: [6, 7] as const },
        clip: { axis: 'view' as const, position: 0.25, flipped: true },
        opacity: 0.3,
        levels: { density: 0.4 },
      },
      overlays: { residual: 'fade' as const, residualTimes: 4, uncertainty: false },
    };
    expect(readView(JSON.parse(JSON.stringify(savedView(view))))).toEqual(view);
  });

  it('rests where it cannot be read', () => {
    const { mode, slices, volume, overlays } = readView({
      mode: 'hologram',
      volume: { style: 7 },
      slices: 3,
    });
    expect({ mode, slices, overlays }).toEqual({
      mode: restingView.mode,
      slices: restingView.slices,
      overlays: restingView.overlays,
    });
    expect(volume).toEqual(restingView.volume);
  });
});
