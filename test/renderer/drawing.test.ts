import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { parseJob } from '../../src-core/index.js';
import { emptyMask, maskOfValues } from '../../src-renderer/mask/drawn-mask.js';
import { drawingOf, drawingProblem, maskFrame } from '../../src-renderer/state/drawing.js';
import { isStale, obstacleOf } from '../../src-renderer/state/findings.js';
import { amend, beginHistory, edit, undo } from '../../src-renderer/state/history.js';
import { brushDiameter, effectOf, restingTools } from '../../src-renderer/state/mask-tools.js';
import type { Session, Settings, ShownResult } from '../../src-renderer/state/session.js';
import { defaultSettings, openSession, twoChannels } from './session-kit.js';

const frame = makeGrid([1, 128, 256], [15, 15, 15]);
const oneVoxel = maskOfValues(
  Array.from({ length: 128 * 256 }, (_, i) => (i === 500 ? 1 : 0)),
  frame,
);
const stored = { id: 'm1', name: 'drawn.ome.tif', bytes: 1, from: 'drawn' as const };

function drawnSettings(part: Partial<Settings> = {}): Settings {
  const settings = defaultSettings();
  return { ...settings, drawing: oneVoxel, mask: stored, job: { ...settings.job, mask: 'file' }, ...part };
}

const sessionWith = (settings: Settings, planes = 1): Session =>
  openSession({ ...twoChannels, planes, pixelSize: { x: 15, y: 15, z: 40 } }, settings);

describe('the grid that a mask is drawn on', () => {
  it('is that of the planes which the job takes, in the pixel size of the file or of the user', () => {
    const settings = drawnSettings();
    expect(maskFrame(sessionWith(settings))).toEqual(makeGrid([1, 128, 256], [40, 15, 15]));
    expect(maskFrame(sessionWith(settings, 7))?.shape).toEqual([7, 128, 256]);
    const max = { ...settings, job: { ...settings.job, z: 'max' as const } };
    expect(maskFrame(sessionWith(max, 7))?.shape).toEqual([1, 128, 256]);
    const { job } = settings;
    const given = { ...settings, job: { ...job, calibration: { ...job.calibration, pixelSizeNm: 20 } } };
    expect(maskFrame(sessionWith(given))?.spacing).toEqual([40, 20, 20]);
    expect(drawingOf(sessionWith(given))?.grid.spacing).toEqual([40, 20, 20]);
  });

  it('does not fit a mask of other planes, and says so where it is drawn', () => {
    const stack = emptyMask(makeGrid([7, 128, 256], [40, 15, 15]));
    const settings = drawnSettings({ drawing: stack });
    expect(drawingProblem(sessionWith(settings, 7))).toBeNull();
    const max = { ...settings, job: { ...settings.job, z: 'max' as const } };
    expect(drawingProblem(sessionWith(max, 7))).toMatch(/7 planes; the job now uses 1/);
    expect(obstacleOf(sessionWith(max, 7))?.step).toBe('nucleus');
    expect(drawingProblem(sessionWith(drawnSettings(), 7))).toBeNull();
  });
});

describe('a job with a drawn mask', () => {
  it('waits for the mask to be stored, and needs a pixel in it', () => {
    expect(obstacleOf(sessionWith(drawnSettings()))).toBeNull();
    expect(obstacleOf(sessionWith(drawnSettings({ mask: null })))?.message).toContain('being stored');
    const empty = drawnSettings({ drawing: emptyMask(frame) });
    expect(obstacleOf(sessionWith(empty))?.message).toBe('The drawn mask is empty.');
  });

  it('does not care for a drawing while its mask is found in the image', () => {
    const auto = drawnSettings({ drawing: emptyMask(frame), mask: null, job: defaultSettings().job });
    expect(drawingOf(sessionWith(auto))).toBeNull();
    expect(obstacleOf(sessionWith(auto))).toBeNull();
  });

  it('is of earlier strokes until the drawing has the file again that the map was made with', () => {
    const inputs = drawnSettings();
    const result = { inputs } as unknown as ShownResult;
    expect(isStale(result, inputs)).toBe(false);
    expect(isStale(result, { ...inputs, mask: null })).toBe(true);
    expect(isStale(result, { ...inputs, mask: { ...stored, id: 'm2' } })).toBe(true);
  });

  it('gives its file to every step that holds the drawing, without a step of its own', () => {
    const first = drawnSettings({ mask: null });
    const history = edit(beginHistory(first), { ...first, job: parseJob({ ...first.job, seed: 2 }) });
    const named = amend(history, (settings) => ({ ...settings, mask: stored }));
    expect(named.past.length).toBe(1);
    expect([named.present.mask, undo(named).present.mask]).toEqual([stored, stored]);
  });
});

describe('tools', () => {
  it('add or take away; Alt and the eraser do the other', () => {
    const brush = { ...restingTools, tool: 'brush' as const };
    expect([effectOf(brush, false), effectOf(brush, true)]).toEqual(['add', 'subtract']);
    const eraser = { ...restingTools, tool: 'eraser' as const };
    expect([effectOf(eraser, false), effectOf(eraser, true)]).toEqual(['subtract', 'add']);
    const taking = { ...brush, effect: 'subtract' as const };
    expect([effectOf(taking, false), effectOf(taking, true)]).toEqual(['subtract', 'add']);
  });

  it('have a brush of sixteen pixels until one is chosen', () => {
    expect(brushDiameter(restingTools, 15)).toBe(240);
    expect(brushDiameter({ ...restingTools, brushNm: 100 }, 15)).toBe(100);
  });
});
