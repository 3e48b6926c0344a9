import { describe, expect, it } from 'vitest';
import { commandForKey, keyOf, possibleCommands } from '../../src-renderer/actions/commands.js';
import { channelNames, guessChannels } from '../../src-renderer/state/channels.js';
import { isStale, obstacleOf } from '../../src-renderer/state/findings.js';
import type { ShownResult } from '../../src-renderer/state/session.js';
import { emptySession } from '../../src-renderer/state/session.js';
import { stepState } from '../../src-renderer/state/steps.js';
import { defaultSettings, openSession, twoChannels } from './session-kit.js';

const named = (names: readonly string[]) =>
  guessChannels({ kind: 'image', metadata: { ...twoChannels, channels: names.length, channelNames: names } });

const pair = (h: number, e: number) => ({
  kind: 'two-channel',
  heterochromatin: { file: 0, channel: h },
  euchromatin: { file: 0, channel: e },
});

describe('first choice of channels', () => {
  it('goes by names, whatever their order', () => {
    expect(named(['DAPI', 'H3K27ac', 'H3K9me3'])).toEqual({ channels: pair(2, 1), named: true });
    expect(named(['euchromatin', 'heterochromatin'])).toEqual({ channels: pair(1, 0), named: true });
  });

  it('goes by order where names do not say, and admits it', () => {
    expect(named(['561', '647'])).toEqual({ channels: pair(0, 1), named: false });
    expect(named(['647', 'H3K9me3'])).toEqual({ channels: pair(1, 0), named: false });
  });

  it('takes a single channel as density', () => {
    expect(named(['DNA']).channels).toEqual({ kind: 'density', density: { file: 0, channel: 0 } });
  });

  it('numbers channels without a name', () => {
    const metadata = { ...twoChannels, channelNames: ['', 'b'] };
    expect(channelNames({ kind: 'image', metadata })).toEqual(['Channel 1', 'b']);
  });
});

describe('what stands in the way of a run', () => {
  it('nothing, for an image that says everything', () => {
    expect(obstacleOf(openSession(twoChannels))).toBeNull();
  });

  it('no file, a missing pixel size, the same channel twice, a missing mask, in the step that has it', () => {
    expect(obstacleOf(emptySession('dark'))?.step).toBe('source');
    expect(obstacleOf(openSession({ ...twoChannels, pixelSize: {} }))?.message).toContain('pixel size');
    const same = defaultSettings();
    const channels = {
      kind: 'two-channel' as const,
      heterochromatin: { file: 0 as const, channel: 1 },
      euchromatin: { file: 0 as const, channel: 1 },
    };
    const twice = openSession(twoChannels, { ...same, job: { ...same.job, channels } });
    expect(obstacleOf(twice)?.step).toBe('source');
    const masked = openSession(twoChannels, { ...same, job: { ...same.job, mask: 'file' } });
    expect(obstacleOf(masked)?.step).toBe('nucleus');
  });

  it('a missing heterochromatin fraction, for one density only', () => {
    const settings = defaultSettings();
    const channels = { kind: 'density' as const, density: { file: 0 as const, channel: 0 } };
    const job = { ...settings.job, channels };
    expect(obstacleOf(openSession(twoChannels, { ...settings, job }))?.step).toBe('model');
    const calibration = { ...job.calibration, hetFraction: 0.6 };
    expect(obstacleOf(openSession(twoChannels, { ...settings, job: { ...job, calibration } }))).toBeNull();
  });
});

describe('a result and later settings', () => {
  const settings = defaultSettings();
  const result = { inputs: settings } as unknown as ShownResult;

  it('is of now as long as the job says the same, object or not', () => {
    expect(isStale(result, { ...settings, job: structuredClone(settings.job) })).toBe(false);
    expect(isStale(result, { ...settings, displays: { ...settings.displays } })).toBe(false);
  });

  it('is of earlier once a number of the job or the mask changed', () => {
    const model = { ...settings.job.model, lengthNm: 151 };
    expect(isStale(result, { ...settings, job: { ...settings.job, model } })).toBe(true);
    const mask = { id: 'm', name: 'm.tif', bytes: 1, from: 'upload' as const };
    expect(isStale(result, { ...settings, mask })).toBe(false);
    expect(isStale(result, { ...settings, mask, job: { ...settings.job, mask: 'file' } })).toBe(true);
  });
});

describe('steps', () => {
  it('say what was read', () => {
    expect(stepState(openSession(twoChannels), 'source')).toEqual({
      dot: 'done',
      line: '2 channels · 128 × 256 · 15.0 nm/px',
    });
  });

  it('doubt a file without a pixel size', () => {
    const state = stepState(openSession({ ...twoChannels, pixelSize: {} }), 'source');
    expect(state.dot).toBe('doubtful');
    expect(state.line).toContain('pixel size missing');
  });

  it('fail where a file or a run failed', () => {
    const failure = { tag: 'unreadable' as const, message: 'The file is cut off.' };
    const trouble = { what: 'a.tif', failure };
    const session = {
      ...openSession(twoChannels),
      sourceTrouble: { ...trouble, grant: null },
      solveTrouble: trouble,
    };
    expect(stepState(session, 'source').dot).toBe('failed');
    expect(stepState(session, 'solve')).toEqual({ dot: 'failed', line: 'The file is cut off.' });
  });
});

describe('commands', () => {
  const keyEvent = (key: string, held: Partial<KeyboardEvent> = {}) =>
    keyOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });

  it('have one key each', () => {
    const session = openSession(twoChannels);
    const keys = possibleCommands({ ...session, running: 'j1' }).flatMap((command) => command.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are found by their keys when they are possible', () => {
    const session = openSession(twoChannels);
    expect(commandForKey(session, keyEvent(' '))?.id).toBe('run');
    expect(commandForKey(session, keyEvent('Z', { ctrlKey: true, shiftKey: true }))).toBeUndefined();
    expect(commandForKey(session, keyEvent('k', { metaKey: true }))?.id).toBe('palette');
    expect(commandForKey(emptySession('dark'), keyEvent('f'))).toBeUndefined();
    expect(commandForKey({ ...session, running: 'j1' }, keyEvent('Escape'))?.id).toBe('cancel');
  });

  it('offer only layers that are there', () => {
    const titles = possibleCommands(openSession(twoChannels)).map(({ title }) => title);
    expect(titles).toContain('Show H3K9me3');
    expect(titles).not.toContain('Show λ');
  });
});
