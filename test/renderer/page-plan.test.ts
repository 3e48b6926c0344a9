import { expect, test } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import type { JobResult, JobState } from '../../src-main/api.js';
import { type PagePlan, partOf, planPage } from '../../src-renderer/actions/page-plan.js';
import { chosenExtension, usualName } from '../../src-renderer/state/export-names.js';
import type { ExportChoices } from '../../src-renderer/state/page.js';
import { type Session, settingsOf } from '../../src-renderer/state/session.js';
import { openSession, twoChannels } from './session-kit.js';

const [nx, ny, nz] = [40, 30, 3];
const count = nx * ny * nz;
const grid = makeGrid([nz, ny, nx], [100, 15, 15]);
const inside = (i: number): boolean => Math.hypot((i % nx) - 20, (Math.floor(i / nx) % ny) - 15) < 9;

/** A window with a result of three planes. */
function doneSession(choices: Partial<ExportChoices> = {}): Session {
  const session = openSession({ ...twoChannels, planes: nz });
  const settings = settingsOf(session);
  if (settings === null) throw new Error('Nothing is open.');
  const handle = (id: string) => ({ id, type: 'float32' as const, shape: grid.shape });
  const names = ['phiH', 'phiE', 'density', 'lambda', 'residual', 'mask', 'identifiable'] as const;
  const handles = Object.fromEntries(names.map((name) => [name, handle(name)]));
  const floats = Float32Array.from({ length: count }, (_, i) => (inside(i) ? 1 + (i % 7) / 7 : 0));
  const flags = Uint8Array.from({ length: count }, (_, i) => (inside(i) ? 1 : 0));
  const fields = {
    density: floats.slice(),
    phiH: floats,
    lambda: floats.slice(),
    mask: flags,
    identifiable: flags,
  };
  const document = { residual: { noiseRms: 0.01 } };
  const result = { grid, document, fields: { ...handles, lambdaSd: null } } as unknown as JobResult;
  return {
    ...session,
    result: { job: { id: 'job-1' } as JobState, inputs: settings, result, fields, quickest: 1 },
    view: { ...session.view, panes: 2, layers: ['density', 'lambda', 'phi-h', 'residual'], active: 1, z: 1 },
    page: { ...session.page, choices: { ...session.page.choices, ...choices } },
  };
}

const pane = () => ({ width: 400, height: 300 });

/** What is asked for of each panel. */
function panelsOf(plan: PagePlan | null) {
  if (plan === null || plan.content === 'figure') throw new Error('There are no panels.');
  return plan.content.map(({ panel }) => panel);
}

test('the current view is the active pane: its layer, plane, colours and limits, around the nucleus', () => {
  const [panel, ...others] = panelsOf(planPage(doneSession({ subject: 'view' }), pane));
  expect(others).toEqual([]);
  expect(panel).toMatchObject({ kind: 'map', layer: 'lambda', plane: 1, limitsFrom: 'values', hatch: true });
  const { part } = panel as { part: { x: number; width: number } };
  expect(part.x).toBeLessThanOrEqual(12);
  expect(part.x + part.width).toBeGreaterThanOrEqual(28);
});

test('what was zoomed to is what is exported, whole pixels that are seen', () => {
  const session = doneSession({ subject: 'view' });
  const camera = { x: 300, y: 225, nmPerPixel: 0.5 };
  const zoomed = {
    ...session,
    view: { ...session.view, cameras: [camera, camera, camera, camera] as const },
  };
  const [panel] = panelsOf(planPage(zoomed, pane));
  expect(panel).toMatchObject({ part: { x: 13, y: 10, width: 14, height: 10 } });
});

test('all views are the panes that are shown', () => {
  const session = doneSession({ subject: 'panes' });
  expect(panelsOf(planPage(session, pane)).map(({ heading }) => heading)).toEqual(['Density', 'λ']);
  const four = { ...session, view: { ...session.view, panes: 4 as const } };
  expect(panelsOf(planPage(four, pane)).map(({ heading }) => heading)).toEqual(['Density', 'λ', 'φ_h']);
});

test('a view in 3-D is captured, and says how it is looked at', () => {
  const session = doneSession({ subject: 'view' });
  const plan = planPage({ ...session, view: { ...session.view, mode: 'surface' } }, pane);
  expect(plan?.content).toMatchObject([{ kind: 'capture', pane: 1 }]);
  const [panel] = panelsOf(plan);
  expect(panel).toMatchObject({
    kind: 'picture',
    heading: 'λ, plane 2 of 3',
    unit: 'dimensionless',
    bar: true,
  });
  expect((panel as { note: string }).note).toMatch(
    /^Height and colour show λ.*nm × .*nm; seen from −28° azimuth/,
  );
});

test.each([
  ['volume', /^The surface of the density in the stack at \d.*box .* × .* × .* \(x, y, z\), seen from/],
  ['slices', /^Three planes through one point/],
] as const)('a stack as %s is captured with its scale', (mode, note) => {
  const session = doneSession({ subject: 'view' });
  const plan = planPage({ ...session, view: { ...session.view, mode } }, pane);
  expect(plan?.content).toMatchObject([{ kind: 'capture', screenNm: expect.any(Number) as number }]);
  const [panel] = panelsOf(plan);
  expect(panel).toMatchObject({ heading: 'λ', note: expect.stringMatching(note) as string });
});

test('what lies over a flat map is captured with it, and said', () => {
  const session = doneSession({ subject: 'view' });
  if (session.result === null) throw new Error('There is no result.');
  const residual = new Float32Array(count);
  const result = { ...session.result, fields: { ...session.result.fields, residual } };
  const overlays = { ...session.view.overlays, residual: 'contour' as const };
  const [panel] = panelsOf(planPage({ ...session, result, view: { ...session.view, overlays } }, pane));
  expect(panel).toMatchObject({
    ...{ kind: 'picture', heading: 'λ, plane 2 of 3' },
    note: 'Contours: residual beyond 3 times what noise alone leaves.',
  });
});

test('a composite says which colour is which, and has no colour bar', () => {
  const session = doneSession({ subject: 'view' });
  if (session.result === null) throw new Error('There is no result.');
  const phiE = new Float32Array(count).fill(0.2);
  const result = { ...session.result, fields: { ...session.result.fields, phiE } };
  const layers = ['density', 'composite-phi', 'phi-h', 'residual'] as const;
  const [panel] = panelsOf(planPage({ ...session, result, view: { ...session.view, layers } }, pane));
  expect(panel).toMatchObject({ kind: 'picture', bar: false });
  expect((panel as { note: string }).note).toMatch(
    /^Magenta: φ_h, [\d.]+ to [\d.]+\. Green: φ_e, [\d.]+ to [\d.]+\.$/,
  );
});

test('the key changes with what is seen, and not with the resolution', () => {
  const session = doneSession({ subject: 'view' });
  const keyOf = (changed: Session): string | undefined => planPage(changed, pane)?.key;
  const { choices } = session.page;
  const dpi = { ...choices, look: { ...choices.look, dpi: 600 } };
  expect(keyOf({ ...session, page: { ...session.page, choices: dpi } })).toBe(keyOf(session));
  const wide = { ...choices, look: { ...choices.look, widthMm: 120 } };
  expect(keyOf({ ...session, page: { ...session.page, choices: wide } })).not.toBe(keyOf(session));
  expect(keyOf({ ...session, view: { ...session.view, z: 2 } })).not.toBe(keyOf(session));
  const figure = doneSession({ subject: 'figure' });
  expect(keyOf({ ...figure, view: { ...figure.view, z: 2 } })).toBe(keyOf(figure));
});

test('without a result, or of a layer that has not come, there is no page', () => {
  expect(planPage({ ...doneSession(), result: null }, pane)).toBeNull();
  expect(planPage(doneSession({ subject: 'map', layer: 'residual' }), pane)).toBeNull();
  expect(planPage(doneSession({ subject: 'map', layer: 'density' }), pane)).not.toBeNull();
});

test('a part is whole pixels inside the picture, null where it is all of it', () => {
  const size = { nx: 10, ny: 8, pixelX: 15, pixelY: 15 };
  expect(partOf({ left: 16, top: 30, right: 44, bottom: 45 }, size)).toEqual({
    x: 1,
    y: 2,
    width: 2,
    height: 1,
  });
  expect(partOf({ left: -50, top: -50, right: 500, bottom: 500 }, size)).toBeNull();
  expect(partOf({ left: 200, top: 200, right: 300, bottom: 300 }, size)).toEqual({
    x: 9,
    y: 7,
    width: 1,
    height: 1,
  });
  expect(partOf({ left: -90, top: -90, right: -10, bottom: -10 }, size)).toEqual({
    x: 0,
    y: 0,
    width: 1,
    height: 1,
  });
});

test('names come from the file and from what is exported', () => {
  expect(usualName(doneSession())).toBe('nucleus.figure');
  expect(usualName(doneSession({ subject: 'view' }))).toBe('nucleus.lambda');
  expect(usualName(doneSession({ subject: 'panes' }))).toBe('nucleus.views');
  expect(usualName(doneSession({ subject: 'map', layer: 'density' }))).toBe('nucleus.density');
  const table = doneSession({ subject: 'table', table: 'statistics.csv' });
  expect([usualName(table), chosenExtension(table.page.choices)]).toEqual(['nucleus.statistics', '.csv']);
  const image = doneSession({ subject: 'image' });
  expect([usualName(image), chosenExtension(image.page.choices)]).toEqual(['nucleus.lambda', '.ome.tif']);
});
