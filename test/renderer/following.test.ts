import { describe, expect, it } from 'vitest';
import type { DataHandle, JobResult, JobState } from '../../src-main/api.js';
import {
  followRefusal,
  isInTheWay,
  isPreview,
  isSettled,
  latestResult,
  nextResult,
  previewJob,
  previewName,
  shownFields,
} from '../../src-renderer/state/following.js';
import { findKnown, keepKnown, makeKnownResults } from '../../src-renderer/state/known-results.js';
import type { FieldName, ResultInputs, Session, ShownResult } from '../../src-renderer/state/session.js';
import { rawLayers, resultLayers } from '../../src-renderer/state/panes.js';
import { stepState } from '../../src-renderer/state/steps.js';
import { defaultSettings, openSession, twoChannels } from './session-kit.js';

const settings = defaultSettings();
const by = (part: Partial<typeof settings.job.solver>): typeof settings => ({
  ...settings,
  job: { ...settings.job, solver: { ...settings.job.solver, ...part } },
});
const direct = by({ name: 'direct' });
const handle = (content: string): DataHandle => ({ id: content, type: 'float32', shape: [1, 1, 4], content });

interface Made {
  readonly inputs?: ResultInputs;
  readonly contents?: Partial<Record<FieldName, string>>;
  readonly job?: Partial<JobState>;
  readonly seconds?: number;
}

/** A result whose fields hold four numbers each. */
function made({ inputs = settings, contents = {}, job = {}, seconds = 0.1 }: Made = {}): ShownResult {
  const names = Object.keys(contents) as FieldName[];
  const handles = names.map((name) => [name, handle(contents[name] ?? '')]);
  const fields = names.map((name) => [name, new Float32Array(4)]);
  return {
    job: { id: 'j', state: 'done', ...job } as JobState,
    inputs,
    result: {
      document: { solver: { seconds, name: 'direct' }, settings: { mollifierFrom: 'data' } },
      grid: { shape: [1, 2, 2] },
      fields: Object.fromEntries(handles) as JobResult['fields'],
    } as unknown as JobResult,
    fields: Object.fromEntries(fields) as ShownResult['fields'],
    quickest: seconds,
  };
}

const withLength = (lengthNm: number): ResultInputs => ({
  ...settings,
  job: { ...settings.job, model: { ...settings.job.model, lengthNm } },
});
const showing = (result: ShownResult, part: Partial<Session> = {}): Session => ({
  ...openSession(twoChannels),
  result,
  ...part,
});

describe('following', () => {
  it('refuses where solving takes long, says how long, and what to do', () => {
    expect(followRefusal(openSession(twoChannels))).toBeNull();
    expect(followRefusal(showing(made({ inputs: direct, seconds: 1.4 })))).toBeNull();
    expect(followRefusal(showing(made({ inputs: direct, seconds: 2.34 })))).toBe(
      'Not here: solving takes 2.3 s, over 1.5 s. Press Space after a change.',
    );
  });

  it('goes on after one slow solve among quick ones of the same work', () => {
    const quick = made({ inputs: direct, seconds: 0.2 });
    const slow = made({ inputs: direct, seconds: 3 });
    expect(followRefusal(showing(nextResult(slow, quick)))).toBeNull();
    expect(nextResult(made({ inputs: direct, seconds: 0.1 }), slow).quickest).toBe(0.1);
    const larger = {
      ...slow,
      result: { ...slow.result, grid: { ...slow.result.grid, shape: [9, 2, 2] as const } },
    };
    expect(followRefusal(showing(nextResult(larger, quick)))).toContain('3.0 s');
  });

  it('judges that by runs: a preview, quicker, says nothing of them', () => {
    const run = made({ seconds: 1.2 });
    const seen = nextResult(made({ seconds: 0.05, job: { preview: true } }), run);
    expect(seen.quickest).toBe(1.2);
    expect(nextResult(made({ seconds: 2 }), seen).quickest).toBe(1.2);
    expect(nextResult(made({ seconds: 0.05, job: { preview: true } }), null).quickest).toBe(0.05);
  });

  it('lets a slower solver take longer, for it works only once a setting is let go', () => {
    const field = by({ name: 'field' });
    expect(followRefusal(showing(made({ inputs: field, seconds: 4 })))).toBeNull();
    expect(followRefusal(showing(made({ inputs: field, seconds: 25 })))).toContain('25 s, over 20 s');
    const seen = nextResult(
      made({ inputs: field, seconds: 0.05, job: { preview: true } }),
      made({ inputs: field, seconds: 4 }),
    );
    expect(followRefusal(showing(seen))).toBeNull();
    expect(previewName(seen)).toBe('preview by direct');
    expect(previewName(made({ inputs: direct }))).toBe('preview');
    const session = showing(seen, { updating: 'run' });
    expect(isInTheWay(session, field)).toBe(true);
    expect(isInTheWay({ ...session, updating: 'preview' }, field)).toBe(false);
    expect(isInTheWay(showing(made({ inputs: direct, seconds: 0.2 }), { updating: 'run' }), direct)).toBe(
      false,
    );
    expect(isInTheWay(showing(made({ inputs: direct, seconds: 0.9 }), { updating: 'run' }), direct)).toBe(
      true,
    );
  });

  it('says in the step that a map is a preview', () => {
    const shown = made({ job: { preview: true } });
    const document = { ...shown.result.document, lambda: { median: 1.234 }, identifiable: 0.3 };
    const session = showing({ ...shown, result: { ...shown.result, document } as unknown as JobResult });
    expect(isPreview(session)).toBe(true);
    expect(stepState(session, 'solve')).toEqual({
      dot: 'doubtful',
      line: 'preview by direct · λ 1.23 median',
    });
    expect(isPreview(showing(made()))).toBe(false);
  });

  it('takes a quick solver while a setting moves, the chosen one where that is quick', () => {
    expect(previewJob(direct.job)).toBe(direct.job);
    const slow = by({ name: 'field', mollifierNm: 80, lengthScaleNm: 200 }).job;
    expect(previewJob(slow)).toEqual(direct.job);
  });

  it('is not settled by a preview, nor by a map of other settings', () => {
    expect(isSettled(showing(made()))).toBe(true);
    expect(isSettled(showing(made({ job: { preview: true } })))).toBe(false);
    expect(isSettled(showing(made({ inputs: withLength(151) })))).toBe(false);
  });

  it('says in the steps that the map is behind', () => {
    const behind = made({ inputs: withLength(151) });
    expect(stepState(showing(behind, { updating: 'preview' }), 'solve')).toEqual({
      dot: 'busy',
      line: 'updating the map …',
    });
    expect(stepState(showing(behind), 'solve').line).toBe('settings changed since this map');
    expect(latestResult(showing(behind))).toBeNull();
    expect(latestResult(showing(behind, { updating: 'run' }))).toBe(behind);
  });

  it('asks for what the panes show, and for λ', () => {
    const { view } = openSession(twoChannels);
    const of = (layers: Session['view']['layers'], panes: 1 | 2 | 4, active: 0 | 1) =>
      shownFields({ ...openSession(twoChannels), view: { ...view, layers, panes, active } });
    const always = ['mask', 'identifiable', 'lambda'];
    expect(of(resultLayers, 2, 1)).toEqual([...always, 'density', 'lambdaSd']);
    expect(of(resultLayers, 4, 1)).toEqual([...always, 'density', 'phiH', 'phiE', 'residual', 'lambdaSd']);
    const mixed = ['phi-h', 'residual', 'density', 'phi-e'] as const;
    expect(of(mixed, 1, 1)).toEqual([...always, 'residual', 'lambdaSd']);
    expect(of(rawLayers, 2, 0)).toEqual([...always, 'lambdaSd']);
  });

  it('asks for the density whose surface is drawn, and for residuals that are marked', () => {
    const { view } = openSession(twoChannels);
    const of = (change: Partial<Session['view']>) =>
      shownFields({ ...openSession(twoChannels), view: { ...view, ...change } });
    expect(of({ mode: 'volume' })).toContain('density');
    expect(of({ mode: 'volume', volume: { ...view.volume, style: 'cloud' } })).not.toContain('density');
    expect(of({ overlays: { ...view.overlays, residual: 'fade' } })).toContain('residual');
    expect(of({ overlays: { ...view.overlays, uncertainty: false } })).not.toContain('lambdaSd');
  });

  it('keeps the arrays of equal content, and no others', () => {
    const before = made({ contents: { mask: 'm', lambda: 'l1', phiH: 'h' } });
    const next = made({ contents: { mask: 'm', lambda: 'l2', phiH: 'h', phiE: 'e' } });
    const kept = nextResult(next, before).fields;
    expect(Object.keys(kept)).toEqual(['mask', 'phiH']);
    expect(kept.mask).toBe(before.fields.mask);
    const unfetched = { ...before, fields: {} };
    expect(nextResult(next, unfetched).fields).toEqual({});
    expect(nextResult(next, null).fields).toEqual({});
  });
});

describe('known results', () => {
  const source = {};

  it('are found by settings that say the same, of the file as it was opened', () => {
    const known = makeKnownResults(1e6);
    const result = made({ inputs: withLength(160), contents: { lambda: 'a' } });
    keepKnown(known, source, result);
    expect(findKnown(known, source, structuredClone(withLength(160)))).toBe(result);
    expect(findKnown(known, source, withLength(161))).toBeUndefined();
    expect(findKnown(known, {}, withLength(160)), 'opened again').toBeUndefined();
    const mask = { id: 'm', name: 'm.tif', bytes: 1, from: 'upload' as const };
    expect(findKnown(known, source, { ...withLength(160), mask }), 'a mask that is not used').toBe(result);
    const masked = { ...withLength(160), job: { ...withLength(160).job, mask: 'file' as const }, mask };
    expect(findKnown(known, source, masked)).toBeUndefined();
  });

  it('are let go within the budget, the longest unused first; shared arrays count once', () => {
    const known = makeKnownResults(40);
    const make = (length: number, id: string) =>
      made({ inputs: withLength(length), contents: { lambda: id }, job: { id } });
    const [a, b, c] = [make(1, 'a'), make(2, 'b'), make(3, 'c')];
    expect(keepKnown(known, source, a)).toEqual([]);
    expect(keepKnown(known, source, b)).toEqual([]);
    findKnown(known, source, a.inputs);
    expect(keepKnown(known, source, c)).toEqual([b]);
    const shared = { ...make(4, 'd'), fields: a.fields };
    expect(keepKnown(known, source, shared)).toEqual([]);
    expect(findKnown(known, source, b.inputs)).toBeUndefined();
  });

  it('give way to a newer one of the same settings', () => {
    const known = makeKnownResults(1e6);
    const [first, second] = [made({ job: { id: '1' } }), made({ job: { id: '2' } })];
    keepKnown(known, source, first);
    expect(keepKnown(known, source, second)).toEqual([first]);
    expect(keepKnown(known, source, second)).toEqual([]);
    expect(findKnown(known, source, settings)).toBe(second);
  });
});
