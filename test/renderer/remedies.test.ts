import { describe, expect, it } from 'vitest';
import type { App, CursorPosition } from '../../src-renderer/actions/app.js';
import { undoSettings } from '../../src-renderer/actions/history-actions.js';
import { setSetting } from '../../src-renderer/actions/remedy-actions.js';
import { obstacleOf } from '../../src-renderer/state/findings.js';
import { settingsOf } from '../../src-renderer/state/session.js';
import { createStore } from '../../src-renderer/state/store.js';
import { defaultSettings, openSession, twoChannels } from './session-kit.js';

describe('a remedy with a value', () => {
  it('sets that one place of the job, as one step of undo', () => {
    const app: App = {
      session: createStore(openSession(twoChannels)),
      cursor: createStore<CursorPosition | null>(null),
      client: () => null,
    };
    const job = () => settingsOf(app.session.get())?.job;
    const before = job();
    setSetting(app, 'table.spacingNm', 13);
    expect(job()).toEqual({ ...before, table: { ...before?.table, spacingNm: 13 } });
    setSetting(app, 'z', 2);
    expect(job()).toMatchObject({ z: 2, table: { spacingNm: 13 } });
    undoSettings(app);
    undoSettings(app);
    expect(job()).toEqual(before);
  });
});

describe('what stands in the way of a run', () => {
  it('names the one field that is missing', () => {
    const silent = { ...twoChannels, pixelSize: {} };
    expect(obstacleOf(openSession(silent))).toMatchObject({ setting: 'calibration.pixelSizeNm' });
    const settings = defaultSettings();
    const density = { kind: 'density' as const, density: { file: 0 as const, channel: 0 } };
    const single = { ...settings, job: { ...settings.job, channels: density } };
    expect(obstacleOf(openSession(twoChannels, single))).toMatchObject({
      setting: 'calibration.hetFraction',
    });
    expect(obstacleOf(openSession(twoChannels))).toBeNull();
  });

  it('is the phase field under “field”, and not under “direct”', () => {
    const settings = defaultSettings();
    const by = (name: 'field' | 'direct') => {
      const { model, solver } = settings.job;
      const part = { model: { ...model, equation: 'phase-field' as const }, solver: { ...solver, name } };
      return openSession(twoChannels, { ...settings, job: { ...settings.job, ...part } });
    };
    expect(obstacleOf(by('field'))).toMatchObject({ step: 'model', setting: 'model.equation' });
    expect(obstacleOf(by('direct'))).toBeNull();
  });
});
