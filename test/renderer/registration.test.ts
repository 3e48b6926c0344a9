import { describe, expect, it } from 'vitest';
import type { JobResult, JobState } from '../../src-main/api.js';
import type { App, CursorPosition } from '../../src-renderer/actions/app.js';
import { commandOf, perform, possibleCommands } from '../../src-renderer/actions/commands.js';
import { undoSettings } from '../../src-renderer/actions/history-actions.js';
import { layerSubtitle } from '../../src-renderer/state/layer-data.js';
import { automaticSettings, changedSettings } from '../../src-renderer/state/job-summary.js';
import {
  asksToRegister,
  canRegister,
  hasDepth,
  registrationFound,
  registrationLines,
  startingShift,
  withKnownShift,
} from '../../src-renderer/state/registration.js';
import { type Session, type Settings, settingsOf } from '../../src-renderer/state/session.js';
import { createStore } from '../../src-renderer/state/store.js';
import { stepState } from '../../src-renderer/state/steps.js';
import { stepQuantity } from '../../src-renderer/state/quantity.js';
import { shiftQuantity } from '../../src-renderer/panels/quantities.js';
import { defaultSettings, openSession, twoChannels } from './session-kit.js';

type Registration = JobResult['document']['calibration']['registration'];
type Shift = Settings['job']['calibration']['shiftNm'];

const sd = [0.5, 0.5, 0] as const;
const displaced: Registration = {
  applied: null,
  left: { shiftNm: [29.42, -0.31, 0], sdNm: [2.1, 2.1, 0], displaced: true },
};
const registered: Registration = {
  applied: { shiftNm: [30.01, -0.3, 0], sdNm: sd, from: 'data' },
  left: { shiftNm: [0.02, 0.01, 0], sdNm: sd, displaced: false },
};

function settingsWith(shiftNm: Shift, part: Partial<Settings['job']> = {}): Settings {
  const settings = defaultSettings();
  const { job } = settings;
  return { ...settings, job: { ...job, ...part, calibration: { ...job.calibration, shiftNm } } };
}

/** A window with a map made with its settings. */
function shown(registration: Registration, settings = settingsWith(null), metadata = twoChannels): Session {
  const session = openSession(metadata, settings);
  const document = { calibration: { registration }, solver: { seconds: 3, name: 'field' } };
  return {
    ...session,
    result: {
      job: { id: 'j', state: 'done' } as JobState,
      inputs: settings,
      result: { document, grid: { shape: [1, 2, 2] }, fields: {} } as unknown as JobResult,
      fields: {},
      quickest: 3,
    },
  };
}

const shiftIn = (session: Session): Shift | undefined => settingsOf(session)?.job.calibration.shiftNm;

describe('the offer to register', () => {
  it('is made where the map in the view says that its channels are displaced', () => {
    expect(asksToRegister(shown(displaced))).toBe(true);
    expect(asksToRegister(shown(registered))).toBe(false);
    expect(asksToRegister(openSession(twoChannels))).toBe(false);
  });

  it('is not made of an older map, while a run is on, where it was done, or for one channel', () => {
    const session = shown(displaced);
    const other = { ...session, project: openSession(twoChannels, settingsWith([1, 0])).project };
    expect(asksToRegister(other)).toBe(false);
    expect(asksToRegister({ ...session, running: 'r' })).toBe(false);
    expect(asksToRegister(shown(displaced, settingsWith('auto')))).toBe(false);
    const single = settingsWith(null, { channels: { kind: 'density', density: { file: 0, channel: 0 } } });
    expect(asksToRegister(shown(displaced, single))).toBe(false);
    expect(canRegister(openSession(twoChannels, single))).toBe(false);
  });

  it('is a command of the palette, which sets the job as one step of undo', () => {
    const app: App = {
      session: createStore(shown(displaced)),
      cursor: createStore<CursorPosition | null>(null),
      client: () => null,
    };
    expect(possibleCommands(app.session.get()).map(({ id }) => id)).toContain('register-channels');
    expect(commandOf('register-channels').title).toMatch(/^Register the channels/);
    perform(app, 'register-channels');
    expect(shiftIn(app.session.get())).toBe('auto');
    expect(possibleCommands(app.session.get()).map(({ id }) => id)).not.toContain('register-channels');
    undoSettings(app);
    expect(shiftIn(app.session.get())).toBeNull();
  });
});

describe('what was found', () => {
  it('stands in the line of the step, amber while the channels are displaced', () => {
    const lineOf = (session: Session) => stepState(session, 'source');
    expect(lineOf(shown(displaced))).toMatchObject({
      dot: 'doubtful',
      line: expect.stringMatching(/^channels displaced · 15\.0 nm/) as string,
    });
    const done = lineOf(shown(registered, settingsWith('auto')));
    expect(done).toMatchObject({
      dot: 'done',
      line: expect.stringContaining('channels registered') as string,
    });
    expect(lineOf(openSession(twoChannels)).line).toMatch(/^2 channels · /);
  });

  it('is told with its sd, and what is left', () => {
    expect(registrationLines(registered)).toEqual([
      'Found and moved back by: x +30.0 ± 0.5 nm, y −0.3 ± 0.5 nm.',
      'Displaced still by x 0.0 ± 0.5 nm, y 0.0 ± 0.5 nm: too little to count.',
    ]);
    expect(registrationLines(displaced)).toEqual(['Displaced by x +29.4 ± 2.1 nm, y −0.3 ± 2.1 nm.']);
    expect(
      registrationLines({ applied: { shiftNm: [5, 0, 0], sdNm: null, from: 'user' }, left: null }),
    ).toEqual(['Moved back by x +5.0 nm.']);
    expect(registrationLines({ applied: null, left: null })).toEqual([]);
  });

  it('is of the map made with the settings of now', () => {
    expect(registrationFound(shown(registered, settingsWith('auto')))).toBe(registered);
    const session = shown(registered);
    const other = { ...session, project: openSession(twoChannels, settingsWith([1, 0])).project };
    expect(registrationFound(other)).toBeNull();
  });

  it('is what a displacement of one’s own starts from, along z in a stack only', () => {
    expect(startingShift(shown(registered))).toEqual([30, -0.3]);
    expect(startingShift(shown(displaced))).toEqual([29.4, -0.3]);
    expect(startingShift(openSession(twoChannels))).toEqual([0, 0]);
    const stack = { ...twoChannels, planes: 5 };
    expect(hasDepth(openSession(stack))).toBe(true);
    expect(startingShift(openSession(stack))).toEqual([0, 0, 0]);
    expect(hasDepth(openSession(stack, settingsWith(null, { z: 'max' })))).toBe(false);
  });

  it('says at the raw picture that it stays where it was measured, and at φ_e that it was moved', () => {
    const session = shown(registered, settingsWith('auto'));
    expect(layerSubtitle(session, 'channel-b')).toContain('not registered');
    expect(layerSubtitle(session, 'composite')).toContain('not registered');
    expect(layerSubtitle(session, 'phi-e')).toContain('moved back');
    for (const layer of ['channel-a', 'phi-h', 'lambda'] as const)
      expect(layerSubtitle(session, layer)).not.toMatch(/moved|registered/);
    expect(layerSubtitle(shown(displaced), 'channel-b')).not.toContain('registered');
  });
});

describe('a preview while another setting moves', () => {
  it('takes the displacement that the last run found, and does not search for it', () => {
    const { job } = settingsWith('auto');
    const moved = { ...job, model: { ...job.model, lengthNm: 140 } };
    const session = shown(registered, settingsWith('auto'));
    expect(withKnownShift(moved, session).calibration.shiftNm).toEqual([30.01, -0.3]);
    expect(withKnownShift(moved, openSession(twoChannels))).toBe(moved);
    expect(withKnownShift(moved, shown(displaced))).toBe(moved);
    const given = settingsWith([1, 2]).job;
    expect(withKnownShift(given, session)).toBe(given);
    const swapped = { kind: 'density', density: { file: 0, channel: 1 } } as const;
    const other = { ...moved, channels: swapped };
    expect(withKnownShift(other, session)).toBe(other);
  });
});

describe('the summary of a batch', () => {
  const defaults = defaultSettings().job;

  it('says what is done about the channels', () => {
    expect(changedSettings(settingsWith('auto').job, defaults)).toEqual([
      { title: 'Channels', value: 'registered in each image (default: as they are)' },
    ]);
    expect(changedSettings(settingsWith([30, -7.5]).job, defaults)[0].value).toBe(
      'euchromatin moved back by x +30.0 nm, y −7.5 nm, in every image (default: as they are)',
    );
    expect(automaticSettings(settingsWith('auto').job, false)).toContain('displacement of the channels');
    expect(automaticSettings(defaults, false)).not.toContain('displacement of the channels');
  });
});

it('arrow keys move a displacement by 1 nm, through zero', () => {
  expect(stepQuantity(0, 1, shiftQuantity)).toBe(1);
  expect(stepQuantity(1, -3, shiftQuantity)).toBe(-2);
  expect(stepQuantity(-2.4, 10, shiftQuantity)).toBe(8);
});
