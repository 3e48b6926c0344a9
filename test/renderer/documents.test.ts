import { describe, expect, it } from 'vitest';
import { type App, appOf, changeJob, type CursorPosition, patch } from '../../src-renderer/actions/app.js';
import { trimParked } from '../../src-renderer/actions/document-actions.js';
import { contentOf } from '../../src-renderer/actions/open-content.js';
import { adoptSettings } from '../../src-renderer/state/adoption.js';
import {
  addDocument,
  closeDocument,
  documentName,
  documentOf,
  documentOfJob,
  documentPart,
  hasUnsavedWork,
  isUnsaved,
  showDocument,
} from '../../src-renderer/state/documents.js';
import { undo } from '../../src-renderer/state/history.js';
import { readDisplays, readOpenSteps, readView, savedView } from '../../src-renderer/state/saved-look.js';
import { restingDisplays } from '../../src-renderer/state/layers.js';
import {
  emptySession,
  restingView,
  type Session,
  type ShownPreview,
} from '../../src-renderer/state/session.js';
import { createStore } from '../../src-renderer/state/store.js';
import { defaultSettings, openSession, twoChannels } from './session-kit.js';

/** A window with documents of these names open, the last one shown. */
function windowWith(...names: readonly string[]): Session {
  return names.reduce((session, name) => {
    const settings = defaultSettings();
    const part = documentPart(openSession(twoChannels, settings));
    const { project } = part;
    if (project === null) throw new Error('The kit opens an image.');
    const grant = { ...project.source.grant, id: `g-${name}`, name };
    const source = { ...project.source, grant };
    return addDocument(session, { ...part, baseline: settings, project: { ...project, source } });
  }, emptySession('dark'));
}

function appWith(session: Session): App {
  return {
    session: createStore(session),
    cursor: createStore<CursorPosition | null>(null),
    client: () => null,
  };
}

const lengthOf = (session: Session, id: string): number | undefined =>
  documentOf(session, id).project?.history.present.job.model.lengthNm;

function changeLength(app: App, lengthNm: number): void {
  changeJob(app, (job) => ({ ...job, model: { ...job.model, lengthNm } }));
}

describe('open documents', () => {
  it('are shown one at a time, each as it was left', () => {
    const app = appWith(windowWith('a', 'b'));
    changeLength(app, 200);
    app.session.set((session) => showDocument(session, 'd1'));
    expect(lengthOf(app.session.get(), 'd1')).toBe(150);
    expect(lengthOf(app.session.get(), 'd2')).toBe(200);
    app.session.set((session) => showDocument(session, 'd2'));
    expect(app.session.get().project?.history.past.length).toBe(1);
    expect(Object.keys(app.session.get().parked)).toEqual(['d1']);
  });

  it('nothing of the window changes with what is shown, save what is shown', () => {
    const session = { ...windowWith('a', 'b'), logOpen: true };
    const there = showDocument(showDocument(session, 'd1'), 'd2');
    expect(there).toEqual(session);
  });

  it('come after the one that was shown, and close to the right, then to the left', () => {
    const three = addDocument(showDocument(windowWith('a', 'b'), 'd1'), documentPart(windowWith('c')));
    expect(three.tabs).toEqual(['d1', 'd3', 'd2']);
    const two = closeDocument(three, 'd3');
    expect([two.tabs, two.activeDocument]).toEqual([['d1', 'd2'], 'd2']);
    const one = closeDocument(two, 'd2');
    expect([one.tabs, one.activeDocument, one.parked]).toEqual([['d1'], 'd1', {}]);
    expect(closeDocument(one, 'd1')).toMatchObject({ tabs: [], project: null });
    expect(closeDocument(three, 'd2')).toMatchObject({ tabs: ['d1', 'd3'], activeDocument: 'd3' });
  });

  it('of the same name are numbered', () => {
    const session = windowWith('a', 'b', 'a');
    expect(session.tabs.map((id) => documentName(session, id))).toEqual(['a (1)', 'b', 'a (2)']);
  });
});

describe('the app as seen from a document', () => {
  it('changes that document, whatever is shown', () => {
    const app = appWith(windowWith('a', 'b'));
    const first = appOf(app, 'd1');
    changeLength(first, 111);
    expect(app.session.get().activeDocument).toBe('d2');
    expect([lengthOf(app.session.get(), 'd1'), lengthOf(app.session.get(), 'd2')]).toEqual([111, 150]);
    app.session.set((session) => showDocument(session, 'd1'));
    changeLength(first, 112);
    expect(lengthOf(app.session.get(), 'd1')).toBe(112);
    expect(first.session.get().activeDocument).toBe('d1');
  });

  it('writes to the window, but not to other documents, once its document is closed', () => {
    const app = appWith(windowWith('a', 'b'));
    const first = appOf(app, 'd1');
    app.session.set((session) => closeDocument(session, 'd1'));
    patch(first, { running: 'j1', logOpen: true });
    expect(app.session.get()).toMatchObject({ running: null, logOpen: true, activeDocument: 'd2' });
    expect(first.session.get().project).toBeNull();
  });

  it('is found by the job that its document waits for', () => {
    const app = appWith(windowWith('a', 'b'));
    patch(appOf(app, 'd1'), { running: 'j1' });
    patch(app, { running: 'j2' });
    expect(['j1', 'j2', 'j3'].map((job) => documentOfJob(app.session.get(), job))).toEqual([
      'd1',
      'd2',
      undefined,
    ]);
  });
});

describe('unsaved work', () => {
  it('is a change of the job that was not taken back, not one of colours', () => {
    const app = appWith(windowWith('a'));
    expect(isUnsaved(app.session.get())).toBe(false);
    changeLength(app, 200);
    expect(isUnsaved(app.session.get())).toBe(true);
    app.session.set((session) => ({
      ...session,
      project: session.project && { ...session.project, history: undo(session.project.history) },
    }));
    expect(isUnsaved(app.session.get())).toBe(false);
  });

  it('is also a project with other images than those that are open', () => {
    const session = { ...windowWith('a', 'b'), projectFile: { name: 'p.epiflux', documents: ['d1', 'd2'] } };
    expect(hasUnsavedWork(session)).toBe(false);
    expect(hasUnsavedWork(closeDocument(session, 'd1'))).toBe(true);
  });
});

describe('arrays of documents that are not shown', () => {
  const preview = (bytes: number): ShownPreview =>
    ({ values: new Float32Array(bytes / 4), key: 'k' }) as unknown as ShownPreview;

  it('are let go beyond the budget, of those first that were parked longest ago', () => {
    const app = appWith(windowWith('a', 'b', 'c'));
    for (const id of ['d1', 'd2', 'd3']) patch(appOf(app, id), { previews: [preview(4000), null] });
    app.session.set((session) => showDocument(session, 'd1'));
    trimParked(app, 5000);
    const held = ['d1', 'd2', 'd3'].map((id) => documentOf(app.session.get(), id).previews[0] !== null);
    expect(held).toEqual([true, false, true]);
  });
});

describe('settings for a file that is opened beside another', () => {
  const own = defaultSettings();
  const source = (part: Partial<typeof twoChannels>) => ({
    grant: { id: 'g2', name: 'b.tif', bytes: 1, from: 'upload' as const },
    description: { kind: 'image' as const, metadata: { ...twoChannels, ...part } },
  });
  const theirs = (): Session => {
    const app = appWith(windowWith('a'));
    changeJob(app, (job) => ({
      ...job,
      mask: 'file',
      z: 3,
      model: { ...job.model, lengthNm: 99 },
      calibration: { ...job.calibration, pixelSizeNm: 20, hetFraction: 0.4 },
    }));
    return app.session.get();
  };

  it('fit where the channels have the same names, and keep what only the file can say', () => {
    const adoption = adoptSettings(theirs(), source({}), own);
    expect(adoption).toMatchObject({ name: 'a', isFitting: true });
    expect(adoption?.theirs.job).toMatchObject({
      mask: 'auto',
      z: 'all',
      model: { lengthNm: 99 },
      calibration: { pixelSizeNm: null, hetFraction: 0.4 },
    });
  });

  it('bring the pixel size along where the file has none', () => {
    const adoption = adoptSettings(theirs(), source({ pixelSize: {} }), own);
    expect(adoption?.theirs.job.calibration.pixelSizeNm).toBe(20);
  });

  it('leave a table its own columns, unit and pixel size', () => {
    const description = { kind: 'table' as const, format: 'Picasso hdf5', channelNames: ['a', 'b'] };
    const table = { grant: source({}).grant, description };
    const session = theirs();
    const shown = session.project && { ...session, project: { ...session.project, source: table } };
    const said = { ...own, job: { ...own.job, table: { ...own.job.table, units: 'px' as const } } };
    const { job } = adoptSettings(shown ?? session, table, said)?.theirs ?? own;
    expect([job.calibration.pixelSizeNm, job.calibration.hetFraction, job.table.units]).toEqual([
      null,
      0.4,
      'px',
    ]);
  });

  it('are only offered for other channels, and not at all where a channel is lacking', () => {
    expect(adoptSettings(theirs(), source({ channelNames: ['x', 'y'] }), own)?.isFitting).toBe(false);
    expect(adoptSettings(theirs(), source({ channels: 1, channelNames: ['x'] }), own)).toBeNull();
    expect(adoptSettings(emptySession('dark'), source({}), own)).toBeNull();
  });
});

describe('how a document looked', () => {
  it('is read back as it was', () => {
    const view = { ...restingView, z: 4, linked: false, orbit: { azimuth: 1, elevation: 2, distance: 3 } };
    expect(readView(JSON.parse(JSON.stringify(savedView(view))))).toEqual(view);
    expect(readOpenSteps(['source', 'solve'])).toEqual(['source', 'solve']);
  });

  it.each([
    undefined,
    null,
    3,
    'x',
    [],
    { mode: 'hologram', panes: 9, layers: ['nothing'], cameras: 'far', z: -1 },
  ])('rests where it cannot be read: %j', (saved) => {
    expect(readView(saved)).toEqual(restingView);
  });

  it('keeps the layers that this version knows beside those that it does not', () => {
    const { layers } = readView({ layers: ['lambda', 'from the future'] });
    expect(layers.slice(0, 2)).toEqual(['lambda', restingView.layers[1]]);
    const displays = readDisplays({
      lambda: { colormap: 'cividis', limits: [0, 2] },
      density: { colormap: 'mud' },
    });
    expect(displays.lambda).toMatchObject({ colormap: 'cividis', limits: [0, 2] });
    expect(displays.density).toEqual(restingDisplays().density);
  });
});

describe('what is told of the documents', () => {
  it('names files by their grants, and keeps forty steps of undo', () => {
    const app = appWith(windowWith('a', 'b'));
    for (let k = 0; k < 50; k++) changeLength(app, 100 + k);
    const content = contentOf(app.session.get());
    expect(content.active).toBe(1);
    expect(content.documents.map(({ source }) => source)).toEqual(['g-a', 'g-b']);
    expect(content.documents.map(({ unsaved }) => unsaved)).toEqual([false, true]);
    expect(content.documents[1].past.length).toBe(40);
  });
});
